# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import os
import socket
from contextlib import contextmanager, suppress

import psycopg2

from odoo import api, fields, models
from odoo.tools import SQL

from ...conflicts import CONFLICT_TRIES, CONFLICTS
from ..base.sealed import Sealed
from ..runs.continuity_run import UNFINISHED
from ..runs.continuity_run_again import TRIES
from ..runs.continuity_run_progress import held_sql

#: First key of the advisory lock a worker holds; the second one is the id of the chunk
CHUNK_LOCK = 0x434F4E43


class ContinuityChargeChunk(models.Model):
    """Some payments of a run that one worker charges, one after the other.

    Several workers charge for one run, so none of them writes it: each counts on its
    own chunk. The chunk only spreads the work. That a card is charged once is the
    business of the claim, as ever: who has a chunk has no right to anything.
    """

    _name = "continuity.charge.chunk"
    _description = "Payments Charged Together"
    _order = "run_id, position, id"
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
    provider_id = fields.Many2one(
        comodel_name="payment.provider", readonly=True, ondelete="set null"
    )
    position = fields.Integer(
        readonly=True, help="In which order the chunks of a company are taken, from 1."
    )
    record_ids = fields.Json(
        readonly=True,
        help="Ids of the payments: all that are due of each continuity order, in the"
        " order they are due.",
    )
    record_count = fields.Integer(string="Payments", readonly=True)
    state = fields.Selection(
        selection=[("waiting", "Waiting"), ("working", "Working"), ("done", "Done")],
        required=True,
        default="waiting",
        readonly=True,
    )
    worker = fields.Char(readonly=True, help="Who has it, or had it last.")
    try_count = fields.Integer(
        readonly=True,
        help="How many times a worker began it without coming to an orderly end.",
    )
    worked_count = fields.Integer(string="Dealt with", readonly=True)
    done_count = fields.Integer(string="Done", readonly=True)
    skipped_count = fields.Integer(string="Left out", readonly=True)
    failed_count = fields.Integer(string="Failed", readonly=True)
    is_counted = fields.Boolean(
        readonly=True, help="The run has added its counts to its own."
    )

    _open = models.Index("(state, company_id, position) WHERE state != 'done'")

    # === TAKING === #

    @api.model
    def _take(self, run=None):
        """Take the next chunk, and hold it until :meth:`_let_go`.

        The first chunks of all companies come first, then the second ones. While others
        wait, no company has more than its share of the workers.

        :param continuity.run run: only chunks of this run; None = of all
        :return: the chunk, committed as *working*; none when nothing waits
        :rtype: continuity.charge.chunk
        """
        for _attempt in range(1 + CONFLICT_TRIES):
            try:
                return self._take_next(run)
            except CONFLICTS:
                self.env.cr.rollback()
        return self.browse()

    def _take_next(self, run):
        self.env.flush_all()
        rows = self.env.execute_query(self._get_next_sql(run))
        chunk = self.browse(row[0] for row in rows)
        chunk.invalidate_recordset()
        # Before it is *working* for others: who sees that finds the lock, too
        if not chunk or not chunk._try_lock():
            return self.browse()
        try:
            chunk.write(
                {
                    "state": "working",
                    "try_count": chunk.try_count + 1,
                    "worker": f"{socket.gethostname()}:{os.getpid()}",
                }
            )
            chunk._get_run()._checkpoint()
        except BaseException:
            chunk._unlock_broken()
            raise
        return chunk

    def _get_next_sql(self, run):
        """Select and lock the chunk that is next.

        :param continuity.run run: see :meth:`_take`
        :rtype: SQL
        """
        return SQL(
            """
            SELECT c.id
              FROM continuity_charge_chunk c
              JOIN continuity_run r ON r.id = c.run_id
              LEFT JOIN (
                  SELECT company_id, COUNT(*) AS workers
                    FROM continuity_charge_chunk
                   WHERE state = 'working'
                   GROUP BY company_id
              ) h ON h.company_id = c.company_id
             CROSS JOIN (
                  SELECT COUNT(DISTINCT w.company_id) AS companies
                    FROM continuity_charge_chunk w
                    JOIN continuity_run n ON n.id = w.run_id
                   WHERE w.state = 'waiting' AND n.state IN %(unfinished)s
              ) others
             WHERE c.state = 'waiting'
               AND r.state IN %(unfinished)s
               AND (
                   SELECT signal.action FROM continuity_run_signal signal
                    WHERE signal.run_id = r.id ORDER BY signal.id DESC LIMIT 1
               ) IS DISTINCT FROM 'stop'
               %(only)s
             ORDER BY COALESCE(h.workers, 0)
                      >= CEIL(%(workers)s::numeric / GREATEST(others.companies, 1)),
                   c.position, c.company_id, c.id
             LIMIT 1
               FOR NO KEY UPDATE OF c SKIP LOCKED
            """,
            unfinished=UNFINISHED,
            workers=max(self._get_workers(), 1),
            only=SQL("AND c.run_id = %s", run.id) if run else SQL(),
        )

    @contextmanager
    def _held(self):
        """Let go of a chunk that was taken, whatever happens.

        Who is killed lets go, too: the lock belongs to the connection. The chunk is
        *working* then and nobody holds it, which is found by :meth:`_recover`.
        """
        try:
            yield
        except BaseException:
            self._unlock_broken()
            raise
        self._unlock()

    def _let_go(self, is_finished):
        """Note an orderly end: nothing is left to do, or another worker goes on.

        :param bool is_finished: False = it waits again
        """
        self.write(
            {
                "state": "done" if is_finished else "waiting",
                "try_count": self.try_count - 1,
            }
        )
        # Before the lock is gone: who finds none sees the new state
        self._get_run()._checkpoint()

    def _try_lock(self):
        query = SQL("SELECT pg_try_advisory_lock(%s, %s)", CHUNK_LOCK, self.id)
        return self.env.execute_query(query)[0][0]

    def _unlock(self):
        # Where the connection is gone, the lock is gone with it
        with suppress(psycopg2.InterfaceError):
            query = SQL("SELECT pg_advisory_unlock(%s, %s)", CHUNK_LOCK, self.id)
            self.env.execute_query(query)

    def _unlock_broken(self):
        """Let go where what broke the work may have broken its transaction, too."""
        if not self.env.cr.closed:
            self.env.cr.rollback()
        self._unlock()

    # === WORK === #

    def _work(self, seconds=None):
        """Charge the payments of a chunk that was taken, and let go of it.

        :param float seconds: at most so long; None = as long as this call may take
        :return: False when the time was up
        :rtype: bool
        """
        self.ensure_one()
        with self._held():
            run = self._get_run()
            job = run.env[f"continuity.job.{run.job}"]
            # Who ends its workers again and again is left to the run, which notices
            is_poison = self.try_count > TRIES
            is_finished = is_poison or job._charge_chunk(run, self, seconds)
            self._let_go(is_finished)
        return is_finished or run._is_stop_requested()

    def _get_run(self):
        """Return the run as a worker of this chunk has it: it commits, and counts here.

        :rtype: continuity.run
        """
        return self.run_id._in_company().with_context(
            continuity_commit=Sealed(),
            continuity_charge_chunk_id=Sealed(self.id),
            # Mails wait in their queue: the transaction may still be rolled back
            mail_notify_force_send=False,
        )

    # === WHO LIVES === #

    @api.model
    def _recover(self, run):
        """Let chunks wait again whose worker is gone.

        :param continuity.run run: its chunks
        """
        self.env.flush_all()
        try:
            rows = self.env.execute_query(
                SQL(
                    """UPDATE continuity_charge_chunk k SET state = 'waiting'
                        WHERE k.run_id = %s AND k.state = 'working' AND NOT %s
                    RETURNING k.id""",
                    run.id,
                    self._get_alive_sql(),
                )
            )
        except CONFLICTS:
            # Its worker has just come to the end
            self.env.cr.rollback()
            return
        self.browse(row[0] for row in rows).invalidate_recordset()

    @api.model
    def _count_alive(self, run=None):
        """Count the workers that have a chunk right now.

        :param continuity.run run: chunks of this run; None = of all
        :rtype: int
        """
        self.env.flush_all()
        query = SQL(
            """SELECT COUNT(*) FROM continuity_charge_chunk k
                WHERE k.state = 'working' AND %s %s""",
            self._get_alive_sql(),
            SQL("AND k.run_id = %s", run.id) if run else SQL(),
        )
        return self.env.execute_query(query)[0][0]

    @api.model
    def _get_alive_sql(self):
        """Say of a chunk `k` that a worker holds it; true now, whatever the snapshot.

        :rtype: SQL
        """
        return SQL("k.id::oid IN (%s)", held_sql(CHUNK_LOCK))

    @api.model
    def _get_shared_sql(self):
        """Select the ids of the payments whose run is under way, and books them.

        A run that was not finished within a day is nobody's any more.

        :rtype: SQL
        """
        return SQL(
            """(
                SELECT shared.id::integer
                  FROM continuity_charge_chunk k
                  JOIN continuity_run r ON r.id = k.run_id
                 CROSS JOIN jsonb_array_elements_text(k.record_ids) AS shared (id)
                 WHERE r.state IN %s AND r.started_at > %s
            )""",
            UNFINISHED,
            fields.Datetime.subtract(fields.Datetime.now(), days=1),
        )

    @api.model
    def _get_busy_sql(self):
        """Select the ids of the payments that live workers have in their chunks.

        :rtype: SQL
        """
        return SQL(
            """(
                SELECT busy.id::integer
                  FROM continuity_charge_chunk k
                 CROSS JOIN jsonb_array_elements_text(k.record_ids) AS busy (id)
                 WHERE k.state = 'working' AND %s
            )""",
            self._get_alive_sql(),
        )
