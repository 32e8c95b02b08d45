# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What the answer of a provider makes of a row, and what proves a refusal."""

from dataclasses import dataclass

#: HTTP answers of the 400s that leave open whether the money moved: time-out, conflict,
#: too early, too many requests
NO_PROOF = frozenset({408, 409, 425, 429})
FAILED = frozenset({"error", "cancel"})
#: What any other state of a transaction makes of its row
ROW_STATES = {"pending": "pending", "authorized": "authorized", "done": "paid"}


@dataclass(frozen=True, slots=True)
class Answer:
    """A transaction as the provider left it.

    :param str state: draft, pending, authorized, done, cancel or error
    :param bool no_answer: marked as never answered
    :param str decline_code: the provider's word for a refusal
    :param int http_status: of the request; None = none came back
    :param bool by_provider: the provider's module set the state from an answer
    :param bool gives_codes: the provider has a word for every refusal
    :param int amount: of the transaction
    :param int captured: what was captured of it
    :param int to_capture: all that will ever be captured of it
    :param int open_captures: captures begun and not answered
    :param int lost_captures: those of them nobody will answer
    """

    state: str
    no_answer: bool = False
    decline_code: str = ""
    http_status: int | None = None
    by_provider: bool = False
    gives_codes: bool = False
    amount: int = 0
    captured: int = 0
    to_capture: int | None = None
    open_captures: int = 0
    lost_captures: int = 0


def is_decline(answer):
    """Say whether a failure proves that no money was taken.

    Only a word for the refusal, a refused request, or the state an answer set where the
    provider has no words. Whatever else went wrong, nobody knows.

    :param Answer answer: a transaction in *error* or *cancel*
    :rtype: bool
    """
    if answer.state not in FAILED:
        return False
    if answer.decline_code or _is_refused(answer.http_status):
        return True
    is_lost = answer.http_status is not None or answer.no_answer
    return answer.by_provider and not answer.gives_codes and not is_lost


def _is_refused(status):
    return status is not None and 400 <= status < 500 and status not in NO_PROOF


def row_state(answer, state):
    """Say what the answer makes of a row.

    :param Answer answer: of the transaction that counts
    :param str state: the row's state so far
    :return: its state now
    :rtype: str
    """
    if state == "cancelled" and answer.state != "done":
        return state
    if answer.open_captures:
        return "unknown" if answer.lost_captures else state
    if answer.state == "authorized" and answer.captured:
        wanted = answer.amount if answer.to_capture is None else answer.to_capture
        if answer.captured >= wanted:
            return "paid"
    if answer.state in FAILED:
        return _failed(answer, state)
    if answer.state == "draft":
        return "unknown" if answer.no_answer else state
    return ROW_STATES.get(answer.state, state)


def _failed(answer, state):
    """What a failure makes of a row."""
    if state == "authorized":
        # It lapsed, or the bank gave it up: nothing was refused
        return "paid" if answer.captured else "scheduled"
    return "declined" if is_decline(answer) else "unknown"
