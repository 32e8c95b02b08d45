# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ... import planning
from ..base.continuity_bounds_mixin import (
    MOST_DAYS,
    MOST_MONEY,
    MOST_PAYMENTS,
    MOST_YEARS,
)

# Rows of the example that are shown; the rest is counted
EXAMPLE_ROWS = 24


class ContinuityPaymentSchedule(models.Model):
    """How an amount is cut into instalments (rules C8)."""

    _name = "continuity.payment.schedule"
    _description = "Continuity Payment Schedule"
    _inherit = ["continuity.bounds.mixin"]
    _order = "sequence, id"
    _rec_names_search = ["name", "code"]
    _check_company_auto = True
    _bounds = {
        "interval": (0, {"days": MOST_DAYS, "months": 120, "years": 10}),
        "number_of_payments": (0, MOST_PAYMENTS),
        "amount": (0, MOST_MONEY),
        "minimum": (0, MOST_MONEY),
    }
    _names = ("name", "code")

    name = fields.Char(string="Description", required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(
        comodel_name="res.currency",
        compute="_compute_currency_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        help="Of the amounts in the schedule. One without amounts splits orders in any"
        " currency.",
    )
    allocation = fields.Selection(
        selection=[
            ("total", "Total"),
            ("fixed_amount", "Fixed amount"),
            ("fixed_quantity", "Fixed quantity"),
            ("specified", "Specified"),
        ],
        required=True,
        default="fixed_quantity",
        help="Total: one payment. Fixed amount: as many payments of this amount as it"
        " takes. Fixed quantity: this many equal payments. Specified: as the lines"
        " say. The last payment always takes the rest.",
    )
    unit = fields.Selection(
        selection=[("days", "Days"), ("months", "Months"), ("years", "Years")],
        string="Payment per",
        required=True,
        default="months",
    )
    interval = fields.Integer(
        string="Change",
        default=1,
        help="Number of these periods between two payments. Total: until the payment.",
    )
    number_of_payments = fields.Integer(
        string="Number of payments",
        default=1,
        help="How many equal payments; the last one takes the rest.",
    )
    amount = fields.Monetary(help="Amount of each payment.")
    minimum = fields.Monetary(
        help="No payment is smaller than this: fewer payments are made instead. 0 = no"
        " minimum."
    )
    line_ids = fields.One2many(
        comodel_name="continuity.payment.schedule.line",
        inverse_name="schedule_id",
        string="Payments",
        copy=True,
    )
    # What the schedule does to an amount the user plays with; nothing is stored
    example_total = fields.Monetary(
        string="Example amount", compute="_compute_example_input", readonly=False
    )
    example_date = fields.Date(
        string="First date", compute="_compute_example_input", readonly=False
    )
    example_html = fields.Html(string="Payments of it", compute="_compute_example_html")

    _code_unique = models.Constraint(
        "UNIQUE(code, company_id)",
        "This code is used by another payment schedule of the company.",
    )

    # === COMPUTE METHODS === #

    @api.depends("code", "name")
    def _compute_display_name(self):
        for schedule in self:
            parts = filter(None, (schedule.code, schedule.name))
            schedule.display_name = " – ".join(parts)

    @api.depends("company_id")
    def _compute_currency_id(self):
        for schedule in self:
            company = schedule.company_id or self.env.company
            schedule.currency_id = company.currency_id

    @api.depends_context("company")
    def _compute_example_input(self):
        for schedule in self:
            schedule.example_total = 100.0
            company = schedule.company_id or self.env.company
            schedule.example_date = company._continuity_today()

    @api.depends(
        "allocation",
        "unit",
        "interval",
        "number_of_payments",
        "amount",
        "minimum",
        "line_ids.value",
        "line_ids.quantity",
        "line_ids.periods_after",
        "example_total",
        "example_date",
    )
    def _compute_example_html(self):
        """Split the example with the same call that splits the customer's money."""
        for schedule in self:
            rows, problem = [], False
            currency = schedule.currency_id or self.env.company.currency_id
            if schedule.example_date:
                try:
                    rows = schedule._split(
                        schedule.example_total, schedule.example_date, currency
                    )
                except UserError as error:
                    problem = str(error)
            schedule.example_html = self.env["ir.qweb"]._render(
                "continuity_program.continuity_payment_schedule_example",
                {
                    "rows": rows[:EXAMPLE_ROWS],
                    "more": len(rows[EXAMPLE_ROWS:]),
                    "problem": problem,
                    "currency": currency,
                },
            )

    # === CONSTRAINT METHODS === #

    @api.constrains(
        "allocation",
        "unit",
        "interval",
        "number_of_payments",
        "amount",
        "minimum",
        "line_ids",
    )
    def _check_schedule(self):
        """Refuse what cannot work for any amount (rules C8)."""
        for schedule in self:
            schedule._check_span()
            try:
                planning.check_schedule(schedule._to_planning())
            except planning.ScheduleError as error:
                message = schedule._describe_error(error, schedule.currency_id)
                raise ValidationError(message) from error

    def _check_span(self):
        """Refuse payments that never come, and many on one day.

        :raise ValidationError: naming the schedule
        """
        self.ensure_one()
        several = self.allocation in ("fixed_quantity", "fixed_amount")
        if several and self.interval < 1:
            raise ValidationError(
                self.env._(
                    "Payment schedule %s: “Change” is at least 1, or all payments fall"
                    " on one day.",
                    self.display_name,
                )
            )
        if len(self.line_ids) > MOST_PAYMENTS:
            raise ValidationError(
                self.env._(
                    "Payment schedule %(schedule)s: %(most)s payments at most.",
                    schedule=self.display_name,
                    most=MOST_PAYMENTS,
                )
            )
        periods = self.interval
        if self.allocation == "fixed_quantity":
            periods *= self.number_of_payments
        elif self.allocation == "specified":
            periods = max(self.line_ids.mapped("periods_after"), default=0)
        per_year = {"days": 365, "months": 12, "years": 1}[self.unit]
        if periods > MOST_YEARS * per_year:
            raise ValidationError(
                self.env._(
                    "Payment schedule %(schedule)s: its last payment would come in more"
                    " than %(most)s years.",
                    schedule=self.display_name,
                    most=MOST_YEARS,
                )
            )

    # === CRUD METHODS === #

    def copy_data(self, default=None):
        """A copy needs a code of its own."""
        vals_list = super().copy_data(default)
        for schedule, vals in zip(self, vals_list, strict=True):
            if not (default or {}).get("code"):
                vals["code"] = self.env._("%s (copy)", schedule.code)
        return vals_list

    # === BUSINESS METHODS === #

    def _to_planning(self):
        """Return the schedule as the planning module knows it.

        :return: the schedule, None for an empty recordset
        :rtype: planning.Schedule or None
        """
        if not self:
            return None
        self.ensure_one()
        return planning.Schedule(
            allocation=self.allocation,
            unit=self.unit,
            interval=self.interval,
            number_of_payments=self.number_of_payments,
            amount=Decimal(str(self.amount)),
            minimum=Decimal(str(self.minimum)),
            lines=self.line_ids._to_planning(),
        )

    def _split(self, total, base_date, currency, most=None):
        """Cut an amount into dated instalments (rules C8).

        :param float total: the amount, tax included
        :param date base_date: the day the schedule counts from
        :param res.currency currency: currency of the amount
        :param int most: most instalments; None = however many it takes
        :return: rows of more than 0 whose sum is the total; without a schedule one row
        :rtype: list[planning.Instalment]
        :raise UserError: when the schedule does not fit the amount, or holds amounts in
            another currency
        """
        if refusal := self._get_currency_refusal(currency):
            raise UserError(refusal)
        try:
            rows = planning.instalments(
                total, self._to_planning(), base_date, currency.rounding
            )
        except planning.ScheduleError as error:
            raise UserError(self._describe_error(error, currency)) from error
        if most and len(rows) > most:
            raise UserError(
                self.env._(
                    "Payment schedule %(schedule)s would cut %(total)s into %(number)s"
                    " payments; %(most)s is the most. Choose a larger amount per"
                    " payment.",
                    schedule=self.display_name,
                    total=currency.format(float(total)),
                    number=len(rows),
                    most=most,
                )
            )
        return rows

    def _get_currency_refusal(self, currency):
        """Say why the schedule cannot split amounts in a currency.

        :param res.currency currency: of the order
        :rtype: str | bool
        """
        if not self or self.currency_id == currency or not self._holds_amounts():
            return False
        return self.env._(
            "Payment schedule %(schedule)s holds amounts in %(own)s and cannot split an"
            " order in %(other)s. Choose a schedule without amounts, or one in"
            " %(other)s.",
            schedule=self.display_name,
            own=self.currency_id.name,
            other=currency.name,
        )

    def _holds_amounts(self):
        """Say whether the schedule names amounts of money, not numbers and percents.

        :rtype: bool
        """
        self.ensure_one()
        return bool(
            self.allocation == "fixed_amount"
            or self.minimum
            or (
                self.allocation == "specified"
                and "amount" in self.line_ids.mapped("value")
            )
        )

    def _describe_error(self, error, currency):
        """Say in the user's words why the planning module refuses a schedule.

        :param planning.ScheduleError error: its code and values
        :param res.currency currency: currency of the amount
        :return: a sentence that names the schedule and the way out
        :rtype: str
        """
        sentences = {
            **self._get_header_sentences(),
            **self._get_row_sentences(error.data, currency),
        }
        return self.env._(
            "Payment schedule %(schedule)s: %(reason)s",
            schedule=self.display_name,
            reason=sentences.get(error.code, str(error)),
        )

    def _get_header_sentences(self):
        """What may be wrong with the fields of a schedule, by code."""
        return {
            "negative_interval": self.env._("“Change” must be 0 or more periods."),
            "negative_minimum": self.env._("The minimum must be 0 or more."),
            "payments_below_one": self.env._("Enter at least one payment."),
            "amount_not_positive": self.env._("Enter an amount of more than 0."),
            "no_lines": self.env._("Add the payments, one per line."),
            "negative_total": self.env._("An amount below 0 cannot be split."),
        }

    def _get_row_sentences(self, data, currency):
        """What may be wrong with its lines or with the amount, by code."""
        return {
            "percent_over_100": self.env._(
                "The lines add up to %(percent)s percent. Lower them to 100 at most.",
                percent=f"{float(data.get('percent', 0)):g}",
            ),
            "line_not_positive": self.env._(
                "Payment %(line)s must be more than 0.", line=data.get("line")
            ),
            "negative_periods": self.env._(
                "Payment %(line)s has a negative number of periods.",
                line=data.get("line"),
            ),
            "too_many_payments": self.env._(
                "The amount is too small for %(payments)s payments in %(currency)s. It"
                " can be split into %(maximum)s at most.",
                payments=data.get("payments"),
                maximum=data.get("maximum"),
                currency=currency.name,
            ),
            "too_far": self.env._(
                "No date exists for payment %(line)s. Make the interval or the number"
                " of periods smaller.",
                line=data.get("line"),
            ),
            "row_not_positive": self.env._(
                "Payment %(line)s would be 0 or less: the lines before it take more"
                " than the whole amount. Lower them.",
                line=data.get("line"),
            ),
        }
