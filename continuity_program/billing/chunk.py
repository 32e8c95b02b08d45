# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Many scopes at once: whose is each payment, and what follows for each scope."""

from dataclasses import replace

from .attribute import attribute
from .settle import settle


def settle_chunk(facts, items, by_hand=False):
    """Settle scopes that may share payments.

    :param dict facts: Facts per scope, without money
    :param Sequence[Item] items: every payment that reaches one of them
    :param bool by_hand: see ``settle``
    :return: facts with the money, and the settlement, per scope
    :rtype: dict[Any, tuple[Facts, Settlement]]
    """

    def credit(scope, money, adjusted):
        if scope not in facts:
            return 0
        return settle(_with(facts[scope], money, adjusted, ())).sums.credit

    shared = attribute(items, credit)
    result = {}
    for scope, known in facts.items():
        complete = _with(
            known,
            shared.money.get(scope, ()),
            shared.adjusted.get(scope, 0),
            shared.notices.get(scope, ()),
        )
        result[scope] = complete, settle(complete, by_hand)
    return result


def _with(facts, money, adjusted, notices):
    """Facts with what a scope has of the payments."""
    scope = replace(facts.scope, notices=facts.scope.notices | set(notices))
    return replace(facts, scope=scope, money=money, adjusted=facts.adjusted + adjusted)
