# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""One payment as an item in the currency of the scopes it reaches."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any

from ..billing import Applied, Back, Item, Link
from .chunk import CUSTOMER_DOCUMENTS


@dataclass(slots=True)
class Found:
    """What was found of one payment.

    :param float amount: in its own currency; None = see `units`
    :param int units: the same in smallest units
    :param list[Applied] applied: in the currency of each scope; of no scope: in its own
    :param int used: what other currencies took of it, in units of its own
    :param list[Back] backs: in its own currency
    :param list shares: see `derive_shares`
    :param list[tuple] links: of an order its scope, or else of a document its id
    """

    key: Any
    door: str
    amount: float | None
    currency_id: int
    company_id: int | None
    date: date
    state: str = "done"
    units: int = 0
    applied: list = field(default_factory=list)
    used: dict = field(default_factory=dict)
    backs: list = field(default_factory=list)
    shares: tuple = ()
    links: list = field(default_factory=list)
    #: something is left on its receivable line, be it by a change of the rate
    has_rest: bool = False
    is_replaced: bool = False
    #: more of the item: refundable, captured, …
    more: dict = field(default_factory=dict)

    def add_payment(self, chunk, payment, own_payments=frozenset()):
        """Add what the books made of the entry of a payment.

        :param Chunk chunk: what was read
        :param PaymentRow payment: an inbound one
        :param frozenset own_payments: refunds that the transaction knows of itself
        """
        booked = {}
        for line in chunk.payment_lines[payment.payment_id]:
            booked[line.line_id] = -line.amount
            self.has_rest |= bool(line.residual_company)
            # A refund by a provider gives back its own payment, whatever the books
            # match it with: it has gone back once
            is_told = line.other_is_refund or line.other_payment_id in own_payments
            if line.partial_id and not is_told:
                self._add_match(chunk, line)
        if payment.has_entry:
            # What is not on its receivable lines was booked elsewhere
            lack = chunk.units(
                payment.amount - sum(booked.values()), payment.currency_id
            )
            if lack > 0:
                self.applied.append(Applied(None, lack))

    def _add_match(self, chunk, line):
        own = chunk.units(line.matched, line.currency_id)
        if line.other_type in CUSTOMER_DOCUMENTS:
            self._add_document(chunk, line, own)
        elif line.other_payment_id or line.other_statement_id or line.other_money:
            kind = "bank" if line.other_statement_id else "refund"
            at = datetime.combine(line.other_date, time.min)
            self.backs.append(Back(("move", line.other_move_id), own, at, kind=kind))
        elif own:
            self.applied.append(Applied(None, own))

    def _add_document(self, chunk, line, own):
        move_id = line.other_move_id
        units = chunk.units(line.other_matched, line.other_currency_id)
        for scope, part in self._divide(chunk, move_id, units).items():
            # In its own currency, without loss over all parts of one
            mine = own * part // units if units else 0
            if scope is None:
                self.applied.append(Applied(None, mine))
            else:
                self.applied.append(
                    Applied(scope, chunk.to_scope(move_id, scope, part))
                )
                self.used[scope] = self.used.get(scope, 0) + mine

    def _divide(self, chunk, move_id, units):
        """Divide a match with a document among its scopes.

        The books do not say which of several: first those the payment was made for.
        """
        parts, weights = {}, chunk.get_weights(move_id)
        if len(weights) > 1:
            wanted = {}
            for share in self.shares:
                wanted[share.scope] = wanted.get(share.scope, 0) + share.amount
            for scope, amount in wanted.items():
                if scope in weights and scope in chunk.scopes:
                    left = amount - self.used.get(scope, 0)
                    parts[scope] = max(0, min(units, left))
                    units -= parts[scope]
        if units or not parts:
            for scope, part in chunk.get_parts(move_id, units).items():
                parts[scope] = parts.get(scope, 0) + part
        return parts


def divide(chunk, move_id, units, with_nothing=False):
    """Divide an amount of a document among its scopes.

    :param Chunk chunk: what was read
    :param int move_id: the document
    :param int units: of its currency
    :param bool with_nothing: also scopes that get nothing of it
    :return: in units of the scopes
    :rtype: list[Applied]
    """
    return [
        Applied(scope, chunk.to_scope(move_id, scope, part) if scope else part)
        for scope, part in chunk.get_parts(move_id, units).items()
        if part or with_nothing
    ]


def get_noted(chunk, payment):
    """Say which credit notes of the scopes a payment gives money back for.

    :param Chunk chunk: what was read
    :param PaymentRow payment: an outbound one
    :rtype: tuple[Applied, ...]
    """
    noted = []
    for line in chunk.payment_lines[payment.payment_id]:
        if line.other_type in CUSTOMER_DOCUMENTS:
            units = chunk.units(line.other_matched, line.other_currency_id)
            noted += divide(chunk, line.other_move_id, units)
    return tuple(noted)


def emit(chunk, found):
    """Make the items of a payment: one, or one per currency of its scopes.

    :param Chunk chunk: what was read
    :param Found found: the payment
    :rtype: list[Item]
    """
    links = _get_links(chunk, found)
    touched = {one.scope for one in (*found.applied, *found.shares, *links)}
    for back in found.backs:
        touched.update(one.scope for one in back.noted)
    by_currency = {}
    for scope in touched:
        if scope in chunk.scopes:
            currency_id = chunk.scopes[scope].currency_id
            by_currency.setdefault(currency_id, set()).add(scope)
    result = []
    for currency_id, scopes in by_currency.items():
        if currency_id == found.currency_id or found.amount is None:
            result.append(_emit_own(chunk, found, links, scopes))
        else:
            is_only = found.currency_id not in by_currency
            item = _emit_other(chunk, found, links, currency_id, scopes, is_only)
            result += [item] if item else []
    return result


def _emit_own(chunk, found, links, scopes):
    """The payment in its own currency, less what scopes in others have of it."""
    units = found.units
    if found.amount is not None:
        units = chunk.units(found.amount, found.currency_id)
    others = sum(used for scope, used in found.used.items() if scope not in scopes)
    applied = tuple(
        one for one in found.applied if one.scope is None or one.scope in scopes
    )
    shares = tuple(share for share in found.shares if share.scope in scopes)
    links = tuple(link for link in links if link.scope in scopes)
    backs = found.backs
    if not shares and not links:
        # What the scopes have not got did not go back from them either
        rest = units - others - sum(one.amount for one in applied)
        backs = _less(backs, rest)
    return _make(
        found,
        found.key,
        units - others,
        applied=applied,
        shares=shares,
        links=links,
        returns=tuple(backs),
    )


def _less(backs, amount):
    """Returns less what of them is nobody's."""
    result = []
    for back in backs:
        noted = sum(one.amount for one in back.noted)
        taken = max(0, min(amount, back.amount - noted))
        amount -= taken
        if back.amount > taken:
            result.append(replace(back, amount=back.amount - taken))
    return result


def _emit_other(chunk, found, links, currency_id, scopes, is_only):
    """The payment in the currency of scopes that have another one.

    Odoo's rate counts where it is matched. Else the rate of its day: a person looks at
    it before anything is given back or captured.
    """
    key = (f"{found.key[0]}:{currency_id}", found.key[1])
    applied = tuple(one for one in found.applied if one.scope in scopes)
    total = sum(one.amount for one in applied)
    if applied:
        rate = total / max(1, sum(found.used.get(scope, 0) for scope in scopes))
        backs = found.backs if is_only else ()
        # What went back is in the amount, and no document is matched with it
        back = round(sum(one.amount for one in backs) * rate)
        return _make(
            found,
            key,
            total + back,
            applied=applied,
            shares=(),
            links=(Link(applied[0].scope),) if back else (),
            returns=_scale(backs, rate),
            is_loose=found.has_rest,
        )
    if not is_only or not found.amount:
        return None
    units = chunk.convert(
        found.amount, found.currency_id, currency_id, found.company_id, found.date
    )
    own = chunk.units(found.amount, found.currency_id)
    return _make(
        found,
        key,
        units,
        shares=tuple(
            replace(share, amount=share.amount * units // own)
            for share in found.shares
            if share.scope in scopes
        ),
        links=tuple(link for link in links if link.scope in scopes),
        returns=_scale(found.backs, units / own),
        differs=True,
    )


def _scale(backs, rate):
    return tuple(replace(back, amount=round(back.amount * rate)) for back in backs)


def _make(found, key, units, **values):
    more = {} if values.get("differs") or "is_loose" in values else found.more
    return Item(
        key,
        found.door,
        found.state,
        units,
        date=found.date,
        is_replaced=found.is_replaced,
        **more,
        **values,
    )


def _get_links(chunk, found):
    """Orders and open documents a payment is linked to."""
    links = []
    for scope, move_id in found.links:
        if scope:
            links.append(Link(scope))
        elif move_id in chunk.documents:
            links += _get_document_links(chunk, move_id)
    return [link for link in links if link.scope in chunk.scopes]


def _get_document_links(chunk, move_id):
    document = chunk.documents[move_id]
    if document.is_note or document.row.state != "posted":
        return []
    lines = document.lines.values()
    residual = chunk.units(
        sum(line.residual for line in lines), document.row.currency_id
    )
    due = min((line.maturity for line in lines), default=date.min)
    parts = chunk.get_parts(move_id, max(0, residual))
    return [Link(scope, part, due) for scope, part in parts.items() if scope]
