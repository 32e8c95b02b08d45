# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Which scope has what of a payment, and of what went back of it.

Plain pytest functions: Odoo's own test runner does not collect them.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ... import billing
from ...billing import Applied, Back, Item, Link, Share
from .settle_laws import check_laws

DAY = date(2027, 1, 1)
TODAY = date(2028, 1, 1)
RUN = settings(max_examples=300, derandomize=True, deadline=None, database=None)


def upfront(key, total, *docs, amount=None, state="scheduled"):
    """An order billed up front with one row."""
    row = billing.Row(
        f"row {key}", 1, DAY, total, total if amount is None else amount, state
    )
    scope = billing.Scope(key, "upfront", total, TODAY)
    documents = tuple(
        billing.Doc(k, doc, "posted", DAY, "note" if doc < 0 else "invoice", 0)
        for k, doc in enumerate(docs)
    )
    return billing.Facts(scope, docs=documents, rows=(row,))


def ordinary(total, key="ordinary"):
    """Ordinary lines of an order."""
    line = billing.Line(total, 1)
    return billing.Facts(billing.Scope(key, "ordinary", total, TODAY), lines=(line,))


def own(key, amount, *shares, **values):
    """A charge of ours."""
    values.setdefault("refundable", "partial")
    return Item(key, "own", "done", amount, shares=shares, date=DAY, **values)


def here(items, credit=None):
    """Row and amount of every scope, what is elsewhere, and what is outside."""
    shared = billing.attribute(items, *([credit] if credit else []))
    return {
        scope: [(item.row, item.here, item.elsewhere) for item in money if item.here]
        or [(item.row, item.here, item.elsewhere) for item in money]
        for scope, money in shared.money.items()
    }


def settle(facts, items):
    """Settle a chunk and check every scope."""
    result = billing.settle_chunk({one.scope.key: one for one in facts}, items)
    for complete, settlement in result.values():
        check_laws(complete, settlement)
    return {key: settlement for key, (_facts, settlement) in result.items()}


# === MONEY OF THE WHOLE ORDER === #


@pytest.mark.parametrize(
    ("amount", "ordinary_open", "rows", "shares"),
    [
        pytest.param(12012, 5000, [7012], [5000, 7012], id="both"),
        pytest.param(10000, 5000, [7012], [5000, 5000], id="a part"),
        pytest.param(14024, 0, [7012, 7012], [7012, 7012], id="two programs"),
        pytest.param(13000, 5000, [7012], [5988, 7012], id="more than all"),
        pytest.param(3000, 5000, [7012], [3000], id="less than the goods"),
        pytest.param(700, 0, [7012], [700], id="goods cost nothing"),
        pytest.param(700, -5, [700], [700], id="goods cost less than nothing"),
        pytest.param(2000, 1000, [], [2000], id="only goods"),
    ],
)
def test_money_of_the_order_is_shared_out(amount, ordinary_open, rows, shares):
    wanted = [
        Share(f"U{k}", row, f"row {k}", DAY - timedelta(k))
        for k, row in enumerate(rows)
    ]
    result = billing.allocate(amount, "ordinary", ordinary_open, wanted)
    found = {share.scope: share.amount for share in result}
    assert sum(share.amount for share in result) == amount
    goods = [found["ordinary"]] if "ordinary" in found else []
    assert [*goods, *(found[k] for k in sorted(found) if k != "ordinary")] == shares
    # A row that gets all it asks is paid by it; a part is foreign money
    for share in result:
        if share.scope != "ordinary":
            is_whole = share.amount == dict(enumerate(rows))[int(share.scope[1:])]
            assert (share.row is not None) == is_whole


def test_rows_get_their_shares_by_due_date():
    rows = [Share("U", 10, "later", DAY + timedelta(9)), Share("U", 10, "first", DAY)]
    shares = billing.allocate(15, "ordinary", 0, rows)
    assert [(share.row, share.amount) for share in shares] == [("first", 10), (None, 5)]


@pytest.mark.parametrize(
    ("paid", "asked", "to_refund"),
    [(12012, 0, 0), (10000, 2012, 0), (13000, 0, 988)],
)
def test_submit_asks_what_was_not_paid(paid, asked, to_refund):
    rows = [Share("U", 7012, "row U", DAY)]
    shares = billing.allocate(paid, "ordinary", 5000, rows)
    item = Item(1, "portal", "done", paid, tuple(shares), refundable="partial")
    result = settle([ordinary(5000), upfront("U", 7012)], [item])
    assert sum(ask.amount for ask in result["U"].ask_now) == asked
    assert result["ordinary"].sums.to_refund == to_refund
    assert not result["ordinary"].ask_now


@pytest.mark.parametrize("state", ["done", "pending"])
def test_submit_of_an_order_that_was_paid_in_the_shop(state):
    shares = billing.allocate(9000, "ordinary", 0, [Share("U", 9000, "row U", DAY)])
    facts = upfront("U", 9000, state="pending" if state == "pending" else "scheduled")
    item = Item(1, "portal", state, 9000, tuple(shares))
    settlement = settle([facts], [item])["U"]
    assert not settlement.ask_now
    assert settlement.sums.in_flight == (9000 if state == "pending" else 0)
    assert settlement.rows[0].state == ("pending" if state == "pending" else "paid")


# === WHAT THE BOOKS SAY === #


def test_one_charge_of_two_orders_that_came_twice():
    shares = Share("U1", 7012, "row U1"), Share("U2", 7012, "row U2")
    items = [
        own(1, 14024, *shares),
        own(2, 14024, *shares, applied=(Applied("U1", 7012), Applied("U2", 7012))),
    ]
    assert here(items) == {
        "U1": [("row U1", 7012, 0), ("row U1", 7012, 0)],
        "U2": [("row U2", 7012, 0), ("row U2", 7012, 0)],
    }
    result = settle([upfront("U1", 7012, 7012), upfront("U2", 7012, 7012)], items)
    for settlement in result.values():
        assert settlement.sums.aside == 7012
        assert [refund.amount for refund in settlement.refunds] == [7012]
        assert settlement.reasons == ("charged_twice",)


def test_the_money_of_a_row_was_used_for_another_debt():
    item = own(1, 1494, Share("U", 1494, "row U"), applied=(Applied(None, 1494),))
    assert here([item]) == {"U": [("row U", 0, 1494)]}
    settlement = settle([upfront("U", 1494, 1494)], [item])["U"]
    assert (settlement.sums.held, settlement.sums.open) == (1494, 0)
    assert settlement.reasons == ("used_elsewhere",)


def test_the_books_gave_one_scope_more_than_its_share():
    shares = Share("U1", 7012, "row U1"), Share("U2", 7012, "row U2")
    applied = Applied("U1", 10000), Applied("U2", 4024)
    assert here([own(1, 14024, *shares, applied=applied)]) == {
        "U1": [("row U1", 7012, 0), (None, 2988, 0)],
        "U2": [("row U2", 4024, 2988)],
    }


def test_a_part_was_used_for_another_debt():
    item = own(1, 1494, Share("U", 1494, "row U"), applied=(Applied(None, 494),))
    assert here([item]) == {"U": [("row U", 1000, 494)]}
    assert billing.attribute([item]).outside == {1: 494}


def test_foreign_money_of_an_invoice_in_another_currency():
    item = Item(1, "bank", "done", 1494, applied=(Applied("U", 1494),))
    assert here([item]) == {"U": [(None, 1494, 0)]}


def test_a_payment_and_the_bank_line_that_took_its_place():
    payment = own(1, 1494, Share("U", 1494))
    assert here([payment]) == {"U": [(None, 1494, 0)]}
    bank = Item(2, "bank", "done", 1494, applied=(Applied("U", 1494),))
    replaced = replace(payment, is_replaced=True)
    shared = billing.attribute([replaced, bank])
    assert {item.key: item.here for item in shared.money["U"]} == {1: 0, 2: 1494}
    assert shared.outside == {1: 0, 2: 0}
    settlement = settle([upfront("U", 1494, 1494)], [replaced, bank])["U"]
    assert settlement.sums.received == 1494
    assert settlement.rows[0].otherwise


def test_a_transfer_for_two_documents():
    applied = Applied("U", 7012), Applied("ordinary", 2988)
    item = Item(1, "bank", "done", 10000, applied=applied)
    assert here([item]) == {"U": [(None, 7012, 0)], "ordinary": [(None, 2988, 0)]}


def test_a_write_off_in_the_entry_of_a_payment():
    item = Item(1, "register", "done", 9800, applied=(Applied("U", 10000),))
    shared = billing.attribute([item])
    assert [money.here for money in shared.money["U"]] == [9800]
    assert shared.adjusted == {"U": 200}
    settlement = settle([upfront("U", 10000, 10000)], [item])["U"]
    assert (settlement.sums.open, settlement.sums.adjusted) == (0, 200)
    assert settlement.rows[0].otherwise


def test_a_write_off_over_several_scopes_goes_by_largest_remainder():
    applied = Applied("A", 3333), Applied("B", 3333), Applied("C", 3334)
    shared = billing.attribute([Item(1, "register", "done", 9900, applied=applied)])
    money = {scope: items[0].here for scope, items in shared.money.items()}
    assert money == {"A": 3300, "B": 3300, "C": 3300}
    assert shared.adjusted == {"A": 33, "B": 33, "C": 34}
    # The other debts, too
    applied = Applied(None, 50), Applied("A", 50)
    shared = billing.attribute([Item(1, "register", "done", 98, applied=applied)])
    assert shared.adjusted == {"A": 1}
    assert shared.outside == {1: 49}


def test_units_of_rounding_are_adjusted():
    item = Item(
        1,
        "bank",
        "done",
        7011,
        applied=(Applied("U", 7011),),
        adjusted=(Applied("U", 1),),
        is_loose=True,
    )
    shared = billing.attribute([item])
    assert shared.adjusted == {"U": 1}
    assert shared.notices == {"U": {"loose_credit"}}
    settlement = settle([upfront("U", 7012, 7012)], [item])["U"]
    assert settlement.sums.open == 0
    assert settlement.reasons == ("loose_credit",)


def test_an_invoice_paid_at_the_till():
    item = Item(1, "pos", "done", 1494, applied=(Applied("U", 1494),))
    settlement = settle([upfront("U", 1494, 1494)], [item])["U"]
    (row,) = settlement.rows
    assert (row.state, row.otherwise, row.cancel) == ("paid", True, None)


# === WHAT IT IS LINKED TO === #


def test_shares_come_first_then_the_order():
    links = (Link("child"),)
    item = own(1, 100, Share("U", 60, "row U"), links=links)
    assert here([item]) == {"U": [("row U", 60, 0)], "child": [(None, 40, 0)]}
    assert here([replace(item, amount=61)])["child"] == [(None, 1, 0)]
    assert here([replace(item, amount=60)]) == {"U": [("row U", 60, 0)]}
    assert here([replace(item, shares=())]) == {"child": [(None, 100, 0)]}


def test_linked_invoices_in_due_order_and_the_last_takes_the_rest():
    links = Link("B", 30, DAY + timedelta(1)), Link("A", 20, DAY), Link("C", 0, DAY)
    item = Item(1, "portal", "done", 100, links=links)
    assert here([item]) == {"A": [(None, 20, 0)], "B": [(None, 80, 0)]}
    assert here([replace(item, amount=21)]) == {
        "A": [(None, 20, 0)],
        "B": [(None, 1, 0)],
    }
    assert here([replace(item, amount=15)]) == {"A": [(None, 15, 0)]}


def test_what_is_linked_to_nothing_is_outside():
    shared = billing.attribute([Item(1, "portal", "done", 100)])
    assert shared.outside == {1: 100}
    assert not shared.money


def test_what_the_books_left_goes_to_shares_by_due_date():
    shares = (
        Share("A", 50, "late", DAY + timedelta(5)),
        Share("A", 50, "early", DAY),
        Share("B", 50, "middle", DAY + timedelta(1)),
    )
    item = own(1, 90, *shares, applied=(Applied("B", 20),))
    assert here([item]) == {
        "A": [("early", 50, 0)],
        "B": [("middle", 40, 0)],
    }


def test_another_currency_is_for_a_person():
    item = Item(1, "link", "authorized", 100, links=(Link("U"),), differs=True)
    item = replace(item, refundable="partial")
    shared = billing.attribute([item])
    (money,) = shared.money["U"]
    assert (money.refundable, money.capture) == ("none", "none")
    assert shared.notices == {"U": {"currency_differs"}}
    settlement = settle([upfront("U", 100, 100)], [item])["U"]
    assert not settlement.captures


def test_captures_fill_rows_from_the_first():
    captures = billing.Captured("c1", 60, 10), billing.Captured("c2", 30)
    shares = Share("A", 50, "row A"), Share("B", 50, "row B", DAY)
    item = Item(1, "own", "authorized", 100, shares, captured=90, capturing=10)
    item = replace(item, captures=captures, is_transfer=True)
    shared = billing.attribute([item])
    (first,), (second,) = shared.money["A"], shared.money["B"]
    assert (first.captured, first.capturing) == (50, 0)
    assert first.captures == (billing.Captured("c1", 50, 10),)
    assert (second.captured, second.capturing) == (40, 10)
    assert second.captures == (billing.Captured("c1", 10), billing.Captured("c2", 30))
    assert first.is_transfer
    assert first.amount == 100


def test_captures_fill_their_own_row_first():
    """70 taken for B, which has 50, and 5 by hand; 10 are under way for C."""
    captures = billing.Captured("c1", 70, 60, row="row B"), billing.Captured("c2", 5)
    shares = tuple(Share(name, 50, f"row {name}") for name in "ABC")
    item = Item(1, "own", "authorized", 150, shares, captured=75, capturing=10)
    claims = (billing.Captured("c3", 10, row="row C"),)
    money = billing.attribute([replace(item, captures=captures, claims=claims)]).money
    found = [money[name][0] for name in "ABC"]
    assert [(one.captured, one.capturing) for one in found] == [
        *((25, 0), (50, 0), (0, 10)),
    ]
    assert found[0].captures == (
        *(billing.Captured("c1", 20, 10, row="row B"), billing.Captured("c2", 5)),
    )
    assert found[1].captures == (billing.Captured("c1", 50, 50, row="row B"),)


def test_captures_under_way_go_to_each_row_once():
    shares = tuple(Share(name, 50, f"row {name}") for name in "ABC")
    item = Item(1, "own", "authorized", 150, shares, captured=20, capturing=40)
    money = billing.attribute([item]).money
    assert [money[name][0].captured for name in "ABC"] == [20, 0, 0]
    assert [money[name][0].capturing for name in "ABC"] == [30, 10, 0]
    # Nothing captured, nothing under way, and nobody waits for a transfer
    plain = Item(1, "own", "authorized", 150, shares)
    (first,) = billing.attribute([plain]).money["A"]
    assert (first.captured, first.capturing, first.captures) == (0, 0, ())
    assert not first.is_transfer


def test_what_is_elsewhere_is_counted_once():
    shares = Share("A", 10, "a"), Share("B", 10, "b")
    item = own(1, 15, *shares, applied=(Applied(None, 8),))
    assert here([item]) == {"A": [("a", 7, 3)], "B": [("b", 0, 5)]}


def test_what_no_document_is_matched_with():
    item = Item(1, "bank", "done", 100, links=(Link("U"),), applied=(Applied("U", 70),))
    (money,) = billing.attribute([item]).money["U"]
    assert (money.here, money.unmatched) == (100, 30)


# === WHAT WENT BACK === #


def returned(items, credit=lambda *_: 0):
    """Per scope and row, what went back and how much of it is noted."""
    shared = billing.attribute(items, credit)
    return {
        (scope, item.row): [(back.amount, back.noted) for back in item.returns]
        for scope, money in shared.money.items()
        for item in money
    }, shared


def shared_charge(*returns):
    shares = Share("U1", 7012, "row U1"), Share("U2", 7012, "row U2")
    applied = Applied("U1", 7012), Applied("U2", 7012)
    return own(1, 14024, *shares, applied=applied, returns=returns)


def test_a_refund_of_a_shared_charge_goes_where_the_credit_is():
    item = shared_charge(Back("r", 3000))
    facts = [upfront("U1", 7012, 7012, -5518), upfront("U2", 7012, 7012)]
    result = settle(facts, [item])
    assert result["U1"].sums.returned == 3000
    assert result["U1"].sums.to_refund == 2518
    assert result["U2"].sums.returned == 0
    assert not result["U2"].reasons


def test_a_refund_follows_its_row():
    back = Back("r", 3000, scope="U2", row="row U2", noted=(Applied("U2", 1000),))
    found, _shared = returned([shared_charge(back)])
    assert found == {("U1", "row U1"): [], ("U2", "row U2"): [(3000, 1000)]}
    # Of two rows of one scope, its own
    shares = Share("U", 50, "a"), Share("U", 50, "b")
    back = Back("r", 30, scope="U", row="a")
    found, _shared = returned([own(1, 100, *shares, returns=(back,))])
    assert found == {("U", "a"): [(30, 0)], ("U", "b"): []}
    # More than the row has: the rest from the scope's other rows
    back = replace(back, amount=70, noted=(Applied("U", 60),))
    found, _shared = returned([own(1, 100, *shares, returns=(back,))])
    assert found == {("U", "a"): [(50, 50)], ("U", "b"): [(20, 10)]}
    # More than all
    back = replace(back, amount=120)
    found, _shared = returned([own(1, 100, *shares, returns=(back,))])
    assert found == {("U", "a"): [(50, 50), (20, 0)], ("U", "b"): [(50, 10)]}


def test_a_refund_follows_its_note():
    back = Back("r", 3000, noted=(Applied("U2", 2000),))
    found, shared = returned([shared_charge(back)], lambda scope, *_: scope == "U1")
    assert found == {("U1", "row U1"): [(1000, 0)], ("U2", "row U2"): [(2000, 2000)]}
    assert not any(item.unassigned for money in shared.money.values() for item in money)
    # A note that explains nothing any more
    back = Back("r", 3000, noted=(Applied("U2", 3000), Applied("U3", 10)))
    assert ("U3", None) not in returned([shared_charge(back)])[0]
    back = Back("r", 3000, noted=(Applied(None, 5), Applied("U2", 3000)))
    found, _shared = returned([shared_charge(back)])
    assert found == {("U1", "row U1"): [], ("U2", "row U2"): [(3000, 3000)]}
    # Of a scope the payment had nothing of
    back = Back("r", 3000, noted=(Applied("U3", 5000), Applied(None, 1)))
    found, shared = returned([shared_charge(back)])
    assert found[("U3", None)] == [(3000, 3000)]
    (money,) = shared.money["U3"]
    assert (money.here, money.captured, money.capturing, money.unmatched) == (0,) * 4


def test_a_refund_of_the_only_scope_is_its_own():
    item = own(1, 1494, Share("U", 1494, "row U"), returns=(Back("r", 605),))
    found, _shared = returned([item])
    assert found == {("U", "row U"): [(605, 0)]}
    # Another scope's row is unknown to it
    item = replace(item, returns=(Back("r", 605, scope="else"),))
    assert returned([item])[0] == {("U", "row U"): [(605, 0)]}


def test_a_refund_nobody_can_assign_is_for_a_person():
    item = shared_charge(Back("r", 3000))
    facts = [upfront("U1", 7012, 7012), upfront("U2", 7012, 7012)]
    for settlement in settle(facts, [item]).values():
        assert settlement.sums.returned == 0
        assert settlement.reasons == ("refund_unassigned",)
    assert billing.attribute([item]).money["U1"][0].unassigned == 3000
    # And nothing of it goes back twice
    facts = [upfront("U1", 7012, 7012), upfront("U2", 7012, 7012, -10)]
    found, shared = returned([item], lambda *_: 0)
    assert found == {("U1", "row U1"): [], ("U2", "row U2"): []}
    assert [money[0].unassigned for money in shared.money.values()] == [3000, 3000]


def test_the_bank_takes_money_back():
    share = Share("U", 1494, "row U")
    back = Back("b", 1494, kind="bank", scope="U", row="row U")
    item = own(1, 1494, share, applied=(Applied("U", 1494),), returns=(back,))
    facts = upfront("U", 1494, 1494, state="paid")
    settlement = settle([facts], [item])["U"]
    assert (settlement.sums.returned, settlement.sums.held) == (1494, 1494)
    assert not settlement.ask_now
    charged_back = replace(item, state="charged_back")
    settlement = settle([facts], [charged_back])["U"]
    assert (settlement.sums.open, settlement.sums.held) == (1494, 0)
    assert settlement.sums.returned == 0


def test_dates_and_kinds_of_returns_are_kept():
    made = datetime(2027, 5, 1)
    back = Back("r", 10, made, pending=True, kind="bank")
    item = own(1, 1494, Share("U", 1494, "row U"), returns=(back,))
    (money,) = billing.attribute([item]).money["U"]
    assert money.returns == (billing.Return("r", 10, made, True, "bank", 0),)


# === NOTHING TWICE, NOTHING LOST === #

SCOPES = st.sampled_from(["A", "B", "C"])
AMOUNTS = st.integers(0, 40)
SHARES = st.builds(Share, SCOPES, AMOUNTS, st.sampled_from([None, "r1", "r2"]))
APPLIED = st.builds(Applied, st.none() | SCOPES, AMOUNTS)
LINKS = st.builds(Link, SCOPES, st.none() | AMOUNTS)
BACKS = st.builds(
    Back,
    st.integers(1, 9),
    st.integers(1, 40),
    noted=st.lists(APPLIED, max_size=2).map(tuple),
    scope=st.none() | SCOPES,
    row=st.sampled_from([None, "r1", "r2"]),
)


def tuples(strategy, size):
    return st.lists(strategy, max_size=size).map(tuple)


ITEMS = st.builds(
    Item,
    st.integers(1, 3),
    st.just("own"),
    st.sampled_from(["done", "done", "pending", "authorized"]),
    AMOUNTS,
    tuples(SHARES, 3),
    tuples(APPLIED, 3),
    tuples(LINKS, 2),
    tuples(BACKS, 2),
)


@RUN
@given(st.lists(ITEMS, max_size=3, unique_by=lambda item: item.key))
def test_every_payment_counts_for_its_amount(items):
    shared = billing.attribute(items)
    for item in items:
        places = [
            money
            for listed in shared.money.values()
            for money in listed
            if money.key == item.key
        ]
        assert sum(money.here for money in places) + shared.outside[item.key] == (
            item.amount
        )
        assert shared.outside[item.key] >= 0
        for money in places:
            assert min(money.here, money.elsewhere, money.unmatched) >= 0
        # What went back is assigned once, or left to a person
        assigned = sum(back.amount for money in places for back in money.returns)
        unassigned = max((money.unassigned for money in places), default=0)
        gone = sum(back.amount for back in item.returns)
        assert assigned + unassigned == gone or not places
        # What is elsewhere is not more than what is somewhere else
        wanted = sum(share.amount for share in item.shares if share.row)
        assert sum(money.elsewhere for money in places) <= max(wanted, 0)
    assert all(amount > 0 for amount in shared.adjusted.values())
    # The order of the payments is irrelevant
    turned = billing.attribute(items[::-1])
    assert (turned.outside, turned.adjusted) == (shared.outside, shared.adjusted)
    for scope, money in shared.money.items():
        assert sorted(map(str, money)) == sorted(map(str, turned.money[scope]))
