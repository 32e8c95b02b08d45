# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class ContinuityParameters(models.Model):
    """The call-center parameters: which mails the customers get."""

    _inherit = "continuity.parameters"

    continuity_mail_order_submitted = fields.Boolean(
        related="company_id.continuity_mail_order_submitted"
    )
    continuity_mail_child_created = fields.Boolean(
        related="company_id.continuity_mail_child_created"
    )
    continuity_mail_payment_charged = fields.Boolean(
        related="company_id.continuity_mail_payment_charged"
    )
    continuity_mail_payment_billed = fields.Boolean(
        related="company_id.continuity_mail_payment_billed"
    )
    continuity_mail_payment_declined = fields.Boolean(
        related="company_id.continuity_mail_payment_declined"
    )
    continuity_mail_payment_authenticate = fields.Boolean(
        related="company_id.continuity_mail_payment_authenticate"
    )
    continuity_mail_card_warning = fields.Boolean(
        related="company_id.continuity_mail_card_warning"
    )
    continuity_mail_order_ended = fields.Boolean(
        related="company_id.continuity_mail_order_ended"
    )

    @api.model
    def _get_manager_parameters(self):
        """Add the mails; see the main class."""
        return [
            *super()._get_manager_parameters(),
            "continuity_mail_order_submitted",
            "continuity_mail_child_created",
            "continuity_mail_payment_charged",
            "continuity_mail_payment_billed",
            "continuity_mail_payment_declined",
            "continuity_mail_payment_authenticate",
            "continuity_mail_card_warning",
            "continuity_mail_order_ended",
        ]
