# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What the answer of a provider makes of a row, and what proves a refusal."""

from dataclasses import dataclass

from .providers import (
    AUTHENTICATE,
    CONFIGURATION,
    HARD,
    NO_ANSWER,
    NOT_NOW,
    NOT_SENT,
    SOFT,
)

#: Kinds of an answer that are a refusal of the bank
DECLINED = frozenset({SOFT, HARD, AUTHENTICATE})
#: Kinds that never reached the bank: the row is as free as it was
NOT_ASKED = frozenset({NOT_SENT, CONFIGURATION, NOT_NOW})
#: HTTP answers of the 400s that leave open whether the money moved: time-out, conflict,
#: too early, too many requests
NO_PROOF = frozenset({408, 409, 425, 429})
FAILED = frozenset({"error", "cancel"})
#: How far a request for money has come: nothing has gone out, only what asks for no
#: money, nobody was there, it has gone out, it was answered
UNASKED, BEFORE, REFUSED, SENT, ANSWERED = STAGES = (
    *("unasked", "before", "refused", "sent", "answered"),
)
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
    :param str stage: how far the request for the money has come, see `STAGES`
    :param bool can_wait: the provider said when to come again
    :param str kind: what kind of answer it is judged to be; empty = by its evidence
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
    stage: str = SENT
    can_wait: bool = False
    kind: str = ""
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


def classify(answer, provider):
    """Say what kind of answer a failure is.

    A word of the provider comes first, then what the network says. Only what is known
    not to have moved money may be asked anew under another reference.

    :param Answer answer: a transaction that failed, or got no answer
    :param Provider provider: how its words are read
    :return: one of the kinds of `providers`
    :rtype: str
    """
    status, code = answer.http_status, answer.decline_code
    if kind := provider.kinds.get(code) or _classify_network(answer, provider):
        return kind
    if status == 402 or (code and status is None):
        return SOFT
    if status is not None:
        return CONFIGURATION if _is_refused(status) else NO_ANSWER
    return SOFT if is_decline(answer) else NO_ANSWER


def _classify_network(answer, provider):
    """The kind of what the bank never came to see; None = it may have seen it."""
    status = answer.http_status
    if answer.stage == REFUSED or status == 429:
        return NOT_SENT
    if status == 503 and answer.can_wait:
        return NOT_SENT
    if answer.stage == BEFORE and (answer.no_answer or (status or 0) >= 500):
        return NOT_SENT
    if answer.stage in (UNASKED, BEFORE) and provider.is_traced:
        return provider.unasked if answer.stage == UNASKED else CONFIGURATION
    return None


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
        if answer.kind in NOT_ASKED:
            return "scheduled"
        return "unknown" if answer.no_answer else state
    return ROW_STATES.get(answer.state, state)


def _failed(answer, state):
    """What a failure makes of a row."""
    if state == "authorized":
        # It lapsed, or the bank gave it up: nothing was refused
        return "paid" if answer.captured else "scheduled"
    if answer.kind in NOT_ASKED:
        return "scheduled"
    is_no = answer.kind in DECLINED if answer.kind else is_decline(answer)
    return "declined" if is_no else "unknown"
