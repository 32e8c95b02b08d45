# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError


class PurchaseOrderLine(models.Model):
    """The line to a vendor: it stays with the order it is held for."""

    _inherit = "purchase.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `purchase`: what was allowed was said of the goods there were."""
        lines = super().create(vals_list)
        lines._end_foreign_override()
        return lines

    def write(self, vals):
        """Override of `purchase`: nobody unties goods from the order they are for.

        :raise UserError: naming the order to the vendor
        """
        if "sale_line_id" in vals and not self.env.su:
            self._check_continuity_tie(vals["sale_line_id"] or False)
        result = super().write(vals)
        if {"order_id", "sale_line_id"} & set(vals):
            self._end_foreign_override()
        return result

    def _end_foreign_override(self):
        """Ask again for an order that got goods of a sale nobody has looked at.

        Odoo joins what is bought from one vendor into one order.
        """
        # Whoever adds a line allows nothing
        allowed_sudo = self.sudo().order_id.filtered("continuity_override_reason")
        for purchase_sudo in allowed_sudo:
            joined_sudo = self.sudo() & purchase_sudo.order_line
            before_sudo = purchase_sudo.order_line - joined_sudo
            purchase_sudo._end_foreign_override(
                joined_sudo.sale_order_id - before_sudo.sale_order_id
            )

    def _check_continuity_tie(self, sale_line_id):
        """Refuse to say by hand that a line is for another customer, or for nobody.

        :param int | bool sale_line_id: the sales order line that is written
        :raise UserError: the goods are sold in a continuity program
        """
        for line in self:
            # Whoever buys does not see every sales order
            sold_sudo = line.sudo().sale_line_id
            is_other = sold_sudo.id != sale_line_id
            if is_other and sold_sudo._get_continuity_program_records():
                raise UserError(
                    self.env._(
                        "%(order)s is for goods of a continuity program: who they are"
                        " for cannot be typed. Cancel it, and buy other goods by an"
                        " order of their own.",
                        order=line.order_id.name,
                    )
                )
