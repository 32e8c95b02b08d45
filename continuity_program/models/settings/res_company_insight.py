# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResCompany(models.Model):
    """Parameters of the figures about members."""

    _inherit = "res.company"

    continuity_stalled_days = fields.Integer(
        string="Stalled after",
        default=60,
        help="Days. Who is on hold, paused or not paid for so long, and gets nothing"
        " later either, counts among those who left, until something leaves after all.",
    )
    continuity_payment_fee_percent = fields.Float(
        string="Payment fee %",
        help="What the payment provider keeps of each charge, in percent. It counts in"
        " what a member is worth.",
    )
