# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import float_compare

#: What a prepaid line comes to is decided by these.
VALUE_FIELDS = {"product_id", "product_uom_id", "price_unit", "discount", "tax_ids"}


class SaleOrderLine(models.Model):
    """The child line as a person edits it (rules F7, C5).

    What was sold in the program keeps its price. Of an up-front order fewer units can
    be sent, and *Paid in advance* follows; more goods are lines of their own, which are
    charged as a top-up.
    """

    _inherit = "sale.order.line"

    def _is_continuity_as_sold(self):
        """Say whether the line sends what the program has sold.

        :rtype: bool
        """
        self.ensure_one()
        # Whoever edits the child may not read the ledger.
        sold_sudo = self.sudo().continuity_shipment_line_id
        return bool(sold_sudo) and (
            bool(self.sudo().continuity_prepaid_line_id)
            or sold_sudo.product_id == self.product_id
        )

    # === CRUD METHODS === #

    def _filter_continuity_kept(self, vals):
        """Return the prepaid lines whose value is typed; it has to stay as sold (F7).

        :param dict vals: values that are written
        :rtype: sale.order.line
        :raise UserError: naming the line
        """
        if self.env.su or not (VALUE_FIELDS | {"product_uom_qty"}) & set(vals):
            return self.browse()
        pairs = self.filtered(lambda line: line._is_continuity_prepaid())
        for line in pairs:
            line._check_continuity_prepaid(vals)
        return pairs

    @api.ondelete(at_uninstall=False)
    def _unlink_except_continuity_prepaid(self):
        """What is paid in advance leaves an order with the order (rules F7)."""
        lines = self.filtered(lambda line: line._is_continuity_prepaid())
        # A draft child goes as a whole; its lines are deleted by the database then
        if lines and not self.env.su:
            raise UserError(
                self.env._(
                    "%s is paid in advance. Cancel the child order, or send fewer.",
                    lines[0].name,
                )
            )

    # === CHECKS === #

    def _is_continuity_prepaid(self):
        """Say whether the line is goods that are paid in advance, or their payment.

        :rtype: bool
        """
        self.ensure_one()
        # Whoever may change the line need not see the shipment that it was sold with
        return bool(self.sudo().continuity_shipment_line_id.prepaid_quantity)

    def _check_continuity_prepaid(self, vals):
        """Refuse what would break the total of zero, or the prepayment (F7, C5).

        :param dict vals: values a person writes
        :raise UserError: naming the way out
        """
        self.ensure_one()
        changed = [
            name
            for name in sorted(VALUE_FIELDS & set(vals))
            if self._is_continuity_changed(name, vals[name])
        ]
        quantity = vals.get("product_uom_qty", self.product_uom_qty)
        more = float_compare(quantity, self.product_uom_qty, precision_digits=6)
        # As above: yes or no, of a line in another salesperson's order as well
        if self.sudo().continuity_prepaid_line_id and (changed or more):
            raise UserError(
                self.env._("“%s” follows its goods and cannot be changed.", self.name)
            )
        if changed or more > 0:
            raise UserError(
                self.env._(
                    "%(product)s is paid in advance. Add a line for what is sent on"
                    " top: it is charged. To send another product, cancel this child"
                    " order, plan the shipment again and swap the product there.",
                    product=self.product_id.display_name,
                )
            )

    def _is_continuity_changed(self, name, value):
        """Say whether a written value differs from what stands in the line.

        :param str name: name of the field
        :param value: what is written
        :rtype: bool
        """
        self.ensure_one()
        field = self._fields[name]
        if field.type == "float":
            return bool(float_compare(self[name], value or 0.0, precision_digits=6))
        if field.type == "many2many":
            return self.new({name: value}, origin=self)[name]._origin != self[name]
        return field.convert_to_cache(value, self) != (self[name].id or None)

    def _follow_continuity_quantity(self):
        """Let *Paid in advance* follow its goods; what is not sent stays open (C5)."""
        # Nobody writes the payment line by hand.
        paid_sudo = self.sudo().search([("continuity_prepaid_line_id", "in", self.ids)])
        for line_sudo in paid_sudo:
            goods = line_sudo.continuity_prepaid_line_id
            line_sudo.product_uom_qty = goods.product_uom_qty
