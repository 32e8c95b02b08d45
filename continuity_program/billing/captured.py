# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Whose is what was captured of one payment that pays several rows."""

from dataclasses import replace


def distribute_captured(item, places):
    """What was captured of an authorised payment belongs to the row it was captured
    for; the rest fills its places from the first."""
    room = [place.here for place in places]
    captured = share_out(places, item.captured, room, item.captures)
    room = [here - part for here, part in zip(room, captured, strict=True)]
    capturing = share_out(places, item.capturing, room, item.claims)
    for number, place in enumerate(places):
        place.captured, place.capturing = captured[number], capturing[number]
    left = list(item.captures)
    for place in places:
        left = _take_captures(place, left, is_own=True)
    for place in places:
        left = _take_captures(place, left)


def share_out(places, amount, room, captures):
    """Divide an amount: what was captured for a row is its own, the rest goes from the
    first on.

    :param list[int] room: what each place can take
    :return: what each place takes
    :rtype: list[int]
    """
    own = {}
    for capture in captures:
        if capture.row is not None:
            own[capture.row] = own.get(capture.row, 0) + capture.amount
    taken = [0] * len(places)
    for is_own in (True, False):
        for number, place in enumerate(places):
            more = max(0, min(amount, room[number] - taken[number]))
            if is_own:
                more = min(more, own.get(place.row, 0))
                own[place.row] = own.get(place.row, 0) - more
            taken[number] += more
            amount -= more
    return taken


def _take_captures(place, captures, is_own=False):
    """Give a place captures until it has what is here of the payment.

    :param bool is_own: only those that were made for its row
    :return: what is left for others
    :rtype: list[Captured]
    """
    rest = place.here - sum(capture.amount for capture in place.captures)
    left = []
    for capture in captures:
        is_mine = capture.row is not None and capture.row == place.row
        taken = min(rest, capture.amount) if is_mine or not is_own else 0
        back = min(taken, capture.returned)
        if taken:
            place.captures.append(replace(capture, amount=taken, returned=back))
            rest -= taken
        if taken < capture.amount:
            left.append(
                replace(
                    capture,
                    amount=capture.amount - taken,
                    returned=capture.returned - back,
                )
            )
    return left
