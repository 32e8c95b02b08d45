# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError
from odoo.tests import Form, freeze_time, tagged

from ..common import ContinuityCommon


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestCustomerReads(ContinuityCommon):
    """How goods are named to a customer, and in which language."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.goods_a.write({"default_code": "BOOK-01", "description_sale": "Bound"})
        cls.product = cls._create_parent_product(
            cls._create_program(), default_code="88000"
        )

    def _sell_up_front(self):
        program = self._create_program("UPFRONT", bill_upfront=True)
        product = self._create_parent_product(
            program, name="Club", default_code="88001"
        )
        return self._create_sold_order(product)

    # === NAMES === #

    def test_order(self):
        """A series has no number of ours; what is sold beside it, as Odoo does it."""
        with Form(self.env["sale.order"]) as form:
            form.partner_id = self.customer
            for product in (self.product, self.goods_a):
                with form.order_line.new() as line:
                    line.product_id = product
        series, ordinary = form.record.order_line
        self.assertEqual(series.name, "Book of the month")
        self.assertEqual(ordinary.name, "[BOOK-01] Goods A\nBound")
        # The screen leaves out of the text what the product says already
        self.assertEqual(series.translated_product_name, "Book of the month")
        self.assertEqual(ordinary.translated_product_name, "[BOOK-01] Goods A")
        self.assertEqual(series.product_id.display_name, "[88000] Book of the month")

    def test_child_order(self):
        order = self._create_sold_order(self.product)
        self._execute("create_child_orders")
        line = order.continuity_order_ids.child_order_ids.order_line
        self.assertEqual(line.name, "Goods A\nBound")
        self.assertEqual(line.translated_product_name, "Goods A")
        invoiced = line._prepare_invoice_line()
        self.assertEqual(invoiced["name"], "Goods A\nBound")

    def test_up_front(self):
        """Invoice and credit note name what was sold, not its numbers."""
        order = self._sell_up_front().continuity_order_ids
        self.assertEqual(
            order.upfront_invoice_id.invoice_line_ids.name,
            "Club – prepayment invoice for goods to be delivered:\n"
            "2027-09-10: 1 × Goods A\n"
            "2027-10-10: 1 × Goods B\n"
            "2027-11-09: 1 × Goods C",
        )
        order.shipment_ids.sorted("number")[0].action_skip()
        note = order.move_ids - order.upfront_invoice_id
        self.assertEqual(note.invoice_line_ids.name, "09/10/2027: Goods A")

    # === LANGUAGE === #

    def _lose_language(self):
        """The customer is back from the archive, and his language is not."""
        language = self.env["res.lang"]._activate_lang("fr_FR")
        self.customer.lang = "fr_FR"
        order = self._create_sold_order(self.product)
        self.customer.active = False
        language.active = False
        self.customer.active = True
        return order, language

    @property
    def refusal(self):
        return (
            f"The language fr_FR of {self.customer.name} is not active. Activate it"
            " under Settings ‣ Languages, or choose another language on the contact."
        )

    def test_language_on_screen(self):
        _order, language = self._lose_language()
        with self.assertRaises(UserError) as caught:
            self._create_order(self.product)
        self.assertEqual(str(caught.exception), self.refusal)
        language.active = True
        self.assertTrue(self._create_order(self.product).order_line.name)

    def test_language_at_night(self):
        """Who is concerned stands in the run, others get theirs, and the way out is
        one."""
        order, _language = self._lose_language()
        other = self.env["res.partner"].create({"name": "Anders Berg"})
        card = self._create_token(partner_id=other.id)
        well = self._create_sold_order(self.product, token=card, partner_id=other.id)
        run = self._execute("create_child_orders")
        failed = run.line_ids.filtered(lambda line: line.outcome == "failed")
        self.assertEqual(failed.mapped("message"), [self.refusal])
        self.assertFalse(order.continuity_order_ids.child_order_ids)
        self.assertEqual(len(well.continuity_order_ids.child_order_ids), 1)
        self.customer.lang = "en_US"
        self._execute("create_child_orders")
        self.assertEqual(len(order.continuity_order_ids.child_order_ids), 1)

    def test_language_of_odoo_s_own_texts(self):
        """A text that Odoo makes: it names the code only, the run the customer."""
        order, _language = self._lose_language()
        error = UserError("Invalid language code: fr_FR")
        job = self.env["continuity.job"]
        record = order.continuity_order_ids
        self.assertEqual(job._get_language_problem(record, error), self.refusal)
        self.assertFalse(job._get_language_problem(record, UserError("Card refused")))
        self.assertFalse(job._get_language_problem(record[:0], error))
