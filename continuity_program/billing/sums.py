# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The account of a scope: what is claimed, what has come, and what is left."""

from .expected import expected
from .facts import IN_FLIGHT
from .results import Sums


class Doubles:
    """Rows that were paid twice, and what has gone back of that already."""

    __slots__ = ("left", "noted", "total", "used", "used_before")

    def __init__(self, scope, money):
        """Look at the successes of each row.

        :param Scope scope: knows when it was opened anew
        :param Sequence[Money] money: all payments of the scope
        """
        #: per row, what came twice and has not gone back
        self.left = {}
        self.total = self.used = self.used_before = self.noted = 0
        accepted = _accepted(scope, money)
        for row, items in _by_row(money).items():
            amounts = [item.received for item in items]
            # Not "more than was asked": an extra row grows, a covered one asks less
            twice = sum(amounts) - max(amounts)
            if not twice:
                continue
            before, after, noted = _returned(scope, accepted, items)
            used_before = min(twice, before)
            used = min(twice - used_before, after)
            self.total += twice
            self.used_before += used_before
            self.used += used
            self.noted += min(noted, used)
            if left := twice - used_before - used:
                self.left[row] = left

    @property
    def aside(self):
        """What came twice and has not gone back, over all rows."""
        return self.total - self.used_before - self.used


def _by_row(money):
    """Rows that more than one payment was received for."""
    rows = {}
    for item in money:
        if item.row is not None and item.received:
            rows.setdefault(item.row, []).append(item)
    return {row: items for row, items in rows.items() if len(items) > 1}


def returned_by_key(money):
    """Add up what has gone back, whatever rows it was of.

    :param Sequence[Money] money: all payments of the scope
    :return: amount per key of a return; what is on its way has not gone back yet
    :rtype: dict
    """
    amounts = {}
    for back in _gone_back(money):
        amounts[back.key] = amounts.get(back.key, 0) + back.amount
    return amounts


def unexplained_by_key(scope, money):
    """Add up what has gone back and no note explains, whatever rows it was of.

    :param Scope scope: knows what of it a person said is owed all the same
    :param Sequence[Money] money: all payments of the scope
    :return: amount per key of a return
    :rtype: dict
    """
    accepted = _accepted(scope, money)
    amounts = {}
    for back in _gone_back(money):
        if not _is_before(scope, accepted, back) and back.amount > back.noted:
            amounts[back.key] = amounts.get(back.key, 0) + back.amount - back.noted
    return amounts


def _gone_back(items):
    for item in items:
        for back in item.gone_back:
            if not back.pending:
                yield back


def _accepted(scope, money):
    """Keys of the returns a person said are owed all the same.

    By what they are, not by a day: a bank line that is dated before, and comes later,
    was decided about by nobody. One that has grown was not, either.
    """
    if not scope.asked_again:
        return frozenset()
    known = dict(scope.asked_again)
    return frozenset(
        key
        for key, amount in returned_by_key(money).items()
        if amount <= known.get(key, 0)
    )


def _returned(scope, accepted, items):
    """Returns before the scope was opened anew, others, and noted ones of these.

    :param Scope scope: knows when it was opened anew
    :param frozenset accepted: see :func:`_accepted`
    :param Sequence[Money] items: payments of the scope
    """
    before = after = noted = 0
    for back in _gone_back(items):
        if _is_before(scope, accepted, back):
            before += back.amount
        else:
            after += back.amount
            noted += min(back.noted, back.amount)
    return before, after, noted


def _is_before(scope, accepted, back):
    """Whether a return was decided about: before it was opened anew, or by a person."""
    reopened_at = scope.reopened_at
    return back.key in accepted or bool(reopened_at and back.at < reopened_at)


def own_success(money):
    """Find the largest success of each row, whatever the books used it for.

    :param Sequence[Money] money: all payments of the scope
    :return: amount per row
    :rtype: dict
    """
    largest = {}
    for item in money:
        if item.row is not None and item.state == "done":
            amount = item.here + item.elsewhere
            if amount > largest.get(item.row, 0):
                largest[item.row] = amount
    return largest


def is_given_up(row, success):
    """Say whether a row is written off, and was not paid in full all the same.

    :param Row row: the row
    :param dict success: see :func:`own_success`
    :rtype: bool
    """
    return row.is_written_off and success.get(row.key, 0) < row.amount


def flying(rows, money, success):
    """Say what is under way of each row that was asked.

    :param Sequence[Row] rows: all rows of the scope
    :param Sequence[Money] money: all payments of the scope
    :param dict success: see :func:`own_success`
    :return: amount per row, less what was captured of it
    :rtype: dict
    """
    result = {
        row.key: row.amount
        for row in rows
        if row.state in IN_FLIGHT and row.key not in success
    }
    for item in money:
        if item.row in result and item.state == "authorized":
            result[item.row] = max(0, result[item.row] - item.captured)
    return result


def add_up(facts, success, in_flight, doubles):
    """Make the account of a scope.

    :param Facts facts: of the scope
    :param dict success: see :func:`own_success`
    :param dict in_flight: see :func:`flying`
    :param Doubles doubles: rows that were paid twice
    :rtype: Sums
    """
    scope, money, adjusted = facts.scope, facts.money, facts.adjusted
    documents = sum(doc.total for doc in facts.docs if doc.state == "posted")
    to_come = expected(facts)
    claim = documents + to_come
    ask_on = claim if scope.basis == "plan" else documents
    received = sum(item.received for item in money)
    elsewhere = sum(item.elsewhere for item in money if item.state == "done")
    before, after, noted = _returned(scope, _accepted(scope, money), money)
    pending = sum(
        back.amount for item in money for back in item.gone_back if back.pending
    )

    over, aside = _unexplained(
        after - doubles.used,
        noted - doubles.noted,
        received - doubles.total - (before - doubles.used_before) + adjusted - claim,
        doubles.aside,
    )
    others = [item for item in money if item.row not in in_flight]
    net = received - before - after
    counted = net - aside + adjusted
    credit = max(0, counted - claim)
    # Only money can go back, and nothing goes back twice
    to_refund = max(0, min(credit + aside, max(0, net)) - pending)

    gap = max(0, ask_on - counted)
    held_returned = min(over, gap)
    held = min(over + elsewhere, gap)
    asked = sum(in_flight.values())
    flight = min(asked, gap - held)
    rest = gap - held - flight
    given_up = sum(row.amount for row in facts.rows if is_given_up(row, success))
    written_off = min(given_up, rest)
    return Sums(
        claim=claim,
        documents=documents,
        expected=to_come,
        received=received,
        returned=before + after,
        going_back=pending,
        adjusted=adjusted,
        open=rest - written_off,
        in_flight=flight,
        written_off=written_off,
        held=held,
        later=max(0, claim - counted) - gap,
        credit=credit,
        aside=aside,
        to_refund=to_refund,
        other_under_way=sum(item.under_way for item in others),
        other_begun=sum(item.under_way for item in others if item.state == "draft"),
        held_returned=held_returned,
        excess_in_flight=asked - flight,
    )


def _unexplained(returned, noted, spare, aside):
    """What went back without a reason, and what of a double charge is left after it.

    :param int returned: what went back, double charges left out
    :param int noted: part of it that is matched with notes
    :param int spare: what had come beyond the claim before it went back
    :param int aside: double charges that have not gone back
    :return: unexplained return, double charge still to be offered back
    :rtype: tuple[int, int]
    """
    # A note may have cut open rows: its sum alone explains no return
    over = returned - min(returned, max(noted, spare, 0))
    # An unexplained return settles a double charge first: nothing goes back twice
    return max(0, over - aside), max(0, aside - over)
