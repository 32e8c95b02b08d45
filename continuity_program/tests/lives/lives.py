# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The notation of the lives of rules C4, and the case that plays them.

A life is a table: day, what is done, which entries are posted by it, how the payment
rows stand afterwards. Amounts stand in the tables as in the rules, for the three
currencies at once: ``14.94|1494|14.945``. Nothing in a table is computed.
"""

import os
import re
from datetime import date
from pathlib import Path

from freezegun import freeze_time

from ..cases.close import CloseCase

#: Days of the lives are written without their year.
YEAR = 2027
#: Columns of the tables.
CURRENCIES = ("EUR", "JPY", "KWD")
#: Order of the accounts in an entry.
ACCOUNTS = ("OUT", "AR", "PRE", "REV", "VAT", "FX")
#: Prices of the dearer and the cheaper substitute (rules C3).
DEARER = dict(zip(CURRENCIES, (22.00, 2200.0, 22.005), strict=True))
CHEAPER = dict(zip(CURRENCIES, (15.00, 1500.0, 15.001), strict=True))
#: A file: at the end of every life its accounts are checked, what differs is added
BALANCES = os.environ.get("CONTINUITY_LIVES_BALANCES")


class LivesCase(CloseCase):
    """Orders of modes A to D, submitted on 2027-09-10, and the steps of a life.

    A subclass names the currency; the tests stand in the mixins.
    """

    currency_name = None
    #: Modes whose orders are submitted, and have sent child 1, before any life.
    begun_modes = "ABCD"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2027-09-10 12:00:00"):
            cls.currency = cls._set_currency(cls.currency_name)
            cls.column = CURRENCIES.index(cls.currency_name)
            cls.company.continuity_invoice_children = "delivered"
            cls.accounts = {
                cls.outstanding_account: "OUT",
                cls.receivable: "AR",
                cls.prepayment_account: "PRE",
                cls.revenue_account: "REV",
                cls.vat_account: "VAT",
            }
            cls._create_clubs()
            cls.begun = {mode: cls._begin(mode) for mode in cls.begun_modes}

    @classmethod
    def _create_clubs(cls):
        schedule = cls.env["continuity.payment.schedule"].create(
            {
                "name": "3 monthly",
                "code": "3M",
                "allocation": "fixed_quantity",
                "unit": "months",
                "number_of_payments": 3,
            }
        )
        instalments = {"payment_schedule_id": schedule.id}
        cls.clubs = {
            "A": cls._create_club("CLUB-A"),
            "B": cls._create_club("CLUB-B", **instalments),
            "C": cls._create_club("CLUB-C", bill_upfront=True),
            "D": cls._create_club("CLUB-D", bill_upfront=True, **instalments),
        }
        prices = {"Dearer Z": DEARER, "Cheaper Z": CHEAPER}
        cls.dearer, cls.cheaper = cls.env["product.product"].create(
            [
                {
                    **cls._goods_vals(name, by_currency[cls.currency_name]),
                    "taxes_id": [(6, 0, cls.vat.ids)],
                    "property_account_income_id": cls.revenue_account.id,
                }
                for name, by_currency in prices.items()
            ]
        )

    @classmethod
    def _begin(cls, mode):
        """Submit an order on 09-10, charge what is due, send child 1.

        :return: the parent order, and the documents of that day
        :rtype: tuple[sale.order, account.move]
        """
        before = cls._get_moves()
        sale_order = cls._quote(cls.clubs[mode])
        sale_order.action_confirm()
        for job in ("process_payments", "create_child_orders"):
            cls._execute(job, date=date(YEAR, 9, 10), sale_order=sale_order)
        cls._deliver(sale_order.continuity_order_ids.child_order_ids)
        cls._execute("close_orders", date=date(YEAR, 9, 10), sale_order=sale_order)
        return sale_order, cls._get_moves() - before

    # === THE TABLE === #

    def live(self, mode, *steps, **values):
        """Quote an order on 09-10 and play a life; *submit* is its first step.

        :param str mode: A, B, C or D
        :param tuple steps: see :meth:`step`
        :param values: values of the quotation
        """
        with freeze_time(f"{YEAR}-09-10 12:00:00"):
            sale_order = self._quote(self.clubs[mode], **values)
        self._play(sale_order, self.env["account.move"], steps)

    def go_on(self, mode, *steps):
        """Play a life that begins after child 1 was sent on 09-10.

        :param str mode: A to D; what was posted and paid by then is in the test
            of the plain life
        :param tuple steps: see :meth:`step`
        """
        self._play(*self.begun[mode], steps)

    def _play(self, sale_order, moves, steps):
        self.sale_order = sale_order
        self.order = sale_order.continuity_order_ids
        self.token = self.order.payment_token_id
        self.known_moves = self._get_moves()
        self.other_moves = self.known_moves - moves
        for step in steps:
            self.step(*step)
        if BALANCES and steps:
            self.note_balances(BALANCES)

    def note_balances(self, path):
        """Check the accounts of the order, and write down where the ledgers differ.

        :param str path: of a file; it is added to
        """
        with freeze_time(f"{self.day} 12:00:00"):
            run = self._execute(
                "check_balances", date=self.day, sale_order=self.sale_order
            )
        self.assertFalse(run.failed_count, run.message)
        with Path(path).open("a", encoding="utf-8") as file:
            file.writelines(
                f"{self.id()} {self.day}: {message}\n"
                for message in run.line_ids.mapped("message")
            )

    def step(self, day, doing, entries="", rows=None):
        """Do one line of a life, and look at books and ledger.

        :param str day: ``MM-DD``
        :param str doing: names of steps, split by comma, with their inputs
        :param str entries: posted by it: ``Dr AR 14.94 Cr REV 12.35 Cr VAT 2.59``,
            split by semicolon; None: looked at elsewhere
        :param str rows: all payment rows: ``10-10 23.37 paid``, split by comma
        """
        self.day = date.fromisoformat(f"{YEAR}-{day}")
        try:
            with freeze_time(f"{self.day} 12:00:00"):
                for words in doing.split(", "):
                    verb, *inputs = words.split()
                    getattr(self, f"do_{verb}")(*inputs)
                self.check_entries(entries)
                if rows is not None:
                    self.assertEqual(self._write_rows(), self._split(rows, ", "))
                self.check_books()
        except Exception as error:
            error.add_note(f"Step: {day} {doing}")
            raise

    def check_entries(self, expected):
        """Compare what was posted since the last step, unless it is none of ours."""
        moves = self._get_moves() - self.known_moves
        self.known_moves |= moves
        if expected is not None:
            written = [self._write_entry(move) for move in moves]
            self.assertEqual(sorted(written), sorted(self._split(expected, "; ")))

    def _split(self, text, separator):
        """Take the column of the currency; its amounts stand between bars."""
        text = re.sub(
            r"[\d.]+(?:\|[\d.]+){2}",
            lambda cell: cell.group().split("|")[self.column],
            text,
        )
        return [part for part in text.split(separator) if part]

    def _write_amount(self, amount):
        # Plus zero: what is nothing has no sign
        return f"{amount + 0.0:.{self.currency.decimal_places}f}"

    def _write_entry(self, move):
        """Write a posted entry as in the rules; lines of one account together."""
        entry = self._entry(move)
        names = {self.accounts[account]: amount for account, amount in entry.items()}
        parts = [
            f"{'Dr' if names[name] > 0 else 'Cr'} {name}"
            f" {self._write_amount(abs(names[name]))}"
            for name in sorted(names, key=lambda n: (names[n] < 0, ACCOUNTS.index(n)))
        ]
        return " ".join(parts)

    def _write_rows(self):
        rows = self.order.payment_ids.sorted(
            lambda r: (r.shipment_id.number or 0, r.sequence)
        )
        return [
            f"{row.due_date:%m-%d} {self._write_amount(row.amount)} {row.state}"
            for row in rows
        ]

    @classmethod
    def _get_moves(cls):
        return cls.env["account.move"].search([("state", "=", "posted")])

    def _get_balance(self, account, moves=None):
        domain = [("account_id", "=", account.id), ("parent_state", "=", "posted")]
        if moves is not None:
            domain.append(("move_id", "in", moves.ids))
        rows = self.env["account.move.line"]._read_group(
            domain, aggregates=["balance:sum"]
        )
        return self.currency.round(rows[0][0] or 0.0)

    def _get_change(self, name):
        """What the life has booked on an account, debit positive."""
        account = next(a for a, short in self.accounts.items() if short == name)
        return self._get_balance(account, self._get_moves() - self.other_moves)

    # === WHAT MUST BE TRUE AT ANY MOMENT (rules C6) === #

    def check_books(self):
        """Compare ledger, books and report."""
        order, report = self.order, self.env["continuity.prepayment.report"]
        report.invalidate_model()
        self.assertEqual(
            self.currency.round(sum(report.search([]).mapped("amount_ledger"))),
            -self._get_balance(self.prepayment_account),
            "the total of the report is the balance of the account",
        )
        upfront = order.upfront_invoice_id
        if not upfront:
            return
        unpaid = order.payment_ids.filtered(
            lambda r: not r.shipment_id and r.state not in ("paid", "cancelled")
        )
        self.assertAmount(
            upfront.amount_residual, sum(unpaid.mapped("amount")), "rule C6.1"
        )
        row = report.search([("continuity_order_id", "=", order.id)])
        self.assertAmount(row.amount_ledger, -self._get_change("PRE"))
        lines = order.shipment_ids.line_ids
        self.assertLessEqual(
            abs(row.amount_difference),
            len(lines.filtered("released_quantity")) * self.currency.rounding + 1e-9,
            "rules C6.2, BR11",
        )

    def check_settled(self):
        """Nothing is owed, by nobody."""
        self.assertEqual((self._get_change("PRE"), self._get_change("AR")), (0.0, 0.0))

    def assertAmount(self, first, second, message=None):
        self.assertEqual(self._write_amount(first), self._write_amount(second), message)

    # === STEPS === #

    def do_submit(self):
        self.sale_order.action_confirm()

    def _run_job(self, job):
        run = self._execute(job, date=self.day, sale_order=self.sale_order)
        self.assertFalse(run.failed_count, run.message)
        return run

    def do_children(self):
        self._run_job("create_child_orders")

    def do_pay(self):
        self._run_job("process_payments")

    def do_close(self):
        self._run_job("close_orders")

    def do_ship(self, quantity=None):
        """The warehouse sends what it has to, and the day is closed."""
        children = self.order.child_order_ids
        for child in children.filtered(lambda c: c.state == "sale"):
            self._deliver(child, float(quantity or 0))
        self.do_close()

    def do_card(self, answer):
        self.token.demo_simulated_state = answer

    def do_newcard(self):
        self.token = self._create_token("done")
        self.order._set_payment_token(self.token)

    def do_skip(self, number):
        self._get_shipment(number).action_skip()

    def do_postpone(self, number):
        shipment = self._get_shipment(number)
        action = shipment.action_open_postpone()
        shipment.env[action["res_model"]].browse(action["res_id"]).action_apply()

    def do_end(self, number):
        self._get_shipment(number).action_end_here()

    def do_substitute(self, number, product, price=None):
        """Swap the product of a shipment: *dearer* or *cheaper*, *new* price."""
        product = getattr(self, product)
        self._get_shipment(number).line_ids._substitute(
            product,
            price=product.list_price if price == "new" else None,
            reason="The customer wants it" if price else None,
        )

    def do_cancel(self):
        self._apply(self.order.action_open_cancel())

    def do_undo(self, number):
        """Cancel the child order of a shipment."""
        child = self._get_shipment(number).child_order_id
        self._apply(child.action_open_continuity_cancel())

    def do_replan(self, number):
        self._get_shipment(number).action_replan()

    def do_return(self, number, kind="credit"):
        """Goods of a shipment came back: *credit* or *replace*."""
        child = self._get_shipment(number).child_order_id
        self._apply(child.action_open_continuity_return(), kind=kind)

    def _apply(self, action, **values):
        """Fill in a dialog and press its button."""
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        wizard.write({"reason": "The customer wants it", **values})
        wizard.action_apply()

    def do_calloff(self, number):
        """The rest of the delivery is not sent."""
        pickings = self._get_shipment(number).child_order_id.picking_ids
        pickings.filtered(lambda p: p.state != "done").action_cancel()

    def do_credit(self):
        """Propose the credit of what will not be sent."""
        self.order.action_credit_open()

    def do_post(self):
        """The accountant posts the credit notes that were proposed."""
        moves = self.env["account.move"].search(
            [("continuity_order_id", "=", self.order.id), ("state", "=", "draft")]
        )
        self.assertTrue(moves, "nothing was proposed")
        moves.action_post()

    def do_refund(self):
        self.order.action_refund()
        self.assertEqual(self.order.amount_to_refund, 0.0)

    def do_writeoff(self):
        self.order.payment_ids.filtered(
            lambda row: row.state == "declined"
        ).action_write_off("declined for good")

    def do_is(self, state):
        """The state of the order."""
        self.assertEqual(self.order.state, state)

    def do_shipments(self, *states):
        """States of the shipments, one per shipment."""
        self.assertEqual(self.order.shipment_ids.mapped("state"), list(states))

    def do_dates(self, *days):
        """Planned dates of the shipments, ``MM-DD`` each."""
        dates = self.order.shipment_ids.mapped("planned_date")
        self.assertEqual([f"{day:%m-%d}" for day in dates], list(days))

    def do_child(self, number, state):
        """State of the child order of a shipment."""
        self.assertEqual(self._get_shipment(number).child_order_id.state, state)

    def _get_shipment(self, number):
        return self.order.shipment_ids.filtered(lambda s: s.number == int(number))
