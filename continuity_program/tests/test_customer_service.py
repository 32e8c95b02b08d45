# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import SELLER, SELLER_ALL, ContinuityCommon


@tagged("post_install", "-at_install")
class TestCustomerService(ContinuityCommon):
    """The first screen of a call (rules N88, H2)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.write(
            {
                "street": "Lindenstraße 7",
                "city": "Wien",
                "zip": "1010",
                "phone": "+43 660 123-45-67",
            }
        )
        cls.other = cls._create_partner(
            name="Karen Berger", email="k.berger@example.org", phone="0660 765 4321"
        )
        cls.seller = cls._create_user("cs_seller", SELLER)
        cls.seller_all = cls._create_user("cs_seller_all", SELLER_ALL)
        cls.service = cls.env["continuity.customer.service"]

    def _search(self, term, user=None):
        service = self.service.with_user(user or self.seller_all)
        result = service.search_customers(term)
        return [row["id"] for row in result["customers"]]

    # === SEARCH === #

    def test_search_by_part_of_the_name(self):
        self.assertEqual(self._search("karen ber"), [self.customer.id, self.other.id])

    def test_search_by_email(self):
        self.assertEqual(self._search("K.Berger@example"), [self.other.id])

    def test_search_by_phone_ignores_how_it_is_written(self):
        for term in ("06601234567", "660 / 123 45 67", "+43 (660) 1234567", "45-67"):
            self.assertEqual(self._search(term), [self.customer.id], term)

    def test_three_digits_are_no_phone_number(self):
        self.assertNotIn(self.customer.id, self._search("123"))

    def test_search_by_order_number(self):
        order = self.env["sale.order"].create({"partner_id": self.other.id})
        self.assertEqual(self._search(order.name), [self.other.id])
        self.assertEqual(self._search(order.name.lower()), [self.other.id])
        self.assertEqual(self._search(f" {order.name} "), [self.other.id])

    def test_colleagues_are_no_customers(self):
        """Unless they ordered something, whoever sold it to them."""
        colleague = self._create_user("cs_karen_berger", SELLER).partner_id
        colleague.name = "Karen Berger-Colleague"
        portal = self._create_user("cs_portal", "base.group_portal").partner_id
        portal.name = "Karen Berger-Portal"
        found = [self.customer.id, self.other.id, portal.id]
        self.assertEqual(self._search("karen ber"), found)
        self.env["sale.order"].create({"partner_id": colleague.id})
        found.insert(2, colleague.id)
        self.assertEqual(self._search("karen ber"), found)
        self.assertEqual(self._search("karen ber", self.seller), found)

    def test_wildcards_are_ordinary_letters(self):
        self.env["sale.order"].create({"partner_id": self.other.id})
        self.assertEqual(self._search("S%"), [])

    def test_empty_term_finds_nobody(self):
        for term in ("", "   ", False, None):
            self.assertEqual(self._search(term), [])

    def test_unknown_name_finds_nobody(self):
        result = self.service.search_customers("Nobody of this name")
        self.assertEqual(result, {"customers": [], "has_more": False})

    def test_addresses_of_a_customer_are_not_listed(self):
        self._create_partner(
            name="Karen at work", parent_id=self.customer.id, type="delivery"
        )
        self.assertEqual(self._search("Karen at work"), [])

    def test_archived_customers_are_not_listed(self):
        self.other.active = False
        self.assertEqual(self._search("karen ber"), [self.customer.id])

    def test_customer_of_another_company_is_not_listed(self):
        company = self._create_company(name="Other company")
        self.other.company_id = company
        self.assertEqual(self._search("karen ber"), [self.customer.id])

    def test_long_results_say_so(self):
        self.env["res.partner"].create(
            [{"name": f"Crowd {number:02}"} for number in range(41)]
        )
        result = self.service.search_customers("Crowd")
        self.assertTrue(result["has_more"])
        self.assertEqual(len(result["customers"]), 40)
        self.assertEqual(result["customers"][0]["name"], "Crowd 00")

    def test_row_tells_persons_of_one_name_apart(self):
        first = self._create_plain_order(self.customer, date(2027, 1, 4))
        last = self._create_plain_order(self.customer, date(2027, 2, 5))
        cancelled = self._create_plain_order(self.customer, date(2027, 3, 6))
        cancelled._action_cancel()
        self.assertLess(first.id, last.id)
        row = self.service.search_customers("Karen Berg")["customers"][0]
        self.assertEqual(
            row,
            {
                "id": self.customer.id,
                "name": "Karen Berg",
                "email": "karen.berg@example.com",
                "phone": "+43 660 123-45-67",
                "address": "Lindenstraße 7, Wien 1010",
                "last_order": {"name": last.name, "date": date(2027, 2, 5)},
            },
        )

    def test_seller_of_own_documents_does_not_see_orders_of_others(self):
        order = self._create_plain_order(self.customer, date(2027, 2, 5))
        order.user_id = self.seller_all
        service = self.service.with_user(self.seller)
        row = service.search_customers("karen.berg@")["customers"][0]
        self.assertFalse(row["last_order"])
        self.assertEqual(self._search(order.name, self.seller), [])
        self.assertEqual(service.get_customer(self.customer.id)["orders"], [])
        other = self.service.with_user(self.seller_all).get_customer(self.customer.id)
        self.assertEqual([row["name"] for row in other["orders"]], [order.name])

    def test_portal_user_is_refused(self):
        portal = self._create_new_portal_user(login="cs_portal")
        with self.assertRaises(AccessError):
            self.service.with_user(portal).get_customer(self.customer.id)
        with self.assertRaises(AccessError):
            self.service.with_user(portal).create_order(self.customer.id)

    # === CUSTOMER === #

    def _create_plain_order(self, partner, day):
        return self.env["sale.order"].create(
            {"partner_id": partner.id, "date_order": f"{day} 12:00:00"}
        )

    def test_customer_without_orders(self):
        data = self.service.get_customer(self.customer.id)
        self.assertEqual(data["customer"]["name"], "Karen Berg")
        for key in ("banners", "orders", "continuity_orders", "shipments"):
            self.assertEqual(data[key], [], key)

    @freeze_time("2027-01-10 12:00:00")
    def test_member_is_announced_with_the_next_shipment(self):
        program = self._create_program()
        product = self._create_parent_product(program)
        order = self._create_sold_order(product, order_date=date(2027, 1, 10))
        continuity_order = order.continuity_order_ids
        data = self.service.with_user(self.seller_all).get_customer(self.customer.id)
        self.assertEqual(
            data["banners"],
            [
                {
                    "id": continuity_order.id,
                    "text": "Karen Berg already has CP-88000"
                    f" ({continuity_order.name}): Running, next shipment 01/10/2027",
                }
            ],
        )
        self.assertEqual(
            [(row["date"], row["products"]) for row in data["shipments"]],
            [
                (date(2027, 1, 10), "Goods A"),
                (date(2027, 2, 9), "Goods B"),
                (date(2027, 3, 11), "Goods C"),
            ],
        )
        row = data["continuity_orders"][0]
        self.assertEqual((row["order"], row["amount"]), (order.name, 90.0))

    @freeze_time("2027-01-10 12:00:00")
    def test_one_banner_per_program(self):
        """H2: two orders of a program are one thing to say, two programs are two."""
        product = self._create_parent_product(self._create_program())
        other = self._create_parent_product(self._create_program("CP-2"), "Second")
        later = self._create_sold_order(product, order_date=date(2027, 1, 10))
        later.continuity_order_ids.shipment_ids[0].action_skip()
        sooner = self._create_sold_order(product, order_date=date(2027, 1, 10))
        second = self._create_sold_order(other, order_date=date(2027, 1, 10))
        banners = self.service.get_customer(self.customer.id)["banners"]
        self.assertCountEqual(
            [banner["id"] for banner in banners],
            (sooner | second).continuity_order_ids.ids,
        )

    @freeze_time("2027-01-10 12:00:00")
    def test_draft_and_ended_orders_are_not_announced(self):
        product = self._create_parent_product(self._create_program())
        self._create_order(product, order_date=date(2027, 1, 10))
        data = self.service.get_customer(self.customer.id)
        self.assertEqual(data["banners"], [])
        self.assertEqual(data["shipments"], [])
        self.assertEqual([row["state"] for row in data["continuity_orders"]], ["draft"])

    # === NEW ORDER === #

    def test_new_order_has_its_number_at_once(self):
        service = self.service.with_user(self.seller)
        result = service.create_order(self.customer.id)
        order = self.env["sale.order"].browse(result["id"])
        self.assertRecordValues(
            order,
            [
                {
                    "name": result["name"],
                    "state": "draft",
                    "partner_id": self.customer.id,
                    "user_id": self.seller.id,
                    "order_line": [],
                }
            ],
        )
        self.assertNotIn(result["name"], ("/", "New", False))
