# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What to give back, and of which payment."""

from .results import Refund


def refunds(facts, sums, doubles):
    """List what the refund button does.

    First what a row was paid twice, from the payments of that row: from another one it
    would be offered again. Then the rest, the latest money first. No payment gives more
    than the scope has of it.

    :param Facts facts: of the scope
    :param Sums sums: its account
    :param Doubles doubles: rows that were paid twice
    :return: Refunds, in this order; their sum is at most what may be given back
    :rtype: tuple[Refund, ...]
    """
    items = sorted(facts.money, key=_age(facts.rows), reverse=True)
    budgets = [_left(item) for item in items]
    given = [0] * len(items)
    rest = sums.to_refund
    aside = min(sums.aside, rest)
    for row in dict.fromkeys(item.row for item in items):
        if row in doubles.left:
            pending = sum(_pending(item) for item in items if item.row == row)
            wanted = min(aside, max(0, doubles.left[row] - pending))
            places = [k for k, item in enumerate(items) if item.row == row]
            taken = _take(wanted, places, budgets, given)
            aside -= taken
            rest -= taken
    _take(rest, range(len(items)), budgets, given)
    result = []
    for item, amount in zip(items, given, strict=True):
        if amount:
            result += _refunds_of(item, amount)
    return tuple(result)


def _take(wanted, places, budgets, given):
    """Take an amount from some payments, the first ones first.

    :return: what could be taken
    :rtype: int
    """
    rest = wanted
    for place in places:
        taken = min(rest, budgets[place])
        budgets[place] -= taken
        given[place] += taken
        rest -= taken
    return wanted - rest


def _age(rows):
    """Sort payments by date; those of one payment by its rows."""
    sequences = {row.key: row.sequence for row in rows}
    return lambda item: (item.date, item.key, sequences.get(item.row, 0))


def _pending(item):
    return sum(back.amount for back in item.returns if back.pending)


def _left(item):
    """What the scope can still get back of a payment."""
    if item.is_over:
        return 0
    back = sum(back.amount for back in item.returns)
    return max(0, item.received - back - item.unassigned)


def _refunds_of(item, amount):
    """Say how a payment gives an amount back."""
    whole = item.here if item.amount is None else item.amount
    # More than what is left of it is never given: all of it is nothing back so far
    is_whole = amount == whole
    by_hand = item.refundable == "none" or (
        item.refundable == "full_only" and not is_whole
    )
    if by_hand or not item.captures:
        return [Refund(item.key, amount, item.row, by_hand=by_hand)]
    # A provider knows a captured payment by its captures
    result = []
    for capture in reversed(item.captures):
        taken = min(amount, max(0, capture.amount - capture.returned))
        if taken:
            result.append(Refund(item.key, taken, item.row, capture.key))
            amount -= taken
    if amount:
        result.append(Refund(item.key, amount, item.row, by_hand=True))
    return result


def give_backs(facts, settlement):
    """Say of each row what is to be given back of it, and what went back.

    Paid too much is what no credit note explains: a second charge, or an invoice that
    asks for less than was paid.

    :param Facts facts: of the scope
    :param Settlement settlement: the answer
    :return: by row: ``to_refund``, ``overpaid`` (a part of it) and ``refunded``
    :rtype: dict[Any, dict[str, int]]
    """
    result = {
        row.key: {"to_refund": 0, "overpaid": 0, "refunded": 0} for row in facts.rows
    }
    came = {}
    for item in facts.money:
        if item.row in result:
            came.setdefault(item.row, []).append(item.received)
            result[item.row]["refunded"] += sum(
                back.amount for back in item.gone_back if not back.pending
            )
    for row, amounts in came.items():
        # What came twice went back first: of what was asked it is nothing
        left = result[row]["refunded"] - sum(amounts) + max(amounts)
        result[row]["refunded"] = max(0, left)
    sums = settlement.sums
    noted = sum(-doc.total for doc in facts.docs if _is_posted_note(doc))
    noted -= sum(min(b.noted, b.amount) for item in facts.money for b in item.returns)
    rest = sums.aside + sums.credit - min(sums.credit, max(0, noted))
    # In the order of the list: the second charge of a row comes first
    for refund in settlement.refunds:
        beyond = min(rest, refund.amount)
        rest -= beyond
        if refund.row in result:
            result[refund.row]["to_refund"] += refund.amount
            result[refund.row]["overpaid"] += beyond
    return result


def _is_posted_note(doc):
    return doc.kind == "note" and doc.state == "posted"
