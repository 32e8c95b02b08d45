# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from .continuity_payment_charge import RESEND_HOURS

#: When a provider without an answer is asked again: 5 minutes, 1 hour, 12 hours after
#: the first request; then it is left to a person.
RESOLVE_MINUTES = (5, 60, 720)
#: States of a row nobody knows the answer of
UNANSWERED = ("unknown", "processing")


class ContinuityPayment(models.Model):
    """The payment row: asking again when nobody knows (rules F3)."""

    _inherit = "continuity.payment"

    resolve_count = fields.Integer(
        string="Times asked again",
        readonly=True,
        copy=False,
        help="How often the provider was asked again about this request.",
    )
    is_being_resolved = fields.Boolean(
        readonly=True,
        copy=False,
        help="The provider is being asked again right now. It stays on if the worker"
        " was stopped in the middle of it.",
    )

    _unresolved = models.Index(
        "(company_id, requested_at) WHERE state IN ('unknown', 'processing')"
    )

    def write(self, vals):
        """Override: where there is an answer, nobody is asking any more.

        Whoever brings it: the provider's message, a person, another process. And what
        stood in the way of the order is looked at again.
        """
        if vals.get("state", "unknown") not in UNANSWERED:
            vals = {**vals, "is_being_resolved": False}
        result = super().write(vals)
        if "state" in vals:
            self.env["continuity.exception"]._touch(self.continuity_order_id)
        return result

    def _resolve(self, run=None):
        """Ask once more, with the same transaction, and count it with the answer.

        A question whose worker was ended in between did not count, so it is asked again
        at once. Should that one break off, too, it counts before it is asked: a
        provider that ends our workers is not asked again and again.

        :param continuity.run run: gets a checkpoint after each step
        """
        for row in self:
            interrupted = row.state == "processing"
            # Transactions are for accountants; the question is the company's
            row.sudo()._begin_question()
            self._checkpoint(run)
            # A live worker holds its rows while it asks: they are not touched here
            if interrupted:
                row._resume_interrupted(run)
            else:
                row._ask_again(run)
            # The answer is written down as the question was
            row.sudo()._end_question()

    def _end_question(self):
        """Take the note back that stands after all: somebody else had the row."""
        if self.is_being_resolved:
            self._lock(*UNANSWERED).is_being_resolved = False

    def _begin_question(self):
        """Note that the provider is about to be asked, or that it cannot be."""
        self.ensure_one()
        tx = self.transaction_id
        if not (
            tx._continuity_can_be_asked_again(RESEND_HOURS)
            or tx._continuity_can_be_queried(RESEND_HOURS)
        ):
            self.write(
                {"resolve_count": len(RESOLVE_MINUTES), "is_being_resolved": False}
            )
        elif self.is_being_resolved:
            self.write(
                {"resolve_count": self.resolve_count + 1, "is_being_resolved": False}
            )
        else:
            self.is_being_resolved = True

    def _count_question(self):
        """Count the question of the resolver that is about to be asked, if it is one.

        In the transaction that keeps its answer: what is rolled back did not count.
        """
        for row in self.filtered("is_being_resolved"):
            row.write(
                {"resolve_count": row.resolve_count + 1, "is_being_resolved": False}
            )
