# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ContinuityShipmentLine(models.Model):
    """One product of a shipment, with the price it was sold at.

    Of an up-front order it also counts the prepaid units: every one of them ends once,
    released or credited (rules BR2).
    """

    _name = "continuity.shipment.line"
    _description = "Continuity Shipment Product"
    _order = "shipment_id, id"
    _check_company_auto = True

    shipment_id = fields.Many2one(
        comodel_name="continuity.shipment",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="shipment_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="shipment_id.currency_id")
    event_line_id = fields.Many2one(
        comodel_name="continuity.event.line", readonly=True, ondelete="set null"
    )
    product_id = fields.Many2one(
        comodel_name="product.product",
        required=True,
        ondelete="restrict",
        check_company=True,
        domain="[('sale_ok', '=', True), ('continuity_program_id', '=', False)]",
    )
    quantity = fields.Float(digits="Product Unit", required=True, default=1.0)
    uom_id = fields.Many2one(
        comodel_name="uom.uom", string="Unit", required=True, ondelete="restrict"
    )
    price_unit = fields.Float(string="Price", min_display_digits="Product Price")
    discount = fields.Float(string="Discount %", digits="Discount")
    price_overridden = fields.Boolean(readonly=True)
    price_reason = fields.Char(
        string="Reason",
        help="Why this customer pays another price than the program says.",
    )
    sale_order_line_id = fields.Many2one(
        comodel_name="sale.order.line",
        string="Child line",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    prepaid_quantity = fields.Float(
        digits="Product Unit", readonly=True, copy=False
    )
    prepaid_price_unit = fields.Float(
        min_display_digits="Product Price", readonly=True, copy=False
    )
    released_quantity = fields.Float(
        digits="Product Unit", readonly=True, copy=False
    )
    credited_quantity = fields.Float(
        digits="Product Unit", readonly=True, copy=False
    )

    _quantity_not_negative = models.Constraint(
        "CHECK(quantity >= 0)", "The quantity of a shipment cannot be negative."
    )
    _prepaid_ends_once = models.Constraint(
        "CHECK(released_quantity + credited_quantity <= prepaid_quantity + 0.000001)",
        "A prepaid unit can be released or credited only once.",
    )
