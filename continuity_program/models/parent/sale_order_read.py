# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from ...fingerprint import take_fingerprint


class SaleOrder(models.Model):
    """The parent order: who has read it to the customer, and what he has read."""

    _inherit = "sale.order"

    continuity_read_at = fields.Datetime(
        string="Read to the customer", readonly=True, copy=False
    )
    continuity_read_uid = fields.Many2one(
        comodel_name="res.users", string="Read by", readonly=True, copy=False
    )
    # A fingerprint: it differs as soon as something else is sold
    continuity_read_text = fields.Char(
        string="What was read", readonly=True, copy=False
    )

    def _note_continuity_read(self):
        """Keep that the user has read the order to the customer, and when.

        What was read already, just like this, keeps its time.
        """
        self.ensure_one()
        read = self._get_continuity_read_text()
        if self.continuity_read_at and self.continuity_read_text == read:
            return
        # The proof is nothing that is typed, by whomever.
        self.sudo().write(
            {
                "continuity_read_at": fields.Datetime.now(),
                "continuity_read_uid": self.env.uid,
                "continuity_read_text": read,
            }
        )
        self.message_post(body=self.env._("The recap was read to the customer."))

    def _forget_continuity_read(self):
        """Forget what was read where something else is about to be sold."""
        # Before the fingerprint was kept nobody knows what it was
        noted = self.filtered("continuity_read_text")
        changed = noted.filtered(
            lambda order: (
                order.continuity_read_text != order._get_continuity_read_text()
            )
        )
        changed._clear_continuity_read()

    def _clear_continuity_read(self):
        """Forget who has read the order to the customer."""
        # The proof is nothing that is typed, by whomever.
        self.filtered("continuity_read_at").sudo().write(
            {
                "continuity_read_at": False,
                "continuity_read_uid": False,
                "continuity_read_text": False,
            }
        )

    def _get_continuity_read_text(self):
        """Put all that is read to the customer into a short word, in no language.

        :rtype: str
        """
        self.ensure_one()
        # Sellers hear what is read, and may not open all of it
        order_sudo = self.sudo()
        parts = (
            order_sudo.partner_id.id,
            order_sudo.amount_total,
            order_sudo.continuity_ordinary_method,
            order_sudo.continuity_ordinary_token_id.id,
            [
                (line.product_id.id, line.product_uom_qty, line.price_total)
                for line in order_sudo._get_continuity_ordinary_lines()
            ],
            [
                _get_read_parts(one)
                for one in order_sudo.continuity_order_ids._sorted_by_line()
            ],
        )
        return take_fingerprint(parts)


def _get_read_parts(order_sudo):
    """Return what is read of one series: who gets what, when, and how it is paid.

    :param continuity.order order_sudo: the series
    :rtype: tuple
    """
    return (
        order_sudo.product_id.id,
        order_sudo.quantity,
        order_sudo.partner_shipping_id.id,
        order_sudo.bill_upfront,
        order_sudo.payment_method,
        order_sudo.payment_token_id.id,
        order_sudo.payment_schedule_id.id,
        [
            (
                shipment.number,
                str(shipment.planned_date),
                shipment.state,
                shipment.payment_schedule_id.id,
                shipment.amount_total,
                [(line.product_id.id, line.quantity) for line in shipment.line_ids],
            )
            for shipment in order_sudo.shipment_ids.sorted("number")
        ],
    )
