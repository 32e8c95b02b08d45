# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ContinuityParametersMixin(models.AbstractModel):
    """The parameters of a company, for its two pages: one for those who sell, and
    Odoo's own, which opens for system administrators only.

    A further parameter is a field of the company, the same here as a related one, and
    its place on the page of the parameters: Odoo's own page shows what that one does.
    """

    _name = "continuity.parameters.mixin"
    _description = "Call Center Parameters"

    company_id = fields.Many2one(comodel_name="res.company")
    # Of the amounts; set elsewhere
    currency_id = fields.Many2one(related="company_id.currency_id")
    # Days and limits
    continuity_tz = fields.Selection(
        related="company_id.partner_id.tz",
        readonly=False,
        string="Time zone of the company",
        help="Where the company's days begin and end: the zone of its own contact."
        " Empty: UTC. Shipments and charges are due by this clock.",
    )
    continuity_delivery_days = fields.Integer(
        related="company_id.continuity_delivery_days", readonly=False
    )
    continuity_repeat_threshold = fields.Integer(
        related="company_id.continuity_repeat_threshold", readonly=False
    )
    continuity_max_child_orders = fields.Integer(
        related="company_id.continuity_max_child_orders", readonly=False
    )
    continuity_max_catchup = fields.Integer(
        related="company_id.continuity_max_catchup", readonly=False
    )
    continuity_run_retention_days = fields.Integer(
        related="company_id.continuity_run_retention_days", readonly=False
    )
    continuity_responsible_id = fields.Many2one(
        related="company_id.continuity_responsible_id", readonly=False
    )
    continuity_any_agent = fields.Boolean(
        related="company_id.continuity_any_agent", readonly=False
    )
    # Payments
    continuity_authorize_child = fields.Boolean(
        related="company_id.continuity_authorize_child", readonly=False
    )
    continuity_charge_first_at_submit = fields.Boolean(
        related="company_id.continuity_charge_first_at_submit", readonly=False
    )
    continuity_retry_limit = fields.Integer(
        related="company_id.continuity_retry_limit", readonly=False
    )
    continuity_retry_days = fields.Char(
        related="company_id.continuity_retry_days", readonly=False
    )
    continuity_retry_on_submit = fields.Boolean(
        related="company_id.continuity_retry_on_submit", readonly=False
    )
    continuity_smallest_charge = fields.Monetary(
        related="company_id.continuity_smallest_charge", readonly=False
    )
    continuity_pending_days = fields.Integer(
        related="company_id.continuity_pending_days", readonly=False
    )
    continuity_bill_days = fields.Integer(
        related="company_id.continuity_bill_days", readonly=False
    )
    # Public card page
    continuity_card_failures_order = fields.Integer(
        related="company_id.continuity_card_failures_order", readonly=False
    )
    continuity_card_failures_customer = fields.Integer(
        related="company_id.continuity_card_failures_customer", readonly=False
    )
    continuity_link_days = fields.Integer(
        related="company_id.continuity_link_days", readonly=False
    )
    continuity_authenticate_days = fields.Integer(
        related="company_id.continuity_authenticate_days", readonly=False
    )
    continuity_try_expired = fields.Selection(
        related="company_id.continuity_try_expired", readonly=False
    )
    # Notices
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
    continuity_exception_days = fields.Integer(
        related="company_id.continuity_exception_days", readonly=False
    )
    continuity_stalled_days = fields.Integer(
        related="company_id.continuity_stalled_days", readonly=False
    )
    continuity_forecast_weeks = fields.Integer(
        related="company_id.continuity_forecast_weeks", readonly=False
    )
    continuity_forecast_strength = fields.Integer(
        related="company_id.continuity_forecast_strength", readonly=False
    )
    continuity_forecast_window = fields.Integer(
        related="company_id.continuity_forecast_window", readonly=False
    )
    continuity_payment_fee_percent = fields.Float(
        related="company_id.continuity_payment_fee_percent", readonly=False
    )
    continuity_card_warning_days = fields.Integer(
        related="company_id.continuity_card_warning_days", readonly=False
    )
    # Invoices
    continuity_invoice_children = fields.Selection(
        related="company_id.continuity_invoice_children", readonly=False
    )
    continuity_upfront_invoicing = fields.Selection(
        related="company_id.continuity_upfront_invoicing", readonly=False
    )
    continuity_prepayment_account_id = fields.Many2one(
        related="company_id.continuity_prepayment_account_id", readonly=False
    )
    continuity_revenue_journal_id = fields.Many2one(
        related="company_id.continuity_revenue_journal_id", readonly=False
    )
