# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The table of ``settle_cases.md``: facts and what is made of them, by hand.

Plain pytest functions: Odoo's own test runner does not collect them.
"""

import re
from pathlib import Path

import pytest

from ... import billing
from . import settle_notation as notation
from .settle_laws import check_laws

TABLE = Path(__file__).with_name("settle_cases.md")
ROW = re.compile(r"\| (\d+) \| (.*) \|$")


def cases():
    """The rows of the table."""
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if match := ROW.match(line):
            name, facts, answer, rows = match[2].split(" | ")
            yield pytest.param(facts, answer, rows, id=f"{match[1]} {name}")


@pytest.mark.parametrize(("facts", "answer", "rows"), cases())
def test_case(facts, answer, rows):
    case = notation.Case(facts)
    settlement = billing.settle(case.facts)
    words = answer.split(" · ")
    codes = {word.strip("*") for word in words if word.startswith("*")}
    words = [word for word in words if not word.startswith("*")]
    sums = [re.sub(r"(refund [\d.]+).*", r"\1", word) for word in words]
    sums = [word for word in sums if not word.startswith("(E")]
    order = ["C", *notation.FIELDS, "refund"]
    sums.sort(key=lambda word: order.index(word.rpartition(" ")[0]))
    assert case.settlement(settlement) == " · ".join(sums)
    expected = re.search(r"\(E ([\d.]+)\)", answer)
    if expected:
        assert settlement.sums.expected == case.units(expected[1])
    assert case.rows(settlement) == rows
    check_refunds(case, settlement, answer)
    check_codes(settlement, codes)
    check_laws(case.facts, settlement)


def check_refunds(case, settlement, answer):
    """The list gives back what may be given back, from the payment named."""
    match = re.search(r"refund ([\d.]+)(?: from ([^·]+?))?( by hand)?(?: ·|$)", answer)
    if not match:
        assert not settlement.refunds
        return
    (refund,) = settlement.refunds
    assert refund.amount == case.units(match[1])
    assert refund.by_hand == bool(match[3])
    if match[2]:
        assert case.names[refund.money] == match[2]
    # Of two payments of one row, the latest
    same = [k for k, name in case.names.items() if name == case.names[refund.money]]
    assert refund.money == max(same)


def check_codes(settlement, codes):
    """Exactly the codes of the table, those of the first open row among them."""
    found = set(settlement.reasons)
    if any(refund.by_hand for refund in settlement.refunds):
        # The table says "by hand"
        found.remove("refund_by_hand")
    waiting = [
        row
        for row in (*settlement.rows, *settlement.new_rows)
        if row.is_open and row.state != "billed"
    ]
    if waiting:
        first = min(waiting, key=lambda row: (row.due, row.sequence))
        code = dict(settlement.refused).get(first.sequence)
        if code:
            assert not any(first.sequence in ask.rows for ask in settlement.ask_now)
        else:
            assert settlement.ask_now[0].rows[0] == first.sequence
            assert settlement.ask_now[0].amount == first.amount
        if settlement.sums.aside:
            assert code == "use_double_charge"
        elif code:
            found.add(code)
    assert found == codes
