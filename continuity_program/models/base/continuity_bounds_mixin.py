# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import math

from odoo import api, models
from odoo.exceptions import ValidationError

from ...arguments import get_model_name, read_field

MOST_DAYS = 3650
MOST_REPEATS = 1000
MOST_PAYMENTS = 120
MOST_YEARS = 50
MOST_QUANTITY = 10**6
MOST_MONEY = 10**9
# The most shipments an order is laid out with; 20 years of weeks
MOST_SHIPMENTS = 1200


class ContinuityBoundsMixin(models.AbstractModel):
    """Numbers of sensible size, and names that can be read.

    What a person mistypes by some zeros is refused where it is typed, not found at
    night by a date that does not exist. These are checks of what is typed: rows that
    are older than the bounds stay as they are until somebody changes them.
    """

    _name = "continuity.bounds.mixin"
    _description = "Numbers Within Bounds"

    # By field: the least and the most; the most may depend on `unit`
    _bounds = {}
    # Texts that are more than spaces
    _names = ()

    @api.model_create_multi
    def create(self, vals_list):
        """Override: what is not a number cannot even be rounded."""
        for vals in vals_list:
            self._check_finite(vals)
        return super().create(vals_list)

    def write(self, vals):
        """Override: what is not a number cannot even be rounded."""
        self._check_finite(vals)
        return super().write(vals)

    @api.model
    def _check_finite(self, vals):
        for name, value in vals.items():
            if isinstance(value, float) and not math.isfinite(value):
                read_field(self, name, value)

    @api.constrains(lambda self: self._get_bounded_names())
    def _check_bounds(self):
        """Refuse numbers out of bounds, and names without a letter."""
        for record in self:
            for name, (least, most) in self._bounds.items():
                most = most[record.unit] if isinstance(most, dict) else most
                # Not a number is neither below nor above
                if not least <= record[name] <= most:
                    raise ValidationError(
                        self.env._(
                            "%(record)s: “%(field)s” is a number from %(least)s to"
                            " %(most)s, not %(value)s.",
                            record=record.display_name or get_model_name(self),
                            field=self._fields[name]._description_string(self.env),
                            least=least,
                            most=most,
                            value=f"{record[name]:g}",
                        )
                    )
            for name in self._names:
                if not (record[name] or "").strip():
                    raise ValidationError(
                        self.env._(
                            "%(model)s: “%(field)s” cannot be empty.",
                            model=get_model_name(self),
                            field=self._fields[name]._description_string(self.env),
                        )
                    )

    @api.model
    def _get_bounded_names(self):
        """List the fields that are checked.

        :rtype: list[str]
        """
        by_unit = any(isinstance(most, dict) for __, most in self._bounds.values())
        return [*self._bounds, *self._names, *(["unit"] if by_unit else [])]
