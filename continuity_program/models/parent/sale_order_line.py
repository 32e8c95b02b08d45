# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_compare

from ..base.continuity_bounds_mixin import MOST_QUANTITY
from ..base.sealed import unseal
from ..entry.read_ahead import read_ahead

#: What the plan of a continuity order is made of.
PLAN_FIELDS = {"product_id", "product_uom_qty", "product_uom_id", "tax_ids"}


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    continuity_order_ids = fields.One2many(
        comodel_name="continuity.order",
        inverse_name="sale_order_line_id",
        string="Continuity order",
        copy=False,
        readonly=True,
    )
    is_continuity_parent = fields.Boolean(compute="_compute_is_continuity_parent")
    # Text, so that the list wraps it: it names number, value and tax.
    continuity_planned_text = fields.Text(
        string="Planned shipments",
        compute="_compute_continuity_planned_text",
        help="What the customer gets and pays for this line.",
    )
    continuity_payment_missing = fields.Boolean(
        string="Payment missing", compute="_compute_continuity_planned_text"
    )
    continuity_payment_badge = fields.Char(
        string="Continuity payment", compute="_compute_continuity_planned_text"
    )
    continuity_shipment_line_id = fields.Many2one(
        comodel_name="continuity.shipment.line",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    continuity_prepaid_line_id = fields.Many2one(
        comodel_name="sale.order.line",
        string="Paid in advance for",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="cascade",
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "continuity_order_ids",
        "order_id.continuity_order_id",
        "product_id.continuity_program_id",
        "product_uom_qty",
        "qty_invoiced",
        "state",
    )
    def _compute_is_continuity_parent(self):
        for line in self:
            line.is_continuity_parent = line._is_continuity_sold()

    @api.depends(
        "continuity_order_ids.amount_planned",
        "continuity_order_ids.shipment_ids.state",
        "continuity_order_ids.payment_method",
        "continuity_order_ids.payment_token_id",
        "continuity_order_ids.state",
        "price_unit",
        "product_uom_qty",
    )
    def _compute_continuity_planned_text(self):
        for line in self:
            order = line.continuity_order_ids[:1]
            line.continuity_planned_text = (
                order._get_planned_text()
                if order
                else "\n".join(line._get_continuity_planned_texts())
            )
            missing = bool(order and order._is_payment_method_missing())
            line.continuity_payment_missing = missing
            line.continuity_payment_badge = missing and self.env._("payment missing")

    # === READ AHEAD === #

    @api.model
    def _read_continuity_ahead(self, vals_list):
        """Read what parent products send, before their lines are made.

        :param list[dict] vals_list: values of new lines
        :return: context the lines are made in: they need not look for analytic
            accounts one by one where the company has no rule about them
        :rtype: dict
        """
        if not read_ahead(self.env, vals_list):
            return {}
        # A seller may not read these rules; Odoo applies them for him
        rules_sudo = self.env["account.analytic.distribution.model"].sudo()
        return rules_sudo._continuity_skip_if_empty()

    # === CHECKS === #

    def _check_continuity_parent(self, program):
        """Refuse parent products where they cannot be sold (rules N45).

        :param continuity.program program: what the line sells; empty = nothing
        :raise UserError: naming the product and the way out
        """
        self.ensure_one()
        if not program:
            return
        order, product = self.order_id, self.product_id
        if order.continuity_order_id:
            raise UserError(
                self.env._(
                    "%(product)s starts a continuity program and cannot be put on"
                    " child order %(order)s. Start a new order.",
                    product=product.display_name,
                    order=order.name,
                )
            )
        if order.state == "sale" and not self.continuity_order_ids:
            raise UserError(
                self.env._(
                    "%(product)s cannot be added to the confirmed order %(order)s."
                    " Start a new order.",
                    product=product.display_name,
                    order=order.name,
                )
            )
        if order.state in ("draft", "sent"):
            self._check_continuity_sellable(program)
            self._check_continuity_quantity()

    def _check_continuity_sellable(self, program):
        """Refuse programs that are not open, ended, or another company's.

        :param continuity.program program: what the line sells
        :raise UserError: with the reason of the program
        """
        self.ensure_one()
        company = self.order_id.company_id
        moment = self.order_id.date_order or fields.Datetime.now()
        refusal = program._get_sale_refusal(
            company, company._continuity_local_date(moment)
        )
        if refusal:
            raise UserError(refusal)

    def _check_continuity_quantity(self):
        """Refuse quantities that no series can be made of.

        :raise UserError: fractional or negative
        """
        self.ensure_one()
        quantity = self._get_continuity_quantity()
        # What is not a number is neither below nor above
        if not 0 <= quantity <= MOST_QUANTITY or float_compare(
            quantity, round(quantity), 6
        ):
            raise UserError(
                self.env._(
                    "%(product)s is sold in whole numbers: %(quantity)s is not"
                    " possible.",
                    product=self.product_id.display_name,
                    quantity=f"{quantity:g}",
                )
            )

    def _check_continuity_write(self, vals):
        """Refuse a price or a discount typed on a parent line (rules N13)."""
        if unseal(self.env, "continuity_price"):
            return
        if not {"price_unit", "discount"}.intersection(vals):
            return
        for line in self._filter_continuity_parents():
            product_id = vals.get("product_id", line.product_id.id)
            if product_id != line.product_id.id and line.state in ("draft", "sent"):
                # The product is changed along with the price: the plan decides
                continue
            price = vals.get("price_unit", line.price_unit)
            changed = line.currency_id.compare_amounts(price, line.price_unit)
            if changed or vals.get("discount"):
                line._refuse_typed_price()

    def _check_typed_price(self, vals_by_line):
        """Refuse a price that was given to a new parent line and is not the plan's."""
        for line in self:
            vals = vals_by_line[line]
            price = vals.get("price_unit")
            differs = price is not None and line.currency_id.compare_amounts(
                price, line.price_unit
            )
            if differs or vals.get("discount"):
                line._refuse_typed_price()

    def _refuse_typed_price(self):
        raise UserError(
            self.env._(
                "The price of %(product)s is the sum of its shipments. Change the price"
                " or the discount of the shipments in the Continuity wizard.",
                product=self.product_id.display_name,
            )
        )

    # === BUSINESS METHODS === #

    def _filter_continuity_parents(self):
        """Return the lines that sell a series; no query for ordinary orders.

        :rtype: sale.order.line
        """
        return self.filtered(lambda line: line._has_continuity_program())

    def _filter_continuity_products(self):
        """Return the lines whose product is a parent product today.

        :rtype: sale.order.line
        """
        # Portal users and visitors of the web shop cannot read programs
        return self.filtered(lambda line: line.sudo().product_id.continuity_program_id)

    def _filter_continuity_repicked(self, vals):
        """Return the lines that get another product.

        :param dict vals: values that are written
        :rtype: sale.order.line
        """
        if "product_id" not in vals:
            return self.browse()
        return self.filtered(lambda line: line.product_id.id != vals["product_id"])

    def _drop_continuity_drafts(self, product_id):
        """Delete the series of quotation lines that get an ordinary product.

        Before it is written: the price of the new one is asked at once, and the series
        would still answer.

        :param int product_id: the new product
        :raise UserError: money is on its way
        """
        lines = self.filtered(lambda line: line.state in ("draft", "sent"))
        # Sellers cannot delete ledgers, and may change their quotations
        orders_sudo = lines.sudo()._filter_continuity_parents().continuity_order_ids
        product_sudo = self.env["product.product"].sudo().browse(product_id)
        if orders_sudo and not product_sudo.continuity_program_id:
            orders_sudo._unlink_draft()

    def _has_continuity_order(self):
        """Say whether the line has a series: it keeps it, whatever its product says.

        A line in a form has that of the saved one, until another product is chosen.

        :rtype: bool
        """
        self.ensure_one()
        # Whoever may see the line may not see the ledger; that it has one decides
        saved_sudo = self._origin.sudo()
        return bool(
            saved_sudo.product_id == self.sudo().product_id
            and saved_sudo.order_id.continuity_type == "parent"
            and saved_sudo.continuity_order_ids
        )

    def _has_continuity_program(self):
        """Tell whether the line sells a series, or starts one when it is saved.

        What was sold stays what it was: a line that was confirmed without a series is
        an ordinary one, also if its product is a program by now.

        :rtype: bool
        """
        self.ensure_one()
        if self._has_continuity_order():
            return True
        is_ordinary = self.state == "sale" and (
            self.product_uom_qty or self.qty_invoiced
        )
        return not is_ordinary and bool(self._filter_continuity_products())

    def _get_continuity_program(self, is_repicked=False):
        """Return the program that the line sells.

        :param bool is_repicked: its product was changed just now: that one decides
        :return: in sudo; empty for an ordinary line
        :rtype: continuity.program
        """
        self.ensure_one()
        # Visitors of the web shop may not read programs
        line_sudo = self.sudo()
        if not is_repicked and self._has_continuity_order():
            return line_sudo._origin.continuity_order_ids.program_id
        return line_sudo.product_id.continuity_program_id

    def _is_continuity_sold(self):
        """Tell whether the line is a parent line, not a line of a child order.

        :rtype: bool
        """
        self.ensure_one()
        return not self.order_id.continuity_order_id and self._has_continuity_program()

    def _is_continuity_named(self):
        """Tell whether the line belongs to a series: sold, or sent as a part of it.

        :rtype: bool
        """
        self.ensure_one()
        return bool(self.order_id.continuity_order_id) or self._is_continuity_sold()

    def _with_continuity_name(self):
        """Return the line so that it names its product as the customer knows it.

        :rtype: sale.order.line
        """
        if not self._is_continuity_named():
            return self
        return self.with_context(display_default_code=False)

    def _get_continuity_quantity(self):
        """Return the quantity in the product's own unit; 0 of an ordinary line.

        :rtype: float
        """
        self.ensure_one()
        if self.display_type or not self._has_continuity_program():
            return 0.0
        return self.product_uom_id._compute_quantity(
            self.product_uom_qty, self.product_id.uom_id, round=False
        )
