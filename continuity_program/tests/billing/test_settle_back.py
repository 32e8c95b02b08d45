# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What the rows show of what goes back: to be given, paid too much, given.

Plain pytest functions: Odoo's own test runner does not collect them.
"""

from dataclasses import replace

import pytest

from ... import billing
from .settle_notation import Case

DOUBLE = "+70.12; rows 23.37 p/23.37/23.38"


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        pytest.param("+14.94; rows 14.94 p", [(0, 0, 0)], id="nothing"),
        # What a note explains is to be given back, and was not paid too much
        pytest.param("+14.94 −6.05; rows 14.94 p", [(605, 0, 0)], id="a note"),
        pytest.param(
            "+14.94 −6.05 draft; rows 14.94 p", [(0, 0, 0)], id="a note that is a draft"
        ),
        # What an invoice asks less is
        pytest.param(
            "child 14.94, inv 1; +12.10; rows 14.94 p", [(284, 284, 0)], id="less"
        ),
        pytest.param(
            "child 14.94, inv 1; +12.10 −2.10; rows 14.94 p",
            [(494, 284, 0)],
            id="less, and a note",
        ),
        # Of two rows the latest is given back first, and is the one paid too much
        pytest.param(
            "child 20.00, inv 1; +15.00 −3.00; rows 10.00 p/10.00 p",
            [(0, 0, 0), (800, 500, 0)],
            id="two rows",
        ),
        pytest.param(
            "child 20.00, inv 1; +4.00 −1.00; rows 10.00 p/10.00 p",
            [(700, 600, 0), (1000, 1000, 0)],
            id="two rows, and more than the last one",
        ),
        # What went back for a note explains nothing any more
        pytest.param(
            "child 14.94, inv 1; +12.10 −6.05; rows 14.94 p;"
            " got own 1 14.94 back 6.05 on a note",
            [(284, 284, 605)],
            id="the note is given back",
        ),
        pytest.param(
            "child 14.94, inv 1; +14.94 −6.05; rows 14.94 p;"
            " got own 1 14.94 back 2.00 on a note",
            [(405, 0, 200)],
            id="a part of the note is given back",
        ),
        pytest.param(
            "child 14.94, inv 1; +14.94 −6.05; rows 14.94 p;"
            " got own 1 14.94 going back 6.05",
            [(0, 0, 0)],
            id="on its way",
        ),
        # What came twice is paid too much, and what went back of it is nothing
        pytest.param(
            f"{DOUBLE}; got tx 1 23.37, tx 2 23.37",
            [(2337, 2337, 0), (0, 0, 0), (0, 0, 0)],
            id="twice",
        ),
        pytest.param(
            f"{DOUBLE}; got tx 1 23.37, tx 2 23.37 back 23.37",
            [(0, 0, 0), (0, 0, 0), (0, 0, 0)],
            id="twice, and given back",
        ),
        pytest.param(
            f"{DOUBLE}; got tx 1 23.37, tx 2 23.37 back 10.00",
            [(1337, 1337, 0), (0, 0, 0), (0, 0, 0)],
            id="twice, and a part of it given back",
        ),
        pytest.param(
            "+70.12 −70.12; rows 23.37 p/23.37/23.38; got tx 1 23.37, tx 2 23.37",
            [(4674, 2337, 0), (0, 0, 0), (0, 0, 0)],
            id="twice, and all of it credited",
        ),
        # The largest success is the one that paid the row
        pytest.param(
            "child 10.00, inv 1; +10.00; rows 10.00 p;"
            " got own 1 10.00 back 5.00, own 1 4.00",
            [(0, 0, 100)],
            id="a part of it twice, and more than that given back",
        ),
        # What went back without a note leaves the note to explain the rest
        pytest.param(
            "child 14.94, inv 1; +12.10 −6.05; rows 14.94 p; got own 1 14.94 back 2.00",
            [(689, 84, 200)],
            id="given back without the note",
        ),
        # Money of no row is no row's
        pytest.param(
            "child 25.00 cancelled; rows 25.00 p.o.; got link 25.00",
            [(0, 0, 0)],
            id="by link",
        ),
        pytest.param(
            "child 14.94, inv 1; +14.94; rows 14.94 d; got own 1 14.94 charged_back",
            [(0, 0, 0)],
            id="charged back",
        ),
    ],
)
def test_what_the_rows_show(text, rows):
    facts = Case(text).facts
    backs = billing.give_backs(facts, billing.settle(facts))
    found = [
        (back["to_refund"], back["overpaid"], back["refunded"])
        for _row, back in sorted(backs.items())
    ]
    assert found == rows


def test_one_unit_nobody_has_decided_about_is_held():
    text = "child 14.94, inv 1; +14.94; rows 14.94 p; got own 1 14.94 back 0.01"
    facts = Case(text).facts
    for decided, held in ((("another", 500), 1), ((0, 1), 0)):
        scope = replace(facts.scope, asked_again=(decided,))
        sums = billing.settle(replace(facts, scope=scope)).sums
        assert (sums.held, sums.open) == (held, 1 - held)


# === A DRAFT INVOICE THAT ASKS FOR IT === #

WRITTEN_ANEW = "child 27.60, inv 1, draft 1; +57.50 −57.50 +{} draft"
CHARGED = "; rows 27.60 p/29.90 p"


@pytest.mark.parametrize(
    ("text", "back", "waits"),
    [
        # Reversed, and the new one still says what the old one said
        pytest.param(WRITTEN_ANEW.format("57.50") + CHARGED, [], True, id="draft"),
        # Put right: what was charged beyond it goes back
        pytest.param(WRITTEN_ANEW.format("27.60") + CHARGED, [2990], False, id="right"),
        # A unit of rounding is no reason to wait
        pytest.param(WRITTEN_ANEW.format("27.61") + CHARGED, [2990], False, id="unit"),
        pytest.param(WRITTEN_ANEW.format("27.62") + CHARGED, [], True, id="two units"),
        # Posted too dear: nothing is left
        pytest.param(
            "child 27.60, inv 2; +57.50 −57.50 +57.50" + CHARGED, [], False, id="posted"
        ),
        # A child that is gone is asked for nothing
        pytest.param(
            "child 27.60 cancelled, inv 1, draft 1; +57.50 −57.50 +57.50 draft"
            + CHARGED,
            [2990, 2760],
            False,
            id="cancelled",
        ),
        # A draft note asks for nothing
        pytest.param(
            "child 14.94, inv 1; +14.94 −6.05 −1.00 draft; rows 14.94 p",
            [605],
            False,
            id="draft note",
        ),
    ],
)
def test_what_a_draft_invoice_asks_for_is_kept(text, back, waits):
    settlement = billing.settle(Case(text).facts)
    assert [refund.amount for refund in settlement.refunds] == back
    assert ("refund_waits_draft" in settlement.reasons) is waits
