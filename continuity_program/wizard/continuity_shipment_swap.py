# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..arguments import public

#: Products that are offered for one click
OFFERED = 6


class ContinuityShipmentSwap(models.TransientModel):
    """Send another product: first what it costs (rules H10).

    It collects; the rules stand on the shipment product.
    """

    _name = "continuity.shipment.swap"
    _inherit = ["continuity.undo.mixin"]
    _description = "Swap a Product of a Continuity Shipment"

    shipment_id = fields.Many2one(
        comodel_name="continuity.shipment",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="shipment_id.company_id")
    currency_id = fields.Many2one(related="shipment_id.currency_id")
    line_id = fields.Many2one(
        comodel_name="continuity.shipment.line",
        string="Instead of",
        required=True,
        ondelete="cascade",
        domain="[('shipment_id', '=', shipment_id)]",
    )
    product_id = fields.Many2one(
        comodel_name="product.product",
        string="Send",
        check_company=True,
        domain="[('sale_ok', '=', True), ('continuity_program_id', '=', False)]",
    )
    offered_ids = fields.Many2many(
        comodel_name="product.product", compute="_compute_offered_ids"
    )
    offered_id = fields.Many2one(
        comodel_name="product.product",
        string="From the program",
        domain="[('id', 'in', offered_ids)]",
        help="What the program sends at other times.",
    )
    choice = fields.Selection(
        selection=[
            ("keep", "The price stays"),
            ("new", "Another price: the difference is charged or credited"),
        ],
        string="Price",
        required=True,
        default="keep",
    )
    price = fields.Monetary(
        string="New price",
        compute="_compute_price",
        store=True,
        readonly=False,
        help="Price per unit, in the tax mode of the order.",
    )
    reason = fields.Char(help="Why this customer pays another price.")
    effect_html = fields.Html(
        string="What it means", compute="_compute_effect", sanitize=False
    )

    @api.depends("line_id")
    def _compute_offered_ids(self):
        for swap in self:
            # Sellers may not read every program; what theirs sends they may
            program_sudo = swap.shipment_id.continuity_order_id.program_id.sudo()
            products_sudo = program_sudo.event_ids.line_ids.product_id.filtered(
                "sale_ok"
            )
            others = products_sudo.ids
            if swap.line_id.product_id.id in others:
                others.remove(swap.line_id.product_id.id)
            swap.offered_ids = [fields.Command.set(others[:OFFERED])]

    @api.onchange("offered_id")
    def _onchange_offered_id(self):
        if self.offered_id:
            self.product_id = self.offered_id

    @api.onchange("product_id")
    def _onchange_product_id(self):
        if self.offered_id != self.product_id:
            self.offered_id = False

    @api.depends("product_id", "line_id")
    def _compute_price(self):
        for swap in self:
            order = swap.shipment_id.continuity_order_id
            swap.price = swap.line_id.price_unit
            if swap.product_id:
                swap.price = order._get_price(
                    swap.product_id, swap.product_id.uom_id, swap.line_id.quantity, {}
                )[0]

    @api.depends("product_id", "line_id", "choice", "price")
    def _compute_effect(self):
        for swap in self:
            swap.effect_html = Markup(
                self.env["ir.qweb"]._render(
                    "continuity_program.continuity_money_effect",
                    {"money": swap._get_effect()},
                )
            )

    def _get_effect(self):
        """Say what the swap costs.

        :return: see :class:`Effect`
        :rtype: dict
        """
        self.ensure_one()
        nothing = {"credit": "", "rows": [], "sentences": []}
        line = self.line_id._origin
        if not line:
            return nothing
        price = self.price
        if self.choice != "new":
            price = line._get_staying_price(self.product_id._origin)
        twice = self._get_twice_text(line)
        if line.shipment_id._is_prepaid():
            effect = line._get_swap_effect(price)
            return {**effect, "sentences": [*effect["sentences"], *twice]}
        order = line.shipment_id.continuity_order_id
        text = self.env._(
            "%(old)s → %(new)s each, with or without tax as on the order; charged with"
            " the shipment.",
            old=order._format(line.price_unit),
            new=order._format(price),
        )
        return {**nothing, "sentences": [text, *twice]}

    def _get_twice_text(self, line):
        """Say that the customer gets the product in this series anyway.

        :rtype: list[str]
        """
        others = line._get_others_with(self.product_id._origin)
        days = [
            shipment.continuity_order_id._format_day(shipment.planned_date)
            for shipment in others.shipment_id._sorted_by_leaving()
        ]
        if not (self.product_id and days):
            return []
        return [
            self.env._(
                "The customer gets %(product)s in this series anyway: %(days)s.",
                product=self.product_id.display_name,
                days=", ".join(days),
            )
        ]

    @public(one=True)
    def action_apply(self):
        """Swap the product, and go back to where the dialog was opened.

        :rtype: dict
        """
        self.ensure_one()
        if not self.product_id:
            raise UserError(self.env._("Choose the product to send instead."))
        price = self.price if self.choice == "new" else None
        if price is not None and not (self.reason or "").strip():
            raise UserError(
                self.env._("Enter why this customer pays another price, or keep it.")
            )
        old = self.line_id.product_id.name
        self._remember()
        self.line_id._substitute(self.product_id, price=price, reason=self.reason)
        can_undo = self._note_done()
        message = self.env._(
            "Shipment %(number)s: %(new)s is sent instead of %(old)s.",
            number=self.shipment_id.number,
            new=self.product_id.name,
            old=old,
        )
        return self._get_done_action(message, can_undo, self.action_back())

    @public(one=True)
    def action_back(self):
        """Go back to the Continuity wizard if it was opened from there.

        :rtype: dict
        """
        if not self.env.context.get("continuity_in_wizard"):
            return {"type": "ir.actions.client", "tag": "continuity_show_anew"}
        return self.shipment_id.continuity_order_id._reopen_wizard()
