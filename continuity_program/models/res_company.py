# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime

import pytz

from odoo import fields, models


class ResCompany(models.Model):
    """The call-center parameters (rules part I)."""

    _inherit = "res.company"

    continuity_delivery_days = fields.Integer(
        string="Continuity days before delivery",
        help="How many days before its date a shipment may be ordered and invoiced.",
    )
    continuity_bill_days = fields.Integer(
        string="Continuity on account bill days",
        help="How many days before its due date an on-account bill is sent.",
    )
    continuity_repeat_threshold = fields.Integer(
        help="How many repeats of an event are laid out at order entry."
        " 0 = no limit.",
    )
    continuity_max_child_orders = fields.Integer(
        string="Number of orders to create",
        help="Most child orders made in one run. 0 = no limit.",
    )
    continuity_max_catchup = fields.Integer(
        default=6,
        help="An order with more shipments due in one run is left to a person."
        " 0 = no limit.",
    )
    continuity_authorize_child = fields.Boolean(
        string="Authorize continuity child order",
        default=True,
        help="Charge a child order when it is created; otherwise when it is invoiced.",
    )
    continuity_charge_first_at_submit = fields.Boolean(
        string="Charge the first instalment at Submit",
    )
    continuity_retry_limit = fields.Integer(
        string="Reauthorization limit",
        default=2,
        help="How often a declined card is tried again.",
    )
    continuity_retry_days = fields.Char(
        default="1,3,7",
        help="Days after each decline; the last value repeats.",
    )
    continuity_retry_on_submit = fields.Boolean()
    continuity_pending_days = fields.Integer(default=7)
    continuity_card_warning_days = fields.Integer(default=30)
    continuity_upfront_invoicing = fields.Selection(
        selection=[("submit", "At Submit"), ("shipment", "At the first shipment")],
        default="submit",
        required=True,
    )
    continuity_invoice_children = fields.Selection(
        selection=[
            ("manual", "By hand"),
            ("delivered", "When delivered"),
            ("created", "When created"),
        ],
        default="manual",
        required=True,
    )
    continuity_prepayment_account_id = fields.Many2one(
        comodel_name="account.account",
        help="Where up-front money waits until its shipment leaves.",
    )
    continuity_revenue_journal_id = fields.Many2one(
        comodel_name="account.journal",
        help="Journal of the zero invoices that move up-front money to revenue.",
    )
    continuity_prepaid_product_id = fields.Many2one(
        comodel_name="product.product",
        help="Product of the *Paid in advance* lines; made when first needed.",
    )
    continuity_run_retention_days = fields.Integer(default=365)

    _continuity_days_not_negative = models.Constraint(
        "CHECK(LEAST(continuity_delivery_days, continuity_bill_days,"
        " continuity_repeat_threshold, continuity_max_child_orders,"
        " continuity_max_catchup, continuity_retry_limit, continuity_pending_days,"
        " continuity_card_warning_days, continuity_run_retention_days) >= 0)",
        "Continuity parameters cannot be negative.",
    )

    def _continuity_timezone(self):
        """Return the zone in which the company's days begin and end (rules N61).

        :return: the zone of the company's own contact, else UTC
        :rtype: datetime.tzinfo
        """
        self.ensure_one()
        return pytz.timezone(self.sudo().partner_id.tz or "UTC")

    def _continuity_local_date(self, moment):
        """Return the company's local date of a moment (rules R1).

        :param datetime moment: naive, in UTC, as the database holds it
        :rtype: datetime.date
        """
        return pytz.utc.localize(moment).astimezone(self._continuity_timezone()).date()

    def _continuity_noon(self, day):
        """Return noon of a local day as the database holds it (traps 6, 12).

        :param date day: a day in the company's zone
        :return: naive moment in UTC
        :rtype: datetime.datetime
        """
        noon = datetime(day.year, day.month, day.day, 12)
        local = self._continuity_timezone().localize(noon)
        return local.astimezone(pytz.utc).replace(tzinfo=None)

    def _continuity_today(self):
        """Return today in the company's zone; no job reads the clock elsewhere.

        :rtype: datetime.date
        """
        return self._continuity_local_date(fields.Datetime.now())

    def _continuity_get_prepayment_account(self):
        """Return where up-front money waits (rules N16, implementation 36).

        :return: our account, else the company's down-payment account, else none
        :rtype: account.account
        """
        self.ensure_one()
        return self.continuity_prepayment_account_id or self.downpayment_account_id

    def _continuity_get_prepayment_problems(self):
        """List what keeps the company from selling up front (rules N16, BR12).

        :return: sentences that name the setting
        :rtype: list[str]
        """
        self.ensure_one()
        where = self.env._("Settings ▸ Sales ▸ Call center")
        problems = []
        account = self._continuity_get_prepayment_account()
        if not account:
            problems.append(
                self.env._(
                    "%(company)s has no account for up-front money. An accountant sets"
                    " the *Prepayment account* under %(where)s.",
                    company=self.name,
                    where=where,
                )
            )
        elif not self._continuity_is_prepayment_account(account):
            problems.append(
                self.env._(
                    "Account %(account)s cannot hold up-front money: it must be a"
                    " reconcilable current liability that no tax uses. Change the"
                    " account, or choose another under %(where)s.",
                    account=account.display_name,
                    where=where,
                )
            )
        if not self.continuity_revenue_journal_id:
            problems.append(
                self.env._(
                    "%(company)s has no journal for the revenue of up-front orders. An"
                    " accountant sets the *Revenue journal* under %(where)s.",
                    company=self.name,
                    where=where,
                )
            )
        return problems

    def _continuity_is_prepayment_account(self, account):
        """Tell whether an account may hold customers' up-front money (rules N16)."""
        tax_lines = self.env["account.tax.repartition.line"].search_count(
            [("account_id", "=", account.id)], limit=1
        )
        return (
            account.account_type == "liability_current"
            and account.reconcile
            and not tax_lines
        )
