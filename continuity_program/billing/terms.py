# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The instalments of an invoice: documents fill the plan from the front."""


def terms(total, bases, before):
    """Cut an invoice into the instalments of the plan it falls on.

    :param int total: of the invoice
    :param Sequence[int] bases: the plan, by due date; rows written off stay in it
    :param int before: what earlier invoices have filled, see :func:`before`
    :return: place in the plan and amount, each above 0; None = beyond the plan, on the
        date of the invoice. They add up to the total
    :rtype: list[tuple[int | None, int]]
    """
    parts, end, rest = [], 0, total
    for place, base in enumerate(bases):
        end += base
        part = min(rest, end - max(before, end - base))
        if part > 0:
            parts.append((place, part))
            rest -= part
    return [*parts, (None, rest)] if rest > 0 else parts


def before(docs, invoice):
    """Say how much of the plan earlier invoices of the scope fill.

    What a note took back of one is free again.

    :param Sequence[Doc] docs: documents of the scope
    :param Doc invoice: the one that is posted now
    :return: 0 or more
    :rtype: int
    """
    posted = [doc for doc in docs if doc.state == "posted" and doc.key != invoice.key]
    left = {doc.key: doc.total for doc in posted if doc.kind == "invoice"}
    for doc in posted:
        if doc.kind == "note" and doc.reverses in left:
            left[doc.reverses] = max(0, left[doc.reverses] + doc.total)
    return sum(left.values())
