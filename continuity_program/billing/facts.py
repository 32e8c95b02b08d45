# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What is known about the money of one scope: the only input of ``settle``.

Every amount is a whole number of the smallest unit of the order's currency. Every
quantity is a whole number, too: of the smallest step of the line's unit of measure.
Keys are whatever the caller likes, as long as keys of one kind can be compared.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from ..planning.instalments import Schedule

#: Begun and not answered: money that may still come
UNDER_WAY = frozenset({"draft", "processing", "pending", "authorized", "unknown"})
#: States of a row whose money was asked for and has neither come nor failed
IN_FLIGHT = frozenset({"processing", "pending", "authorized", "unknown"})
#: States of a row that keep their name while something is left to pay
KEPT = frozenset({"billed", "declined"})


@dataclass(frozen=True, slots=True)
class Line:
    """An order line, as far as documents are concerned.

    :param int gross: its total with tax
    :param int ordered: ordered quantity; 0 = the line says nothing
    :param int called_off: part of it that will never be delivered
    :param int invoiced: quantity on posted invoices; notes are not deducted
    :param int drafted: quantity on draft invoices
    :param int taken_back: quantity that came back and was settled
    :param int credited: quantity on notes, draft or posted
    :param int delivered: delivered quantity
    """

    gross: int
    ordered: int
    called_off: int = 0
    invoiced: int = 0
    drafted: int = 0
    taken_back: int = 0
    credited: int = 0
    delivered: int = 0


@dataclass(frozen=True, slots=True)
class Term:
    """A receivable line of an invoice: so much, on that day."""

    line: Any
    maturity: date
    amount: int


@dataclass(frozen=True, slots=True)
class Doc:
    """An invoice or a credit note.

    :param str state: draft, posted or cancelled
    :param int total: below 0 for a note
    :param date date: invoice date
    :param Any reverses: key of the document a note takes back
    :param tuple[Term, ...] terms: receivable lines of an invoice
    """

    key: Any
    total: int
    state: str = "posted"
    date: date = date.min
    kind: str = "invoice"
    reverses: Any = None
    terms: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class Return:
    """Money that went back, by whatever door.

    :param int amount: above 0
    :param datetime at: when it was made; compared with ``Scope.reopened_at``
    :param bool pending: begun and not answered yet
    :param str kind: ``refund``, or ``bank`` when a bank took it back
    :param int noted: how much of it is matched with a credit note of the scope
    :param date lost_on: from when on a person has to say what became of it; None = its
        answer is waited for, or has come
    """

    key: Any
    amount: int
    at: datetime = datetime.min
    pending: bool = False
    kind: str = "refund"
    noted: int = 0
    lost_on: date | None = None


@dataclass(frozen=True, slots=True)
class Captured:
    """One capture of an authorised payment, which is what a provider refunds.

    :param int returned: what went back, or is going back, of this capture
    :param Any row: the row it was made for; None = nobody knows
    """

    key: Any
    amount: int
    returned: int = 0
    row: Any = None


@dataclass(frozen=True, slots=True)
class Money:
    """What a scope has of one payment; two rows paid by one payment give two of these.

    :param Any key: the payment
    :param str door: ``own``, ``link``, ``portal``, ``pos``, ``register``, ``bank`` or
        ``entry``; tells people where it came from and decides nothing
    :param str state: draft, processing, pending, authorized, unknown, done, failed or
        charged_back
    :param int here: what counts for this scope and this row
    :param Any row: the row it was asked for; None = foreign money, which covers rows
        from the first on
    :param int amount: of the whole payment, over all scopes; None = ``here``
    :param int elsewhere: what the books used of the row's money for something else
    :param tuple[Return, ...] returns: what went back of it
    :param date date: decides which money is the latest
    :param str refundable: ``partial``, ``full_only`` or ``none``
    :param int unassigned: returns of the payment nobody could assign to a scope
    :param int captured: of an authorised payment, what has come already
    :param int capturing: captures and voids begun and not answered
    :param str capture: ``partial`` = several times, ``once`` = once, any amount,
        ``whole`` = once and everything, ``none`` = by a person
    :param tuple[Captured, ...] captures: the captures that took money
    :param bool is_transfer: nobody but a person will ever say that it came
    :param int unmatched: what no document in the books is matched with
    """

    key: Any
    door: str
    state: str
    here: int
    row: Any = None
    amount: int | None = None
    elsewhere: int = 0
    returns: tuple[Return, ...] = ()
    date: date = date.min
    refundable: str = "partial"
    unassigned: int = 0
    captured: int = 0
    capturing: int = 0
    capture: str = "partial"
    captures: tuple[Captured, ...] = ()
    is_transfer: bool = False
    unmatched: int = 0

    @property
    def received(self):
        """What has really come of it."""
        if self.state == "done":
            return self.here
        return self.captured if self.state == "authorized" else 0

    @property
    def under_way(self):
        """What may still come of it."""
        return self.here - self.received if self.state in UNDER_WAY else 0

    @property
    def is_over(self):
        """Whether it is as if it had never come."""
        return self.state in ("failed", "charged_back")

    @property
    def gone_back(self):
        """What went back of it, and counts, done or on its way.

        Of a payment that is over nothing does. But what the provider has given back on
        top of a chargeback is no part of it; what the bank took is the chargeback.
        """
        if self.state == "charged_back":
            return tuple(back for back in self.returns if back.kind == "refund")
        return () if self.is_over else self.returns


@dataclass(frozen=True, slots=True)
class Row:
    """An instalment: a request for money, never a proof of it.

    :param int base: what the plan says; of an extra row its amount
    :param int amount: what is asked, or was asked
    :param str state: scheduled, processing, pending, authorized, unknown, paid,
        billed, declined or cancelled
    :param str kind: ``plan``, or ``extra`` for a difference nobody planned
    :param str method: ``card``, or ``account`` for a bill
    :param bool otherwise: paid by money of another door
    :param str cancel: why it is cancelled: plan, credited, corrected, child, order,
        written_off or books
    :param Any line: the receivable line it stands for, when documents are the basis
    :param date next_attempt: of a declined row; None = it is not tried again
    """

    key: Any
    sequence: int
    due: date
    base: int
    amount: int
    state: str = "scheduled"
    kind: str = "plan"
    method: str = "card"
    otherwise: bool = False
    cancel: str | None = None
    line: Any = None
    next_attempt: date | None = None

    @property
    def is_written_off(self):
        """Whether a person gave it up."""
        return self.state == "cancelled" and self.cancel == "written_off"


@dataclass(frozen=True, slots=True)
class Plan:
    """How the claim is split into rows as long as nothing has happened to them.

    :param Schedule schedule: None = one row on the base date
    :param date base_date: what the schedule counts from
    :param Decimal unit: smallest unit of the currency, e.g. 0.01
    """

    schedule: Schedule | None
    base_date: date
    unit: Decimal


@dataclass(frozen=True, slots=True)
class Gate:
    """What may keep a card, or the customer, from being asked; all clear by default.

    :param bool is_running: the order is submitted, or being submitted, and has not
        ended
    :param bool is_owner: the card belongs to the customer of today
    """

    is_running: bool = True
    hold_manual: bool = False
    hold_payment: bool = False
    parent_hold: bool = False
    has_card: bool = True
    is_expired: bool = False
    is_archived: bool = False
    is_owner: bool = True
    provider_on: bool = True
    company_active: bool = True
    database_confirmed: bool = True
    balance_differs: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """A claim with everything that belongs to it.

    :param str kind: ``child``, ``upfront`` or ``ordinary``
    :param int total: of the order, the parent line, or the ordinary lines
    :param bool alive: neither cancelled nor waiting for its credit note
    :param str basis: ``plan`` = rows come from a schedule; ``documents`` = nothing is
        asked before there is an invoice
    :param date today: in the company's time zone
    :param Plan plan: None = rows are never planned anew
    :param datetime reopened_at: a cancelled child was confirmed again
    :param tuple[tuple[Any, int], ...] asked_again: keys and amounts of the returns a
        person said are owed all the same
    :param int smallest_charge: less is never asked of a card alone; 0 = no limit
    :param frozenset[str] notices: codes for a person that reading the facts gave
    """

    key: Any
    kind: str
    total: int
    today: date = date.max
    alive: bool = True
    basis: str = "plan"
    plan: Plan | None = None
    reopened_at: datetime | None = None
    asked_again: tuple[tuple[Any, int], ...] = ()
    gate: Gate = Gate()
    smallest_charge: int = 0
    notices: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Facts:
    """All there is to know about one scope; the order within the tuples is irrelevant.

    :param int adjusted: settled by entries that are no money: write-off in the books,
        discount, contra
    :param int down_payments: posted, and not deducted by an invoice yet
    """

    scope: Scope
    lines: tuple[Line, ...] = ()
    docs: tuple[Doc, ...] = ()
    money: tuple[Money, ...] = ()
    rows: tuple[Row, ...] = ()
    adjusted: int = 0
    down_payments: int = 0
