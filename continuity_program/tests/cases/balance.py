# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Balances that are stored, and what they are checked against."""

from freezegun import freeze_time

from ...jobs import check_balances
from ...models.balances import continuity_balance_check
from .billing import BillingCase


class BalanceCase(BillingCase):
    """Orders of the fixture's day, and their accounts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2027-09-10 12:00:00"):
            cls._set_currency("EUR")
            schedule = cls.env["continuity.payment.schedule"].create(
                {
                    "name": "Three",
                    "code": "3M",
                    "unit": "months",
                    "number_of_payments": 3,
                }
            )
            cls.club = cls._create_club("CLUB")
            cls.upfront = cls._create_club("UPFRONT", bill_upfront=True)
            cls.instalments = cls._create_club(
                "INSTALMENTS", bill_upfront=True, payment_schedule_id=schedule.id
            )
        # What other tests have left behind is not looked at
        cls.env["continuity.order"].search([]).state = "cancelled"
        cls.env.flush_all()
        cls.env.cr.execute("UPDATE continuity_order SET write_date = '2020-01-01'")
        cls.env.cr.execute("UPDATE continuity_payment SET write_date = '2020-01-01'")
        cls.env.cr.execute("UPDATE account_move SET write_date = '2020-01-01'")

    def _sell(self, product, token=None):
        """Submit an order, and do what is due of it on the day."""
        sale_order = self._quote(product, token)
        sale_order.action_confirm()
        for job in ("process_payments", "create_child_orders"):
            self._execute(job, sale_order=sale_order)
        return sale_order.continuity_order_ids

    def _check(self, **values):
        return self._execute("check_balances", **values)

    def _get_balances(self, orders):
        return self.env["continuity.balance"].search(
            [
                "|",
                ("continuity_order_id", "in", orders.ids),
                ("ordinary_order_id", "in", orders.sale_order_id.ids),
            ],
            order="id",
        )

    def _account(self, balance):
        """The terms that are not zero."""
        return {
            name.removeprefix("amount_"): balance[name]
            for name in continuity_balance_check.TERMS
            if balance[name]
        }

    def _get_activities(self):
        return self.company.partner_id.activity_search([check_balances.DIFFERS])
