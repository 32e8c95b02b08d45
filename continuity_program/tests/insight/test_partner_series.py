# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.tests import Form, freeze_time, tagged

from ..common import SELLER, SELLER_ALL, ContinuityCommon


@tagged("post_install", "-at_install")
@freeze_time("2027-01-10 12:00:00")
class TestPartnerSeries(ContinuityCommon):
    """The contact says which series he has, to whoever may see them."""

    def test_button_and_tab(self):
        product = self._create_parent_product(self._create_program())
        company = self._create_partner(name="Berg & Sons", is_company=True)
        self.customer.parent_id = company
        running = self._create_sold_order(product, order_date=date(2027, 1, 10))
        ended = self._create_sold_order(product, order_date=date(2027, 1, 10))
        ended.continuity_order_ids._cancel_orders("moved away")
        seller = self._create_user("partner_all", SELLER_ALL)
        customer = self.customer.with_user(seller)
        both = running.continuity_order_ids | ended.continuity_order_ids
        self.assertEqual(customer.continuity_order_ids, both.with_user(seller))
        for partner in (customer, company.with_user(seller)):
            self.assertEqual(
                (partner.continuity_running_count, partner.continuity_count), (1, 2)
            )
            action = partner.action_view_continuity_orders()
            found = self.env["continuity.order"].search(action["domain"])
            self.assertEqual(found, both.sorted("id", reverse=True))
            # What the button counts is what the tab lists
            self.assertEqual(partner.continuity_series_ids, both.with_user(seller))
        self.assertIn(
            "4242", running.continuity_order_ids.with_user(seller).payment_method_text
        )
        with Form(customer) as form:
            self.assertEqual(form.continuity_running_count, 1)
        with Form(company.with_user(seller)) as form:
            self.assertEqual(len(form.continuity_series_ids), 2)

    def test_who_may_not_see_them_sees_nothing(self):
        product = self._create_parent_product(self._create_program())
        self._create_sold_order(product, order_date=date(2027, 1, 10))
        own = self._create_user("partner_own", SELLER)
        customer = self.customer.with_user(own)
        self.assertEqual(customer.continuity_count, 0)
        self.assertFalse(customer.continuity_order_ids)
        self.assertFalse(customer.continuity_series_ids)
        plain = self._create_user("partner_plain", "base.group_user")
        view = self.env["res.partner"].with_user(plain).get_view(view_type="form")
        self.assertNotIn("continuity_running_count", view["arch"])
