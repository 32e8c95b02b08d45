# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What is owed, asked, captured and given back, in pure Python.

A *scope* is a claim with everything that belongs to it: a child order, what an order is
billed up front, or the ordinary lines of an order. One function answers every question
about its money::

    settlement = settle(Facts(scope, lines, docs, money, rows))

In this order:

1. ``terms`` cuts an invoice into instalments when it is posted; ``allocate`` gives
   money paid for a whole order its shares when it is first seen.
2. ``attribute`` says which scope has what of each payment and each refund, for a chunk
   of scopes at once. Its answer is the money in the facts.
3. ``settle`` makes the account of one scope (``sums``), with what is still to be
   invoiced (``expected``), says what every row must be (``spread``), which may be asked
   now (``ask``), what to give back (``refunds``) and to capture (``capture``), and what
   a person must look at (``reasons``). It checks itself (``laws``). ``settle_chunk``
   does 2 and 3 for many scopes.
4. ``apply`` gives the facts as they are once the rows are written: settling them again
   changes nothing.
5. ``verdicts`` says of every row whether a card may be asked for it, and why not.
6. ``row_state`` says what the answer of a provider makes of a row; ``is_decline`` what
   proves a refusal; ``classify`` what kind of answer it is, by the words of the
   provider (``providers``).

Nothing in here knows Odoo. Amounts are whole numbers of the smallest currency unit.
Facts are read anew every time: no decision rests on what an earlier one left behind.
"""

from .allocate import allocate
from .answers import (
    DECLINED,
    NO_ANSWER,
    NOT_ASKED,
    Answer,
    classify,
    is_decline,
    row_state,
)
from .ask import get_too_little, may_confirm
from .attribute import (
    Applied,
    Attribution,
    Back,
    Item,
    Link,
    Share,
    apportion,
    attribute,
)
from .card_expiry import read_expiry
from .chunk import settle_chunk
from .expected import delivered_value, expected, may_come_back, to_invoice
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
from .providers import get_provider
from .refunds import give_backs
from .results import Ask, Capture, Move, Refund, RowResult, Settlement, Sums
from .settle import apply, settle
from .spread import cut_of
from .suppose import suppose
from .terms import before, terms
from .verdict import Verdict, verdicts

# Functions hide modules of the same name as attributes of this package;
# ``from ….billing.settle import …`` reaches the module all the same.
__all__ = [
    "DECLINED",
    "NOT_ASKED",
    "NO_ANSWER",
    "Answer",
    "Applied",
    "Ask",
    "Attribution",
    "Back",
    "Capture",
    "Captured",
    "Doc",
    "Facts",
    "Gate",
    "Item",
    "LawBroken",
    "Line",
    "Link",
    "Money",
    "Move",
    "Plan",
    "Refund",
    "Return",
    "Row",
    "RowResult",
    "Scope",
    "Settlement",
    "Share",
    "Sums",
    "Term",
    "Verdict",
    "allocate",
    "apply",
    "apportion",
    "attribute",
    "before",
    "classify",
    "cut_of",
    "delivered_value",
    "expected",
    "get_provider",
    "get_too_little",
    "give_backs",
    "is_decline",
    "may_come_back",
    "may_confirm",
    "read_expiry",
    "row_state",
    "settle",
    "settle_chunk",
    "suppose",
    "terms",
    "to_invoice",
    "verdicts",
]
