# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What a person must look at: one code each, gone as soon as its cause is gone."""

from datetime import timedelta

#: Received money that no document is matched with is shown after so many days
UNMATCHED_DAYS = 3
#: A transfer nobody will ever answer is shown after so many days
TRANSFER_DAYS = 10


def reasons(facts, sums, proposed, small_rest, is_kept=False):
    """Say why a scope needs a person.

    ``charged_twice``, ``given_back_without_credit``, ``used_elsewhere``,
    ``lost_refund``, ``refund_by_hand``, ``refund_waits``, ``refund_waits_draft``,
    ``in_flight_too_much``, ``credit_without_money``, ``unmatched_money``,
    ``transfer_missing``, ``negative_ordinary``, ``balance_differs``, ``small_rest``,
    and what reading the facts gave: ``mixed_document``, ``currency_differs``,
    ``refund_unassigned``, ``loose_credit``.

    :param Facts facts: of the scope
    :param Sums sums: its account
    :param tuple[Refund, ...] proposed: what could be given back
    :param bool small_rest: a rest is too small for a card, and no row follows
    :param bool is_kept: a draft invoice asks for what could be given back
    :return: codes in alphabetical order
    :rtype: tuple[str, ...]
    """
    scope, today = facts.scope, facts.scope.today
    net = max(0, sums.received - sums.returned)
    found = {
        "charged_twice": sums.aside > 0,
        "given_back_without_credit": sums.held_returned > 0,
        "used_elsewhere": sums.held > sums.held_returned,
        "lost_refund": any(
            back.pending and back.lost_on is not None and back.lost_on <= today
            for item in facts.money
            for back in item.returns
        ),
        "refund_by_hand": any(refund.by_hand for refund in proposed),
        "refund_waits": sums.to_refund > 0 and is_waiting(sums),
        "refund_waits_draft": is_kept and not is_waiting(sums),
        "in_flight_too_much": sums.excess_in_flight > 0,
        "credit_without_money": sums.credit + sums.aside > net,
        "unmatched_money": _is_unmatched(facts, sums),
        "transfer_missing": any(
            item.is_transfer
            and item.state == "pending"
            and _is_old(item, today, TRANSFER_DAYS)
            for item in facts.money
        ),
        "negative_ordinary": scope.kind == "ordinary" and scope.total < 0,
        "balance_differs": scope.gate.balance_differs,
        "small_rest": small_rest,
    }
    codes = {code for code, is_so in found.items() if is_so} | scope.notices
    if any(item.unassigned for item in facts.money):
        codes.add("refund_unassigned")
    return tuple(sorted(codes))


def _is_unmatched(facts, sums):
    """Whether money has waited for days beside documents that ask for it.

    Money that came before its document waits for nothing.
    """
    today = facts.scope.today
    matched = sum(max(0, item.received - item.unmatched) for item in facts.money)
    return matched + sums.adjusted < sums.documents and any(
        item.unmatched and item.received and _is_old(item, today, UNMATCHED_DAYS)
        for item in facts.money
    )


def is_waiting(sums):
    """Whether nothing may be given back before an answer has come."""
    return bool(sums.in_flight or sums.excess_in_flight or sums.other_under_way)


def _is_old(item, today, days):
    return today - item.date >= timedelta(days=days)
