# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from odoo.addons.continuity_program.models.base.typed import always


class ContinuityEvent(models.Model):
    """The event: how its shipments travel (rules N43)."""

    _inherit = "continuity.event"

    carrier_id = fields.Many2one(
        comodel_name="delivery.carrier",
        string="Delivery method",
        check_company=True,
        ondelete="restrict",
        help="How the shipments of this event are sent. It adds no charge: a charge of"
        " the program is a product of the event.",
    )

    _continuity_typed = always("carrier_id")

    # === CHANGE LOG === #

    @api.model
    def _get_logged_fields(self):
        """Override of `continuity_program`: the delivery method matters, too."""
        return super()._get_logged_fields() | {"carrier_id"}

    def _get_log_values(self):
        """Override of `continuity_program`: tell of the delivery method."""
        values = super()._get_log_values()
        label = self._fields["carrier_id"]._description_string(self.env)
        values[label] = self.carrier_id.name or ""
        return values
