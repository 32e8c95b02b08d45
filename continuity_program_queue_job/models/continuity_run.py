# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL, split_every

from odoo.addons.continuity_program.models.base.sealed import Sealed, unseal
from odoo.addons.continuity_program.models.runs.continuity_run import UNFINISHED
from odoo.addons.continuity_program.models.runs.continuity_run_cron import NIGHT


class ContinuityRun(models.Model):
    """The run in the background: its first pass is handed over to the job queue.

    Only documents are: every pass that moves money stays with the scheduled action,
    which goes on when no job is left. What no job has done is due as before.
    """

    _inherit = "continuity.run"

    chunk_ids = fields.One2many(
        comodel_name="continuity.run.chunk",
        inverse_name="run_id",
        string="Chunks",
        readonly=True,
    )

    # === THE SCHEDULED ACTION === #

    def _work(self, commit=False):
        """Override to wait for the jobs of the run, or to hand it over to them."""
        self.ensure_one()
        is_for_queue = self.origin != "manual" and not self.limit and not self.dry_run
        if commit and is_for_queue and self._hand_over():
            return False
        return super()._work(commit=commit)

    def _hand_over(self):
        """Give the next pass to the queue, if it is one for several jobs.

        :return: True while there are jobs to wait for
        :rtype: bool
        """
        run = self.with_context(continuity_commit=Sealed())
        with run._held() as is_held:
            if not is_held or run.state not in UNFINISHED:
                return False
            waiting = run.chunk_ids.filtered(lambda chunk: chunk.state == "waiting")
            if waiting and waiting._is_alive():
                return True
            run._count_chunks()
            return run._is_to_go_on() and not run.chunk_ids and run._split()

    def _split(self):
        """Cut the first pass that is long enough into chunks, a job for each.

        What comes before it is done here; behind a pass that moves money, or that one
        worker has to do, nothing is split, for it has to be finished first.

        :return: whether there was such a pass
        :rtype: bool
        """
        job = self.env[f"continuity.job.{self.job}"]
        if job._get_rest_text(self):
            return False
        phases = job._get_phases(self)
        steps = [phase for phase in phases if not phase.is_preparation]
        self.state = "running"
        for number, phase in enumerate(phases):
            if not (phase.is_repeatable and phase.is_locking):
                return False
            query = SQL("%s ORDER BY %s", phase.due, phase.order)
            due = [row[0] for row in self.env.execute_query(query)]
            if len(due) > phase.size:
                job._begin_phase(self, phase, steps)
                self._create_chunks(number, split_every(phase.size, due, list))
                self._checkpoint()
                return True
            # The next statement has to be the first one of its transaction
            self._checkpoint()
            if not job._work_off_phase(self, phase, steps):
                return False
        return False

    def _create_chunks(self, number, parts):
        """Write down the chunks of a pass, and enqueue them.

        :param int number: position of the pass in its process
        :param parts: lists of ids
        """
        self.env["continuity.run.chunk"].create(
            [
                {
                    "run_id": self.id,
                    "phase_number": number,
                    "record_ids": ids,
                    "record_count": len(ids),
                }
                for ids in parts
            ]
        )._enqueue()

    def _count_chunks(self):
        """Add to the run what its jobs have counted, once."""
        for chunk in self.chunk_ids:
            if chunk.state == "done":
                for outcome in ("done", "skipped", "failed"):
                    self[f"{outcome}_count"] += chunk[f"{outcome}_count"]
                self._advance(chunk.record_count)
                chunk.state = "counted"
            elif chunk.state == "waiting":
                # Its job was cancelled, or has failed for good
                chunk.state = "left"
        self._checkpoint()

    def _is_handed_over(self):
        """Override: jobs are working on it, this call only looks by."""
        return super()._is_handed_over() or "waiting" in self.chunk_ids.mapped("state")

    # === WHAT A JOB ASKS === #

    def _is_to_go_on(self):
        """Tell whether nobody has ended the run, or asked it to stop.

        :rtype: bool
        """
        self.ensure_one()
        return self.state in UNFINISHED and not self.is_stopping

    def _trigger_cron(self):
        """Call the scheduled action of the run: the job was perhaps the last one.

        Not when the run has ended: the action would begin another round. What goes on
        by itself does so at its time, with the background runs.
        """
        if self.again_at:
            self._trigger_again()
        elif self.state in UNFINISHED:
            self._trigger_own_cron()

    def _trigger_own_cron(self):
        name = "ir_cron_background_runs"
        if self.origin == "scheduled":
            name = NIGHT.get(self.job, name)
        # Scheduled actions are the administrator's; a run may be anybody's
        self.env.ref(f"continuity_program.{name}").sudo()._trigger()

    def _get_runs_at_work(self):
        """Override: those whose jobs are in the queue; nobody holds them meanwhile."""
        # Chunks are for nobody but the runs
        chunks_sudo = self.env["continuity.run.chunk"].sudo()
        waiting = chunks_sudo.search([("state", "=", "waiting")])
        handed_over = self.browse(
            run.id
            for run, chunks in waiting.grouped("run_id").items()
            if run.state in UNFINISHED and chunks._is_alive()
        )
        return super()._get_runs_at_work() | handed_over

    # === COUNTING === #

    def _get_counter(self):
        """Override: in a job the chunk counts, several of them write at once."""
        chunk_id = unseal(self.env, "continuity_chunk_id")
        if chunk_id:
            return self.env["continuity.run.chunk"].browse(chunk_id)
        return super()._get_counter()

    def _get_step_done(self):
        """Override: what the jobs have done and the run has not counted yet."""
        done = self.chunk_ids.filtered(lambda chunk: chunk.state == "done")
        return super()._get_step_done() + sum(done.mapped("record_count"))
