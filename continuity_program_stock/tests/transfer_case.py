# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time

from odoo.addons.continuity_program.tests.cases.billing import BillingCase


class TransferCase(BillingCase):
    """A parcel that is paid in three instalments, and its transfer.

    Its second instalment is due, and nobody has asked for it.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2027-09-10 12:00:00"):
            cls._set_currency("EUR")
            schedule = cls.env["continuity.payment.schedule"].create(
                {
                    "name": "3 monthly",
                    "code": "M3",
                    "unit": "months",
                    "interval": 1,
                    "number_of_payments": 3,
                }
            )
            product = cls._create_club(payment_schedule_id=schedule.id)
            cls.sale_order = cls._create_sold_order(
                product, order_date=date(2027, 9, 10), quantity=2
            )
            cls.order = cls.sale_order.continuity_order_ids
            cls._execute("create_child_orders", sale_order=cls.sale_order)
            cls.child = cls.order.child_order_ids
            cls.picking = cls.child.picking_ids
            cls.row = cls.order.payment_ids[1]
            cls.row.due_date = date(2027, 9, 10)
