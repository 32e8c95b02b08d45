# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from odoo import models
from odoo.tools import SQL

from ..arguments import get_model_name
from ..conflicts import CONFLICT_TRIES, CONFLICTS
from ..models.runs.continuity_run_again import SHOWN_HELD

#: Records in a chunk; measured: smaller ones cost a fifth more, larger ones nothing.
CHUNK_SIZE = 100
#: Seconds after which what somebody else held is looked at once more
HELD_SECONDS = 3


@dataclass(frozen=True)
class Phase:
    """One pass of a batch process over the records it finds due.

    ``due`` is a complete SELECT of ids, without order and limit. ``locks`` are the
    aliases of the tables that are written, the one whose ids are selected first. All of
    it is made before the first chunk: the SELECT has to be the first statement of its
    transaction, so nothing may be read from records then.
    """

    model: str
    due: SQL
    order: SQL
    locks: tuple[str, ...]
    process: Callable
    size: int = CHUNK_SIZE
    #: False where money moves: never inside anything that is tried again.
    is_repeatable: bool = True
    #: False where nothing is locked: one worker takes the records in the order of their
    #: ids and notes how far he has come.
    is_locking: bool = True
    #: Gives how many more records the run may take; None = no limit.
    get_allowance: Callable | None = None
    #: What it does, for the person who watches a process of several passes
    name: str = ""
    #: True for what comes before the process itself: no step of its bar
    is_preparation: bool = False
    #: True where several workers may share the records among them
    is_shared: bool = False
    #: Does together what records done one at a time have left: after some of them, and
    #: at the end of the pass
    follow: Callable | None = None


class ContinuityJob(models.AbstractModel):
    """The contract of a batch process: what it selects and does, never when.

    A process is a model ``continuity.job.<job>`` that inherits from this one. It says
    in ``_get_phases`` what is due and what to do with it, and in ``_get_message`` what
    came out. Chunks, locks, savepoints, halving and conflicts are the same for all and
    stand here. Nothing in here commits: that is ``continuity.run._checkpoint()``.
    """

    _name = "continuity.job"
    _description = "Continuity Batch Process"

    #: Whether it may ask a payment provider: then it rests in a copied database.
    _asks_providers = False
    #: Whether it goes on in an archived company: only with money that is under way
    _works_archived = False

    # === WHAT A PROCESS SAYS ABOUT ITSELF === #

    def _get_phases(self, run):
        """List the passes of this process.

        :param continuity.run run: the run that is worked off
        :rtype: list[Phase]
        """
        raise NotImplementedError

    def _get_companies(self):
        """List the companies a scheduled run is made for: those that sell programs.

        Nothing is due in an archived one.

        :rtype: res.company
        """
        programs = self.env["continuity.program"].with_context(active_test=False)
        groups = programs._read_group([], ["company_id"])
        companies = self.env["res.company"].union(*(company for (company,) in groups))
        return companies.filtered("active")

    def _get_rest_text(self, run):
        """Say why the process does nothing at all: a copy, or an archived company.

        :param continuity.run run: the run that is worked off
        :rtype: str | bool
        """
        if self._asks_providers and (
            refusal := self.env["continuity.database"]._get_refusal()
        ):
            return refusal
        company = run.company_id
        if company.active or self._works_archived:
            return False
        return self.env._("%s is archived: nothing is due.", company.name)

    def _count_left(self, run):
        """Count, by step, the records that are due and were neither done nor left out.

        :param continuity.run run: the run that is worked off
        :return: what each step does, and how much of it is left; only where there is
            something
        :rtype: list[tuple[str, int]]
        """
        steps = (
            (self._get_phase_name(phase), self._count_due(phase.due))
            for phase in self._get_phases(run)
            if not phase.is_preparation
        )
        return [(name, count) for name, count in steps if count]

    def _has_work(self, run):
        """Say whether anything is due, be it only a preparation.

        :param continuity.run run: the run that would be worked off
        :rtype: bool
        """
        return not self._get_rest_text(run) and any(
            self._count_due(SQL("%s LIMIT 1", phase.due))
            for phase in self._get_phases(run)
        )

    def _get_message(self, run):
        """Say what came out, for the person who started the run.

        :param continuity.run run: the run that is worked off
        :rtype: str
        """
        raise NotImplementedError

    def _get_allowance(self, run):
        """Say how many more records a run with a limit may do.

        :rtype: int
        """
        return run.limit - run.done_count

    # === THE ENGINE === #

    def _work_off(self, run):
        """Do as much of the run as the time of this call allows.

        :param continuity.run run: the run, in the environment the work is done in
        :return: True when nothing is left to do
        :rtype: bool
        """
        if self._get_rest_text(run):
            return True
        # Everything a phase is made of is read before the first chunk begins.
        phases = self._get_phases(run)
        steps = [phase for phase in phases if not phase.is_preparation]
        run._note_held(-run.held_count)
        run._checkpoint()
        done = all(self._work_off_phase(run, phase, steps) for phase in phases)
        if run._may_commit() and self.env["continuity.billing"]._settle_owed():
            run._checkpoint()
        return done

    def _work_off_phase(self, run, phase, steps):
        """Do what a pass finds due, and look once more for what somebody else held.

        Workers have their share first; the run does what they leave.

        :param Phase phase: the pass
        :param list[Phase] steps: the passes the bar of the run shows
        :return: False when the time of this call is up, or the run is to stop
        :rtype: bool
        """
        if not self._let_workers_charge(run, phase, steps):
            return False
        self._begin_phase(run, phase, steps)
        # One at a time, where a record may take seconds or money
        work = self._work_one_by_one if phase.size == 1 else self._work_chunks
        if not work(run, phase, steps):
            return False
        held = self._count_held(phase)
        if held and run._may_commit():
            # Mostly a person who has just pressed a button, or another worker
            run._checkpoint()
            time.sleep(HELD_SECONDS)
            if not work(run, phase, steps):
                return False
            held = self._count_held(phase)
        run._note_held(held, self._get_held_names(phase) if held else ())
        run._checkpoint()
        return True

    def _count_held(self, phase):
        """Count what is due after a pass: somebody else has a lock on it.

        :return: 0 also where the limit of the run is reached
        :rtype: int
        """
        return self._count_due(phase.due) if self._get_chunk_size(phase) else 0

    def _get_held_names(self, phase):
        """Say what the first records are called that somebody else has a lock on.

        :rtype: list[str]
        """
        query = SQL("%s LIMIT %s", phase.due, SHOWN_HELD)
        rows = self.env.execute_query(query)
        held = self.env[phase.model].browse(row[0] for row in rows)
        return held.mapped("display_name")

    def _work_chunks(self, run, phase, steps):
        size = self._get_chunk_size(phase)
        while size:
            ids = self._work_chunk(run, phase, size)
            if phase in steps:
                run._advance(len(ids))
            # Asked before the commit: the next statement has to be the locking one.
            size = self._get_chunk_size(phase) if ids else 0
            # A pass that finds nothing costs no time: the next one is begun
            if not run._checkpoint(processed=len(ids)) and ids:
                return False
        return not run._is_stop_requested()

    def _begin_phase(self, run, phase, steps):
        """Show on the bar of the run which of its steps begins."""
        if phase in steps:
            run._begin_step(
                steps.index(phase) + 1,
                len(steps),
                self._get_phase_name(phase),
                partial(self._count_phase, run, phase),
            )

    def _get_phase_name(self, phase):
        return phase.name or get_model_name(self.env[phase.model])

    def _count_phase(self, run, phase):
        """Count what a pass is going to take, for the person who watches it."""
        due = self._count_due(phase.due)
        return min(due, phase.get_allowance()) if phase.get_allowance else due

    def _get_chunk_size(self, phase):
        if not phase.get_allowance:
            return phase.size
        return max(min(phase.size, phase.get_allowance()), 0)

    def _work_chunk(self, run, phase, size, ids=None):
        """Select, lock and process one chunk.

        When somebody else was faster, the chunk begins again with a new snapshot; when
        that happens over and over, with half of it. A caller's transaction is not
        ours to roll back: there the conflict goes on to the caller.

        :param list ids: the chunk that is begun again; None = the next one
        :return: ids of the records taken
        :rtype: list
        """
        is_next = ids is None
        for _attempt in range(1 + CONFLICT_TRIES):
            try:
                records = self._lock_due(run, phase, size, ids)
                # Begun again, a chunk may have become empty; there are others.
                ids = ids or records.ids
                billing = self.env["continuity.billing"]
                with billing._settling():
                    self._process(run, phase, records)
                # What somebody else decides about is begun again like any conflict
                billing._settle_touched(is_last=True)
                self.env.flush_all()
                return ids if is_next else records.ids
            except CONFLICTS as error:
                if not run._may_commit():
                    raise
                conflict = error
                self.env.cr.rollback()
        if not ids:
            raise conflict
        return self._work_halves(run, phase, ids, conflict)

    def _work_halves(self, run, phase, ids, conflict):
        if len(ids) == 1:
            self._log_failure(run, self.env[phase.model].browse(ids), conflict)
            return ids
        middle = len(ids) // 2
        for half in (ids[:middle], ids[middle:]):
            self._work_chunk(run, phase, len(half), half)
            run._checkpoint(processed=0)
        return ids

    def _lock_due(self, run, phase, size, ids=None):
        """Select and lock in one statement: what was due is still due.

        :return: records that are due and that nobody else is working on
        """
        # In a transaction of our own nothing is waiting to be written here, and this
        # stays the first statement; in a caller's transaction his changes count.
        self.env.flush_all()
        query = self._get_selection_sql(run, phase, size, ids)
        if phase.is_locking:
            query = SQL(
                "%s FOR NO KEY UPDATE OF %s SKIP LOCKED",
                query,
                SQL(", ").join(SQL.identifier(alias) for alias in phase.locks),
            )
        rows = self.env.execute_query(query)
        return self.env[phase.model].browse(row[0] for row in rows)

    def _get_selection_sql(self, run, phase, size, ids=None):
        """Select the ids of what is due, in the order of the pass.

        :param int size: at most so many
        :param list ids: only these; None = all
        :rtype: SQL
        """
        again = SQL()
        if ids:
            again = SQL("AND %s.id IN %s", SQL.identifier(phase.locks[0]), tuple(ids))
        return SQL(
            "%s %s %s ORDER BY %s LIMIT %s",
            phase.due,
            again,
            run._get_stop_sql() if run._may_commit() else SQL(),
            phase.order,
            size,
        )

    def _process(self, run, phase, records):
        """Process a chunk; what it has touched is settled at once, at its end."""
        if phase.is_repeatable:
            self._process_or_halve(run, phase, records)
        else:
            self._process_once(run, phase, records)

    def _process_or_halve(self, run, phase, records):
        """Process records together; find the bad one by halving."""
        if not records:
            return
        try:
            with self.env.cr.savepoint():
                phase.process(records)
                self._clear_failures(run, records)
        except CONFLICTS:
            raise
        # Broad on purpose: whatever one record meets must not stop the others
        except Exception as error:
            if not self._is_of_record(error):
                raise
            if len(records) == 1:
                self._log_failure(run, records, error)
                return
            middle = len(records) // 2
            self._process_or_halve(run, phase, records[:middle])
            self._process_or_halve(run, phase, records[middle:])

    def _process_once(self, run, phase, record):
        """Process one record that may have cost money when it fails.

        The steps of a charge commit for themselves, so there can be no savepoint around
        them; what a failure undoes is the step that was not committed yet. Where
        nothing commits, everything is the caller's.
        """
        if not record:
            return
        try:
            if run._may_commit():
                phase.process(record)
            else:
                with self.env.cr.savepoint():
                    phase.process(record)
            self._clear_failures(run, record)
        except CONFLICTS:
            raise
        # Broad on purpose: whatever one record meets must not stop the others
        except Exception as error:
            if not self._is_of_record(error):
                raise
            if run._may_commit():
                self.env.cr.rollback()
            self._log_failure(run, record, error)
