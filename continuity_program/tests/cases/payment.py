# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A card, and what its provider answers."""

from datetime import date

from odoo.tests import freeze_time

from .billing import BillingCase


class PaymentCase(BillingCase):
    """Programs of the fixture paid by three monthly instalments, in EUR."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2027-09-10 12:00:00"):
            cls._set_currency("EUR")
            cls.schedule = cls.env["continuity.payment.schedule"].create(
                {
                    "name": "3 monthly",
                    "code": "3M",
                    "allocation": "fixed_quantity",
                    "unit": "months",
                    "number_of_payments": 3,
                }
            )
            cls.instalments = cls._create_club(
                "INSTAL", bill_upfront=True, payment_schedule_id=cls.schedule.id
            )

    def _sell(self, token=None, product=None):
        order = self._quote(product or self.instalments, token)
        order.action_confirm()
        return order.continuity_order_ids

    def _sell_on_account(self, product=None):
        self.customer.continuity_allow_on_account = True
        order = self._create_order(product or self.instalments, date(2027, 9, 10))
        order.continuity_order_ids.payment_method = "on_account"
        order.action_confirm()
        return order.continuity_order_ids

    def _rows(self, order):
        return order.payment_ids.sorted(lambda row: (row.due_date, row.id))

    def _pay(self, invoice, amount):
        """A transfer of the customer, matched with the oldest maturity."""
        return (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"amount": amount})
            ._create_payments()
        )

    def _run(self, day, **values):
        with freeze_time(f"{day} 12:00:00"):
            return self._execute("process_payments", **values)
