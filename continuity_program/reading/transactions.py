# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""A payment of a provider, with its captures, voids and refunds, as one item."""

from dataclasses import replace
from datetime import timedelta

from ..billing import Back, Captured
from ..billing.facts import IN_FLIGHT
from .emit import Found, get_noted
from .shares import is_page_open

#: Begun and not answered
BEGUN = frozenset({"draft", "pending", "authorized"})
#: What a provider can give back, the least first
REFUNDS = ("none", "full_only", "partial")
CAPTURES = {"partial": "partial", "full_only": "whole"}


def make_transaction_item(chunk, root, family, payments, abilities, now):
    """Say what is known about one payment of a provider.

    :param Chunk chunk: what was read, with shares
    :param TransactionRow root: the payment
    :param list[TransactionRow] family: it, its captures, voids and refunds
    :param dict payments: per transaction, its account.payments
    :param callable abilities: see `make_items`
    :param datetime now: see `make_items`
    :return: None when nothing has come of it, and nothing will
    :rtype: Found | None
    """
    captures = [
        tx
        for tx in family
        if tx.source_id == root.tx_id and tx.operation == root.operation
    ]
    done = sum(tx.amount for tx in captures if tx.state == "done")
    state = _get_state(chunk, root, done, now)
    if state is None:
        return None
    refunds = [tx for tx in family if tx.operation == "refund"]
    found = Found(
        key=("tx", root.tx_id),
        door=_get_door(chunk, root),
        amount=_get_amount(root, state, captures, done),
        currency_id=root.currency_id,
        company_id=root.company_id,
        date=(root.changed or root.created).date(),
        state=state,
        shares=_get_shares(chunk, root, captures),
        links=_get_links(chunk, root),
    )
    returned = {p.payment_id for tx in refunds for p in payments[tx.tx_id]}
    for tx in (root, *captures):
        for payment in payments[tx.tx_id]:
            if payment.direction == "inbound":
                found.add_payment(chunk, payment, returned)
    on_top = [tx for tx in refunds if not _is_of_chargeback(root, tx)]
    found.backs += _get_backs(chunk, on_top, payments)
    can_refund, can_capture = abilities(root.provider_id)
    found.more = {
        "refundable": min(
            can_refund or "none", root.method_refund or "none", key=REFUNDS.index
        ),
        "capture": CAPTURES.get(can_capture, "none"),
        "captures": _get_captures(chunk, root, captures, refunds),
        "is_transfer": root.provider_code == "custom",
    }
    if state == "authorized":
        begun = [tx for tx in captures if _is_begun(tx)]
        under_way = sum(tx.amount for tx in begun)
        found.more["captured"] = chunk.units(done, root.currency_id)
        found.more["capturing"] = chunk.units(under_way, root.currency_id)
        found.more["claims"] = tuple(_make_captured(chunk, tx) for tx in begun)
    return found


def _get_state(chunk, root, done, now):
    """State of the payment; None = it is as if it had never been."""
    if root.charged_back:
        return "charged_back"
    if root.state == "authorized" and not _is_given_up(chunk, root):
        return "authorized"
    if root.state == "done" or done:
        return "done"
    if root.no_answer and root.state in ("draft", "error"):
        return "unknown"
    if root.state == "draft":
        if root.asked_at or root.tx_id in chunk.charges:
            return "processing"
        return "draft" if is_page_open(root.state, root.created, now) else None
    return "pending" if root.state == "pending" else None


def _is_of_chargeback(root, refund):
    """Whether what went back was a part of the payment that a bank took back later:
    both together are the payment. What went back after that has gone on top."""
    if not root.charged_back:
        return False
    return not root.charged_back_at or refund.created < root.charged_back_at


def _is_given_up(chunk, root):
    """Whether nobody will take the rest of it: its rows have their end."""
    rows = {share.row for share in chunk.shares.get(root.tx_id, ())} - {None}
    return bool(rows) and not any(
        chunk.requests[row].state in IN_FLIGHT for row in rows if row in chunk.requests
    )


def _get_amount(root, state, captures, done):
    """What has come of it, or may still come."""
    if state == "authorized":
        voided = sum(tx.amount for tx in captures if tx.state == "cancel")
        return root.amount - voided
    return done or root.amount


def _get_shares(chunk, root, captures):
    """What it was made for, less what was let go for good of each row."""
    voided = {}
    for tx in captures:
        if tx.state == "cancel" and tx.settle_row_id:
            units = chunk.units(tx.amount, root.currency_id)
            voided[tx.settle_row_id] = voided.get(tx.settle_row_id, 0) + units
    return tuple(
        replace(share, amount=max(0, share.amount - voided.get(share.row, 0)))
        for share in chunk.shares.get(root.tx_id, ())
    )


def _get_door(chunk, root):
    if any(share.row is not None for share in chunk.shares.get(root.tx_id, ())):
        return "own"
    if any(link.sale_order_id for link in chunk.links.get(root.tx_id, ())):
        return "portal"
    return "link"


def _get_links(chunk, root):
    """The child, or the documents; money of a parent order has its shares."""
    links = []
    for link in chunk.links.get(root.tx_id, ()):
        if link.move_id:
            links.append((None, link.move_id))
        elif link.is_child:
            links.append((("child", link.sale_order_id), None))
        elif link.upfront_ids:
            links.append((("ordinary", link.sale_order_id), None))
    return sorted(links, key=str)


def _is_begun(tx):
    return tx.state in BEGUN or (tx.state == "error" and tx.no_answer)


def _get_lost_day(tx):
    """From when on a person has to say what became of a refund.

    One that its provider has named is carried out, and answered later.
    """
    is_asked = tx.state == "draft" or (tx.state == "error" and tx.no_answer)
    if not is_asked:
        return None
    is_awaited = tx.state == "draft" and tx.is_named
    return tx.created.date() + timedelta(days=tx.wait_days if is_awaited else 0)


def _get_captures(chunk, root, captures, refunds):
    """The captures that took money, which is what a provider refunds."""
    result = []
    for capture in sorted(captures, key=lambda tx: tx.tx_id):
        if capture.state == "done":
            back = -sum(
                tx.amount
                for tx in refunds
                if tx.source_id == capture.tx_id
                and (tx.state == "done" or _is_begun(tx))
            )
            units = chunk.units(back, root.currency_id)
            result.append(replace(_make_captured(chunk, capture), returned=units))
    return tuple(result)


def _make_captured(chunk, capture):
    units = chunk.units(capture.amount, capture.currency_id)
    return Captured(capture.tx_id, units, row=capture.settle_row_id)


def _get_backs(chunk, refunds, payments):
    """What went back, or is going back, through the provider."""
    backs = []
    for tx in refunds:
        is_done = tx.state == "done"
        if not is_done and not _is_begun(tx):
            continue
        row = chunk.requests.get(tx.refund_row_id)
        noted = tuple(
            one for payment in payments[tx.tx_id] for one in get_noted(chunk, payment)
        )
        backs.append(
            Back(
                ("tx", tx.tx_id),
                chunk.units(-tx.amount, tx.currency_id),
                tx.created,
                not is_done,
                noted=noted,
                scope=row.scope if row else None,
                row=row.row_id if row else None,
                lost_on=_get_lost_day(tx),
            )
        )
    return backs
