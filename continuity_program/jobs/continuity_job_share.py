# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import time

from odoo import models
from odoo.tools import SQL

from .charge_chunks import CHARGE_SIZE, cut

#: Seconds the run charges by itself before it looks again at what is to be booked
HAND_SECONDS = 2
#: Seconds until it looks again where enough workers are charging
LOOK_SECONDS = 0.5


class ContinuityJob(models.AbstractModel):
    """What processes do to have cards charged by several workers.

    Workers ask, one payment at a time, and each keeps its answer. They book nothing:
    two bookings in one journal fight for its next number. The run books what they have
    asked, together, while they ask for the next ones.
    """

    _inherit = "continuity.job"

    # === WHAT A PROCESS SAYS ABOUT ITSELF === #

    def _get_charge_phases(self, run):
        """List the passes a worker does over its chunk: first what another one has
        begun and not ended, then what is due.

        :param continuity.run run: the run as the worker has it
        :rtype: list[Phase]
        """
        return []

    def _get_lane_phases(self, run):
        """List the passes that book what workers have asked; repeated until the end.

        :param continuity.run run: the run
        :rtype: list[Phase]
        """
        return []

    # === THE RUN === #

    def _let_workers_charge(self, run, phase, steps):
        """Give workers their share of a pass, and book what they have asked.

        :param Phase phase: the pass
        :param list[Phase] steps: the passes the bar of the run shows
        :return: False when the time of this call is up, or the run is to stop
        :rtype: bool
        """
        if not self._is_to_accompany(run, phase):
            return True
        self._begin_phase(run, phase, steps)
        return self._accompany(run)

    def _is_to_accompany(self, run, phase):
        """Say whether workers charge for the run, or have done so.

        They may have ended the last chunk since the last call: what they have counted
        and charged is the run's to collect.

        :rtype: bool
        """
        if not phase.is_shared or not run._may_share_charges():
            return False
        is_cut = run._get_open_chunks() or self._cut(run, phase)
        return bool(is_cut or run.charge_chunk_ids)

    def _cut(self, run, phase):
        """Cut what is due into chunks, and call the workers.

        :return: False where it is so little that the run does it by itself
        :rtype: bool
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT p.id,
                          COALESCE(-o.payment_token_id, o.id) AS together,
                          t.provider_id
                     FROM continuity_payment p
                     JOIN continuity_order o ON o.id = p.continuity_order_id
                     LEFT JOIN payment_token t ON t.id = o.payment_token_id
                    WHERE p.id IN (%s)
                    ORDER BY %s""",
                phase.due,
                phase.order,
            )
        )
        if len(rows) <= CHARGE_SIZE:
            return False
        chunks = self.env["continuity.charge.chunk"].create(
            [
                {
                    "run_id": run.id,
                    "provider_id": provider,
                    "position": position,
                    "record_ids": ids,
                    "record_count": len(ids),
                }
                for position, (provider, ids) in enumerate(cut(rows), start=1)
            ]
        )
        chunks._call_workers()
        run._checkpoint()
        return True

    def _accompany(self, run):
        """Book what workers have asked, until they have asked for everything.

        :return: False when the time of this call is up, or the run is to stop
        :rtype: bool
        """
        chunks = self.env["continuity.charge.chunk"]
        lanes = self._get_lane_phases(run)
        while True:
            chunks._recover(run)
            run._checkpoint()
            # In one snapshot: what is not open is counted
            open_chunks = run._get_open_chunks()
            worked = run._collect_chunks()
            run._checkpoint()
            booked = self._book_lanes(run, lanes)
            if not open_chunks and not booked:
                return True
            if run._is_stop_requested() and not chunks._count_alive(run):
                run._drop_waiting_chunks()
                run._checkpoint()
                return False
            # To look by is work, too: Odoo warns of a call that has done none
            left = run._checkpoint(processed=max(worked + booked, 1))
            if not left:
                open_chunks.filtered(lambda c: c.state == "waiting")._call_workers()
                run._checkpoint()
                return False
            if not booked:
                self._lend_a_hand(run, left)

    def _book_lanes(self, run, lanes):
        """Book one chunk of each pass.

        :return: how many records
        :rtype: int
        """
        booked = 0
        for lane in lanes:
            booked += len(self._work_chunk(run, lane, lane.size))
            run._checkpoint()
        return booked

    def _lend_a_hand(self, run, left):
        """Charge where no worker does: there are fewer threads than actions, or none.

        :param float left: seconds of this call
        """
        chunks = self.env["continuity.charge.chunk"]
        chunk = chunks
        if chunks._count_alive() < chunks._get_workers():
            chunk = chunks._take(run)
        if chunk:
            chunk._work(seconds=HAND_SECONDS)
        else:
            # Workers ask; there is nothing to book, and nobody tells when there is
            run._checkpoint()
            time.sleep(min(LOOK_SECONDS, left))

    # === THE WORKER === #

    def _charge_chunk(self, run, chunk, seconds=None):
        """Charge what is due of a chunk, one payment after the other.

        :param continuity.run run: the run as the worker has it
        :param continuity.charge.chunk chunk: was taken
        :param float seconds: at most so long; None = the time of this call
        :return: False when the time was up, or the run is to stop
        :rtype: bool
        """
        deadline = self._get_deadline(seconds)
        done = all(
            self._charge_due(run, phase, chunk, deadline)
            for phase in self._get_charge_phases(run)
        )
        billing = self.env["continuity.billing"]
        if billing._settle_put_off(run._may_commit()) or billing._settle_owed():
            run._checkpoint()
        return done and not run._is_stop_requested()

    def _get_deadline(self, seconds):
        end = self.env.context.get("cron_end_time")
        end = end if isinstance(end, float) else float("inf")
        return min(end, time.monotonic() + seconds) if seconds else end

    def _charge_due(self, run, phase, chunk, deadline):
        """Do one pass over a chunk.

        :return: False when the time was up
        :rtype: bool
        """
        left_alone = set()
        for row_id, order_id, requested_at in self._get_due_of_chunk(phase, chunk):
            if order_id in left_alone:
                # What is due later is not asked before what is due earlier
                continue
            run._checkpoint()
            # Neither sellers nor managers may read providers
            provider_sudo = chunk.sudo().provider_id
            with provider_sudo._continuity_slot(run, deadline) as slot:
                if not slot.is_free:
                    return False
                taken = self._work_chunk(run, phase, 1, [row_id])
                payment = self.env[phase.model].browse(row_id)
                slot.is_used = (payment.requested_at or None) != requested_at
                if taken:
                    chunk.worked_count += 1
                elif self._is_still_due(phase, row_id):
                    left_alone.add(order_id)
                left = run._checkpoint(processed=len(taken))
            if not left or time.monotonic() > deadline:
                return False
        return True

    def _is_still_due(self, phase, row_id):
        """Say whether a payment that was not taken waits for somebody else.

        What was too little alone was asked together with an earlier one: it is done.

        :rtype: bool
        """
        self.env.flush_all()
        query = SQL(
            "SELECT EXISTS (SELECT FROM (%s) AS due (id) WHERE due.id = %s)",
            phase.due,
            row_id,
        )
        return self.env.execute_query(query)[0][0]

    def _get_due_of_chunk(self, phase, chunk):
        """Select what is due of a chunk, without a lock.

        :return: id, continuity order and last request of each payment
        :rtype: list[tuple[int, int, datetime]]
        """
        self.env.flush_all()
        return self.env.execute_query(
            SQL(
                """SELECT p.id, p.continuity_order_id, p.requested_at
                     FROM continuity_payment p
                    WHERE p.id IN (%s) AND p.id IN %s
                    ORDER BY array_position(%s::int[], p.id)""",
                phase.due,
                tuple(chunk.record_ids),
                chunk.record_ids,
            )
        )
