# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The lives of rules C4, figure by figure, in three currencies."""

from odoo.tests import tagged

from .lives import LivesCase

# Entries that come again, as in rules C3 and C4
PAID_A = "Dr OUT 14.94|1494|14.945 Cr AR 14.94|1494|14.945"
PAID_B = "Dr OUT 22.32|2232|22.327 Cr AR 22.32|2232|22.327"
PAID_C = "Dr OUT 32.85|3285|32.858 Cr AR 32.85|3285|32.858"
BILL_A = "Dr AR 14.94|1494|14.945 Cr REV 12.35|1235|12.351 Cr VAT 2.59|259|2.594"
BILL_B = "Dr AR 22.32|2232|22.327 Cr REV 18.45|1845|18.452 Cr VAT 3.87|387|3.875"
BILL_C = "Dr AR 32.85|3285|32.858 Cr REV 27.15|2715|27.155 Cr VAT 5.70|570|5.703"
UPFRONT = "Dr AR 70.12|7012|70.129 Cr PRE 57.95|5795|57.958 Cr VAT 12.17|1217|12.171"
PAID_ALL = "Dr OUT 70.12|7012|70.129 Cr AR 70.12|7012|70.129"
ZERO_A = "Dr PRE 12.35|1235|12.351 Cr REV 12.35|1235|12.351"
ZERO_B = "Dr PRE 18.45|1845|18.452 Cr REV 18.45|1845|18.452"
ZERO_C = "Dr PRE 27.15|2715|27.155 Cr REV 27.15|2715|27.155"
PAID_1 = "Dr OUT 23.37|2337|23.376 Cr AR 23.37|2337|23.376"
PAID_3 = "Dr OUT 23.38|2338|23.377 Cr AR 23.38|2338|23.377"
ROW_A = "09-10 14.94|1494|14.945 paid"
ROW_B = "10-01 22.32|2232|22.327 paid"
ROW_C = "10-22 32.85|3285|32.858 paid"
ROW_ALL = "09-10 70.12|7012|70.129 paid"
INSTALMENT_1 = "09-10 23.37|2337|23.376"
INSTALMENT_2 = "10-10 23.37|2337|23.376"
INSTALMENT_3 = "11-10 23.38|2338|23.377"


class ModeALives:
    """Per shipment, paid when the child is created."""

    def test_a_plain(self):
        """MA1 to MA3, and the end: three shipments, nothing left."""
        self.live(
            "A",
            ("09-10", "submit", "", ""),
            ("09-10", "children", PAID_A, ROW_A),
            ("09-10", "ship", BILL_A),
            ("10-01", "children, ship", f"{PAID_B}; {BILL_B}", f"{ROW_A}, {ROW_B}"),
            ("10-22", "children", PAID_C, f"{ROW_A}, {ROW_B}, {ROW_C}"),
            ("10-22", "ship, is closed", BILL_C),
        )
        self.assertEqual(self._get_change("AR"), 0.0)
        self.assertEqual(self.sale_order.invoice_status, "invoiced")

    def test_a_declined_twice(self):
        """MA4: tried again after one and after three days."""
        declined = "10-01 22.32|2232|22.327 declined"
        self.go_on(
            "A",
            ("10-01", "card cancel, children", "", f"{ROW_A}, {declined}"),
            ("10-01", "child 2 draft, close", ""),
            ("10-02", "pay, is running", "", f"{ROW_A}, {declined}"),
            ("10-04", "card done, pay", "", f"{ROW_A}, {declined}"),
            ("10-05", "pay, child 2 sale", PAID_B, f"{ROW_A}, {ROW_B}"),
            ("10-05", "ship", BILL_B),
        )

    def test_a_declined_for_good(self):
        """MA4: limit 2 is three attempts; a third decline is a payment hold."""
        declined = "10-01 22.32|2232|22.327 declined"
        self.go_on(
            "A",
            ("10-01", "card cancel, children", ""),
            ("10-02", "pay, is running", ""),
            ("10-05", "pay, is on_hold, child 2 draft", "", f"{ROW_A}, {declined}"),
            ("10-22", "children, shipments done ordered planned", ""),
            ("10-25", "newcard, is running, pay, child 2 sale", PAID_B),
        )

    def test_a_skip(self):
        """MA5: no money; the order closes after child 2."""
        self.go_on(
            "A",
            ("09-15", "skip 3", "", ROW_A),
            ("10-01", "children", PAID_B),
            ("10-01", "ship, is closed", BILL_B, f"{ROW_A}, {ROW_B}"),
        )

    def test_a_dearer(self):
        """MA6: another product at its own price, taxed as it is."""
        self.go_on(
            "A",
            ("09-15", "substitute 2 dearer new", ""),
            (
                "10-01",
                "children",
                "Dr OUT 26.62|2662|26.626 Cr AR 26.62|2662|26.626",
                f"{ROW_A}, 10-01 26.62|2662|26.626 paid",
            ),
            (
                "10-01",
                "ship",
                (
                    "Dr AR 26.62|2662|26.626 Cr REV 22.00|2200|22.005"
                    " Cr VAT 4.62|462|4.621"
                ),
            ),
        )

    def test_a_dearer_at_the_old_price(self):
        """MA6: price kept."""
        self.go_on(
            "A",
            ("09-15", "substitute 2 dearer", ""),
            ("10-01", "children", PAID_B, f"{ROW_A}, {ROW_B}"),
            ("10-01", "ship", BILL_B),
        )

    def test_a_cheaper(self):
        """MA7."""
        self.go_on(
            "A",
            ("09-15", "substitute 2 cheaper new", ""),
            (
                "10-01",
                "children",
                "Dr OUT 18.15|1815|18.151 Cr AR 18.15|1815|18.151",
                f"{ROW_A}, 10-01 18.15|1815|18.151 paid",
            ),
            (
                "10-01",
                "ship",
                (
                    "Dr AR 18.15|1815|18.151 Cr REV 15.00|1500|15.001"
                    " Cr VAT 3.15|315|3.150"
                ),
            ),
        )

    def test_a_end(self):
        """MA10: the later ones are cancelled, and nothing else is asked for."""
        self.live(
            "A",
            ("09-10", "submit, end 1", "", ""),
            ("09-10", "children, ship, is closed", f"{PAID_A}; {BILL_A}", ROW_A),
            ("10-22", "children, shipments done cancelled cancelled", "", ROW_A),
        )

    def test_a_other_tax_rate(self):
        """MA11: the tax of the child's day."""
        vat_19 = self._create_vat("VAT 19", 19.0)
        self.go_on("A")
        self.goods.taxes_id = vat_19
        self.step(
            "10-01",
            "children",
            "Dr OUT 21.96|2196|21.958 Cr AR 21.96|2196|21.958",
            f"{ROW_A}, 10-01 21.96|2196|21.958 paid",
        )
        self.step(
            "10-01",
            "ship",
            "Dr AR 21.96|2196|21.958 Cr REV 18.45|1845|18.452 Cr VAT 3.51|351|3.506",
        )


class ModeCLives:
    """Paid and invoiced at Submit; the children release it."""

    def test_c_plain(self):
        """MC1, MC2, MC19: every document of C3, and zero at the end."""
        self.live(
            "C",
            ("09-10", "submit", f"{PAID_ALL}; {UPFRONT}", ROW_ALL),
            ("09-10", "children", "", ROW_ALL),
            ("09-10", "ship, is running", ZERO_A),
            ("10-01", "children, ship", ZERO_B),
            ("10-22", "children, ship, is closed", ZERO_C, ROW_ALL),
        )
        for account in ("PRE", "AR"):
            self.assertEqual(self._get_change(account), 0.0)
        self.assertEqual(self.sale_order.invoice_status, "invoiced")

    def test_c_declined(self):
        """MC1d: the quotation stays, nothing is posted."""
        self.live(
            "C",
            (
                "09-10",
                "card cancel, submit, is draft",
                "",
                "09-10 70.12|7012|70.129 declined",
            ),
            ("09-10", "newcard, submit", f"{PAID_ALL}; {UPFRONT}", ROW_ALL),
        )

    def test_c_pending(self):
        """MC1p: confirmed and billed; the money comes three days later."""
        self.live(
            "C",
            (
                "09-10",
                "card pending, submit, is running",
                UPFRONT,
                "09-10 70.12|7012|70.129 pending",
            ),
            ("09-13", "done, is running", PAID_ALL, ROW_ALL),
        )

    def do_done(self):
        """The bank debit came."""
        transaction = self.order.payment_ids.transaction_id
        transaction._set_done()
        transaction._post_process()

    def test_c_postpone(self):
        """MC4: behind the last shipment, no entry."""
        self.go_on(
            "C",
            ("09-15", "postpone 2, dates 09-10 11-12 10-22", "", ROW_ALL),
            ("10-22", "children, ship, is running", ZERO_C),
            ("11-12", "children, ship, is closed", ZERO_B),
        )

    def test_c_substitute(self):
        """MC6: price kept; Z2 is of the new product at the prepaid price."""
        self.go_on(
            "C",
            ("09-15", "substitute 2 dearer", "", ROW_ALL),
            ("10-01", "children, ship", ZERO_B),
        )
        child = self._get_shipment(2).child_order_id
        self.assertEqual(child.order_line[0].product_id, self.dearer)
        self.assertEqual(child.amount_total, 0.0)

    def test_c_other_tax_rate(self):
        """MC18: both lines keep the taxes of the up-front invoice."""
        vat_19 = self._create_vat("VAT 19", 19.0)
        self.go_on("C")
        self.goods.taxes_id = vat_19
        self.step("10-01", "children, ship", ZERO_B, ROW_ALL)
        invoice = self._get_shipment(2).child_order_id.invoice_ids
        self.assertEqual(invoice.invoice_line_ids.tax_ids, self.vat)


class ModeDLives:
    """Invoiced at Submit, paid by schedule."""

    def test_d_plain(self):
        """MD1 to MD3: the job charges each instalment on its day."""
        paid = f"{INSTALMENT_1} paid"
        self.live(
            "D",
            (
                "09-10",
                "submit",
                UPFRONT,
                (
                    f"{INSTALMENT_1} scheduled, {INSTALMENT_2} scheduled,"
                    f" {INSTALMENT_3} scheduled"
                ),
            ),
            (
                "09-10",
                "pay",
                PAID_1,
                f"{paid}, {INSTALMENT_2} scheduled, {INSTALMENT_3} scheduled",
            ),
            ("09-10", "children, ship", ZERO_A),
            ("10-01", "pay, children, ship", ZERO_B),
            ("10-10", "pay", PAID_1),
            ("10-22", "children, ship, is running", ZERO_C),
            (
                "11-10",
                "pay, close, is closed",
                PAID_3,
                f"{paid}, {INSTALMENT_2} paid, {INSTALMENT_3} paid",
            ),
        )
        for account in ("PRE", "AR"):
            self.assertEqual(self._get_change(account), 0.0)

    def test_d_declined_and_new_card(self):
        """MD4, MD5: no child and no charge while held; a new card lets both go on."""
        self.go_on(
            "D",
            ("10-01", "pay, children, ship", ZERO_B),
            ("10-10", "card cancel, pay, is running", ""),
            ("10-11", "pay, is running", ""),
            (
                "10-14",
                "pay, is on_hold",
                "",
                (
                    f"{INSTALMENT_1} paid, {INSTALMENT_2} declined,"
                    f" {INSTALMENT_3} scheduled"
                ),
            ),
            ("10-22", "pay, children, shipments done done planned", ""),
            ("10-25", "newcard, is running, pay", PAID_1),
            ("10-25", "children, ship, shipments done done done", ZERO_C),
            ("11-10", "pay, close, is closed", PAID_3),
        )

    def test_d_written_off(self):
        """MD12: the order closes, the receivable is the accountant's."""
        self.go_on(
            "D",
            ("10-01", "children, ship", ZERO_B),
            ("10-10", "pay", PAID_1),
            ("10-22", "children, ship", ZERO_C),
            ("11-10", "card cancel, pay", ""),
            ("11-11", "pay", ""),
            ("11-14", "pay, is on_hold", ""),
        )
        self.order.payment_ids.filtered(
            lambda row: row.state == "declined"
        ).action_write_off()
        with self.subTest("closed"):
            self._execute("close_orders", date=self.day, sale_order=self.sale_order)
            self.assertEqual(self.order.state, "closed")
        self.assertAmount(
            self.order.upfront_invoice_id.amount_residual,
            (23.38, 2338, 23.377)[self.column],
        )
        self.assertEqual(self._get_change("PRE"), 0.0)


class Lives(ModeALives, ModeCLives, ModeDLives):
    """All of them, played once per currency."""


@tagged("post_install", "-at_install")
class TestLivesEur(Lives, LivesCase):
    currency_name = "EUR"


@tagged("post_install", "-at_install")
class TestLivesJpy(Lives, LivesCase):
    currency_name = "JPY"


@tagged("post_install", "-at_install")
class TestLivesKwd(Lives, LivesCase):
    currency_name = "KWD"
