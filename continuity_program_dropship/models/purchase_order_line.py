# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError


class PurchaseOrderLine(models.Model):
    """The line to a vendor: it stays with the order it is held for."""

    _inherit = "purchase.order.line"

    def write(self, vals):
        """Override of `purchase`: nobody unties goods from the order they are for.

        :raise UserError: naming the order to the vendor
        """
        if "sale_line_id" in vals and not self.env.su:
            self._check_continuity_tie(vals["sale_line_id"] or False)
        return super().write(vals)

    def _check_continuity_tie(self, sale_line_id):
        """Refuse to say by hand that a line is for another customer, or for nobody.

        :param int | bool sale_line_id: the sales order line that is written
        :raise UserError: the goods are sold in a continuity program
        """
        for line in self:
            # Whoever buys does not see every sales order
            sold_sudo = line.sudo().sale_line_id
            if sold_sudo.id != sale_line_id and (
                sold_sudo.order_id.continuity_type in ("parent", "child")
            ):
                raise UserError(
                    self.env._(
                        "%(order)s is for goods of a continuity program: whose they"
                        " are cannot be typed. Cancel it, and buy other goods by an"
                        " order of their own.",
                        order=line.order_id.name,
                    )
                )
