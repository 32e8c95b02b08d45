# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from functools import partial

from odoo import SUPERUSER_ID, models

from odoo.addons.continuity_program.models.settlement.continuity_billing_settle import (
    settling,
)
from odoo.addons.payment import utils as payment_utils
from odoo.addons.payment_stripe import const

from ..dispute import RETURNED, TAKEN

ACTIVITY = "continuity_program_stripe.mail_activity_dispute"


class PaymentTransaction(models.Model):
    """A charge that its cardholder disputes.

    What the bank took back whole is a chargeback on its payments. A part, a question of
    the bank, and money that came again are for a person.
    """

    _inherit = "payment.transaction"

    @settling
    def _continuity_follow_dispute(self, dispute):
        """Follow what Stripe tells of a dispute.

        :param Dispute dispute: what was told
        :raise psycopg2.errors.SerializationFailure: see `continuity.billing._lock`
        """
        for tx in self:
            orders = tx._continuity_get_disputed_orders()
            # Nobody is logged in where messages come from
            self.env["continuity.billing"].sudo()._lock(orders, wait=True)
            if dispute.kind != TAKEN or not tx._continuity_is_whole(dispute):
                tx._continuity_ask_about(dispute, orders)
            elif orders and not tx.continuity_charged_back:
                # The note names who has done it: nobody who is logged in
                tx.with_user(SUPERUSER_ID)._continuity_charge_back(
                    partial(_get_reason_text, dispute)
                )

    def _continuity_ask_about(self, dispute, orders):
        """Ask those who look after the orders to decide.

        :param Dispute dispute: what was told
        :param continuity.order orders: that the charge has paid for
        """
        self.ensure_one()
        for order in orders:
            spoken = order._speak_to_responsible()
            spoken._schedule_continuity_activity(
                ACTIVITY, self._continuity_get_dispute_text(dispute, spoken)
            )

    def _continuity_get_disputed_orders(self):
        """Return the continuity orders that the charge has paid for.

        :return: in sudo
        :rtype: continuity.order
        """
        self.ensure_one()
        # Nobody is logged in where messages come from
        tx_sudo = self.sudo()
        orders_sudo = tx_sudo.continuity_payment_ids.continuity_order_id
        sales_sudo = tx_sudo.sale_order_ids
        orders_sudo |= sales_sudo.continuity_order_id | sales_sudo.continuity_order_ids
        # What came by the link of an invoice is tied to nothing but its claims
        scopes = tx_sudo._continuity_get_scopes()
        orders_sudo |= tx_sudo._continuity_get_paid_orders(scopes)
        return orders_sudo.sorted("id")

    def _continuity_is_whole(self, dispute):
        """Say whether the bank took back all that was charged, and is still there.

        :param Dispute dispute: what was told
        :rtype: bool
        """
        self.ensure_one()
        units = payment_utils.to_minor_currency_units(
            self._continuity_get_kept(),
            self.currency_id,
            arbitrary_decimal_number=const.CURRENCY_DECIMALS.get(self.currency_id.name),
        )
        return (units, self.currency_id.name) == (dispute.units, dispute.currency)

    def _continuity_get_dispute_text(self, dispute, spoken):
        """Say what there is to do.

        :param Dispute dispute: what was told
        :param continuity.order spoken: in the language of who looks after it
        :rtype: str
        """
        self.ensure_one()
        words = {
            "amount": self.currency_id.format(
                payment_utils.to_major_currency_units(
                    dispute.units,
                    self.currency_id,
                    arbitrary_decimal_number=const.CURRENCY_DECIMALS.get(
                        self.currency_id.name
                    ),
                )
            ),
            "payment": self.reference,
            "reason": dispute.reason,
        }
        if dispute.kind == RETURNED:
            return spoken.env._(
                "The bank has given %(amount)s of %(payment)s back to you. If nobody"
                " has paid it again, an accountant matches the old payment with the"
                " invoice again, then presses Ask again on the account.",
                **words,
            )
        if dispute.kind == TAKEN:
            return spoken.env._(
                "The bank has taken %(amount)s of %(payment)s back (%(reason)s), and it"
                " is not a whole payment of this order. An accountant enters the"
                " chargeback on the payment, or matches the bank line.",
                **words,
            )
        return spoken.env._(
            "The bank asks about %(amount)s of %(payment)s (%(reason)s). No money was"
            " taken yet: answer at Stripe, or give the money back.",
            **words,
        )


def _get_reason_text(dispute, order):
    """Say to who looks after an order why the bank has taken the money back.

    :param Dispute dispute: what was told
    :param continuity.order order: that the charge has paid for
    :rtype: str
    """
    spoken = order._speak_to_responsible()
    return spoken.env._("disputed at the bank (%s)", dispute.reason)
