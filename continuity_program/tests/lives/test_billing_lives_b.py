# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.tests import freeze_time, tagged

from ..cases.billing import BillingCase

#: Rules C1 and C4: totals and instalments of A, B and C, net and tax of A.
FIGURES = {
    "EUR": {
        1: (4.98, 4.98, 4.98),
        2: (7.44, 7.44, 7.44),
        3: (10.95, 10.95, 10.95),
        "net": 12.35,
        "tax": 2.59,
        "gross": 14.94,
    },
    "JPY": {
        1: (498, 498, 498),
        2: (744, 744, 744),
        3: (1095, 1095, 1095),
        "net": 1235,
        "tax": 259,
        "gross": 1494,
    },
    "KWD": {
        1: (4.981, 4.981, 4.983),
        2: (7.442, 7.442, 7.443),
        3: (10.952, 10.952, 10.954),
        "net": 12.351,
        "tax": 2.594,
        "gross": 14.945,
    },
}
DAYS = {
    1: ("2027-09-10", "2027-10-10", "2027-11-10"),
    2: ("2027-10-01", "2027-11-01", "2027-12-01"),
    3: ("2027-10-25", "2027-11-25", "2027-12-25"),
}


@tagged("post_install", "-at_install")
class TestBillingLivesB(BillingCase):
    """Lives MB1–MB7 of rules C4: each shipment paid by three monthly instalments."""

    def _sell(self, currency):
        self._set_currency(currency)
        schedule = self.env["continuity.payment.schedule"].create(
            {
                "name": "3 monthly",
                "code": "3M",
                "allocation": "fixed_quantity",
                "unit": "months",
                "number_of_payments": 3,
            }
        )
        product = self._create_club("CLUBB", payment_schedule_id=schedule.id)
        with freeze_time("2027-09-10 12:00:00"):
            order = self._quote(product)
            order.action_confirm()
        return order.continuity_order_ids

    def _night(self, day, *jobs):
        with freeze_time(f"{day} 12:00:00"):
            for job in jobs or ("process_payments", "create_child_orders"):
                run = self._execute(job)
                self.assertFalse(run.failed_count, run.message)

    def _rows(self, order, number):
        shipment = order.shipment_ids.filtered(lambda s: s.number == number)
        return order.payment_ids.filtered(
            lambda row: row.shipment_id == shipment
        ).sorted("sequence")

    def _assert_instalments(self, order, number, amounts):
        rows = self._rows(order, number)
        self.assertEqual([f"{row.due_date}" for row in rows], list(DAYS[number]))
        self.assertEqual(rows.mapped("amount"), list(amounts))
        return rows

    def _check_life(self, currency):
        figures = FIGURES[currency]
        order = self._sell(currency)
        # MB1: a token secures it, nothing is charged
        self.assertEqual(order.state, "running")
        self.assertFalse(order.payment_ids)
        # MB2: the first instalment is charged when the child is created
        self._night("2027-09-10")
        first = self._assert_instalments(order, 1, figures[1])
        self.assertEqual(first.mapped("state"), ["paid", "scheduled", "scheduled"])
        self.assertEqual(
            self._entry(first[0].transaction_id.payment_id.move_id),
            {
                self.outstanding_account: figures[1][0],
                self.receivable: -figures[1][0],
            },
        )
        self._check_invoice(order, first, figures)
        # MB4
        self._night("2027-10-01")
        second = self._assert_instalments(order, 2, figures[2])
        self.assertEqual(second.mapped("state"), ["paid", "scheduled", "scheduled"])
        self._check_declined_and_new_card(order, first, figures)

    def _check_invoice(self, order, rows, figures):
        """MB3: all tax at delivery; three due dates, the first one is paid."""
        child = rows.child_order_id
        with freeze_time("2027-09-10 12:00:00"):
            invoice = child._create_invoices()
            invoice.action_post()
        self.assertEqual(
            self._entry(invoice),
            {
                self.receivable: figures["gross"],
                self.revenue_account: -figures["net"],
                self.vat_account: -figures["tax"],
            },
        )
        lines = rows.mapped("receivable_line_id")
        self.assertEqual(lines.mapped("balance"), list(figures[1]))
        self.assertEqual(
            lines.mapped("amount_residual"), [0.0, figures[1][1], figures[1][2]]
        )

    def _check_declined_and_new_card(self, order, first, figures):
        """MB5, MB6: the limit, the hold, a new card; child 3 counts from its day."""
        order.payment_token_id.demo_simulated_state = "error"
        for day, attempts in (
            ("2027-10-10", 1),
            ("2027-10-11", 2),
            ("2027-10-13", 2),
            ("2027-10-14", 3),
        ):
            self._night(day)
            self.assertRecordValues(
                first[1], [{"state": "declined", "attempts": attempts}]
            )
        self.assertEqual(order.state, "on_hold")
        self._night("2027-10-22")
        self.assertFalse(self._rows(order, 3))
        with freeze_time("2027-10-25 12:00:00"):
            order._set_payment_token(self._create_token())
        self.assertEqual(order.state, "running")
        self._night("2027-10-25")
        self.assertEqual(first.mapped("state"), ["paid", "paid", "scheduled"])
        self.assertEqual(first[1].receivable_line_id.amount_residual, 0.0)
        third = self._assert_instalments(order, 3, figures[3])
        self.assertEqual(third.mapped("state"), ["paid", "scheduled", "scheduled"])
        self.assertEqual(third.child_order_id.state, "sale")

    def test_eur(self):
        self._check_life("EUR")

    def test_jpy(self):
        self._check_life("JPY")

    def test_kwd(self):
        self._check_life("KWD")

    def test_tax_rounded_per_line(self):
        """Both ways of rounding give the same child of one product."""
        self.company.tax_calculation_rounding_method = "round_per_line"
        self._check_life("EUR")

    def test_cancelled_after_the_first_child(self):
        """MB7: what was delivered is paid on its days, nothing else."""
        order = self._sell("EUR")
        self._night("2027-09-10")
        order.sale_order_id._action_cancel()
        self.assertEqual(
            order.payment_ids.mapped("state"), ["paid", "scheduled", "scheduled"]
        )
        self._night("2027-10-10")
        self._night("2027-11-10")
        self.assertEqual(set(order.payment_ids.mapped("state")), {"paid"})
        self.assertAlmostEqual(sum(order.payment_ids.mapped("amount")), 14.94)
        self.assertEqual(max(order.payment_ids.mapped("due_date")), date(2027, 11, 10))
