# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How payments are cut into chunks: plain Python."""

#: Payments in a chunk; so many or fewer are not worth another worker
CHARGE_SIZE = 25


def cut(rows, size=CHARGE_SIZE):
    """Cut payments into chunks, one provider each.

    All payments of a card, or of an order without one, stay together, in the order they
    are due: a later one must not be asked before an earlier one, and a card that was
    declined is not asked by two workers. Only a card that has more than a chunk holds
    makes a chunk of its own that is larger.

    :param rows: id, card or order, and provider of each payment, in due order
    :param int size: payments in a chunk, at most
    :return: provider and ids of each chunk, the oldest first
    :rtype: list[tuple[int, list[int]]]
    """
    groups = {}
    for row_id, order, provider in rows:
        groups.setdefault((order, provider), []).append(row_id)
    chunks, current = [], {}
    for (_order, provider), ids in groups.items():
        chunk = current.get(provider)
        if chunk is None or len(chunk) + len(ids) > size:
            chunk = current[provider] = []
            chunks.append((provider, chunk))
        chunk += ids
    return chunks
