# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A provider that takes one currency is asked for no other one."""

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from ..cases.gate import GateCase
from .card_page import CardPageCase

TEXT = "takes no EUR. Take a card of another provider"


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestCardCurrency(GateCase):
    """Three instalments in EUR: 23.37, 23.37 and 23.38."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.euro = cls.company.currency_id
        cls.dollar = cls.env.ref("base.USD")

    def _take_only(self, currencies):
        self.provider.available_currency_ids = [Command.set(currencies.ids)]

    def _count(self):
        return len(self.gate.asked)

    def test_not_asked(self):
        """The same number of dollars is not taken instead."""
        [order] = self._sell_many(1)
        row = self._first(order)
        self.dollar.active = False
        self._take_only(self.dollar)
        run = self._run_at("2027-09-10 13:00:00")
        self.assertRecordValues(
            run.line_ids, [{"outcome": "skipped", "reason": "provider_off"}]
        )
        self.assertIn(TEXT, run.line_ids.message)
        self.assertRecordValues(
            row, [{"state": "scheduled", "attempts": 0, "attention": "provider_off"}]
        )
        self.assertEqual(self._count(), 0)
        row.action_charge_now()
        self.assertEqual((row.state, self._count()), ("scheduled", 0))
        # With the right one, or without any, it is
        self._take_only(self.dollar | self.euro)
        row.invalidate_recordset(["attention"])
        self.assertFalse(row.attention)
        self._run_at("2027-09-10 14:00:00")
        self.assertEqual((row.state, self._count()), ("paid", 1))

    def test_withdrawn_when_it_is_claimed(self):
        """The last look is before the request goes out."""
        [order] = self._sell_many(1)
        row = self._first(order)
        claimed = row._claim(order.company_id._continuity_today())
        self._take_only(self.dollar)
        self.assertFalse(claimed._send_charge())
        self.assertEqual((row.state, self._count()), ("scheduled", 0))

    def test_not_chosen(self):
        """Neither in the list, nor by whoever writes it, nor at Submit."""
        token = self._create_token()
        quotation = self._quote(self.instalments, token)
        order = quotation.continuity_order_ids
        self.assertIn(token, order.available_token_ids)
        self._take_only(self.dollar)
        order.invalidate_recordset(["available_token_ids"])
        self.assertNotIn(token, order.available_token_ids)
        with self.assertRaisesRegex(ValidationError, TEXT):
            order._set_payment_token(token)
        self.assertIn(TEXT, quotation._get_continuity_refusal())


@tagged("post_install", "-at_install")
class TestCardCurrencyPage(CardPageCase):
    """The page that stores cards."""

    def test_not_offered(self):
        self.assertIn('id="o_payment_form"', self._get_page().text)
        other = self.env["res.currency"].with_context(active_test=False)
        other = other.search([("id", "!=", self.order.currency_id.id)], limit=1)
        self.provider.available_currency_ids = [Command.set(other.ids)]
        self.assertNotIn(
            f'data-provider-id="{self.provider.id}"', self._get_page().text
        )
