# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError
from odoo.tools import float_compare

from ..agreement.effect import Effect
from ..prepaid.credit_note import CreditNote


class ContinuityShipmentLine(models.Model):
    """The product of a shipment that is paid in advance: fewer of it, another one, and
    what becomes of the difference (rules C5)."""

    _inherit = "continuity.shipment.line"

    # === QUANTITY === #

    def _check_prepaid_quantity(self, quantity):
        """Refuse more than was paid in advance (rules C5).

        :param float quantity: new quantity
        :raise UserError: naming the way out
        """
        self.ensure_one()
        if self.shipment_id._is_prepaid() and quantity > self.quantity:
            raise UserError(
                self.env._(
                    "%(quantity)g × %(product)s are paid in advance, and no more. Sell"
                    " the rest on another order.",
                    quantity=self.quantity,
                    product=self.product_id.display_name,
                )
            )

    def _credit_quantity(self, quantity):
        """Propose to credit units that are not sent (rules C5, 2 → 1).

        :param float quantity: units
        """
        # What can be credited comes in sudo: its notes are the accountants'
        self.ensure_one()
        if not self.shipment_id._is_prepaid():
            return
        order = self.shipment_id.continuity_order_id
        free = order._get_creditable(self.shipment_id).get(self.sudo(), 0.0)
        if quantity > 0 and free > 0:
            order._create_credit_notes(
                {self.sudo(): min(quantity, free)}, self.env._("fewer are sent")
            )

    # === PRICE === #

    def _check_prepaid_price(self, discount):
        """Refuse another price for the product that was paid in advance (rules N48).

        Another product may cost more or less: the difference is charged or credited.

        :param float discount: discount in percent
        :raise UserError: naming the way out
        """
        self.ensure_one()
        if not self.shipment_id._is_prepaid():
            return
        if not self.product_changed or discount != self.discount:
            raise UserError(
                self.env._(
                    "%(product)s of shipment %(shipment)s is paid in advance at its"
                    " price. Swap the product to charge or credit a difference, or skip"
                    " the shipment.",
                    product=self.product_id.display_name,
                    shipment=self.shipment_id.display_name,
                )
            )

    def _credit_price(self, price, reason):
        """Propose to credit what a substitute is cheaper (rules N48).

        The units go on at the lower price; a dearer one is charged with its child
        order. Called in sudo.

        :param float price: new price
        :param str reason: printed on the note
        :raise UserError: a draft note is about units of it
        """
        self.ensure_one()
        if not self.shipment_id._is_prepaid():
            return
        order = self.shipment_id.continuity_order_id
        order._ensure_upfront_invoice()
        difference = self.prepaid_price_unit - price
        digits = self.env["decimal.precision"].precision_get("Product Price")
        if float_compare(difference, 0.0, precision_digits=max(digits, 6)) <= 0:
            return
        if self._get_drafted_quantities().get(self):
            # They are credited at the old price if it is posted, else at the new one
            raise UserError(
                self.env._(
                    "A draft credit note of %(order)s is about %(product)s. Ask an"
                    " accountant to post or delete it, then try again.",
                    order=order.display_name,
                    product=self.product_id.display_name,
                )
            )
        note = CreditNote(order)
        vals = note.prepare_line(
            self, self.open_quantity, difference, kind="difference"
        )
        order._create_drafts([note.prepare([vals], reason)])
        self.prepaid_price_unit = price

    def _get_swap_effect(self, price):
        """Say what another price of a substitute means, in exact figures (H10).

        :param float price: new price per unit
        :return: see :class:`Effect`
        :rtype: dict
        """
        self.ensure_one()
        # The seller sees totals; the invoice whose taxes they bear he may not open
        order_sudo = self.sudo().shipment_id.continuity_order_id
        taxes = order_sudo._get_upfront_line().tax_ids
        difference = price - self.prepaid_price_unit
        net, tax, total = CreditNote(order_sudo).compute_totals(
            [(self.quantity, abs(difference), self.discount)], taxes
        )
        if difference > 0:
            return {
                "credit": "",
                "rows": [],
                "sentences": [
                    self.env._(
                        "%(total)s (%(net)s + tax %(tax)s) is charged when the shipment"
                        " leaves, on %(date)s.",
                        total=order_sudo._format(total),
                        net=order_sudo._format(net),
                        tax=order_sudo._format(tax),
                        date=order_sudo._format_day(self.shipment_id.planned_date),
                    )
                ],
            }
        if not difference:
            return {
                "credit": "",
                "rows": [],
                "sentences": [self.env._("The price stays: nothing is owed.")],
            }
        return Effect(order_sudo).get_of_total(net, tax, total)
