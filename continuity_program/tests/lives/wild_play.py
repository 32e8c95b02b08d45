# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Plays lives nobody thought of, and stands between the program and the provider."""

from contextlib import ExitStack
from datetime import date
from unittest.mock import patch

import requests
from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests.common import JsonRpcException
from odoo.tools import mute_logger

from odoo.addons.payment_demo.models.payment_transaction import PaymentTransaction

from ..cases.billing import PRICES
from . import wild_draw
from .wild_book import Book
from .wild_laws import Broken, Oracle
from .wild_steps import WildSteps

BEGIN = date(2027, 9, 10)
#: What people are told, and the step is as if it had not been
REFUSED = (UserError, ValidationError, AccessError)
#: They warn of what the steps do to them
LOGGERS = (
    "odoo.addons.continuity_program.models.payments.payment_transaction",
    "odoo.addons.continuity_program.models.payments.payment_transaction_answer",
    "odoo.addons.payment.models.payment_transaction",
    "odoo.http",
)


class WildCase(WildSteps):
    """One order, the doors of its money, and the test's own book of it."""

    # === A LIFE === #

    def live(self, life, subjects):
        """Play a life; nothing of it stays.

        :param str life: see `wild_draw`
        :param tuple subjects: whose laws are looked at
        :raise Broken: a law does not hold
        """
        savepoint = self.env.cr.savepoint(flush=True)
        self.subjects, self.history, self.broken = subjects, [], {}
        try:
            with ExitStack() as stack:
                self._listen(stack)
                self._play(*wild_draw.read(life))
            if self.broken:
                raise next(iter(self.broken.values()))
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all()
            self.env.registry.clear_all_caches()

    def _listen(self, stack):
        """Stand between the program and the provider."""
        case, apply = self, PaymentTransaction._apply_updates
        send = PaymentTransaction._send_payment_request

        def send_request(tx):
            case._before_charge(tx)
            if tx.reference in case.book.moved:
                # Asked again by the same reference, it has taken nothing more
                data = {"reference": tx.reference, "simulated_state": "done"}
                return tx._process("demo", data)
            return send(tx)

        def apply_updates(tx, data):
            if tx.operation == "refund":
                data = {**data, "manual_capture": True}
            case._hear(tx, data)
            return apply(tx, data)

        for name, method in (
            ("_send_payment_request", send_request),
            ("_apply_updates", apply_updates),
        ):
            stack.enter_context(patch.object(PaymentTransaction, name, method))
        stack.enter_context(mute_logger(*LOGGERS))

    def _play(self, setting, steps):
        self.day, self.book = BEGIN, Book()
        self.losing, self.wrong, self.order = None, [], None
        self.is_ending, self.noted = False, {}
        self.lines = self.env["account.bank.statement.line"]
        with freeze_time(f"{BEGIN} 12:00:00"):
            self._sell(*setting)
        for step in steps:
            self._step(step)
        if "end" in self.subjects:
            self._finish()

    def _step(self, step):
        """Play a step; what people are refused is rolled back."""
        verb, *inputs = step.split()
        book, day, lines = self.book.keep(), self.day, self.lines
        savepoint = self.env.cr.savepoint(flush=True)
        try:
            with freeze_time(f"{self.day} 12:00:00"):
                done = getattr(self, f"do_{verb}")(*inputs)
                self.env.flush_all()
        except (*REFUSED, JsonRpcException) as error:
            if isinstance(error, JsonRpcException) and "Error" not in str(error):
                raise
            savepoint.close(rollback=True)
            self.env.invalidate_all()
            self.book.moved, self.book.begun = book.moved, book.begun
            self.lines = lines
            self.day, self.wrong = day, []
            self.history.append(f"{step} – refused: {str(error)[:90]}")
            return
        savepoint.close(rollback=False)
        if done is not False or not self.is_ending:
            self.history.append(f"{step}{' – nothing' if done is False else ''}")
        if done is not False:
            with freeze_time(f"{self.day} 12:00:00"):
                self._look()

    def _look(self):
        """Look at every law."""
        self.env.invalidate_all()
        self._read_bank()
        self._let_lapse()
        self._note_money()
        for text in self.wrong:
            self._break(Broken("money", text))
        self.wrong = []
        self._check("account", lambda: self.oracle.check_account(self._answers()))
        self._check("rows", self.oracle.check_rows)

    def _let_lapse(self):
        """What was authorised for too long the bank lets go, too."""
        if self.provider.capture_manually:
            lapsed = self.env["payment.transaction"].search(
                [("reference", "in", list(self.book.begun)), ("state", "=", "cancel")]
            )
            for tx in lapsed:
                self.book.end(tx.reference)

    def _note_money(self):
        """Write down what has moved since the last step."""
        for key, move in self.book.moved.items():
            if self.noted.get(key) != move:
                self.noted[key] = move
                told = "" if move.is_told else ", nobody was told"
                self.history.append(f"  € {key} {move.amount}{told}")

    def _check(self, subject, check):
        """Look at the laws of one subject; the first of them that is broken is kept."""
        if subject in self.subjects and subject not in self.broken:
            try:
                check()
            except Broken as error:
                self._break(error)

    def _break(self, error):
        if error.subject in self.subjects and error.subject not in self.broken:
            self.broken[error.subject] = error
            self.history.append(f"  ↑ {error}")
            self.history += [
                f"    {row.shipment_id.number}/{row.sequence} {row.due_date}"
                f" {row.amount} {row.state}"
                f" {row.transaction_ids.mapped(lambda tx: (tx.amount, tx.state))}"
                for row in self.order.payment_ids.sorted("id")
            ]

    def _answers(self):
        scopes = self.billing._get_scopes(self.order)
        return self._settle(*scopes, day=self.day)

    # === WHAT THE PROVIDER KNOWS === #

    def _hear(self, tx, data):
        """The provider has done what it says."""
        state, key = data["simulated_state"], tx.reference
        source = tx.source_transaction_id
        if state == "done" and tx.operation == "refund":
            self.book.go_back(key, source.reference, -self.units(tx.amount))
        elif state == "done" and tx.capture_manually and "manual_capture" not in data:
            self.book.begin(key, self._get_parts(tx))
        elif state == "done":
            parts = self._get_parts(tx)
            if source:
                self._capture(tx, source)
            self.book.come(key, parts)
        elif state == "pending":
            self.book.begin(key, self._get_parts(tx))
        elif source:
            self._capture(tx, source)
        else:
            self.book.end(key)

    def _capture(self, tx, source):
        """What is captured, or let go, is not under way any more."""
        rest, parts = self.units(tx.amount), []
        for scope, row, amount in self.book.begun.get(source.reference, ()):
            taken = min(rest, amount)
            rest -= taken
            if amount > taken:
                parts.append((scope, row, amount - taken))
        self.book.end(source.reference)
        if parts:
            self.book.begin(source.reference, parts)

    def _get_parts(self, tx):
        """What a payment was made for: rows of ours, a child, or a document."""
        root, total = tx.source_transaction_id or tx, self.units(tx.amount)
        rows = root.sudo().continuity_payment_ids.sorted(lambda r: (r.due_date, r.id))
        if root.reference.startswith("CP") and rows:
            parts, rest = [], total
            for row in rows:
                amount = min(rest, self.units(row.amount))
                rest -= amount
                parts.append([self.oracle.of(row), row.id, amount])
            parts[-1][2] += rest
            return [tuple(part) for part in parts]
        child = root.sale_order_ids.filtered("continuity_order_id")
        if child:
            return [(("child", child[0].id), None, total)]
        if root.invoice_ids:
            return [(self.oracle.get_scope(root.invoice_ids[0]), None, total)]
        return [(("upfront", self.order.id), None, total)]

    def _before_charge(self, tx):
        """A card is asked: by what right?"""
        parts = self._get_parts(tx)
        if tx.reference not in self.book.moved:
            self.wrong += self.oracle.check_charge(parts)
        if self.losing:
            taken, self.losing = self.losing == "taken", None
            if taken and self.provider.capture_manually:
                self.book.begin(tx.reference, parts)
            elif taken:
                self.book.come(tx.reference, parts, is_told=False)
            raise requests.exceptions.ReadTimeout

    def units(self, amount):
        return round((amount or 0.0) / self.currency.rounding)

    # === WHAT IS SOLD === #

    def _sell(self, mode, currency, taxes, quantity, invoices, free=None):
        company, _bar, other = currency.partition("/")
        self._set_company(company, taxes, invoices, free)
        # The parent product bears the taxes of the goods
        with patch.object(type(self), "vat", self.goods[0].taxes_id):
            product = self._create_club("WILD", **self._get_program_vals(mode))
        if mode == "M":
            self.provider.capture_manually = True
        values = {}
        if other:
            values["pricelist_id"] = self._create_pricelist(other).id
        sale_order = self._quote(product, quantity=float(quantity), **values)
        self.order = sale_order.continuity_order_ids
        self.currency = self.order.currency_id
        if mode in "IJ":
            self.order.payment_method = "on_account"
        self.oracle = Oracle(self, self.order, self.book)
        sale_order.action_confirm()

    def _set_company(self, name, taxes, invoices, free):
        prices = PRICES.get(name, PRICES["EUR"])
        currency = self.env["res.currency"].with_context(active_test=False)
        currency = currency.search([("name", "=", name)])
        currency.active = True
        self.company.currency_id = currency
        self.env["product.pricelist"].search([]).currency_id = currency
        for product, price in zip(self.goods, prices, strict=True):
            product.list_price = price
        if free:
            self.goods[1].list_price = 0.0
        self.goods.invoice_policy = "delivery"
        self.company.continuity_invoice_children = invoices
        if taxes == "line":
            self.company.tax_calculation_rounding_method = "round_per_line"
        if taxes == "none":
            self.goods.taxes_id = False
        if taxes == "incl":
            self.vat.price_include_override = "tax_included"
        if taxes == "abroad":
            self._pay_taxes_abroad()

    def _pay_taxes_abroad(self):
        """The company sits in one country and pays its taxes in another one."""
        here = self.company.account_fiscal_country_id
        abroad = self.env["res.country"].search([("id", "!=", here.id)], limit=1)
        self.company.account_fiscal_country_id = abroad
        taxes = self.env["account.tax"].search([("company_id", "=", self.company.id)])
        taxes.tax_group_id.country_id = abroad
        taxes.country_id = abroad
        for product in self.goods:
            self.assertEqual(product.taxes_id.country_id, abroad)
        self.assertNotEqual(self.company.country_id, abroad)

    def _get_program_vals(self, mode):
        values = {"bill_upfront": mode in "CDJ"}
        if mode in "BDJ":
            values["payment_schedule_id"] = self.monthly.id
        return values

    def _create_pricelist(self, name):
        """The order is in another currency than the company."""
        self._set_rate(name, 0.80)
        currency = self.env["res.currency"].search([("name", "=", name)])
        return self.env["product.pricelist"].create(
            {"name": name, "currency_id": currency.id}
        )

    # === THE END === #

    def _finish(self):
        """Everybody does what is left for him; then nothing is owed."""
        self.losing, before = None, None
        self.is_ending = True
        if self.order.state == "paused":
            self._step("resume")
        # Months pass until nothing happens in one any more
        while before != (before := self._get_state()):
            for tx in self._transactions("pending"):
                self._step_quietly(lambda tx=tx: self._answer_tx(tx, "done"))
            for _tx in self._untold():
                self._step("late 0")
            for _row in self._rows("unknown"):
                self._step("person 0 right")
            for step in ("newcard", "post", "refund", "night 31"):
                self._step(step)
            for place in range(3):
                self._step(f"ship {place} *")
            for place in range(3):
                self._step(f"bill {place} 1")
        with freeze_time(f"{self.day} 12:00:00"):
            self._check("end", lambda: self.oracle.check_end(self._answers()))

    def _get_state(self):
        """What changes as long as something is left to do."""
        rows = [(row.state, row.amount) for row in self.order.payment_ids]
        moves = self.env["account.move"].union(*self.oracle.get_documents().values())
        states = [move.state for move in moves]
        shipments = self.order.shipment_ids.mapped("state")
        return rows, states, shipments, self.order.state, len(self.book.moved)

    def _step_quietly(self, act):
        with freeze_time(f"{self.day} 12:00:00"):
            act()
