# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError

#: What ties a child line to the ledger; only the jobs write it, in sudo (style 13).
LINK_FIELDS = {
    "continuity_goods_delivered",
    "continuity_prepaid_line_id",
    "continuity_shipment_line_id",
}


class SaleOrderLine(models.Model):
    """What nobody types on a line, whatever the door (rules F1)."""

    _inherit = "sale.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `sale`: lines of child orders are tied by the job only."""
        for vals in vals_list:
            self._check_continuity_links(vals)
        return super().create(vals_list)

    def write(self, vals):
        """Override of `sale`: lines of child orders are tied by the job only."""
        self._check_continuity_links(vals)
        return super().write(vals)

    def _check_continuity_links(self, vals):
        """Refuse values that only the jobs write.

        :param dict vals: values of a write or a create
        :raise UserError: one of them is given by a person
        """
        typed = LINK_FIELDS.intersection(vals)
        if typed and not self.env.su:
            raise UserError(
                self.env._(
                    "%(fields)s of an order line cannot be typed.",
                    fields=", ".join(sorted(self._fields[n].string for n in typed)),
                )
            )
