# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

#: What comes into the house leaves it on no way; every other transfer may: a delivery,
#: its picking and packing, a dropshipment, whatever kind a further app brings.
COMING_IN = ("incoming",)

#: What says whose goods a move sends, and that it sends them
TIES = ("sale_line_id", "origin_returned_move_id", "rule_id")


class StockMove(models.Model):
    """The move: its goods stay those of their order, so that they can be held back."""

    _inherit = "stock.move"

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `stock`: nothing that is held back is made as done.

        :raise UserError: naming the orders and why
        """
        moves = super().create(vals_list)
        moves._end_foreign_override()
        if not self.env.su:
            moves.filtered(lambda m: m.state == "done")._check_continuity_done()
        return moves

    def write(self, vals):
        """Override of `stock`: nobody unties a move from the order it is held for.

        The block is asked again where the move is done, by whatever way.

        :raise UserError: naming the transfer
        """
        if not self.env.su:
            self._check_continuity_ties(vals)
            if vals.get("state") == "done":
                self._check_continuity_done()
        result = super().write(vals)
        if vals.get("picking_id"):
            self._end_foreign_override()
        return result

    def _action_cancel(self):
        """Override of `stock`: what never leaves may never be invoiced."""
        result = super()._action_cancel()
        # Whoever cancels a transfer need not see the orders
        orders_sudo = self.sudo().sale_line_id.order_id
        self.env["continuity.billing"]._touch_records(orders_sudo)
        # Of an authorised payment the rest may be let go; a triggered run does it
        children_sudo = orders_sudo.filtered("continuity_order_id")
        children_sudo._mark_continuity_capture()
        return result

    # === WHOSE GOODS === #

    def _check_continuity_ties(self, vals):
        """Refuse to say by hand that a move sends something else, or is a return.

        :param dict vals: what is written
        :raise UserError: the move sends goods of a continuity program, or shall be
            counted for an order that is held back
        """
        names = [name for name in TIES if name in vals]
        for move in self if names else self.browse():
            # The warehouse does not see every order
            move_sudo = move.sudo()
            changed = [
                name for name in names if move_sudo[name].id != (vals[name] or False)
            ]
            sold_sudo = move_sudo.sale_line_id
            if changed and sold_sudo._get_continuity_program_records():
                raise UserError(
                    self.env._(
                        "%(transfer)s sends goods of a continuity program:"
                        " %(field)s cannot be typed. Cancel the child order, or"
                        " send other goods by a transfer of their own.",
                        transfer=move.picking_id.name or move.display_name,
                        field=self._fields[changed[0]]._description_string(self.env),
                    )
                )
            # Manufacturing says for whom goods are made, which come into the house
            is_made = (
                move_sudo.location_id.usage == "production"
                and not move_sudo._is_continuity_leaving()
            )
            if "sale_line_id" in changed and vals["sale_line_id"] and not is_made:
                move._check_continuity_claim(vals["sale_line_id"])

    def _check_continuity_claim(self, sale_line_id):
        """Refuse to count other goods as those of an order that is held back.

        :param int sale_line_id: the sales order line that is written
        :raise AccessError: the user may not read it
        :raise UserError: naming the order and why
        """
        line = self.env["sale.order.line"].browse(sale_line_id)
        # A line of another company is nobody's to ask about
        line.check_access("read")
        # Its order may be hidden from the warehouse; in the refusal it is named
        line_sudo = line.sudo()
        self._refuse_blocked({self.picking_id: line_sudo.order_id})

    def _check_continuity_done(self):
        """Refuse that goods of an order that is held back are done.

        A transfer is asked for all its goods; some moves have none, or one that was
        done before.

        :raise UserError: naming the transfers, or orders, and why
        """
        self.picking_id._check_continuity_block()
        # The warehouse does not see every order
        loose_sudo = self.sudo().filtered(
            lambda move: (
                move.picking_id.state in (False, "done")
                and move._is_continuity_leaving()
            )
        )
        self._refuse_blocked(
            {
                picking: moves.sale_line_id.order_id
                for picking, moves in loose_sudo.grouped("picking_id").items()
            }
        )

    def _refuse_blocked(self, orders_by_picking):
        """Refuse to send goods of orders that are held back.

        :param dict orders_by_picking: orders, in sudo, by the transfer they may have
            been allowed to leave with
        :raise UserError: naming them and why
        """
        # The orders come in sudo; the refusal names them, and opens none
        orders_sudo = self.env["sale.order"].sudo().union(*orders_by_picking.values())
        programs_sudo = orders_sudo._get_continuity_program_records()
        reasons = programs_sudo._get_continuity_block_reasons()
        texts = [
            f"- {text}"
            for picking, orders in orders_by_picking.items()
            for text in picking._get_continuity_held_reasons(
                orders, reasons, first=True
            ).values()
        ]
        if texts:
            raise UserError(
                self.env._(
                    "These goods must not leave:\n%(orders)s\nSecure the payment"
                    " first.",
                    orders="\n".join(texts),
                )
            )

    def _end_foreign_override(self):
        """Ask again for a transfer that got goods of an order nobody has looked at.

        Transfers are joined, by people and by Odoo; that one was allowed to leave was
        said of the orders it had.
        """
        # Whoever joins transfers allows nothing
        allowed_sudo = self.sudo().picking_id.filtered("continuity_override_reason")
        for picking_sudo in allowed_sudo:
            if picking_sudo._is_continuity_waiting():
                joined_sudo = self.sudo() & picking_sudo.move_ids
                before_sudo = picking_sudo.move_ids - joined_sudo
                picking_sudo._end_foreign_override(
                    joined_sudo.sale_line_id.order_id
                    - before_sudo.sale_line_id.order_id
                )

    # === WHICH WAY === #

    def _filter_continuity_left(self):
        """Return the moves that brought goods to the customer, whatever came back.

        Picking, packing and making leave them in the house; what is sent a second
        time, because it came back, has left before.

        :rtype: stock.move
        """
        return self.filtered(
            lambda move: (
                move.state == "done"
                and not move.origin_returned_move_id
                and move.location_dest_id._is_outgoing()
            )
        )

    @api.model
    def _get_continuity_left_sql(self):
        """The same as `_filter_continuity_left`, of moves `m` to locations `d`.

        :rtype: SQL
        """
        return SQL(
            """m.state = 'done'
               AND m.origin_returned_move_id IS NULL
               AND (d.usage = 'customer'
                    OR d.usage = 'transit' AND d.company_id IS NULL)"""
        )

    def _is_continuity_leaving(self):
        """Say whether the goods leave, or are on their way out of the house.

        A return does not, nor does what is made in the house, as long as it does not
        end at a customer.

        :rtype: bool
        """
        self.ensure_one()
        if self.state == "cancel":
            return False
        if self.location_dest_id._is_outgoing():
            return True
        return not (
            self.origin_returned_move_id
            or self.location_id.usage == "production"
            or self._is_continuity_coming_in()
        )

    def _is_continuity_coming_in(self):
        """Say whether goods come into the house, by a receipt that is not one by name.

        A delivery that is made a receipt by hand gets other locations with its kind;
        the rule that had it made stays.

        :rtype: bool
        """
        self.ensure_one()
        made_by = self.rule_id.picking_type_id
        return (
            self.picking_id.picking_type_id.code in COMING_IN
            and (not made_by or made_by.code in COMING_IN)
            and self.location_id.usage != "internal"
            and not self.location_dest_id._is_outgoing()
        )
