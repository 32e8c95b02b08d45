# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class SaleOrder(models.Model):
    """The child order: what the warehouse knows of it."""

    _inherit = "sale.order"

    def _action_confirm(self):
        """Override of `sale`: goods of a child leave a house that is there."""
        self._leave_archived_warehouses()
        return super()._action_confirm()

    def _leave_archived_warehouses(self):
        """Send from the first warehouse what was to leave one that is archived since.

        The rules of that one are archived, too: what is paid was never confirmed.
        """
        # Whoever confirms need not see the warehouse
        children_sudo = self.sudo().filtered(
            lambda order: order.continuity_order_id and not order.warehouse_id.active
        )
        for company_sudo, own_sudo in children_sudo.grouped("company_id").items():
            own_sudo.warehouse_id = company_sudo._get_continuity_warehouse()

    def _is_continuity_delivered(self):
        """Override of `continuity_program`: goods have left for the customer.

        What was picked or packed, or made for him, stands in the house.
        """
        self.ensure_one()
        return bool(self.picking_ids.move_ids._filter_continuity_left())

    def _is_continuity_packed(self):
        """Override of `continuity_program`: a step before the delivery is done."""
        return super()._is_continuity_packed() or any(
            move.state == "done" for move in self.picking_ids.move_ids
        )

    def _send_continuity_to(self, address):
        """Override of `continuity_program`: so is what a step pushes on."""
        result = super()._send_continuity_to(address)
        # Whoever sells may not see the warehouse
        moves_sudo = self.sudo().picking_ids.move_ids
        moves_sudo.filtered(
            lambda move: move.state not in ("done", "cancel")
        ).partner_id = address
        return result

    def _get_continuity_replacement_text(self, lines):
        """Override of `continuity_program`: the delivery that sends them again."""
        names = lines.move_ids.picking_id.sorted("id").mapped("name")
        if not names:
            return super()._get_continuity_replacement_text(lines)
        return self.env._("New delivery: %s.", ", ".join(names))

    def _receive_continuity_goods(self, quantities):
        """Make the receipts of goods that come back, by Odoo's own return.

        What was delivered stays delivered: whether it is credited, replaced or neither
        is decided apart from the receipt.

        :param dict[sale.order.line, float] quantities: what comes back
        :return: the receipts, in sudo; empty for what no transfer has delivered
        :rtype: stock.picking
        """
        self.ensure_one()
        shares = {}
        for line, quantity in quantities.items():
            for move_sudo, part in line._split_over_delivered_moves(quantity):
                shares.setdefault(move_sudo.picking_id, {})[move_sudo] = part
        # Whoever takes the call may not see the warehouse.
        wizards_sudo = self.env["stock.return.picking"].sudo()
        receipts_sudo = self.env["stock.picking"].sudo()
        for picking_sudo, parts in shares.items():
            wizard_sudo = wizards_sudo.create({"picking_id": picking_sudo.id})
            for item in wizard_sudo.product_return_moves:
                item.quantity = parts.get(item.move_id, 0.0)
                item.to_refund = False
            receipts_sudo |= wizard_sudo._create_return()
        return receipts_sudo
