# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where a parcel is, told to whoever may read its order.

A seller opens no transfer. What he is asked on the telephone is worked out in sudo and
handed to him as a sentence, with the link of the carrier.
"""

from odoo import api, fields, models

#: Kinds of transfers a customer sees: to him, from a warehouse or a vendor, and back
CUSTOMER_CODES = ("outgoing", "dropship", "incoming")


class StockPicking(models.Model):
    """The transfer: what is told of it."""

    _inherit = "stock.picking"

    def _get_continuity_tracking(self):
        """Return the parcel number and the page of the carrier.

        :return: number and address; empty without a carrier
        :rtype: tuple[str, str]
        """
        self.ensure_one()
        return "", ""

    def _get_continuity_delivery(self):
        """Say where the goods are; called in sudo.

        :return: `text` and `url` per transfer that is not cancelled
        :rtype: list[dict]
        """
        lines = []
        for picking in self.filtered(lambda p: p.state != "cancel").sorted("id"):
            number, url = picking._get_continuity_tracking()
            text = picking._get_continuity_delivery_text()
            if number:
                text = self.env._(
                    "%(text)s, parcel %(number)s", text=text, number=number
                )
            lines.append({"text": text, "url": url})
        return lines

    def _get_continuity_delivery_text(self):
        """Say it of one transfer."""
        day = self.date_done if self.state == "done" else self.scheduled_date
        # Like every day beside it
        day_text = self.env["continuity.order"]._format_day(day)
        if self.picking_type_code == "incoming":
            if self.state == "done":
                return self.env._("Came back on %s", day_text)
            return self.env._("Expected back")
        if self.state == "done":
            return self.env._("Sent on %s", day_text)
        if self.continuity_block:
            return self.env._("Not sent: %s", self.continuity_block)
        if self.state == "assigned":
            return self.env._("Ready to be sent, planned for %s", day_text)
        return self.env._("Not sent yet, planned for %s", day_text)


class SaleOrder(models.Model):
    """The child order: where its goods are."""

    _inherit = "sale.order"

    continuity_delivery_html = fields.Html(
        string="Parcel", compute="_compute_continuity_delivery_html", compute_sudo=True
    )

    @api.depends("picking_ids.state", "picking_ids.scheduled_date", "continuity_type")
    def _compute_continuity_delivery_html(self):
        for order in self:
            order.continuity_delivery_html = False
            if order.continuity_type != "child":
                continue
            lines = order._get_continuity_pickings()._get_continuity_delivery()
            if lines:
                order.continuity_delivery_html = self.env["ir.qweb"]._render(
                    "continuity_program_stock.continuity_delivery", {"lines": lines}
                )

    def _get_continuity_pickings(self):
        """Return the transfers to the customer, and from him.

        :rtype: stock.picking
        """
        return self.picking_ids.filtered(
            lambda picking: picking.picking_type_code in CUSTOMER_CODES
        )


class ContinuityShipment(models.Model):
    """The shipment: where its parcel is."""

    _inherit = "continuity.shipment"

    delivery_text = fields.Char(
        string="Parcel", compute="_compute_delivery_text", compute_sudo=True
    )

    @api.depends(
        "child_order_id.picking_ids.state", "child_order_id.picking_ids.scheduled_date"
    )
    def _compute_delivery_text(self):
        values = self._get_delivery_values()
        for shipment in self:
            lines = values.get(shipment.id) or []
            shipment.delivery_text = " · ".join(line["text"] for line in lines)

    def _get_delivery_values(self):
        """Override of `continuity_program`: the transfers of the child order say it."""
        values = super()._get_delivery_values()
        for shipment in self:
            # Whoever may read the shipment may know where its parcel is
            child_sudo = shipment.sudo().child_order_id
            pickings_sudo = child_sudo._get_continuity_pickings()
            values[shipment.id] = pickings_sudo._get_continuity_delivery()
        return values
