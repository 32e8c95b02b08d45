# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class SaleOrder(models.Model):
    """The order as its customer sees it: one thing to do next, and what it is worth."""

    _inherit = "sale.order"

    # === NEXT STEP === #

    def _get_continuity_cards_missing(self):
        """Return the continuity orders for which a card is to be saved.

        :return: in sudo: whoever may read the order may read what it sells
        :rtype: continuity.order
        """
        self.ensure_one()
        if self.state == "cancel":
            return self.env["continuity.order"].sudo()
        shown_sudo = self.sudo().continuity_order_ids._get_orders_to_show()
        return shown_sudo.filtered(lambda order: order._is_card_asked_for())

    def _get_continuity_card_order(self):
        """Return the one for which the page offers a button.

        One call to action: what Odoo asks for comes first, to accept or to pay; then
        one card after the other.

        :return: in sudo, one or none
        :rtype: continuity.order
        """
        missing_sudo = self._get_continuity_cards_missing()
        if self._has_to_be_signed() or self._has_to_be_paid():
            return missing_sudo[:0]
        return missing_sudo[:1]

    def _get_continuity_card_text(self):
        """Say what the card is for, and when it is charged first.

        :return: sentences; empty when no card is missing, or when it is paid now
        :rtype: list[str]
        """
        missing_sudo = self._get_continuity_cards_missing()
        if not missing_sudo or self.state not in ("draft", "sent"):
            return []
        if self._has_to_be_paid():
            return []
        if self._has_to_be_signed():
            first = self.env._(
                "After you have accepted, a card is saved for your order: then it is"
                " complete."
            )
        else:
            first = self.env._(
                "Your order is complete as soon as a card is saved for it."
            )
        return [first, missing_sudo[0]._get_first_charge_text()]

    # === LISTS === #

    def _get_continuity_value_text(self):
        """Say what the order is worth, where its total tells another figure.

        :return: a sentence, empty where the total is right
        :rtype: str
        """
        self.ensure_one()
        # What the customer reads on the order, he may read in the list
        order_sudo = self.sudo()
        if order_sudo.continuity_order_id.bill_upfront:
            return self.env._("Paid in advance")
        by_shipment = order_sudo.order_line.filtered(
            lambda line: line._is_billed_by_shipment()
        )
        shown = by_shipment.continuity_order_ids._get_orders_to_show()
        return " + ".join(order._get_planned_text() for order in shown)
