# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

from ..base.sealed import unseal
from .continuity_run import UNFINISHED
from .continuity_run_cron import NIGHT

OUTCOMES = ("done", "skipped", "failed")


class ContinuityRun(models.Model):
    """The run whose payments are charged by several workers.

    The run cuts what is due, books what they have asked, and adds up what they have
    counted. It ends when no chunk is open.
    """

    _inherit = "continuity.run"

    charge_chunk_ids = fields.One2many(
        comodel_name="continuity.charge.chunk",
        inverse_name="run_id",
        string="Charged together",
        readonly=True,
    )

    # === WHO CHARGES === #

    def _may_share_charges(self):
        """Say whether workers may charge for this run.

        One by hand, in the call of a person, is finished by itself; so is one with a
        limit, which is a sum over all.

        :rtype: bool
        """
        self.ensure_one()
        return (
            self._may_commit()
            and self.origin != "manual"
            and not self.limit
            and self.env["continuity.charge.chunk"]._has_workers()
        )

    def _get_open_chunks(self):
        """Return the chunks that are not done.

        :rtype: continuity.charge.chunk
        """
        self.ensure_one()
        chunks = self.env["continuity.charge.chunk"]
        # Workers write them
        chunks.invalidate_model()
        return chunks.search([("run_id", "=", self.id), ("state", "!=", "done")])

    def _is_handed_over(self):
        """Say whether others do the work of a run that is not finished.

        Workers are charging, this call only looks by. Who waits for them has time for
        the next run.

        :rtype: bool
        """
        return bool(self._get_open_chunks())

    def _is_to_be_called(self):
        """Say whether the run waits for nobody any more and has to go on.

        :rtype: bool
        """
        self.invalidate_recordset(["state"])
        return self.state in UNFINISHED and not self._get_open_chunks()

    def _trigger_own_cron(self):
        """Call the scheduled action that works on this run."""
        name = "ir_cron_background_runs"
        if self.origin == "scheduled":
            name = NIGHT.get(self.job, name)
        # Scheduled actions are for administrators
        self.env.ref(f"continuity_program.{name}").sudo()._trigger()

    def _get_runs_charging(self):
        """Return the runs for which a worker is charging now.

        :rtype: continuity.run
        """
        chunks = self.env["continuity.charge.chunk"]
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT k.run_id FROM continuity_charge_chunk k
                    WHERE k.state = 'working' AND %s""",
                chunks._get_alive_sql(),
            )
        )
        return self.browse(row[0] for row in rows)

    # === COUNTING === #

    def _get_counter(self):
        """Return the record that counts what is done: the run itself.

        A worker counts on its chunk: several of them write at once.
        """
        chunk_id = unseal(self.env, "continuity_charge_chunk_id")
        if chunk_id:
            return self.env["continuity.charge.chunk"].browse(chunk_id)
        return self

    def _collect_chunks(self):
        """Add what workers have counted on the chunks that are done, once.

        :return: how many payments they have dealt with
        :rtype: int
        """
        chunks = self.env["continuity.charge.chunk"]
        # Workers write them
        chunks.invalidate_model()
        done = [("run_id", "=", self.id), ("state", "=", "done")]
        chunks = chunks.search([*done, ("is_counted", "=", False)])
        for outcome in OUTCOMES:
            name = f"{outcome}_count"
            if count := sum(chunks.mapped(name)):
                self[name] += count
        worked = sum(chunks.mapped("worked_count"))
        self._advance(worked)
        chunks.is_counted = True
        return worked

    def _get_step_done(self):
        """Return how many records this step has dealt with.

        What workers have done and the run has not counted yet is done, too.

        :rtype: int
        """
        self.ensure_one()
        uncounted = self.charge_chunk_ids.filtered(lambda chunk: not chunk.is_counted)
        return self.step_done + sum(uncounted.mapped("worked_count"))

    def _drop_waiting_chunks(self):
        """Forget the chunks of a run that is stopped: nobody has them."""
        waiting = self._get_open_chunks().filtered(lambda c: c.state == "waiting")
        begun = waiting.filtered("worked_count")
        (waiting - begun).unlink()
        begun.state = "done"
        self._collect_chunks()
