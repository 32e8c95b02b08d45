# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What ``settle`` says: its only output."""

from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Sums:
    """The account of a scope; every figure is a whole number of units.

    :param int claim: documents and what they will still ask
    :param int documents: posted invoices less notes
    :param int expected: what documents will still ask
    :param int received: money of every door that has come
    :param int returned: what went back of it
    :param int going_back: what is on its way back
    :param int adjusted: settled in the books without money
    :param int open: to be asked, the sum of the open rows
    :param int in_flight: asked and not answered, or authorised
    :param int written_off: given up by a person
    :param int held: covered by nothing, and not asked before a person has looked
    :param int later: not asked before there is a document
    :param int credit: what came beyond the claim
    :param int aside: second successes of a row, offered back
    :param int to_refund: what may be given back now
    :param int other_under_way: foreign money that may still come
    :param int other_begun: the part of it whose customer has a payment page open
    :param int held_returned: the part of ``held`` that went back without a note
    :param int excess_in_flight: asked and not answered beyond the claim
    """

    claim: int
    documents: int
    expected: int
    received: int
    returned: int
    going_back: int
    adjusted: int
    open: int
    in_flight: int
    written_off: int
    held: int
    later: int
    credit: int
    aside: int
    to_refund: int
    other_under_way: int
    other_begun: int
    held_returned: int
    excess_in_flight: int


@dataclass(frozen=True, slots=True)
class RowResult:
    """What a row must be.

    :param Any key: the row; None = it is to be made
    """

    key: Any
    sequence: int
    due: date
    base: int
    amount: int
    state: str
    kind: str = "plan"
    method: str = "card"
    otherwise: bool = False
    cancel: str | None = None
    line: Any = None

    @property
    def is_new(self):
        """Whether it is to be made."""
        return self.key is None

    @property
    def is_open(self):
        """Whether its amount is still to be asked."""
        return self.state in ("scheduled", "billed", "declined")


@dataclass(frozen=True, slots=True)
class Refund:
    """Money to give back: so much of that payment.

    :param Any money: key of the payment
    :param Any row: the row it was asked for; None for foreign money
    :param Any capture: the capture to refund; None = the payment itself
    :param bool by_hand: no provider can do it
    """

    money: Any
    amount: int
    row: Any = None
    capture: Any = None
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Capture:
    """Authorised money to take, and to let go.

    :param Any money: key of the payment
    :param int amount: to capture now, 0 = nothing
    :param int void: to let go for good
    """

    money: Any
    row: Any
    amount: int
    void: int


@dataclass(frozen=True, slots=True)
class Ask:
    """One request: to charge a card once, or to bill.

    :param tuple[int, ...] rows: sequence numbers of the rows it pays; a row that is
        still to be made has no key
    :param int amount: of all of them
    :param str kind: ``charge`` or ``bill``
    """

    rows: tuple
    amount: int
    kind: str


@dataclass(frozen=True, slots=True)
class Move:
    """A share of a double charge that pays another row instead of the card.

    :param Any money: key of the payment
    :param Any row: the row that was paid twice
    :param int to_row: sequence number of the row it pays now
    """

    money: Any
    row: Any
    to_row: int
    amount: int


@dataclass(frozen=True, slots=True)
class Settlement:
    """The answer to everything.

    :param tuple[RowResult, ...] rows: every row there is, as it must be
    :param tuple[RowResult, ...] new_rows: rows to be made
    :param tuple[Ask, ...] ask_now: what may be asked at once
    :param tuple[tuple[int, str], ...] refused: sequence number of an open row, and the
        code that says why it is not asked
    :param tuple[Move, ...] moves: double charges to use instead of asking
    :param tuple[Refund, ...] refunds: what the refund button does
    :param tuple[Capture, ...] captures: what to capture and to let go
    :param tuple[str, ...] reasons: codes of what a person must look at
    """

    sums: Sums
    rows: tuple = ()
    new_rows: tuple = ()
    ask_now: tuple = ()
    refused: tuple = ()
    moves: tuple = ()
    refunds: tuple = ()
    captures: tuple = ()
    reasons: tuple = ()
