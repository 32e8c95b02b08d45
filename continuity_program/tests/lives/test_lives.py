# Copyright 2026 Continuity Program maintainers
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
ZERO_A_BACK = "Dr REV 12.35|1235|12.351 Cr PRE 12.35|1235|12.351"
CREDIT_A = "Dr PRE 12.35|1235|12.351 Dr VAT 2.59|259|2.594 Cr AR 14.94|1494|14.945"
CREDIT_B = "Dr PRE 18.45|1845|18.452 Dr VAT 3.87|387|3.875 Cr AR 22.32|2232|22.327"
CREDIT_C = "Dr PRE 27.15|2715|27.155 Dr VAT 5.70|570|5.703 Cr AR 32.85|3285|32.858"
CREDIT_B_C = "Dr PRE 45.60|4560|45.607 Dr VAT 9.58|958|9.577 Cr AR 55.18|5518|55.184"
CREDIT_ALL = "Dr PRE 57.95|5795|57.958 Dr VAT 12.17|1217|12.171 Cr AR 70.12|7012|70.129"
CREDIT_CHEAPER = "Dr PRE 3.45|345|3.451 Dr VAT 0.72|72|0.725 Cr AR 4.17|417|4.176"
REFUND_A = "Dr AR 14.94|1494|14.945 Cr OUT 14.94|1494|14.945"
REFUND_B = "Dr AR 22.32|2232|22.327 Cr OUT 22.32|2232|22.327"
REFUND_C = "Dr AR 32.85|3285|32.858 Cr OUT 32.85|3285|32.858"
PAID_DEARER = "Dr OUT 4.30|430|4.299 Cr AR 4.30|430|4.299"
BILL_DEARER = (
    "Dr AR 4.30|430|4.299 Dr PRE 18.45|1845|18.452"
    " Cr REV 22.00|2200|22.005 Cr VAT 0.75|75|0.746"
)
ROW_A = "09-10 14.94|1494|14.945 paid"
ROW_B = "10-01 22.32|2232|22.327 paid"
ROW_C = "10-22 32.85|3285|32.858 paid"
ROWS_B_1 = (
    "09-10 4.98|498|4.981 paid, 10-10 4.98|498|4.981 scheduled,"
    " 11-10 4.98|498|4.983 scheduled"
)
PAID_B_1 = "Dr OUT 4.98|498|4.981 Cr AR 4.98|498|4.981"
ROW_DEARER = "10-01 4.30|430|4.299 paid"
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

    def test_a_rest_called_off(self):
        """N46, F2: charged for two, one was sent; the other is given back."""
        self.goods.invoice_policy = "delivery"
        self.live(
            "A",
            ("09-10", "submit, children", None),
            ("09-10", "ship 1", None),
            ("09-15", "calloff 1, close", ""),
            (
                "09-15",
                "refund",
                "Dr AR 14.95|1495|14.944 Cr OUT 14.95|1495|14.944",
                "09-10 29.89|2989|29.889 paid",
            ),
            ("09-16", "close, refund", ""),
            quantity=2,
        )
        self.assertAmount(self._get_change("AR"), 0.0)

    def test_a_cancel(self):
        """MA8: no refund, no entry."""
        self.go_on(
            "A",
            ("09-15", "cancel, shipments done cancelled cancelled", "", ROW_A),
            ("10-22", "children, pay, close, is closed", "", ROW_A),
        )

    def test_a_return(self):
        """MA9: a credit note on the child's invoice, and the money back."""
        self.go_on(
            "A",
            (
                "09-20",
                "return 1, post",
                (
                    "Dr REV 12.35|1235|12.351 Dr VAT 2.59|259|2.594"
                    " Cr AR 14.94|1494|14.945"
                ),
            ),
            ("09-20", "refund", REFUND_A, ROW_A),
            ("10-01", "children, ship", f"{PAID_B}; {BILL_B}"),
        )
        self.assertEqual(self.order.payment_ids[0].amount_refunded, self._paid_a())

    def _paid_a(self):
        return (14.94, 1494, 14.945)[self.column]


class ModeBLives:
    """Per shipment, each one paid by three monthly instalments.

    The plain life, declines and the new card (MB1 to MB7) are in
    ``test_billing_lives_b.py``.
    """

    def test_b_return(self):
        """MB8: rows 3 and 2 fall away, the one that was paid goes back."""
        self.go_on(
            "B",
            (
                "09-20",
                "return 1, post",
                (
                    "Dr REV 12.35|1235|12.351 Dr VAT 2.59|259|2.594"
                    " Cr AR 14.94|1494|14.945"
                ),
                (
                    "09-10 4.98|498|4.981 paid, 10-10 4.98|498|4.981 cancelled,"
                    " 11-10 4.98|498|4.983 cancelled"
                ),
            ),
            ("09-20", "refund", "Dr AR 4.98|498|4.981 Cr OUT 4.98|498|4.981"),
            ("10-10", "pay", ""),
        )
        self.assertEqual(self._get_change("AR"), 0.0)

    def test_b_skip(self):
        """MB9: a skipped shipment has no rows; the two others are paid in full."""
        self.go_on(
            "B",
            ("09-15", "skip 3", "", ROWS_B_1),
            (
                "10-01",
                "pay, children",
                "Dr OUT 7.44|744|7.442 Cr AR 7.44|744|7.442",
                (
                    f"{ROWS_B_1}, 10-01 7.44|744|7.442 paid,"
                    " 11-01 7.44|744|7.442 scheduled, 12-01 7.44|744|7.443 scheduled"
                ),
            ),
            ("10-01", "ship, is running", BILL_B),
            ("10-10", "pay", PAID_B_1),
            ("11-01", "pay", "Dr OUT 7.44|744|7.442 Cr AR 7.44|744|7.442"),
            ("11-10", "pay", "Dr OUT 4.98|498|4.983 Cr AR 4.98|498|4.983"),
            (
                "12-01",
                "pay, close, is closed",
                "Dr OUT 7.44|744|7.443 Cr AR 7.44|744|7.443",
            ),
        )
        self.assertEqual(self._get_change("AR"), 0.0)

    def test_b_dearer(self):
        """MB9: the instalments are those of the new price."""
        self.go_on(
            "B",
            ("09-15", "substitute 2 dearer new", "", ROWS_B_1),
            (
                "10-01",
                "pay, children",
                "Dr OUT 8.87|887|8.875 Cr AR 8.87|887|8.875",
                (
                    f"{ROWS_B_1}, 10-01 8.87|887|8.875 paid,"
                    " 11-01 8.87|887|8.875 scheduled, 12-01 8.88|888|8.876 scheduled"
                ),
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

    def test_b_cheaper(self):
        """MB9, price kept and new price: 22.32 of the old one, 18.15 of the new."""
        self.go_on(
            "B",
            ("09-15", "substitute 2 cheaper, substitute 3 cheaper new", "", ROWS_B_1),
            (
                "10-01",
                "pay, children, ship",
                f"Dr OUT 7.44|744|7.442 Cr AR 7.44|744|7.442; {BILL_B}",
            ),
            (
                "10-22",
                "pay, children",
                f"{PAID_B_1}; Dr OUT 6.05|605|6.050 Cr AR 6.05|605|6.050",
                (
                    "09-10 4.98|498|4.981 paid, 10-10 4.98|498|4.981 paid,"
                    " 11-10 4.98|498|4.983 scheduled,"
                    " 10-01 7.44|744|7.442 paid,"
                    " 11-01 7.44|744|7.442 scheduled,"
                    " 12-01 7.44|744|7.443 scheduled,"
                    " 10-22 6.05|605|6.050 paid,"
                    " 11-22 6.05|605|6.050 scheduled,"
                    " 12-22 6.05|605|6.051 scheduled"
                ),
            ),
        )

    def test_b_end(self):
        """MB9: what was sent is paid on its days; nothing else is asked for."""
        self.live(
            "B",
            ("09-10", "submit, end 1", "", ""),
            ("09-10", "pay, children, ship", f"{PAID_B_1}; {BILL_A}", ROWS_B_1),
            ("10-10", "pay, children, close, is running", PAID_B_1),
            (
                "11-10",
                "pay, close, is closed",
                "Dr OUT 4.98|498|4.983 Cr AR 4.98|498|4.983",
            ),
        )
        self.assertEqual(self._get_change("AR"), 0.0)


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

    def test_c_skip(self):
        """MC3, MC12: credited and refunded; the third one cancelled later."""
        self.go_on(
            "C",
            ("09-15", "skip 2, shipments done skipped planned", "", ROW_ALL),
            ("09-16", "post", CREDIT_B),
            ("09-16", "refund", REFUND_B),
            ("09-20", "cancel, post", CREDIT_C),
            ("09-20", "refund, close, is closed", REFUND_C, ROW_ALL),
        )
        self.check_settled()

    def test_c_dearer(self):
        """MC7: the difference is charged with the child, and taxed alone."""
        self.go_on(
            "C",
            ("09-15", "substitute 2 dearer new", "", ROW_ALL),
            ("10-01", "children", PAID_DEARER, f"{ROW_ALL}, {ROW_DEARER}"),
            ("10-01", "ship", BILL_DEARER),
            ("10-22", "children, ship, is closed", ZERO_C),
        )
        self.check_settled()

    def test_c_cheaper(self):
        """MC8: the difference is credited; less is released."""
        self.go_on(
            "C",
            ("09-15", "substitute 2 cheaper new", "", ROW_ALL),
            ("09-15", "post", CREDIT_CHEAPER),
            ("09-15", "refund", "Dr AR 4.17|417|4.176 Cr OUT 4.17|417|4.176"),
            (
                "10-01",
                "children, ship",
                "Dr PRE 15.00|1500|15.001 Cr REV 15.00|1500|15.001",
            ),
            ("10-22", "children, ship, is closed", ZERO_C, ROW_ALL),
        )
        self.check_settled()

    def test_c_cancel_before(self):
        """MC9: everything is credited, and nothing is sent."""
        self.live(
            "C",
            ("09-10", "submit", f"{PAID_ALL}; {UPFRONT}"),
            ("09-10", "cancel, is cancelled, post", CREDIT_ALL),
            (
                "09-10",
                "refund, children",
                "Dr AR 70.12|7012|70.129 Cr OUT 70.12|7012|70.129",
                ROW_ALL,
            ),
        )
        self.check_settled()

    def test_c_cancel_after_one(self):
        """MC10: one document over both: not the sum of two."""
        self.go_on(
            "C",
            ("09-15", "cancel, post", CREDIT_B_C),
            (
                "09-15",
                "refund, close, is closed",
                "Dr AR 55.18|5518|55.184 Cr OUT 55.18|5518|55.184",
            ),
        )
        self.check_settled()

    def test_c_cancel_after_two(self):
        """MC11: 32.85, which is not 70.12 less what was delivered."""
        self.go_on(
            "C",
            ("10-01", "children, ship", ZERO_B),
            ("10-05", "cancel, post", CREDIT_C),
            ("10-05", "refund, close, is closed", REFUND_C, ROW_ALL),
        )
        self.check_settled()

    def test_c_return(self):
        """MC13: back into the prepayment first, then credited from there."""
        self.go_on(
            "C",
            ("09-20", "return 1", ZERO_A_BACK),
            ("09-20", "post", CREDIT_A),
            ("09-20", "refund", REFUND_A, ROW_ALL),
            ("10-01", "children, ship", ZERO_B),
            ("10-22", "children, ship, is closed", ZERO_C),
        )
        self.check_settled()

    def test_c_replace(self):
        """MC14: the same again; no entry and no row."""
        self.go_on("C", ("09-20", "return 1 replace", "", ROW_ALL))

    def test_c_child_cancelled_after_its_invoice(self):
        """MC17: Z1 is undone, and with it the shipment; planned again, it is sent."""
        if "picking_ids" in self.env["sale.order"]._fields:
            # What has left the house is no order to cancel: services have not
            self.goods[0].type = "service"
        self.live(
            "C",
            ("09-10", "submit, children", None),
            ("09-10", "close, shipments done planned planned", ZERO_A),
            ("09-12", "undo 1, shipments cancelled planned planned", ZERO_A_BACK),
            ("09-13", "replan 1, children, close", ZERO_A),
            ("09-14", "undo 1, credit, post", f"{ZERO_A_BACK}; {CREDIT_A}"),
            ("09-14", "refund", REFUND_A),
            ("10-01", "children, ship", ZERO_B),
            ("10-22", "children, ship, is closed", ZERO_C),
        )
        self.check_settled()

    def test_c_end(self):
        """MC15: End on shipment 1 credits the two others."""
        self.live(
            "C",
            ("09-10", "submit", f"{PAID_ALL}; {UPFRONT}"),
            ("09-10", "end 1, post", CREDIT_B_C),
            ("09-10", "children, ship", ZERO_A),
            (
                "09-10",
                "refund, close, is closed",
                "Dr AR 55.18|5518|55.184 Cr OUT 55.18|5518|55.184",
            ),
        )
        self.check_settled()

    def test_c_partial_delivery(self):
        """MC16: one of two delivered; the rest is called off and credited."""
        self.live(
            "C",
            ("09-10", "submit, children", None),
            ("09-10", "ship 1, is running", ZERO_A),
            ("09-15", "calloff 1, close", ""),
            ("09-15", "credit, post", CREDIT_A),
            ("09-15", "refund", REFUND_A),
            quantity=2,
        )
        first = self.order.shipment_ids[0].line_ids
        self.assertEqual((first.released_quantity, first.credited_quantity), (1, 1))


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
        ).action_write_off("declined for good")
        with self.subTest("closed"):
            self._execute("close_orders", date=self.day, sale_order=self.sale_order)
            self.assertEqual(self.order.state, "closed")
        self.assertAmount(
            self.order.upfront_invoice_id.amount_residual,
            (23.38, 2338, 23.377)[self.column],
        )
        self.assertEqual(self._get_change("PRE"), 0.0)

    def test_d_cancel_after_one(self):
        """MD6: instalments 3 and 2 fall away; the rest of the credit goes back."""
        self.go_on(
            "D",
            (
                "09-15",
                "cancel, post",
                CREDIT_B_C,
                (
                    f"{INSTALMENT_1} paid, {INSTALMENT_2} cancelled,"
                    f" {INSTALMENT_3} cancelled"
                ),
            ),
            (
                "09-15",
                "refund, close, is closed",
                "Dr AR 8.43|843|8.431 Cr OUT 8.43|843|8.431",
            ),
        )
        self.check_settled()

    def test_d_cancel_after_two(self):
        """MD7: nothing back, and 13.90 still to pay: 37.27 for two shipments."""
        paid, gone = f"{INSTALMENT_1} paid", f"{INSTALMENT_3} cancelled"
        rest = "10-10 13.90|1390|13.895"
        self.go_on(
            "D",
            ("10-01", "children, ship", ZERO_B),
            ("10-05", "cancel, post", CREDIT_C, f"{paid}, {rest} scheduled, {gone}"),
            (
                "10-10",
                "pay, close, is closed",
                "Dr OUT 13.90|1390|13.895 Cr AR 13.90|1390|13.895",
                f"{paid}, {rest} paid, {gone}",
            ),
        )
        self.assertAmount(self._get_change("OUT"), (37.27, 3727, 37.271)[self.column])
        self.check_settled()

    def test_d_skip(self):
        """MD8: the last instalment is reduced."""
        self.go_on(
            "D",
            (
                "09-20",
                "skip 2, post",
                CREDIT_B,
                (
                    f"{INSTALMENT_1} paid, {INSTALMENT_2} scheduled,"
                    " 11-10 1.06|106|1.050 scheduled"
                ),
            ),
            ("10-10", "pay", PAID_1),
            ("10-22", "children, ship", ZERO_C),
            (
                "11-10",
                "pay, close, is closed",
                "Dr OUT 1.06|106|1.050 Cr AR 1.06|106|1.050",
            ),
        )
        self.check_settled()

    def test_d_return(self):
        """MD9: two instalments are paid, the third is reduced."""
        self.go_on(
            "D",
            ("10-10", "pay", PAID_1),
            (
                "10-12",
                "return 1, post",
                f"{ZERO_A_BACK}; {CREDIT_A}",
                (
                    f"{INSTALMENT_1} paid, {INSTALMENT_2} paid,"
                    " 11-10 8.44|844|8.432 scheduled"
                ),
            ),
        )

    def test_d_dearer(self):
        """MD10: the difference is a row of the shipment."""
        self.go_on(
            "D",
            ("09-15", "substitute 2 dearer new", ""),
            (
                "10-01",
                "children",
                PAID_DEARER,
                (
                    f"{INSTALMENT_1} paid, {INSTALMENT_2} scheduled,"
                    f" {INSTALMENT_3} scheduled, {ROW_DEARER}"
                ),
            ),
            ("10-01", "ship", BILL_DEARER),
        )

    def test_d_cheaper(self):
        """MD10: the difference reduces the last instalment."""
        self.go_on(
            "D",
            (
                "09-15",
                "substitute 2 cheaper new, post",
                CREDIT_CHEAPER,
                (
                    f"{INSTALMENT_1} paid, {INSTALMENT_2} scheduled,"
                    " 11-10 19.21|1921|19.201 scheduled"
                ),
            ),
        )


class Lives(ModeALives, ModeBLives, ModeCLives, ModeDLives):
    """All of them, played once per currency."""


@tagged("post_install", "-at_install")
class TestLivesEur(Lives, LivesCase):
    currency_name = "EUR"


@tagged("post_install", "-at_install", "-standard", "heavy")
class TestLivesJpy(Lives, LivesCase):
    currency_name = "JPY"


@tagged("post_install", "-at_install", "-standard", "heavy")
class TestLivesKwd(Lives, LivesCase):
    currency_name = "KWD"
