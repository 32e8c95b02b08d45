# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class ContinuityBilling(models.AbstractModel):
    """After an upgrade: what differs is listed, and its payments stay as they are."""

    _inherit = "continuity.billing"

    @api.model
    def _take_over(self, scopes):
        """Give claims their accounts; what differs is marked, and nothing else.

        :param list[tuple[str, int]] scopes: some hundred at once
        """
        balances = self.env["continuity.balance"]
        answers = self._answer_each(scopes)
        broken = [scope for scope in answers if answers[scope] is None]
        answers = {scope: answer for scope, answer in answers.items() if answer}
        differing = self._get_differing(answers, self._filter_with_rows(answers))
        with self._writing_answers():
            marked = balances._mark_broken(broken)
            marked |= balances._store(differing)
            marked.write({"since_upgrade": True})
            self._apply(
                {scope: answers[scope] for scope in answers if scope not in differing}
            )

    @api.model
    def _get_waiting(self, answers):
        """Return the claims that an upgrade has found to differ, and that still do.

        :param dict answers: facts and settlement per scope
        :rtype: dict
        """
        waiting = self.env["continuity.balance"]._find_waiting(answers)
        return self._get_differing(answers, waiting)

    @api.model
    def _get_differing(self, answers, scopes):
        """Return the claims whose payments say something else than their account.

        :param dict answers: facts and settlement per scope
        :param scopes: those of them that are asked about
        :rtype: dict
        """
        compare = self.env["continuity.balance"]._compare
        return {scope: answers[scope] for scope in scopes if compare(*answers[scope])}
