# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import format_date

from ..arguments import public
from .continuity_prepayment_movement import ContinuityPrepaymentMovement
from .continuity_prepayment_report import ContinuityPrepaymentReport


class ContinuityPrepaymentRollforward(models.Model):
    """Deferred revenue month by month: opening, what moved it, closing.

    Made of posted journal items only, by accounting date, so that the last closing is
    the balance of the account to the cent. The units of *Open prepayment* stand beside
    it, which know nothing of bookkeeping.

    There is a row per month, company and account, without gaps, from the first item to
    today: to the last item where one is dated later. Amounts are in the currency of the
    company, and signed as they move the balance: the columns of a row add up.
    """

    _name = "continuity.prepayment.rollforward"
    _inherit = ["continuity.virtual.mixin"]
    _description = "Deferred Revenue per Month"
    _auto = False
    _order = "month desc, company_id, account_id, id"

    month = fields.Date(readonly=True, help="First day of the month.")
    company_id = fields.Many2one("res.company", readonly=True)
    account_id = fields.Many2one(
        "account.account", string="Prepayment account", readonly=True
    )
    currency_id = fields.Many2one("res.currency", readonly=True)
    # Balances of several months do not add
    amount_opening = fields.Monetary(string="Opening", readonly=True, aggregator=None)
    amount_billed = fields.Monetary(
        string="Billed", readonly=True, help="Up-front invoices, without tax."
    )
    amount_released = fields.Monetary(
        string="Released", readonly=True, help="Goods delivered: moved to sales."
    )
    amount_taken_back = fields.Monetary(
        string="Taken back",
        readonly=True,
        help="Releases that were reversed: the goods came back.",
    )
    amount_credited = fields.Monetary(
        string="Credited",
        readonly=True,
        help="Given back to customers by credit note.",
    )
    amount_rounding = fields.Monetary(
        string="Rounding",
        readonly=True,
        help="What rounding left of orders, booked when they were closed.",
    )
    amount_other = fields.Monetary(
        string="Other",
        readonly=True,
        help="Booked on the account outside the programs, by hand for example.",
    )
    amount_closing = fields.Monetary(string="Closing", readonly=True, aggregator=None)
    last_entry = fields.Datetime(
        readonly=True,
        aggregator="max",
        help="When the newest item of the month was made: a posting into an old month"
        " shows here.",
    )
    is_current = fields.Boolean(
        string="Balance of today",
        readonly=True,
        help="Its closing is the balance of the account.",
    )
    amount_units = fields.Monetary(
        string="Units",
        readonly=True,
        aggregator=None,
        help="Units that customers paid for and have still to get, from Open"
        " prepayment. They are known as of now only: in the last row.",
    )
    amount_difference = fields.Monetary(
        string="Difference",
        readonly=True,
        aggregator=None,
        help="Closing less units. Rounding leaves at most one unit of the currency per"
        " delivered line until the order is closed; more is a mistake.",
    )
    is_mistake = fields.Boolean(
        string="More than rounding",
        readonly=True,
        help="The difference is more than rounding explains.",
    )

    # The query reads both of them, not their fields
    _depends = {
        model: sorted(
            {
                *ContinuityPrepaymentMovement._depends.get(model, ()),
                *ContinuityPrepaymentReport._depends.get(model, ()),
            }
        )
        for model in (
            *ContinuityPrepaymentMovement._depends,
            *ContinuityPrepaymentReport._depends,
        )
    } | {
        "res.company": [
            "continuity_prepayment_account_id",
            "currency_id",
            "partner_id",
        ],
        "res.partner": ["tz"],
    }

    # === COMPUTE METHODS === #

    @api.depends("month", "account_id")
    def _compute_display_name(self):
        for row in self:
            month = format_date(self.env, row.month, date_format="MMMM yyyy")
            row.display_name = f"{month}, {row.account_id.display_name}"

    # === QUERY === #

    @property
    def _table_query(self):
        return SQL(
            """
            WITH invoiced AS MATERIALIZED (%(invoiced)s),
                 movement AS (%(movement)s),
                 booked AS (%(booked)s),
                 span AS (%(span)s),
                 units AS (%(units)s),
                 balance AS (%(balance)s)
            SELECT balance.*,
                   COALESCE(balance.amount_closing - balance.amount_units, 0)
                       AS amount_difference,
                   COALESCE(
                       ABS(balance.amount_closing - balance.amount_units)
                           > balance.tolerance,
                       FALSE
                   ) AS is_mistake
              FROM balance
            """,
            # Looked up once, for the items and for the units
            invoiced=self.env["continuity.prepayment.report"]._get_upfront_sql(),
            movement=self.env["continuity.prepayment.movement"]._get_movement_sql(
                SQL("SELECT account_id FROM invoiced")
            ),
            booked=self._get_booked_sql(),
            span=self._get_span_sql(),
            units=self._get_units_sql(),
            balance=self._get_balance_sql(),
        )

    @api.model
    def _get_booked_sql(self):
        """What was booked in a month, by kind."""
        return SQL(
            """
            SELECT company_id, account_id, currency_id,
                   DATE_TRUNC('month', date)::date AS month,
                   SUM(amount) AS total,
                   %s,
                   SUM(tolerance) AS tolerance,
                   MAX(entered_at) AS last_entry
              FROM movement
             GROUP BY company_id, account_id, currency_id,
                      DATE_TRUNC('month', date)::date
            """,
            SQL(", ").join(
                SQL(
                    "COALESCE(SUM(amount) FILTER (WHERE kind = %s), 0) AS %s",
                    kind,
                    SQL.identifier(f"amount_{kind}"),
                )
                for kind in self._get_kinds()
            ),
        )

    @api.model
    def _get_kinds(self):
        """Return the kinds of movements: each has a column.

        :rtype: list[str]
        """
        return (
            self.env["continuity.prepayment.movement"]
            ._fields["kind"]
            .get_values(self.env)
        )

    @api.model
    def _get_span_sql(self):
        """First and last month of a company and account, and what rounding allows.

        Today is that of the company: its days begin in its own zone.
        """
        return SQL(
            """
            SELECT booked.company_id, booked.account_id, booked.currency_id,
                   SUM(booked.tolerance) AS tolerance,
                   MIN(booked.month) AS first,
                   GREATEST(
                       MAX(booked.month),
                       DATE_TRUNC(
                           'month',
                           %s::timestamp AT TIME ZONE 'UTC'
                               AT TIME ZONE COALESCE(MAX(partner.tz), 'UTC')
                       )::date
                   ) AS last
              FROM booked
              JOIN res_company company ON company.id = booked.company_id
              JOIN res_partner partner ON partner.id = company.partner_id
             GROUP BY booked.company_id, booked.account_id, booked.currency_id
            """,
            fields.Datetime.now(),
        )

    @api.model
    def _get_units_sql(self):
        """Units that are still to be delivered, per company and account."""
        return self.env["continuity.prepayment.report"]._get_open_total_sql(
            SQL("SELECT * FROM invoiced")
        )

    @api.model
    def _get_balance_sql(self):
        """The months without gaps, each with what was before it."""
        return SQL(
            """
            SELECT ROW_NUMBER() OVER (
                       ORDER BY series.month, span.company_id, span.account_id
                   ) AS id,
                   series.month::date AS month,
                   span.company_id, span.account_id, span.currency_id, span.tolerance,
                   %(columns)s,
                   SUM(COALESCE(booked.total, 0)) OVER months
                       - COALESCE(booked.total, 0) AS amount_opening,
                   SUM(COALESCE(booked.total, 0)) OVER months AS amount_closing,
                   booked.last_entry,
                   series.month = span.last AS is_current,
                   CASE WHEN series.month = span.last
                        THEN COALESCE(units.amount, 0) END AS amount_units
              FROM span
             CROSS JOIN LATERAL GENERATE_SERIES(
                   span.first::timestamp, span.last::timestamp, INTERVAL '1 month'
                   ) series (month)
              LEFT JOIN booked
                ON booked.company_id = span.company_id
               AND booked.account_id = span.account_id
               AND booked.month = series.month
              LEFT JOIN units
                ON units.company_id = span.company_id
               AND units.account_id = span.account_id
            WINDOW months AS (
                   PARTITION BY span.company_id, span.account_id ORDER BY series.month
                   )
            """,
            columns=SQL(", ").join(
                SQL("COALESCE(booked.%(name)s, 0) AS %(name)s", name=name)
                for name in (
                    SQL.identifier(f"amount_{kind}") for kind in self._get_kinds()
                )
            ),
        )

    # === ACTIONS === #

    @public(one=True)
    def action_view_movements(self):
        """Open the journal items behind the row, by kind.

        :rtype: dict
        """
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "continuity_program.continuity_prepayment_movement_action"
        )
        return {
            **action,
            # Not the address of all movements
            "path": False,
            "name": self.display_name,
            "views": [(False, "list"), (False, "pivot")],
            "context": {"search_default_group_kind": 1},
            "domain": [
                ("company_id", "=", self.company_id.id),
                ("account_id", "=", self.account_id.id),
                ("date", ">=", self.month),
                ("date", "<", self.month + relativedelta(months=1)),
            ],
        }
