# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import api, fields, models

from .continuity_run import UNFINISHED

_logger = logging.getLogger(__name__)

#: The processes in the order of the night, each with its scheduled action (spec 6)
NIGHT = {
    "update_current_event": "ir_cron_update_current_event",
    "update_orders": "ir_cron_update_orders",
    "extend_lines": "ir_cron_extend_lines",
    "process_payments": "ir_cron_process_payments",
    "create_child_orders": "ir_cron_create_child_orders",
    "close_orders": "ir_cron_close_orders",
}


class ContinuityRun(models.Model):
    """The run as scheduled actions start and continue it (implementation 50)."""

    _inherit = "continuity.run"

    @api.model
    def _cron_run(self, job):
        """Run one process for every company, over as many calls as it takes.

        :param str job: a key of `job`
        """
        if self._work_scheduled(job):
            self._trigger_next(job)

    @api.model
    def _cron_background(self):
        """Work off what people sent to the background, or began and lost.

        A run by hand whose worker was killed is gone on with here: the ledger knows
        what it has done. One whose worker lives is left to it.
        """
        self._work_runs(self._search_unfinished([("origin", "!=", "scheduled")]))

    @api.model
    def _work_scheduled(self, job):
        """Continue the round of this night, or begin one.

        :return: True when every company is done
        :rtype: bool
        """
        runs = self._search_unfinished(
            [("origin", "=", "scheduled"), ("job", "=", job)]
        )
        stale = runs.filtered(
            lambda run: run.date != run.company_id._continuity_today()
        )
        stale.write(
            {
                "state": "stopped",
                "finished_at": fields.Datetime.now(),
                "message": self.env._("Not finished on its day; the next run goes on."),
            }
        )
        return self._work_runs((runs - stale) or self._start_round(job))

    @api.model
    def _search_unfinished(self, domain):
        # A scheduled action is locked while it runs: what says *running* here was
        # broken off, or is held by the person who started it (see `_held`).
        return self.sudo().search([*domain, ("state", "in", UNFINISHED)], order="id")

    @api.model
    def _start_round(self, job):
        """Queue a run for every company that the process may concern."""
        runs = self.sudo()
        for company in self.env[f"continuity.job.{job}"].sudo()._get_companies():
            runs |= runs._create_run(
                job, {"company": company}, origin="scheduled", state="queued"
            )
        return runs

    def _work_runs(self, runs):
        """Work off runs one after the other; one that breaks stops no other one.

        :param continuity.run runs: unfinished runs
        :return: True when all of them are finished
        :rtype: bool
        :raise Exception: at the end, the last one that broke a run
        """
        broken = None
        for position, run in enumerate(runs):
            try:
                is_finished = run._in_company()._work(commit=True)
            except Exception as error:
                # The next company's work must not wait for this one's trouble.
                _logger.exception("Continuity run %s broke off", run.id)
                broken = error
                continue
            if not is_finished:
                # Tell the scheduler that it has to call again.
                left = max(run.remaining_count, 1) + len(runs) - position - 1
                run.with_context(continuity_commit=True)._checkpoint(remaining=left)
                self._wake_scheduler()
                return False
        if broken:
            raise broken
        return True

    @api.model
    def _wake_scheduler(self):
        """Ask the scheduler to go on at once, when this call got anywhere.

        Odoo calls an unfinished scheduled action again only at its next poll, up to a
        minute later. A call that did nothing waits for that poll: no hot loop.
        """
        progress = self.env["ir.cron.progress"].browse(
            self.env.context.get("ir_cron_progress_id")
        )
        if progress.sudo().done:
            self.env["ir.cron"].sudo()._notifydb()

    @api.model
    def _trigger_next(self, job):
        """Start the next process of the night that is switched on."""
        jobs = list(NIGHT)
        if job not in jobs:
            return
        for name in jobs[jobs.index(job) + 1 :]:
            cron = self.env.ref(
                f"continuity_program.{NIGHT[name]}", raise_if_not_found=False
            )
            if cron and cron.sudo().active:
                cron.sudo()._trigger()
                return

    @api.autovacuum
    def _gc_runs(self):
        """Delete the runs a company does not want to keep any longer (rules part I)."""
        finished = [("state", "not in", UNFINISHED)]
        runs_sudo = self.sudo()
        for (company,) in runs_sudo._read_group(finished, ["company_id"]):
            days = company.continuity_run_retention_days
            if days:
                limit = fields.Datetime.subtract(fields.Datetime.now(), days=days)
                runs_sudo.search(
                    [
                        *finished,
                        ("company_id", "=", company.id),
                        ("started_at", "<", limit),
                    ]
                ).unlink()
