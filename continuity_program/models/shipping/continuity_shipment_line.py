# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ...arguments import read_field
from ..base.continuity_bounds_mixin import MOST_MONEY, MOST_QUANTITY
from ..base.differing import get_differing
from ..base.typed import always

#: The most that a person types
MOST = {"quantity": MOST_QUANTITY, "price_unit": MOST_MONEY}


class ContinuityShipmentLine(models.Model):
    """One product of a shipment, with the price it was sold at.

    Of an up-front order it also counts the prepaid units: every one of them ends once,
    released or credited (rules BR2).
    """

    _name = "continuity.shipment.line"
    _inherit = ["continuity.typed.mixin"]
    _description = "Continuity Shipment Product"
    _order = "shipment_id, id"
    _rec_name = "product_id"
    _check_company_auto = True

    shipment_id = fields.Many2one(
        comodel_name="continuity.shipment",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="shipment_id.company_id", store=True, index=True
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
    price_overridden = fields.Boolean(
        readonly=True, help="The price is not the one of the price list."
    )
    # What somebody changed for this customer; a new plan keeps it (rules F1)
    product_changed = fields.Boolean(readonly=True, copy=False)
    quantity_changed = fields.Boolean(readonly=True, copy=False)
    price_changed = fields.Boolean(readonly=True, copy=False)
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
    prepaid_quantity = fields.Float(digits="Product Unit", readonly=True, copy=False)
    prepaid_price_unit = fields.Float(
        min_display_digits="Product Price", readonly=True, copy=False
    )
    released_quantity = fields.Float(digits="Product Unit", readonly=True, copy=False)
    credited_quantity = fields.Float(digits="Product Unit", readonly=True, copy=False)

    _quantity_not_negative = models.Constraint(
        "CHECK(quantity >= 0)", "The quantity of a shipment cannot be negative."
    )
    _prepaid_ends_once = models.Constraint(
        "CHECK(released_quantity + credited_quantity <= prepaid_quantity + 0.000001)",
        "A prepaid unit can be released or credited only once. Another invoice or"
        " credit note has taken it already: delete this draft.",
    )

    # What is typed on a line. The client sends the unit along, which is the product's;
    # a new line says its shipment as well.
    _continuity_typed = always(
        "analytic_distribution",
        "discount",
        "price_reason",
        "price_unit",
        "product_id",
        "quantity",
        "uom_id",
    )

    @api.model
    def _get_continuity_way_out(self):
        """Override: how a shipment is changed."""
        return self.env._("Use the buttons of the shipment.")

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Let people add a product to a shipment that has not left.

        It passes what a change of the same line would have to pass.
        """
        if self.env.su:
            lines = super().create(vals_list)
            lines._repeat_told(vals_list)
            return lines
        self.browse().check_access("create")
        self._check_continuity_create(
            [
                {name: vals[name] for name in vals if name != "shipment_id"}
                for vals in vals_list
            ]
        )
        vals_list = [
            self._prepare_added_vals(self._read_typed(vals)) for vals in vals_list
        ]
        # The flags that keep the line in a new plan belong to the ledger.
        lines_sudo = self.sudo().create(vals_list)
        lines = lines_sudo.with_env(self.env)
        lines._on_added()
        return lines

    def write(self, vals):
        """Let people change product, quantity, price and discount only."""
        if self.env.su:
            return super().write(vals)
        self.check_access("write")
        self._check_continuity_typing(vals)
        # The client sends the unit along with the product
        vals = {name: value for name, value in vals.items() if name != "uom_id"}
        self.shipment_id._check_can_change()
        vals = self._read_typed(vals)
        for line in self:
            line._change(vals)
        return True

    @api.model
    def _read_typed(self, vals):
        """Read what a person typed: what is no number is neither too low nor too high.

        :param dict vals: values by field
        :rtype: dict
        :raise ValidationError: not a value of its field
        :raise UserError: a number out of this world
        """
        vals = {
            name: read_field(self, name, value)
            for name, value in vals.items()
            if name in self._fields
        }
        for name, most in MOST.items():
            if vals.get(name, 0) > most:
                raise UserError(
                    self.env._(
                        "%(field)s of a shipment is %(most)s at most.",
                        field=self._fields[name]._description_string(self.env),
                        most=most,
                    )
                )
        return vals

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ledger(self):
        """Lines of shipments that left, or were paid, are history."""
        if any(line.sale_order_line_id or line.prepaid_quantity for line in self):
            raise UserError(
                self.env._("A product that was ordered or paid cannot be taken out.")
            )

    # === PLANNING === #

    def _follow_event(self, shipment, event, prices):
        """Bring the lines of a draft row in step with its event, changes kept (F1).

        :param continuity.shipment shipment: the row, also when it has no line yet
        :param continuity.event event: its event
        :param dict prices: prices asked for before
        """
        order = shipment.continuity_order_id
        known = {line.event_line_id: line for line in self}
        to_create = []
        for event_line in event.line_ids:
            vals = order._prepare_line_once(event_line, prices)
            line = known.pop(event_line, None)
            if line is None:
                to_create.append({**vals, "shipment_id": shipment.id})
            else:
                line._follow_event_line(vals)
        gone = [line for line in known.values() if not line._is_changed()]
        # Mostly there is neither: an empty call takes as long as the comparison
        if gone:
            self.browse().union(*gone).unlink()
        if to_create:
            self.create(to_create)

    def _follow_event_line(self, vals):
        """Take over what the program says, as far as nobody changed it."""
        self.ensure_one()
        if self.product_changed:
            for name in ("product_id", "uom_id"):
                del vals[name]
        if self.product_changed or self.price_changed:
            for name in ("price_unit", "discount", "price_overridden"):
                del vals[name]
        if self.quantity_changed:
            del vals["quantity"]
        if changed := get_differing(self, vals):
            self.write(changed)

    def _is_changed(self):
        """Tell whether somebody changed the line for this customer.

        :rtype: bool
        """
        self.ensure_one()
        return self.product_changed or self.quantity_changed or self.price_changed

    def _get_repeated_quantity(self, factor):
        """Return what the next row sends of the line (rules N45).

        :param float factor: how much more the customer wants by now
        :rtype: float
        """
        self.ensure_one()
        return self.quantity if self.quantity_changed else self.quantity * factor

    # === AMOUNTS === #

    def _get_amount_key(self):
        """Return what decides the amount of the line, in one order.

        :rtype: tuple
        """
        self.ensure_one()
        return self.product_id, self.quantity, self.price_unit, self.discount

    def _prepare_base_line(self, order=None):
        """Return the line as Odoo's tax engine wants it.

        :param continuity.order order: its order, for lines that are not saved
        :rtype: dict
        """
        self.ensure_one()
        order = order or self.shipment_id.continuity_order_id
        return self.env["account.tax"]._prepare_base_line_for_taxes_computation(
            self,
            product_id=self.product_id,
            tax_ids=order._get_goods_taxes(self.product_id),
            quantity=self.quantity,
            price_unit=self.price_unit,
            discount=self.discount,
            currency_id=order.currency_id,
            partner_id=order.partner_id,
        )

    def _get_rounded_amount(self, included, order=None):
        """Return the amount of the line, rounded to the currency (rules N13).

        :param bool included: with its taxes
        :param continuity.order order: its order, for lines that are not saved
        :rtype: float
        """
        self.ensure_one()
        order = order or self.shipment_id.continuity_order_id
        tax_model = self.env["account.tax"]
        base_line = self._prepare_base_line(order)
        tax_model._add_tax_details_in_base_line(base_line, order.company_id)
        tax_model._round_base_lines_tax_details([base_line], order.company_id)
        details = base_line["tax_details"]
        name = "total_included_currency" if included else "total_excluded_currency"
        return details[name]

    # === TEXTS === #

    def _get_products_text(self, with_code=False):
        """Name the products of shipments, with the quantity where it is not one.

        :param bool with_code: with our numbers, for people of the house
        :rtype: str
        """
        texts = []
        for line in self:
            # What is not published is still named to whoever ordered it
            product_sudo = line.product_id.sudo()
            name = (
                product_sudo.display_name
                if with_code
                else product_sudo._continuity_get_name()
            )
            quantity = f"{line.quantity:g} × " if line.quantity != 1 else ""
            texts.append(f"{quantity}{name}")
        return ", ".join(texts)
