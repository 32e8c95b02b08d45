# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    continuity_run_line_ids = fields.One2many(
        comodel_name="continuity.run.line",
        inverse_name="child_order_id",
        string="Lines of continuity runs",
        copy=False,
        readonly=True,
    )

    # Child orders that wait for their confirmation are few among very many orders.
    _continuity_waiting = models.Index(
        "(company_id, id)"
        " WHERE continuity_order_id IS NOT NULL AND state IN ('draft', 'sent')"
    )
