# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import float_compare, format_date

from ..base.differing import get_differing
from ..base.of_order import Once

PRICE_FIELDS = ("price_unit", "discount", "price_overridden")


class ContinuityShipmentLine(models.Model):
    """The product of a shipment: what an update of its program changes (N44, N85)."""

    _inherit = "continuity.shipment.line"

    # A dearer price that was announced for later: what the extension appends from that
    # day on costs it, see `_get_repeat_price`.
    announced_price_unit = fields.Float(readonly=True, copy=False)
    announced_date = fields.Date(readonly=True, copy=False)

    def _get_program_changes(self, vals):
        """Reduce what the program says to what differs from the line.

        The price list was read when the order was entered; it is not read again for a
        product that stays (rules N79).

        :param dict vals: see :meth:`continuity.order._prepare_line`
        :rtype: dict
        """
        self.ensure_one()
        is_same = (self.product_id.id, self.uom_id.id) == (
            vals["product_id"],
            vals["uom_id"],
        )
        is_frozen = (
            is_same and not self.price_overridden and not vals["price_overridden"]
        )
        return {
            name: value
            for name, value in vals.items()
            if not (is_frozen and name in PRICE_FIELDS) and self._differs(name, value)
        }

    def _differs(self, name, value):
        if self._fields[name].type == "float":
            return bool(float_compare(self[name], value, precision_digits=6))
        return bool(get_differing(self, {name: value}))

    def _get_net_price(self, vals=None):
        """Return the unit price after discount, as it is or as it would be.

        :param dict vals: changes
        :rtype: float
        """
        vals = vals or {}
        price = vals.get("price_unit", self.price_unit)
        return price * (1 - vals.get("discount", self.discount) / 100)

    def _is_same_price_substitution(self, vals):
        """Tell whether an order paid in advance may take the change over (N44).

        :param dict vals: changes, None = the product is gone
        :rtype: bool
        """
        if not self or not vals or "product_id" not in vals or "quantity" in vals:
            return False
        old, new = self._get_net_price(), self._get_net_price(vals)
        return not self.currency_id.compare_amounts(old, new)

    def _apply_program_changes(self, vals, day, update, scope):
        """Collect what the program says now; a dearer price not before its day.

        :param dict vals: changes
        :param date day: the day the shipment is going to leave
        :param OrderUpdate update: gets what was changed and kept
        :param dict scope: see :meth:`continuity.order._update_from_program`
        """
        self.ensure_one()
        notice_date = scope["notice_date"]
        row = self.shipment_id._get_row_text(update)
        if self.shipment_id.continuity_order_id.bill_upfront:
            # The price is paid, and equal.
            vals = {n: v for n, v in vals.items() if n not in PRICE_FIELDS}
        is_dearer = self._is_dearer(vals)
        update.is_dearer = update.is_dearer or is_dearer
        if notice_date and day < notice_date and is_dearer:
            vals = self._announce_price(vals, notice_date)
            update.kept.append(
                self.env._(
                    "%(row)s: %(price)s, the dearer price counts from %(date)s on",
                    row=row,
                    price=self._get_price_text(),
                    date=format_date(self.env, notice_date),
                )
            )
        elif self.announced_date:
            vals = {**vals, "announced_price_unit": 0.0, "announced_date": False}
        old = self._get_text(say=update.say)
        if vals := {n: v for n, v in vals.items() if self._differs(n, v)}:
            scope["pending"].add(self, vals)
        if (new := self._get_text(vals, update.say)) != old:
            update.changes.append(
                self.env._("%(row)s: %(old)s → %(new)s", row=row, old=old, new=new)
            )

    def _is_dearer(self, vals):
        if "uom_id" in vals:
            # Another unit: the prices cannot be compared.
            return False
        digits = {"precision_digits": 6}
        return (
            float_compare(self._get_net_price(vals), self._get_net_price(), **digits)
            > 0
        )

    def _announce_price(self, vals, notice_date):
        """Leave the price as it is, and remember what it is going to be (N85).

        :rtype: dict
        """
        kept = {n: v for n, v in vals.items() if n not in PRICE_FIELDS}
        return {
            **kept,
            "announced_price_unit": self._get_net_price(vals),
            "announced_date": notice_date,
        }

    def _get_repeat_price(self, day):
        """Return what the price of the next row of the event is (rules R10).

        A price that goes on is told as it was; only a new one by the taxes of today.

        :param date day: the day it leaves
        :rtype: dict
        """
        self.ensure_one()
        if not self.announced_date or self.price_changed:
            return self._get_repeated_told()
        if day >= self.announced_date:
            return {
                "price_unit": self.announced_price_unit,
                "discount": 0.0,
                "price_overridden": True,
            }
        return {
            **self._get_repeated_told(),
            "announced_price_unit": self.announced_price_unit,
            "announced_date": self.announced_date,
        }

    def _get_text(self, vals=None, say=None):
        """Return quantity, product and price as the log shows them.

        :param dict vals: changes that are not written yet; None = as it is
        :param Once say: texts that were made before, for rows alike; None = none
        :rtype: str
        """
        self.ensure_one()
        product, quantity, price, discount = (
            self._get_value(name, vals or {})
            for name in ("product_id", "quantity", "price_unit", "discount")
        )
        currency = self.shipment_id.currency_id
        say = Once() if say is None else say
        return say(
            (product, quantity, price, discount, currency),
            lambda: (
                f"{quantity:g} × {product.display_name},"
                f" {self._format_price(currency, price, discount)}"
            ),
        )

    def _get_value(self, name, vals):
        """Return what a field holds once the values are written.

        :param str name: name of the field
        :param dict vals: changes that are not written yet
        """
        if name not in vals:
            return self[name]
        field = self._fields[name]
        return field.convert_to_record(field.convert_to_cache(vals[name], self), self)
