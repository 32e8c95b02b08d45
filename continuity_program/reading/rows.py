# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The rows of the queries, by name."""

from datetime import date, datetime
from typing import NamedTuple


class ScopeRow(NamedTuple):
    """A scope, its order, and what may keep a card from being asked."""

    kind: str
    res_id: int
    order_id: int
    sale_order_id: int
    company_id: int
    currency_id: int
    total: float
    is_alive: bool
    state: str
    is_paused: bool
    hold_manual: bool
    hold_payment: bool
    parent_hold: bool
    method: str
    schedule_id: int
    #: what the schedule counts from while there are no rows
    base_date: date
    #: rows follow documents, unless a schedule says otherwise
    waits_for_invoice: bool
    company_active: bool
    has_card: bool
    card_expiry: date
    card_active: bool
    is_owner: bool
    provider_on: bool
    #: a cancelled child was confirmed again
    reopened_at: datetime = None
    #: returns that are owed all the same: kind, id, smallest units
    asked_again: list = None

    @property
    def scope(self):
        """The key of the scope."""
        return self.kind, self.res_id


class LineRow(NamedTuple):
    """A sale order line, quantities in its unit of measure."""

    kind: str
    res_id: int
    is_down_payment: bool
    gross: float
    ordered: float
    called_off: float
    taken_back: float
    delivered: float
    invoiced: float
    drafted: float
    credited: float
    #: what posted documents say of it, notes below 0
    posted_total: float


class DocumentRow(NamedTuple):
    """A document, and what of it belongs to one scope: one row per scope."""

    move_id: int
    move_type: str
    state: str
    date: date
    total: float
    currency_id: int
    company_id: int
    reversed_id: int
    #: the continuity order, when it is billed up front
    upfront_id: int
    #: None = no line says whose it is
    kind: str
    res_id: int
    weight: float


class ReceivableRow(NamedTuple):
    """A receivable line, and one match of it, if there is one.

    Of a document, or of the entry of a payment. Amounts of the line have its sign,
    those of the match are above 0.
    """

    line_id: int
    #: the document, or the payment
    res_id: int
    maturity: date
    amount: float
    residual: float
    #: residual in the currency of the company
    residual_company: float
    currency_id: int
    partial_id: int
    #: what was matched, in the currency of the line, and of the other line
    matched: float
    other_matched: float
    other_move_id: int
    other_type: str
    other_payment_id: int
    other_statement_id: int
    other_currency_id: int
    other_date: date
    #: of another entry: what it has on receivable accounts, below 0 when money goes out
    other_receivable: float
    other_receivable_currency: float
    #: and what of it is money; None = it is no money
    other_money: float
    #: the other line, and what is left of it in its own currency
    other_line_id: int = None
    other_residual: float = None
    #: the other line is of a refund by a provider: of which transaction
    other_refund_of: int = None
    #: and that transaction is a payment that reaches a claim, so it knows of the refund
    other_is_refund: bool = False


class RequestRow(NamedTuple):
    """A row of the payment ledger."""

    row_id: int
    kind: str
    res_id: int
    sequence: int
    due: date
    amount: float
    #: what the plan says
    planned: float
    part: str
    basis: str
    state: str
    cancel_kind: str
    otherwise: bool
    method: str
    line_id: int
    next_attempt: date
    transaction_ids: list

    @property
    def scope(self):
        """The key of the scope; a row of a child that is gone has none."""
        return (self.kind, self.res_id) if self.kind else None


class TransactionRow(NamedTuple):
    """A transaction of a provider: a payment, a capture, a void or a refund."""

    tx_id: int
    root_id: int
    source_id: int
    operation: str
    state: str
    amount: float
    currency_id: int
    company_id: int
    created: datetime
    changed: datetime
    payment_id: int
    no_answer: bool
    asked_at: datetime
    charged_back: bool
    #: the row it was given back for
    refund_row_id: int
    settle_kind: str
    provider_id: int
    provider_code: str
    #: what the method of payment allows
    method_refund: str
    method_capture: str
    #: the provider has given it a name
    is_named: bool = False
    #: so many days its company waits for an answer that is to come later
    wait_days: int = 0
    #: when its money was taken back
    charged_back_at: datetime = None
    #: the row it was captured or let go for
    settle_row_id: int = None


class LinkRow(NamedTuple):
    """What a transaction is linked to: an order or a document; or a share of it."""

    tx_id: int
    move_id: int
    sale_order_id: int
    is_child: bool
    #: orders billed up front that the parent order has; None = no parent order
    upfront_ids: list
    #: of a share: whose it is, how much, and the row it was made for
    kind: str = None
    res_id: int = None
    amount: float = None
    row_id: int = None
    due: date = None


class PaymentRow(NamedTuple):
    """An account.payment that counts."""

    payment_id: int
    direction: str
    state: str
    amount: float
    currency_id: int
    company_id: int
    date: date
    created: datetime
    has_entry: bool
    tx_id: int
    move_ids: list
