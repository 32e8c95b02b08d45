# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..arguments import public


class ContinuityReturn(models.TransientModel):
    """Goods of a shipment came back: credit or replace them (rules N49).

    It collects; the rules stand on the child order.
    """

    _name = "continuity.return"
    _inherit = ["continuity.dialog"]
    _description = "Return of a Continuity Shipment"

    child_order_id = fields.Many2one(
        comodel_name="sale.order", required=True, readonly=True, ondelete="cascade"
    )
    kind = fields.Selection(
        selection=[
            ("credit", "Credit: the customer gets the price back"),
            ("replace", "Replace: the customer gets the same again"),
        ],
        string="What the customer gets",
        required=True,
        default="credit",
    )
    cause = fields.Selection(
        selection=[
            ("sent_back", "Sent back"),
            ("wrong", "Wrong product"),
            ("damaged", "Arrived damaged"),
        ],
        string="What the customer says",
        help="One click for what customers say most often.",
    )
    reason = fields.Char(help="Why: it is printed on the credit note.")
    line_ids = fields.One2many(
        comodel_name="continuity.return.line", inverse_name="return_id"
    )
    effect = fields.Text(string="What it means", compute="_compute_effect")

    @api.onchange("cause")
    def _onchange_cause(self):
        """What is said most often; it can be changed."""
        if self.cause:
            labels = self._fields["cause"]._description_selection(self.env)
            self.reason = dict(labels)[self.cause]
            self.kind = "credit" if self.cause == "sent_back" else "replace"

    @api.depends("kind", "line_ids.quantity")
    def _compute_effect(self):
        for wizard in self:
            child = wizard.child_order_id
            wizard.effect = bool(child) and child._get_continuity_return_effect(
                wizard.kind, wizard._get_quantities()
            )

    @api.model
    def _open_on(self, child):
        """Open the wizard on what can come back of a child order.

        :param sale.order child: the child order
        :rtype: dict
        """
        wizard = self.create(
            {
                "child_order_id": child.id,
                "line_ids": [
                    Command.create({"sale_line_id": line.id, "quantity": quantity})
                    for line, quantity in child._get_continuity_returnable().items()
                ],
            }
        )
        return wizard._show(self.env._("Return of %s", child.name))

    def _get_quantities(self):
        """Return what came back, by goods line of the child order.

        :rtype: dict[sale.order.line, float]
        """
        self.ensure_one()
        return {
            line.sale_line_id: line.quantity
            for line in self.line_ids
            if line.quantity > 0
        }

    @public(one=True)
    def action_apply(self):
        """Credit or replace, see the child order.

        :rtype: dict
        """
        self.ensure_one()
        quantities = self._get_quantities()
        if not quantities:
            raise UserError(self.env._("Enter how many came back."))
        child = self.child_order_id
        reason = (self.reason or "").strip() or self.env._("return")
        if self.kind == "replace":
            text = child._replace_continuity_goods(quantities, reason)
        else:
            # The one who takes goods back is told the total of a note he may not open
            notes_sudo = child._credit_continuity_return(quantities, reason).sudo()
            text = self.env._(
                "Credit note for %s: an accountant posts it.",
                child.currency_id.format(sum(notes_sudo.mapped("amount_total"))),
            )
        further = self._finish(quantities)
        return child._get_continuity_done_action(f"{text} {further}".strip())

    def _finish(self, quantities):
        """Do what else belongs to the return; nothing without a warehouse.

        :param dict[sale.order.line, float] quantities: what came back
        :return: what the user is told of it
        :rtype: str
        """
        return ""


class ContinuityReturnLine(models.TransientModel):
    """How many of one product came back."""

    _name = "continuity.return.line"
    _inherit = ["continuity.dialog"]
    _description = "Returned Product"

    return_id = fields.Many2one(
        comodel_name="continuity.return", required=True, ondelete="cascade"
    )
    sale_line_id = fields.Many2one(
        comodel_name="sale.order.line", required=True, readonly=True, ondelete="cascade"
    )
    product_id = fields.Many2one(related="sale_line_id.product_id")
    quantity = fields.Float(string="Came back", digits="Product Unit")
