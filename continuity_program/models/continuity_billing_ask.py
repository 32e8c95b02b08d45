# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import api, models

from .. import reading
from ..billing import LawBroken, Verdict, settle_chunk, verdicts

_logger = logging.getLogger(__name__)


class ContinuityBilling(models.AbstractModel):
    """What a card may be asked for now."""

    _inherit = "continuity.billing"

    @api.model
    def _judge_rows(self, rows, today=None, submitting=False, by_hand=False):
        """Say of payment rows whether a card may be asked for them now.

        Whoever goes on to ask has the mutex of their orders (see :meth:`_lock`).

        :param continuity.payment rows: the rows
        :param date today: the day of the process; None = today in each company
        :param bool submitting: their drafts are being submitted
        :param bool by_hand: a person asks
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
        unknown = Verdict(code="nothing_open")
        return {row_id: known.get(row_id, unknown) for row_id in rows.ids}
