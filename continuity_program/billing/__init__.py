# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What is owed, asked, captured and given back, in pure Python.

A *scope* is a claim with everything that belongs to it: a child order, what an order is
billed up front, or the ordinary lines of an order. One function answers every question
about its money::

    facts = Facts(scope, lines, docs, money, rows, adjusted)
    settlement = settle(facts)

In this order:

1. ``terms`` cuts an invoice into instalments when it is posted.
2. ``attribute`` says which scope has what of each payment and each refund, for a chunk
   of scopes at once. Its answer is part of the facts.
3. ``settle`` makes the account of one scope (``sums``), with what is still to be
   invoiced (``expected``), says what every row must be (``spread``), which may be asked
   now (``ask``), what to give back (``refunds``) and to capture (``capture``), and what
   a person must look at (``reasons``). It checks itself (``laws``).
4. ``answers`` says what the answer of a provider makes of a row.

Nothing in here knows Odoo. Amounts are whole numbers of the smallest currency unit.
Facts are read anew every time: no decision rests on what an earlier one left behind.
"""

from .facts import (
    Captured,
    Doc,
    Facts,
    Gate,
    Line,
    Money,
    Plan,
    Return,
    Row,
    Scope,
    Term,
)
from .laws import LawBroken
from .results import Ask, Capture, Move, Refund, RowResult, Settlement, Sums
from .settle import apply, settle

__all__ = [
    "Ask",
    "Capture",
    "Captured",
    "Doc",
    "Facts",
    "Gate",
    "LawBroken",
    "Line",
    "Money",
    "Move",
    "Plan",
    "Refund",
    "Return",
    "Row",
    "RowResult",
    "Scope",
    "Settlement",
    "Sums",
    "Term",
    "apply",
    "settle",
]
