# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import api, models

from ... import reading
from ...billing import LawBroken, Verdict, settle_chunk, verdicts

_logger = logging.getLogger(__name__)

#: A row that is not asked for one of these is brought to what its account says
NOTED_CODES = frozenset({"paid", "paid_otherwise", "use_double_charge"})


class ContinuityBilling(models.AbstractModel):
    """What a card may be asked for now."""

    _inherit = "continuity.billing"

    @api.model
    def _judge_rows(
        self, rows, today=None, submitting=False, by_hand=False, on_session=False
    ):
        """Say of payment rows whether a card may be asked for them now.

        Whoever goes on to ask has the mutex of their orders (see :meth:`_lock`).

        :param continuity.payment rows: the rows
        :param date today: the day of the process; None = today in each company
        :param bool submitting: their drafts are being submitted
        :param bool by_hand: a person asks
        :param bool on_session: the customer pays himself, before the eyes of his bank
        :return: per id of a row; amounts in smallest units of the order's currency
        :rtype: dict[int, Verdict]
        """
        if not rows:
            return {}
        # The ledger is the company's
        rows_sudo = rows.sudo()
        drafts_sudo = rows_sudo.continuity_order_id.filtered(
            lambda order: order.state == "draft"
        )
        occasion = reading.Occasion(
            today=today,
            by_hand=by_hand,
            on_session=on_session,
            submitting=frozenset(drafts_sudo.ids if submitting else ()),
        )
        try:
            answers = settle_chunk(
                *self._read(rows_sudo._get_billing_scopes(), occasion),
                occasion.is_personal,
            )
        except LawBroken:
            # Nobody is asked for what contradicts itself
            _logger.exception("The accounts of %s cannot be made", rows)
            return dict.fromkeys(rows.ids, Verdict(code="balance_differs"))
        known = {}
        for _facts, settlement in answers.values():
            known.update(verdicts(settlement))
        if not submitting:
            # The rows of a quotation follow Submit, not its account
            known.update(self._get_differing_verdicts(answers, known))
        unknown = Verdict(code="nothing_open")
        return {row_id: known.get(row_id, unknown) for row_id in rows.ids}

    def _get_differing_verdicts(self, answers, known):
        """Say which rows are not asked because their stored account differs.

        An accountant looks at it first, and has it settled again. What an upgrade has
        found is not even noted as paid before.

        :param dict answers: facts and settlement per scope
        :param dict known: what would be said of each row
        :rtype: dict[int, Verdict]
        """
        balances = self.env["continuity.balance"]._find_stored(list(answers))
        return {
            row.key: Verdict(code="balance_differs")
            for scope, (facts, _settlement) in answers.items()
            if scope in balances and balances[scope].differs
            for row in facts.rows
            if not known[row.key].code
            or (balances[scope].since_upgrade and known[row.key].code in NOTED_CODES)
        }
