# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ...models.entry.summary import Summary
from ..common import SELLER, SELLER_ALL, ContinuityCommon


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
        self.assertEqual(
            result, {"customers": [], "has_more": False, "can_create": True}
        )

    # === WORDS, NUMBERS, ORDER === #

    def test_words_in_any_order_and_without_accents(self):
        self.other.write({"ref": "K-4711", "city": "Łódź", "zip": "90-001"})
        for term in (
            "berger karen",
            "KAREN  k.berger@example",
            "łodz",
            "lodz berger",
            "k-4711",
            "90-001 karen",
        ):
            self.assertEqual(self._search(term), [self.other.id], term)
        # Each word is somewhere, but not with one customer
        self.assertEqual(self._search("lodz lindenstraße"), [])
        self.assertEqual(self._search("lindenstraße 1010 berg"), [self.customer.id])
        self.other.name = "Šárka Ångström"
        for term in ("angstrom sarka", "Ångström", "SARKA"):
            self.assertEqual(self._search(term), [self.other.id], term)

    def test_wildcards_of_words_are_ordinary_letters(self):
        for term in ("%", "_", "kar_n", "%erg", "\\"):
            self.assertEqual(self._search(term), [], term)

    def test_phone_with_country_and_extension(self):
        for term in (
            "+43 (0)660 123 45 67",
            "0043 660 1234567",
            "0660 1234567 ext. 12",
            "660 123-45-67 x3",
        ):
            self.assertEqual(self._search(term), [self.customer.id], term)
        self.assertEqual(self._search("+43 660 765 4321"), [self.other.id])

    def test_last_figures_of_a_phone(self):
        """Four of them, whether or not the first one is a 0."""
        self.other.phone = "+1 202 555-0142"
        for term in ("0142", "5550142", "555-0142"):
            self.assertEqual(self._search(term), [self.other.id], term)
        for term in ("142", "0043", "0000"):
            self.assertEqual(self._search(term), [], term)
        # The number of an order is more certain than a telephone
        self._create_plain_order(self.customer, date(2027, 2, 5)).name = "S90142"
        self._create_plain_order(self.customer, date(2027, 2, 5)).name = "S00142"
        self.assertEqual(self._search("0142"), [self.customer.id, self.other.id])

    def test_number_of_an_order_or_invoice_is_ranked_first(self):
        order = self._create_plain_order(self.other, date(2027, 2, 5))
        order.name = "S00007310"
        self._create_plain_order(self.customer, date(2027, 2, 5)).name = "S10007310"
        self.customer.phone = "+43 660 7310 110"
        # The number that ends with it, then the telephone; not a longer number
        for term in ("7310", "007310"):
            self.assertEqual(
                self._search(term), [self.other.id, self.customer.id], term
            )
        self.assertEqual(self._search("s00007310"), [self.other.id])
        invoice = self.env["account.move"].create(
            {"move_type": "out_invoice", "partner_id": self.other.id}
        )
        invoice.name = "INV/2027/00881"
        for term in ("INV/2027/00881", "inv/2027/00881", "2027/00881", "00881"):
            self.assertEqual(self._search(term), [self.other.id], term)
        for term in ("7/00881", "2026/00881", "2027/00882", "2027/(0)881"):
            self.assertEqual(self._search(term), [], term)
        # Zeros are no telephone, and few figures no number
        self.assertEqual(self._search("0009"), [])
        self.assertEqual(self._search("881"), [])

    def test_number_of_another_company_finds_nobody(self):
        order = self._create_plain_order(self.other, date(2027, 2, 5))
        elsewhere = self._create_user("cs_elsewhere", SELLER)
        company = self.env["res.company"].create({"name": "Elsewhere"})
        elsewhere.write({"company_ids": company.ids, "company_id": company.id})
        self.assertEqual(self._search(order.name, elsewhere), [])
        self.assertEqual(self._search(order.name, self.seller), [self.other.id])

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
                "last_order": {"name": last.name, "date": "Fri 5 Feb 2027"},
            },
        )

    def test_seller_of_own_documents_does_not_see_orders_of_others(self):
        order = self._create_plain_order(self.customer, date(2027, 2, 5))
        order.user_id = self.seller_all
        service = self.service.with_user(self.seller)
        row = service.search_customers("karen.berg@")["customers"][0]
        self.assertFalse(row["last_order"])
        # Whose number it is, is told: the caller is to be served
        self.assertEqual(self._search(order.name, self.seller), [self.customer.id])
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
        for key in ("banners", "series", "finished", "orders", "messages"):
            self.assertEqual(data[key], [], key)

    @freeze_time("2027-01-09 12:00:00")
    def test_card_of_a_series(self):
        """The next parcel, until when it can be changed, and what can be done."""
        product = self._create_parent_product(self._create_program())
        order = self._create_sold_order(product, order_date=date(2027, 1, 10))
        series = order.continuity_order_ids
        service = self.service.with_user(self.seller_all)
        data = service.get_customer(self.customer.id)
        # Three shipments of 30.00 that are billed later: the order itself has no total
        self.assertEqual([row["amount"] for row in data["orders"]], [90.0])
        (card,) = data["series"]
        first = series.shipment_ids[0]
        self.assertEqual(
            card["next"],
            {
                "number": 1,
                "day": "Sun 10 Jan 2027",
                "products": "Goods A",
                "product_id": self.goods_a.id,
                "amount": "$\xa030.00",
                "until": "Can be changed until Sat 9 Jan 2027.",
            },
        )
        self.assertEqual(
            [(row["day"], row["state"]) for row in card["parcels"]],
            [("10 Jan", "planned"), ("9 Feb", "planned"), ("11 Mar", "planned")],
        )
        self.assertEqual(
            (card["order"], card["shipment_id"], card["alerts"], card["open"]),
            (order.name, first.id, [], ""),
        )
        self.assertEqual(
            card["actions"],
            [
                "skip",
                "move",
                "swap",
                "postpone",
                "end",
                "pause",
                "cancel",
                "address",
                "card",
                "link",
                "hold",
            ],
        )
        self.assertEqual(card["account"], [])
        # Two days before its date it is made
        self.company.continuity_delivery_days = 2
        (card,) = service.get_customer(self.customer.id)["series"]
        self.assertIn("with the next run", card["next"]["until"])
        series.action_pause(date(2027, 3, 1))
        series.action_hold("Calls back")
        series._hold_for_payment("declined")
        (card,) = service.get_customer(self.customer.id)["series"]
        self.assertEqual(
            card["alerts"][:2], ["On hold: Calls back", "declined"], card["alerts"]
        )
        self.assertIn("resume", card["actions"])
        self.assertIn("release", card["actions"])

    @freeze_time("2027-01-10 12:00:00")
    def test_series_that_ends_with_the_next_parcel(self):
        """It is said, and cannot be ended once more after the same parcel."""
        product = self._create_parent_product(self._create_program())
        order = self._create_sold_order(product, order_date=date(2027, 1, 10))
        shipments = order.continuity_order_ids.shipment_ids
        service = self.service.with_user(self.seller_all)
        for last, can_end in ((shipments[1], True), (shipments[0], False)):
            last.action_end_here()
            (card,) = service.get_customer(self.customer.id)["series"]
            self.assertEqual("end" in card["actions"], can_end)
            day = {1: "Sun 10 Jan 2027", 2: "Tue 9 Feb 2027"}[last.number]
            self.assertEqual(
                card["alerts"],
                [f"The last parcel leaves on {day}: Goods {'AB'[last.number - 1]}."],
            )

    @freeze_time("2027-01-10 12:00:00")
    def test_series_by_next_parcel_and_finished_apart(self):
        product = self._create_parent_product(self._create_program())
        later = self._create_sold_order(product, order_date=date(2027, 1, 10))
        later.continuity_order_ids.shipment_ids[0].action_skip()
        sooner = self._create_sold_order(product, order_date=date(2027, 1, 10))
        quotation = self._create_order(product, order_date=date(2027, 1, 10))
        ended = self._create_sold_order(product, order_date=date(2027, 1, 10))
        ended.continuity_order_ids._cancel_orders("moved away")
        data = self.service.get_customer(self.customer.id)
        shown = [card["order"] for card in data["series"]]
        self.assertCountEqual(shown, [sooner.name, later.name, quotation.name])
        self.assertLess(shown.index(sooner.name), shown.index(later.name))
        (card,) = [c for c in data["series"] if c["order"] == quotation.name]
        self.assertEqual((card["actions"], card["next"]), (["complete"], False))
        self.assertEqual(
            [row["id"] for row in data["finished"]], ended.continuity_order_ids.ids
        )

    @freeze_time("2027-01-10 12:00:00")
    def test_cards_of_many_series_need_few_questions(self):
        """One series more costs no more than what belongs to itself."""
        product = self._create_parent_product(self._create_program())
        counts = []
        for _number in range(2):
            for _sold in range(3):
                self._create_sold_order(product, order_date=date(2027, 1, 10))
            with self._counting_queries(counts):
                self.service.get_customer(self.customer.id)
        self.assertLess(counts[1] - counts[0], 3 * 20, counts)

    @freeze_time("2027-01-10 12:00:00")
    def test_more_than_is_shown_is_said(self):
        """Three of each, where two are shown; of a list that is whole nothing."""
        product = self._create_parent_product(self._create_program())
        for _number in range(3):
            self._create_sold_order(product, order_date=date(2027, 1, 10))
        path = "odoo.addons.continuity_program.models.service"
        with (
            patch(f"{path}.continuity_customer_cards.LIST_LIMIT", 2),
            patch(f"{path}.continuity_customer_service.LIST_LIMIT", 2),
        ):
            data = self.service.get_customer(self.customer.id)
            more = data["more"]
            self.assertEqual((len(data["series"]), len(data["orders"])), (2, 2))
            for name, model in (
                ("series", "continuity.order"),
                ("orders", "sale.order"),
            ):
                self.assertEqual(more[name]["text"], "2 of 3 are shown. Open all.")
                self.assertEqual(more[name]["model"], model)
                found = self.env[model].search(more[name]["domain"])
                self.assertEqual((len(found), more[name]["count"]), (3, 3))
            self.assertFalse(more["finished"])
            # Who may see no more than is shown is told of no more
            mine = self.service.with_user(self.seller).get_customer(self.customer.id)
            self.assertEqual(mine["more"]["series"], False)
        with (
            patch(f"{path}.continuity_customer_cards.LIST_LIMIT", 3),
            patch(f"{path}.continuity_customer_service.LIST_LIMIT", 3),
        ):
            whole = self.service.get_customer(self.customer.id)["more"]
            self.assertEqual(
                whole, {"series": False, "finished": False, "orders": False}
            )

    @freeze_time("2027-01-10 12:00:00")
    def test_what_was_skipped_long_ago_hides_nothing(self):
        """Ten of twelve skipped: the next parcel is in the line, with four before."""
        event = self._event_vals(self.goods_a, days=30, repeat_count=11)
        product = self._create_parent_product(self._create_program(events=[event]))
        order = self._create_sold_order(product, order_date=date(2027, 1, 10))
        rows = order.continuity_order_ids.shipment_ids.sorted("number")
        rows[:10].action_skip()
        (card,) = self.service.get_customer(self.customer.id)["series"]
        self.assertEqual(
            [(row["number"], row["state"]) for row in card["parcels"]],
            [(number, "skipped") for number in (7, 8, 9, 10)]
            + [(11, "planned"), (12, "planned")],
        )
        self.assertEqual(card["shipment_id"], rows[10].id)

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

    def test_empty_quotation_is_used_again(self):
        service = self.service.with_user(self.seller)
        first = service.create_order(self.customer.id)
        self.assertEqual(service.create_order(self.customer.id), first)
        # Another customer, another agent, and one that has begun have their own
        order = self.env["sale.order"].browse(first["id"])
        others = [
            service.create_order(self.other.id)["id"],
            self.service.with_user(self.seller_all).create_order(self.customer.id)[
                "id"
            ],
        ]
        order.order_line = [Command.create({"product_id": self.goods_a.id})]
        others.append(service.create_order(self.customer.id)["id"])
        self.assertEqual(len({order.id, *others}), 4)
        # Nor is one taken that was made elsewhere
        plain = self.env["sale.order"].with_user(self.seller)
        mine = plain.create({"partner_id": self.other.id})
        self.assertNotEqual(service.create_order(self.other.id)["id"], mine.id)

    def test_empty_quotations_are_removed_after_a_day(self):
        service = self.service.with_user(self.seller)
        ids = [
            service.create_order(partner.id)["id"]
            for partner in self.env["res.partner"].create(
                [{"name": f"Caller {number}"} for number in range(4)]
            )
        ]
        empty, noted, begun, fresh = self.env["sale.order"].browse(ids)
        noted.message_post(body="Calls back", message_type="comment")
        begun.order_line = [Command.create({"product_id": self.goods_a.id})]
        by_hand = self.env["sale.order"].create({"partner_id": self.other.id})
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sale_order SET write_date = write_date - interval '25 hours'"
            " WHERE id IN %s",
            [tuple((empty | noted | begun | by_hand).ids)],
        )
        self.env.invalidate_all()
        self.env["sale.order"]._gc_empty_calls()
        self.assertFalse(empty.exists())
        self.assertEqual(
            (noted | begun | by_hand | fresh).exists(), noted | begun | by_hand | fresh
        )

    def test_new_customer_who_is_known_is_said_while_typing(self):
        defaults = self.service.with_user(self.seller).get_customer_defaults()
        self.assertEqual(defaults["country_id"], self.company.country_id.id)
        view = "continuity_program.res_partner_view_form_call"
        form = Form(self.env["res.partner"], view)
        form.name = "karen berger"
        self.assertIn("k.berger@example.org", form.continuity_same_text)
        form.zip = "1010"
        self.assertFalse(form.continuity_same_text)
        form.phone = "0043 660 1234567"
        self.assertIn("Lindenstraße 7", form.continuity_same_text)
        form.phone = "+43 1 999"
        form.email = "K.Berger@example.org"
        self.assertIn("Karen Berger", form.continuity_same_text)
        form.email = "new@example.org"
        self.assertFalse(form.continuity_same_text)
        self.assertFalse(form.save().continuity_same_text)


@tagged("post_install", "-at_install")
class TestAgent(ContinuityCommon):
    """Any agent serves any customer, asked as the users it is for."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.colleague = cls._create_user("ag_colleague", SELLER)
        cls.seller = cls._create_user("ag_seller", SELLER)
        cls.agent = cls._create_user(
            "ag_agent", "continuity_program.group_continuity_agent"
        )
        cls.program = cls._create_program()
        cls.product = cls._create_parent_product(cls.program)
        cls.sold = cls._create_sold_order(cls.product, user_id=cls.colleague.id)
        cls.ordinary = cls._create_order(cls.goods_a, user_id=cls.colleague.id)
        cls.order = cls.sold.continuity_order_ids
        cls.shipment = cls.order.shipment_ids[1]
        cls.service = cls.env["continuity.customer.service"]

    def _serve(self, user):
        return self.service.with_user(user).get_customer(self.customer.id)

    def test_off_a_colleague_has_series_and_no_more_is_told(self):
        for user in (self.seller, self.agent):
            data = self._serve(user)
            self.assertEqual(
                data["banners"],
                [{"id": False, "text": "Karen Berg has series with a colleague."}],
            )
            self.assertNotIn(self.order.name, str(data))
            self.assertNotIn(self.program.code, str(data))
            self.assertFalse(self.order.with_user(user).has_access("read"))
            quotation = self._create_order(self.product, user_id=user.id)
            order = quotation.continuity_order_ids.with_user(user)
            member = Summary(order).get_member_text()
            self.assertEqual(member, "Karen Berg has series with a colleague.")
        self.assertIn(self.order.name, str(self._serve(self.colleague)["series"]))

    def test_on_only_the_role_serves(self):
        self.company.continuity_any_agent = True
        self.assertIn("with a colleague", str(self._serve(self.seller)["banners"]))
        data = self._serve(self.agent)
        self.assertEqual([card["id"] for card in data["series"]], self.order.ids)
        self.assertEqual(data["banners"], [])
        self.assertIn(self.sold.name, [row["name"] for row in data["orders"]])
        for record in (
            self.sold,
            self.sold.order_line,
            self.order,
            self.shipment,
            self.shipment.line_ids,
        ):
            mine = record.with_user(self.agent)
            self.assertTrue(mine.has_access("write"), record)
            self.assertFalse(mine.has_access("unlink"), record)
            self.assertFalse(record.with_user(self.seller).has_access("read"), record)
        # What is no series stays the colleague's, and so do the sales reports
        self.assertFalse(self.ordinary.with_user(self.agent).has_access("read"))
        self.env.flush_all()
        report = self.env["sale.report"].with_user(self.agent)
        self.assertFalse(report.search([("partner_id", "=", self.customer.id)]))

    def test_agent_services_and_the_sale_stays_the_colleagues(self):
        self.company.continuity_any_agent = True
        self.shipment.with_user(self.agent).action_skip()
        self.assertEqual(self.shipment.state, "skipped")
        for record in (self.sold, self.order):
            mine = record.with_user(self.agent)
            with self.assertRaisesRegex(AccessError, "stays that colleague's sale"):
                mine.write({"user_id": self.agent.id})
            with self.assertRaises(AccessError):
                mine.write({"user_id": False})
            mine.write({"user_id": self.colleague.id})
        mine = self._create_order(self.product, user_id=self.agent.id)
        mine.with_user(self.agent).user_id = self.agent
        seller_all = self._create_user("ag_all", SELLER_ALL)
        self.sold.with_user(seller_all).user_id = seller_all
        self.assertEqual(self.sold.user_id, seller_all)

    def test_agent_of_another_company_sees_nothing(self):
        other = self.env["res.company"].create(
            {"name": "Elsewhere", "continuity_any_agent": True}
        )
        self.agent.write({"company_ids": other.ids, "company_id": other.id})
        for record in (self.sold, self.order, self.shipment):
            self.assertFalse(record.with_user(self.agent).has_access("read"), record)
        self.assertEqual(self._serve(self.agent)["banners"], [])

    def test_who_works_in_two_companies_is_told_which(self):
        """The card names that of the series, the customer that of a new order."""
        self.company.continuity_any_agent = True
        alone = self._serve(self.agent)
        self.assertEqual(alone["customer"]["company"], "")
        self.assertEqual({card["company"] for card in alone["series"]}, {""})
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.agent.company_ids |= other
        ids = [other.id, self.company.id]
        service = self.env["continuity.customer.service"].with_user(self.agent)
        both = service.with_context(allowed_company_ids=ids).get_customer(
            self.sold.partner_id.id
        )
        self.assertEqual(both["customer"]["company"], "Elsewhere")
        self.assertEqual(
            {card["company"] for card in both["series"]}, {self.company.name}
        )

    def test_new_customer_is_offered_to_whom_may_add_one(self):
        for user, may in ((self.seller, False), (self.agent, True)):
            result = self.service.with_user(user).search_customers("nobody at all")
            self.assertEqual(result["can_create"], may)
