# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Payments of every door as items: one identity for everything that belongs to one."""

from datetime import date

from ..billing import Applied
from .emit import Found, divide, emit
from .outbound import OpenNotes, get_bank_rest, get_outbound, make_back
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
    notes = OpenNotes(chunk)
    for payment in sorted(others, key=_age):
        is_replaced = payment.payment_id in replaced
        found = _make_payment_item(chunk, payment, notes, is_replaced)
        found.is_replaced = is_replaced
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


def _age(payment):
    return payment.date, payment.payment_id


def _make_payment_item(chunk, payment, notes, is_replaced):
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
        found.backs = get_outbound(chunk, payment, notes, is_replaced)
        return found
    found.add_payment(chunk, payment)
    found.links = [(None, move_id) for move_id in payment.move_ids]
    return found


# === PAYMENTS WITHOUT AN ENTRY === #


def _get_replaced(chunk):
    """Payments without an entry in whose place a bank line was matched.

    Odoo says so of a payment only when its document is paid in full. A bank line takes
    the place of the payment of its amount, whichever came first; what no single line
    is equal to, several take the place of, of the oldest payments first. Of more than
    its documents ask for, no bank line is matched with more either.
    """
    waiting = [payment for payment in chunk.payments.values() if not payment.has_entry]
    if not waiting:
        return set()
    waiting.sort(key=_age)
    banked, rooms = _get_banked(chunk)
    replaced = _get_equal(chunk, waiting, banked, rooms)
    for payment in waiting:
        if payment.payment_id in replaced:
            continue
        amount = chunk.units(payment.amount, payment.currency_id)
        moves = [move_id for move_id in payment.move_ids if banked.get(move_id)]
        room = sum(rooms.get(move_id, 0) for move_id in payment.move_ids)
        amount = min(amount, room)
        if moves and sum(banked[move_id] for move_id in moves) >= amount:
            replaced.add(payment.payment_id)
            for move_id in moves:
                taken = min(banked[move_id], amount)
                banked[move_id] -= taken
                rooms[move_id] -= taken
                amount -= taken
    return replaced


def _get_equal(chunk, waiting, banked, rooms):
    """Payments that one bank line is equal to; what it has is taken.

    :param Chunk chunk: what was read
    :param list[PaymentRow] waiting: without an entry, the oldest first
    :param dict banked: see `_get_banked`, is taken from
    :param dict rooms: see `_get_banked`, is taken from
    :rtype: set[int]
    """
    lines = {}
    for move_id, document in chunk.documents.items():
        for match in document.matches:
            if match.other_statement_id:
                line = lines.setdefault(match.other_statement_id, {})
                units = chunk.units(match.matched, match.currency_id)
                line[move_id] = line.get(move_id, 0) + units
    equal = set()
    for payment in waiting:
        amount = chunk.units(payment.amount, payment.currency_id)
        for key, line in lines.items():
            if sum(line.values()) == amount and line.keys() <= set(payment.move_ids):
                for move_id, units in lines.pop(key).items():
                    banked[move_id] -= units
                    rooms[move_id] -= units
                equal.add(payment.payment_id)
                break
    return equal


def _get_banked(chunk):
    """What bank lines are matched with, and could be matched with at most.

    :return: units by document, twice
    :rtype: tuple[dict, dict]
    """
    banked, rooms = {}, {}
    for move_id, document in chunk.documents.items():
        currency_id = document.row.currency_id
        banked[move_id] = sum(
            chunk.units(match.matched, match.currency_id)
            for match in document.matches
            if match.other_statement_id
        )
        residual = sum(line.residual for line in document.lines.values())
        rooms[move_id] = banked[move_id] + abs(chunk.units(residual, currency_id))
    return banked, rooms


# === BANK LINES AND OTHER ENTRIES === #


def _make_entry_items(chunk):
    """Bank lines, the till, and entries that book money: known by what they match."""
    entries = {}
    for document in chunk.documents.values():
        for match in document.matches:
            if match.other_money and not match.other_payment_id:
                entry = entries.setdefault(match.other_move_id, ([], []))
                entry[document.is_note].append(match)
    result = []
    for move_id, (paid, given) in entries.items():
        result += emit(chunk, _make_entry_item(chunk, move_id, paid, given))
    return result


def _divide(chunk, matches):
    """Whose the documents are that an entry is matched with."""
    applied = []
    for match in matches:
        units = chunk.units(match.matched, match.currency_id)
        applied += divide(chunk, match.res_id, units)
    return applied


def _make_entry_item(chunk, move_id, paid, given):
    """One entry over money.

    :param Chunk chunk: what was read
    :param int move_id: the entry
    :param list[ReceivableRow] paid: its matches with invoices
    :param list[ReceivableRow] given: its matches with credit notes
    :rtype: Found
    """
    match = (*paid, *given)[0]
    applied, noted = _divide(chunk, paid), _divide(chunk, given)
    amount = total = sum(one.amount for one in applied)
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
    gone = sum(one.amount for one in noted if one.scope)
    gone += get_bank_rest(chunk, given)
    found.backs = make_back(found.key, gone, found.date, noted)
    return found
