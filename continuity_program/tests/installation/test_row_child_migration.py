# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import importlib.util
from datetime import date
from pathlib import Path

from odoo.tests import freeze_time, tagged

from ..cases.credit import InvoicedCase

NAME = "pre-row-child.py"


@tagged("post_install", "-at_install")
class TestRowChildMigration(InvoicedCase):
    """An upgrade finds which child order each payment was made for."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.club_b = cls._create_club(code="CLUBB", payment_schedule_id=cls.monthly.id)

    def _upgrade(self, rows):
        """Forget it, and find it again, twice."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE continuity_payment SET child_order_id = NULL WHERE id IN %s",
            [tuple(rows.ids)],
        )
        path = Path(__file__).parents[2] / "migrations" / "19.0.1.1.0" / NAME
        spec = importlib.util.spec_from_file_location("row_child", path)
        script = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(script)
        for _time in range(2):
            script.migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()

    def _replan(self, order):
        """Cancel the first child, and make the next one some days later."""
        shipment = order.shipment_ids[0]
        with freeze_time("2027-09-11 12:00:00"):
            shipment.child_order_id.with_user(self.seller).action_cancel()
            shipment.with_user(self.seller).action_replan()
            second = self._create_child(order, 1, date(2027, 9, 11))
        self.env.flush_all()
        # All this is one transaction, and has the time of its beginning
        late = "UPDATE {} SET create_date = create_date + interval '2 days'"
        self.env.cr.execute(f"{late.format('sale_order')} WHERE id = %s", [second.id])
        self.env.cr.execute(
            f"{late.format('continuity_payment')} WHERE child_order_id = %s",
            [second.id],
        )
        return second

    def test_planned_again(self):
        """What was charged, and what the next child asks; of the rest nobody knows."""
        order = self._submit(self.club_b)
        with freeze_time("2027-09-10 12:00:00"):
            first = self._create_child(order)
        old = order.payment_ids.sorted("sequence")
        second = self._replan(order)
        rows = order.shipment_ids[0]._get_payment_rows()
        self.assertEqual(rows.child_order_id, first | second)
        self.assertEqual(len(rows), 6)
        self._upgrade(rows)
        self.assertEqual(old[0].child_order_id, first)
        self.assertFalse(old[1:].child_order_id)
        self.assertEqual(old[1:].mapped("state"), ["cancelled"] * 2)
        self.assertEqual((rows - old).mapped("child_order_id"), second)
        for row in rows - old:
            self.assertEqual(row.child_order_id, second)

    def test_by_its_invoice(self):
        """A payment that names the invoice alone; up front there is no child."""
        self.company.continuity_authorize_child = False
        order = self._submit(self._create_club(code="CLUBA"))
        upfront = self._submit(self.club)
        with freeze_time("2027-09-10 12:00:00"):
            child = self._create_child(order)
        self._invoice(child, "2027-09-10")
        self._pay_due("2027-09-10")
        row = order.payment_ids
        self.assertFalse(row.transaction_ids.sale_order_ids)
        self._upgrade(row | upfront.payment_ids)
        self.assertEqual(row.child_order_id, child)
        self.assertFalse(upfront.payment_ids.child_order_id)
