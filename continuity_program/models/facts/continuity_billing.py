# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from ... import planning, reading
from ...billing import settle_chunk

#: What is read, by model: the whole of it is in the database before
FACT_FIELDS = {
    "account.journal": ["default_account_id", "type"],
    "account.move": [
        "amount_total",
        "company_id",
        "continuity_order_id",
        "currency_id",
        "date",
        "invoice_date",
        "move_type",
        "origin_payment_id",
        "reversed_entry_id",
        "state",
        "statement_line_id",
        "transaction_ids",
        "matched_payment_ids",
    ],
    "account.move.line": [
        "account_id",
        "amount_currency",
        "amount_residual",
        "amount_residual_currency",
        "balance",
        "currency_id",
        "date",
        "date_maturity",
        "move_id",
        "parent_state",
        "price_total",
        "product_uom_id",
        "quantity",
        "sale_line_ids",
    ],
    "account.partial.reconcile": [
        "credit_amount_currency",
        "credit_move_id",
        "debit_amount_currency",
        "debit_move_id",
    ],
    "account.payment": [
        "amount",
        "company_id",
        "currency_id",
        "date",
        "invoice_ids",
        "move_id",
        "payment_transaction_id",
        "payment_type",
        "state",
    ],
    "account.payment.method.line": ["payment_account_id"],
    "continuity.order": [
        "asked_again",
        "bill_upfront",
        "company_id",
        "currency_id",
        "hold_manual",
        "hold_payment",
        "partner_id",
        "pause_date",
        "payment_method",
        "payment_schedule_id",
        "payment_token_id",
        "sale_order_id",
        "sale_order_line_id",
        "start_date",
        "state",
        "submit_date",
    ],
    "continuity.payment": [
        "amount",
        "amount_planned",
        "basis",
        "cancel_kind",
        "child_order_id",
        "continuity_order_id",
        "due_date",
        "is_paid_otherwise",
        "kind",
        "next_attempt_date",
        "receivable_line_id",
        "sequence",
        "shipment_id",
        "state",
        "transaction_ids",
    ],
    "continuity.payment.share": [
        "amount",
        "child_order_id",
        "continuity_order_id",
        "continuity_payment_id",
        "kind",
        "ordinary_order_id",
        "transaction_id",
    ],
    "continuity.shipment": [
        "child_order_id",
        "continuity_order_id",
        "number",
        "payment_schedule_id",
        "planned_date",
        "state",
    ],
    "payment.method": [
        "primary_payment_method_id",
        "support_manual_capture",
        "support_refund",
    ],
    "payment.token": ["active", "company_id", "expiry_date", "partner_id"],
    "payment.transaction": [
        "amount",
        "company_id",
        "continuity_asked_at",
        "continuity_charged_back",
        "continuity_charged_back_at",
        "continuity_no_answer",
        "continuity_payment_ids",
        "continuity_refund_payment_id",
        "continuity_settle_kind",
        "continuity_settle_payment_id",
        "currency_id",
        "invoice_ids",
        "last_state_change",
        "operation",
        "payment_id",
        "provider_reference",
        "sale_order_ids",
        "source_transaction_id",
        "state",
    ],
    "res.company": [
        "active",
        "continuity_authorize_child",
        "continuity_pending_days",
        "continuity_try_expired",
    ],
    "res.partner": ["commercial_partner_id"],
    "sale.order": [
        "amount_total",
        "continuity_asked_again",
        "continuity_cancel_reason",
        "continuity_hold",
        "continuity_order_id",
        "continuity_ordinary_method",
        "continuity_ordinary_token_id",
        "continuity_reopened_at",
        "state",
        "transaction_ids",
    ],
    "sale.order.line": [
        "continuity_settled_qty",
        "display_type",
        "invoice_lines",
        "is_downpayment",
        "order_id",
        "price_total",
        "product_uom_id",
        "product_uom_qty",
        "qty_delivered",
    ],
}


def to_units(amount, currency):
    """Say how many smallest units of a currency an amount is.

    :param float amount: in the currency
    :param res.currency currency: the currency
    :rtype: int
    """
    return planning.to_units(amount, currency.rounding)


def to_amount(units, currency):
    """Turn smallest units of a currency back into an amount.

    :param int units: whole number of the smallest unit
    :param res.currency currency: the currency
    :rtype: float
    """
    return currency.round(units * currency.rounding)


class ContinuityBilling(models.AbstractModel):
    """Reads what is known about the money of orders, and says what follows from it.

    A *scope* is one claim with everything that belongs to it, named by a pair: the kind
    and the id of a record.

    ============  ==================  ======================================
    kind          record              what it claims
    ============  ==================  ======================================
    ``child``     ``sale.order``      a child order
    ``upfront``   ``continuity.order``  what an order is billed up front
    ``ordinary``  ``sale.order``      the ordinary lines of a parent order
    ============  ==================  ======================================

    It decides nothing and writes nothing. It reads as the company, past the rights of
    the user: whoever calls it has checked that he may see the answer.
    """

    _name = "continuity.billing"
    _description = "Continuity Billing"

    # === SCOPES === #

    @api.model
    def _get_scopes(self, orders):
        """List the scopes of continuity orders, those of quotations, too.

        :param continuity.order orders: the orders
        :return: children, then what is billed up front, then the ordinary lines of the
            parent orders, each once and in the order of their ids
        :rtype: list[tuple[str, int]]
        """
        if not orders:
            return []
        for model, names in (
            ("sale.order", ["continuity_order_id"]),
            ("continuity.shipment", ["continuity_order_id", "child_order_id"]),
            ("continuity.order", ["bill_upfront", "sale_order_id"]),
        ):
            self.env[model].flush_model(names)
        ids = tuple(orders.ids)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT 1, 'child', id
                  FROM sale_order
                 WHERE continuity_order_id IN %(ids)s
                 UNION
                SELECT 1, 'child', child_order_id
                  FROM continuity_shipment
                 WHERE continuity_order_id IN %(ids)s AND child_order_id IS NOT NULL
                 UNION
                SELECT 2, 'upfront', id
                  FROM continuity_order
                 WHERE id IN %(ids)s AND bill_upfront
                 UNION
                SELECT 3, 'ordinary', sale_order_id
                  FROM continuity_order
                 WHERE id IN %(ids)s AND sale_order_id IS NOT NULL
                 ORDER BY 1, 3
                """,
                ids=ids,
            )
        )
        return [(kind, res_id) for _place, kind, res_id in rows]

    # === ANSWERS === #

    @api.model
    def _answer(self, scopes, by_hand=False):
        """Say everything about the money of scopes: a pure function of what is read.

        :param list[tuple[str, int]] scopes: see :meth:`_get_scopes`; some hundred at
            once
        :param bool by_hand: a person asks: the date of the next attempt does not count
        :return: per scope its Settlement, amounts in smallest units of the order's
            currency (see :func:`to_amount`); a scope whose record is gone is left out
        :rtype: dict[tuple[str, int], Settlement]
        """
        facts, items = self._read(scopes)
        answers = settle_chunk(facts, items, by_hand)
        return {
            scope: answers[scope][1]
            for scope in dict.fromkeys(scopes)
            if scope in answers
        }

    # === FACTS === #

    @api.model
    def _read(self, scopes, occasion=None):
        """Read what is known about scopes, and about those their payments reach.

        :param list[tuple[str, int]] scopes: see :meth:`_get_scopes`
        :param reading.Occasion occasion: somebody is about to be asked; None = nobody
        :return: Facts per scope, without money, and every payment that reaches one of
            them: what `settle_chunk` takes
        :rtype: tuple[dict[tuple[str, int], Facts], list[Item]]
        """
        self._flush_facts()
        chunk = reading.Chunk(self._get_rounding, self._convert)
        self._read_round(chunk, scopes)
        # One further round: what their payments reach belongs to nobody else
        if reached := chunk.get_reached():
            self._read_round(chunk, sorted(reached))
        self._add_ordinary_totals(chunk)
        chunk.shares = self._read_shares(chunk)
        facts = reading.make_facts(chunk, self._get_setting(chunk, occasion))
        items = reading.make_items(chunk, self._get_abilities, fields.Datetime.now())
        return facts, items

    def _flush_facts(self):
        """Write to the database what is read from it, and nothing else."""
        for model, names in FACT_FIELDS.items():
            self.env[model].flush_model(names)
        if "pos.payment" in self.env:
            # A till notes the entry of a payment before it matches it
            self.env["pos.payment"].flush_model(["account_move_id", "amount"])

    def _read_round(self, chunk, scopes):
        """Read everything about some scopes, in a fixed number of queries.

        :param Chunk chunk: is added to
        :param list[tuple[str, int]] scopes: keys
        """
        rows = self._read_scopes(scopes)
        chunk.add_scopes(rows)
        children = [row.res_id for row in rows if row.kind == "child"]
        parents = [row.res_id for row in rows if row.kind == "ordinary"]
        upfront = [row.res_id for row in rows if row.kind == "upfront"]
        chunk.add_lines(self._read_lines(children + parents))
        self._add_documents(chunk, self._read_documents(children + parents, upfront))
        chunk.add_requests(self._read_requests(children, upfront))
        linked = {row.sale_order_id for row in rows if row.kind == "upfront"}
        self._read_money(chunk, rows, linked.union(children, parents) - {None})
        if unknown := chunk.get_unknown_documents():
            self._add_documents(chunk, self._read_documents(move_ids=unknown))

    def _add_documents(self, chunk, rows):
        """Add documents and their receivable lines."""
        new = {row.move_id for row in rows} - chunk.documents.keys()
        chunk.add_documents([row for row in rows if row.move_id in new])
        posted = {row.move_id for row in rows if row.state == "posted"}
        if posted & new:
            chunk.add_receivables(self._read_receivables(posted & new))

    def _read_money(self, chunk, scopes, order_ids):
        """Read the payments of what was read so far.

        :param Chunk chunk: is added to
        :param list[ScopeRow] scopes: scopes of this round
        :param set[int] order_ids: sale orders payments are linked to
        """
        move_ids = list(chunk.documents)
        payment_ids = {
            match.other_payment_id
            for document in chunk.documents.values()
            for match in document.matches
        }
        tx_ids = {
            tx_id
            for row in chunk.requests.values()
            for tx_id in row.transaction_ids or ()
        }
        transactions = self._read_transactions(
            scopes, tx_ids, order_ids, move_ids, payment_ids - {None}
        )
        chunk.add_transactions(transactions)
        chunk.add_links(self._read_links({tx.root_id for tx in transactions}))
        payment_ids.update(tx.payment_id for tx in transactions)
        payments = self._read_payments(payment_ids - {None}, move_ids)
        chunk.add_payments(
            payments,
            self._read_payment_lines([row.payment_id for row in payments]),
        )

    def _read_shares(self, chunk):
        """Say what payments were made for: the one place that does.

        :param Chunk chunk: what was read
        :return: per transaction, in smallest units of its currency
        :rtype: dict[int, tuple[Share, ...]]
        """
        return reading.derive_shares(chunk, fields.Datetime.now())
