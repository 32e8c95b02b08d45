# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import HttpCase, tagged

from ..common import MANAGER, ContinuityCommon


@tagged("post_install", "-at_install")
class TestReturnTours(ContinuityCommon, HttpCase):
    """The return of a child order, in a browser."""

    def test_return(self):
        self._create_user("boss", MANAGER)
        order = self._create_sold_order(
            self._create_parent_product(self._create_program())
        ).continuity_order_ids
        self._execute("create_child_orders", sale_order=order.sale_order_id)
        child = order.child_order_ids
        child._create_invoices().action_post()
        if "picking_ids" in child._fields:
            child.picking_ids.move_ids.write({"quantity": 1.0, "picked": True})
            child.picking_ids.button_validate()
        else:
            child.order_line.qty_delivered = 1.0
        self.start_tour(
            f"/odoo/sales/{child.id}", "continuity_return", login="boss", timeout=120
        )
        note = order.move_ids.filtered(lambda move: move.move_type == "out_refund")
        self.assertRecordValues(note, [{"state": "draft", "amount_total": 30.0}])
        self.assertIn("Broken in the mail", note.ref)
        self.assertEqual(child.order_line.continuity_settled_qty, 1.0)
