# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from functools import partial

from odoo import models
from odoo.tools import SQL, format_date

from .continuity_job import Phase


class UpdateCurrentEvent(models.AbstractModel):
    """Move each program to the event its calendar has reached (rules R17).

    A program is checked once per day; how long ago the last check was does not matter.
    The run counts programs, not orders: members who have bought keep what they bought.
    """

    _name = "continuity.job.update_current_event"
    _inherit = "continuity.job"
    _description = "Update Continuity Current Event Period"

    # === CONTRACT === #

    def _get_phases(self, run):
        return [
            Phase(
                model="continuity.program",
                due=self._get_due_sql(run),
                order=SQL("g.id"),
                locks=("g",),
                process=partial(self._move_pointers, run),
            )
        ]

    def _describe_failure(self, record, error):
        return {"program_id": record.id}

    # === WHAT IS DUE === #

    def _get_due_sql(self, run):
        """Select the open programs that were not checked on the day or later."""
        return SQL(
            """
            SELECT g.id
              FROM continuity_program g
             WHERE g.company_id = %(company)s
               AND g.state = 'open'
               AND g.active
               AND (g.last_checked_date IS NULL OR g.last_checked_date < %(date)s)
               AND NOT EXISTS (
                   SELECT FROM continuity_run_line l
                    WHERE l.run_id = %(run)s
                      AND l.program_id = g.id
                      AND l.outcome = 'failed'
               )
               %(filters)s
            """,
            company=run.company_id.id,
            date=run.date,
            run=run.id,
            filters=self._get_program_filters_sql(run),
        )

    def _get_program_filters_sql(self, run):
        """Narrow to the program, the one of a product, or those of an order."""
        parts = []
        programs = run.program_id
        templates = run.product_tmpl_id | run.product_id.product_tmpl_id
        for record, wanted in (
            (run.program_id, programs),
            (templates, templates.continuity_program_id),
            (run.sale_order_id, run.sale_order_id.continuity_order_ids.program_id),
        ):
            if record:
                parts.append(SQL("AND g.id = ANY(%s)", wanted.ids))
        return SQL(" ").join(parts)

    # === WORK === #

    def _move_pointers(self, run, programs):
        before = {program: self._get_pointer(program) for program in programs}
        programs._update_current_event(run.date)
        run._log(
            "done",
            [
                self._prepare_line(program)
                for program in programs
                if self._get_pointer(program) != before[program]
            ],
        )

    def _get_pointer(self, program):
        return program.current_event_id, program.current_occurrence, program.has_ended

    def _prepare_line(self, program):
        """Say where the program has got to, for the run line."""
        if program.has_ended:
            reason = "program_ended"
            message = self.env._("The program has ended: it takes no new orders.")
        else:
            reason = "event_moved"
            message = self.env._(
                "Current event %(event)s, since %(date)s.",
                event=program.current_event_id.display_name,
                date=format_date(self.env, program.current_event_date),
            )
        return {"program_id": program.id, "reason": reason, "message": message}

    # === RESULT === #

    def _get_message(self, run):
        reasons = run._count_reasons()
        moved, ended = reasons.get("event_moved", 0), reasons.get("program_ended", 0)
        if run.dry_run:
            texts = {
                self.env._(
                    "Programs that would move to another event: %s.", moved
                ): True,
                self.env._("Programs that would end: %s.", ended): ended,
            }
        else:
            texts = {
                self.env._("Programs moved to another event: %s.", moved): True,
                self.env._("Programs ended: %s.", ended): ended,
            }
        parts = [text for text, count in texts.items() if count]
        return " ".join([*parts, *self._get_rest_texts(run)])
