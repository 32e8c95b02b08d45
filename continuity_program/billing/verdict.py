# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What a settlement says about asking for one row."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a card may be asked for a row now.

    :param int amount: what may be asked at most; 0 = nothing
    :param str code: why nothing may be asked; None = it may
    :param frozenset rows: keys of all rows of the same request, this one included; a
        rest that is too small for a card is asked together with others
    :param tuple[Move, ...] moves: the double charges that pay it instead
    """

    amount: int = 0
    code: str | None = None
    rows: frozenset = frozenset()
    moves: tuple = ()


def verdicts(settlement):
    """Say of every row there is whether a card may be asked for it.

    Beside the codes of ``ask`` there are ``paid``: its own charge has succeeded,
    ``paid_otherwise``: other money has paid it, ``under_way``: it was asked already,
    ``held``: a person looks at it first, ``nothing_open``: the claim is less than its
    rows, and ``to_bill``: no card pays.

    :param Settlement settlement: of the scope
    :rtype: dict[Any, Verdict]
    """
    refused = dict(settlement.refused)
    moves = {}
    for move in settlement.moves:
        moves[move.to_row] = (*moves.get(move.to_row, ()), move)
    charges = {}
    for ask in settlement.ask_now:
        charges.update(dict.fromkeys(ask.rows, ask))
    keys = {row.sequence: row.key for row in settlement.rows}
    result = {}
    for row in settlement.rows:
        ask = charges.get(row.sequence)
        if ask and ask.kind == "charge":
            # Who is still to be made is asked when he is
            mine = frozenset(keys[number] for number in ask.rows if number in keys)
            result[row.key] = Verdict(row.amount, rows=mine)
        elif ask:
            result[row.key] = Verdict(code="to_bill")
        else:
            code = refused.get(row.sequence) or _code(row, settlement.sums)
            result[row.key] = Verdict(code=code, moves=moves.get(row.sequence, ()))
    return result


def _code(row, sums):
    """Why a row that is not open is not asked."""
    if row.state == "paid":
        return "paid_otherwise" if row.otherwise else "paid"
    if row.state != "cancelled":
        return "under_way"
    return "held" if sums.held else "nothing_open"
