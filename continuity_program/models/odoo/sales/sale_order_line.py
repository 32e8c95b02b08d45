# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain

from ...base.sealed import Sealed, unseal
from ...entry.parent_price import preview_parent_price
from ...parent.sale_order_line import PLAN_FIELDS


class SaleOrderLine(models.Model):
    """Where order lines meet continuity programs: each hook of Odoo, step by step."""

    _inherit = "sale.order.line"

    # === WRITTEN, DELETED === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `sale` to give parent lines their continuity order."""
        ahead = self.with_context(**self._read_continuity_ahead(vals_list))
        lines = super(SaleOrderLine, ahead).create(vals_list)
        parents = lines._filter_continuity_products()
        if parents:
            ahead.env["continuity.order"]._sync_lines(parents)
        lines, parents = lines.with_env(self.env), parents.with_env(self.env)
        if parents:
            parents._check_typed_price(dict(zip(lines, vals_list, strict=True)))
        return lines

    def write(self, vals):
        """Override of `sale`: what may not be written, and what follows from it."""
        kept = self._filter_continuity_kept(vals)
        if "order_id" in vals and not self.env.su:
            self._check_continuity_order(vals["order_id"])
        self._check_continuity_write(vals)
        is_planned = bool(PLAN_FIELDS.intersection(vals))
        parents = self._filter_continuity_parents() if is_planned else self.browse()
        ordinary = self - parents
        repicked = self._filter_continuity_repicked(vals)
        repicked._drop_continuity_drafts(vals.get("product_id"))
        result = super().write(vals)
        if "product_uom_qty" in vals:
            self._settle_continuity_replacements()
        if is_planned:
            # What was sold as an ordinary line may be taken back
            parents |= self._filter_continuity_parents() - ordinary
            parents |= repicked._filter_continuity_products()
            self.env["continuity.order"]._sync_lines(parents, repicked)
        if "product_uom_qty" in vals:
            kept._follow_continuity_quantity()
        return result

    def copy_data(self, default=None):
        """Override of `sale`: the price of a copied parent line is its own plan's.

        So is that of an ordinary line whose product has become a program since.
        """
        vals_list = super().copy_data(default=default)
        products = self._filter_continuity_products()
        for line, vals in zip(self, vals_list, strict=True):
            if line.is_continuity_parent or line in products:
                for name in ("price_unit", "technical_price_unit", "discount"):
                    vals.pop(name, None)
        return vals_list

    def unlink(self):
        """Override of `sale` to delete draft continuity orders by the ORM."""
        # Sellers cannot delete ledgers, and may delete their quotations
        parents_sudo = self.sudo()._filter_continuity_parents()
        parents_sudo.continuity_order_ids._unlink_draft()
        return super().unlink()

    # === PRICED === #

    def _domain_product_id(self):
        """Override of `sale` to offer parent products of open programs only."""
        return list(
            Domain(super()._domain_product_id())
            & (
                Domain("continuity_program_id", "=", False)
                | Domain("continuity_program_id.state", "=", "open")
            )
        )

    def _reset_price_unit(self):
        """Override of `sale` to price a parent line from its shipments (rules N13)."""
        # A visitor of the web shop gets a price; plan and program he may not read
        if not self._is_continuity_sold():
            return super()._reset_price_unit()
        order = self._origin.sudo().continuity_order_ids
        is_kept = order and self._origin.product_id == self.product_id
        if is_kept and self.product_uom_qty:
            price = order._get_parent_price()
        else:
            price = preview_parent_price(self.sudo())
        # ``update`` of a form's line and of a saved one goes through ``write``
        line = self.with_context(continuity_price=Sealed())
        return line.update({"price_unit": price, "technical_price_unit": price})

    def _compute_price_unit(self):
        """Override of `sale`: another quantity does not change what was sold, and a
        replacement stays at price 0, however many are sent."""
        kept = self.filtered(
            lambda line: line._is_continuity_as_sold() or line.is_continuity_replacement
        )
        return super(SaleOrderLine, self - kept)._compute_price_unit()

    def _compute_discount(self):
        """Override of `sale`: another quantity does not change what was sold, and a
        parent line has none, its shipments may (rules N13)."""
        others = self.filtered(lambda line: not line._is_continuity_as_sold())
        parents = others.filtered("is_continuity_parent")
        parents.discount = 0.0
        return super(SaleOrderLine, others - parents)._compute_discount()

    # === NAMED === #

    def _get_sale_order_line_multiline_description_sale(self):
        """Override of `sale`: what customers read of a series has no number of ours."""
        line = self._with_continuity_name()
        return super(
            SaleOrderLine, line
        )._get_sale_order_line_multiline_description_sale()

    @api.depends("order_id.continuity_order_id", "product_id.continuity_program_id")
    def _compute_translated_product_name(self):
        """Override of `sale`: what the text begins with is not shown twice."""
        named = self.filtered(lambda line: line._is_continuity_named())
        super(SaleOrderLine, self - named)._compute_translated_product_name()
        return super(
            SaleOrderLine, named.with_context(display_default_code=False)
        )._compute_translated_product_name()

    # === DELIVERED, INVOICED === #

    @api.depends("continuity_goods_delivered")
    def _compute_qty_delivered(self):
        """Override of `sale`: what was paid in advance is delivered with its goods."""
        paid = self.filtered("continuity_prepaid_line_id")
        result = super(SaleOrderLine, self - paid)._compute_qty_delivered()
        for line in paid:
            line.qty_delivered = line.continuity_goods_delivered
        return result

    @api.depends(
        "continuity_goods_delivered",
        "continuity_prepaid_line_id.continuity_settled_qty",
        "continuity_prepaid_line_id.product_uom_qty",
        "continuity_prepaid_line_id.qty_invoiced",
        "continuity_prepaid_line_id.state",
        "continuity_settled_qty",
        "order_id.continuity_cancel_reason",
    )
    def _compute_qty_to_invoice(self):
        """Override of `sale`: a prepaid line follows its goods, and what was invoiced
        once is not to be invoiced again."""
        prepaid = self.filtered("continuity_prepaid_line_id")
        others = self - prepaid
        result = super(SaleOrderLine, others)._compute_qty_to_invoice()
        others._cap_continuity_quantity()
        prepaid._follow_continuity_goods()
        self._set_continuity_uninvoiced()
        return result

    @api.depends(
        "continuity_order_ids.state",
        "continuity_settled_qty",
        "order_id.continuity_cancel_reason",
    )
    def _compute_invoice_status(self):
        """Override of `sale`: what was invoiced stays so, and a parent line is when the
        close job has closed it."""
        parents = self.filtered("is_continuity_parent")
        others = self - parents
        result = super(SaleOrderLine, others)._compute_invoice_status()
        others._keep_continuity_returned()
        parents._set_continuity_parent_status()
        self._keep_continuity_invoiced()
        return result

    def _prepare_invoice_line(self, **optional_values):
        """Override of `sale`: the close job takes what the customer has got, and the
        money from where the up-front invoice put it (rules BR3, BR4)."""
        line = self._with_continuity_name()
        vals = super(SaleOrderLine, line)._prepare_invoice_line(**optional_values)
        if self.continuity_prepaid_line_id:
            account = self._get_continuity_prepaid_account()
            vals["account_id"] = account.id or vals.get("account_id")
        if unseal(self.env, "continuity_release_date"):
            vals["quantity"] = self._get_continuity_release_quantity()
        return vals
