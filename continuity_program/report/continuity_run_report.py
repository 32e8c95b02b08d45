# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

from ..arguments import public
from ..models.runs.continuity_run_line import REASONS
from ..ratios import select_ratio

#: Ids of runs begin behind those of lines, which stay what they are: a row is found by
#: the index of its table
FIRST_RUN = 2**30


class ContinuityRunReport(models.Model):
    """What the processes did, left out and why: one row per line of a run.

    Besides, every run has a row of its own, with the reason *The run itself*: it holds
    what belongs to no single record, which is time, what it did not reach, and what it
    counts without a line. So the sum over all rows of a run is what the run says.
    Previews are left out.
    """

    _name = "continuity.run.report"
    _inherit = ["continuity.virtual.mixin"]
    _description = "Operations"
    _auto = False
    _rec_name = "run_id"
    _order = "date desc, run_id desc, id"

    run_id = fields.Many2one("continuity.run", readonly=True)
    run_line_id = fields.Many2one("continuity.run.line", readonly=True)
    job = fields.Selection(
        selection=lambda self: self.env["continuity.run"]._fields["job"].selection,
        string="Process",
        readonly=True,
    )
    date = fields.Date(readonly=True, help="The day the process worked for.")
    state = fields.Selection(
        selection=lambda self: self.env["continuity.run"]._fields["state"].selection,
        string="State of the run",
        readonly=True,
    )
    company_id = fields.Many2one("res.company", readonly=True)
    program_id = fields.Many2one("continuity.program", readonly=True)
    continuity_order_id = fields.Many2one("continuity.order", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    shipment_id = fields.Many2one("continuity.shipment", readonly=True)
    payment_id = fields.Many2one("continuity.payment", readonly=True)
    child_order_id = fields.Many2one("sale.order", readonly=True)
    outcome = fields.Selection(
        selection=[("done", "Done"), ("skipped", "Left out"), ("failed", "Failed")],
        readonly=True,
    )
    reason = fields.Selection(
        selection=[*REASONS, ("run", "The run itself")], readonly=True
    )
    message = fields.Char(readonly=True)
    since_date = fields.Date(
        string="Left out since",
        readonly=True,
        help="The first day the process left out the same shipment, payment or order.",
    )
    run_count = fields.Integer(string="Runs", readonly=True)
    due_count = fields.Integer(
        string="Due",
        readonly=True,
        help="Done, left out, failed, and what was not reached.",
    )
    done_count = fields.Integer(string="Done", readonly=True)
    skipped_count = fields.Integer(string="Left out", readonly=True)
    failed_count = fields.Integer(string="Failed", readonly=True)
    remaining_count = fields.Integer(
        string="Remaining", readonly=True, help="Due, but not reached by the run."
    )
    seconds = fields.Integer(readonly=True, help="From start to end of the run.")
    left_out_rate = fields.Float(
        string="Share left out",
        readonly=True,
        aggregator="avg",
        help="Left out, of what was done, left out or failed.",
    )

    _depends = {
        "continuity.order": ["partner_id", "program_id"],
        "continuity.run": [
            "company_id",
            "date",
            "done_count",
            "dry_run",
            "finished_at",
            "job",
            "message",
            "program_id",
            "remaining_count",
            "started_at",
            "state",
        ],
        "continuity.run.line": [
            "child_order_id",
            "continuity_order_id",
            "is_uncounted",
            "job",
            "message",
            "outcome",
            "payment_id",
            "program_id",
            "reason",
            "run_id",
            "shipment_id",
        ],
    }

    # === QUERY === #

    @property
    def _table_query(self):
        return SQL("%s UNION ALL %s", self._get_lines_sql(), self._get_runs_sql())

    def _get_lines_sql(self):
        """One row per record that a run did, left out, or failed with.

        :rtype: SQL
        """
        return SQL(
            """
            SELECT l.id, r.id AS run_id, l.id AS run_line_id, r.job, r.date, r.state,
                   r.company_id,
                   COALESCE(l.program_id, o.program_id) AS program_id,
                   l.continuity_order_id, o.partner_id, l.shipment_id, l.payment_id,
                   l.child_order_id, l.outcome, l.reason, l.message,
                   %(since)s AS since_date,
                   0 AS run_count,
                   counted.one AS due_count,
                   CASE WHEN l.outcome = 'done' THEN counted.one ELSE 0 END
                       AS done_count,
                   CASE WHEN l.outcome = 'skipped' THEN counted.one ELSE 0 END
                       AS skipped_count,
                   CASE WHEN l.outcome = 'failed' THEN counted.one ELSE 0 END
                       AS failed_count,
                   0 AS remaining_count,
                   0 AS seconds,
                   CASE WHEN l.is_uncounted THEN NULL
                        WHEN l.outcome = 'skipped' THEN 1.0 ELSE 0.0
                   END AS left_out_rate
              FROM continuity_run_line l
              JOIN continuity_run r ON r.id = l.run_id
              LEFT JOIN continuity_order o ON o.id = l.continuity_order_id
             CROSS JOIN LATERAL (
                  SELECT CASE WHEN l.is_uncounted THEN 0 ELSE 1 END AS one
                  ) counted
             WHERE NOT COALESCE(r.dry_run, FALSE)
            """,
            since=self._get_since_sql(),
        )

    def _get_since_sql(self):
        """The first day the same thing was left out by the same process.

        :rtype: SQL
        """
        ways = [
            SQL(
                """WHEN l.%(name)s IS NOT NULL THEN (
                       SELECT MIN(r2.date)
                         FROM continuity_run_line l2
                         JOIN continuity_run r2 ON r2.id = l2.run_id
                        WHERE l2.%(name)s = l.%(name)s
                          AND l2.job = l.job
                          AND l2.outcome != 'done'
                          AND NOT COALESCE(r2.dry_run, FALSE)
                   )""",
                name=SQL.identifier(name),
            )
            for name in ("payment_id", "shipment_id", "continuity_order_id")
        ]
        return SQL("CASE WHEN l.outcome = 'done' THEN NULL %s END", SQL(" ").join(ways))

    def _get_runs_sql(self):
        """One row per run: what belongs to none of its records.

        :rtype: SQL
        """
        return SQL(
            """
            SELECT r.id + %s AS id, r.id AS run_id, NULL AS run_line_id, r.job, r.date,
                   r.state, r.company_id, r.program_id, NULL AS continuity_order_id,
                   NULL AS partner_id, NULL AS shipment_id, NULL AS payment_id,
                   NULL AS child_order_id, NULL AS outcome, 'run' AS reason, r.message,
                   NULL AS since_date,
                   1 AS run_count,
                   rest.done + COALESCE(r.remaining_count, 0) AS due_count,
                   rest.done AS done_count,
                   0 AS skipped_count,
                   0 AS failed_count,
                   COALESCE(r.remaining_count, 0) AS remaining_count,
                   COALESCE(EXTRACT(EPOCH FROM r.finished_at - r.started_at), 0)::int
                       AS seconds,
                   NULL AS left_out_rate
              FROM continuity_run r
             CROSS JOIN LATERAL (
                  SELECT GREATEST(COALESCE(r.done_count, 0) - COUNT(*), 0)::int AS done
                    FROM continuity_run_line l
                   WHERE l.run_id = r.id
                     AND l.outcome = 'done'
                     AND NOT COALESCE(l.is_uncounted, FALSE)
                  ) rest
             WHERE NOT COALESCE(r.dry_run, FALSE)
            """,
            FIRST_RUN,
        )

    def _read_group_select(self, aggregate_spec, query):
        """Override: the share is made of sums, never a mean of shares."""
        if aggregate_spec != "left_out_rate:avg":
            return super()._read_group_select(aggregate_spec, query)
        counts = (f"{name}_count:sum" for name in ("skipped", "done", "failed"))
        return select_ratio(
            super()._read_group_select, query, "skipped_count:sum", *counts
        )

    # === ACTIONS === #

    @public(one=True)
    def action_open_record(self):
        """Open what the row is about: the nearest of its records, or its run.

        :rtype: dict
        """
        self.ensure_one()
        if self.run_line_id:
            return self.run_line_id.action_open_record()
        return self.run_id._get_records_action()
