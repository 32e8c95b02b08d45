# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..common import ACCOUNTANT, MANAGER, SELLER_ALL, ContinuityCommon

AUDITOR = "account.group_account_readonly"


@tagged("post_install", "-at_install")
class TestDunningReport(ContinuityCommon):
    """*Declined payments*: what was refused, and what came back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.report = cls.env["continuity.dunning.report"]
        cls.card = cls._create_token()
        cls.other_card = cls._create_token()
        cls.number = 0
        cls.books, cls.coffee, cls.tea = (
            cls._quote(code) for code in ("BOOK", "COFFEE", "TEA")
        )

    @classmethod
    def _quote(cls, code, **values):
        product = cls._create_parent_product(cls._create_program(code=code))
        return cls._create_order(product, **values).continuity_order_ids

    @classmethod
    def _create_row(cls, order, amount, attempts, state="paid", **values):
        """A payment whose card was asked.

        Attempts are tuples: the answer, the moment, and what else differs.
        """
        cls.number += 1
        transactions = cls.env["payment.transaction"].sudo().browse()
        for place, (answer, moment, *more) in enumerate(attempts):
            transactions |= transactions.create(
                {
                    "provider_id": cls.provider.id,
                    "payment_method_id": cls.card_method.id,
                    "token_id": cls.card.id,
                    "reference": f"dunning-{cls.number}-{place}",
                    "amount": amount,
                    "currency_id": order.currency_id.id,
                    "partner_id": cls.customer.id,
                    "operation": "offline",
                    "state": answer,
                    "last_state_change": f"{moment} 12:00:00",
                    **(more[0] if more else {}),
                }
            )
        return (
            cls.env["continuity.payment"]
            .sudo()
            .create(
                {
                    "continuity_order_id": order.id,
                    "sequence": 100 + cls.number,
                    "due_date": attempts[0][1],
                    "amount": amount,
                    "state": state,
                    "transaction_ids": [Command.set(transactions.ids)],
                    "transaction_id": transactions[-1:].id,
                    **values,
                }
            )
        )

    def _no(self, moment, code="insufficient_funds", hard=False, **values):
        return (
            "error",
            moment,
            {
                "continuity_decline_code": code,
                "continuity_decline_kind": "hard" if hard else "soft",
                **values,
            },
        )

    def _read(self, rows):
        self.env.flush_all()
        self.report.invalidate_model()
        return self.report.search([("continuity_payment_id", "in", rows.ids)])

    def _sum(self, *names, groups=(), domain=()):
        self.env.flush_all()
        return self.report.formatted_read_group(list(domain), list(groups), list(names))

    # === FIGURES === #

    def _create_year(self):
        """84 payments by card, six of them refused at first."""
        for _number in range(78):
            self._create_row(self.books, 20.0, [("done", "2027-03-10")])
        stopped = self._quote("STOPPED")
        stopped.write(
            {
                "end_reason_id": self.env["continuity.end.reason"]._get_unpaid().id,
                "ended_date": date(2027, 7, 16),
            }
        )
        self._create_row(
            self.books, 20.0, [self._no("2027-05-15"), ("done", "2027-05-16")]
        )
        self._create_row(
            self.books,
            20.0,
            [self._no(day) for day in ("2027-05-08", "2027-05-11", "2027-05-15")],
            "cancelled",
            cancel_kind="written_off",
        )
        self._create_row(
            self.coffee,
            12.0,
            [
                self._no("2027-06-07", "do_not_honor"),
                self._no("2027-06-08", "do_not_honor"),
                ("done", "2027-06-11"),
            ],
        )
        self._create_row(self.coffee, 12.0, [self._no("2027-08-30")], "declined")
        self._create_row(
            stopped, 12.0, [self._no("2027-07-05", "stolen_card", True)], "declined"
        )
        self._create_row(
            self.tea,
            19.98,
            [
                self._no("2027-04-01", "expired_card", True),
                ("done", "2027-04-09", {"token_id": self.other_card.id}),
            ],
        )

    @freeze_time("2027-09-01 12:00:00")
    def test_year(self):
        """Figures counted by hand."""
        self._create_year()
        [total] = self._sum(
            "tried_count:sum",
            "attempt_count:sum",
            "first_rate:avg",
            "refused_count:sum",
            "recovered_count:sum",
            "lost_count:sum",
            "open_count:sum",
            "amount_refused:sum",
            "amount_recovered:sum",
            "amount_lost:sum",
            "amount_open:sum",
            "recovery_rate:avg",
            "recovery_amount_rate:avg",
        )
        self.assertEqual(
            [round(value, 4) for name, value in total.items() if ":" in name],
            [84, 90, 0.9286, 6, 3, 2, 1, 95.98, 51.98, 32.0, 12.0, 0.6, 0.6190],
        )
        by_code = self._sum(
            "recovered_count:sum",
            "lost_count:sum",
            "open_count:sum",
            groups=["decline_code", "decline_kind"],
            domain=[("outcome", "!=", "smooth")],
        )
        self.assertEqual(
            {
                (group["decline_code"], group["decline_kind"]): (
                    group["recovered_count:sum"],
                    group["lost_count:sum"],
                    group["open_count:sum"],
                )
                for group in by_code
            },
            {
                ("insufficient_funds", "soft"): (1, 1, 1),
                ("expired_card", "hard"): (1, 0, 0),
                ("do_not_honor", "soft"): (1, 0, 0),
                ("stolen_card", "hard"): (0, 1, 0),
            },
        )
        recovered = self.report.search([("outcome", "=", "recovered")])
        self.assertEqual(
            sorted(
                (row.recovered_by, row.recovered_attempt, row.recovered_days)
                for row in recovered
            ),
            [("new", 2, 8), ("same", 2, 1), ("same", 3, 4)],
        )
        self.assertFalse(self.report.search([("is_mistake", "=", True)]))
        by_month = self._sum(
            "refused_count:sum",
            groups=["tried_date:month"],
            domain=[("outcome", "!=", "smooth")],
        )
        self.assertEqual([g["refused_count:sum"] for g in by_month], [1, 2, 1, 1, 1])

    @freeze_time("2027-09-01 12:00:00")
    def test_ratio_of_sums(self):
        """30 of 40 came back, not the mean of 0 and 1; by program, and in total."""
        self._create_row(
            self.books, 30.0, [self._no("2027-08-01"), ("done", "2027-08-02")]
        )
        self._create_row(self.books, 10.0, [self._no("2027-08-01")], "cancelled")
        self._create_row(self.coffee, 60.0, [self._no("2027-08-01")], "cancelled")
        self._create_row(self.tea, 5.0, [self._no("2027-08-01")], "declined")
        groups = self._sum("recovery_amount_rate:avg", groups=["program_id"])
        self.assertEqual(
            [group["recovery_amount_rate:avg"] or 0.0 for group in groups],
            [0.75, 0.0, 0.0],
        )
        [total] = self._sum("recovery_amount_rate:avg")
        self.assertAlmostEqual(total["recovery_amount_rate:avg"], 0.30)

    # === WHAT COUNTS === #

    @freeze_time("2027-09-01 12:00:00")
    def test_not_an_attempt(self):
        """A look at a card, what was never sent, and what nobody answered yet."""
        row = self._create_row(
            self.books,
            20.0,
            [
                ("done", "2027-08-01", {"operation": "validation"}),
                ("draft", "2027-08-01"),
                ("cancel", "2027-08-01"),
                ("error", "2027-08-02", {"continuity_no_answer": True}),
            ],
            "unknown",
        )
        self.assertFalse(self._read(row))
        # The answer comes: it was paid
        row.transaction_id.write({"state": "done", "continuity_no_answer": False})
        row.state = "paid"
        self.assertRecordValues(
            self._read(row),
            [{"outcome": "smooth", "attempt_count": 1, "first_rate": 1.0}],
        )

    @freeze_time("2027-09-01 12:00:00")
    def test_hard_decline_again(self):
        """The same card after a hard decline is a mistake; another card is not."""
        hard = self._no("2027-08-01", "stolen_card", True)
        mistake = self._create_row(
            self.books, 20.0, [hard, self._no("2027-08-02")], "declined"
        )
        soft = self._create_row(
            self.books, 20.0, [self._no("2027-08-01"), hard], "declined"
        )
        fine = self._create_row(
            self.books,
            20.0,
            [hard, ("done", "2027-08-03", {"token_id": self.other_card.id})],
        )
        self.assertTrue(self._read(mistake).is_mistake)
        self.assertFalse(self._read(soft).is_mistake)
        self.assertEqual(self._read(soft).decline_kind, "soft")
        self.assertFalse(self._read(fine).is_mistake)

    @freeze_time("2027-09-01 12:00:00")
    def test_chargeback(self):
        """Number, amount and share of what was charged, by the month of the charge."""
        back = {"continuity_charged_back": True}
        self._create_row(self.books, 30.0, [("done", "2027-07-10")])
        self._create_row(self.books, 10.0, [("done", "2027-07-10", back)], "declined")
        self._create_row(self.books, 20.0, [("done", "2027-08-10")])
        groups = self._sum(
            "chargeback_count:sum",
            "amount_charged_back:sum",
            "chargeback_rate:avg",
            groups=["charged_date:month"],
        )
        self.assertEqual(
            [
                (
                    group["chargeback_count:sum"],
                    group["amount_charged_back:sum"],
                    group["chargeback_rate:avg"],
                )
                for group in groups
            ],
            [(1, 10.0, 0.25), (0, 0.0, 0.0)],
        )
        self.assertFalse(self.report.search([("outcome", "!=", "smooth")]))

    def test_day_of_the_company(self):
        """Days are those of the company's zone."""
        self.company.partner_id.tz = "Pacific/Auckland"
        row = self._create_row(self.books, 20.0, [("done", "2027-08-01")])
        self.assertEqual(self._read(row).tried_date, date(2027, 8, 2))

    # === THROUGH THE DOORS === #

    def test_life(self):
        """Refused by night, then paid by transfer: recovered another way."""
        schedule = self.env["continuity.payment.schedule"].create(
            {"name": "3 monthly", "code": "3M", "number_of_payments": 3}
        )
        product = self._create_parent_product(
            self._create_program(
                "LIFE", bill_upfront=True, payment_schedule_id=schedule.id
            )
        )
        with freeze_time("2027-09-10 12:00:00"):
            sale_order = self._create_sold_order(product, self._create_token("error"))
            order = sale_order.continuity_order_ids
            self._execute("process_payments")
            row = order.payment_ids.sorted("sequence")[0]
            self.assertRecordValues(
                self._read(row),
                [
                    {
                        "outcome": "open",
                        "attempt_count": 1,
                        "turn": 0,
                        "program_id": order.program_id.id,
                        "provider_id": self.provider.id,
                        "amount": row.amount,
                        "amount_open": row.amount,
                        "refused_date": date(2027, 9, 10),
                    }
                ],
            )
        with freeze_time("2027-09-15 12:00:00"):
            self.env["account.payment.register"].with_context(
                active_model="account.move", active_ids=order.upfront_invoice_id.ids
            ).create({})._create_payments()
            self.assertEqual((row.state, row.is_paid_otherwise), ("paid", True))
            self.assertRecordValues(
                self._read(row),
                [
                    {
                        "outcome": "recovered",
                        "recovered_by": "otherwise",
                        "recovered_days": 5,
                    }
                ],
            )
            action = self._read(row).action_view_payment()
            self.assertEqual(action["res_id"], row.id)
        # Rows that no card was asked for are none of this report
        self.assertFalse(self._read(order.payment_ids - row))

    # === CURRENCY, RIGHTS === #

    @freeze_time("2027-09-01 12:00:00")
    def test_other_currency(self):
        """At the rate of today; a currency without a rate is refused by its name."""
        foreign = self.env.ref("base.GBP")
        foreign.active = True
        foreign.rate_ids.unlink()
        pricelist = self.env["product.pricelist"].create(
            {"name": "Abroad", "currency_id": foreign.id}
        )
        order = self._quote("ABROAD", pricelist_id=pricelist.id)
        row = self._create_row(order, 20.0, [self._no("2027-08-01")], "declined")
        with self.assertRaisesRegex(UserError, "no rate of GBP"):
            self._read(row)
        self.env["res.currency.rate"].create(
            {"currency_id": foreign.id, "name": "2027-08-15", "rate": 0.80}
        )
        self.assertRecordValues(
            self._read(row),
            [{"amount": 25.0, "currency_id": self.company.currency_id.id}],
        )

    @freeze_time("2027-09-01 12:00:00")
    def test_who_may_read(self):
        """Managers, accountants and auditors, of their companies; nobody else."""
        row = self._create_row(self.books, 20.0, [self._no("2027-08-01")], "declined")
        self.env.flush_all()
        menu = self.env.ref("continuity_program.continuity_dunning_report_menu")
        action = self.env.ref("continuity_program.continuity_dunning_report_action")
        self.assertEqual(menu.action, action)
        for group in (MANAGER, ACCOUNTANT, AUDITOR):
            user = self._create_user(f"dunning_{group}", group)
            report = self.report.with_user(user)
            report.get_views([(False, name) for name in ("pivot", "list", "search")])
            found = report.search([("continuity_payment_id", "=", row.id)])
            self.assertEqual(found.read(["amount"])[0]["amount"], 20.0)
            self.assertFalse(found.has_access("write"))
            self.assertIn(
                menu.id, self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
            )
        seller = self._create_user("dunning_seller", SELLER_ALL)
        with self.assertRaises(AccessError):
            self.report.with_user(seller).search([])
        other = self.env["res.company"].create({"name": "Another company"})
        stranger = self._create_user("dunning_stranger", ACCOUNTANT)
        stranger.write(
            {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        )
        report = self.report.with_user(stranger).with_company(other)
        self.assertFalse(report.search([]))
