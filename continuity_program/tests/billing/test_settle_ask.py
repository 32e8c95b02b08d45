# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What may be asked now, captured, given back, and what a person must look at.

Plain pytest functions: Odoo's own test runner does not collect them.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from ... import billing
from ...billing.laws import check
from .settle_laws import check_laws
from .settle_notation import Case, apply

PLAN = "child 14.94; rows 4.98/4.98/4.98"


def on(day, text=PLAN, **scope):
    """Facts of a day; rows are due on the first of January, February, March …"""
    facts = Case(text).facts
    return replace(facts, scope=replace(facts.scope, today=day, **scope))


def asked(facts, by_hand=False):
    """What is asked, and the codes of what is not."""
    settlement = billing.settle(facts, by_hand)
    check_laws(facts, billing.settle(facts))
    asks = [(ask.rows, ask.amount, ask.kind) for ask in settlement.ask_now]
    return asks, dict(settlement.refused)


def with_rows(facts, *changes):
    """Facts whose first rows are changed."""
    rows = [
        replace(row, **values) for row, values in zip(facts.rows, changes, strict=False)
    ]
    return replace(facts, rows=(*rows, *facts.rows[len(rows) :]))


# === DATES === #


def test_rows_are_asked_when_they_are_due_one_after_the_other():
    assert asked(on(date(2026, 12, 31))) == ([], dict.fromkeys((1, 2, 3), "not_due"))
    one = ([((1,), 498, "charge")], {2: "not_due", 3: "not_due"})
    assert asked(on(date(2027, 1, 1))) == one
    late = ([((1,), 498, "charge")], {2: "earlier_open", 3: "earlier_open"})
    assert asked(on(date(2027, 3, 1))) == late


def test_rows_of_one_day_are_asked_together():
    facts = with_rows(on(date(2027, 3, 1)), {}, {"due": date(2027, 1, 1)})
    asks, codes = asked(facts)
    assert [ask[0] for ask in asks] == [(1,), (2,)]
    assert codes == {3: "earlier_open"}


@pytest.mark.parametrize(
    ("state", "is_blocking"),
    [
        *[("scheduled", True), ("declined", True), ("processing", True)],
        *[("unknown", True), ("pending", False), ("authorized", False)],
    ],
)
def test_what_an_earlier_row_blocks(state, is_blocking):
    facts = with_rows(on(date(2027, 2, 1)), {"state": state})
    _asks, codes = asked(facts)
    assert (codes.get(2) == "earlier_open") == is_blocking


def test_a_declined_row_waits_for_its_next_attempt():
    facts = on(date(2027, 2, 1))
    for day, code in (
        (date(2027, 2, 2), "next_attempt"),
        (None, "next_attempt"),
        (date(2027, 2, 1), None),
    ):
        declined = with_rows(facts, {"state": "declined", "next_attempt": day})
        asks, codes = asked(declined)
        assert codes.get(1) == code
        assert bool(asks) == (not code)
        # A person need not wait
        asks, codes = asked(declined, by_hand=True)
        assert [ask[0] for ask in asks] == [(1,)]


def test_by_documents_each_document_has_its_own_first_row():
    text = "child 29.88 ×2, inv 2; by documents; +14.94 +14.94; rows 14.94/14.94"
    asks, codes = asked(on(date(2027, 2, 1), text))
    assert [ask[0] for ask in asks] == [(1,), (2,)]
    assert not codes
    text = "child 14.94, inv 1; by documents; +14.94; rows 4.98/9.96"
    asks, codes = asked(on(date(2027, 2, 1), text))
    assert ([ask[0] for ask in asks], codes) == ([(1,)], {2: "earlier_open"})


# === MONEY === #


@pytest.mark.parametrize(
    ("states", "code"),
    [
        (["draft"], "customer_is_paying"),
        (["pending"], "other_payment"),
        (["processing"], "other_payment"),
        (["unknown"], "other_payment"),
        (["authorized"], "other_payment"),
        (["draft", "pending"], "other_payment"),
        (["failed"], None),
    ],
)
def test_nothing_is_asked_while_other_money_may_come(states, code):
    money = tuple(
        billing.Money(k, "link", state, 100) for k, state in enumerate(states)
    )
    asks, codes = asked(replace(on(date(2027, 1, 1)), money=money))
    assert codes.get(1) == code
    assert bool(asks) == (code is None)
    # A second charge of a row that is not under way itself counts like it
    late = tuple(replace(item, row=2, door="own") for item in money)
    assert asked(replace(on(date(2027, 1, 1)), money=late))[1].get(1) == code


def test_what_was_captured_is_no_longer_under_way():
    money = (billing.Money(1, "link", "authorized", 1000, captured=400),)
    sums = billing.settle(replace(on(date(2027, 1, 1)), money=money)).sums
    assert (sums.received, sums.other_under_way, sums.open) == (400, 600, 1094)


def test_the_money_of_a_row_under_way_is_its_own():
    facts = with_rows(on(date(2027, 2, 1)), {"state": "pending"})
    money = (billing.Money(1, "own", "pending", 498, 1),)
    settlement = billing.settle(replace(facts, money=money))
    assert settlement.sums.other_under_way == 0
    assert settlement.sums.in_flight == 498
    assert [ask.rows for ask in settlement.ask_now] == [(2,)]


def test_a_draft_note_stops_what_it_would_take_away():
    text = "+14.94 −4.98 draft; rows 4.98/4.98/4.98"
    facts = on(date(2027, 1, 1), text)
    # It would cut the last row: the first is asked
    assert asked(facts)[0] == [((1,), 498, "charge")]
    facts = on(date(2027, 1, 1), "+14.94 −14.90 draft; rows 4.98/4.98/4.98")
    assert asked(facts)[1][1] == "draft_credit"
    cancelled = tuple(
        replace(doc, state="cancelled") if doc.kind == "note" else doc
        for doc in facts.docs
    )
    assert asked(replace(facts, docs=cancelled))[0]


def test_a_draft_note_and_a_row_that_is_still_to_be_made():
    text = "child 14.94, inv 1; +24.94 −6.00 draft; rows 14.94 p"
    assert asked(on(date(2028, 1, 1), text)) == ([], {2: "draft_credit"})


# === HOLDS, CARDS, COMPANIES === #

GATES = {
    "order_state": {"is_running": False},
    "hold_manual": {"hold_manual": True},
    "hold_payment": {"hold_payment": True},
    "parent_hold": {"parent_hold": True},
    "no_card": {"has_card": False},
    "card_expired": {"is_expired": True},
    "card_archived": {"is_archived": True},
    "card_not_owner": {"is_owner": False},
    "provider_off": {"provider_on": False},
    "company_archived": {"company_active": False},
    "database_copy": {"database_confirmed": False},
    "balance_differs": {"balance_differs": True},
}
OF_A_CARD = {
    *("no_card", "card_expired", "card_archived", "card_not_owner", "provider_off"),
}


@pytest.mark.parametrize("code", GATES)
def test_gates(code):
    gate = billing.Gate(**GATES[code])
    facts = on(date(2027, 1, 1), gate=gate)
    assert asked(facts) == ([], {1: code, 2: "not_due", 3: "not_due"})
    # A bill needs no card
    text = "+14.94; rows 4.98/4.98/4.98"
    bill = on(date(2027, 1, 1), text, gate=gate)
    bill = with_rows(bill, {"method": "account"})
    asks, codes = asked(bill)
    if code in OF_A_CARD:
        assert asks == [((1,), 498, "bill")]
    else:
        assert codes[1] == code


def test_the_first_gate_in_the_way_is_named():
    values = {}
    for name in reversed(GATES):
        values |= GATES[name]
        facts = on(date(2027, 1, 1), gate=billing.Gate(**values))
        assert asked(facts)[1][1] == name


def test_a_bill_needs_a_document():
    facts = with_rows(on(date(2027, 1, 1)), {"method": "account"})
    assert asked(facts)[1][1] == "no_document"
    for doc in (
        billing.Doc(1, 1494, "draft"),
        billing.Doc(1, -1, "posted", kind="note"),
    ):
        codes = asked(replace(facts, docs=(doc,)))[1]
        assert codes[1] == "no_document"


def test_what_is_billed_is_not_asked_again_and_blocks_nothing():
    facts = on(date(2027, 2, 1), "+14.94; rows 4.98 b/4.98/4.98")
    assert asked(facts) == ([((2,), 498, "charge")], {3: "not_due"})


# === SMALL AMOUNTS === #


def test_a_small_rest_is_charged_with_the_next_row():
    text = "child 10.30; rows 0.30/5.00/5.00"
    facts = on(date(2027, 1, 1), text, smallest_charge=50)
    assert asked(facts) == ([], {1: "small_amount", 2: "not_due", 3: "not_due"})
    assert "small_rest" not in billing.settle(facts).reasons
    facts = on(date(2027, 2, 1), text, smallest_charge=50)
    assert asked(facts) == ([((1, 2), 530, "charge")], {3: "not_due"})
    # As much as the smallest charge is enough
    facts = on(date(2027, 1, 1), text, smallest_charge=30)
    assert asked(facts)[0] == [((1,), 30, "charge")]


def test_a_small_rest_that_nothing_follows_is_for_a_person():
    text = "child 15.24, inv 1; +15.24; rows 14.94 p/0.30"
    facts = on(date(2027, 2, 1), text, smallest_charge=50)
    settlement = billing.settle(facts)
    check_laws(facts, settlement)
    assert settlement.refused == ((2, "small_amount"),)
    assert settlement.reasons == ("small_rest",)
    # Not due yet: nothing to look at
    early = on(date(2027, 1, 1), text, smallest_charge=50)
    assert billing.settle(early).reasons == ()
    # Two small ones together are enough
    facts = on(date(2027, 3, 1), "child 0.60; rows 0.30/0.30", smallest_charge=50)
    assert asked(facts)[0] == [((1, 2), 60, "charge")]
    # A bill of any size is sent
    facts = with_rows(
        on(date(2027, 3, 1), "+0.60; rows 0.30/0.30", smallest_charge=50),
        {"method": "account"},
        {"method": "account"},
    )
    assert asked(facts)[0] == [((1,), 30, "bill"), ((2,), 30, "bill")]
    # One that a bill follows only
    facts = with_rows(facts, {"method": "card"}, {"due": date(2028, 1, 1)})
    assert "small_rest" in billing.settle(facts).reasons


# === DOUBLE CHARGES === #

DOUBLE = "+70.12; rows 23.37 p/23.37/23.38; got tx 1 23.37, tx 2 23.37"


def moved(facts, settlement):
    """Facts once the shares are moved as the settlement says."""
    money = list(facts.money)
    for move in settlement.moves:
        place = next(
            k
            for k, item in enumerate(money)
            if (item.key, item.row) == (move.money, move.row)
        )
        item = money[place]
        money[place] = replace(item, here=item.here - move.amount)
        rows = {row.sequence: row.key for row in facts.rows}
        money.append(replace(item, here=move.amount, row=rows[move.to_row], returns=()))
    return replace(facts, money=tuple(item for item in money if item.here))


def test_a_double_charge_pays_the_next_row():
    facts = on(date(2027, 2, 1), DOUBLE)
    settlement = billing.settle(facts)
    assert settlement.refused == ((2, "use_double_charge"), (3, "not_due"))
    assert settlement.moves == (billing.Move(2, 1, 2, 2337),)
    after = moved(apply(facts, settlement), settlement)
    again = billing.settle(after)
    check_laws(after, again)
    assert (again.sums.aside, again.sums.open) == (0, 2338)
    assert again.rows[1].state == "paid"
    # Not before it is due
    assert not billing.settle(on(date(2027, 1, 31), DOUBLE)).moves


def test_a_part_of_a_double_charge_pays_a_part():
    text = (
        "+70.12; rows 23.37 p/23.37 p.o./23.38;"
        " got own 1 23.37, own 1 23.37, bank 23.37 back 6.05"
    )
    facts = on(date(2027, 3, 1), text)
    settlement = billing.settle(facts)
    assert settlement.moves == (billing.Move(2, 1, 3, 1732),)
    after = moved(apply(facts, settlement), settlement)
    again = billing.settle(after)
    check_laws(after, again)
    assert Case(text).rows(again) == "23.37 p/23.37 p.o./17.32 p/new 6.06"
    assert (again.sums.aside, again.sums.open) == (0, 606)


def test_what_is_going_back_of_a_double_charge_pays_nothing():
    facts = on(date(2027, 2, 1), DOUBLE)
    for amount, moves in ((2337, ()), (1000, (billing.Move(2, 1, 2, 1337),))):
        back = billing.Return("r", amount, datetime(2027, 1, 5), pending=True)
        money = (facts.money[0], replace(facts.money[1], returns=(back,)))
        settlement = billing.settle(replace(facts, money=money))
        check_laws(replace(facts, money=money), settlement)
        assert settlement.moves == moves
        assert bool(settlement.ask_now) == (not moves)


def test_a_double_charge_pays_two_rows():
    text = "+30.00; rows 20.00 p/5.00/5.00; got tx 1 20.00, tx 2 20.00"
    facts = with_rows(on(date(2027, 3, 1), text), {}, {}, {"due": date(2027, 2, 1)})
    settlement = billing.settle(facts)
    assert settlement.moves == (
        billing.Move(2, 1, 2, 500),
        billing.Move(2, 1, 3, 500),
    )
    # Two doubles, one after the other
    text = "+30.00; rows 4.00 p/16.00 p/10.00; got own 1 4.00, own 1 4.00, own 2 16.00"
    facts = on(date(2027, 3, 1), text + ", own 2 3.00")
    settlement = billing.settle(facts)
    check_laws(facts, settlement)
    # One of them for each row, the latest: the rest of the row is asked apart
    assert settlement.moves == (billing.Move(4, 2, 3, 300),)


def test_a_double_charge_needs_no_new_attempt():
    """The bank wants to see the customer, or the day of the next attempt is far."""
    facts = with_rows(on(date(2027, 2, 1), DOUBLE), {}, {"state": "declined"})
    settlement = billing.settle(facts)
    check_laws(facts, settlement)
    assert settlement.moves == (billing.Move(2, 1, 2, 2337),)
    assert settlement.refused == ((2, "use_double_charge"), (3, "not_due"))
    # Without one it waits, and so it does before it is due, or behind an earlier row
    alone = replace(facts, money=facts.money[:1])
    assert billing.settle(alone).refused[0] == (2, "next_attempt")
    # A part of the row would leave another one, and ask the card that has refused
    (first, second) = facts.money
    part = replace(facts, money=(replace(first, here=2336), second))
    settlement = billing.settle(part)
    assert settlement.refused[0] == (2, "next_attempt")
    assert settlement.moves == ()
    early = replace(facts, scope=replace(facts.scope, today=date(2027, 1, 31)))
    assert billing.settle(early).refused[0] == (2, "not_due")


def test_several_double_charges_pay_one_row_that_was_declined():
    """Together they pay all of it; a scheduled row takes one, the rest is asked."""
    text = "+27.00; rows 4.00 p/16.00 p/7.00; got own 1 4.00, own 1 4.00, own 2 16.00"
    facts = on(date(2027, 3, 1), text + ", own 2 3.00")
    declined = with_rows(facts, {}, {}, {"state": "declined"})
    settlement = billing.settle(declined)
    check_laws(declined, settlement)
    both = (billing.Move(4, 2, 3, 300), billing.Move(2, 1, 3, 400))
    assert settlement.moves == both
    assert settlement.refused == ((3, "use_double_charge"),)
    assert billing.verdicts(settlement)[declined.rows[2].key].moves == both
    assert billing.settle(facts).moves == both[:1]
    # What is more than the row needs is offered back
    less = with_rows(
        on(
            date(2027, 3, 1),
            text.replace("7.00", "6.00").replace("27.00", "26.00") + ", own 2 3.00",
        ),
        {},
        {},
        {"state": "declined"},
    )
    assert billing.settle(less).moves == (both[0], billing.Move(2, 1, 3, 300))
    # One unit short: the card that has refused would be asked for it
    more = with_rows(
        on(
            date(2027, 3, 1),
            text.replace("7.00", "7.01").replace("27.00", "27.01") + ", own 2 3.00",
        ),
        {},
        {},
        {"state": "declined"},
    )
    settlement = billing.settle(more)
    assert settlement.moves == ()
    assert settlement.refused == ((3, "next_attempt"),)


def test_a_hold_does_not_keep_a_double_charge():
    gate = billing.Gate(hold_payment=True)
    assert billing.settle(on(date(2027, 2, 1), DOUBLE, gate=gate)).moves
    gate = billing.Gate(is_running=False)
    settlement = billing.settle(on(date(2027, 2, 1), DOUBLE, gate=gate))
    assert not settlement.moves
    assert settlement.refused[0] == (2, "order_state")


# === GIVING BACK === #


def refunds(facts):
    """What the refund button does."""
    settlement = billing.settle(facts)
    check_laws(facts, settlement)
    return [
        (one.money, one.row, one.capture, one.amount, one.by_hand)
        for one in settlement.refunds
    ]


def test_latest_money_first():
    text = "+30.00 −25.00; rows 10.00 p/10.00 p/10.00 p"
    assert refunds(Case(text).facts) == [
        (3, 3, None, 1000, False),
        (2, 2, None, 1000, False),
        (1, 1, None, 500, False),
    ]
    # Of what went back already, only the rest
    text += "; got own 1 10.00, own 2 10.00 back 4.00, own 3 10.00 back 10.00"
    assert refunds(Case(text).facts) == [
        (2, 2, None, 600, False),
        (1, 1, None, 500, False),
    ]


def test_what_is_going_back_is_not_offered_again():
    text = "+30.00 −30.00; rows 30.00 p; got own 1 30.00 going back 10.00"
    assert refunds(Case(text).facts) == [(1, 1, None, 2000, False)]


def test_nothing_is_given_back_while_something_may_come():
    for text in (
        "+30.00 −30.00; rows 10.00 p/20.00 pending",
        "+30.00 −30.00; rows 30.00 p; got own 1 30.00, link 5.00 pending",
    ):
        settlement = billing.settle(Case(text).facts)
        assert settlement.refunds == ()
        assert settlement.sums.to_refund > 0
        assert "refund_waits" in settlement.reasons
    settlement = billing.settle(Case("+30.00 −30.00; rows 30.00 p").facts)
    assert settlement.reasons == ()


@pytest.mark.parametrize(
    ("refundable", "amount", "by_hand"),
    [
        *[("partial", 1494, False), ("partial", 605, False)],
        *[("full_only", 1494, False), ("full_only", 605, True)],
        *[("none", 1494, True), ("none", 605, True)],
    ],
)
def test_what_a_provider_can_do(refundable, amount, by_hand):
    facts = Case("+14.94 −14.94; rows 14.94 p").facts
    note = replace(facts.docs[1], total=-amount)
    money = (replace(facts.money[0], refundable=refundable),)
    facts = replace(facts, docs=(facts.docs[0], note), money=money)
    assert refunds(facts) == [(1, 1, None, amount, by_hand)]
    assert ("refund_by_hand" in billing.settle(facts).reasons) == by_hand
    # Half of a payment of two scopes is not all of it
    shared = replace(facts, money=(replace(money[0], amount=2988),))
    assert refunds(shared)[0][-1] == (refundable != "partial")


def test_what_nobody_could_assign_is_not_given_back():
    facts = Case("+14.94 −14.94; rows 14.94 p").facts
    money = (replace(facts.money[0], unassigned=494, refundable="full_only"),)
    facts = replace(facts, money=money)
    assert refunds(facts) == [(1, 1, None, 1000, True)]
    assert "refund_unassigned" in billing.settle(facts).reasons


def test_a_refund_names_the_capture():
    facts = Case("+14.94 −14.94; rows 14.94 p").facts
    captures = billing.Captured("c1", 800), billing.Captured("c2", 694, 100)
    money = (replace(facts.money[0], captures=captures),)
    facts = replace(facts, money=money)
    assert refunds(facts) == [
        (1, 1, "c2", 594, False),
        (1, 1, "c1", 800, False),
        # More than the captures can give
        (1, 1, None, 100, True),
    ]
    note = replace(facts.docs[1], total=-500)
    facts = replace(facts, docs=(facts.docs[0], note))
    assert refunds(facts) == [(1, 1, "c2", 500, False)]


# === CAPTURES === #


def manual(text, *money, total=2989, **line):
    """A child of two pieces whose charge is authorised."""
    values = {"invoiced": 0, "called_off": 0, "delivered": 0, **line}
    facts = Case(text).facts
    return replace(facts, lines=(billing.Line(total, 2, **values),), money=money)


def authorised(amount=2989, row=1, **values):
    return billing.Money(
        1, "own" if row else "link", "authorized", amount, row, **values
    )


WHOLE = "child 29.89; rows 29.89 pending"


def captured(facts):
    settlement = billing.settle(facts)
    check_laws(facts, settlement)
    return [(one.money, one.row, one.amount, one.void) for one in settlement.captures]


def test_delivered_goods_are_captured_rounded_down():
    facts = manual(WHOLE, authorised(), delivered=1)
    assert captured(facts) == [(1, 1, 1494, 0)]
    assert billing.settle(facts).sums.in_flight == 2989
    yen = manual("child 2989; rows 2989 pending", authorised(), delivered=1)
    assert captured(yen) == [(1, 1, 1494, 0)]
    assert captured(manual(WHOLE, authorised())) == []


def test_an_invoice_captures_what_was_not_captured():
    text = "child 29.89; +14.94; rows 29.89 pending"
    once = authorised(captured=1494)
    assert captured(manual(text, once, delivered=1, invoiced=1)) == []
    assert captured(manual(text, authorised(), invoiced=1)) == [(1, 1, 1494, 0)]


def test_with_nothing_to_come_the_rest_is_let_go():
    text = "child 29.89; +14.94; rows 29.89 pending"
    last = {"delivered": 1, "invoiced": 1, "called_off": 1}
    assert captured(manual(text, authorised(captured=1494), **last)) == [
        (1, 1, 0, 1495)
    ]
    assert captured(manual(text, authorised(), **last)) == [(1, 1, 1494, 1495)]
    # The provider has let it go: what was captured is what was paid
    done = billing.Money(1, "own", "done", 1494, 1)
    facts = manual(text, done, **last)
    assert captured(facts) == []
    assert Case(WHOLE).rows(billing.settle(facts)) == "14.94 p"


def test_a_captured_payment_is_given_back_by_its_capture():
    text = "child 29.89; +14.94 −14.94; rows 14.94 p"
    done = billing.Money(
        *(1, "own", "done", 1494, 1), captures=(billing.Captured("capture", 1494),)
    )
    facts = manual(text, done, delivered=1, invoiced=1, called_off=1)
    assert refunds(facts) == [(1, 1, "capture", 1494, False)]


def test_a_cancelled_child_lets_everything_go():
    facts = manual("child 29.89 cancelled; rows 29.89 pending", authorised())
    assert captured(facts) == [(1, 1, 0, 2989)]


def test_what_a_provider_can_capture():
    text = "child 29.89; +14.94; rows 29.89 pending"
    both = "child 29.89; +14.94 +14.94; rows 29.89 pending"
    for capture, amount in (("once", 2988), ("whole", 2989)):
        money = authorised(capture=capture)
        assert captured(manual(text, money, delivered=1, invoiced=1)) == []
        assert captured(manual(both, money, invoiced=2)) == [(1, 1, amount, 0)]
    # And nothing at all
    text = "child 29.89 cancelled; rows 29.89 pending"
    for capture in ("once", "whole", "partial"):
        facts = manual(text, authorised(capture=capture))
        assert captured(facts) == [(1, 1, 0, 2989)]
    assert captured(manual(both, authorised(capture="none"), invoiced=2)) == []
    # What is too much goes back
    done = billing.Money(1, "own", "done", 2989, 1)
    facts = manual("child 29.89; +14.94 +14.94; rows 29.89 p", done, invoiced=2)
    assert refunds(facts) == [(1, 1, None, 1, False)]


def test_a_capture_that_is_under_way_is_waited_for():
    text = "child 29.89; +14.94 +14.94; rows 29.89 pending"
    money = authorised(capturing=1000)
    assert captured(manual(text, money, invoiced=2)) == []
    # Another payment takes what it does not
    other = billing.Money(2, "link", "authorized", 2989, date=date(2027, 1, 2))
    facts = manual(text, money, other, invoiced=2)
    assert captured(facts) == [(2, None, 1988, 1001)]


def test_the_oldest_payment_is_captured_first():
    text = "+14.94; rows 4.98 pending/4.98 pending/4.98 p"
    day = date(2027, 1, 1)
    first = billing.Money(2, "own", "authorized", 498, 1, date=day)
    second = billing.Money(1, "own", "authorized", 498, 2, date=day + timedelta(1))
    paid = billing.Money(3, "own", "done", 498, 3, date=day)
    facts = replace(Case(text).facts, money=(second, first, paid))
    assert captured(facts) == [(2, 1, 498, 0), (1, 2, 498, 0)]
    # One payment of two rows: by row
    both = replace(second, key=2, date=day)
    facts = replace(facts, money=(both, first, paid))
    assert captured(facts) == [(2, 1, 498, 0), (2, 2, 498, 0)]
    # What has come by another door is not captured, and a double charge is none
    link = billing.Money(4, "link", "done", 498, date=day)
    facts = replace(facts, money=(second, first, paid, link))
    assert captured(facts) == [(2, 1, 498, 0), (1, 2, 0, 498)]
    twice = billing.Money(4, "own", "done", 498, 3, date=day)
    facts = replace(facts, money=(second, first, paid, twice))
    assert captured(facts) == [(2, 1, 498, 0), (1, 2, 498, 0)]
    adjusted = replace(facts, money=(second, first, paid), adjusted=98)
    assert captured(adjusted) == [(2, 1, 498, 0), (1, 2, 400, 98)]


# === FOR A PERSON === #


def reasons(facts):
    return billing.settle(facts).reasons


def test_money_beside_documents_that_ask_for_it():
    facts = on(date(2027, 1, 10), "+14.94; rows 14.94 p")
    for days, unmatched, expected in (
        (3, 1494, ("unmatched_money",)),
        (2, 1494, ()),
        (3, 0, ()),
    ):
        day = facts.scope.today - timedelta(days)
        money = (replace(facts.money[0], date=day, unmatched=unmatched),)
        assert reasons(replace(facts, money=money)) == expected
    # Before its invoice it waits for nothing
    early = on(date(2027, 1, 10), "expected 14.94; rows 14.94 p")
    money = (replace(early.money[0], unmatched=1494),)
    assert reasons(replace(early, money=money)) == ()


def test_a_transfer_nobody_answers():
    facts = on(date(2027, 1, 20), "expected 14.94; rows 14.94")
    for days, is_transfer, state, is_missing in (
        (10, True, "pending", True),
        (9, True, "pending", False),
        (10, False, "pending", False),
        (10, True, "failed", False),
    ):
        day = facts.scope.today - timedelta(days)
        item = billing.Money(
            1, "portal", state, 1494, date=day, is_transfer=is_transfer
        )
        found = reasons(replace(facts, money=(item,)))
        assert ("transfer_missing" in found) == is_missing


def test_other_reasons():
    facts = Case("expected 14.94; rows 14.94").facts

    def scope(**values):
        return reasons(replace(facts, scope=replace(facts.scope, **values)))

    assert scope() == ()
    assert scope(kind="ordinary", total=-1) == ("negative_ordinary",)
    assert scope(kind="ordinary", total=0) == ()
    assert scope(total=-1) == ()
    assert scope(gate=billing.Gate(balance_differs=True)) == ("balance_differs",)
    notices = frozenset({"mixed_document", "currency_differs"})
    assert scope(notices=notices) == ("currency_differs", "mixed_document")
    # Notes beyond what was ever paid
    assert reasons(Case("+10.00 −15.00").facts) == ("credit_without_money",)
    assert reasons(Case("+10.00 −10.00; adjusted 2.00").facts) == (
        "credit_without_money",
    )


def test_a_settlement_that_contradicts_itself_is_refused():
    facts = Case("+14.94 −4.94; rows 4.98 p/9.96").facts
    settlement = billing.settle(facts)
    refund = billing.Refund(1, 9999)
    for name in ("claim", "received", "open", "held", "credit", "to_refund"):
        value = getattr(settlement.sums, name) + 499
        sums = replace(settlement.sums, **{name: value})
        with pytest.raises(billing.LawBroken):
            check(replace(settlement, sums=sums))
    with pytest.raises(billing.LawBroken, match="more is given back"):
        check(replace(settlement, refunds=(refund,)))
    row = replace(settlement.rows[1], amount=0)
    with pytest.raises(billing.LawBroken, match="open row"):
        check(replace(settlement, rows=(settlement.rows[0], row)))
    empty = replace(settlement.sums, open=0, held=settlement.sums.open)
    zero = replace(settlement, sums=empty, rows=(settlement.rows[0], row))
    with pytest.raises(billing.LawBroken, match="asks nothing"):
        check(zero)
    owed = replace(settlement.sums, credit=10, held=10)
    with pytest.raises(billing.LawBroken, match="too much was paid"):
        check(replace(settlement, sums=owed))


@pytest.mark.parametrize(
    ("rows", "may"),
    [
        ("14.94 p", True),
        ("4.98 p/9.96", True),
        ("4.98/9.96", False),
        ("4.98 b/9.96", True),
        ("4.98 w.o./9.96", True),
        ("4.98 p/9.96 d", False),
        ("4.98 p/9.96 pending", False),
    ],
)
def test_a_child_is_confirmed_when_nothing_due_is_unpaid(rows, may):
    settlement = billing.settle(Case(f"+14.94; rows {rows}").facts)
    for day in (date(2027, 1, 1), date(2027, 1, 31)):
        assert billing.may_confirm(settlement.rows, day) == may
    if "9.96" in rows:
        assert not billing.may_confirm(settlement.rows, date(2027, 2, 1))


@pytest.mark.parametrize(
    ("case", "smallest", "may"),
    [
        ("child 15.13; rows 14.94 p/0.19", 50, True),
        ("child 15.13; rows 14.94 p/0.19", 19, False),
        ("child 15.44; rows 14.94 p/0.50", 50, False),
        ("child 15.43; rows 14.94 p/0.49 d", 50, True),
        ("child 15.43; rows 14.94 p/0.30/0.19", 50, True),
        ("child 0.49; rows 0.30/0.19", 50, False),
        ("child 0.50; rows 0.30/0.20", 50, False),
        ("child 15.24; rows 0.30/14.94", 50, False),
        ("child 0.30; rows 0.30 pending", 50, False),
    ],
)
def test_a_child_does_not_wait_for_cents(case, smallest, may):
    rows = billing.settle(Case(case).facts).rows
    day = date(2028, 1, 1)
    rows = tuple(replace(row, due=day) for row in rows)
    assert billing.may_confirm(rows, day, smallest) == may
    assert not billing.get_too_little(rows, date(2027, 12, 31), smallest)


@pytest.mark.parametrize("state", ["unknown", "processing", "authorized"])
def test_a_child_waits_for_answers(state):
    facts = Case("+14.94; rows 14.94").facts
    rows = billing.settle(with_rows(facts, {"state": state})).rows
    assert billing.may_confirm(rows, date(2028, 1, 1)) == (state == "authorized")


def test_shares_by_largest_remainder():
    thirds = billing.apportion(100, {"a": 1, "b": 1, "c": 1})
    assert thirds == {"a": 34, "b": 33, "c": 33}
    assert billing.apportion(10, {"a": 0, "b": 5}) == {"a": 0, "b": 10}
    assert billing.apportion(5, {"a": 333, "b": 667}) == {"a": 2, "b": 3}
