# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time

from odoo.tests import tagged

from ..common import SELLER, SELLER_ALL, ContinuityCommon

TODAY = date(2027, 1, 10)


@tagged("post_install", "-at_install")
@freeze_time("2027-01-10 12:00:00")
class TestCustomerContact(ContinuityCommon):
    """What is known of the caller, and of his parcels, before anything is opened."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # What a delivery is made of is not what is tested here
        cls.goods.write({"type": "service"})
        cls.product = cls._create_parent_product(cls._create_program())
        cls.customer.continuity_allow_on_account = True
        cls.agent = cls._create_user("contact_all", SELLER_ALL)
        cls.stranger = cls._create_user("contact_own", SELLER)

    def _sell_on_account(self):
        order = self._create_order(self.product, order_date=TODAY)
        order.continuity_order_ids.payment_method = "on_account"
        order.action_confirm()
        self._execute("create_child_orders", sale_order=order)
        child = order.continuity_order_ids.child_order_ids
        child._create_invoices().action_post()
        return order

    def _get_customer(self, user):
        service = self.env["continuity.customer.service"].with_user(user)
        return service.get_customer(self.customer.id)

    def test_nothing_is_known(self):
        data = self._get_customer(self.agent)
        self.assertEqual(data["customer"]["owed"], "")
        self.assertEqual(data["customer"]["last_contact"], "")
        self.assertEqual(data["activities"], [])

    def test_what_he_owes_by_all_series(self):
        self._sell_on_account()
        self._sell_on_account()
        # A quotation owes nothing, and what is paid neither
        self._create_order(self.product, order_date=TODAY)
        paid = self._create_sold_order(self.product, order_date=TODAY)
        self._execute("create_child_orders", sale_order=paid)
        data = self._get_customer(self.agent)
        self.assertEqual(data["customer"]["owed"], "$\xa060.00")
        self.assertEqual({card["is_late"] for card in data["series"]}, {False})
        self.assertFalse(data["customer"]["is_late"])
        with freeze_time("2031-01-01"):
            data = self._get_customer(self.agent)
        self.assertTrue(data["customer"]["is_late"])
        late = [card for card in data["series"] if card["open"]]
        self.assertIn(True, {card["is_late"] for card in late})
        # Whoever does not see the orders is not told their sum
        self.assertEqual(self._get_customer(self.stranger)["customer"]["owed"], "")

    def test_what_he_owes_in_two_currencies(self):
        self._sell_on_account()
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.product = self._create_parent_product(self._create_program("CP-EUR"))
        pricelist = self.env["product.pricelist"].create(
            {"name": "Euro", "currency_id": euro.id}
        )
        self.customer.property_product_pricelist = pricelist
        order = self._sell_on_account()
        self.assertEqual(order.currency_id, euro)
        owed = self._get_customer(self.agent)["customer"]["owed"]
        dollars, euros = sorted(owed.split(", "))
        self.assertEqual(dollars, "$\xa030.00")
        self.assertIn("€", euros)

    def test_last_contact_and_what_is_to_be_done(self):
        order = self._create_sold_order(self.product, order_date=TODAY)
        series = order.continuity_order_ids
        with freeze_time("2027-01-12 12:00:00"):
            series.message_post(body="Called back", message_type="comment")
        for record, deadline, summary in (
            (series, date(2027, 1, 15), "Ask for the new address"),
            (order, date(2027, 1, 8), "Call Karen back"),
            (self.customer, date(2027, 1, 10), "Send the catalogue"),
        ):
            record.activity_schedule(
                "mail.mail_activity_data_call",
                date_deadline=deadline,
                summary=summary,
                user_id=self.agent.id,
            )
        data = self._get_customer(self.agent)
        self.assertEqual(data["customer"]["last_contact"], "Tue 12 Jan 2027")
        self.assertEqual(
            [
                (row["day"], row["text"], row["is_late"], row["res_id"])
                for row in data["activities"]
            ],
            [
                ("Fri 8 Jan 2027", "Call Karen back", True, order.id),
                ("Sun 10 Jan 2027", "Send the catalogue", False, self.customer.id),
                ("Fri 15 Jan 2027", "Ask for the new address", False, series.id),
            ],
        )
        # A colleague's orders are not his to look after
        data = self._get_customer(self.stranger)
        shown = {row["res_model"] for row in data["activities"]}
        self.assertFalse(shown & {"sale.order", "continuity.order"})

    def test_parcels_say_whether_they_are_paid(self):
        order = self._create_sold_order(self.product, order_date=TODAY)
        self._execute("create_child_orders", sale_order=order)
        (card,) = self._get_customer(self.agent)["series"]
        first, second = (parcel["title"] for parcel in card["parcels"][:2])
        self.assertIn("Sun 10 Jan 2027 · Goods A", first)
        self.assertTrue(first.endswith(" · Paid"), first)
        self.assertEqual(second, "Tue 9 Feb 2027 · Goods B")
