# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .common import ContinuityCommon


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 08:00:00")
class TestOrderEntry(ContinuityCommon):
    """A quotation line with a parent product owns one planned continuity order."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program = cls._create_program()
        cls.product = cls._create_parent_product(cls.program)

    def test_line_gets_draft_order(self):
        """Walk-through step 6, variant A."""
        order = self._create_order(self.product)
        self.assertEqual(len(order.continuity_order_ids), 1)
        continuity = order.continuity_order_ids
        self.assertRecordValues(
            continuity.shipment_ids,
            [
                {"number": 1, "planned_date": date(2027, 9, 10), "amount_total": 30.0},
                {"number": 2, "planned_date": date(2027, 10, 10), "amount_total": 30.0},
                {"number": 3, "planned_date": date(2027, 11, 9), "amount_total": 30.0},
            ],
        )
        self.assertRecordValues(
            continuity,
            [{"state": "draft", "amount_planned": 90.0, "quantity": 1.0}],
        )
        self.assertEqual(order.amount_total, 0.0)
        self.assertEqual(order.continuity_type, "parent")

    def test_upfront_price(self):
        """Walk-through step 6, variants C and D: 90.00."""
        program = self._create_program("UP", bill_upfront=True)
        order = self._create_order(self._create_parent_product(program))
        self.assertEqual(order.order_line.price_unit, 90.0)
        self.assertEqual(order.amount_total, 90.0)

    def test_closed_program_refused(self):
        """X17: not offered, refused with a message that names the way out."""
        self.program.action_close()
        with self.assertRaisesRegex(UserError, "CP-88000.*closed"):
            self._create_order(self.product)
