# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..billing.answers import NOT_ASKED


class ContinuityJob(models.AbstractModel):
    """The checks that more than one process makes.

    Each returns the reason and a message that names the way out, or None.
    """

    _inherit = "continuity.job"

    def _get_state_refusal(self, order):
        """Say whether the continuity order or its parent keeps a record from going on.

        :param continuity.order order: an active order
        :rtype: tuple[str, str] | None
        """
        if order.state == "on_hold":
            reason = order.hold_reason or order.hold_payment_reason or ""
            return "on_hold", self.env._("On hold. %s", reason).strip()
        if order.state == "paused":
            return "paused", self.env._("The continuity order is paused.")
        return self._get_parent_refusal(order)

    def _get_parent_refusal(self, order):
        """Say whether the parent order keeps a record from going on.

        :param continuity.order order: an active order
        :rtype: tuple[str, str] | None
        """
        parent = order.sale_order_id
        if parent.state != "sale":
            return "parent_cancelled", self.env._(
                "The parent order %s is not confirmed.", parent.name
            )
        if parent.continuity_hold:
            return "parent_hold", self.env._(
                "The parent order %(order)s is not to be processed. %(reason)s",
                order=parent.name,
                reason=parent.continuity_hold_reason or "",
            ).strip()
        return None

    def _get_card_refusal(self, order, day):
        """Say whether the card of the order cannot be charged on a day (F3).

        :param continuity.order order: an order that pays by card
        :param date day: the day the payment is due
        :rtype: tuple[str, str] | None
        """
        return order._get_card_problem(day)

    def _get_answer_reason(self, payment):
        """Say in a run line what became of a payment row, or why nobody was asked.

        :param continuity.payment payment: the row, after its charge
        :rtype: str
        """
        # Transactions are for accountants; an earlier refusal stays on the row
        kind = payment.sudo().transaction_ids.sorted("id")[-1:].continuity_decline_kind
        if payment.state in ("scheduled", "declined") and kind in NOT_ASKED:
            return kind
        reasons = (
            payment.env["continuity.run.line"]._fields["reason"].get_values(payment.env)
        )
        return payment.state if payment.state in reasons else "not_now"
