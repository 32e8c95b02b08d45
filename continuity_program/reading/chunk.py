# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Everything that was read about some scopes, by what it belongs to."""

from dataclasses import dataclass, field
from typing import Any

from ..billing import apportion

CUSTOMER_DOCUMENTS = ("out_invoice", "out_refund")


@dataclass(slots=True)
class Document:
    """An invoice or a credit note, and what its receivable lines are matched with."""

    row: Any
    weights: dict = field(default_factory=dict)
    #: receivable lines by id: one row each, whatever they are matched with
    lines: dict = field(default_factory=dict)
    matches: list = field(default_factory=list)

    @property
    def is_note(self):
        """Whether it is a credit note."""
        return self.row.move_type == "out_refund"


class Chunk:
    """What was read about some scopes."""

    def __init__(self, rounding, convert):
        """Begin with nothing.

        :param callable rounding: says the smallest unit of a currency, by its id
        :param callable convert: turns an amount of one currency into another:
            ``convert(amount, from_id, to_id, company_id, day)``
        """
        self._rounding, self._convert = rounding, convert
        self.scopes = {}
        self.lines = {}
        self.documents = {}
        self.requests = {}
        self.requests_of = {}
        self.transactions = {}
        self.links = {}
        self.payments = {}
        self.payment_lines = {}
        #: transactions that rows of the ledger were charged by
        self.charges = set()
        #: per transaction, what it was made for: as it was written down, and in all
        self.stored = {}
        self.shares = {}

    # === WHAT WAS READ === #

    def add_scopes(self, rows):
        """Add scopes; those of a record that is gone are never added.

        :param list[ScopeRow] rows: what was selected
        """
        self.scopes.update((row.scope, row) for row in rows)

    def add_lines(self, rows):
        """Add order lines.

        :param list[LineRow] rows: what was selected
        """
        for row in rows:
            self.lines.setdefault((row.kind, row.res_id), []).append(row)

    def add_documents(self, rows):
        """Add documents.

        :param list[DocumentRow] rows: what was selected
        """
        for row in rows:
            document = self.documents.setdefault(row.move_id, Document(row))
            if row.kind:
                # As whole numbers: money is divided exactly
                weight = max(0, self.units(row.weight, row.currency_id))
                document.weights[row.kind, row.res_id] = weight

    def add_receivables(self, rows):
        """Add receivable lines of documents.

        :param list[ReceivableRow] rows: what was selected
        """
        for row in rows:
            document = self.documents[row.res_id]
            document.lines[row.line_id] = row
            if row.partial_id:
                document.matches.append(row)

    def add_requests(self, rows):
        """Add rows of the ledger.

        :param list[RequestRow] rows: what was selected
        """
        for row in rows:
            self.requests[row.row_id] = row
            self.charges.update(row.transaction_ids)
            self.requests_of.setdefault(row.scope, {})[row.row_id] = row

    def add_transactions(self, rows):
        """Add transactions.

        :param list[TransactionRow] rows: what was selected
        """
        self.transactions.update((row.tx_id, row) for row in rows)

    def add_links(self, rows):
        """Add what transactions are linked to, and what they were made for.

        :param list[LinkRow] rows: what was selected
        """
        for row in rows:
            found = self.stored if row.kind else self.links
            found.setdefault(row.tx_id, set()).add(
                row._replace(upfront_ids=tuple(row.upfront_ids or ()))
            )

    def add_payments(self, rows, line_rows):
        """Add payments and the receivable lines of their entries.

        :param list[PaymentRow] rows: what was selected
        :param list[ReceivableRow] line_rows: what was selected
        """
        for row in rows:
            self.payments[row.payment_id] = row
            self.payment_lines[row.payment_id] = []
        for row in line_rows:
            self.payment_lines[row.res_id].append(row)

    # === WHOSE IS A DOCUMENT === #

    def get_weights(self, move_id):
        """Say whose a document is: what its lines say, or else what it takes back.

        :param int move_id: the document
        :return: weight per scope, also of scopes that were not read
        :rtype: dict
        """
        document, seen, upfront_id = self.documents.get(move_id), set(), None
        while document and document.row.move_id not in seen:
            if document.weights:
                return document.weights
            seen.add(document.row.move_id)
            upfront_id = upfront_id or document.row.upfront_id
            document = self.documents.get(document.row.reversed_id)
        return {("upfront", upfront_id): 1} if upfront_id else {}

    def get_parts(self, move_id, amount):
        """Divide an amount of a document among its scopes.

        :param int move_id: the document
        :param int amount: 0 or more
        :return: amount per scope; None = of no scope that was read
        :rtype: dict
        """
        weights = self.get_weights(move_id)
        if not weights:
            return {None: amount}
        if len(weights) == 1:
            [scope] = weights
            return {scope if scope in self.scopes else None: amount}
        if not any(weights.values()):
            weights = dict.fromkeys(weights, 1)
        parts = {}
        for scope, part in apportion(amount, weights).items():
            key = scope if scope in self.scopes else None
            parts[key] = parts.get(key, 0) + part
        return parts

    def is_mixed(self, move_id):
        """Say whether a document belongs to more than one scope.

        :param int move_id: the document
        :rtype: bool
        """
        return len(self.get_weights(move_id)) > 1

    # === WHAT ELSE IS TO BE READ === #

    def get_unknown_documents(self):
        """Return documents that payments reach and that were not read.

        :rtype: set[int]
        """
        found = {link.move_id for links in self.links.values() for link in links}
        for payment in self.payments.values():
            found.update(payment.move_ids)
        for lines in self.payment_lines.values():
            found.update(
                line.other_move_id
                for line in lines
                if line.other_type in CUSTOMER_DOCUMENTS
            )
        for document in self.documents.values():
            found.update(
                line.other_move_id
                for line in document.matches
                if line.other_type in CUSTOMER_DOCUMENTS
            )
        return found - {None} - self.documents.keys()

    def get_reached(self):
        """Return scopes that the payments reach and that were not read.

        :rtype: set[tuple[str, int]]
        """
        found = {row.scope for row in self.requests.values()}
        for shares in self.stored.values():
            found.update((share.kind, share.res_id) for share in shares)
        for links in self.links.values():
            for link in links:
                found.update(self._get_linked(link))
        for payment_id, payment in self.payments.items():
            moves = {line.other_move_id for line in self.payment_lines[payment_id]}
            for move_id in moves.union(payment.move_ids):
                found.update(self.get_weights(move_id))
        return found - {None} - self.scopes.keys()

    def _get_linked(self, link):
        if link.move_id:
            return self.get_weights(link.move_id)
        if link.is_child:
            return {("child", link.sale_order_id)}
        if not link.upfront_ids:
            return set()
        upfront = {("upfront", order_id) for order_id in link.upfront_ids if order_id}
        return upfront | {("ordinary", link.sale_order_id)}

    # === MONEY === #

    def units(self, amount, currency_id):
        """Say how many smallest units an amount is.

        :param float amount: in the currency
        :param int currency_id: the currency
        :rtype: int
        """
        return round((amount or 0.0) / self._rounding(currency_id))

    def convert(self, amount, currency_id, to_id, company_id, day):
        """Turn an amount into smallest units of another currency, by a rate of a day.

        :param float amount: in the first currency
        :rtype: int
        """
        if currency_id != to_id:
            amount = self._convert(amount, currency_id, to_id, company_id, day)
        return self.units(amount, to_id)

    def get_rounding(self, currency_id):
        """Say what the smallest unit of a currency is.

        :rtype: float
        """
        return self._rounding(currency_id)

    def to_scope(self, move_id, scope, units):
        """Turn units of a document into units of one of its scopes.

        Nearly always they are the same: a person may give a draft another currency.

        :param int move_id: the document
        :param tuple scope: a scope that was read
        :param int units: of the currency of the document
        :rtype: int
        """
        row = self.documents[move_id].row
        to_id = self.scopes[scope].currency_id
        if to_id == row.currency_id:
            return units
        amount = units * self._rounding(row.currency_id)
        return self.convert(amount, row.currency_id, to_id, row.company_id, row.date)
