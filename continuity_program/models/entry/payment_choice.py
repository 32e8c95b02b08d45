# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from ..base.of_order import OfOrder
from ..cards.payment_check import PaymentCheck


class PaymentChoice(OfOrder):
    """How a program may be paid that a customer is being sold: the card he has used
    before, and the same for the other programs of the order."""

    def propose(self):
        """Return the card to propose: the one used last, else the only one.

        None for a customer who was last sold to on account.

        :rtype: payment.token
        """
        none = self.env["payment.token"]
        if self.order.state != "draft" or self.order.payment_method:
            return none
        # A card is proposed to whoever may choose it from the list; which series of a
        # colleague it has paid for is not said
        order_sudo = self.order.sudo()
        customer_sudo = order_sudo.partner_id.commercial_partner_id
        last_sudo = order_sudo.search(
            [
                ("partner_id", "child_of", customer_sudo.id),
                ("company_id", "=", self.order.company_id.id),
                ("id", "!=", self.order.id),
                ("payment_method", "!=", False),
                ("state", "!=", "cancelled"),
            ],
            order="id desc",
            limit=1,
        )
        if last_sudo.payment_method == "on_account":
            return none
        today = self.order.company_id._continuity_today()
        day = PaymentCheck(order_sudo).get_first_due_date(today)
        usable_sudo = order_sudo.available_token_ids.filtered(
            lambda token: not token._continuity_get_refusal(self.order, day)
        )
        # Whichever of two stored ones it was: it is one card
        last_keys = [t._get_continuity_card_key() for t in last_sudo.payment_token_id]
        used_sudo = usable_sudo.filtered(
            lambda token: token._get_continuity_card_key() in last_keys
        )
        proposed_sudo = used_sudo or usable_sudo
        return none.browse(proposed_sudo.ids if len(proposed_sudo) == 1 else [])

    def get_others(self):
        """Return the other programs that may be paid likewise: nothing else works.

        :return: drafts of the same sales order; none if this one is not secured either
        :rtype: continuity.order
        """
        today = self.order.company_id._continuity_today()
        drafts = self.order.sale_order_id.continuity_order_ids.filtered(
            lambda order: order.state == "draft"
        )
        # What is asked for by Complete is the ledger's to say
        refused = drafts.filtered(
            lambda order: (
                PaymentCheck(order.sudo()).get_method_refusal(today)
                and self._may_pay_for(order)
            )
        )
        return refused.browse() if self.order in refused else refused

    def _may_pay_for(self, other):
        """Say whether what pays for this program may pay for another one."""
        token = self.order.payment_token_id
        if self.order.payment_method == "on_account":
            return True
        return bool(token) and not token._continuity_get_refusal(other)
