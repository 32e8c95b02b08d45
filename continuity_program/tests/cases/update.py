# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A program that changes while orders run."""

from odoo.tests import freeze_time

from ..common import ContinuityCommon


class UpdateCase(ContinuityCommon):
    """Orders of 2027-09-10: goods A, B 30 days later, C 30 days later; child 1 made."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.goods_z = cls.env["product.product"].create(
            cls._goods_vals("Goods Z", price=22.0)
        )
        cls.program = cls._create_program()
        cls.product = cls._create_parent_product(cls.program)
        cls.event_a, cls.event_b, cls.event_c = cls.program.event_ids

    def _sell(self, product=None, **values):
        with freeze_time("2027-09-10 12:00:00"):
            order = self._create_sold_order(
                product or self.product, **values
            ).continuity_order_ids
            self._execute("create_child_orders", sale_order=order.sale_order_id)
        return order

    def _release(self, program=None, notice_date=None):
        with freeze_time("2027-09-12 12:00:00"):
            (program or self.program)._release_update(notice_date)

    def _update(self, program=None, notice_date=None, day="2027-09-12", **values):
        self._release(program, notice_date)
        return self._run(day, **values)

    def _run(self, day="2027-09-12", **values):
        with freeze_time(f"{day} 12:00:00"):
            return self._execute("update_orders", **values)

    def _clean(self, text):
        """Amounts are written with spaces of their own."""
        text = text.replace("&nbsp;", " ").replace("\N{NO-BREAK SPACE}", " ")
        return text.replace("\N{ZERO WIDTH NO-BREAK SPACE}", "")

    def _get_rows(self, order):
        """Day, products and net price of the rows that count, in order."""
        rows = order.shipment_ids.filtered(lambda s: s.state != "cancelled")
        return [
            (
                f"{row.planned_date:%m-%d}",
                row.products_text,
                row.amount_untaxed,
            )
            for row in rows.sorted("number")
        ]
