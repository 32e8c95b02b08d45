# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Documents, payments and notes in memory, for what is read of them."""

from datetime import date, datetime

from ... import reading
from ...billing import attribute

EUR, USD, GBP = 1, 2, 3
RATES = {EUR: 1.0, USD: 1.25, GBP: 0.8}
DAY = date(2027, 9, 10)
NOW = datetime(2027, 9, 10, 12)
ONE, TWO = ("child", 1), ("child", 2)


def convert(amount, currency_id, to_id, _company_id, _day):
    """One EUR is 1.25 USD or 0.80 GBP."""
    return amount / RATES[currency_id] * RATES[to_id]


def abilities(_provider_id):
    """What the provider can refund and capture."""
    return "partial", "partial"


class World:
    """Two scopes with an invoice each, and whatever pays them."""

    def __init__(self, currencies=(EUR, EUR), totals=(100.0, 60.0)):
        """Make the scopes and their invoices, not paid yet."""
        self.chunk = reading.Chunk(lambda _currency_id: 0.01, convert)
        self.currencies, self.totals = currencies, totals
        self.chunk.add_scopes(
            [
                self.scope(number, currency_id)
                for number, currency_id in enumerate(currencies, 1)
            ]
        )
        self.chunk.add_documents(
            [
                self.document(number, total, currency_id, ("child", number))
                for number, (total, currency_id) in enumerate(
                    zip(totals, currencies, strict=True), 1
                )
            ]
        )
        self.lines, self.matches = [], 0

    def scope(self, number, currency_id):
        """A child order."""
        values = dict.fromkeys(reading.ScopeRow._fields)
        values.update(
            kind="child",
            res_id=number,
            company_id=1,
            currency_id=currency_id,
            total=100.0,
            is_alive=True,
        )
        return reading.ScopeRow(**values)

    def document(self, move_id, total, currency_id, scope, **values):
        """A posted document of one scope."""
        return reading.DocumentRow(
            **{
                "move_id": move_id,
                "move_type": "out_invoice",
                "state": "posted",
                "date": DAY,
                "total": total,
                "currency_id": currency_id,
                "company_id": 1,
                "reversed_id": None,
                "upfront_id": None,
                "kind": scope and scope[0],
                "res_id": scope and scope[1],
                "weight": total,
                **values,
            }
        )

    def match(self, move_id, amount, currency_id=EUR, **other):
        """A match of a document: of its own receivable line."""
        self.matches += 1
        values = dict.fromkeys(reading.ReceivableRow._fields)
        values.update(
            line_id=move_id,
            res_id=move_id,
            maturity=DAY,
            amount=0.0,
            residual=0.0,
            residual_company=0.0,
            currency_id=currency_id,
            partial_id=self.matches,
            matched=amount,
            other_matched=amount,
            other_currency_id=currency_id,
            other_type="entry",
            other_date=DAY,
        )
        values.update(other)
        self.chunk.add_receivables([reading.ReceivableRow(**values)])

    def pay(self, amount, currency_id=EUR, payment_id=1, lines=(), **values):
        """A registered payment; lines: document, its amount, that of the payment."""
        row = reading.PaymentRow(
            **{
                "payment_id": payment_id,
                "direction": "inbound",
                "state": "in_process",
                "amount": amount,
                "currency_id": currency_id,
                "company_id": 1,
                "date": DAY,
                "created": NOW,
                "has_entry": True,
                "tx_id": None,
                "move_ids": [],
                **values,
            }
        )
        self.chunk.add_payments(
            [row],
            [
                self.payment_line(row, *line, number=number)
                for number, line in enumerate(lines)
            ],
        )

    def payment_line(self, row, move_id, other, own, number=0, **values):
        """One match of the receivable line of a payment."""
        fields = dict.fromkeys(reading.ReceivableRow._fields)
        fields.update(
            line_id=1000 + row.payment_id,
            res_id=row.payment_id,
            maturity=DAY,
            amount=-row.amount,
            residual_company=0.0,
            currency_id=row.currency_id,
            partial_id=number + 1,
            matched=own,
            other_matched=other,
            other_move_id=move_id,
            other_type="out_invoice",
            other_currency_id=self.currencies[move_id - 1]
            if move_id and move_id <= len(self.currencies)
            else row.currency_id,
            other_date=DAY,
        )
        fields.update(values)
        return reading.ReceivableRow(**fields)

    def add_transaction(self, tx_id=1, root_id=1, **values):
        """A transaction of a provider."""
        fields = dict.fromkeys(reading.TransactionRow._fields)
        fields.update(
            tx_id=tx_id,
            root_id=root_id,
            source_id=root_id if root_id != tx_id else None,
            operation="online_direct",
            state="done",
            amount=100.0,
            currency_id=EUR,
            company_id=1,
            created=NOW,
            changed=NOW,
            provider_code="demo",
            method_refund="partial",
        )
        fields.update(values)
        self.chunk.add_transactions([reading.TransactionRow(**fields)])

    def link(self, move_id=None, child=None):
        """Link the first transaction."""
        self.chunk.add_links([reading.LinkRow(1, move_id, child, bool(child), None)])

    def request(self, row_id, child):
        """A row of 50.00 that was authorised by the first transaction."""
        fields = dict.fromkeys(reading.RequestRow._fields)
        fields.update(
            row_id=row_id,
            kind="child",
            res_id=child,
            sequence=1,
            due=DAY,
            amount=50.0,
            planned=50.0,
            state="authorized",
            transaction_ids=[1],
        )
        self.chunk.add_requests([reading.RequestRow(**fields)])

    def look(self):
        """What each scope has: amount and state of every payment."""
        self.chunk.shares = reading.derive_shares(self.chunk, NOW)
        items = reading.make_items(self.chunk, abilities, NOW)
        self.attribution = attribute(items)
        return {
            scope: [(money.here, money.state) for money in found]
            for scope, found in self.attribution.money.items()
        }
