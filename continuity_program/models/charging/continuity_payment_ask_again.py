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
        :raise UserError: neither manager nor accountant, or there is none that may be
            asked about again
        """
        self._check_resolver_right()
        rows = self._filter_askable_again()
        if not rows:
            raise UserError(
                self.env._(
                    "Nothing can be asked again: either there is an answer, or the"
                    " provider does not know the request by its reference any more."
                    " Look at the provider's own pages, then say It was paid or It was"
                    " not, charge again."
                )
            )
        answered = rows._ask_again(self._get_committing_run())
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if answered == rows else "warning",
                "message": self.env._(
                    "Asked again: %(asked)s. Answered: %(answered)s.",
                    asked=len(rows),
                    answered=len(answered),
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _filter_askable_again(self):
        """Return the rows without an answer whose request may be sent once more.

        Of a capture nobody can ask: some providers would capture it twice.

        :rtype: continuity.payment
        """
        unknown = self.filtered(
            lambda row: row.state == "unknown" and not row._get_open_captures()
        )
        return unknown.filtered(lambda row: row._may_be_asked_again())

    def _may_be_asked_again(self):
        """Say whether the provider knows the request of the row, and repeats nothing.

        :rtype: bool
        """
        # Transactions are for accountants; a manager may ask as well
        tx_sudo = self.sudo().transaction_id
        return tx_sudo._continuity_can_be_asked_again(
            RESEND_HOURS
        ) or tx_sudo._continuity_can_be_queried(RESEND_HOURS)
