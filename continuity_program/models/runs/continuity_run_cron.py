# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The scheduled actions: who has his turn, and what is left for the next call.

Works in sudo: the scheduler calls for all companies, and reads its own actions.
"""

import logging
import time
from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.fields import Domain

from ...conflicts import is_unavailable
from ..base.sealed import Sealed
from .continuity_run import UNFINISHED
from .shutdown import is_stopping

_logger = logging.getLogger(__name__)

#: The processes in the order of the night, each with its scheduled action
NIGHT = {
    "update_current_event": "ir_cron_update_current_event",
    "update_orders": "ir_cron_update_orders",
    "extend_lines": "ir_cron_extend_lines",
    "process_payments": "ir_cron_process_payments",
    "create_child_orders": "ir_cron_create_child_orders",
    "close_orders": "ir_cron_close_orders",
    "check_balances": "ir_cron_check_balances",
    "refresh_insight": "ir_cron_refresh_insight",
}

#: How many old runs, and lines of theirs, are deleted in one transaction
VACUUMED_RUNS = 100
VACUUMED_LINES = 10_000


class ContinuityRun(models.Model):
    """The run as scheduled actions start and continue it."""

    _inherit = "continuity.run"

    @api.model
    def _cron_run(self, job):
        """Run one process for every company, over as many calls as it takes.

        :param str job: a key of `job`
        """
        if not self._is_call_over() and self._work_scheduled(job):
            self._trigger_next(job)

    @api.model
    def _cron_background(self):
        """Work off what people sent to the background, or began and lost.

        A run by hand whose worker was killed is gone on with here: the ledger knows
        what it has done. One whose worker lives is left to it. So is a run of the night
        that comes back: it broke off, or somebody held what was due.
        """
        if self._is_call_over():
            return
        self._pass_turns_on()
        self._call_forgotten()
        runs = self._search_unfinished([("origin", "!=", "scheduled")])
        self._work_runs(self._search_due_again() | runs)

    @api.model
    def _is_call_over(self):
        """Say whether the action has had its time, and leave the rest to another call.

        A server that is about to stop begins nothing.

        Odoo calls an action that has something left at least ten times in a row. Where
        a single record takes ten seconds, as with a provider that does not answer, its
        thread would be over the limit after which Odoo ends the server.

        :rtype: bool
        """
        if is_stopping():
            self._call_again()
            return True
        end = self.env.context.get("cron_end_time")
        if not isinstance(end, float) or time.monotonic() <= end:
            return False
        self.with_context(continuity_commit=Sealed())._checkpoint(remaining=1)
        return True

    @api.model
    def _call_again(self):
        """Have the scheduled action called by the next server."""
        cron = self.env["ir.cron"].browse(self.env.context.get("cron_id"))
        # Not at once: it would be forgotten at the end of this call
        cron.sudo()._trigger(at=fields.Datetime.now() + timedelta(minutes=1))

    @api.model
    def _work_scheduled(self, job):
        """Continue the round of this night, or begin one.

        :return: True when every company is done
        :rtype: bool
        """
        runs = self._search_unfinished(
            [("origin", "=", "scheduled"), ("job", "=", job)]
        )
        stale = runs - runs._filter_of_today()
        stale.write(
            {
                "state": "stopped",
                "finished_at": fields.Datetime.now(),
                "message": self._get_over_text(),
            }
        )
        return self._work_runs((runs - stale) or self._start_round(job))

    def _filter_of_today(self):
        """Leave out what belongs to a day that is over for its company."""
        return self.filtered(lambda run: run.date == run.company_id._continuity_today())

    @api.model
    def _search_unfinished(self, domain):
        # A scheduled action is locked while it runs: what says *running* here was
        # broken off, or is held by the person who started it (see `_held`). What comes
        # back is the business of the background runs.
        unfinished = [("state", "in", UNFINISHED), ("again_at", "=", False)]
        return self.sudo().search([*domain, *unfinished], order="id")

    @api.model
    def _start_round(self, job):
        """Queue a run for every company that the process may concern.

        A company that an earlier process of the night is still working for has its turn
        when that one has finished, and starts this one. Then the others have had
        theirs: they get another one only where something is due.
        """
        runs_sudo = self.sudo()
        companies = self.env[f"continuity.job.{job}"].sudo()._get_companies()
        for company in companies - self._get_busy_companies(job):
            runs_sudo |= runs_sudo._create_run(
                job, {"company": company}, origin="scheduled", state="queued"
            )
        return runs_sudo - runs_sudo._drop_needless(job)

    def _drop_needless(self, job):
        """Delete runs that have nothing to do, where this day has its run already.

        :param str job: a key of `job`, the same for all these runs
        :return: the deleted runs
        :rtype: continuity.run
        """
        earlier = self._read_group(
            [
                ("id", "not in", self.ids),
                ("origin", "=", "scheduled"),
                ("job", "=", job),
                ("company_id", "in", self.company_id.ids),
                ("date", "in", self.mapped("date")),
            ],
            ["company_id", "date:day"],
        )
        had_theirs = {(company, day) for company, day in earlier}
        needless = self.filtered(
            lambda run: (run.company_id, run.date) in had_theirs and not run._has_work()
        )
        needless.unlink()
        return needless

    def _has_work(self):
        """Say whether anything is due.

        :return: True also where that cannot be found out: the run says why
        :rtype: bool
        """
        run = self._in_company()
        try:
            with self.env.cr.savepoint():
                return run.env[f"continuity.job.{run.job}"]._has_work(run)
        # Broad on purpose: what breaks here breaks the run, which tells somebody
        except Exception:  # noqa: BLE001
            _logger.info("Run %s: what is due cannot be found out", run.id)
            return True

    @api.model
    def _get_busy_companies(self, job):
        """List the companies an earlier process of the night is working for.

        One that a person has switched off in the middle of its work is not waited for.
        """
        earlier = list(NIGHT)[: list(NIGHT).index(job)] if job in NIGHT else []
        awake = [name for name in earlier if self._get_cron(name).active]
        runs = self._search_unfinished(
            [("origin", "=", "scheduled"), ("job", "in", awake)]
        )
        return runs._filter_of_today().company_id

    def _work_runs(self, runs):
        """Work off runs one after the other; one that breaks stops no other one.

        Nor does it make the scheduled action fail, which Odoo would switch off in the
        end, for all companies: the run comes back, and a manager of its company knows.

        :param continuity.run runs: runs that are to be worked off
        :return: True when none of them needs another call
        :rtype: bool
        """
        # Who broke off before, or was killed, lets the others go first
        runs = runs.sorted(lambda run: (run.try_count, run.id))
        # What is written here does not go with the first run that breaks
        runs.with_context(continuity_commit=Sealed())._checkpoint()
        left = 0
        for position, run in enumerate(runs):
            if run._work_or_leave():
                continue
            left += max(run.remaining_count, 1)
            if not run._is_handed_over():
                # The time of this call is up
                left += len(runs) - position - 1
                break
        if not left:
            return True
        # Tell the scheduler that it has to call again
        runs.with_context(continuity_commit=Sealed())._checkpoint(remaining=left)
        self._wake_scheduler()
        return False

    def _work_or_leave(self):
        """Work off one run; what breaks it is left to its next try.

        :return: False when it needs another call
        :rtype: bool
        """
        self.ensure_one()
        try:
            return self._in_company()._work(commit=True)
        # Broad on purpose: one company's trouble stops no other's night
        except Exception as error:
            if self.env.cr.closed:
                # The server stops: nothing has failed, and nothing can be written
                _logger.info("Continuity run %s goes on with the next call", self.id)
                raise
            if is_unavailable(error):
                # Which statement met it first says nothing
                _logger.error(
                    "Continuity run %s broke off, nothing can be written: %s",
                    self.id,
                    error,
                )
            else:
                _logger.exception("Continuity run %s broke off", self.id)
            self.env.cr.rollback()
            self._in_company()._leave_broken(error)
            self.with_context(continuity_commit=Sealed())._checkpoint()
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
            cron_sudo = self._get_cron(name)
            if cron_sudo.active:
                cron_sudo._trigger()
                return

    @api.model
    def _pass_turns_on(self):
        """Give the turn of actions that a person has switched off to the next ones.

        Only the first action of the night has a next call of its own. It is the clock
        of the night also when its own work is switched off.
        """
        now = fields.Datetime.now()
        for job in NIGHT:
            cron_sudo = self._get_cron(job)
            if not cron_sudo or cron_sudo.active:
                continue
            triggers_sudo = self.env["ir.cron.trigger"].sudo()
            triggers_sudo = triggers_sudo.search(
                [("cron_id", "=", cron_sudo.id), ("call_at", "<=", now)]
            )
            if not triggers_sudo and cron_sudo.nextcall > now:
                continue
            triggers_sudo.unlink()
            if (late := now - cron_sudo.nextcall) >= timedelta(0):
                # The same hour, the next time it comes
                cron_sudo.nextcall += timedelta(days=late.days + 1)
            self._trigger_next(job)

    @api.model
    def _call_forgotten(self):
        """Call the actions of the night again whose runs nobody goes on with.

        Odoo gives an action up whose server was ended three times in the middle of its
        work: it has no next call this night, nor have those after it. The run knows
        itself how often it may be begun.
        """
        unfinished = [("origin", "=", "scheduled"), ("job", "in", list(NIGHT))]
        runs = self._search_unfinished(unfinished)
        # Shortly after midnight the action begins the work anew
        runs = runs.filtered(lambda run: not run._is_day_over())
        crons_sudo = self.env["ir.cron"].sudo()
        for job in set(runs.mapped("job")):
            crons_sudo |= self._get_cron(job)
        triggers_sudo = self.env["ir.cron.trigger"].sudo()
        # While an action works, what called it can still be seen from here
        called_sudo = triggers_sudo.search([("cron_id", "in", crons_sudo.ids)]).cron_id
        now = fields.Datetime.now()
        for cron_sudo in crons_sudo - called_sudo:
            if cron_sudo.active and cron_sudo.nextcall > now:
                cron_sudo._trigger()

    @api.model
    def _get_cron(self, job):
        """Return the scheduled action of a process of the night, none if deleted.

        :param str job: a key of `NIGHT`
        :rtype: ir.cron
        """
        # Scheduled actions are for administrators; the night is the companies'
        cron = self.env.ref(
            f"continuity_program.{NIGHT[job]}", raise_if_not_found=False
        )
        return (cron or self.env["ir.cron"]).sudo()

    @api.model
    def _take_over_crons(self, users):
        """Let the scheduled actions of users who leave go on as those of OdooBot.

        Odoo runs nothing for an archived user, switches the action off in the end, and
        tells nobody.

        :param res.users users: users that were archived
        """
        # Who may archive a user need not be allowed to change scheduled actions
        crons_sudo = self.env["ir.cron"].sudo().with_context(active_test=False)
        crons_sudo.search(
            [
                ("user_id", "in", users.ids),
                ("user_id", "!=", SUPERUSER_ID),
                ("model_id.model", "=like", "continuity.%"),
            ]
        ).user_id = SUPERUSER_ID

    @api.autovacuum
    def _gc_runs(self):
        """Delete the runs a company does not want to keep any longer, in slices.

        A run has a line for each record it has met. After *Keep run log* was lowered
        there may be millions: all at once they would be one transaction, which a
        server that stops, or a limit of time, begins anew every night.

        :return: how many records are gone, and whether some are left: then Odoo commits
            and calls again
        :rtype: tuple[int, int]
        """
        # Who looks after the database sees the runs of all companies
        runs_sudo = self.sudo()
        old = runs_sudo._get_old_domain()
        doomed_sudo = runs_sudo.search(old, order="id", limit=VACUUMED_RUNS)
        lines_sudo = runs_sudo.env["continuity.run.line"].search(
            [("run_id", "in", doomed_sudo.ids)], order="id", limit=VACUUMED_LINES
        )
        count = len(lines_sudo)
        lines_sudo.unlink()
        if count == VACUUMED_LINES:
            return count, 1
        count += len(doomed_sudo)
        doomed_sudo.unlink()
        return count, runs_sudo.search_count(old, limit=1)

    @api.model
    def _get_old_domain(self):
        """Say which runs no company wants to keep.

        :rtype: Domain
        """
        finished = Domain("state", "not in", UNFINISHED)
        now, old = fields.Datetime.now(), Domain.FALSE
        for (company,) in self._read_group(finished, ["company_id"]):
            if days := company.continuity_run_retention_days:
                limit = fields.Datetime.subtract(now, days=days)
                old |= Domain("company_id", "=", company.id) & Domain(
                    "started_at", "<", limit
                )
        return finished & old
