# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.continuity_program.arguments import public

from .stock_move import COMING_IN, PROGRAM_TYPES


class StockPicking(models.Model):
    """The transfer: it waits until its child order may be picked (rules BR9, N18).

    People of the warehouse see texts, never payments or programs (rules N55).
    """

    _name = "stock.picking"
    _inherit = ["stock.picking", "continuity.typed.mixin"]

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
    continuity_block = fields.Text(
        string="Must not leave because",
        compute="_compute_continuity_block",
        compute_sudo=True,
    )
    is_continuity_blocked = fields.Boolean(
        string="Payment missing",
        compute="_compute_continuity_block",
        compute_sudo=True,
        search="_search_is_continuity_blocked",
    )
    continuity_override_reason = fields.Char(
        string="Left unpaid because",
        copy=False,
        readonly=True,
        help="Why a sales administrator allows this transfer all the same.",
    )

    # === COMPUTE METHODS === #

    @api.depends("state", "continuity_override_reason", "sale_id")
    def _compute_continuity_block(self):
        blocks = self._get_continuity_blocks()
        for picking in self:
            picking.continuity_block = blocks.get(picking, False)
            picking.is_continuity_blocked = picking in blocks

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
                        AND (k.code NOT IN %(coming_in)s
                             OR w.code NOT IN %(coming_in)s
                             OR f.usage = 'internal'))
                   AND l.order_id IN (%(blocked)s))""",
            coming_in=COMING_IN,
            blocked=blocked,
        )
        domain = Domain("id", "in", moves) & Domain(
            "continuity_override_reason", "=", False
        )
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

        :raise UserError: see :meth:`_check_continuity_block`
        """
        if vals.get("state") == "done" and not self.env.su:
            self._check_continuity_block()
        return super().write(vals)

    def _action_done(self):
        """Override of `stock`: unpaid goods do not leave (rules BR9, N18).

        Here and not behind the button: batches and barcodes pass by the button
        (implementation 13).

        :raise UserError: naming all blocked transfers and why
        """
        self._check_continuity_block()
        result = super()._action_done()
        # Marked only: a triggered run asks the provider (implementation 13)
        self._get_continuity_orders()._mark_continuity_capture()
        return result

    def _check_continuity_block(self):
        blocks = self._get_continuity_blocks()
        if blocks:
            raise UserError(
                self.env._(
                    "These transfers must not leave:\n%(transfers)s\nSecure the"
                    " payment, or let a sales administrator allow the transfer.",
                    transfers="\n".join(
                        f"- {picking.name}: {text}" for picking, text in blocks.items()
                    ),
                )
            )

    def _get_continuity_blocks(self):
        """Say why transfers must not leave.

        :return: text by blocked transfer; free ones are left out
        :rtype: dict[stock.picking, str]
        """
        waiting = self.filtered(
            lambda picking: (
                picking.state not in ("done", "cancel")
                and not picking.continuity_override_reason
            )
        )
        orders_by_picking = {
            picking: picking._get_continuity_orders() for picking in waiting
        }
        orders_sudo = self.env["sale.order"].sudo().union(*orders_by_picking.values())
        blocks = orders_sudo._get_continuity_blocks()
        texts = {
            picking: "; ".join(
                self.env._(
                    "%(order)s: %(reason)s", order=order.name, reason=blocks[order]
                )
                for order in orders
                if order in blocks
            )
            for picking, orders in orders_by_picking.items()
        }
        return {picking: text for picking, text in texts.items() if text}

    def _get_continuity_orders(self):
        """Return the orders of continuity programs whose goods these transfers send.

        :return: in sudo, for the warehouse does not see every order
        :rtype: sale.order
        """
        leaving_sudo = self.sudo().move_ids.filtered(
            lambda move: move._is_continuity_leaving()
        )
        # Goods without a line are counted for the order of their transfer when done
        untied_sudo = leaving_sudo.filtered(lambda move: not move.sale_line_id)
        named_sudo = untied_sudo.picking_id.reference_ids.sale_ids
        return leaving_sudo._get_program_orders() | named_sudo.filtered(
            lambda order: order.continuity_type in PROGRAM_TYPES
        )

    # === OVERRIDE === #

    @public()
    def action_continuity_override(self):
        """Ask for the reason to let transfers leave unpaid (rules part G).

        :rtype: dict
        """
        return self.env["continuity.override"]._open(self)

    def _get_continuity_override_text(self):
        """What the dialog says is set aside; see ``continuity.override``."""
        return "\n".join(
            f"{picking.name}: {text}"
            for picking, text in self._get_continuity_blocks().items()
        )

    def _continuity_override(self, reason):
        """Let blocked transfers leave unpaid (rules BR9, part G).

        :param str reason: stands on the transfer and in its chatter
        :raise AccessError: the user is no sales administrator
        :raise UserError: nothing is blocked
        """
        if not self.env.user.has_group("sales_team.group_sale_manager"):
            raise AccessError(
                self.env._("Only a sales administrator can allow an unpaid transfer.")
            )
        self.check_access("read")
        blocks = self._get_continuity_blocks()
        if not blocks:
            raise UserError(self.env._("None of these transfers is blocked."))
        for picking, text in blocks.items():
            # Whoever sells does not write in the warehouse
            picking_sudo = picking.sudo()
            picking_sudo.continuity_override_reason = reason
            picking_sudo.message_post(
                body=self.env._(
                    "%(user)s allowed the transfer all the same: %(block)s. Reason:"
                    " %(reason)s",
                    user=self.env.user.name,
                    block=text,
                    reason=reason,
                ),
                author_id=self.env.user.partner_id.id,
            )

    # === ACTIONS === #

    @public(one=True)
    def action_view_continuity_order(self):
        """Open the continuity order.

        :rtype: dict
        """
        self.ensure_one()
        return self.continuity_order_id._get_records_action()
