# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import JsonRpcException, tagged
from odoo.tools import mute_logger

from ...models.cards.link_mail import describe_sending
from ..common import ACCOUNTANT, SELLER
from .card_page import CardPageCase

# The smallest picture there is
SIGNATURE = b"R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"


@tagged("post_install", "-at_install")
class TestCardPage(CardPageCase):
    """*Add credit card*: the provider's form for the customer."""

    # === WHO MAY SEE IT === #

    def test_visitor_with_the_signed_link_sees_the_form(self):
        response = self._get_page()
        self.assertEqual(response.status_code, 200)
        self.assertIn('id="o_payment_form"', response.text)
        self.assertIn('data-mode="validation"', response.text)
        self.assertIn(f'data-transaction-route="{self.url}/transaction"', response.text)
        self.assertIn(f'data-partner-id="{self.customer.id}"', response.text)
        self.assertNotIn("X-Frame-Options", response.headers)

    def test_landing_route_has_no_question_mark(self):
        response = self._get_page()
        self.assertIn(
            f'data-landing-route="{self.url}/done/{self.token}"', response.text
        )

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.http")
    def test_visitor_without_a_valid_link_is_sent_away(self):
        for token in ("wrong", "0" * len(self.token)):
            response = self._get_page(token=token)
            self.assertNotIn("o_payment_form", response.text)
            self.assertNotIn(self.url, response.url)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_customer_in_the_portal_sees_his_own_only(self):
        self.authenticate("portal", "portal")
        self.assertNotIn("o_payment_form", self._get_page(self.url).text)
        self.order.partner_id = self.partner_portal
        self.assertIn("o_payment_form", self._get_page(self.url).text)

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_seller_of_own_documents_may_not_use_the_order_of_another(self):
        seller = self._create_user("card_seller", SELLER)
        self.authenticate("card_seller", "card_seller")
        self.assertNotIn("o_payment_form", self._get_page().text)
        self.order.user_id = seller
        self.continuity_order.user_id = seller
        self.assertIn("o_payment_form", self._get_page().text)

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_accountant_reads_orders_but_stores_no_card(self):
        accountant = self._create_user("card_accountant", ACCOUNTANT)
        self.authenticate("card_accountant", "card_accountant")
        self.assertNotIn("o_payment_form", self._get_page().text)
        # Nor is told the link that makes anybody the customer
        order = self.continuity_order.with_user(accountant)
        for suffix in ("/card", "/authenticate"):
            self.assertEqual(
                order.get_portal_url(suffix=suffix), order.get_portal_url()
            )
        self.assertNotIn("/card", order.get_portal_url())

    def test_unpublished_provider_is_offered_inside_only(self):
        self.provider.is_published = False
        self.assertNotIn("o_payment_form", self._get_page().text)
        self._log_in_agent()
        self.assertIn("o_payment_form", self._get_page().text)

    def test_provider_of_a_parent_company_is_not_offered(self):
        """It takes payments of a branch; a card of it would be of no use at night."""
        root = self.env["res.company"].create({"name": "The whole group"})
        company = self.continuity_order.company_id
        # Odoo moves no company that exists
        self.env.cr.execute(
            "UPDATE res_company SET parent_id = %s, parent_path = %s WHERE id = %s",
            [root.id, f"{root.id}/{company.id}/", company.id],
        )
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        self.assertIn("o_payment_form", self._get_page().text)
        self.env.cr.execute(
            "UPDATE payment_provider SET company_id = %s WHERE id = %s",
            [root.id, self.provider.id],
        )
        self.env.invalidate_all()
        offered = self.env["payment.provider"]._get_compatible_providers(
            company.id, self.customer.id, 0.0, is_validation=True
        )
        self.assertIn(self.provider, offered, "Odoo offers it to the branch")
        self.assertNotIn("o_payment_form", self._get_page().text)
        with mute_logger("odoo.http"), self.assertRaises(JsonRpcException):
            self._request_transaction()

    def test_ended_order_takes_no_card(self):
        self.continuity_order.state = "cancelled"
        response = self._get_page()
        self.assertIn("has ended", response.text)
        self.assertNotIn("o_payment_form", response.text)
        with mute_logger("odoo.http"), self.assertRaises(JsonRpcException):
            self._request_transaction()
        self.assertFalse(self._get_transactions())
        with self.assertRaises(UserError):
            self.continuity_order.action_add_card()

    # === THE TRANSACTION === #

    def test_transaction_is_a_validation_for_the_customer(self):
        values = self._request_transaction()
        tx = self._get_transactions()
        self.assertEqual(values["reference"], tx.reference)
        self.assertRecordValues(
            tx,
            [
                {
                    "operation": "validation",
                    "partner_id": self.customer.id,
                    "amount": 0.0,
                    "tokenize": True,
                    "landing_route": f"{self.url}/done/{self.token}",
                    "sale_order_ids": [],
                }
            ],
        )

    def test_agent_stores_the_card_on_the_customer_not_on_himself(self):
        self._log_in_agent()
        self._store_card()
        token = self.continuity_order.payment_token_id
        self.assertEqual(token.partner_id, self.customer)
        self.assertEqual(self.order.state, "draft")

    def test_card_is_stored_on_the_invoice_address(self):
        payer = self._create_partner(name="Aunt Erna", parent_id=self.customer.id)
        self.continuity_order.partner_invoice_id = payer
        self._request_transaction()
        self.assertEqual(self._get_transactions().partner_id, payer)

    @mute_logger("odoo.http")
    def test_browser_cannot_choose_what_is_done(self):
        own = self._create_token()
        foreign = self._create_token(partner_id=self._create_partner(name="Eve").id)
        refused = (
            {"access_token": "wrong"},
            {"flow": "token", "token_id": own.id},
            {"flow": "token", "token_id": foreign.id},
            {"provider_id": self.provider.copy({"state": "disabled"}).id},
            {"provider_id": None},
            {"partner_id": self.env.user.partner_id.id},
            {"sale_order_id": self.order.id},
        )
        for values in refused:
            with self.assertRaises(JsonRpcException):
                self._request_transaction(**values)
        self.assertFalse(self._get_transactions())

    def test_amount_sent_by_the_browser_is_ignored(self):
        self._request_transaction(amount=500.0, is_validation=False)
        self.assertRecordValues(
            self._get_transactions(), [{"operation": "validation", "amount": 0.0}]
        )

    # === AFTERWARDS === #

    def test_stored_card_is_put_on_the_order_once(self):
        result = self._store_card()
        self.assertEqual(result["landing_route"], f"{self.url}/done/{self.token}")
        token = self._get_transactions().token_id
        self.assertEqual(len(token), 1)
        self.assertRecordValues(
            self.continuity_order,
            [{"payment_method": "card", "payment_token_id": token.id}],
        )
        # A seller chooses another card: late news of the first one change nothing
        other = self._create_token()
        self.continuity_order.payment_token_id = other
        self.make_jsonrpc_request("/payment/status/poll", {})
        self.assertEqual(self.continuity_order.payment_token_id, other)

    def test_failed_validation_leaves_the_order_without_card(self):
        for answer in ("error", "cancel", "pending"):
            self._store_card(answer)
            self.assertFalse(self.continuity_order.payment_token_id, answer)
            page = self._get_page(f"{self.url}/done/{self.token}")
            self.assertNotIn("data-card-stored", page.text)
        self.assertEqual(len(self._get_transactions().token_id), 3)

    def test_done_page_before_any_card_leads_to_the_form(self):
        response = self._get_page(f"{self.url}/done/{self.token}")
        self.assertIn("o_payment_form", response.text)

    @freeze_time("2027-06-15 12:00:00")
    def test_expiry_is_asked_for_once(self):
        self.token = self.continuity_order._get_card_token()
        self._store_card()
        token = self.continuity_order.payment_token_id
        page = self._get_page(f"{self.url}/done/{self.token}")
        self.assertIn("o_continuity_expiry_form", page.text)
        self.assertNotIn("data-card-stored", page.text)
        page = self._post_expiry(page, 2, 2028)
        self.assertEqual(token.expiry_date, date(2028, 2, 29))
        self.assertIn('data-card-stored="1"', page.text)
        self.assertNotIn("o_continuity_expiry_form", page.text)

    @freeze_time("2027-06-15 12:00:00")
    def test_expiry_cannot_be_changed_by_the_link(self):
        self.token = self.continuity_order._get_card_token()
        self._store_card()
        page = self._get_page(f"{self.url}/done/{self.token}")
        token = self.continuity_order.payment_token_id
        token.expiry_date = date(2029, 1, 31)
        self._post_expiry(page, 12, 2035)
        self.assertEqual(token.expiry_date, date(2029, 1, 31))

    @freeze_time("2027-06-15 12:00:00")
    def test_wrong_expiry_is_asked_again(self):
        self.token = self.continuity_order._get_card_token()
        self._store_card()
        page = self._get_page(f"{self.url}/done/{self.token}")
        token = self.continuity_order.payment_token_id
        for month, year in ((13, 2028), ("", ""), ("x", 2028), (5, 2027)):
            page = self._post_expiry(page, month, year)
            self.assertIn("alert-danger", page.text)
            self.assertFalse(token.expiry_date)
        # The month that is printed on the card counts to its last day
        self._post_expiry(page, 6, 2027)
        self.assertEqual(token.expiry_date, date(2027, 6, 30))

    # === IN THE BACK END === #

    def test_action_shows_the_signed_link(self):
        action = self.continuity_order.action_add_card()
        self.assertEqual(action["tag"], "continuity_card_dialog")
        self.assertEqual(action["name"], "Add credit card: Karen Berg")
        self.assertEqual(
            action["params"],
            {
                "continuity_order_id": self.continuity_order.id,
                "url": f"{self.url}?access_token={self.token}",
                "email": "karen.berg@example.com",
            },
        )

    def test_action_needs_write_access(self):
        seller = self._create_user("card_seller", SELLER)
        order = self.continuity_order.with_user(seller)
        with self.assertRaises(AccessError):
            order.action_add_card()
        with self.assertRaises(AccessError):
            order.action_send_card_link()

    def test_link_is_mailed_to_who_pays(self):
        self.continuity_order.action_send_card_link()
        message = self.continuity_order.message_ids[0]
        self.assertEqual(message.partner_ids, self.customer)
        self.assertIn(f"{self.url}?access_token={self.token}", message.body)

    def test_what_is_said_of_the_link_is_what_the_mail_queue_says(self):
        order = self.continuity_order
        order.action_send_card_link()
        message = order.message_ids[0]
        sent = message.notification_ids
        self.assertEqual(sent.res_partner_id, self.customer)
        for status, kind, text in (
            ("sent", "success", "The link was sent to karen.berg@example.com."),
            ("ready", "success", "is on its way"),
            ("exception", "danger", "has not left: no such mailbox"),
        ):
            sent.write({"notification_status": status})
            sent.failure_reason = status == "exception" and "no such mailbox"
            said = describe_sending(message, self.customer)
            self.assertEqual(said["type"], kind)
            self.assertIn(text, said["message"])

    def test_link_without_address_is_refused(self):
        self.customer.email = False
        with self.assertRaisesRegex(UserError, "Karen Berg has no e-mail address"):
            self.continuity_order.action_send_card_link()

    # === ACCEPTING A QUOTATION BY STORING THE CARD === #

    def _send_quotation(self, **values):
        self.order.write({"state": "sent", **values})

    def test_card_of_the_customer_confirms_the_signed_quotation(self):
        self._send_quotation(
            require_signature=True, require_payment=False, signature=SIGNATURE
        )
        self._store_card()
        self.assertEqual(self.order.state, "sale")
        self.assertEqual(self.continuity_order.state, "running")

    def test_card_does_not_replace_a_signature(self):
        self._send_quotation(require_signature=True, require_payment=True)
        self._store_card()
        self.assertEqual(self.order.state, "sent")

    def test_card_confirms_where_payment_is_the_acceptance(self):
        self._send_quotation(require_signature=False, require_payment=True)
        self._store_card()
        self.assertEqual(self.order.state, "sale")

    def test_card_confirms_nothing_that_was_not_asked_for(self):
        self._send_quotation(require_signature=False, require_payment=False)
        self._store_card()
        self.assertEqual(self.order.state, "sent")

    def test_card_taken_by_the_seller_never_confirms(self):
        self._send_quotation(require_signature=False, require_payment=True)
        self._log_in_agent()
        self._store_card()
        self.assertTrue(self.continuity_order.payment_token_id)
        self.assertEqual(self.order.state, "sent")
