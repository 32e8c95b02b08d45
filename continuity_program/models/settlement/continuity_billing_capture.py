# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ...billing import cut_of


class ContinuityBilling(models.AbstractModel):
    """How much of authorised money is taken, and what is let go."""

    _inherit = "continuity.billing"

    @api.model
    def _get_row_captures(self, rows):
        """Say what is to be done now with the authorised money of payment rows.

        :param continuity.payment rows: authorised
        :return: per id of a row something is to be done with: what to capture and what
            to let go, in smallest units, and whether nothing more will be asked
        :rtype: dict[int, tuple[int, int, bool]]
        """
        answers = self._answer_each(rows._get_billing_scopes()) if rows else {}
        return {
            capture.row: (capture.amount, capture.void, not settlement.sums.expected)
            for _facts, settlement in filter(None, answers.values())
            for capture in settlement.captures
        }

    @api.model
    def _get_row_cut(self, row):
        """Say how much of the plan of a row the claim has cut.

        :param continuity.payment row: one that asks less than its plan says
        :return: in smallest units
        :rtype: int
        """
        for answer in self._answer_each(row._get_billing_scopes()).values():
            if answer and any(fact.key == row.id for fact in answer[0].rows):
                return cut_of(answer[0], row.id)
        return 0
