# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResCompany(models.Model):
    """Which mails the customers of continuity orders get."""

    _inherit = "res.company"

    continuity_mail_order_submitted = fields.Boolean(
        string="Mail: order submitted",
        default=True,
        help="On: the customer gets the plan of what comes, and what it costs, when the"
        " order is submitted.",
    )
    continuity_mail_child_created = fields.Boolean(
        string="Mail: next parcel",
        default=True,
        help="On: the customer is told what the next parcel contains, and when it"
        " leaves, as soon as its child order is confirmed.",
    )
    continuity_mail_payment_charged = fields.Boolean(
        string="Mail: continuity charged",
        default=True,
        help="On: the customer gets a receipt for each charge of the card.",
    )
    continuity_mail_payment_billed = fields.Boolean(
        string="Mail: continuity billed",
        default=True,
        help="On: the customer gets a bill for each payment on account.",
    )
    continuity_mail_payment_declined = fields.Boolean(
        string="Mail: payment failed",
        default=True,
        help="On: the customer is told that the card was declined, and where to store"
        " another one.",
    )
    continuity_mail_payment_authenticate = fields.Boolean(
        string="Mail: the bank asks",
        default=True,
        help="On: when the bank wants to see the customer, a mail says so, with"
        " reminders after two and after five days.",
    )
    continuity_mail_card_warning = fields.Boolean(
        string="Mail: card expires",
        default=True,
        help="On: the customer is warned before the card expires. Off: only the"
        " salesperson is.",
    )
    continuity_mail_order_ended = fields.Boolean(
        string="Mail: order ended",
        default=True,
        help="On: the customer is told that the order has ended or was cancelled.",
    )
