# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What the answer of a provider makes of a row, and what documents will still ask.

Plain pytest functions: Odoo's own test runner does not collect them.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ... import billing
from ...billing import Answer, Line
from ...billing.expected import round_half_up
from ..billing.settle_random import SAME

# === EVIDENCE OF A DECLINE === #


@pytest.mark.parametrize("state", ["error", "cancel"])
@pytest.mark.parametrize(
    ("evidence", "is_proof"),
    [
        ({}, False),
        ({"decline_code": "insufficient_funds"}, True),
        ({"decline_code": "insufficient_funds", "no_answer": True}, True),
        ({"http_status": 400}, True),
        ({"http_status": 402}, True),
        ({"http_status": 499}, True),
        ({"http_status": 399}, False),
        ({"http_status": 408}, False),
        ({"http_status": 409}, False),
        ({"http_status": 425}, False),
        ({"http_status": 429}, False),
        ({"http_status": 500}, False),
        ({"http_status": 502, "by_provider": True}, False),
        ({"http_status": 429, "by_provider": True}, False),
        # A provider that has no words for it
        ({"by_provider": True}, True),
        ({"by_provider": True, "no_answer": True}, False),
        ({"by_provider": True, "gives_codes": True}, False),
        ({"by_provider": True, "gives_codes": True, "decline_code": "x"}, True),
    ],
)
def test_evidence(state, evidence, is_proof):
    answer = Answer(state, **evidence)
    assert billing.is_decline(answer) == is_proof
    expected = "declined" if is_proof else "unknown"
    assert billing.row_state(answer, "processing") == expected


@pytest.mark.parametrize("state", ["draft", "pending", "authorized", "done"])
def test_what_has_not_failed_is_no_decline(state):
    assert not billing.is_decline(Answer(state, decline_code="x", by_provider=True))


# === STATES OF ROWS === #


@pytest.mark.parametrize(
    ("answer", "before", "after"),
    [
        (Answer("pending"), "processing", "pending"),
        (Answer("authorized"), "processing", "authorized"),
        (Answer("done"), "processing", "paid"),
        (Answer("done"), "unknown", "paid"),
        (Answer("draft"), "processing", "processing"),
        (Answer("draft", no_answer=True), "processing", "unknown"),
        (Answer("error", no_answer=True), "processing", "unknown"),
        (Answer("error", decline_code="x"), "unknown", "declined"),
        # A late yes counts even of a cancelled row, a late no does not
        (Answer("done"), "cancelled", "paid"),
        (Answer("pending"), "cancelled", "cancelled"),
        (Answer("error", decline_code="x"), "cancelled", "cancelled"),
        # An authorisation that lapsed was not refused
        (Answer("cancel"), "authorized", "scheduled"),
        (Answer("error", decline_code="x"), "authorized", "scheduled"),
        (Answer("cancel", captured=5), "authorized", "paid"),
        # Captures
        (Answer("authorized", amount=10, captured=4), "authorized", "authorized"),
        (Answer("authorized", amount=10, captured=10), "authorized", "paid"),
        (
            Answer("authorized", amount=10, captured=4, to_capture=4),
            *("authorized", "paid"),
        ),
        (
            Answer("authorized", amount=10, captured=4, to_capture=5),
            *("authorized", "authorized"),
        ),
        (Answer("authorized", amount=10, to_capture=0), "authorized", "authorized"),
        (Answer("authorized", open_captures=3), "processing", "processing"),
        (
            Answer("authorized", open_captures=3, lost_captures=3),
            *("processing", "unknown"),
        ),
        (Answer("strange"), "processing", "processing"),
    ],
)
def test_row_states(answer, before, after):
    assert billing.row_state(answer, before) == after


# === WHAT IS STILL TO COME === #


def expected(total, *lines, docs=(), kind="child", **scope):
    facts = billing.Facts(
        billing.Scope(1, kind, total, **scope),
        lines=lines,
        docs=tuple(
            billing.Doc(k, doc, kind="note" if doc < 0 else "invoice")
            for k, doc in enumerate(docs)
        ),
    )
    return billing.expected(facts)


def test_expected_of_several_lines():
    goods, delivery = Line(3000, 3), Line(600, 1)
    assert expected(3600, goods, delivery) == 3600
    assert expected(3600, Line(3000, 3, invoiced=1), delivery) == 2600
    assert expected(3600, Line(3000, 3, called_off=1), delivery) == 2600
    assert expected(3600, Line(3000, 3, called_off=3), Line(600, 1, called_off=1)) == 0
    # A discount that was not invoiced yet lowers what is to come
    assert expected(2700, goods, Line(-300, 1)) == 2700
    assert expected(2700, Line(3000, 3, invoiced=3), Line(-300, 1)) == 0
    # Lines that say nothing
    assert expected(3000, goods, Line(0, 0), Line(50, 0)) == 3000
    assert expected(3000) == 0
    assert expected(0, Line(0, 1)) == 0
    assert expected(100, Line(10, 1), Line(-10, 1)) == 0


def test_rounding_of_documents_is_absorbed_until_the_last():
    assert expected(4483, Line(4483, 3, invoiced=1), docs=(1494,)) == 2989
    assert expected(4483, Line(4483, 3, invoiced=2), docs=(1494, 1494)) == 1495
    assert expected(4483, Line(4483, 3, invoiced=3), docs=(1494, 1494, 1494)) == 0
    # Of two invoices two units, not three
    assert expected(4483, Line(4483, 3, invoiced=2), docs=(1494, 1493)) == 1496
    assert expected(4483, Line(4483, 3, invoiced=2), docs=(1494, 1492)) == 1494
    assert expected(4483, Line(4483, 3, invoiced=2), docs=(1495, 1496)) == 1492
    assert expected(4483, Line(4483, 3, invoiced=2), docs=(1496, 1496)) == 1494
    # What was called off is no part of the plan
    line = Line(4483, 3, called_off=1, invoiced=1)
    assert expected(4483, line, docs=(1494,)) == 1495
    # A note is no invoice
    docs = (1494, 1494, -1494)
    assert expected(4483, Line(4483, 3, invoiced=2), docs=docs) == 1495
    # Invoiced again: what the lines say
    lines = Line(1000, 2, invoiced=3), Line(1000, 1)
    assert expected(2000, *lines, docs=(1001,)) == 1000
    assert expected(1000, Line(1000, 2, invoiced=3, drafted=1), docs=(500,)) == 500


def test_expected_of_other_scopes():
    assert expected(7012, kind="upfront") == 7012
    assert expected(-5, kind="upfront") == 0
    assert expected(7012, docs=(7012,), kind="upfront") == 0
    assert expected(7012, docs=(-7012,), kind="upfront") == 7012
    assert expected(7012, alive=False, kind="upfront") == 0
    assert expected(500, Line(500, 1), kind="ordinary") == 500
    assert expected(500, Line(500, 1, invoiced=1), docs=(500,), kind="ordinary") == 0


QUANTITIES = st.integers(0, 5)
LINES = st.builds(Line, st.integers(1, 10**5), st.integers(1, 5))


@SAME
@given(st.lists(LINES, min_size=1, max_size=4))
def test_posting_what_was_expected_leaves_the_claim(lines):
    total = sum(line.gross for line in lines)
    posted, docs = [], []
    for line in lines:
        posted.append(Line(line.gross, line.ordered, invoiced=line.ordered))
        docs.append(line.gross)
        rest = [*posted, *lines[len(posted) :]]
        claim = sum(docs) + expected(total, *rest, docs=docs)
        assert claim == total


@pytest.mark.parametrize(
    ("line", "plain", "by_delivery", "back"),
    [
        (Line(1, 5), 5, 0, 0),
        (Line(1, 5, delivered=2), 5, 2, 0),
        (Line(1, 5, invoiced=2, delivered=3), 3, 1, 2),
        (Line(1, 5, invoiced=2, drafted=1, delivered=3), 2, 0, 2),
        (Line(1, 5, called_off=2, delivered=5), 3, 3, 0),
        (Line(1, 5, called_off=2, invoiced=4), 0, 0, 4),
        # A note gives nothing back, and is not taken back twice
        (Line(1, 5, invoiced=5, credited=2, delivered=5), 0, 0, 3),
        (Line(1, 5, invoiced=5, taken_back=3, delivered=5), 0, 0, 2),
        (Line(1, 5, invoiced=5, taken_back=3, credited=4), 0, 0, 1),
        (Line(1, 5, invoiced=5, taken_back=6), 0, 0, 0),
    ],
)
def test_what_may_be_invoiced_and_come_back(line, plain, by_delivery, back):
    assert billing.to_invoice(line) == plain
    assert billing.to_invoice(line, by_delivery=True) == by_delivery
    assert billing.may_come_back(line) == back


def test_value_of_what_was_delivered():
    value = billing.delivered_value
    assert value(2989, [Line(2989, 2, delivered=1)]) == 1494
    assert value(2989, [Line(2989, 2, delivered=2)]) == 2989
    assert value(2989, [Line(2989, 2, delivered=3)]) == 2989
    assert value(2989, [Line(2989, 2, delivered=2, invoiced=1)]) == 1494
    assert value(2989, [Line(2989, 2, delivered=1, invoiced=2)]) == 0
    assert value(2989, [Line(2989, 2, delivered=2, called_off=1)]) == 1494
    both = [Line(3000, 3, delivered=2), Line(600, 2, delivered=1), Line(9, 0)]
    assert value(3600, both) == 2300
    assert value(3600, []) == 0
    assert value(100, [Line(-100, 1, delivered=1), Line(300, 1)]) == 0


@pytest.mark.parametrize(
    ("numerator", "denominator", "rounded"),
    [
        *[(5, 2, 3), (4, 2, 2), (7, 3, 2), (8, 3, 3), (0, 7, 0), (1, 2, 1)],
        *[(-5, 2, -3), (-7, 3, -2), (-8, 3, -3), (5, -2, -3), (-5, -2, 3)],
    ],
)
def test_rounding(numerator, denominator, rounded):
    assert round_half_up(numerator, denominator) == rounded
