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
    continuity_forecast_weeks = fields.Integer(
        string="Weeks of the forecast",
        default=13,
        help="Weeks. So far ahead it is forecast what is needed and what comes in.",
    )
    continuity_forecast_strength = fields.Integer(
        string="Weight of all programs",
        default=20,
        help="Decisions. What all programs say of who leaves counts in a program like"
        " so many decisions of its own: the more, the later a young program is"
        " believed.",
    )
    continuity_forecast_window = fields.Integer(
        string="Rates are learned from",
        default=548,
        help="Days. What members decided longer ago says nothing of those of today.",
    )
    continuity_payment_fee_percent = fields.Float(
        string="Payment fee %",
        help="What the payment provider keeps of each charge, in percent. It counts in"
        " what a member is worth.",
    )
