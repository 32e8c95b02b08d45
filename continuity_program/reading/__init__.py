# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What the tables say about the money of orders, turned into facts.

`models/continuity_billing*.py` select rows; this package says what they mean. It knows
how Odoo books (a payment and its entry, a refund of a capture, a bank line), and
nothing of records or queries. `billing` then says what follows from the facts.
"""

from .chunk import Chunk
from .facts import Occasion, Setting, make_facts
from .items import make_items
from .rows import (
    DocumentRow,
    LineRow,
    LinkRow,
    PaymentRow,
    ReceivableRow,
    RequestRow,
    ScopeRow,
    TransactionRow,
)
from .shares import PAGE_OPEN, derive_shares, is_page_open

__all__ = [
    "PAGE_OPEN",
    "Chunk",
    "DocumentRow",
    "LineRow",
    "LinkRow",
    "Occasion",
    "PaymentRow",
    "ReceivableRow",
    "RequestRow",
    "ScopeRow",
    "Setting",
    "TransactionRow",
    "derive_shares",
    "is_page_open",
    "make_facts",
    "make_items",
]
