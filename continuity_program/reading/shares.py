# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What payments were made for: as it was written down, or as it must have been."""

from datetime import date, timedelta

from ..billing import Share, allocate

#: States of a transaction whose money has come, or may still come
GOOD = frozenset({"pending", "authorized", "done"})
#: So long a payment page that was opened may still bring money
PAGE_OPEN = timedelta(minutes=60)
#: States of a row nobody has paid yet
ASKED = frozenset({"scheduled", "billed", "declined"})


def is_page_open(state, created, now):
    """Say whether the customer may still be on the page of a payment.

    :param str state: of the transaction
    :param datetime created: when the page was opened
    :param datetime now: this moment
    :rtype: bool
    """
    return state == "draft" and now - created < PAGE_OPEN


def derive_shares(chunk, now):
    """Say what each payment was made for.

    That was written down when it was made, or first seen. Of what nobody has seen yet:
    a charge pays its rows, each by its amount, and the last one takes the rest of it;
    money for a parent order pays the ordinary goods first, then the rows billed up
    front.

    :param Chunk chunk: what was read
    :param datetime now: a page that was opened lately may bring money
    :return: per transaction, in smallest units of its currency
    :rtype: dict[int, tuple[Share, ...]]
    """
    by_tx = {}
    shares = {
        tx_id: _of_stored(chunk, tx_id)
        for tx_id in chunk.stored
        if tx_id in chunk.transactions
    }
    for row in chunk.requests.values():
        for tx_id in row.transaction_ids:
            if tx_id not in shares:
                by_tx.setdefault(tx_id, []).append(row)
    for tx_id, rows in by_tx.items():
        if tx_id in chunk.transactions:
            shares[tx_id] = _of_rows(chunk, tx_id, rows)
    for parent, tx_ids in _by_parent(chunk, now).items():
        shares.update(_of_parent(chunk, parent, tx_ids, shares))
    return shares


def _of_stored(chunk, tx_id):
    """What was written down."""
    currency_id = chunk.transactions[tx_id].currency_id
    return tuple(
        Share(
            (share.kind, share.res_id),
            chunk.units(share.amount, currency_id),
            share.row_id,
            share.due or date.min,
        )
        for share in chunk.stored[tx_id]
    )


def _of_rows(chunk, tx_id, rows):
    """A charge pays its rows."""
    tx = chunk.transactions[tx_id]
    rest = chunk.units(tx.amount, tx.currency_id)
    rows = sorted(rows, key=lambda row: (row.due, row.row_id))
    # What was paid for the whole order pays its ordinary goods, too
    is_all = not any(link.upfront_ids for link in chunk.links.get(tx_id, ()))
    result = []
    for row in rows:
        amount = min(rest, chunk.units(row.amount, tx.currency_id))
        if is_all and row is rows[-1]:
            amount = rest
        rest -= amount
        result.append(Share(row.scope, amount, row.row_id, row.due))
    return tuple(result)


def _by_parent(chunk, now):
    """Transactions for whole orders, the oldest first, by the parent order."""
    result = {}
    for tx_id in sorted(chunk.links, key=lambda tx: _age(chunk, tx)):
        tx = chunk.transactions[tx_id]
        if tx.state not in GOOD and not is_page_open(tx.state, tx.created, now):
            continue
        for link in chunk.links[tx_id]:
            if link.upfront_ids:
                parent = link.sale_order_id, link.upfront_ids
                result.setdefault(parent, []).append(tx_id)
    return result


def _age(chunk, tx_id):
    tx = chunk.transactions[tx_id]
    return tx.state == "draft", tx.created, tx.tx_id


def _of_parent(chunk, parent, tx_ids, known):
    """Money for a parent order: ordinary goods, then what is billed up front."""
    sale_order_id, upfront_ids = parent
    ordinary = "ordinary", sale_order_id
    upfront = [("upfront", order_id) for order_id in upfront_ids if order_id]
    if ordinary not in chunk.scopes:
        return {}
    row = chunk.scopes[ordinary]
    left = chunk.units(row.total, row.currency_id) if row.is_alive else 0
    open_rows = _get_open_rows(chunk, upfront)
    result = {}
    for tx_id in tx_ids:
        tx = chunk.transactions[tx_id]
        if tx.currency_id != row.currency_id:
            continue
        amount = chunk.units(tx.amount, tx.currency_id)
        if tx_id in known:
            rest = amount - sum(share.amount for share in known[tx_id])
            made = known[tx_id]
            if rest:
                made = (Share(ordinary, rest), *made)
        else:
            made = tuple(allocate(amount, ordinary, left, open_rows))
            open_rows = _take(open_rows, made)
        left -= min(left, sum(s.amount for s in made if s.scope == ordinary))
        result[tx_id] = made
    return result


def _get_open_rows(chunk, scopes):
    """What is asked up front; of a quotation without rows, all of it at once."""
    shares = []
    for scope in scopes:
        if scope not in chunk.scopes:
            continue
        scope_row = chunk.scopes[scope]
        currency_id = scope_row.currency_id
        rows = chunk.requests_of.get(scope, {}).values()
        if not rows and scope_row.is_alive:
            total = chunk.units(scope_row.total, currency_id)
            shares.append(Share(scope, total, due=scope_row.base_date))
        shares += [
            Share(scope, chunk.units(row.amount, currency_id), row.row_id, row.due)
            for row in rows
            if row.state in ASKED or row.otherwise
        ]
    return shares


def _take(rows, made):
    """Open rows once a payment has its shares."""
    taken = {}
    for share in made:
        key = share.scope, share.due
        taken[key] = taken.get(key, 0) + share.amount
    result = []
    for row in rows:
        rest = row.amount - taken.get((row.scope, row.due), 0)
        if rest > 0:
            result.append(Share(row.scope, rest, row.row, row.due))
    return result
