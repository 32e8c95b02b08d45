# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ContinuityOrder(models.Model):
    """The continuity order: what is owed, and how it is paid."""

    _inherit = "continuity.order"
