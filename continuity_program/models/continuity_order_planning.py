# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ContinuityOrder(models.Model):
    """The continuity order: which shipments it has and when they leave."""

    _inherit = "continuity.order"
