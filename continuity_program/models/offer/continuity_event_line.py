# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..base.continuity_bounds_mixin import MOST_MONEY, MOST_QUANTITY


class ContinuityEventLine(models.Model):
    """One product of an event; all lines of an event leave in one child order."""

    _name = "continuity.event.line"
    _description = "Continuity Event Product"
    _inherit = ["continuity.bounds.mixin"]
    _order = "event_id, sequence, id"
    _check_company_auto = True
    _bounds = {"quantity": (0, MOST_QUANTITY), "price_unit": (0, MOST_MONEY)}

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
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('sale_ok', '=', True), ('continuity_program_id', '=', False),"
        " ('type', '!=', 'combo')]",
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
        compute="_compute_price_unit",
        store=True,
        readonly=False,
        min_display_digits="Product Price",
        help="Per unit of this line, in the tax mode of the product.",
    )

    _quantity_positive = models.Constraint(
        "CHECK(quantity > 0)", "The quantity of an event product is positive."
    )

    # === COMPUTE METHODS === #

    @api.depends("product_id")
    def _compute_uom_id(self):
        for line in self:
            line.uom_id = line.product_id.uom_id

    @api.depends("product_id", "price_overridden")
    def _compute_price_unit(self):
        """Propose the sales price to change; without “Own price” none is kept."""
        for line in self:
            proposal = line.price_unit or line.product_id.lst_price
            line.price_unit = proposal if line.price_overridden else 0.0

    # === CONSTRAINT METHODS === #

    @api.constrains("product_id")
    def _check_product(self):
        """A program ships goods, never another program (V4)."""
        for line in self:
            product = line.product_id
            if product.continuity_program_id:
                raise ValidationError(
                    self.env._(
                        "%(product)s is the parent product of program %(parent)s. It"
                        " cannot be shipped by program %(code)s: choose an ordinary"
                        " product.",
                        product=product.display_name,
                        parent=product.continuity_program_id.code,
                        code=line.event_id.program_id.code,
                    )
                )
            if product.type == "combo":
                raise ValidationError(
                    self.env._(
                        "%(product)s is a combo. Enter its products as separate lines"
                        " of the event instead.",
                        product=product.display_name,
                    )
                )

    @api.constrains("price_unit")
    def _check_price_unit(self):
        for line in self:
            if line.price_unit < 0:
                raise ValidationError(
                    self.env._(
                        "%(product)s in program %(code)s has a negative price. Enter 0"
                        " or more.",
                        product=line.product_id.display_name,
                        code=line.event_id.program_id.code,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Log the change of a program in use and check it again (rules F6)."""
        self._check_continuity_values(vals_list)
        ids = {vals["event_id"] for vals in vals_list if vals.get("event_id")}
        programs = self.env["continuity.event"].browse(ids).program_id
        with programs._changing_events() as changing:
            lines = super(ContinuityEventLine, self.with_context(**changing)).create(
                vals_list
            )
        return lines.with_env(self.env)

    def write(self, vals):
        """Log the change of a program in use and check it again (rules F6)."""
        with self.event_id.program_id._changing_events() as changing:
            return super(ContinuityEventLine, self.with_context(**changing)).write(vals)

    def unlink(self):
        """Log the change of a program in use and check it again (rules F6)."""
        with self.event_id.program_id._changing_events() as changing:
            return super(ContinuityEventLine, self.with_context(**changing)).unlink()

    # === BUSINESS METHODS === #

    def _get_product_problems(self):
        """List the products that cannot be shipped by a program.

        :return: sentences for the manager
        :rtype: list[str]
        """
        problems = []
        for line in self:
            product = line.product_id
            if not product.active or not product.sale_ok:
                problems.append(
                    self.env._(
                        "%(product)s of event %(number)s is archived or not sold any"
                        " more. Choose another product.",
                        product=product.display_name,
                        number=line.event_id.number,
                    )
                )
        return problems

    def _get_log_text(self):
        """Return the line as the change log of the program shows it.

        :rtype: str
        """
        self.ensure_one()
        text = f"{self.quantity:g} {self.uom_id.name} {self.product_id.display_name}"
        if not self.price_overridden:
            return text
        return f"{text} ({self.currency_id.format(self.price_unit)})"

    def _get_price(self, order_like, day=None, quantity=None):
        """Return the price of one unit of this line for a customer.

        Its own price, else what the price list says, as an ordinary sale order line
        would show it: in the currency and in the tax mode of the order.

        :param order_like: record with company, currency, price list and fiscal position
            (sale order, continuity order, preview)
        :param date day: day the price is asked for; None = today
        :param float quantity: how many leave together; None = what the line says
        :return: price per unit of the line
        :rtype: float
        """
        self.ensure_one()
        company = order_like.company_id
        product = self.product_id.with_company(company)
        day = day or company._continuity_today()
        if self.price_overridden:
            price = self.currency_id._convert(
                self.price_unit, order_like.currency_id, company, day, round=False
            )
        else:
            price = order_like.pricelist_id._get_product_price(
                product,
                quantity=self.quantity if quantity is None else quantity,
                currency=order_like.currency_id,
                uom=self.uom_id,
                date=day,
            )
        return product._get_tax_included_unit_price_from_price(
            price,
            product_taxes=product.taxes_id._filter_taxes_by_company(company),
            fiscal_position=order_like.fiscal_position_id,
        )
