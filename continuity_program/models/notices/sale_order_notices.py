# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from ..base.of_order import Said


class SaleOrder(models.Model):
    """The child order: its customer is told what the next parcel contains."""

    _name = "sale.order"
    _inherit = ["sale.order", "continuity.notice.mixin"]

    continuity_announced = fields.Boolean(
        string="Announced to the customer",
        readonly=True,
        copy=False,
        help="The customer was told of this child order; this is done once.",
    )

    def _announce_continuity_children(self):
        """Tell customers that their next parcel leaves soon."""
        # Whoever confirms a child, that its parcel was announced is noted by us
        children_sudo = self.sudo().filtered(
            lambda order: order.continuity_order_id and not order.continuity_announced
        )
        children_sudo.continuity_announced = True
        children_sudo._send_continuity_notice("child_created")

    def _get_parcel_summary(self):
        """Say what the parcel of a child order contains, in the customer's language.

        Another order has none: Odoo tries a mail template on any order when it is
        saved, and whoever writes a mail may choose it.

        :return: ``program``, ``date_text``, ``rows`` (``products_text`` and
            ``amount_text`` per shipment), ``payment``, ``address`` and ``cancel``
        :rtype: dict
        """
        self.ensure_one()
        order = self.continuity_order_id
        if not order:
            texts = ("program", "date_text", "payment", "address", "cancel")
            return {"rows": [], **dict.fromkeys(texts, "")}
        shipments = self.continuity_shipment_ids
        day = self.company_id._continuity_local_date(
            self.commitment_date or self.date_order
        )
        address = self.partner_shipping_id._display_address()
        said = Said(order)
        return {
            "program": order.program_id.name,
            "date_text": order._format_day(day),
            "rows": [
                shipment._describe(said) for shipment in shipments._sorted_by_leaving()
            ],
            "payment": self._get_parcel_payment_text(shipments),
            "address": "\n".join(filter(str.strip, address.splitlines())),
            "cancel": order._get_cancel_text(),
        }

    def _get_parcel_payment_text(self, shipments):
        """Say how the parcel is paid.

        :param continuity.shipment shipments: what is in the parcel
        :rtype: str
        """
        order = self.continuity_order_id
        method = order._get_payment_method_text()
        children = shipments.child_order_id
        rows = order.payment_ids.filtered(
            lambda row: row.child_order_id in children and row.state != "cancelled"
        )
        if order.bill_upfront and not order.payment_schedule_id:
            return self.env._("It is paid in advance.")
        if order.bill_upfront or len(rows) > 1:
            return self.env._("It is paid in instalments: %s.", method)
        # The order may have got another card since, or be on account by now
        if rows.state == "paid" and not rows._is_charged():
            return self.env._("It is paid.")
        if rows.state == "paid":
            return self.env._("It is paid: %s.", rows._get_charged_text())
        if rows.state == "authorized":
            method = rows._get_charged_text()
        elif order.payment_method == "on_account":
            return self.env._("You get a bill for it.")
        return self.env._("It is charged to your card: %s.", method)
