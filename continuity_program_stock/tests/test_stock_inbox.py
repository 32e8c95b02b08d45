# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import freeze_time, tagged

from odoo.addons.continuity_program.tests.cases.inbox import InboxCase


@tagged("post_install", "-at_install")
class TestStockInbox(InboxCase):
    """On worlds nobody chose: the inbox names the transfers the warehouse must keep,
    and the orders a release of the program has left as they were sold."""

    def happen_release(self, order, chance):
        """The program sends another number of its next goods; its orders follow."""
        program = order.program_id
        program.event_ids.quantity = chance.choice((1, 2))
        program._release_update(None)
        self._execute("update_orders")

    def happen_due(self, order, chance):
        """A payment of goods that are packed is due now."""
        rows = order.payment_ids.filtered(lambda row: row.state == "scheduled")
        rows[:1].due_date = self.day

    def _check_evening(self):
        """Told in the evening is what the warehouse and the update keep back."""
        with freeze_time(f"{self.day} 12:00:00"):
            self._execute("refresh_insight")
            rows = self._get_rows(self.orders)
            blocked = self.env["stock.picking"].search(
                [
                    ("continuity_order_id", "in", self.orders.ids),
                    ("is_continuity_blocked", "=", True),
                ]
            )
        active = self.orders.filtered(
            lambda order: order.state in ("running", "paused", "on_hold")
        )
        told = rows.filtered(lambda row: row.reason == "transfer_blocked")
        self.assertEqual(
            set(told.picking_id.sale_id & active.child_order_ids),
            set(blocked.sale_id & active.child_order_ids),
        )
        kept = rows.filtered(lambda row: row.reason == "kept")
        self.assertEqual(
            set(kept.continuity_order_id), set(active.filtered("kept_text"))
        )
        return super()._check_evening()

    def test_worlds(self):
        """One world, always the same."""
        self._play(3)
