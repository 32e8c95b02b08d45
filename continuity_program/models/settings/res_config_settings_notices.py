# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Settings: which mails the customers of continuity orders get."""

    _inherit = "res.config.settings"

    continuity_mail_order_submitted = fields.Boolean(
        related="company_id.continuity_mail_order_submitted", readonly=False
    )
    continuity_mail_child_created = fields.Boolean(
        related="company_id.continuity_mail_child_created", readonly=False
    )
    continuity_mail_payment_charged = fields.Boolean(
        related="company_id.continuity_mail_payment_charged", readonly=False
    )
    continuity_mail_payment_billed = fields.Boolean(
        related="company_id.continuity_mail_payment_billed", readonly=False
    )
    continuity_mail_payment_declined = fields.Boolean(
        related="company_id.continuity_mail_payment_declined", readonly=False
    )
    continuity_mail_payment_authenticate = fields.Boolean(
        related="company_id.continuity_mail_payment_authenticate", readonly=False
    )
    continuity_mail_card_warning = fields.Boolean(
        related="company_id.continuity_mail_card_warning", readonly=False
    )
    continuity_mail_order_ended = fields.Boolean(
        related="company_id.continuity_mail_order_ended", readonly=False
    )
