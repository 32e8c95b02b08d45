# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from odoo.addons.continuity_program.models.base.sealed import Sealed


class ContinuityRunChunk(models.Model):
    """Some records of a run that one queue job works off.

    Several jobs of a run work at once, so none of them writes the run: each counts on
    its own chunk, in the transaction of its work. What a job that was killed has begun
    is rolled back with its count, and asked for again.
    """

    _name = "continuity.run.chunk"
    _inherit = ["continuity.typed.mixin"]
    _description = "Chunk of a Continuity Run"
    _order = "run_id, id"
    _check_company_auto = True

    run_id = fields.Many2one(
        comodel_name="continuity.run",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="run_id.company_id", store=True, index=True, precompute=True
    )
    phase_number = fields.Integer(
        readonly=True, help="Position of the phase in its process, from 0."
    )
    record_ids = fields.Json(readonly=True, help="Ids of the records, in order.")
    record_count = fields.Integer(string="Records", readonly=True)
    job_uuid = fields.Char(string="Queue job", readonly=True)
    state = fields.Selection(
        selection=[
            ("waiting", "Waiting"),
            ("done", "Done"),
            ("counted", "Counted"),
            ("left", "Left to the run"),
        ],
        required=True,
        default="waiting",
        readonly=True,
    )
    done_count = fields.Integer(string="Done", readonly=True)
    skipped_count = fields.Integer(string="Left out", readonly=True)
    failed_count = fields.Integer(string="Failed", readonly=True)

    def _enqueue(self):
        """Leave each chunk to a job of its own, which exists once."""
        for chunk in self:
            key = f"continuity-run-{chunk.run_id.id}-chunk-{chunk.id}"
            job = chunk.with_delay(
                identity_key=key,
                description=self.env._(
                    "%(run)s: chunk of %(count)s",
                    run=chunk.run_id.display_name,
                    count=chunk.record_count,
                ),
            )._work()
            chunk.job_uuid = job.uuid

    def _work(self):
        """Work off the records that are still due; called by the queue.

        In the transaction of the queue: a conflict with somebody else goes up to it,
        and it tries again (see ``_work_chunk`` of the processes).
        """
        # The queue calls as who started the run; the work is the company's
        for chunk in self.sudo():
            run = chunk.run_id._in_company().with_context(
                continuity_chunk_id=Sealed(chunk.id),
                # Mails wait in their queue: the transaction may still be rolled back
                mail_notify_force_send=False,
            )
            if chunk.state == "waiting" and run._is_to_go_on():
                job = run.env[f"continuity.job.{run.job}"]
                phase = job._get_phases(run)[chunk.phase_number]
                job._work_chunk(run, phase, len(chunk.record_ids), chunk.record_ids)
                chunk.state = "done"
            run._trigger_cron()

    def _is_alive(self):
        """Tell whether a job still works, or is going to work, on one of the chunks.

        :rtype: bool
        """
        # Queue jobs are read by their managers only.
        jobs_sudo = self.env["queue.job"].sudo()
        return bool(
            jobs_sudo.search_count(
                [
                    ("uuid", "in", self.mapped("job_uuid")),
                    ("state", "not in", ("done", "failed", "cancelled")),
                ],
                limit=1,
            )
        )
