# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The inbox of exceptions: what its tests look at, and how."""

from odoo.tests import freeze_time

from ..common import ContinuityCommon

DAY = "2027-09-01"


class ExceptionCase(ContinuityCommon):
    """Members of BOOK, COFFEE and TEA, and what stands in the way of each."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.monthly = cls.env.ref("continuity_program.continuity_date_interval_monthly")
        cls.customer.write(
            {
                "continuity_allow_on_account": True,
                "street": "Main Street 1",
                "city": "Town",
                "zip": "12345",
                "country_id": cls.env.ref("base.de").id,
            }
        )
        # What other tests have left behind is not looked at
        cls.env["continuity.order"].search([]).state = "cancelled"

    @classmethod
    def _create_series(cls, code, price, count, **values):
        program = cls._create_program(
            code,
            [
                cls._event_vals(
                    cls.goods[place % 3],
                    price=price,
                    **({"date_interval_id": cls.monthly.id} if place else {}),
                )
                for place in range(count)
            ],
            **values,
        )
        cls._create_parent_product(program, f"Club {code}")
        return program

    @classmethod
    def _sell(cls, program, day, token=None, **values):
        """Submit an order on a day, and do what is due of it that day."""
        product = program.product_tmpl_ids.product_variant_id
        with freeze_time(f"{day} 12:00:00"):
            order = cls._create_order(product, **values)
            if token is False:
                method = {"payment_method": "on_account", "payment_token_id": False}
            else:
                token = token or cls._create_token()
                method = {"payment_method": "card", "payment_token_id": token.id}
            order.continuity_order_ids.write(method)
            order.action_confirm()
            cls._run_day(order)
        return order.continuity_order_ids

    @classmethod
    def _run_day(cls, sale_order):
        for job in ("process_payments", "create_child_orders", "close_orders"):
            cls._execute(job, sale_order=sale_order)

    @classmethod
    def _refresh(cls, day=DAY, **values):
        with freeze_time(f"{day} 12:00:00"):
            return cls._execute("refresh_insight", **values)

    def _get_rows(self, orders=None):
        domain = [("closed_on", "=", False), ("company_id", "=", self.company.id)]
        if orders is None:
            domain.append(("continuity_order_id", "!=", False))
        else:
            domain.append(("continuity_order_id", "in", orders.ids))
        return self.env["continuity.exception"].search(domain)
