# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import api, models

_logger = logging.getLogger(__name__)

#: Of more orders at once the night looks at the rows
MOST_AT_ONCE = 200

#: What the rows of an order depend on
ORDER_FIELDS = {
    *("state", "hold_manual", "hold_payment", "pause_date", "resume_date"),
    *("payment_token_id", "payment_method", "partner_shipping_id", "end_reason"),
    *("guard_released_number", "failure_job", "has_more", "user_id", "kept_text"),
}


class ContinuityException(models.Model):
    """Orders that are changed are looked at again, behind the change.

    Only those that have a row, or get a reason for one: the night looks at all others,
    and at what a process has done.
    """

    _inherit = "continuity.exception"

    @api.model
    def _touch(self, orders, is_new=False):
        """Look at orders again when what is going on has come to its end.

        :param continuity.order orders: what was changed
        :param bool is_new: look also at those without a row
        """
        if not orders or "continuity_preview" in self.env.context:
            return
        data = self.env.cr.precommit.data
        if "continuity_exceptions" not in data:
            data["continuity_exceptions"] = {}
            # Whoever has changed an order: nobody but the system writes its rows
            self.env.cr.precommit.add(self.sudo()._look_at_touched)
        known = data["continuity_exceptions"]
        for order_id in orders.ids:
            known[order_id] = known.get(order_id) or is_new

    @api.model
    def _touch_by_values(self, orders, vals):
        """Look at orders again that were written; a hold and a pause are found at once.

        :param continuity.order orders: what was changed
        :param dict vals: what was written
        """
        if ORDER_FIELDS & vals.keys():
            stops = vals.get("state") in ("on_hold", "paused")
            self._touch(orders, is_new=stops)

    @api.model
    def _look_at_touched(self):
        """Look at what was touched; what goes wrong here is nobody's business."""
        touched = self.env.cr.precommit.data.pop("continuity_exceptions", {})
        rows = self._read_group(
            [("continuity_order_id", "in", list(touched)), ("closed_on", "=", False)],
            ["continuity_order_id"],
        )
        wanted = {order.id for (order,) in rows}
        wanted |= {order_id for order_id, is_new in touched.items() if is_new}
        orders = self.env["continuity.order"].browse(sorted(wanted)).exists()
        if not orders or len(orders) > MOST_AT_ONCE:
            return
        # What others have to say before the end is said: it is not ours to catch
        self.env.cr.flush()
        try:
            with self.env.cr.savepoint():
                self._refresh_orders(orders)
        # Broad on purpose: a look must not stand in the way of what was done
        except Exception:
            _logger.info("Exceptions of %s: looked at tonight", orders, exc_info=True)
