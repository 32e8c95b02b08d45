# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged

from odoo.addons.continuity_program.tests.cases.payment import PaymentCase


@tagged("post_install", "-at_install")
class TestMollie(PaymentCase, HttpCase):
    """A provider that stores no card: the seller is told, and nobody gets stuck."""

    @classmethod
    def _setup_provider(cls):
        super()._setup_provider()
        cls.demo = cls.provider
        cls.mollie = cls.env.ref("payment.payment_provider_mollie").sudo()
        cls.mollie.write(
            {"state": "test", "is_published": True, "mollie_api_key": "test_key"}
        )

    def setUp(self):
        super().setUp()
        self.order = self._create_order(self.instalments).continuity_order_ids
        self.demo.state = "disabled"

    def test_the_settings_say_so(self):
        self.assertFalse(self.mollie.allow_tokenization)
        settings = self.env["res.config.settings"].create({})
        self.assertFalse(settings.continuity_has_provider)
        self.demo.state = "test"
        settings.invalidate_recordset()
        settings = self.env["res.config.settings"].create({})
        self.assertTrue(settings.continuity_has_provider)

    def test_the_card_page_says_so(self):
        page = self.url_open(
            f"/my/continuity/{self.order.id}/card"
            f"?access_token={self.order._get_card_token()}"
        )
        self.assertEqual(page.status_code, 200)
        self.assertNotIn('id="o_payment_form"', page.text)
        self.assertIn("No payment method available", page.text)

    def test_nothing_is_sold_without_a_card(self):
        """Submit says what is missing; the quotation stays as it is."""
        self.order.payment_method = "card"
        with self.assertRaisesRegex(UserError, "card"):
            self.order.sale_order_id.action_confirm()
        self.assertEqual(self.order.state, "draft")
