# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime
from itertools import pairwise

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from ..cases.credit import CancelCase
from ..common import ACCOUNTANT, MANAGER, SELLER_ALL

AUDITOR = "account.group_account_readonly"
KINDS = ("billed", "released", "taken_back", "credited", "rounding", "other")
#: Days on which the parcels of six members of a club of four left
PARCELS = {
    "one": ("2027-02-01", "2027-03-01", "2027-04-01", "2027-05-01"),
    "two": ("2027-03-01", "2027-04-01", "2027-05-01", "2027-06-01"),
    "three": ("2027-04-05", "2027-05-05", "2027-06-05", "2027-07-05"),
    "four": ("2027-05-03", "2027-06-03"),
    "five": ("2027-07-05", "2027-08-05"),
    "six": ("2027-08-09",),
}


class RollforwardCase(CancelCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rollforward = cls.env["continuity.prepayment.rollforward"]
        cls.movement = cls.env["continuity.prepayment.movement"]

    def _read(self, **values):
        """Rows of the account, the oldest first."""
        self.env.flush_all()
        self.rollforward.invalidate_model()
        account = values.get("account", self.prepayment_account)
        rows = self.rollforward.search([("account_id", "=", account.id)])
        return rows.sorted("month")

    def _get_figures(self, rows):
        """Month, opening, movements by kind, closing."""
        return [
            (
                row.month.strftime("%Y-%m"),
                row.amount_opening,
                *(row[f"amount_{kind}"] for kind in KINDS),
                row.amount_closing,
            )
            for row in rows
        ]

    def _check_ties(self, rows):
        """Each closing is the next opening, the last one the balance to the cent."""
        for row in rows:
            moved = sum(row[f"amount_{kind}"] for kind in KINDS)
            self.assertAlmostEqual(row.amount_opening + moved, row.amount_closing, 6)
        for row, later in pairwise(rows):
            self.assertAlmostEqual(row.amount_closing, later.amount_opening, 6)
        items = self.env["account.move.line"].search(
            [
                ("account_id", "=", rows.account_id.id),
                ("company_id", "=", rows.company_id.id),
                ("parent_state", "=", "posted"),
            ]
        )
        self.assertAlmostEqual(
            rows[-1:].amount_closing, -sum(items.mapped("balance")), 6
        )
        self.assertEqual(rows.filtered("is_current"), rows[-1:])

    def _book(self, amount, day, journal=None, account=None, other=None):
        """An entry typed by hand that adds to the prepayment account."""
        move = self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": (journal or self.revenue_journal).id,
                "date": day,
                "line_ids": [
                    Command.create({"account_id": account_id.id, "balance": balance})
                    for account_id, balance in (
                        (account or self.prepayment_account, -amount),
                        (other or self.revenue_account, amount),
                    )
                ],
            }
        )
        move.action_post()
        return move


@tagged("post_install", "-at_install")
class TestPrepaymentYear(RollforwardCase):
    """A club of four parcels at 14.99, paid at once: seven months of six members."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        tea = cls.env["product.product"].create(cls._goods_vals("Tea", price=14.99))
        program = cls._create_program(
            code="TEA",
            events=[
                cls._event_vals(tea),
                cls._event_vals(tea, days=28),
                cls._event_vals(tea, days=28),
                cls._event_vals(tea, days=28, action="end"),
            ],
            bill_upfront=True,
        )
        cls.tea = cls._create_parent_product(program, name="TEA")

    def _join(self, day):
        with freeze_time(f"{day} 12:00:00"):
            order = self._create_order(self.tea, order_date=date.fromisoformat(day))
            order.continuity_order_ids.write(
                {
                    "payment_method": "card",
                    "payment_token_id": self._create_token().id,
                }
            )
            order.action_confirm()
        return order.continuity_order_ids

    def _live_until(self, members, done, last):
        """Send what left up to a day, and bill it."""
        todo = sorted(
            (day, name, number)
            for name, days in PARCELS.items()
            for number, day in enumerate(days, start=1)
            if day <= last and (name, number) not in done
        )
        for day, name, number in todo:
            if number == 1:
                members[name] = self._join(day)
            self._ship(members[name], number, day)
            self._run(day)
            done.add((name, number))

    def test_seven_months(self):
        """Figures counted by hand; then an entry that belongs to no order."""
        members, done = {}, set()
        self._live_until(members, done, "2027-05-25")
        child = members["three"].shipment_ids[1].child_order_id
        with freeze_time("2027-05-25 12:00:00"):
            child._credit_continuity_return({child.order_line[0]: 1.0}, "broken")
        self._post(self._get_note(members["three"]), "2027-05-25")
        self._live_until(members, done, "2027-06-20")
        self._cancel(members["four"], "2027-06-20")
        self._post(self._get_note(members["four"]), "2027-06-25")
        self._live_until(members, done, "2027-08-31")
        with freeze_time("2027-09-01 12:00:00"):
            rows = self._read()
            self.assertEqual(
                self._get_figures(rows),
                [
                    ("2027-02", 0.0, 59.96, -14.99, 0.0, 0.0, 0.0, 0.0, 44.97),
                    ("2027-03", 44.97, 59.96, -29.98, 0.0, 0.0, 0.0, 0.0, 74.95),
                    ("2027-04", 74.95, 59.96, -44.97, 0.0, 0.0, 0.0, 0.0, 89.94),
                    ("2027-05", 89.94, 59.96, -59.96, 14.99, -14.99, 0.0, 0.0, 89.94),
                    ("2027-06", 89.94, 0.0, -44.97, 0.0, -29.98, 0.0, 0.0, 14.99),
                    ("2027-07", 14.99, 59.96, -29.98, 0.0, 0.0, 0.0, 0.0, 44.97),
                    ("2027-08", 44.97, 59.96, -29.98, 0.0, 0.0, 0.0, 0.0, 74.95),
                    ("2027-09", 74.95, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 74.95),
                ],
            )
            self._check_ties(rows)
            self.assertRecordValues(
                rows[-1:],
                [{"amount_units": 74.95, "amount_difference": 0.0, "is_mistake": 0}],
            )
            self.assertEqual(rows[:-1].mapped("amount_units"), [0.0] * 7)
            self._check_movements_of(rows[3])
            self._book(5.0, "2027-08-31")
            rows = self._read()
            self.assertEqual(
                self._get_figures(rows[-2:]),
                [
                    ("2027-08", 44.97, 59.96, -29.98, 0.0, 0.0, 0.0, 5.0, 79.95),
                    ("2027-09", 79.95, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 79.95),
                ],
            )
            self._check_ties(rows)
            self.assertRecordValues(
                rows[-1:],
                [{"amount_units": 74.95, "amount_difference": 5.0, "is_mistake": True}],
            )

    def _check_movements_of(self, may):
        """A click on a row opens its items; the pivot splits them by program."""
        action = may.action_view_movements()
        grouped = self.movement.formatted_read_group(
            action["domain"], ["kind"], ["amount:sum", "__count"]
        )
        self.assertEqual(
            {
                group["kind"]: (round(group["amount:sum"], 2), group["__count"])
                for group in grouped
            },
            {
                "billed": (59.96, 1),
                "released": (-59.96, 4),
                "taken_back": (14.99, 1),
                "credited": (-14.99, 1),
            },
        )
        program = self.tea.continuity_program_id
        by_program = self.movement.formatted_read_group(
            [("account_id", "=", self.prepayment_account.id)],
            ["program_id"],
            ["amount:sum"],
        )
        self.assertEqual(
            [(g["program_id"][0], round(g["amount:sum"], 2)) for g in by_program],
            [(program.id, 74.95)],
        )
        self.assertIn("May 2027", may.display_name)


@tagged("post_install", "-at_install")
class TestPrepaymentRollforward(RollforwardCase):
    """Kinds of movements, months, companies, roles."""

    @freeze_time("2028-01-10 12:00:00")
    def test_months_without_gaps(self):
        """Over the end of a year, up to today."""
        self._book(7.0, "2027-10-31")
        self._book(-2.0, "2027-12-01")
        rows = self._read()
        none = (0.0,) * 5
        self.assertEqual(
            self._get_figures(rows),
            [
                ("2027-10", 0.0, *none, 7.0, 7.0),
                ("2027-11", 7.0, *none, 0.0, 7.0),
                ("2027-12", 7.0, *none, -2.0, 5.0),
                ("2028-01", 5.0, *none, 0.0, 5.0),
            ],
        )
        self._check_ties(rows)
        self.assertFalse(rows[1].last_entry)

    @freeze_time("2027-09-10 12:00:00")
    def test_later_than_today(self):
        """What is posted for a later month is in the balance, and in the last row."""
        self._book(7.0, "2027-11-05")
        self._book(1.0, "2027-08-05")
        rows = self._read()
        self.assertEqual(rows.mapped("amount_closing"), [1.0, 1.0, 1.0, 8.0])
        self._check_ties(rows)
        self.assertEqual(rows[-1:].amount_difference, 8.0)

    @freeze_time("2027-09-30 12:00:00")
    def test_day_of_the_company(self):
        """In Auckland October has begun."""
        self._book(7.0, "2027-09-05")
        self.assertEqual(len(self._read()), 1)
        self.company.partner_id.tz = "Pacific/Auckland"
        self.assertEqual(
            self._read().mapped("month"), [date(2027, 9, 1), date(2027, 10, 1)]
        )

    @freeze_time("2027-09-10 12:00:00")
    def test_draft_and_cancelled(self):
        """Only posted entries count."""
        self._book(7.0, "2027-09-05")
        move = self._book(3.0, "2027-09-05")
        move.button_draft()
        self.assertEqual(self._read().amount_closing, 7.0)
        move.button_cancel()
        self.assertEqual(self._read().amount_closing, 7.0)

    @freeze_time("2027-09-20 12:00:00")
    def test_note_undone(self):
        """The reversal of a note has the kind of the note, and so has its reversal."""
        order = self._submit(self.club)
        note = self._credit(order, [3])
        self._post(note)
        self.assertEqual(self._read().amount_credited, -27.15)
        for expected in (0.0, -27.15):
            note = note._reverse_moves([{"date": date(2027, 9, 20)}])
            note.invoice_date = date(2027, 9, 20)
            note.action_post()
            rows = self._read()
            self.assertEqual(
                self._get_figures(rows),
                [
                    (
                        *("2027-09", 0.0, 57.95, 0.0, 0.0),
                        *(expected, 0.0, 0.0, round(57.95 + expected, 2)),
                    )
                ],
            )
            self._check_ties(rows)

    @freeze_time("2027-09-10 12:00:00")
    def test_rounding(self):
        """Within the bound until the order is closed; then a column of its own."""
        self.goods.list_price = 9.99
        self.vat.price_include_override = "tax_included"
        order = self._submit(self.club)
        self._ship(order, 1, "2027-09-10")
        self._run("2027-09-10")
        with freeze_time("2027-09-10 12:00:00"):
            row = self._read()
        self.assertEqual(row.amount_difference, -0.01)
        self.assertFalse(row.is_mistake)
        for number, day in ((2, "2027-10-01"), (3, "2027-10-22")):
            self._ship(order, number, day)
            self._run(day)
        self.assertEqual(order.state, "closed")
        with freeze_time("2027-10-22 12:00:00"):
            rows = self._read()
            self._check_ties(rows)
        self.assertAlmostEqual(sum(rows.mapped("amount_rounding")), 0.01, 6)
        self.assertEqual(rows[-1:].amount_closing, 0.0)
        entry = self.movement.search([("kind", "=", "rounding")])
        self.assertEqual(entry.continuity_order_id, order)
        # What takes the entry back is of its kind
        undo = entry.move_id._reverse_moves([{"date": date(2027, 10, 23)}])
        undo.action_post()
        with freeze_time("2027-10-23 12:00:00"):
            rows = self._read()
            self.assertEqual(rows[-1:].amount_closing, -0.01)
            self.assertAlmostEqual(sum(rows.mapped("amount_rounding")), 0.0, 6)
            self.assertTrue(rows[-1:].is_mistake, "nothing is open of a closed order")

    @freeze_time("2027-09-10 12:00:00")
    def test_last_entry(self):
        """A posting into an old month shows by the moment it was made."""
        self._book(7.0, "2027-07-31")
        late = self._book(1.0, "2027-07-31")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_move_line SET create_date = %s WHERE move_id = %s",
            ("2031-09-09 10:00:00", late.id),
        )
        self.assertEqual(
            self._read().mapped("last_entry"), [datetime(2031, 9, 9, 10), False, False]
        )

    @freeze_time("2027-09-10 12:00:00")
    def test_other_currency(self):
        """Company currency, at the rate of the up-front invoice."""
        pricelist = self._create_foreign_pricelist(self.env.ref("base.GBP"))
        order = self._submit(self.club, pricelist_id=pricelist.id)
        self._live(order)
        with freeze_time("2027-10-22 12:00:00"):
            rows = self._read()
            # 15.44 + 23.06 + 33.94
            self.assertEqual(
                self._get_figures(rows),
                [
                    ("2027-09", 0.0, 72.44, -15.44, 0.0, 0.0, 0.0, 0.0, 57.0),
                    ("2027-10", 57.0, 0.0, -57.0, 0.0, 0.0, 0.0, 0.0, 0.0),
                ],
            )
            self._check_ties(rows)

    @freeze_time("2027-09-10 12:00:00")
    def test_two_companies(self):
        """A row each, in its own currency; nobody sees the other's."""
        self._book(7.0, "2027-09-05")
        dollar = self.env.ref("base.USD")
        dollar.active = True
        other = self.env["res.company"].create(
            {"name": "Another company", "currency_id": dollar.id}
        )
        self.env.user.company_ids |= other
        accounts = self.env["account.account"].create(
            [
                {
                    "name": name,
                    "code": code,
                    "account_type": kind,
                    "reconcile": kind == "liability_current",
                    "company_ids": [Command.set(other.ids)],
                }
                for name, code, kind in (
                    ("Paid in advance", "OPRE01", "liability_current"),
                    ("Sales", "OREV01", "income"),
                )
            ]
        )
        other.continuity_prepayment_account_id = accounts[0]
        journal = self.env["account.journal"].create(
            {"name": "Any", "code": "OANY", "type": "general", "company_id": other.id}
        )
        self._book(11.0, "2027-08-05", journal, *accounts)
        users = {}
        for name, companies in (
            ("ours", self.company),
            ("theirs", other),
            ("both", self.company | other),
        ):
            users[name] = self._create_user(f"roll_{name}", ACCOUNTANT)
            users[name].write(
                {
                    "company_ids": [Command.set(companies.ids)],
                    "company_id": companies[0].id,
                }
            )
        ours = (self.company, self.company.currency_id, 7.0)
        theirs = (other, dollar, 11.0)
        for name, expected in (
            ("ours", [ours]),
            ("theirs", [theirs]),
            ("both", [ours, theirs]),
        ):
            env = self.env(
                user=users[name],
                context={"allowed_company_ids": users[name].company_ids.ids},
            )
            accounts_of = (self.prepayment_account | accounts[0]).ids
            rows = env["continuity.prepayment.rollforward"].search(
                [("account_id", "in", accounts_of), ("is_current", "=", True)],
                order="amount_closing",
            )
            self.assertEqual(
                [(r.company_id, r.currency_id, r.amount_closing) for r in rows],
                expected,
            )
            movements = env["continuity.prepayment.movement"].search(
                [("account_id", "in", accounts_of)], order="amount"
            )
            self.assertEqual(
                [(m.company_id, m.currency_id, m.amount) for m in movements], expected
            )

    @freeze_time("2027-09-10 12:00:00")
    def test_who_may_read(self):
        """Managers, accountants and auditors; nobody else, nobody writes."""
        self._submit(self.club)
        models = (self.rollforward, self.movement)
        for group in (MANAGER, ACCOUNTANT, AUDITOR):
            user = self._create_user(f"roll_{group}", group)
            for model in models:
                rows = model.with_user(user).search([])
                self.assertTrue(rows, group)
                self.assertTrue(rows.read(), group)
                self.assertFalse(rows.has_access("write"))
                model.with_user(user).get_views([(False, "list"), (False, "search")])
            row = self.rollforward.with_user(user).search([])[-1:]
            action = row.action_view_movements()
            movement = self.movement.with_user(user).search(action["domain"])[-1:]
            self.assertIn(
                movement.action_view_entry()["res_model"],
                ("account.move", "continuity.order"),
            )
        seller = self._create_user("roll_seller", SELLER_ALL)
        for model in models:
            with self.assertRaises(AccessError):
                model.with_user(seller).search([])

    @freeze_time("2027-09-10 12:00:00")
    def test_screen(self):
        """Balances do not add: no group shows them; every view opens."""
        self._book(7.0, "2027-08-05")
        action = self.env.ref(
            "continuity_program.continuity_prepayment_rollforward_action"
        )
        views = [(False, name) for name in action.view_mode.split(",")]
        fields = self.rollforward.get_views(views)["models"][self.rollforward._name]
        aggregators = {
            name: values.get("aggregator") for name, values in fields["fields"].items()
        }
        self.assertFalse(aggregators["amount_opening"])
        self.assertFalse(aggregators["amount_closing"])
        self.assertEqual(aggregators["amount_other"], "sum")
        # Two clicks from the app, for those who keep the books
        menu = self.env.ref("continuity_program.continuity_prepayment_rollforward_menu")
        self.assertEqual(menu.action, action)
        auditor = self._create_user("roll_auditor", AUDITOR)
        menus = self.env["ir.ui.menu"].with_user(auditor)
        self.assertIn(menu.id, menus._visible_menu_ids())
        found = self.rollforward.search([("amount_difference", "!=", 0)])
        self.assertEqual(found.mapped("amount_difference"), [7.0])
