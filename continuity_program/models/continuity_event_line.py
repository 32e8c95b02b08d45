# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class ContinuityEventLine(models.Model):
    """One product of an event; all lines of an event leave in one child order."""

    _name = "continuity.event.line"
    _description = "Continuity Event Product"
    _order = "event_id, sequence, id"
    _check_company_auto = True

    event_id = fields.Many2one(
        comodel_name="continuity.event",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="event_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="event_id.currency_id")
    sequence = fields.Integer(default=10)
    product_id = fields.Many2one(
        comodel_name="product.product",
        required=True,
        ondelete="restrict",
        check_company=True,
        domain="[('sale_ok', '=', True), ('continuity_program_id', '=', False)]",
    )
    quantity = fields.Float(digits="Product Unit", required=True, default=1.0)
    uom_id = fields.Many2one(
        comodel_name="uom.uom",
        string="Unit",
        compute="_compute_uom_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        ondelete="restrict",
    )
    price_overridden = fields.Boolean(
        string="Own price",
        help="Sell at the price of this line instead of the price list.",
    )
    price_unit = fields.Float(
        string="Price",
        min_display_digits="Product Price",
        help="Per unit of this line, in the tax mode of the product.",
    )

    _quantity_positive = models.Constraint(
        "CHECK(quantity > 0)", "The quantity of an event product is positive."
    )

    @api.depends("product_id")
    def _compute_uom_id(self):
        for line in self:
            line.uom_id = line.product_id.uom_id
