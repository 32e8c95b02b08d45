# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

#: Who plans with what things cost
COST_READERS = "sales_team.group_sale_manager"


class ContinuityProgram(models.Model):
    """The program: what a member costs to win, and a parcel to send."""

    _inherit = "continuity.program"

    acquisition_cost = fields.Monetary(
        groups=COST_READERS,
        help="What it costs to win one member, where “Acquisition costs” say nothing"
        " closer. 0 = not known.",
    )
    fulfilment_cost = fields.Monetary(
        string="Cost per parcel",
        groups=COST_READERS,
        help="Packing, postage and handling of one parcel.",
    )
    resale_percent = fields.Float(
        string="Resale %",
        groups=COST_READERS,
        help="How much of their cost goods that come back are still worth, in percent.",
    )
