# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Children that are made, delivered and closed by day."""

from datetime import date

from freezegun import freeze_time

from .billing import BillingCase

DAYS = ("2027-09-10", "2027-10-01", "2027-10-22")


class CloseCase(BillingCase):
    """The fixture of rules C1; children are made, delivered and closed by day."""

    def _submit(self, product, day="2027-09-10", **values):
        with freeze_time(f"{day} 12:00:00"):
            order = self._quote(product, **values)
            order.action_confirm()
        return order.continuity_order_ids

    def _ship(self, order, number, day):
        """Make the child of one shipment and deliver it, as far as there is stock."""
        with freeze_time(f"{day} 12:00:00"):
            child = self._create_child(order, number, date.fromisoformat(day))
            self._deliver(child)
        return child

    @classmethod
    def _deliver(cls, child, quantity=None):
        if "picking_ids" not in child._fields:
            return
        for move in child.picking_ids.move_ids:
            if move.state not in ("done", "cancel"):
                move.quantity = quantity or move.product_uom_qty
                move.picked = True
        todo = child.picking_ids.filtered(lambda p: p.state not in ("done", "cancel"))
        todo.with_context(skip_backorder=True, cancel_backorder=False).button_validate()

    def _invoice(self, child, day):
        """Invoice a child as an accountant does."""
        with freeze_time(f"{day} 12:00:00"):
            moves = child._create_invoices()
            moves.action_post()
        return moves

    def _run(self, day, **values):
        with freeze_time(f"{day} 12:00:00"):
            return self._execute("close_orders", **values)

    def _live(self, order, days=DAYS):
        """Make, deliver and close day by day; return the last run."""
        run = None
        for number, day in enumerate(days, start=1):
            self._ship(order, number, day)
            run = self._run(day)
            self.assertFalse(run.failed_count, run.line_ids.mapped("message"))
        return run

    def _get_zero_invoices(self, order):
        moves = self.env["account.move"].search(
            [("continuity_order_id", "=", order.id), ("state", "=", "posted")],
            order="date, id",
        )
        zero = moves - order.upfront_invoice_id
        return zero.filtered(lambda move: move.move_type == "out_invoice")

    def _get_prepayment(self, order):
        """Balance of the prepayment account over all documents of the order."""
        moves = self.env["account.move"].search(
            [("continuity_order_id", "=", order.id), ("state", "=", "posted")]
        )
        entry = self._entry(moves)
        return entry.get(self.prepayment_account, 0.0)
