# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What would become of a claim, if a document were posted or an order cancelled."""

from dataclasses import replace

from .facts import Doc


def suppose(facts, note=0, is_cancelled=False):
    """Return the facts as they would be.

    What is cancelled is credited as well: its note follows.

    :param Facts facts: of the scope
    :param int note: what a credit note takes off, 0 = none
    :param bool is_cancelled: the child order is cancelled
    :rtype: Facts
    """
    posted = [doc for doc in facts.docs if doc.state == "posted"]
    scope = facts.scope
    if is_cancelled:
        scope = replace(scope, alive=False)
        note = max(0, sum(doc.total for doc in posted))
    if not note:
        return replace(facts, scope=scope)
    invoices = [doc for doc in posted if doc.kind == "invoice"]
    supposed = Doc(
        key=0,
        total=-note,
        kind="note",
        date=scope.today,
        reverses=invoices[0].key if invoices else None,
    )
    return replace(facts, scope=scope, docs=(*facts.docs, supposed))


def with_drafts_posted(facts, kind):
    """Return the facts as they would be if the drafts of a kind were posted.

    :param Facts facts: of the scope
    :param str kind: ``invoice`` or ``note``
    :return: None = there are no such drafts
    :rtype: Facts | None
    """
    drafts = [doc for doc in facts.docs if doc.kind == kind and doc.state == "draft"]
    if not drafts:
        return None
    docs = tuple(
        replace(doc, state="posted") if doc in drafts else doc for doc in facts.docs
    )
    if kind == "note":
        return replace(facts, docs=docs)
    lines = tuple(
        replace(line, invoiced=line.invoiced + line.drafted, drafted=0)
        for line in facts.lines
    )
    return replace(facts, lines=lines, docs=docs)
