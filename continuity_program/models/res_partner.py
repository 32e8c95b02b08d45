# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    continuity_allow_on_account = fields.Boolean(
        string="Continuity on account",
        help="The customer may pay continuity orders by invoice.",
    )
