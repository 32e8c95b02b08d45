# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

from ..models.runs.continuity_run_cron import NIGHT

#: Hours after which a process of the night has been missed
MISSED_HOURS = 26


class ContinuityLateReport(models.Model):
    """Processes of the night that are late."""

    _inherit = "continuity.late.report"

    def _get_processes_sql(self):
        """Processes of the night that did not finish for a company that sells programs.

        A run that was narrowed, or limited, is none of the night.
        """
        return SQL(
            """
            SELECT 5, today.company_id * 16 + job.place, job.name, today.company_id,
                   NULL::int, NULL::int, NULL::int, NULL::int, NULL::int, last.id,
                   COALESCE(
                       (finished.at AT TIME ZONE 'UTC' AT TIME ZONE today.tz)::date,
                       (sells.since AT TIME ZONE 'UTC' AT TIME ZONE today.tz)::date
                   ),
                   CASE WHEN NOT job.is_active THEN 'inactive'
                        WHEN job.is_resting THEN 'copy'
                        ELSE 'not_finished'
                   END,
                   last.message, last.date, NULL::int, NULL::numeric
              FROM today
              JOIN (
                   SELECT company_id, MIN(create_date) AS since
                     FROM continuity_program GROUP BY company_id
              ) sells ON sells.company_id = today.company_id
             CROSS JOIN (VALUES %(jobs)s) job (place, name, is_active, is_resting)
              LEFT JOIN LATERAL (
                   SELECT MAX(r.finished_at) AS at FROM continuity_run r
                    WHERE r.company_id = today.company_id AND r.job = job.name
                      AND r.state = 'done' AND NOT COALESCE(r.dry_run, FALSE)
                      AND r.program_id IS NULL AND r.product_id IS NULL
                      AND r.product_tmpl_id IS NULL AND r.sale_order_id IS NULL
                      AND COALESCE(r."limit", 0) = 0
              ) finished ON TRUE
              LEFT JOIN LATERAL (
                   SELECT r.id, r.message, r.date FROM continuity_run r
                    WHERE r.company_id = today.company_id AND r.job = job.name
                      AND NOT COALESCE(r.dry_run, FALSE)
                    ORDER BY r.id DESC LIMIT 1
              ) last ON TRUE
             WHERE today.active
               AND (
                   NOT job.is_active OR job.is_resting
                   OR COALESCE(finished.at, sells.since) < %(missed)s
               )
            """,
            jobs=SQL(", ").join(self._get_job_rows()),
            missed=fields.Datetime.subtract(fields.Datetime.now(), hours=MISSED_HOURS),
        )

    def _get_job_rows(self):
        """List the processes of the night: place, key, whether it is on, or at rest.

        :rtype: list[SQL]
        """
        # Asked without a word: nothing may be written while a report is read
        is_copy = bool(self.env["continuity.database"]._get_last()._get_difference())
        return [
            SQL(
                "(%s, %s, %s, %s)",
                place,
                job,
                bool(self.env["continuity.run"]._get_cron(job).active),
                is_copy and self.env[f"continuity.job.{job}"]._asks_providers,
            )
            for place, job in enumerate(NIGHT)
        ]
