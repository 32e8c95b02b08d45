# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError

from ...arguments import public
from ..payments.continuity_payment_charge import RESEND_HOURS


class ContinuityPayment(models.Model):
    """The payment row: a person asks the provider again where nobody knows."""

    _inherit = "continuity.payment"

    @public()
    def action_ask_again(self):
        """Ask the provider once more about payments that have no answer.

        With the same request, so that nothing is charged a second time. It is no
        question of the resolver, which goes on with its own.

        :return: a notification that says how many have an answer now
        :rtype: dict
        :raise UserError: neither manager nor accountant, or one of them has an answer,
            or may not be asked about again
        """
        self._check_resolver_right()
        run = self._get_committing_run()
        # What this very call has asked before Odoo began it again has an answer by now
        before = self._get_asked_before()
        rows = self - before
        rows._check_fits("unknown")
        rows._check_askable_again()
        rows._ask_again(run)
        answered = self.filtered(lambda row: row.state != "unknown")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if answered == self else "warning",
                "message": self.env._(
                    "Asked again: %(asked)s. Answered: %(answered)s.",
                    asked=len(self),
                    answered=len(answered),
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _check_askable_again(self):
        """Refuse rows whose request may not be sent once more.

        Of a capture nobody can ask: some providers would capture it twice.

        :raise UserError: naming them
        """
        lost = self.filtered(
            lambda row: row._get_open_captures() or not row._may_be_asked_again()
        )
        if lost:
            raise UserError(
                self.env._(
                    "%s cannot be asked again: the provider does not know the request"
                    " by its reference any more. Look at the provider's own pages, then"
                    " say It was paid or It was not, charge again.",
                    ", ".join(lost.mapped("display_name")),
                )
            )

    def _may_be_asked_again(self):
        """Say whether the provider knows the request of the row, and repeats nothing.

        :rtype: bool
        """
        # Transactions are for accountants; a manager may ask as well
        tx_sudo = self.sudo().transaction_id
        return tx_sudo._continuity_can_be_asked_again(
            RESEND_HOURS
        ) or tx_sudo._continuity_can_be_queried(RESEND_HOURS)
