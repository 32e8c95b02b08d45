# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ...arguments import public
from .continuity_fact import LAST_TURN
from .continuity_retention import KEYS

#: Start months whose segments are told apart; older ones are a row per month and turn
KEPT_MONTHS = 36
#: Members who ended longer ago change their figures on Sundays only
SETTLED_DAYS = 90
SUNDAY = 6
#: First key of the advisory lock of who makes the figures; the second: the company
FIGURES_LOCK = 0x434F4E49


class ContinuityRetention(models.Model):
    """How the rows are made: in SQL, program by program, and replaced at once."""

    _inherit = "continuity.retention"

    @api.model
    def _refresh_company(self, company, is_full=False):
        """Make the rows of a company anew; made twice, they are the same.

        Returns, credit notes and payments change the figures of turns long past, so
        start months with a member who may still change are made as a whole. On Sundays
        all of them are.

        :param res.company company: the company
        :param bool is_full: make all start months
        :raise UserError: orders in a currency that has no rate
        """
        if not self._lock_company(company):
            return
        day = company._continuity_today()
        is_full = is_full or day.weekday() == SUNDAY or not self._has_rows(company)
        # Counted once for all programs, and not before the last member came
        self.env["continuity.acquisition.cost"].invalidate_model()
        # The rows are the company's, whoever asks for them
        programs_sudo = self.env["continuity.program"].sudo()
        programs_sudo = programs_sudo.with_context(active_test=False).search(
            [("company_id", "=", company.id)]
        )
        for program_sudo in programs_sudo:
            self._refresh_program(program_sudo, day, is_full)
        self._write_all_rates(company)
        self.invalidate_model()
        self.env["continuity.value"]._refresh_company(company)

    @api.model
    def _lock_company(self, company):
        """Keep the rows of a company until the transaction ends.

        Two who made them at once would not see each other's rows, and leave both.

        :param res.company company: the company
        :return: False: somebody else makes them at this moment
        :rtype: bool
        """
        query = SQL(
            "SELECT pg_try_advisory_xact_lock(%s, %s)", FIGURES_LOCK, company.id
        )
        return self.env.execute_query(query)[0][0]

    @api.model
    def _has_rows(self, company):
        """Tell whether there are rows of a company; if not, all of them are made."""
        # The rows are the company's, whoever asks for them
        rows_sudo = self.sudo()
        return bool(rows_sudo.search_count([("company_id", "=", company.id)], limit=1))

    @api.model
    def _refresh_program(self, program, day, is_full):
        """Make the rows of one program anew.

        :param continuity.program program: the program
        :param date day: what was planned before it counts
        :param bool is_full: make all start months
        """
        self.env.flush_all()
        months = self._find_months(program, day, is_full)
        where = SQL("program_id = %s", program.id)
        if not is_full:
            # Nor do those stay of whom nobody is a member any more
            where = SQL(
                """%s AND (start_month = ANY(%s::date[])
                           OR start_month != ALL(%s::date[]))""",
                where,
                months,
                self._find_months(program, day, is_full=True),
            )
        self.env.cr.execute(SQL("DELETE FROM continuity_retention WHERE %s", where))
        if months:
            condition = SQL(
                """o.program_id = %s
                   AND date_trunc('month', o.submit_date)::date = ANY(%s::date[])""",
                program.id,
                months,
            )
            self.env.cr.execute(self._get_insert_sql(program, day, condition))

    @api.model
    def _find_months(self, program, day, is_full):
        """List the start months whose rows are made.

        :rtype: list[date]
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT date_trunc('month', o.submit_date)::date AS start_month
                  FROM continuity_order o
                 WHERE o.program_id = %s
                   AND o.submit_date IS NOT NULL
                   AND o.state != 'draft'
                 GROUP BY 1
                HAVING %s OR BOOL_OR(
                           o.state NOT IN ('closed', 'cancelled')
                           OR o.ended_date >= %s
                           OR o.write_date >= %s
                       )
                 ORDER BY 1
                """,
                program.id,
                is_full,
                day - relativedelta(days=SETTLED_DAYS),
                day - relativedelta(days=SETTLED_DAYS),
            )
        )
        return [row[0] for row in rows]

    @api.model
    def _get_insert_sql(self, program, day, condition):
        """Insert a row per segment and turn.

        :param continuity.program program: the program
        :param date day: what was planned before it counts
        :param SQL condition: which continuity orders, as *o*
        :rtype: SQL
        """
        company = program.company_id
        facts = self.env["continuity.fact"]._get_worth_sql(company, day, condition)
        keys = SQL(", ").join(map(SQL.identifier, KEYS))
        return SQL(
            """
            WITH fact AS MATERIALIZED (
                     SELECT * FROM (%(facts)s) every_fact WHERE turn <= %(last)s
                 ),
                 member AS MATERIALIZED (
                     SELECT known.*, DENSE_RANK() OVER (ORDER BY %(keys)s) AS segment
                       FROM (%(member)s) known
                 ),
                 segment AS (
                     SELECT segment, %(keys)s, COUNT(*) AS started_count,
                            AVG(acquisition_cost) AS acquisition_cost
                       FROM member
                      GROUP BY segment, %(keys)s
                 ),
                 counted AS (%(counted)s)
            INSERT INTO continuity_retention (
                   company_id, currency_id, program_id, computed_on, turn, %(keys)s,
                   started_count, due_count, shipped_count, parcel_count,
                   previous_count, stepped_count, kept_count, returned_count,
                   paid_count, skipped_count, gone_count, left_count,
                   left_payment_count,
                   open_count, quantity, kept_quantity, revenue, goods_cost, fee, cost,
                   contribution, uninvoiced_count, uncosted_count, acquisition_cost,
                   is_mature, stick_rate, kept_rate, paid_rate, step_rate, starter_rate,
                   skip_rate, gone_rate, contribution_per_due,
                   create_uid, create_date, write_uid, write_date
                   )
            SELECT %(company)s, %(currency)s, %(program)s, %(day)s, counted.turn,
                   %(keys)s, started_count, due_count, shipped_count, parcel_count,
                   previous_count, stepped_count, kept_count, returned_count,
                   paid_count, skipped_count, gone_count, left_count,
                   left_payment_count,
                   open_count, quantity, kept_quantity, revenue, goods_cost, fee, cost,
                   revenue - cost, uninvoiced_count, uncosted_count,
                   CASE WHEN turn = 1 THEN acquisition_cost * due_count ELSE 0 END,
                   due_count = started_count,
                   shipped_count::float / due_count,
                   kept_count::float / due_count,
                   paid_count::float / NULLIF(shipped_count, 0),
                   stepped_count::float / NULLIF(previous_count, 0),
                   CASE WHEN due_count = started_count
                        THEN shipped_count::float / started_count END,
                   skipped_count::float / due_count,
                   gone_count::float / due_count,
                   (revenue - cost) / due_count,
                   %(uid)s, %(now)s, %(uid)s, %(now)s
              FROM counted
              JOIN segment USING (segment)
            """,
            facts=facts,
            last=LAST_TURN,
            keys=keys,
            member=self._get_member_sql(
                day, condition, self._get_acquisition_sql(program)
            ),
            counted=self._get_counted_sql(),
            company=company.id,
            currency=company.currency_id.id,
            program=program.id,
            day=day,
            uid=self.env.uid,
            now=fields.Datetime.now(),
        )

    @api.model
    def _get_member_sql(self, day, condition, cost):
        """Select the members with what tells segments apart, and what they cost.

        A member who started long ago stands for his month only.

        :param date day: the day the rows are made for
        :param SQL condition: which continuity orders, as *o*
        :param SQL cost: what it cost to win one
        :rtype: SQL
        """
        first = day.replace(day=1) - relativedelta(months=KEPT_MONTHS - 1)
        is_merged = SQL("o.submit_date < %s", first)
        names = {
            "first_user_id": SQL("o.first_user_id"),
            "first_team_id": SQL("o.first_team_id"),
            "source_id": SQL("p.source_id"),
            "medium_id": SQL("p.medium_id"),
            "campaign_id": SQL("p.campaign_id"),
            "offer_price": SQL("o.offer_price"),
            "mode": self._get_mode_sql(),
            "payment_method": SQL("o.payment_method"),
        }
        columns = SQL(", ").join(
            SQL(
                "CASE WHEN %s THEN NULL ELSE %s END AS %s",
                is_merged,
                column,
                SQL.identifier(name),
            )
            for name, column in names.items()
        )
        return SQL(
            """
            SELECT o.id AS order_id,
                   date_trunc('month', o.submit_date)::date AS start_month,
                   %(columns)s,
                   %(is_merged)s AS is_merged,
                   %(cost)s AS acquisition_cost
              FROM continuity_order o
              LEFT JOIN sale_order p ON p.id = o.sale_order_id
             WHERE o.submit_date IS NOT NULL AND o.state != 'draft' AND %(condition)s
            """,
            columns=columns,
            is_merged=is_merged,
            cost=cost,
            condition=condition,
        )

    @api.model
    def _get_mode_sql(self):
        """Say how an order is billed, by its first shipment."""
        return SQL(
            """CASE WHEN o.bill_upfront
                    THEN CASE WHEN o.payment_schedule_id IS NULL THEN 'C' ELSE 'D' END
                    WHEN (SELECT s.payment_schedule_id
                            FROM continuity_shipment s
                           WHERE s.continuity_order_id = o.id
                           ORDER BY s.planned_date, s.number
                           LIMIT 1) IS NULL THEN 'A'
                    ELSE 'B'
               END"""
        )

    @api.model
    def _get_acquisition_sql(self, program):
        """Say what it cost to win a member.

        :param continuity.program program: the program
        :rtype: SQL
        """
        return SQL(
            "COALESCE(%s, %s::numeric)",
            self.env["continuity.acquisition.cost"]._get_best_sql(program),
            program.acquisition_cost,
        )

    @api.model
    def _get_counted_sql(self):
        """Count the turns of a segment."""
        return SQL(
            """
            SELECT member.segment, fact.turn,
                   COUNT(*) AS due_count,
                   COUNT(*) FILTER (WHERE decision = 'shipped') AS shipped_count,
                   COUNT(*) FILTER (WHERE is_parcel) AS parcel_count,
                   COUNT(*) FILTER (WHERE is_previous_shipped) AS previous_count,
                   COUNT(*) FILTER (WHERE decision = 'shipped' AND is_previous_shipped)
                       AS stepped_count,
                   COALESCE(SUM(1 - COALESCE(returned, 0)) FILTER (
                       WHERE decision = 'shipped'
                   ), 0) AS kept_count,
                   COALESCE(SUM(returned), 0) AS returned_count,
                   COUNT(*) FILTER (WHERE is_paid) AS paid_count,
                   COUNT(*) FILTER (WHERE decision IN ('skipped', 'dropped'))
                       AS skipped_count,
                   COUNT(*) FILTER (WHERE decision IN ('left', 'gone')) AS gone_count,
                   COUNT(*) FILTER (WHERE decision = 'left') AS left_count,
                   COUNT(*) FILTER (
                       WHERE decision = 'left' AND left_by = 'payment'
                   ) AS left_payment_count,
                   COUNT(*) FILTER (WHERE decision = 'open') AS open_count,
                   SUM(quantity) AS quantity,
                   SUM(quantity * (1 - COALESCE(returned, 0))) AS kept_quantity,
                   SUM(revenue) AS revenue,
                   SUM(goods_cost) AS goods_cost,
                   SUM(fee) AS fee,
                   SUM(cost) AS cost,
                   COUNT(*) FILTER (WHERE is_uninvoiced) AS uninvoiced_count,
                   COUNT(*) FILTER (WHERE is_uncosted) AS uncosted_count
              FROM fact
              JOIN member ON member.order_id = fact.order_id
             GROUP BY member.segment, fact.turn
            """
        )

    @api.model
    def _write_all_rates(self, company):
        """Write down the rate of each program and turn, beside those of segments.

        Rows that were not made anew follow when the weight is another one.
        """
        ranking = SQL(
            """(r.shipped_count + %(strength)s * every_row.rate)
               / (r.due_count + %(strength)s)""",
            strength=float(company.continuity_forecast_strength),
        )
        self.env.cr.execute(
            SQL(
                """
                UPDATE continuity_retention r
                   SET all_rate = every_row.rate,
                       ranking_rate = %(ranking)s
                  FROM (SELECT program_id, turn,
                               SUM(shipped_count)::float / SUM(due_count) AS rate
                          FROM continuity_retention
                         WHERE company_id = %(company)s
                         GROUP BY program_id, turn) every_row
                 WHERE r.company_id = %(company)s
                   AND r.program_id = every_row.program_id
                   AND r.turn = every_row.turn
                   AND (r.all_rate, r.ranking_rate)
                       IS DISTINCT FROM (every_row.rate, %(ranking)s)
                """,
                company=company.id,
                ranking=ranking,
            )
        )

    @api.model
    @public()
    def action_open_retention(self):
        """Open the stick rate; the title says since when it is known.

        :rtype: dict
        """
        return self.env["continuity.value"]._get_titled(
            "continuity_program.continuity_retention_action"
        )

    @public()
    def action_compute_now(self):
        """Have the figures of the companies chosen made anew, in the background.

        :rtype: dict
        :raise AccessError: the person may not
        """
        if not self.env.user.has_group("sales_team.group_sale_manager"):
            raise AccessError(self.env._("Ask a sales administrator to compute it."))
        runs = self.env["continuity.run"]
        for company in self.env.companies - self._find_asked_for():
            runs.queue("refresh_insight", company=company)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "The figures are being made. They are here in a few minutes."
                ),
            },
        }

    @api.model
    def _find_asked_for(self):
        """Find the companies whose figures somebody waits for: once is enough.

        :rtype: res.company
        """
        waiting = [
            ("job", "=", "refresh_insight"),
            ("state", "=", "queued"),
            ("company_id", "in", self.env.companies.ids),
        ]
        is_narrowed = self.env["continuity.job.refresh_insight"]._is_narrowed
        runs = self.env["continuity.run"].search(waiting)
        return runs.filtered(lambda run: not is_narrowed(run)).company_id
