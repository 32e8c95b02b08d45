# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Money of every door, made as people make it, and what is read of it."""

from unittest.mock import patch

import requests
from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import HttpCase

from odoo.addons.payment_demo.models.payment_transaction import PaymentTransaction

from ...billing import settle_chunk
from ...models.facts.continuity_billing import to_amount
from ..billing.settle_laws import check_laws
from ..cases.credit import CancelCase

DAY = "2027-09-20"
#: What a settlement is compared by; what is not named is 0
TERMS = (
    *("claim", "received", "returned", "going_back", "adjusted", "open", "in_flight"),
    *("written_off", "held", "later", "credit", "aside", "to_refund"),
    "other_under_way",
)


class ReadCase(CancelCase, HttpCase):
    """Orders of the fixture; doors that money comes and goes by; what is read."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.continuity_invoice_children = "delivered"
        cls.club_a = cls._create_club(code="CLUBA")
        cls.bank = cls._create_journal("Bank", "CBNK1", "bank")
        lines = cls.bank.inbound_payment_method_line_ids
        lines |= cls.bank.outbound_payment_method_line_ids
        lines.payment_account_id = cls.outstanding_account
        cls.customer.continuity_allow_on_account = True
        cls.club_two = cls._create_club(code="CLUBC2", bill_upfront=True)
        cls.billing = cls.env["continuity.billing"]

    @classmethod
    def _create_journal(cls, name, code, journal_type, **values):
        return cls.env["account.journal"].create(
            {
                "name": name,
                "code": code,
                "type": journal_type,
                "company_id": cls.company.id,
                **values,
            }
        )

    # === ORDERS === #

    @classmethod
    def _set_rate(cls, name, rate, day="2027-01-01"):
        """Give a currency a rate: so many of it for one of the company's."""
        currency = cls.env["res.currency"].with_context(active_test=False)
        currency = currency.search([("name", "=", name)])
        currency.active = True
        currency.rate_ids.filtered(lambda r: str(r.name) == day).unlink()
        cls.env["res.currency.rate"].create(
            {
                "currency_id": currency.id,
                "company_id": cls.company.id,
                "name": day,
                "rate": rate,
            }
        )

    @classmethod
    def _create_single(cls, price, code, **values):
        """A program of one parcel, without tax."""
        goods = cls.env["product.product"].create(cls._goods_vals(code, price))
        program = cls._create_program(
            code, [cls._event_vals(goods, action="end")], **values
        )
        return cls._create_parent_product(program, code)

    def _quote_with(self, product, ordinary=None, others=(), **values):
        """A quotation with ordinary goods, or more programs, sent to the customer."""
        order = self._quote(product, **values)
        lines = [Command.create({"product_id": other.id}) for other in others]
        if ordinary:
            goods = self.env["product.product"].create(
                self._goods_vals("Bookmark", ordinary)
            )
            lines.append(Command.create({"product_id": goods.id}))
        order.write({"order_line": lines, "state": "sent"})
        order.continuity_order_ids.write(
            {"payment_method": "card", "payment_token_id": self._create_token().id}
        )
        return order

    def _sell_on_account(self, product, day="2027-09-10", **values):
        with freeze_time(f"{day} 12:00:00"):
            order = self._quote(product, **values)
            order.continuity_order_ids.payment_method = "on_account"
            order.action_confirm()
        return order.continuity_order_ids

    def _lose(self):
        """The provider takes the money, and its answer gets lost."""

        def lose(_transaction):
            raise requests.exceptions.ReadTimeout

        return patch.object(PaymentTransaction, "_send_payment_request", lose)

    def _pay_by_bank_alone(self):
        """Payments wait for the bank without an entry, as with Odoo's accounting."""
        self.bank.inbound_payment_method_line_ids.payment_account_id = False
        return patch.object(
            self.env.registry["account.move"],
            "_get_invoice_in_payment_state",
            lambda _move: "in_payment",
        )

    # === DOORS === #

    def _register(self, moves, amount=None, day=DAY, **values):
        """Register a payment in the dialog of the invoice."""
        with freeze_time(f"{day} 12:00:00"):
            wizard = (
                self.env["account.payment.register"]
                .with_context(active_model="account.move", active_ids=moves.ids)
                .create(
                    {
                        "journal_id": self.bank.id,
                        "payment_date": day,
                        **({"amount": amount} if amount is not None else {}),
                        **values,
                    }
                )
            )
            return wizard._create_payments()

    def _get_receivable(self, moves):
        return moves.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        ).sorted("date_maturity")

    def _create_statement_line(self, amount, day=DAY, **values):
        """A line of the bank, booked on the receivable of the customer."""
        with freeze_time(f"{day} 12:00:00"):
            return self.env["account.bank.statement.line"].create(
                {
                    "journal_id": self.bank.id,
                    "date": day,
                    "payment_ref": "transfer",
                    "amount": amount,
                    "partner_id": self.customer.id,
                    "counterpart_account_id": self.receivable.id,
                    **values,
                }
            )

    def _match(self, *parts):
        """Match receivable lines of entries, as the accountant does."""
        lines = self.env["account.move.line"]
        for part in parts:
            if part._name != "account.move.line":
                part = part if part._name == "account.move" else part.move_id
                part = self._get_receivable(part)
            lines |= part
        lines.filtered(lambda line: not line.reconciled).reconcile()

    def _transfer(self, amount, *moves, **values):
        """A bank line, matched with documents."""
        line = self._create_statement_line(amount, **values)
        self._match(line, *moves)
        return line

    def _unmatch(self, moves):
        self._get_receivable(moves).remove_move_reconcile()

    def _book(self, debit, credit, amount, day=DAY):
        """An entry of the accountant."""
        entry = self.env["account.move"].create(
            {
                "date": day,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "partner_id": self.customer.id,
                            "debit": amount if account == debit else 0.0,
                            "credit": amount if account == credit else 0.0,
                        }
                    )
                    for account in (debit, credit)
                ],
            }
        )
        entry.action_post()
        return entry

    def _pay_online(self, record, amount, answer="done", day=DAY, process=True):
        """Pay on the page of an order or an invoice, as its link leads to."""
        url = "/my/orders/%s/transaction"
        if record._name == "account.move":
            url = "/invoice/transaction/%s"
        with freeze_time(f"{day} 12:00:00"):
            values = self.make_jsonrpc_request(
                url % record.id,
                {
                    "provider_id": self.provider.id,
                    "payment_method_id": self.card_method.id,
                    "token_id": None,
                    "amount": amount,
                    "flow": "direct",
                    "tokenization_requested": False,
                    "landing_route": "/my",
                    "is_validation": False,
                    "access_token": record._portal_ensure_token(),
                },
            )
            tx = self.env["payment.transaction"].search(
                [("reference", "=", values["reference"])]
            )
        if answer:
            self._answer_page(tx, answer, day, process)
        self.env.invalidate_all()
        return tx

    def _answer_page(self, tx, answer="done", day=DAY, process=True):
        """The provider answers what the customer has begun on a page."""
        with freeze_time(f"{day} 12:00:00"):
            self.make_jsonrpc_request(
                "/payment/demo/simulate_payment",
                {
                    "reference": tx.reference,
                    "payment_details": "4242",
                    "simulated_state": answer,
                },
            )
            if process:
                self.make_jsonrpc_request("/payment/status/poll", {})
        self.env.invalidate_all()

    def _refund_by_wizard(self, payment, amount, day=DAY):
        """Odoo's own refund dialog on a payment."""
        with freeze_time(f"{day} 12:00:00"):
            self.env["payment.refund.wizard"].with_context(active_id=payment.id).create(
                {"amount_to_refund": amount}
            ).action_refund()
            refund = payment.payment_transaction_id.child_transaction_ids.filtered(
                lambda tx: tx.operation == "refund"
            )[-1:]
            refund._post_process()
        return refund

    def _credit_by_wizard(self, move, day=DAY, modify=False, post=True):
        """Odoo's own dialog of the invoice: a credit note, or one and a new draft."""
        with freeze_time(f"{day} 12:00:00"):
            wizard = (
                self.env["account.move.reversal"]
                .with_context(active_model="account.move", active_ids=move.ids)
                .create({"journal_id": move.journal_id.id, "reason": "by hand"})
            )
            action = wizard.modify_moves() if modify else wizard.refund_moves()
            result = self.env["account.move"].browse(action["res_id"])
            if post:
                result.action_post()
        return result

    # === WHAT IS READ === #

    def _child(self, child):
        return "child", child.id

    def _upfront(self, order):
        return "upfront", order.id

    def _ordinary(self, sale_order):
        return "ordinary", sale_order.id

    def _settle(self, *scopes, day=DAY, by_hand=False):
        """Read scopes and settle them; every law is looked at."""
        with freeze_time(f"{day} 12:00:00"):
            facts, items = self.billing._read(list(scopes))
            answers = settle_chunk(facts, items, by_hand)
        for complete, settlement in answers.values():
            check_laws(complete, settlement)
        return answers

    def _check(self, scope, day=DAY, reasons=(), rows=None, refunds=None, **terms):
        """Compare the settlement of a scope; amounts as people write them.

        :param tuple scope: key
        :param tuple reasons: codes
        :param list rows: amount and state of every row, new ones too
        :param list refunds: amount and whether it is given back by hand
        :param terms: those that are not 0, without the money's own history unless named
        """
        [(facts, settlement)] = [
            answer
            for key, answer in self._settle(scope, day=day).items()
            if key == scope
        ]
        record = self.env[
            "continuity.order" if scope[0] == "upfront" else "sale.order"
        ].browse(scope[1])
        self.currency = record.currency_id
        found = {
            name: to_amount(getattr(settlement.sums, name), self.currency)
            for name in TERMS
            if getattr(settlement.sums, name)
        }
        self.assertEqual(found, terms)
        self.assertEqual(settlement.reasons, tuple(sorted(reasons)))
        if rows is not None:
            written = [
                (to_amount(row.amount, self.currency), self._write_state(row))
                for row in (*settlement.rows, *settlement.new_rows)
            ]
            self.assertEqual(written, rows)
        if refunds is not None:
            given = [
                (to_amount(refund.amount, self.currency), refund.by_hand)
                for refund in settlement.refunds
            ]
            self.assertEqual(given, refunds)
        return facts, settlement

    def _write_state(self, row):
        if row.is_new:
            return "new"
        return "otherwise" if row.otherwise else row.cancel or row.state
