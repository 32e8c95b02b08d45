# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from .continuity_payment_charge import RESEND_HOURS

#: When a provider without an answer is asked again: 5 minutes, 1 hour, 12 hours after
#: the first request; then it is left to a person (implementation 5).
RESOLVE_MINUTES = (5, 60, 720)


class ContinuityPayment(models.Model):
    """The payment row: asking again when nobody knows (rules F3, N15)."""

    _inherit = "continuity.payment"

    resolve_count = fields.Integer(
        string="Times asked again",
        readonly=True,
        copy=False,
        help="How often the provider was asked again about this request.",
    )

    _unresolved = models.Index(
        "(company_id, requested_at) WHERE state IN ('unknown', 'processing')"
    )

    def _resolve(self, run=None):
        """Ask once more, with the same transaction, and count it.

        A live worker holds its rows while it asks, so they are not touched here. It is
        counted first: a provider that breaks us is not asked again and again.

        :param continuity.run run: gets a checkpoint after each step
        """
        for row in self:
            interrupted = row.state == "processing"
            # Transactions are for accountants; the question is the company's
            row_sudo = row.sudo()
            can_ask = row_sudo.transaction_id._continuity_can_be_asked_again(
                RESEND_HOURS
            )
            row_sudo.resolve_count = (
                row.resolve_count + 1 if can_ask else len(RESOLVE_MINUTES)
            )
            self._checkpoint(run)
            if interrupted:
                row._resume_interrupted(run)
            else:
                row._ask_again(run)
