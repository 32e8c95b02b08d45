# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..common import ACCOUNTANT, MANAGER, SELLER, SELLER_ALL
from .exception_case import DAY, ExceptionCase


@tagged("post_install", "-at_install")
class TestExceptions(ExceptionCase):
    """The inbox: who will not get the next shipment, or not be charged, and why."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.book = cls._create_series("BOOK", 20.0, 6)
        cls.coffee = cls._create_series("COFFEE", 12.0, 6)
        schedule = cls.env["continuity.payment.schedule"].create(
            {"name": "3 monthly", "code": "3M", "number_of_payments": 3}
        )
        cls.tea = cls._create_series(
            "TEA", 14.99, 4, bill_upfront=True, payment_schedule_id=schedule.id
        )
        cls.house = cls.env["res.partner"].create(
            {"name": "Another house", "parent_id": cls.customer.id}
        )
        cls.c07 = cls._sell(cls.coffee, "2027-07-30")
        cls.t05 = cls._sell(cls.tea, "2027-08-05")
        cls.t05.partner_shipping_id = cls.house
        cls.t06 = cls._sell(cls.tea, "2027-08-09", token=False)
        cls._refresh("2027-08-10")
        cls.a09 = cls._sell(cls.book, "2027-08-10")
        cls.a09.payment_token_id.expiry_date = date(2027, 9, 30)
        cls.a10 = cls._sell(cls.book, "2027-08-14")
        cls.a10.payment_token_id.expiry_date = date(2027, 8, 31)
        cls._refresh("2027-08-15")
        with freeze_time("2027-08-20 12:00:00"):
            cls.c07.action_pause()
        cls._refresh("2027-08-20")
        with freeze_time("2027-08-28 12:00:00"):
            cls.house.active = False
        cls._refresh("2027-08-28")
        cls.c05 = cls._sell(cls.coffee, "2027-08-30", cls._create_token("error"))
        cls._refresh("2027-08-30")
        cls.last_run = cls._refresh()

    def _close(self, order):
        """Look again, and read how the rows of an order were closed."""
        before = self._get_rows(order)
        self._refresh()
        return before.mapped("closed_as")

    # === WHAT STANDS IN IT === #

    def test_acceptance(self):
        """Who stands in the inbox, for how much, since when."""
        self.assertFalse(self.last_run.failed_count, self.last_run.message)
        # With the processes of the night, of which none has run here
        self.assertIn("Exceptions: 12, 0 of them new", self.last_run.message)
        rows = self._get_rows().grouped("continuity_order_id")
        with freeze_time(f"{DAY} 12:00:00"):
            self.assertEqual(
                {
                    order: [
                        (row.severity, row.reason, row.amount, row.age) for row in mine
                    ]
                    for order, mine in rows.items()
                },
                {
                    self.a10: [("blocks", "card_expired", 20.0, 17)],
                    self.c05: [("blocks", "declined", 12.0, 2)],
                    self.c07: [("blocks", "paused", 12.0, 12)],
                    self.t05: [("blocks", "address", 14.99, 4)],
                    self.t06: [("money", "overdue", 19.98, 22)],
                },
            )
        (address,) = rows[self.t05]
        self.assertIn("Another house", address.message)
        self.assertEqual(str(address.due_date), "2027-09-05")
        self.assertEqual(address.owner_id, self.t05._get_responsible_user())
        self.assertEqual(address.program_id, self.tea)
        self.assertEqual(address._get_record(), self.t05.shipment_ids[1])
        self.assertEqual(address.action_open()["res_id"], self.t05.shipment_ids[1].id)

    def test_twice(self):
        """A second look changes nothing; a preview leaves nothing behind."""
        rows = self._get_rows()
        before = rows.read(["key", "first_seen", "last_seen", "write_date"])
        self._refresh()
        self.assertEqual(self._get_rows(), rows)
        self.assertEqual(
            rows.read(["key", "first_seen", "last_seen", "write_date"]), before
        )
        with freeze_time("2027-09-02 12:00:00"):
            self._execute("refresh_insight", dry_run=True)
            self.env.invalidate_all()
            self.assertEqual(str(max(rows.mapped("last_seen"))), DAY)
        # Only what a run was narrowed to
        self._refresh("2027-09-02", program=self.coffee)
        self.assertEqual(
            {
                str(day)
                for day in self._get_rows(self.a10 | self.t05).mapped("last_seen")
            },
            {DAY},
        )
        self.assertEqual(str(self._get_rows(self.c05).last_seen), "2027-09-02")

    def test_mended(self):
        """A new card, an end, a skip, a payment that was given up."""
        with freeze_time(f"{DAY} 12:00:00"):
            self.a10._set_payment_token(self._create_token())
        self.assertEqual(self._close(self.a10), ["mended"])
        with freeze_time(f"{DAY} 12:00:00"):
            self.house.active = True
        self.assertEqual(self._close(self.t05), ["mended"])
        # The next turn, when it is due within the days
        with freeze_time(f"{DAY} 12:00:00"):
            self.house.active = False
            self._refresh()
            self.t05.shipment_ids[1].action_open_move()
            self.t05.shipment_ids[1].planned_date = date(2027, 9, 16)
        self.assertEqual(self._close(self.t05), ["gone"])
        with freeze_time(f"{DAY} 12:00:00"):
            self.c07.shipment_ids[1].action_skip()
        self.assertEqual(self._close(self.c07), ["gone"])
        with freeze_time(f"{DAY} 12:00:00"):
            self.c05.payment_ids.action_write_off("never")
        self._refresh()
        self.assertFalse(
            self._get_rows(self.c05).filtered(lambda r: r.reason == "declined")
        )
        with freeze_time(f"{DAY} 12:00:00"):
            action = self.a10.action_open_cancel()
            self.house.active = True
            self.a10.action_hold("letter")
            self._refresh()
            held = self._get_rows(self.a10)
            self.assertEqual(held.reason, "on_hold")
            wizard = self.env[action["res_model"]].browse(action["res_id"])
            wizard.write({"reason": "dear"})
            wizard.action_apply()
        self._refresh()
        self.assertEqual(held.closed_as, "left")

    def test_warning(self):
        """A card that ends before the next turn is told; later it blocks, same row."""
        row = self.env["continuity.exception"].search(
            [("continuity_order_id", "=", self.a10.id)]
        )
        self.assertEqual(len(row), 1)
        self.assertFalse(self._get_rows(self.a09))
        self._refresh("2027-09-10")
        warning = self._get_rows(self.a09)
        self.assertEqual(
            (warning.severity, warning.reason), ("warning", "card_expiring")
        )
        self.assertEqual(str(warning.due_date), "2027-10-10")
        self._refresh("2027-09-26")
        again = self._get_rows(self.a09)
        self.assertEqual(
            (again, again.severity, again.reason), (warning, "blocks", "card_expired")
        )
        self.assertEqual(str(again.first_seen), "2027-09-10")

    def test_tax_per_piece(self):
        """Sold up front before such a tax was refused, alone or in a group: listed
        once, of running orders only, until the tax is a percentage."""
        taxes = self.env["account.tax"].create(
            [
                {"name": "Deposit", "amount_type": "fixed", "amount": 0.35},
                {"name": "Both", "amount_type": "group"},
            ]
        )
        piece, both = taxes
        both.children_tax_ids = piece
        orders = self.t05 | self.t06 | self.a10
        before = {row.id for row in self._get_rows(orders)}
        # The line of a submitted order is not typed any more
        for order, tax in zip(orders, (piece, both, piece), strict=True):
            self.env.cr.execute(
                "INSERT INTO account_tax_sale_order_line_rel VALUES (%s, %s)",
                (order.sale_order_line_id.id, tax.id),
            )
        self.env.invalidate_all()
        self._refresh()
        new = self._get_rows(orders).filtered(lambda row: row.id not in before)
        self.assertEqual(new.mapped("reason"), ["piece_tax"] * 2)
        self.assertEqual(new.continuity_order_id, self.t05 | self.t06)
        for row in new:
            self.assertEqual(row.severity, "warning")
            self.assertRegex(row.message, "^Deposit: not a percentage of the price")
        self._refresh()
        self.assertEqual(self._get_rows(orders).filtered(lambda r: r in new), new)
        piece.amount_type = "percent"
        self._refresh()
        self.assertEqual(new.mapped("closed_as"), ["mended"] * 2)

    def test_guard(self):
        """Who the guard stops, and a release."""
        self.tea.guard_days_overdue = 14
        self._refresh()
        rows = self._get_rows(self.t06).grouped("reason")
        self.assertEqual(set(rows), {"guard", "overdue"})
        self.assertIn("31 days overdue, limit 14", rows["guard"].message)
        self.assertEqual(rows["guard"].amount, 14.99)
        with freeze_time(f"{DAY} 12:00:00"):
            self.t06.action_release_guard("Paid by transfer")
        self._refresh()
        self.assertEqual(self._get_rows(self.t06).mapped("reason"), ["overdue"])
        self.assertEqual(rows["guard"].closed_as, "mended")

    def test_processes(self):
        """A process that is off, a copied database: told by one row each."""
        self.env.ref("continuity_program.ir_cron_create_child_orders").active = False
        self._refresh()
        mine = [
            ("company_id", "=", self.company.id),
            ("continuity_order_id", "=", False),
            ("closed_on", "=", False),
        ]
        rows = self.env["continuity.exception"].search(mine)
        self.assertIn("inactive", rows.mapped("reason"))
        self.assertEqual(set(rows.mapped("severity")), {"blocks"})
        off = rows.filtered(lambda row: row.reason == "inactive")
        self.assertIn("child orders", off.message)
        self.env.ref("continuity_program.ir_cron_create_child_orders").active = True
        with freeze_time(f"{DAY} 12:00:00"):
            off.action_check_again()
        self.assertEqual(off.closed_as, "mended")
        self.env["continuity.database"]._get_last().sudo().uuid = "another"
        run = self._refresh()
        self.assertFalse(run.failed_count)
        copy = self.env["continuity.exception"].search([*mine, ("reason", "=", "copy")])
        self.assertEqual(len(copy), 1)
        # The others are looked at all the same
        self.assertEqual(self._get_rows(self.t05).reason, "address")

    # === WHO, AND FOR WHOM === #

    def test_snooze(self):
        """Out of the way until a day, for everybody; totals keep it."""
        row = self._get_rows(self.t05)
        seller = self._create_user("exc_seller", SELLER_ALL)
        exceptions = self.env["continuity.exception"]
        with freeze_time(f"{DAY} 12:00:00"):
            with self.assertRaisesRegex(UserError, "not come yet"):
                row.action_snooze(DAY)
            row.with_user(seller).action_snooze("2027-09-04")
            self.assertEqual(row.snoozed_by_id, seller)
            awake = [("is_snoozed", "=", False), ("closed_on", "=", False)]
            self.assertNotIn(row, exceptions.search(awake))
            self.assertIn(row, exceptions.search([("is_snoozed", "=", True)]))
            row.with_user(seller).action_wake()
            self.assertIn(row, exceptions.search(awake))
            (row | self._get_rows(self.t06)).action_snooze()
            self.assertEqual(str(row.snoozed_until), "2027-09-08")
        with freeze_time("2027-09-08 12:00:00"):
            self.env.invalidate_all()
            self.assertIn(row, exceptions.search(awake))
        auditor = self._create_user("exc_auditor", "account.group_account_readonly")
        with self.assertRaises(UserError):
            row.with_user(auditor).action_snooze()
        for values in ({"reason": "guard"}, {"snoozed_until": DAY}):
            with self.assertRaises(AccessError):
                row.with_user(seller).write(values)

    def test_roles(self):
        """A seller sees his own orders; nobody writes."""
        seller = self._create_user("exc_own", SELLER)
        self.t05.user_id = seller
        (self.a10 | self.c05 | self.c07 | self.t06).user_id = self.env.user
        exceptions = self.env["continuity.exception"]
        self.assertEqual(
            exceptions.with_user(seller).search([]).continuity_order_id, self.t05
        )
        for group in (
            MANAGER,
            ACCOUNTANT,
            "account.group_account_readonly",
            SELLER_ALL,
        ):
            user = self._create_user(f"exc_{group}", group)
            rows = exceptions.with_user(user).search([("closed_on", "=", False)])
            self.assertIn(self._get_rows(self.t06), rows)
        with self.assertRaises(AccessError):
            exceptions.with_user(self._create_user("exc_x", "base.group_user")).search(
                []
            )
        runs = self.env["continuity.run"]
        runs.with_user(self._create_user("exc_acc", ACCOUNTANT)).execute(
            "refresh_insight"
        )
        with self.assertRaises(AccessError):
            runs.with_user(seller).execute("refresh_insight")
        # The owner follows the order
        self._refresh()
        self.assertEqual(self._get_rows(self.t05).owner_id, seller)

    def test_other_company(self):
        """Another company has its own rows, and its own today."""
        other = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self._create_user("exc_other", MANAGER)
        stranger.sudo().write(
            {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        )
        run = self._refresh(company=other)
        self.assertFalse(run.done_count)
        self.assertFalse(
            self.env["continuity.exception"]
            .with_user(stranger)
            .search([("continuity_order_id", "!=", False)])
        )

    def test_one_open(self):
        """The database keeps a second open row of the same thing out."""
        row = self._get_rows(self.t05)
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            row.copy()
            self.env.flush_all()

    def test_queries(self):
        """As many queries for a dozen orders as for two."""
        with freeze_time("2027-08-05 12:00:00"):
            more = self.env["continuity.order"].union(
                *(self._sell(self.book, "2027-08-05") for _ in range(4)),
                *(self._sell(self.tea, "2027-08-05") for _ in range(4)),
            )
        more.partner_shipping_id = self.house
        few = more[0] | more[4]
        exceptions = self.env["continuity.exception"]
        counts = []
        with freeze_time(f"{DAY} 12:00:00"):
            exceptions._refresh_orders(more)
            with self._counting_queries(counts):
                exceptions._refresh_orders(few)
            with self._counting_queries(counts):
                exceptions._refresh_orders(more)
        self.assertLessEqual(counts[1], counts[0])
        self.assertLess(counts[0], 60)
