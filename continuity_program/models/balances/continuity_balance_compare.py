# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ..facts.continuity_billing import to_amount
from ..payments.continuity_payment import OPEN_STATES

#: Payments that are named at most where each of them differs
NAMED = 20


class ContinuityBalance(models.Model):
    """The account, compared with what the ledgers say: in sum, and row by row."""

    _inherit = "continuity.balance"

    @api.model
    def _prepare_differences(self, facts, settlement, currency, is_followed):
        """Compare what the rows say with what the account says.

        The ordinary goods have no rows.

        :param Facts facts: with the rows as they are
        :param Settlement settlement: with the rows as they should be
        :param res.currency currency: of the order
        :param bool is_followed: see :meth:`_compare`
        :return: `differs`, and per term that differs both figures; of rows the id
            comes before them, with the state they are in
        :rtype: dict
        """
        found = self._compare(facts, settlement, is_followed)
        rows = found.pop("rows", [])
        found = {
            term: [to_amount(one, currency) for one in pair]
            for term, pair in found.items()
        }
        if rows:
            found["rows"] = [
                [key, *([state, to_amount(units, currency)] for state, units in pair)]
                for key, *pair in rows[:NAMED]
            ]
        return {"differs": bool(found), "differences": found or False}

    @api.model
    def _compare(self, facts, settlement, is_followed=True):
        """Find what the rows say another way than the account.

        :param Facts facts: with the rows as they are
        :param Settlement settlement: with the rows as they should be
        :param bool is_followed: the rows follow from the account, so that each of them
            is compared, too; those of a quotation follow from *Submit*
        :return: per term that differs both figures, in smallest units; where the sums
            are right, the rows that differ all the same
        :rtype: dict[str, tuple[int, int] | list]
        """
        # A quotation may have no rows yet: then nothing is asked too little
        if facts.scope.kind == "ordinary" or not (is_followed or facts.rows):
            return {}
        pairs = {
            "open": (
                sum(row.amount for row in facts.rows if row.state in OPEN_STATES),
                settlement.sums.open,
            ),
            "paid": (
                sum(row.amount for row in facts.rows if row.state == "paid"),
                sum(row.amount for row in settlement.rows if row.state == "paid"),
            ),
        }
        found = {term: pair for term, pair in pairs.items() if pair[0] != pair[1]}
        rows = self._compare_rows(facts, settlement) if is_followed else []
        return found or ({"rows": rows} if rows else {})

    @api.model
    def _compare_rows(self, facts, settlement):
        """Find the rows that are another way than they should be, the sums being right.

        One is paid and the other open, and it should be the other way round; or one
        asks too much, and another as much too little. Which of several words stands for
        *open* depends on the day, and makes no difference.

        :return: key of each, and state and amount as they are and as they should be
        :rtype: list[tuple]
        """
        wanted = {row.key: row for row in settlement.rows}
        return [
            (row.key, (row.state, row.amount), (other.state, other.amount))
            for row in sorted(facts.rows, key=lambda row: row.sequence)
            if (other := wanted.get(row.key)) and _weigh(row) != _weigh(other)
        ]


def _weigh(row):
    """What a row says of money: paid or open, and how much; all else is nothing."""
    if row.state == "paid":
        return "paid", row.amount
    return ("open", row.amount) if row.state in OPEN_STATES else None
