# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class ContinuityShipmentLine(models.Model):
    """One product of a shipment: the analytic accounts its revenue will belong to."""

    _name = "continuity.shipment.line"
    _inherit = ["continuity.shipment.line", "analytic.mixin"]

    analytic_distribution = fields.Json(
        compute="_compute_analytic_distribution",
        store=True,
        readonly=False,
        precompute=True,
    )
    distribution_changed = fields.Boolean(
        readonly=True,
        copy=False,
        help="Somebody chose the analytic accounts of this product.",
    )

    @api.depends(
        "shipment_id.continuity_order_id.sale_order_line_id.analytic_distribution"
    )
    def _compute_analytic_distribution(self):
        """Override of `analytic` to follow the parent line until the goods are sent.

        What somebody chose stays.
        """
        for line in self:
            parent_line = line.shipment_id.continuity_order_id.sale_order_line_id
            stays = line.sale_order_line_id or line.distribution_changed
            line.analytic_distribution = (
                line.analytic_distribution
                if stays
                else parent_line.analytic_distribution
            )

    @api.model
    def _follow_parent_distribution(self, vals_list):
        """Give new lines the accounts of their parent line, where nothing was chosen.

        :param list[dict] vals_list: values of the lines, completed here
        """
        given = {"analytic_distribution", "sale_order_line_id", "distribution_changed"}
        for vals in vals_list:
            if any(vals.get(name) for name in given):
                continue
            shipment = self.env["continuity.shipment"].browse(vals.get("shipment_id"))
            parent_line = shipment.continuity_order_id.sale_order_line_id
            vals["analytic_distribution"] = parent_line.analytic_distribution

    def _set_distribution(self, distribution):
        """Take over the analytic accounts a person chose.

        :param dict distribution: percentages by ids of accounts, or nothing
        """
        self.ensure_one()
        if (distribution or {}) == (self.analytic_distribution or {}):
            return
        # The books, not the customer: nothing he was told depends on it
        self.sudo().write(
            {"analytic_distribution": distribution, "distribution_changed": True}
        )

    def _get_repeated_distribution(self):
        """Return the analytic accounts of the same product in the next shipment.

        What was chosen is repeated; all others follow the parent line as it is then.

        :rtype: dict
        """
        self.ensure_one()
        if not self.distribution_changed:
            return {}
        return {
            "analytic_distribution": self.analytic_distribution,
            "distribution_changed": True,
        }
