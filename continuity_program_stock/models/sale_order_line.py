# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _action_launch_stock_rule(self, *, previous_product_uom_qty=False):
        """Override of `sale_stock`: a parent line never moves anything."""
        goods = self.filtered(lambda line: not line.is_continuity_parent)
        return super(SaleOrderLine, goods)._action_launch_stock_rule(
            previous_product_uom_qty=previous_product_uom_qty
        )

    def _get_continuity_delivery_moment(self):
        """Override of `continuity_program`: when the goods left the house last.

        Not when they were picked, or came back. What is sent instead of them is on no
        invoice.
        """
        if self.qty_delivered_method != "stock_move":
            return super()._get_continuity_delivery_moment()
        if self.is_continuity_replacement:
            return False
        # Whoever invoices may not see the warehouse
        left_sudo = self.sudo().move_ids._filter_continuity_left()
        return max(left_sudo.mapped("date"), default=False)

    # === WHAT COMES BACK === #

    def _get_delivered_moves(self):
        """Return the moves that brought goods of the line to the customer.

        :return: in sudo, the latest first; of a kit none: its parts move
        :rtype: stock.move
        """
        self.ensure_one()
        # Whoever takes goods back may not see the warehouse.
        left_sudo = self.sudo().move_ids._filter_continuity_left()
        moves_sudo = left_sudo.filtered(lambda move: move.product_id == self.product_id)
        return moves_sudo.sorted("id", reverse=True)

    def _get_continuity_delivered_quantity(self):
        """Override of `continuity_program`: what left, also if it came back since."""
        moves_sudo = self._get_delivered_moves()
        if not moves_sudo:
            return super()._get_continuity_delivered_quantity()
        return sum(
            move.product_uom._compute_quantity(
                move.quantity, self.product_uom_id, round=False
            )
            for move in moves_sudo
        )

    def _get_continuity_coming_quantity(self, day):
        """Override of `continuity_program`: what was called off comes no more."""
        # Whoever takes goods back may not see the warehouse.
        states = set(self.sudo().move_ids.mapped("state"))
        if states and states <= {"done", "cancel"}:
            return 0.0
        return super()._get_continuity_coming_quantity(day)

    def _split_over_delivered_moves(self, quantity):
        """Say which deliveries goods come back from, the latest first.

        :param float quantity: how many, in the unit of the line
        :return: moves and how many of each, in its unit, not yet on the way back
        :rtype: list[tuple[stock.move, float]]
        """
        shares = []
        for move in self._get_delivered_moves():
            left = self.product_uom_id._compute_quantity(quantity, move.product_uom)
            returns = move.returned_move_ids.filtered(lambda m: m.state != "cancel")
            free = move.quantity - sum(returns.mapped("product_uom_qty"))
            part = min(left, free)
            if move.product_uom.compare(part, 0.0) > 0:
                shares.append((move, part))
                quantity -= move.product_uom._compute_quantity(
                    part, self.product_uom_id, round=False
                )
        return shares
