# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResCompany(models.Model):
    """Parameters of the figures about members."""

    _inherit = "res.company"

    continuity_stalled_days = fields.Integer(
        string="Stalled after",
        default=60,
        help="Days. Members who are on hold, paused or not paid for this long, and get"
        " nothing later either, count among those who left, until something is sent"
        " after all.",
    )
    continuity_forecast_weeks = fields.Integer(
        string="Weeks of the forecast",
        default=13,
        help="Weeks. How far ahead the forecast of what is needed and what comes in"
        " reaches.",
    )
    continuity_forecast_strength = fields.Integer(
        string="Weight of all programs",
        default=20,
        help="Decisions. What all programs together say about who leaves counts in each"
        " program like this many decisions of its own: the more, the longer it takes"
        " before a young program speaks for itself.",
    )
    continuity_forecast_window = fields.Integer(
        string="Rates are learned from",
        default=548,
        help="Days. What members decided longer ago than this does not count.",
    )
    continuity_payment_fee_percent = fields.Float(
        string="Payment fee %",
        help="What the payment provider keeps of each charge, in percent. It counts in"
        " what a member is worth.",
    )
