# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ContinuityOrder(models.Model):
    """The continuity order: by whom and at what price it was sold, for good.

    Orders change hands, and prices change. Figures about who stays go by the beginning.
    """

    _inherit = "continuity.order"

    first_user_id = fields.Many2one(
        comodel_name="res.users",
        string="Sold by",
        readonly=True,
        copy=False,
        help="The salesperson on the day it was submitted.",
    )
    first_team_id = fields.Many2one(
        comodel_name="crm.team",
        string="Sold by team",
        readonly=True,
        copy=False,
        help="The sales team on the day it was submitted.",
    )
    offer_price = fields.Monetary(
        string="Offer price",
        readonly=True,
        copy=False,
        help="Value of the first shipment on the day it was submitted, without tax.",
    )
