# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time

from odoo.tests import tagged

from .. import uninstall_hook
from .common import ContinuityCommon


@tagged("post_install", "-at_install")
class TestUninstall(ContinuityCommon):
    """What is left behind when the addon goes (implementation 62)."""

    @freeze_time("2027-09-10 12:00:00")
    def test_note_and_line(self):
        """A running order gets a note; its line is an ordinary one from then on."""
        product = self._create_parent_product(self._create_program())
        order = self._create_sold_order(product, order_date=date(2027, 9, 10))
        draft = self._create_order(product)
        self.assertEqual(order.order_line.invoice_status, "no")
        uninstall_hook(self.env)
        note = order.message_ids[0].body
        self.assertIn("Continuity Programs was uninstalled", note)
        self.assertIn(
            "09/10/2027 Goods A; 10/10/2027 Goods B; 11/09/2027 Goods C", note
        )
        self.assertNotIn("uninstalled", "".join(draft.message_ids.mapped("body")))
        self.assertEqual(order.order_line.qty_to_invoice, 1.0)
        self.assertEqual(order.order_line.invoice_status, "to invoice")
