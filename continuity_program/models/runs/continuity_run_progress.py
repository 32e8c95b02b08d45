# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager, suppress

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...arguments import public
from .continuity_run import UNFINISHED

#: First key of the advisory lock a worker holds; the second one is the id of the run
WORKER_LOCK = 0x434F4E54


def held_sql(lock):
    """Select the ids whose advisory lock somebody holds in this database.

    Locks are no part of a snapshot: it is true now.

    :param int lock: first key of the lock; the second one is the id
    :rtype: SQL
    """
    return SQL(
        """SELECT objid FROM pg_locks
            WHERE locktype = 'advisory' AND classid = %s AND objsubid = 2
              AND mode = 'ExclusiveLock' AND granted
              AND database = (
                  SELECT oid FROM pg_database WHERE datname = current_database()
              )""",
        lock,
    )


class ContinuityRun(models.Model):
    """The run as a person watches it: how far it is, *Stop*, *Continue*.

    Only the worker writes the run; a click adds a `continuity.run.signal`, which is
    looked up with the next chunk.
    """

    _inherit = "continuity.run"

    step_name = fields.Char(readonly=True, help="What the process does right now.")
    step_number = fields.Integer(readonly=True)
    step_count = fields.Integer(readonly=True)
    step_done = fields.Integer(readonly=True, help="Records this step has dealt with.")
    step_total = fields.Integer(
        readonly=True, help="Records that were due when the step began."
    )
    step_started_at = fields.Datetime(readonly=True)
    last_order_id = fields.Integer(
        readonly=True,
        help="The continuity order that a check has reached, in order of their ids.",
    )
    progress = fields.Float(compute="_compute_progress", help="Percent.")
    progress_text = fields.Char(compute="_compute_progress_text")
    is_stopping = fields.Boolean(compute="_compute_is_stopping")
    signal_ids = fields.One2many(
        comodel_name="continuity.run.signal", inverse_name="run_id", readonly=True
    )

    # === COMPUTED FIELDS === #

    @api.depends("state", "step_number", "step_count", "step_done", "step_total")
    def _compute_progress(self):
        for run in self:
            if run.state == "done":
                run.progress = 100.0
            elif not run.step_count:
                run.progress = 0.0
            else:
                share = min(run._get_step_done() / (run.step_total or 1), 1.0)
                run.progress = 100.0 * (run.step_number - 1 + share) / run.step_count

    @api.depends("state", "signal_ids.action")
    def _compute_is_stopping(self):
        signals = self.env["continuity.run.signal"].search([("run_id", "in", self.ids)])
        last = {signal.run_id: signal.action for signal in signals.sorted("id")}
        for run in self:
            run.is_stopping = run.state in UNFINISHED and last.get(run) == "stop"

    @api.depends("progress", "is_stopping", "step_name", "step_started_at")
    def _compute_progress_text(self):
        for run in self:
            run.progress_text = " ".join(run._get_progress_texts())

    def _get_progress_texts(self):
        """Say how far the run is, and how long it may take; or why nothing moves.

        :rtype: list[str]
        """
        if text := self._get_silent_text():
            return [text]
        if self.is_stopping:
            return [self.env._("Stops after this chunk.")]
        if self.state not in UNFINISHED:
            return []
        if not self.step_number:
            return [
                self.env._("Waiting for the scheduler; it starts within a minute.")
                if self.state == "queued"
                else self.env._("Looking for what is due.")
            ]
        text = self.env._(
            "%(done)s of %(total)s.", done=self._get_step_done(), total=self.step_total
        )
        if self.step_count > 1:
            text = self.env._(
                "Step %(number)s of %(count)s, %(name)s: %(text)s",
                number=self.step_number,
                count=self.step_count,
                name=self.step_name,
                text=text,
            )
        return [text, *self._get_rest_texts()]

    def _get_rest_texts(self):
        """Say how long the step may still take, as fast as it has been so far."""
        done = self._get_step_done()
        if not done or done >= self.step_total:
            return []
        elapsed = (fields.Datetime.now() - self.step_started_at).total_seconds()
        rest = elapsed / done * (self.step_total - done)
        if rest < 60:
            return [self.env._("Less than a minute left in this step.")]
        return [self.env._("About %s min left in this step.", round(rest / 60))]

    # === ACTIONS === #

    @public()
    def action_stop(self):
        """Ask the worker to stop after its chunk; what is done stays done.

        Where nobody works on the run, it ends at once: a scheduler may never come. One
        that has ended and waits to go on by itself does not go on.

        :raise UserError: when a run has ended for good
        """
        for run in self:
            run._check_may_execute(run.job, run.company_id)
            if run.state not in UNFINISHED and not run.again_at:
                raise UserError(
                    self.env._("“%s” has ended; there is nothing to stop.", run.name)
                )
        self.filtered(lambda run: not run.is_stopping)._signal("stop")
        # The right was checked; nobody is working on them
        self.sudo()._stop_at_once()

    @public()
    def action_continue(self):
        """Leave what a stopped or broken run has not reached to the scheduler.

        :raise UserError: when a run was not stopped
        """
        for run in self:
            run._check_may_execute(run.job, run.company_id)
            if run.dry_run or run.state not in ("stopped", "failed"):
                raise UserError(
                    self.env._(
                        "“%s” was not stopped; start it again instead.", run.name
                    )
                )
        self._signal("continue")
        # What is begun anew has its tries again, but one: it is known to have broken
        failed = self.filtered(lambda run: run.state == "failed")
        # Nobody is working on it: here a person may write the run.
        self.sudo().write(
            {
                "state": "queued",
                "origin": "background",
                # It is waited for from now on
                "heard_at": fields.Datetime.now(),
                "finished_at": False,
                "message": False,
                "step_number": 0,
                "try_count": 0,
                "again_count": 0,
                "again_at": False,
            }
        )
        # As above: a person may begin it anew, how often it broke is counted
        failed.sudo().try_count = 1

    def _signal(self, action):
        """Leave a request for the worker, and wake it up.

        :param str action: stop or continue
        """
        # Rights were checked by the caller; nobody else adds signals.
        self.env["continuity.run.signal"].sudo().create(
            [
                {"run_id": run.id, "user_id": self.env.uid, "action": action}
                for run in self
            ]
        )
        # Stopping and going on were checked; scheduled actions are the administrator's
        self.env.ref("continuity_program.ir_cron_background_runs").sudo()._trigger()

    # === FOR THE WORKER === #

    def _get_stop_sql(self):
        """Return the condition that nobody has asked the run to stop.

        It is part of the statement that takes the next chunk, so that looking it up
        needs no statement, and no snapshot, of its own.

        :rtype: SQL
        """
        return SQL(
            """AND (
                   SELECT signal.action FROM continuity_run_signal signal
                    WHERE signal.run_id = %s ORDER BY signal.id DESC LIMIT 1
               ) IS DISTINCT FROM 'stop'""",
            self.id,
        )

    def _is_stop_requested(self):
        """Tell whether this worker is to stop.

        :rtype: bool
        """
        return self._may_commit() and self._is_stop_signalled()

    def _is_stop_signalled(self):
        """Tell whether the last signal says stop.

        :rtype: bool
        """
        last = self.env["continuity.run.signal"].search(
            [("run_id", "=", self.id)], order="id desc", limit=1
        )
        return last.action == "stop"

    def _get_stopped_text(self):
        """Say who stopped the run, for its message."""
        return self.env._("Stopped by %s.", self.signal_ids[:1].user_id.name)

    def _begin_step(self, number, count, name, get_total):
        """Note which pass of the process begins; one that is gone on with stays.

        :param int number: position of the pass, from 1
        :param int count: number of passes
        :param str name: what it does
        :param get_total: gives the number of records due; not called without need
        """
        if not self._may_commit() or number < self.step_number:
            return
        is_new = number > self.step_number
        done = 0 if is_new else self.step_done
        values = {"step_done": done, "step_total": done + get_total()}
        if is_new:
            values.update(
                step_number=number,
                step_count=count,
                step_name=name,
                step_started_at=fields.Datetime.now(),
            )
        self.write(values)
        # The next statement has to be the first one of its transaction.
        self._checkpoint()

    def _advance(self, processed):
        """Note that the pass has dealt with so many more records."""
        if self._may_commit() and processed:
            self.step_done += processed
            self.heard_at = fields.Datetime.now()

    def _is_left_alone(self):
        """Tell whether no worker has the run, and let none take it in this transaction.

        Shared, to tell it from the lock of a worker.

        :rtype: bool
        """
        keys = SQL("%s, %s", WORKER_LOCK, self.id)
        query = SQL("SELECT pg_try_advisory_xact_lock_shared(%s)", keys)
        return self.env.execute_query(query)[0][0]

    @contextmanager
    def _held(self):
        """Hold the run while it is worked off, so that others see its worker lives.

        The lock belongs to the connection, not to a transaction: PostgreSQL lets it go
        when the worker is killed, and never before. That is what tells a run that was
        broken off from one that is under way.

        :return: whether this worker has it; nobody works on a run beside another
        :rtype: bool
        """
        if not self._may_commit():
            yield True
            return
        keys = SQL("%s, %s", WORKER_LOCK, self.id)
        query = SQL("SELECT pg_try_advisory_lock(%s)", keys)
        is_held = self.env.execute_query(query)[0][0]
        # What another worker has done until now is seen from here on.
        self._checkpoint()
        if not is_held:
            yield False
            return
        try:
            yield True
        except BaseException:
            # What broke the run may have broken its transaction, too.
            if not self.env.cr.closed:
                self.env.cr.rollback()
            raise
        finally:
            # Where the connection is gone, the lock is gone with it.
            with suppress(psycopg2.InterfaceError):
                self.env.execute_query(SQL("SELECT pg_advisory_unlock(%s)", keys))
