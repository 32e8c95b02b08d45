# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The one function that says what is owed, asked, captured and given back."""

from dataclasses import replace

from .ask import Asking
from .capture import captures
from .facts import Row
from .laws import check
from .reasons import is_waiting, reasons
from .refunds import refunds
from .results import Settlement
from .spread import spread
from .sums import Doubles, add_up, flying, own_success
from .suppose import with_drafts_posted


def settle(facts, by_hand=False):
    """Settle a scope: a function of all its facts, and of nothing else.

    Applied to its own result it changes nothing.

    :param Facts facts: everything that belongs to the scope
    :param bool by_hand: a person asks: the date of the next attempt does not count
    :rtype: Settlement
    :raise LawBroken: the result contradicts itself
    """
    doubles = Doubles(facts.scope, facts.money)
    sums, rows, new_rows = _account(facts, doubles)
    everything = (*rows, *new_rows)
    drafts = _with_draft_notes(facts, everything) if sums.open else None
    asking = Asking(facts, sums, everything, doubles, drafts, by_hand)
    proposed = refunds(facts, sums, doubles) if sums.to_refund else ()
    is_kept = bool(proposed) and _is_kept_by_drafts(facts, sums, doubles)
    settlement = Settlement(
        sums=sums,
        rows=rows,
        new_rows=new_rows,
        ask_now=tuple(asking.asks),
        refused=tuple(asking.refused),
        moves=tuple(asking.moves),
        # Nothing goes back while something may still come, or be asked for again
        refunds=() if is_waiting(sums) or is_kept else proposed,
        captures=captures(facts, sums),
        reasons=reasons(facts, sums, proposed, asking.small_rest, is_kept),
    )
    check(settlement)
    return settlement


def _account(facts, doubles):
    """The account and the rows.

    :return: sums, rows, rows to be made
    :rtype: tuple
    """
    sums, *others = _sum_up(facts, doubles)
    return (sums, *spread(facts, sums, *others))


def _sum_up(facts, doubles):
    """The account, and what it is made of.

    :return: sums, the own success and what is in flight of each row
    :rtype: tuple
    """
    success = own_success(facts.money)
    in_flight = flying(facts.rows, facts.money, success)
    return add_up(facts, success, in_flight, doubles), success, in_flight


def _with_draft_notes(facts, rows):
    """What the rows would be if the draft notes were posted.

    :param tuple[RowResult, ...] rows: what they are without
    :return: amount per sequence number of an open row; None = there are no draft notes
    :rtype: dict | None
    """
    supposed = with_drafts_posted(facts, "note")
    if supposed is None:
        return None
    posted = apply(supposed, rows)
    _sums, rows, new_rows = _account(posted, Doubles(posted.scope, posted.money))
    return {row.sequence: row.amount for row in (*rows, *new_rows) if row.is_open}


def _is_kept_by_drafts(facts, sums, doubles):
    """Say whether a draft invoice asks for money that would be given back.

    What is written anew may ask for more than the order says: given back today, the
    card would be asked for it again when the draft is posted. A unit of rounding per
    draft is none.

    :param Sums sums: the account without the drafts
    :rtype: bool
    """
    posted = with_drafts_posted(facts, "invoice") if facts.scope.alive else None
    if posted is None:
        return False
    drafts = sum(doc.state == "draft" for doc in facts.docs)
    left, *_others = _sum_up(posted, doubles)
    return sums.to_refund - left.to_refund > drafts


def apply(facts, rows):
    """Make the facts that there are once the rows are written.

    :param Facts facts: what the rows were made of
    :param Sequence[RowResult] rows: all rows of the settlement, new ones too
    :return: the same facts with these rows; a new row gets a key of its own
    :rtype: Facts
    """
    before = {row.key: row.next_attempt for row in facts.rows}
    written = tuple(
        Row(
            ("new", row.sequence) if row.is_new else row.key,
            row.sequence,
            row.due,
            row.base,
            row.amount,
            row.state,
            row.kind,
            row.method,
            row.otherwise,
            row.cancel,
            row.line,
            before.get(row.key),
        )
        for row in rows
    )
    return replace(facts, rows=written)
