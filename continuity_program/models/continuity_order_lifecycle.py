# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ContinuityOrder(models.Model):
    """The continuity order: how its state moves."""

    _inherit = "continuity.order"
