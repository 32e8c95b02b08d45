# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.continuity_program.arguments import public

from .stock_move import COMING_IN


class StockPicking(models.Model):
    """The transfer: it waits until its child order may be picked (rules BR9).

    People of the warehouse see texts, never payments or programs (rules N55).
    """

    _name = "stock.picking"
    _inherit = ["stock.picking", "continuity.release.mixin"]

    continuity_order_id = fields.Many2one(
        related="sale_id.continuity_order_id", store=True, index="btree_not_null"
    )
    continuity_product_id = fields.Many2one(
        related="sale_id.continuity_order_id.product_id",
        string="Continuity item",
        store=True,
    )
    continuity_program_name = fields.Char(
        related="sale_id.continuity_order_id.program_id.name",
        string="Continuity program",
    )
    is_continuity_blocked = fields.Boolean(
        string="Payment missing",
        compute="_compute_continuity_block",
        compute_sudo=True,
        search="_search_is_continuity_blocked",
    )
    continuity_override_reason = fields.Char(
        help="Why a sales administrator allows this transfer all the same.",
    )

    # === COMPUTE METHODS === #

    @api.depends("state", "sale_id")
    def _compute_continuity_block(self):
        """Override of `continuity_program`: what makes a transfer wait."""
        result = super()._compute_continuity_block()
        for picking in self:
            picking.is_continuity_blocked = bool(picking.continuity_block)
        return result

    def _search_is_continuity_blocked(self, operator, value):
        if operator != "in":
            return NotImplemented
        blocked = self.env["sale.order"]._get_continuity_blocked_sql()
        moves = SQL(
            """(SELECT m.picking_id
                  FROM stock_move m
                  JOIN sale_order_line l ON l.id = m.sale_line_id
                  JOIN stock_picking t ON t.id = m.picking_id
                  JOIN stock_picking_type k ON k.id = t.picking_type_id
                  JOIN stock_location f ON f.id = m.location_id
                  JOIN stock_location d ON d.id = m.location_dest_id
             LEFT JOIN stock_rule u ON u.id = m.rule_id
             LEFT JOIN stock_picking_type w ON w.id = u.picking_type_id
                 WHERE m.state NOT IN ('done', 'cancel')
                   AND (d.usage = 'customer' OR m.origin_returned_move_id IS NULL
                        AND f.usage != 'production'
                        AND (k.code NOT IN %(coming_in)s
                             OR w.code NOT IN %(coming_in)s
                             OR f.usage = 'internal'))
                   AND l.order_id IN (%(blocked)s))""",
            coming_in=COMING_IN,
            blocked=blocked,
        )
        # Of the few that were allowed a part may stand, or have come later; which of
        # them the user sees is up to his own rules
        allowed = self.sudo().search(
            [
                ("continuity_override_reason", "!=", False),
                ("state", "not in", ("done", "cancel")),
            ]
        )
        # Both in sudo, as above
        free = allowed - self.browse().sudo().union(*allowed._get_continuity_blocks())
        domain = Domain("id", "in", moves) & Domain("id", "not in", free.ids)
        return domain if True in value else ~domain

    # === BUSINESS METHODS === #

    @api.model
    def _get_continuity_way_out(self):
        """Override: how a blocked transfer is allowed."""
        return self.env._(
            "A sales administrator allows a transfer with its button, and a reason."
        )

    def write(self, vals):
        """Override of `stock`: a transfer that must not leave is not called done.

        :raise UserError: see `_check_continuity_block`
        """
        if vals.get("state") == "done" and not self.env.su:
            self._check_continuity_block()
        return super().write(vals)

    def _check_continuity_not_deleted(self):
        """Refuse to delete what is to send goods of a child.

        :raise UserError: naming the first one
        """
        # The warehouse does not see every order
        moves_sudo = self.sudo().move_ids.filtered(
            lambda move: not move.origin_returned_move_id
        )
        for move_sudo in moves_sudo:
            child_sudo = move_sudo.sale_line_id.order_id
            if child_sudo.continuity_order_id and child_sudo.state == "sale":
                raise UserError(
                    self.env._(
                        "%s sends goods of a continuity program. Cancel it instead of"
                        " deleting it.",
                        move_sudo.picking_id.name,
                    )
                )

    def unlink(self):
        """Override of `stock`: what becomes of paid goods stays to be seen.

        A transfer that is cancelled says that they are not sent. Of one that is gone
        nothing says that they were to be. Odoo deletes its moves first, so it is asked
        before them.

        :raise UserError: see `_check_continuity_not_deleted`
        """
        self._check_continuity_not_deleted()
        return super().unlink()

    def _action_done(self):
        """Override of `stock`: unpaid goods do not leave (rules BR9).

        Here and not behind the button: batches and barcodes pass by the button.

        :raise UserError: naming all blocked transfers and why
        """
        self._check_continuity_block()
        result = super()._action_done()
        # The warehouse does not see every order
        orders_sudo = self.sudo().move_ids.sale_line_id.order_id
        self.env["continuity.billing"]._touch_records(orders_sudo)
        # Marked only: a triggered run asks the provider
        self._get_continuity_orders()._mark_continuity_capture()
        return result

    def _is_continuity_waiting(self):
        """Override of `continuity_program`: the goods have not left."""
        return self.state not in ("done", "cancel")

    @api.model
    def _get_continuity_block_text(self, names):
        """Override of `continuity_program`: what is said to the warehouse."""
        return self.env._(
            "These transfers must not leave:\n%(transfers)s\nSecure the payment, or let"
            " a sales administrator allow the transfer.",
            transfers=names,
        )

    @api.model
    def _get_continuity_joined_text(self, names):
        """Override of `continuity_program`: what is said of what was joined."""
        return self.env._(
            "Goods of %s were added: whether the transfer may leave unpaid has to be"
            " decided again.",
            names,
        )

    def _get_continuity_orders(self):
        """Override of `continuity_program`: whose goods leave, not what comes in."""
        # The warehouse does not see every order
        leaving_sudo = self.sudo().move_ids.filtered(
            lambda move: move._is_continuity_leaving()
        )
        # Goods without a line are counted for the order of their transfer when done
        untied_sudo = leaving_sudo.filtered(lambda move: not move.sale_line_id)
        named_sudo = untied_sudo.picking_id.reference_ids.sale_ids
        orders_sudo = leaving_sudo.sale_line_id.order_id | named_sudo
        return orders_sudo._get_continuity_program_records()

    # === ACTIONS === #

    @public(one=True)
    def action_view_continuity_order(self):
        """Open the continuity order.

        :rtype: dict
        """
        self.ensure_one()
        return self.continuity_order_id._get_records_action()
