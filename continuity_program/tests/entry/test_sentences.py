# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from ...models.entry.summary import Summary
from ...wizard import continuity_cancel
from ..common import ContinuityCommon


@tagged("post_install", "-at_install")
@freeze_time("2027-01-10 12:00:00")
class TestSentences(ContinuityCommon):
    """What people read is whole sentences: no language has to live with pieces."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls._create_parent_product(cls._create_program())
        cls.order = cls._create_sold_order(cls.product, order_date=date(2027, 1, 10))
        cls.continuity_order = cls.order.continuity_order_ids
        cls.shipment = cls.continuity_order.shipment_ids[1]

    def _plain(self, text):
        return " ".join(str(text).replace("\xa0", " ").split())

    def test_dropped_shipments(self):
        effect = self.shipment._get_drop_effect("skip")
        self.assertEqual(
            self._plain(effect["total_text"]),
            "Dropped $ 30.00: the total goes from $ 90.00 to $ 60.00.",
        )

    def test_nothing_has_no_minus_sign(self):
        """A sum of floats may miss zero by a hair."""
        currency = self.order.currency_id
        for amount, text in (
            (0.1 + 0.2 - 0.3 - 1e-9, "$ 0.00"),
            (-0.0, "$ 0.00"),
            (-0.004, "$ 0.00"),
            (-0.006, "$ -\ufeff0.01"),
            (-30.0, "$ -\ufeff30.00"),
        ):
            with self.subTest(amount):
                self.assertEqual(self._plain(currency.format(amount)), text)

    def test_label_of_a_state_stays_as_it_is(self):
        self.shipment.action_skip()
        with self.assertRaisesRegex(UserError, "is Skipped. Only a cancelled one"):
            self.shipment.action_replan()
        self.env["res.lang"]._activate_lang("de_DE")
        self.env["ir.module.module"]._load_module_terms(
            ["continuity_program"], ["de_DE"]
        )
        interval = self.env.ref("continuity_program.continuity_date_interval_monthly")
        event_sudo = self.shipment.event_id.sudo().with_context(lang="de_DE")
        event_sudo.write({"days_from_last": 0, "date_interval_id": interval.id})
        self.assertEqual(
            Summary(self.continuity_order).get_rhythm_text(event_sudo),
            interval.with_context(lang="de_DE").name,
        )

    def test_orders_that_are_not_shown(self):
        """One has a sentence of its own: not every language adds a letter."""
        orders = self.continuity_order
        for _number in range(2):
            sold = self._create_sold_order(self.product, order_date=date(2027, 1, 10))
            orders += sold.continuity_order_ids
        for shown, text in (
            (1, "… and 2 more orders, which are cancelled the same way."),
            (2, "… and 1 more order, which is cancelled the same way."),
        ):
            with patch.object(continuity_cancel, "SHOWN_ORDERS", shown):
                wizard = self.env["continuity.cancel"].create(
                    {"order_ids": orders.ids, "when": "now"}
                )
                self.assertIn(text, self._plain(wizard.effect_html))
        wizard = self.env["continuity.cancel"].create(
            {"order_ids": orders.ids, "when": "now"}
        )
        self.assertNotIn("the same way", self._plain(wizard.effect_html))

    def test_buttons_of_the_portal(self):
        rows = self.env["continuity.payment"].new({"amount": 10.0})
        rows += self.env["continuity.payment"].new({"amount": 20.0})
        text = self.continuity_order._get_pay_now_text(rows)
        self.assertEqual(self._plain(text), "Pay $ 30.00 now")
        self.assertEqual(
            self.continuity_order._get_save_card_text(),
            f"Save a card for {self.product.name}",
        )
        self.assertEqual(
            self.continuity_order.payment_token_id._get_continuity_stored_text(),
            "The card Demo •••• 4242 (12/35) is stored.",
        )
