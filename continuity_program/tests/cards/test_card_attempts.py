# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import requests
from freezegun import freeze_time

from odoo import fields
from odoo.tests import JsonRpcException, tagged
from odoo.tools import mute_logger

from ..common import MANAGER
from .card_page import CardPageCase

ACTIVITY = "continuity_program.mail_activity_card_attempts"


@tagged("post_install", "-at_install")
class TestCardAttempts(CardPageCase):
    """Stolen cards are tried where one can be stored for nothing: not here."""

    def _use_order(self, order):
        self.continuity_order = order
        self.token = order._get_card_token()
        self.url = f"/my/continuity/{order.id}/card"

    def _try_cards(self, count, answer):
        for _number in range(count):
            self._store_card(answer)

    def _assert_closed(self):
        page = self._get_page()
        self.assertIn("o_continuity_card_refusal", page.text)
        self.assertIn("try again tomorrow", page.text.replace("\n", " "))
        self.assertNotIn("o_payment_form", page.text)
        count = len(self._get_transactions())
        message = {
            "jsonrpc": "2.0",
            "method": "call",
            "params": self._prepare_request(),
        }
        with mute_logger("odoo.http"):
            answer = self.url_open(f"{self.url}/transaction", json=message).json()
        self.assertIn("For your safety", answer["error"]["data"]["message"])
        self.assertEqual(len(self._get_transactions()), count)

    def _get_activities(self):
        activities = self.continuity_order.activity_ids
        kind = self.env.ref(ACTIVITY)
        return activities.filtered(lambda a: a.activity_type_id == kind)

    # === LIMITS === #

    def test_five_failures_close_the_page_for_the_day(self):
        self._try_cards(4, "error")
        self.assertIn("o_payment_form", self._get_page().text)
        self.assertFalse(self._get_activities())
        self._try_cards(1, "cancel")
        self._assert_closed()
        activity = self._get_activities()
        self.assertEqual(len(activity), 1)
        self.assertEqual(
            activity.user_id, self.continuity_order._get_responsible_user()
        )
        self.assertIn("Karen Berg", activity.note)
        self._get_page()
        self.assertEqual(len(self._get_activities()), 1)
        # The next day begins with none
        for transaction in self._get_transactions():
            transaction.last_state_change -= timedelta(days=1)
        self.assertIn("o_payment_form", self._get_page().text)

    def test_failed_cards_are_of_no_use(self):
        self._try_cards(2, "error")
        self._try_cards(1, "cancel")
        tokens = self._get_transactions().token_id
        self.assertEqual(tokens.mapped("active"), [False] * 3)
        self.assertFalse(self.continuity_order.available_token_ids & tokens)
        self._store_card("done")
        self.assertTrue(self.continuity_order.payment_token_id.active)

    def test_five_stored_cards_are_enough(self):
        self._try_cards(5, "done")
        self._assert_closed()
        self.assertEqual(len(self._get_transactions().token_id), 5)
        self.assertEqual(len(self._get_activities()), 1)

    def test_unanswered_requests_count(self):
        """Else many are begun first, and all tried afterwards."""
        for _number in range(5):
            self._request_transaction()
        self._assert_closed()

    def test_stored_and_failed_cards_count_apart(self):
        self._try_cards(4, "done")
        self._try_cards(4, "error")
        self.assertIn("o_payment_form", self._get_page().text)
        self._request_transaction()
        self._assert_closed()

    def test_ten_failures_close_all_pages_of_the_customer(self):
        orders = [
            self._create_order(self.product).continuity_order_ids for _number in "123"
        ]
        for order in orders[:2]:
            self._use_order(order)
            self._try_cards(5, "error")
        self._use_order(orders[2])
        self._assert_closed()
        other = self._create_partner(name="Other customer")
        order = self._create_order(self.product, partner_id=other.id)
        self._use_order(order.continuity_order_ids)
        self.assertIn("o_payment_form", self._get_page().text)

    def test_limits_are_the_company_s(self):
        self.company.continuity_card_failures_order = 1
        self._try_cards(1, "error")
        self._assert_closed()
        self.company.continuity_card_failures_order = 3
        self.company.continuity_card_failures_customer = 2
        self._try_cards(1, "error")
        self._assert_closed()
        self.company.continuity_card_failures_order = 0
        self.assertIn("Please call us", self._get_page().text)

    def test_agent_on_the_phone_is_not_limited(self):
        self._try_cards(5, "error")
        self._log_in_agent()
        self.assertIn("o_payment_form", self._get_page().text)
        self._store_card("done")
        self.assertTrue(self.continuity_order.payment_token_id)

    def test_many_requests_at_the_same_moment(self):
        """Through the browser's door; the lock itself has a test with two sessions."""
        url = f"{self.base_url()}{self.url}/transaction"
        params = self._prepare_request()

        def ask(_number):
            message = {"jsonrpc": "2.0", "method": "call", "params": params}
            answer = requests.post(url, json=message, timeout=60).json()
            return "result" in answer

        with (
            mute_logger("odoo.http"),
            self.allow_requests(all_requests=True),
            ThreadPoolExecutor(4) as pool,
        ):
            accepted = list(pool.map(ask, range(12)))
        self.assertEqual(sum(accepted), 5)
        self.assertEqual(len(self._get_transactions()), 5)

    # === LINKS END === #

    def _ask_for_link(self, page, token):
        return self.url_open(
            f"{self.url}/link",
            data={"csrf_token": self._get_csrf_token(page), "access_token": token},
        )

    def _get_links(self):
        template = "store the card you want to pay your order"
        return self.continuity_order.message_ids.filtered(
            lambda message: template in (message.body or "")
        )

    def test_link_ends_after_thirty_days(self):
        today = self.company._continuity_today()
        with freeze_time(today - timedelta(days=30)):
            self.token = self.continuity_order._get_card_token()
        self.assertIn("o_payment_form", self._get_page().text)
        with freeze_time(today - timedelta(days=31)):
            self.token = self.continuity_order._get_card_token()
        page = self._get_page()
        self.assertNotIn("o_payment_form", page.text)
        self.assertIn("o_continuity_link_form", page.text)
        with mute_logger("odoo.http"), self.assertRaises(JsonRpcException):
            self._request_transaction()
        self.assertFalse(self._get_transactions())
        self.assertNotIn("Karen", page.text)

    def test_days_of_a_link_cannot_be_changed(self):
        day, signature = self.token.split("-")
        later = str(int(day) + 10000)
        for token in (f"{later}-{signature}", f"-{signature}", day, "", "é-é", "-"):
            page = self._get_page(token=token or "x")
            self.assertNotIn("o_payment_form", page.text, token)
            self.assertNotIn("o_continuity_link_form", page.text, token)
        other = self._create_order(self.product).continuity_order_ids
        page = self._get_page(token=other._get_card_token())
        self.assertNotIn("o_payment_form", page.text)

    def test_new_link_is_mailed_to_the_address_we_have(self):
        """By an old link, and by the order's own key, which opens no form."""
        key = self.continuity_order._portal_ensure_token()
        page = self._get_page(token=key)
        self.assertNotIn("o_payment_form", page.text)
        answer = self._ask_for_link(page, key)
        self.assertIn("o_continuity_link_sent", answer.text)
        self.assertNotIn("karen.berg", answer.text)
        link = self._get_links()
        self.assertEqual(link.partner_ids, self.customer)
        self.assertEqual(link.author_id, self.company.partner_id)
        self.assertIn(self.token, link.body)
        # Once an hour
        self._ask_for_link(page, key)
        self.assertEqual(len(self._get_links()), 1)
        self.continuity_order.card_link_mailed_at -= timedelta(minutes=61)
        self._ask_for_link(page, key)
        self.assertEqual(len(self._get_links()), 2)

    def test_nobody_learns_whether_an_order_exists(self):
        key = self.continuity_order._portal_ensure_token()
        page = self._get_page(token=key)
        known = self._ask_for_link(page, key)
        guessed = self._ask_for_link(page, "guessed")
        url = self.url
        self.url = "/my/continuity/999999999/card"
        unknown = self._ask_for_link(page, key)
        self.url = url
        texts = {
            response.text.split("o_continuity_card_page")[1].split("</main>")[0]
            for response in (known, guessed, unknown)
        }
        self.assertEqual(len(texts), 1)
        self.assertEqual(len(self._get_links()), 1)

    def test_ended_order_mails_no_link(self):
        key = self.continuity_order._portal_ensure_token()
        page = self._get_page(token=key)
        self.continuity_order.state = "closed"
        self._ask_for_link(page, key)
        self.assertFalse(self._get_links())

    def test_link_goes_through_all_pages(self):
        """It gets no longer life by being used."""
        today = self.company._continuity_today()
        with freeze_time(today - timedelta(days=30)):
            self.token = self.continuity_order._get_card_token()
        page = self._get_page()
        self.assertIn(f'data-landing-route="{self.url}/done/{self.token}"', page.text)
        self._store_card("error")
        page = self._get_page(f"{self.url}/done/{self.token}")
        self.assertIn(f"{self.url}?access_token={self.token}", page.text)

    def test_logged_in_customer_needs_no_link(self):
        self.order.partner_id = self.partner_portal
        self.authenticate("portal", "portal")
        self.assertIn("o_payment_form", self._get_page(self.url).text)

    # === RIGHTS === #

    def test_day_begins_at_midnight_of_the_company(self):
        self.company.partner_id.tz = "Pacific/Auckland"
        day = fields.Date.to_date("2027-06-15")
        self.assertEqual(
            self.company._continuity_day_start(day),
            fields.Datetime.to_datetime("2027-06-14 12:00:00"),
        )

    def test_responsible_manager_is_told(self):
        manager = self._create_user("attempts_manager", MANAGER)
        self.company.continuity_responsible_id = manager
        self.continuity_order.write({"user_id": False, "team_id": False})
        self._try_cards(5, "error")
        self.assertEqual(self._get_activities().user_id, manager)
