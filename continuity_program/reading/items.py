# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Payments of every door as items: one identity for everything that belongs to one."""

from datetime import date, datetime, time

from ..billing import Applied, Back
from .emit import Found, divide, emit, get_noted
from .transactions import make_transaction_item


def make_items(chunk, abilities, now):
    """Say which payments there are that reach the scopes of a chunk.

    :param Chunk chunk: what was read, with shares
    :param callable abilities: says of the id of a provider what it can refund and
        capture: (none, full_only or partial; partial, full_only or None)
    :param datetime now: draft payments of an open page count for an hour
    :rtype: list[Item]
    """
    families, by_tx, others = _group(chunk)
    replaced = _get_replaced(chunk)
    result = []
    for root_id, family in families.items():
        payments = {tx.tx_id: by_tx.get(tx.tx_id, ()) for tx in family}
        found = make_transaction_item(
            chunk, chunk.transactions[root_id], family, payments, abilities, now
        )
        if found:
            own = {p.payment_id for mine in payments.values() for p in mine}
            found.is_replaced = bool(own & replaced)
            result += emit(chunk, found)
    for payment in others:
        found = _make_payment_item(chunk, payment)
        found.is_replaced = payment.payment_id in replaced
        result += emit(chunk, found)
    return result + _make_entry_items(chunk)


def _group(chunk):
    """Transactions by their root, payments by their transaction, and the others."""
    families, by_tx, others = {}, {}, []
    for tx in chunk.transactions.values():
        families.setdefault(tx.root_id, []).append(tx)
    by_payment = {tx.payment_id: tx.tx_id for tx in chunk.transactions.values()}
    for payment in chunk.payments.values():
        tx_id = by_payment.get(payment.payment_id) or payment.tx_id
        if tx_id in chunk.transactions:
            by_tx.setdefault(tx_id, []).append(payment)
        else:
            others.append(payment)
    return families, by_tx, others


# === PAYMENTS WITHOUT A PROVIDER === #


def _make_payment_item(chunk, payment):
    """A payment that was registered, or came as a batch."""
    found = Found(
        key=("payment", payment.payment_id),
        door="register",
        amount=payment.amount,
        currency_id=payment.currency_id,
        company_id=payment.company_id,
        date=payment.date,
    )
    if payment.direction == "outbound":
        # Whose it gives back, the credit notes say: it is no payment that came
        found.amount = None
        found.backs = _get_outbound(chunk, payment)
        return found
    found.add_payment(chunk, payment)
    found.links = [(None, move_id) for move_id in payment.move_ids]
    return found


def _get_outbound(chunk, payment):
    noted = get_noted(chunk, payment)
    amount = sum(one.amount for one in noted if one.scope)
    if not amount:
        return []
    at = datetime.combine(payment.date, time.min)
    return [Back(("payment", payment.payment_id), amount, at, noted=noted)]


# === PAYMENTS WITHOUT AN ENTRY === #


def _get_replaced(chunk):
    """Payments without an entry in whose place a bank line was matched.

    Odoo says so of a payment only when its document is paid in full; bank lines take
    the place of the oldest payments first.
    """
    waiting = [
        payment
        for payment in chunk.payments.values()
        if not payment.has_entry and payment.direction == "inbound"
    ]
    if not waiting:
        return set()
    banked = {}
    for move_id, document in chunk.documents.items():
        for match in document.matches:
            if match.other_statement_id and not document.is_note:
                units = chunk.units(match.matched, match.currency_id)
                banked[move_id] = banked.get(move_id, 0) + units
    replaced = set()
    for payment in sorted(waiting, key=lambda p: (p.date, p.payment_id)):
        amount = chunk.units(payment.amount, payment.currency_id)
        for move_id in payment.move_ids:
            if banked.get(move_id, 0) >= amount:
                banked[move_id] -= amount
                replaced.add(payment.payment_id)
                break
    return replaced


# === BANK LINES AND OTHER ENTRIES === #


def _make_entry_items(chunk):
    """Bank lines, the till, and entries that book money: known by what they match."""
    entries = {}
    for document in chunk.documents.values():
        for match in document.matches:
            if match.other_money and not match.other_payment_id:
                units = chunk.units(match.matched, match.currency_id)
                entry = entries.setdefault(match.other_move_id, (match, [], []))
                entry[2 if document.is_note else 1].extend(
                    divide(chunk, document.row.move_id, units)
                )
    result = []
    for move_id, (match, applied, noted) in entries.items():
        result += emit(chunk, _make_entry_item(chunk, move_id, match, applied, noted))
    return result


def _make_entry_item(chunk, move_id, match, applied, noted):
    total = sum(one.amount for one in applied)
    amount = total
    if match.other_receivable and 0 < match.other_money < match.other_receivable:
        # A discount, or what the bank has kept, is in the same entry: no money
        if match.other_currency_id == match.currency_id:
            all_of_it = chunk.units(
                match.other_receivable_currency, match.other_currency_id
            )
            applied.append(Applied(None, max(0, all_of_it - total)))
            total = max(total, all_of_it)
        amount = round(total * match.other_money / match.other_receivable)
    found = Found(
        key=("move", move_id),
        door="bank" if match.other_statement_id else "pos",
        amount=None,
        currency_id=match.currency_id,
        company_id=None,
        date=match.other_date or date.min,
    )
    found.units = amount
    found.applied = applied
    given = sum(one.amount for one in noted if one.scope)
    if given:
        at = datetime.combine(found.date, time.min)
        found.backs.append(Back(("move", move_id), given, at, noted=tuple(noted)))
    return found
