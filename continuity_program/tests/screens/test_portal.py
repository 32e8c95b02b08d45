# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time
from lxml.html import fromstring

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.base.tests.common import HttpCaseWithUserPortal

from ..common import ContinuityCommon

#: A signature
PIXEL = (
    b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJ"
    b"RU5ErkJggg=="
)


@tagged("post_install", "-at_install")
@freeze_time("2027-01-10 12:00:00")
class TestPortal(ContinuityCommon, HttpCaseWithUserPortal):
    """What the customer sees on the portal and on paper (rules N67)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls._create_parent_product(cls._create_program())
        cls.upfront_product = cls._create_parent_product(
            cls._create_program("CP-UP", bill_upfront=True), name="Paid at once"
        )

    def _create_quotation(self, product=None, **values):
        order = self._create_order(
            product or self.product, order_date=date(2027, 1, 10), **values
        )
        order.state = "sent"
        return order

    def _open(self, record, suffix=None):
        return self.url_open(record.get_portal_url(suffix=suffix)).text

    def _render(self, order):
        html, __ = self.env["ir.actions.report"]._render_qweb_html(
            "sale.action_report_saleorder", order.ids
        )
        return " ".join(html.decode().split())

    # === QUOTATION === #

    def test_quotation_shows_the_schedule(self):
        text = self._open(self._create_quotation())
        for expected in (
            "3 shipments, $ 90.00 in all",
            "Sun 10 Jan 2027",
            "Tue 9 Feb 2027",
            "Thu 11 Mar 2027",
            "Goods A",
            "Goods B",
            "Goods C",
            "3 shipments, planned value $ 90.00",
            "can be cancelled at any time",
        ):
            self.assertIn(expected, text.replace("\xa0", " "), expected)

    def test_tax_is_named_where_there_is_one(self):
        self.assertNotIn("Incl. tax", self._open(self._create_quotation()))
        self.goods_a.taxes_id = self.env["account.tax"].create(
            {"name": "VAT 20 %", "amount": 20.0, "type_tax_use": "sale"}
        )
        self.assertIn("Incl. tax", self._open(self._create_quotation()))

    def test_parent_line_is_not_free(self):
        text = self._open(self._create_quotation())
        line = text.split("o_continuity_planned")[1].split("</tr>")[0]
        self.assertIn("by shipment", line)
        self.assertNotIn("0.00", line.split("by shipment")[0].split("</div>", 1)[1])

    def test_total_of_nothing_is_explained_beside_it(self):
        text = self._open(self._create_quotation()).replace("\xa0", " ")
        side = text.split("o_continuity_sidebar_total")[1].split("</div>")[0]
        self.assertIn("3 shipments, planned value $ 90.00", side)
        upfront = self._open(self._create_quotation(self.upfront_product))
        self.assertNotIn("o_continuity_sidebar_total", upfront)

    def test_upfront_line_keeps_its_price(self):
        text = self._open(self._create_quotation(self.upfront_product))
        line = text.split("o_continuity_planned")[1].split("</tr>")[0]
        self.assertIn("90.00", line.split("</div>", 1)[1])
        self.assertNotIn("by shipment", line)

    def test_ordinary_order_is_as_before(self):
        order = self._create_quotation(self.goods_a)
        text = self._open(order)
        self.assertNotIn("o_continuity", text)
        self.assertNotIn("o_continuity", self._render(order))

    def test_card_is_asked_for_while_it_is_missing(self):
        order = self._create_quotation()
        continuity_order = order.continuity_order_ids
        link = continuity_order._get_card_url()
        # One thing to do: first he accepts
        text = self._open(order)
        self.assertIn("Accept & Sign", text)
        self.assertNotIn("o_continuity_save_card", text)
        self.assertIn("After you have accepted, a card is saved", text)
        self.assertIn("the first payment of $\xa030.00 is taken when the first", text)
        order.signature = PIXEL
        text = self._open(order)
        self.assertNotIn("Accept & Sign", text)
        self.assertIn("o_continuity_save_card", text)
        self.assertIn("complete as soon as a card is saved", text)
        self.assertIn(f'href="{link}"', text)
        self.assertIn("is taken when the first parcel", self.url_open(link).text)
        continuity_order._set_payment_token(self._create_token())
        self.assertNotIn("o_continuity_save_card", self._open(order))
        self.assertNotIn("o_continuity_card_missing", self._open(order))

    def test_first_instalment_waits_for_no_parcel(self):
        """Mode D: the first instalment is today's, whoever asks the card for it."""
        schedule = self.env["continuity.payment.schedule"].create(
            {"name": "Three", "code": "3P", "unit": "months", "number_of_payments": 3}
        )
        order = self._create_quotation(self.upfront_product)
        order.continuity_order_ids.program_id.payment_schedule_id = schedule
        order.continuity_order_ids.payment_schedule_id = schedule
        text = self._open(order)
        self.assertIn("The first payment of $\xa030.00 is taken today.", text)
        self.assertIn("Today $\xa030.00", text)
        self.assertNotIn("when the first parcel", text)

    def test_what_is_paid_now_asks_for_nothing_else(self):
        """Mode C: the card that pays is the card that is kept."""
        text = self._open(self._create_quotation(self.upfront_product))
        self.assertIn("Sign & Pay", text)
        self.assertNotIn("o_continuity_save_card", text)
        self.assertNotIn("o_continuity_card_missing", text)

    def test_one_card_after_the_other(self):
        other = self._create_parent_product(self._create_program("CP-2"), "Second")
        order = self._create_quotation()
        order.order_line = [Command.create({"product_id": other.id})]
        order.signature = PIXEL
        self.assertEqual(self._open(order).count("o_continuity_save_card"), 1)

    def test_lists_tell_what_an_order_is_worth(self):
        quotation = self._create_quotation(partner_id=self.partner_portal.id)
        order = self._sell_to_portal_user().sale_order_id
        token = self._create_token(partner_id=self.partner_portal.id)
        prepaid = self._create_sold_order(
            self.upfront_product,
            token,
            order_date=date(2027, 1, 10),
            partner_id=self.partner_portal.id,
        )
        self._execute("create_child_orders", sale_order=prepaid)
        child = prepaid.continuity_order_ids.child_order_ids
        self.assertTrue(child)
        self.authenticate("portal", "portal")

        def get_row(url, record):
            page = self.url_open(url).text.split(f">{record.name}<")[1]
            return page.split("</tr>")[0].replace("\xa0", " ")

        worth = "3 shipments, planned value $ 90.00"
        self.assertIn(worth, get_row("/my/quotes", quotation))
        self.assertIn(worth, get_row("/my/orders", order))
        self.assertIn("Paid in advance", get_row("/my/orders", child))
        self.assertNotIn("planned value", get_row("/my/orders", prepaid))
        self.assertNotIn("Not Available", get_row("/my/orders", order))
        self.assertIn("Paid in advance", self.url_open(child.get_portal_url()).text)

    def test_no_card_is_asked_for_on_account(self):
        self.customer.continuity_allow_on_account = True
        order = self._create_quotation()
        order.continuity_order_ids.payment_method = "on_account"
        self.assertNotIn("o_continuity_save_card", self._open(order))

    def test_cancelled_order_shows_no_schedule(self):
        order = self._create_quotation()
        order._action_cancel()
        text = self._open(order)
        self.assertNotIn("o_continuity_schedule", text)
        self.assertNotIn("o_continuity_save_card", text)

    def test_every_parent_line_has_its_own_schedule(self):
        order = self._create_quotation()
        order.order_line = [Command.create({"product_id": self.upfront_product.id})]
        self.assertEqual(self._open(order).count("o_continuity_schedule_table"), 2)

    # === PRINTED ORDER === #

    def test_printed_order_shows_the_schedule(self):
        text = self._render(self._create_quotation()).replace("\xa0", " ")
        for expected in (
            "3 shipments, $ 90.00 in all",
            "Sun 10 Jan 2027",
            "Thu 11 Mar 2027",
            "1. Goods A",
            "by shipment",
            "can be cancelled at any time",
        ):
            self.assertIn(expected, text, expected)

    def test_endless_series_is_printed_until_cancelled(self):
        program = self._create_program(
            "CP-COFFEE", [self._event_vals(self.goods_a, days=28, repeat_count=-1)]
        )
        order = self._create_quotation(self._create_parent_product(program))
        text = self._render(order).replace("\xa0", " ")
        self.assertIn("until cancelled, $ 30.00 (every 4 weeks)", text)
        self.assertIn("and so on, until cancelled", text)

    def test_schedule_is_printed_in_the_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.customer.lang = "de_DE"
        text = self._render(self._create_quotation())
        self.assertIn("So. 10 Jan. 2027", text.replace("\xa0", " "))

    # === PAGES OF THE CUSTOMER === #

    def _sell_to_portal_user(self):
        self.customer = self.partner_portal
        return self._create_sold_order(
            self.product,
            self._create_token(partner_id=self.partner_portal.id),
            order_date=date(2027, 1, 10),
            partner_id=self.partner_portal.id,
        ).continuity_order_ids

    def test_customer_finds_his_orders(self):
        order = self._sell_to_portal_user()
        foreign = self._create_sold_order(self.product).continuity_order_ids
        self.authenticate("portal", "portal")
        text = self.url_open("/my/continuity").text
        # A telephone has no column for it, and several series are of one name
        self.assertIn(f'<div class="d-md-none small text-muted">{order.name}<', text)
        # As on the page of the order
        self.assertIn("Sun 10 Jan 2027", text)
        self.assertNotIn("01/10/2027", text)
        self.assertNotIn(foreign.name, text)
        counters = self.make_jsonrpc_request(
            "/my/counters", {"counters": ["continuity_count"]}
        )
        self.assertEqual(counters, {"continuity_count": 1})
        self.assertIn("/my/continuity", self.url_open("/my/home").text)

    def test_drafts_are_not_in_the_list(self):
        self._create_order(self.product, partner_id=self.partner_portal.id)
        self.authenticate("portal", "portal")
        self.assertIn("not ordered a series", self.url_open("/my/continuity").text)

    def test_page_shows_schedule_and_card(self):
        order = self._sell_to_portal_user()
        self.authenticate("portal", "portal")
        text = self.url_open(f"/my/continuity/{order.id}").text
        self.assertIn("o_continuity_schedule_table", text)
        self.assertIn("Goods B", text)
        self.assertIn("4242", text)
        self.assertIn("Use another card", text)
        self.assertNotIn("payment missing", text)
        # What comes, not how it was sold
        self.assertNotIn("Today", text)

    def test_page_shows_what_is_paid(self):
        order = self._sell_to_portal_user()
        self.authenticate("portal", "portal")
        self.assertNotIn("Your payments", self.url_open(order.access_url).text)
        self._execute("create_child_orders", sale_order=order.sale_order_id)
        self.assertEqual(order.payment_ids.state, "paid")
        text = self.url_open(order.access_url).text
        self.assertIn("Your payments", text)
        cells = fromstring(text).xpath("//td[@data-name]")
        self.assertEqual(
            [(cell.get("data-name"), cell.text_content()) for cell in cells],
            [("received", "$\xa030.00")],
        )

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_page_of_another_customer_is_refused(self):
        foreign = self._create_sold_order(self.product).continuity_order_ids
        self.authenticate("portal", "portal")
        response = self.url_open(f"/my/continuity/{foreign.id}")
        self.assertNotIn("o_continuity_portal_order", response.text)

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_page_opens_with_the_signed_link_only(self):
        order = self._create_sold_order(self.product).continuity_order_ids
        self.assertIn("o_continuity_portal_order", self._open(order))
        for query in ("", "?access_token=wrong"):
            text = self.url_open(f"/my/continuity/{order.id}{query}").text
            self.assertNotIn("o_continuity_portal_order", text)

    def test_missing_order_leads_home(self):
        response = self.url_open("/my/continuity/999999999")
        self.assertEqual(response.status_code, 200)
        self.assertNotIn("o_continuity_portal_order", response.text)

    def test_list_needs_a_log_in(self):
        self.assertIn("/web/login", self.url_open("/my/continuity").url)
