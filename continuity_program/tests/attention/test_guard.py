# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged

from ...models.agreement import guard_facts
from ..common import ACCOUNTANT, MANAGER, SELLER_ALL, ContinuityCommon


@tagged("post_install", "-at_install")
class TestGuard(ContinuityCommon):
    """The guard of a program: who gets no more parcels until he has paid."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.monthly = cls.env.ref("continuity_program.continuity_date_interval_monthly")
        cls.customer.continuity_allow_on_account = True
        cls.schedule = cls.env["continuity.payment.schedule"].create(
            {"name": "3 monthly", "code": "3M", "number_of_payments": 3}
        )
        cls.tea = cls._create_series(
            "TEA", 14.99, 4, bill_upfront=True, payment_schedule_id=cls.schedule.id
        )
        cls.book = cls._create_series("BOOK", 20.0, 3)
        cls.manager = cls._create_user("guard_manager", MANAGER)
        with freeze_time("2027-08-09 12:00:00"):
            cls.t06 = cls._sell(cls.tea, is_card=False)
            cls.t02 = cls._sell(cls.tea)
            cls.night("2027-08-09")

    @classmethod
    def _create_series(cls, code, price, count, **values):
        return cls._create_program(
            code,
            [
                cls._event_vals(
                    cls.goods[place % 3],
                    price=price,
                    **({"date_interval_id": cls.monthly.id} if place else {}),
                )
                for place in range(count)
            ],
            **values,
        )

    @classmethod
    def _sell(cls, program, is_card=True, token=None):
        product = program.product_tmpl_ids.product_variant_id
        product = product or cls._create_parent_product(program, f"Club {program.code}")
        if is_card:
            return cls._create_sold_order(product, token).continuity_order_ids
        sale_order = cls._create_order(product)
        sale_order.continuity_order_ids.write(
            {"payment_method": "on_account", "payment_token_id": False}
        )
        sale_order.action_confirm()
        return sale_order.continuity_order_ids

    @classmethod
    def night(cls, day, **values):
        """The payments and the child orders of a day; returns the run of the latter."""
        with freeze_time(f"{day} 12:00:00"):
            cls._execute("process_payments", **values)
            return cls._execute("create_child_orders", **values)

    def _get_line(self, run, order):
        return run.line_ids.filtered(lambda line: line.continuity_order_id == order)

    def _read_facts(self, order, day=date(2027, 10, 11)):
        self.env.flush_all()
        return guard_facts.read_facts(order, day)[order.id]

    # === A LIFE === #

    def test_days_overdue(self):
        """31 days overdue, limit 14: left out, released once, stopped again."""
        with freeze_time("2027-09-01 12:00:00"):
            action = self.tea.with_user(self.manager).action_open_guard()
            dialogs = self.env["continuity.guard"].with_user(self.manager)
            form = Form(dialogs.with_context(**action["context"]))
            self.assertEqual(form.effect, "No rule: nothing is stopped.")
            form.guard_days_overdue = 30
            self.assertEqual(
                form.effect.splitlines()[1:],
                [f"{self.t06.name}, Karen Berg: 31 days overdue, limit 30."],
            )
            form.guard_days_overdue = 31
            self.assertEqual(form.effect, self._say_stopped(0, 0.0))
            form.guard_days_overdue = 14
            self.assertEqual(
                form.effect.splitlines(),
                [
                    self._say_stopped(1, 14.99),
                    f"{self.t06.name}, Karen Berg: 31 days overdue, limit 14.",
                ],
            )
            # Shown first: nothing is saved yet
            self.assertFalse(self.tea.has_guard)
            form.save().action_save()
            self.assertEqual(self.tea.guard_days_overdue, 14)
            self.assertTrue(self.tea.has_guard)
            self.assertEqual(self.t06.guard_text, "31 days overdue, limit 14.")
            self.assertFalse(self.t02.guard_text)
        with freeze_time("2027-09-09 12:00:00"):
            preview = self._execute(
                "create_child_orders", program=self.tea, dry_run=True
            )
            self.assertEqual(self._get_line(preview, self.t06).reason, "guard")
        owed = self.t06.payment_ids.filtered(
            lambda row: row.due_date < date(2027, 9, 9)
        )
        for _repeated in range(2):
            run = self.night("2027-09-09", program=self.tea)
            line = self._get_line(run, self.t06)
            self.assertRecordValues(line, [{"outcome": "skipped", "reason": "guard"}])
            self.assertIn("31 days overdue, limit 14", line.message)
            self.assertIn("TEA", line.message)
        # It changes no state; others go on; what is owed is still owed
        self.assertEqual(self.t06.state, "running")
        self.assertEqual(self.t06.shipment_ids.sorted("number")[1].state, "planned")
        self.assertEqual(self.t02.shipment_ids.sorted("number")[1].state, "ordered")
        self.assertEqual(owed.state, "billed")
        self.assertEqual(
            len(self.t06.activity_ids.filtered(lambda a: "overdue" in (a.note or ""))),
            1,
        )
        with freeze_time("2027-09-09 12:00:00"):
            self._release()
        run = self.night("2027-09-09", program=self.tea)
        self.assertEqual(self._get_line(run, self.t06).reason, "created")
        self.assertFalse(
            self.t06.activity_ids.filtered(lambda a: "overdue" in (a.note or ""))
        )
        run = self.night("2027-10-09", program=self.tea)
        self.assertIn(
            "61 days overdue, limit 14", self._get_line(run, self.t06).message
        )

    def _say_stopped(self, count, amount):
        return (
            f"Stops {count} of 2 members at their next shipment,"
            f" {self.company.currency_id.format(amount)}."
        )

    def _release(self):
        """A manager, with a reason; nobody else, and nothing twice."""
        order = self.t06
        for group in (SELLER_ALL, ACCOUNTANT):
            user = self._create_user(f"guard_{group}", group)
            with self.assertRaises(AccessError):
                order.with_user(user).action_release_guard("because")
        mine = order.with_user(self.manager)
        with self.assertRaisesRegex(UserError, "Say why"):
            mine.action_release_guard(" ")
        # By no other door, whoever asks
        with self.assertRaises(UserError):
            mine.write({"guard_released_number": 2})
        self.assertFalse(order.guard_released_number)
        action = mine.action_open_guard_release()
        dialogs = self.env["continuity.guard.release"].with_user(self.manager)
        form = Form(dialogs.with_context(**action["context"]))
        self.assertEqual(form.guard_text, "31 days overdue, limit 14.")
        form.reason = "Paid by transfer today"
        form.save().action_release()
        self.assertEqual(order.guard_released_number, 2)
        self.assertFalse(order.guard_text)
        said = len(order.message_ids)
        self.assertIn("Paid by transfer today", order.message_ids[0].body)
        mine.action_release_guard("once more")
        self.assertEqual(len(order.message_ids), said)
        book = self._sell(self.book)
        with self.assertRaisesRegex(UserError, "nothing to release"):
            book.with_user(self.manager).action_release_guard("because")

    # === WHO IS STOPPED === #

    def test_nobody(self):
        """Who has paid, and whose parcel waits for its payment, is not stopped."""
        coffee = self._create_series("COFFEE", 12.0, 3, guard_max_unpaid=1)
        with freeze_time("2027-08-30 12:00:00"):
            paid = self._sell(self.book)
            waits = self._sell(coffee, token=self._create_token("error"))
            owes = self._sell(self.book, is_card=False)
        self.night("2027-08-30")
        self.assertEqual(waits.shipment_ids[0].child_order_id.state, "draft")
        with freeze_time("2027-09-01 12:00:00"):
            self.assertFalse(waits._find_guarded())
            self.assertFalse((paid | owes)._find_guarded())
            self.book.guard_first_paid = True
            self.assertEqual(
                (paid | owes)._find_guarded(),
                {owes: ("The first shipment is not paid.", 20.0)},
            )
        run = self.night("2027-09-30", program=self.book)
        self.assertEqual(self._get_line(run, paid).reason, "created")
        self.assertEqual(self._get_line(run, owes).reason, "guard")
        # Paid after all
        with freeze_time("2027-09-30 12:00:00"):
            invoice = owes.shipment_ids[0].child_order_id._create_invoices()
            invoice.action_post()
            self.assertTrue(owes._find_guarded())
            self.env["account.payment.register"].with_context(
                active_model="account.move", active_ids=invoice.ids
            ).create({})._create_payments()
            self.assertFalse(owes._find_guarded())
        run = self.night("2027-09-30", program=self.book)
        self.assertEqual(self._get_line(run, owes).reason, "created")

    def test_paid_in_advance(self):
        """19.98 of it are paid: the first parcel is covered, the second is not."""
        facts = self._read_facts(self.t02)
        self.assertEqual((facts.shipped, facts.covered), (1499, 1998))
        self.assertEqual((facts.unpaid, facts.balance), (0, 0))
        facts = self._read_facts(self.t06)
        self.assertEqual((facts.shipped, facts.covered), (1499, 0))
        self.assertEqual((facts.unpaid, facts.balance), (1, 1499))
        self.assertEqual(facts.oldest_due, date(2027, 8, 9))
        self.assertTrue(facts.is_first_unpaid)

    def test_facts(self):
        """Two parcels on account: owed, not delivered, sent back, withdrawn."""
        with freeze_time("2027-09-10 12:00:00"):
            order = self._sell(self.book, is_card=False)
            other = self._sell(self.book, is_card=False)
        self.night("2027-09-10", program=self.book)
        run = self.night("2027-10-10", program=self.book)
        self.assertEqual(self._get_line(run, order).reason, "created")
        facts = self._read_facts(order)
        self.assertEqual(
            (facts.unpaid, facts.balance, facts.undelivered, facts.shipped_count),
            (2, 4000, 2, 2),
        )
        self.assertFalse(facts.is_refused)
        with freeze_time("2027-10-11 12:00:00"):
            self._check_limits(order)
            self._check_customer(order | other)
        first, second, _third = order.shipment_ids.sorted("number")
        lines = second.child_order_id.order_line
        lines.flush_recordset()
        self.env.cr.execute(
            "UPDATE sale_order_line SET qty_delivered = product_uom_qty WHERE id IN %s",
            [lines._ids],
        )
        self.assertEqual(self._read_facts(order).undelivered, 1)
        lines.sudo().continuity_settled_qty = 1.0
        self.assertTrue(self._read_facts(order).is_refused)
        first.child_order_id.sudo().order_line.continuity_settled_qty = 1.0
        lines.sudo().continuity_settled_qty = 0.0
        self.assertFalse(self._read_facts(order).is_refused)
        self.env.cr.execute(
            "UPDATE sale_order_line SET qty_delivered = 0 WHERE id IN %s", [lines._ids]
        )
        lines.invalidate_recordset()
        with freeze_time("2027-10-11 12:00:00"):
            second.child_order_id.with_context(
                disable_cancel_warning=True
            ).action_cancel()
        self.assertTrue(self._read_facts(order).is_refused)
        self.book.guard_stop_refused = True
        self.assertEqual(
            [text for text, _amount in order._find_guarded().values()],
            ["The last shipment came back."],
        )

    def _check_limits(self, order):
        """The boundary of each number, and its sentence."""
        money = self.company.currency_id.format(40.0)
        for name, limit, text in (
            ("guard_max_unpaid", 2, "2 shipments not paid, limit 2."),
            (
                "guard_max_balance",
                40.0,
                f"{money} shipped and not paid, limit {money}.",
            ),
            ("guard_max_undelivered", 2, "2 child orders not delivered, limit 2."),
        ):
            with self.subTest(name=name):
                self.book[name] = limit
                self.assertEqual(
                    [said for said, _amount in order._find_guarded().values()], [text]
                )
                self.book[name] = limit + 1
                self.assertFalse(order._find_guarded())
                self.book[name] = 0

    def _check_customer(self, orders):
        """Over all orders of the customer: 3 of TEA and BOOK, where one order has 2."""
        self.book.guard_max_unpaid = 5
        self.assertFalse(orders._find_guarded())
        self.book.guard_scope = "customer"
        # Two of each order of BOOK, one of T06 on account
        self.assertEqual(
            {text for text, _amount in orders._find_guarded().values()},
            {"5 shipments not paid, limit 5."},
        )
        self.book.guard_max_unpaid = 6
        self.assertFalse(orders._find_guarded())
        self.book.write({"guard_max_unpaid": 0, "guard_scope": "order"})

    def test_same_night(self):
        """Two parcels that are due in one night: the first counts for the second."""
        self.book.guard_max_unpaid = 1
        with freeze_time("2027-09-10 12:00:00"):
            order = self._sell(self.book, is_card=False)
            charged = self._sell(self.book)
        run = self.night("2027-10-10", program=self.book)
        self.assertCountEqual(
            self._get_line(run, order).mapped("reason"), ["created", "guard"]
        )
        self.assertEqual(
            self._get_line(run, charged).mapped("reason"), ["created", "created"]
        )

    # === COST, COMPANY === #

    def test_queries(self):
        """As many queries for six orders as for one; none without a rule."""
        with freeze_time("2027-09-10 12:00:00"):
            orders = self.env["continuity.order"].union(
                *(self._sell(self.book, is_card=False) for _ in range(6))
            )
            self.night("2027-09-10", program=self.book)
        day = date(2027, 10, 10)
        counts = []
        with self._counting_queries(counts):
            guard_facts.read_book(orders.browse(), day)
            guard_facts.read_book(orders, day)
        for scope, unpaid in (("order", 1), ("customer", 7)):
            self.book.write({"guard_max_unpaid": 1, "guard_scope": scope})
            for some in (orders[:1], orders):
                with self._counting_queries(counts):
                    book = guard_facts.read_book(some, day)
                self.assertEqual(book.check(some[0].id, 2000, day)[1], unpaid)
        self.assertLessEqual(counts[0], 6)
        self.assertEqual(counts[1], counts[2])
        self.assertEqual(counts[3], counts[4])
        self.assertLessEqual(max(counts), 15)

    def test_other_company(self):
        """Nobody changes, sees or releases what is another company's."""
        self.tea.guard_days_overdue = 14
        other = self.env["res.company"].create({"name": "Another company"})
        stranger = self._create_user("guard_stranger", MANAGER)
        stranger.write(
            {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        )
        with self.assertRaises(AccessError):
            self.t06.with_user(stranger).action_release_guard("because")
        with self.assertRaises(AccessError):
            self.env["continuity.guard"].with_user(stranger).create(
                {"program_id": self.tea.id}
            )
        seller = self._create_user("guard_seller", SELLER_ALL)
        with self.assertRaises(AccessError):
            self.tea.with_user(seller).guard_days_overdue = 1
        with self.assertRaises(AccessError):
            self.tea.with_user(seller).action_open_guard()
        # What stops it is the salesperson's to see
        with freeze_time("2027-09-01 12:00:00"):
            self.assertTrue(self.t06.with_user(seller).guard_text)
