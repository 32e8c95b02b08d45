# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from ..cases.close import CloseCase
from ..common import ACCOUNTANT, MANAGER, SELLER_ALL


@tagged("post_install", "-at_install")
class TestPrepaymentReport(CloseCase):
    """*Open prepayment per continuity order* (rules C6, D-7).

    That its total is the balance of the account after every step of an order is
    looked at in the lives.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.currency = cls._set_currency("EUR")
        cls.report = cls.env["continuity.prepayment.report"]

    def _read(self, order):
        self.report.invalidate_model()
        return self.report.search([("continuity_order_id", "=", order.id)])

    @freeze_time("2027-09-10 12:00:00")
    def test_amounts(self):
        """Prepaid, released, credited, open, ledger; instalments of later days."""
        schedule = self.env["continuity.payment.schedule"].create(
            {"name": "3 monthly", "code": "3M", "number_of_payments": 3}
        )
        product = self._create_club(bill_upfront=True, payment_schedule_id=schedule.id)
        order = self._submit(product)
        values = {
            "company_id": self.company.id,
            "program_id": order.program_id.id,
            "partner_id": self.customer.id,
            "account_id": self.prepayment_account.id,
            "invoice_id": order.upfront_invoice_id.id,
            "state": "running",
            "amount_prepaid": 57.95,
            "amount_released": 0.0,
            "amount_credited": 0.0,
            "amount_open": 57.95,
            "amount_ledger": 57.95,
            "amount_difference": 0.0,
            # 23.37 is due today
            "amount_not_due": 46.75,
        }
        self.assertRecordValues(self._read(order), [values])
        # The paper says the same: three instalments, each with its day
        html, _type = self.env["ir.actions.report"]._render_qweb_html(
            "account.report_invoice", order.upfront_invoice_id.ids
        )
        self.assertEqual(html.decode().count("Installment of"), 3)
        for text in ("23.37", "23.38", "10/10/2027", "11/10/2027"):
            self.assertIn(text, html.decode())
        self._execute("process_payments")
        self._ship(order, 1, "2027-09-10")
        self._run("2027-09-10")
        values.update(amount_released=12.35, amount_open=45.60, amount_ledger=45.60)
        self.assertRecordValues(self._read(order), [values])
        third = order.shipment_ids[2]
        note = order._create_credit_notes(order._get_creditable(third))
        self.assertEqual(self._read(order).amount_credited, 0.0, "a draft ends nothing")
        note.action_post()
        values.update(
            # 32.85 less the last instalment of 23.38 leaves 13.90 of the second
            amount_credited=27.15,
            amount_open=18.45,
            amount_ledger=18.45,
            amount_not_due=13.90,
        )
        self.assertRecordValues(self._read(order), [values])

    @freeze_time("2027-09-10 12:00:00")
    def test_tax_included_and_rounding(self):
        """N13: the amounts are net; what rounding leaves is the difference."""
        self.goods.list_price = 9.99
        self.vat.price_include_override = "tax_included"
        order = self._submit(self._create_club(bill_upfront=True))
        self.assertEqual(self._read(order).amount_prepaid, 24.78)
        self.assertEqual(self._read(order).amount_ledger, 24.77)
        self.assertEqual(self._read(order).amount_difference, -0.01)
        self._live(order)
        self.assertEqual(order.state, "closed")
        self.assertRecordValues(
            self._read(order),
            [{"amount_open": 0.0, "amount_ledger": 0.0, "amount_difference": 0.0}],
        )

    @freeze_time("2027-09-10 12:00:00")
    def test_other_currency(self):
        """BR10: company currency, at the rate of the up-front invoice."""
        pricelist = self._create_foreign_pricelist(self.env.ref("base.GBP"))
        order = self._submit(
            self._create_club(bill_upfront=True), pricelist_id=pricelist.id
        )
        # 15.44 + 23.06 + 33.94
        self.assertRecordValues(
            self._read(order),
            [{"amount_open": 72.44, "amount_ledger": 72.44, "amount_difference": 0.0}],
        )
        self._live(order)
        self.assertRecordValues(
            self._read(order),
            [{"amount_released": 72.44, "amount_open": 0.0, "amount_ledger": 0.0}],
        )

    @freeze_time("2027-09-10 12:00:00")
    def test_booked_without_an_order(self):
        """What somebody books on the account by hand is seen, and can be opened."""
        order = self._submit(self._create_club(bill_upfront=True))
        self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": self.revenue_journal.id,
                "date": "2027-09-10",
                "line_ids": [
                    Command.create(
                        {"account_id": self.prepayment_account.id, "balance": 5.0}
                    ),
                    Command.create(
                        {"account_id": self.revenue_account.id, "balance": -5.0}
                    ),
                ],
            }
        ).action_post()
        rows = self.report.search([("account_id", "=", self.prepayment_account.id)])
        self.assertRecordValues(
            rows.sorted("amount_ledger"),
            [
                {
                    "continuity_order_id": False,
                    "amount_open": 0.0,
                    "amount_ledger": -5.0,
                    "amount_difference": -5.0,
                },
                {
                    "continuity_order_id": order.id,
                    "amount_open": 57.95,
                    "amount_ledger": 57.95,
                    "amount_difference": 0.0,
                },
            ],
        )
        stray, mine = rows.sorted("amount_ledger")
        self.assertIn("no continuity order", stray.display_name)
        items = self.env["account.move.line"].search(
            stray.action_view_order()["domain"]
        )
        self.assertEqual(items.mapped("balance"), [5.0])
        self.assertEqual(mine.action_view_order()["res_id"], order.id)
        items = self.env["account.move.line"].search(
            mine.action_view_entries()["domain"]
        )
        self.assertEqual(items.move_id, order.upfront_invoice_id)

    @freeze_time("2027-09-10 12:00:00")
    def test_lists_are_worked_off_once(self):
        """The rule of the companies does not ask for the whole query once more."""
        self._submit(self._create_club(bill_upfront=True))
        env = self.env(user=self._create_user("report_once", ACCOUNTANT))
        queries = []
        execute = self.env.cr.execute

        def keep(query, *args, **kwargs):
            queries.append(str(query))
            return execute(query, *args, **kwargs)

        for model in (self.report._name, "continuity.prepayment.rollforward"):
            queries.clear()
            with patch.object(self.env.cr, "execute", keep):
                found = env[model].web_search_read(
                    [("account_id", "=", self.prepayment_account.id)],
                    {"account_id": {}, "currency_id": {}},
                    limit=80,
                )
            self.assertEqual(found["length"], 1)
            self.assertEqual(sum("net_share" in query for query in queries), 1, model)

    @freeze_time("2027-09-10 12:00:00")
    def test_who_may_read(self):
        """Managers and accountants, of their companies; nobody else."""
        order = self._submit(self._create_club(bill_upfront=True))
        for group in (MANAGER, ACCOUNTANT):
            user = self._create_user(f"report_{group}", group)
            report = self.report.with_user(user)
            row = report.search([("continuity_order_id", "=", order.id)])
            # As the screen reads it
            grouped = report.formatted_read_group(
                [], ["program_id"], ["amount_ledger:sum"]
            )
            self.assertEqual(row.read(["amount_open"])[0]["amount_open"], 57.95)
            self.assertIn(57.95, [g["amount_ledger:sum"] for g in grouped])
            row.read()
        seller = self._create_user("report_seller", SELLER_ALL)
        with self.assertRaises(AccessError):
            self.report.with_user(seller).search([])
        other = self.env["res.company"].create({"name": "Another company"})
        stranger = self._create_user("report_stranger", ACCOUNTANT)
        stranger.write(
            {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        )
        rows = self.report.with_user(stranger).with_company(other).search([])
        self.assertFalse(rows)
