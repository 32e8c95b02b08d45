# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime

import pytz

from odoo import fields, models
from odoo.tools import format_time


class ResCompany(models.Model):
    """The call-center parameters."""

    _inherit = "res.company"

    continuity_delivery_days = fields.Integer(
        string="Continuity days before delivery",
        help="Days. A shipment may be ordered and invoiced this many days before its"
        " date. 0 = on the day.",
    )
    continuity_bill_days = fields.Integer(
        string="Continuity on account bill days",
        help="Days. An on-account bill of an instalment is sent this many days before"
        " it is due. 0 = on the day.",
    )
    continuity_repeat_threshold = fields.Integer(
        string="Continuity repeat threshold",
        help="Repeats. This many repeats of an event are laid out at order entry and"
        " kept ready later. 0 = no limit.",
    )
    continuity_max_child_orders = fields.Integer(
        string="Number of orders to create",
        help="Orders per run. Most child orders made in one run, oldest date first."
        " 0 = no limit.",
    )
    continuity_max_catchup = fields.Integer(
        string="Shipments to catch up",
        default=6,
        help="Shipments per order and run. An order with more of them due is left to"
        " a person: nothing is made for it, and it gets an activity. 0 = no limit.",
    )
    continuity_authorize_child = fields.Boolean(
        string="Authorize continuity child order",
        default=True,
        help="On: the card is charged when the child order is created. Off: when it is"
        " invoiced. A first instalment is always charged at creation.",
    )
    continuity_charge_first_at_submit = fields.Boolean(
        string="Charge the first instalment at Submit",
        help="On: an order billed upfront by schedule charges at Submit what is due"
        " that day. Off: the next run of Process payments does.",
    )
    continuity_retry_limit = fields.Integer(
        string="Reauthorization limit",
        default=2,
        help="Attempts. A declined card is tried again this many times; then the order"
        " goes on payment hold. 0 = never again.",
    )
    continuity_retry_days = fields.Char(
        string="Days between attempts",
        default="1,3,7",
        help="Days after each decline, with commas, such as 1,3,7. The last value"
        " repeats.",
    )
    continuity_retry_on_submit = fields.Boolean(
        string="Retry on submit",
        help="On: a card declined at Submit is tried once more right away. That counts"
        " as an attempt.",
    )
    continuity_smallest_charge = fields.Monetary(
        string="Smallest charge",
        default=0.5,
        help="Less than this is never charged to a card alone: it costs more than it"
        " brings. It waits for the next payment of its order; when none follows, it is"
        " listed to be written off. In the currency of the company, converted for"
        " orders in others. 0 = any amount is charged.",
    )
    continuity_pending_days = fields.Integer(
        string="Pending payments after",
        default=7,
        help="Days. A payment that is pending for longer comes onto the work list.",
    )
    continuity_card_warning_days = fields.Integer(
        string="Card warning",
        default=30,
        help="Days. Warn this long before a shipment or payment whose card will have"
        " expired by then, once per card and order.",
    )
    continuity_exception_days = fields.Integer(
        string="Exceptions ahead",
        default=14,
        help="Days. An exception appears this long before the due date of a shipment"
        " that will not leave.",
    )
    continuity_upfront_invoicing = fields.Selection(
        selection=[("submit", "At Submit"), ("shipment", "At the first shipment")],
        string="Up-front invoice",
        default="submit",
        required=True,
        help="When an order billed upfront gets its invoice. At the first shipment only"
        " concerns orders paid at once by card; in the EU the tax on the payment may"
        " then be due before the invoice exists.",
    )
    continuity_invoice_children = fields.Selection(
        selection=[
            ("manual", "By hand"),
            ("delivered", "When delivered"),
            ("created", "When created"),
        ],
        string="Invoice children",
        default="manual",
        required=True,
        help="Who invoices child orders. Those of orders billed upfront are always"
        " invoiced by the close job, as soon as they are delivered.",
    )
    continuity_prepayment_account_id = fields.Many2one(
        comodel_name="account.account",
        string="Prepayment account",
        check_company=True,
        domain="[('account_type', '=', 'liability_current'), ('reconcile', '=', True)]",
        help="Where up-front money waits until its shipment leaves: a reconcilable"
        " current liability that no tax uses. Empty: the company's down payment"
        " account.",
    )
    continuity_revenue_journal_id = fields.Many2one(
        comodel_name="account.journal",
        string="Revenue journal",
        check_company=True,
        domain="[('type', '=', 'sale')]",
        help="Sales journal of the zero invoices that move up-front money to revenue as"
        " shipments leave. Give it a numbering of its own.",
    )
    continuity_prepaid_product_id = fields.Many2one(
        comodel_name="product.product",
        check_company=True,
        help="Product of the *Paid in advance* lines; made when first needed.",
        readonly=True,
    )
    continuity_run_retention_days = fields.Integer(
        string="Keep run log",
        default=365,
        help="Days. Runs older than this are deleted. 0 = keep them.",
    )

    _continuity_days_not_negative = models.Constraint(
        "CHECK(LEAST(continuity_delivery_days, continuity_bill_days,"
        " continuity_repeat_threshold, continuity_max_child_orders,"
        " continuity_max_catchup, continuity_retry_limit, continuity_pending_days,"
        " continuity_card_warning_days, continuity_exception_days,"
        " continuity_run_retention_days) >= 0)",
        "Continuity parameters cannot be negative.",
    )

    _continuity_smallest_charge_not_negative = models.Constraint(
        "CHECK(continuity_smallest_charge >= 0)",
        "The smallest charge cannot be negative.",
    )

    def _continuity_timezone(self):
        """Return the zone in which the company's days begin and end (rules N61).

        :return: the zone of the company's own contact, else UTC
        :rtype: datetime.tzinfo
        """
        self.ensure_one()
        # Customers may not read the contact of the company; its zone is their day
        return pytz.timezone(self.sudo().partner_id.tz or "UTC")

    def _continuity_local_date(self, moment):
        """Return the company's local date of a moment (rules R1).

        :param datetime moment: naive, in UTC, as the database holds it
        :rtype: datetime.date
        """
        return pytz.utc.localize(moment).astimezone(self._continuity_timezone()).date()

    def _continuity_format_time(self, moment):
        """Write the time of a moment, as the company's clocks show it.

        :param datetime moment: naive, in UTC, as the database holds it
        :rtype: str
        """
        zone = self._continuity_timezone().zone
        return format_time(self.env, moment, tz=zone, time_format="short")

    def _continuity_noon(self, day):
        """Return noon of a local day as the database holds it.

        :param date day: a day in the company's zone
        :return: naive moment in UTC
        :rtype: datetime.datetime
        """
        noon = datetime(day.year, day.month, day.day, 12)
        local = self._continuity_timezone().localize(noon)
        return local.astimezone(pytz.utc).replace(tzinfo=None)

    def _continuity_day_start(self, day):
        """Return the first moment of a local day as the database holds it.

        :param date day: a day in the company's zone
        :return: naive moment in UTC
        :rtype: datetime.datetime
        """
        midnight = datetime(day.year, day.month, day.day)
        local = self._continuity_timezone().localize(midnight)
        return local.astimezone(pytz.utc).replace(tzinfo=None)

    def _continuity_today(self):
        """Return today in the company's zone; no job reads the clock elsewhere.

        :rtype: datetime.date
        """
        return self._continuity_local_date(fields.Datetime.now())
