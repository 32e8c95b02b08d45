# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""How much of authorised money to take, and what to let go."""

from .expected import delivered_value
from .results import Capture


def captures(facts, sums):
    """Say what to capture and what to let go of every authorised payment.

    Documents and delivered goods decide, the value of goods rounded down. With nothing
    to come the documents alone do, and the rest is let go. Foreign payments are treated
    like ours, so that none blocks the scope for ever. A payment of several scopes that
    can be captured once only is captured when all of them say so.

    :param Facts facts: of the scope
    :param Sums sums: its account
    :return: those with something to do, the oldest payment first
    :rtype: tuple[Capture, ...]
    """
    held = [item for item in facts.money if item.state == "authorized"]
    if not held:
        return ()
    is_final = not sums.expected
    target = sums.documents
    if not is_final:
        target += delivered_value(facts.scope.total, facts.lines)
    # What is being captured is on its way; what came twice is offered back
    has_come = sums.received - sums.returned - sums.aside + sums.adjusted
    rest = max(0, target - has_come - sum(item.capturing for item in held))
    sequences = {row.key: row.sequence for row in facts.rows}
    held.sort(key=lambda item: (item.date, item.key, sequences.get(item.row, 0)))
    result = []
    for item in held:
        amount, void = _capture_of(item, rest, is_final)
        rest -= min(amount, rest)
        if amount or void:
            result.append(Capture(item.key, item.row, amount, void))
    return tuple(result)


def _capture_of(item, wanted, is_final):
    """Say what to do with one payment.

    :param int wanted: still to be taken
    :param bool is_final: nothing more will be wanted
    :return: what to capture, what to let go
    :rtype: tuple[int, int]
    """
    left = item.here - item.captured
    if item.capturing or left <= 0 or item.capture == "none":
        return 0, 0
    amount = min(wanted, left)
    if item.capture != "partial" and not is_final:
        return 0, 0
    if item.capture == "whole" and amount:
        # All or nothing: what is too much goes back afterwards
        return left, 0
    if item.capture == "once" and amount:
        # Its one capture frees the rest by itself
        return amount, 0
    return amount, left - amount if is_final else 0
