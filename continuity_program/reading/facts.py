# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Scopes, order lines, documents and rows as facts; money comes from `items`."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from ..billing import Doc, Facts, Gate, Line, Plan, Row, Scope, Term
from ..planning.errors import ScheduleError
from ..planning.instalments import due_dates
from .chunk import CUSTOMER_DOCUMENTS

#: Order states that let rows be asked; a hold says so by itself
RUNNING = frozenset({"running", "on_hold"})
#: What cancelled a row, in the words of the ledger and in those of the facts
CANCEL_KINDS = {"quotation": "order"}


@dataclass(frozen=True, slots=True)
class Occasion:
    """On what occasion somebody is about to be asked.

    :param date today: the day of the process; None = today, where the company is
    :param bool by_hand: a person asks: neither the date of the next attempt nor a hold
        for a payment is an obstacle
    :param bool on_session: the customer is there and pays himself: nor is a pause
    :param frozenset submitting: ids of continuity orders that are being submitted, so
        that draft is no obstacle
    """

    today: date | None = None
    by_hand: bool = False
    on_session: bool = False
    submitting: frozenset = frozenset()

    @property
    def is_personal(self):
        """Whether the date of the next attempt does not count."""
        return self.by_hand or bool(self.submitting)


@dataclass(frozen=True, slots=True)
class Setting:
    """What is the same for all scopes of a chunk.

    :param dict today: per company, today in its zone
    :param dict schedules: per id, a payment schedule
    :param int steps: how many of the smallest steps one unit of measure has
    :param bool is_confirmed: this database is the real one
    :param frozenset differing: scopes whose stored account says something else
    :param Occasion occasion: who is about to be asked
    :param dict smallest: per company and currency, less than which no card is asked for
        alone, in smallest units
    """

    today: dict
    schedules: dict
    steps: int
    is_confirmed: bool = True
    differing: frozenset = field(default_factory=frozenset)
    occasion: Occasion = Occasion()
    smallest: dict = field(default_factory=dict)


def make_facts(chunk, setting):
    """Say what is known about each scope, but for its payments.

    :param Chunk chunk: what was read
    :param Setting setting: what is the same for all
    :rtype: dict[tuple[str, int], Facts]
    """
    docs, adjusted, notices = _make_docs(chunk)
    return {
        scope: _make_facts(
            chunk,
            setting,
            row,
            tuple(docs.get(scope, ())),
            adjusted.get(scope, 0),
            frozenset(notices.get(scope, ())),
        )
        for scope, row in chunk.scopes.items()
    }


def _make_facts(chunk, setting, row, docs, adjusted, notices):
    lines = chunk.lines.get(row.scope, ())
    basis = _get_basis(chunk, row)
    rows = _make_rows(chunk, row, basis)
    scope = Scope(
        row.scope,
        row.kind,
        chunk.units(row.total, row.currency_id),
        setting.today[row.company_id],
        row.is_alive,
        basis,
        _make_plan(chunk, setting, row, rows) if basis == "plan" else None,
        row.reopened_at,
        tuple(((kind, res_id), units) for kind, res_id, units in row.asked_again or ()),
        gate=_make_gate(setting, row),
        smallest_charge=setting.smallest.get((row.company_id, row.currency_id), 0),
        notices=notices,
    )
    return Facts(
        scope,
        tuple(
            _make_line(chunk, setting, row, line)
            for line in lines
            if not line.is_down_payment
        ),
        docs,
        rows=rows,
        adjusted=adjusted,
        down_payments=_get_down_payments(chunk, row, lines),
    )


def _get_down_payments(chunk, row, lines):
    """Down payments that no invoice has deducted yet."""
    posted = sum(line.posted_total or 0.0 for line in lines if line.is_down_payment)
    return max(0, chunk.units(posted, row.currency_id))


def _make_line(chunk, setting, row, line):
    def steps(quantity):
        return round((quantity or 0.0) * setting.steps)

    invoiced, taken_back = steps(line.invoiced), steps(line.taken_back)
    ordered = steps(line.ordered)
    # What came back before it was invoiced never will be
    unbilled = max(0, taken_back - invoiced - steps(line.drafted))
    return Line(
        chunk.units(line.gross, row.currency_id),
        ordered,
        called_off=min(max(0, ordered), steps(line.called_off) + unbilled),
        invoiced=invoiced,
        drafted=steps(line.drafted),
        taken_back=taken_back,
        credited=steps(line.credited),
        delivered=steps(line.delivered),
    )


# === THE GATE AND THE PLAN === #


def _make_gate(setting, row):
    return Gate(
        is_running=_is_running(setting, row),
        hold_manual=bool(row.hold_manual),
        hold_payment=bool(row.hold_payment) and not setting.occasion.by_hand,
        parent_hold=bool(row.parent_hold),
        has_card=row.has_card,
        is_expired=bool(
            row.card_expiry and row.card_expiry < setting.today[row.company_id]
        ),
        is_archived=row.has_card and not row.card_active,
        is_owner=bool(row.is_owner) or not row.has_card,
        provider_on=bool(row.provider_on) or not row.has_card,
        company_active=bool(row.company_active),
        database_confirmed=setting.is_confirmed,
        balance_differs=row.scope in setting.differing,
    )


def _is_running(setting, row):
    """Whether the order is being submitted, or goes on; one on hold may be paused."""
    if row.state == "draft":
        return row.order_id in setting.occasion.submitting
    if setting.occasion.on_session and row.is_paused:
        return row.state in RUNNING or row.state == "paused"
    return row.state in RUNNING and not row.is_paused


def _make_plan(chunk, setting, row, rows):
    """How the claim is split, counted from where the rows there are were.

    :return: None when the dates of the rows are not those of the schedule
    :rtype: Plan | None
    """
    schedule = setting.schedules.get(row.schedule_id)
    unit = Decimal(str(chunk.get_rounding(row.currency_id)))
    planned = sorted(part.due for part in rows if part.kind == "plan")
    if not planned:
        base_date = row.base_date or setting.today[row.company_id]
        return Plan(schedule, base_date, unit)
    if schedule is None:
        return Plan(None, planned[0], unit) if len(planned) == 1 else None
    for base_date in dict.fromkeys((planned[0], row.base_date)):
        if base_date and _fits(schedule, base_date, planned):
            return Plan(schedule, base_date, unit)
    return None


def _fits(schedule, base_date, planned):
    try:
        return due_dates(schedule, base_date, len(planned)) == planned
    except ScheduleError:
        return False


# === ROWS === #


def _get_basis(chunk, scope_row):
    """Say what rows follow: what made those there are, else what will make them.

    :return: ``plan`` or ``documents``
    """
    made = {
        row.basis
        for row in chunk.requests_of.get(scope_row.scope, {}).values()
        if row.part == "plan"
    }
    if made:
        return "plan" if "plan" in made else "documents"
    is_late = scope_row.waits_for_invoice and not scope_row.schedule_id
    return "documents" if is_late else "plan"


def _make_rows(chunk, scope_row, basis):
    requests = list(chunk.requests_of.get(scope_row.scope, {}).values())
    requests.sort(key=lambda row: (row.sequence, row.row_id))
    # Rows of two shipments that became one parcel may have one number
    is_unique = len({row.sequence for row in requests}) == len(requests)
    return tuple(
        _make_row(chunk, scope_row, basis, row, row.sequence if is_unique else number)
        for number, row in enumerate(requests, 1)
    )


def _make_row(chunk, scope_row, basis, row, sequence):
    return Row(
        row.row_id,
        sequence,
        row.due,
        chunk.units(row.planned, scope_row.currency_id),
        chunk.units(row.amount, scope_row.currency_id),
        row.state,
        row.part,
        "account" if row.state == "billed" or row.method != "card" else "card",
        bool(row.otherwise),
        CANCEL_KINDS.get(row.cancel_kind, row.cancel_kind) or None,
        row.line_id if basis == "documents" else None,
        row.next_attempt,
    )


# === DOCUMENTS === #


def _make_docs(chunk):
    """Make the documents of all scopes.

    :return: per scope its documents, what was settled without money, and codes
    :rtype: tuple[dict, dict, dict]
    """
    docs, adjusted, notices = {}, {}, {}
    for document in chunk.documents.values():
        own = [s for s in chunk.get_weights(document.row.move_id) if s in chunk.scopes]
        for scope in own:
            docs.setdefault(scope, []).append(_make_doc(chunk, document, scope))
            codes = notices.setdefault(scope, set())
            if chunk.is_mixed(document.row.move_id):
                codes.add("mixed_document")
            if document.row.currency_id != chunk.scopes[scope].currency_id:
                codes.add("currency_differs")
        if own:
            _adjust(chunk, document, adjusted)
    return docs, adjusted, notices


def _make_doc(chunk, document, scope):
    row = document.row
    total = _in_scope(chunk, document, scope, row.total)
    return Doc(
        row.move_id,
        -total if document.is_note else total,
        row.state,
        row.date or date.min,
        "note" if document.is_note else "invoice",
        _get_reversed(chunk, row.reversed_id, scope),
        () if document.is_note else _make_terms(chunk, document, scope),
    )


def _get_reversed(chunk, move_id, scope):
    """The document that is taken back, if it is one of the scope."""
    if move_id in chunk.documents and scope in chunk.get_weights(move_id):
        return move_id
    return None


def _in_scope(chunk, document, scope, amount):
    """What of an amount of the document is the scope's, in units of the scope."""
    row = document.row
    units = abs(chunk.units(amount, row.currency_id))
    part = chunk.get_parts(row.move_id, units).get(scope, 0)
    return chunk.to_scope(row.move_id, scope, part)


def _make_terms(chunk, document, scope):
    """Receivable lines, each what it adds to the part of the scope."""
    terms, until, before = [], 0.0, 0
    lines = sorted(document.lines.values(), key=lambda r: (r.maturity, r.line_id))
    for line in lines:
        until += line.amount
        part = _in_scope(chunk, document, scope, until)
        terms.append(Term(line.line_id, line.maturity, part - before))
        before = part
    return tuple(terms)


def _adjust(chunk, document, adjusted):
    """Add up what settled the document and is neither money nor its own note."""
    mine = chunk.get_weights(document.row.move_id).keys()
    sign = -1 if document.is_note else 1
    for match in document.matches:
        if match.other_type in CUSTOMER_DOCUMENTS:
            is_own = (
                len(mine) == 1 and mine == chunk.get_weights(match.other_move_id).keys()
            )
        else:
            is_own = bool(match.other_payment_id or match.other_money)
        if is_own:
            continue
        move_id = document.row.move_id
        units = chunk.units(match.matched, document.row.currency_id)
        for scope, part in chunk.get_parts(move_id, units).items():
            if scope:
                part = chunk.to_scope(move_id, scope, part)
                adjusted[scope] = adjusted.get(scope, 0) + sign * part
