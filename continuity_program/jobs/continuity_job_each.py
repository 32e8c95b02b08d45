# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from .charge_chunks import CHARGE_SIZE
from .continuity_job import CHUNK_SIZE


class ContinuityJob(models.AbstractModel):
    """Records that are done one at a time: each may take seconds, or money."""

    _inherit = "continuity.job"

    def _work_one_by_one(self, run, phase, steps):
        """Do records one at a time, without sorting all that is due for each of them.

        What is due is selected by the hundred, then locked one by one: by its id, and
        only if it is still due. What they leave is done together, also when the time is
        up.
        """
        is_done = self._work_each(run, phase, steps)
        self._follow(run, phase)
        return is_done

    def _follow(self, run, phase):
        """Do together what records done one at a time have left."""
        if phase.follow:
            run._checkpoint()
            phase.follow()

    def _work_each(self, run, phase, steps):
        seen = set()
        left_out = 0
        while ids := self._get_due_ids(run, phase, seen, left_out):
            seen.update(ids)
            size = self._get_chunk_size(phase)
            run._checkpoint()
            for number, record_id in enumerate(ids, start=1):
                if not size:
                    return True
                taken = self._work_chunk(run, phase, 1, [record_id])
                left_out += not taken
                if phase in steps:
                    run._advance(len(taken))
                if not taken and run._is_stop_requested():
                    return False
                size = self._get_chunk_size(phase)
                if not run._checkpoint(processed=len(taken)) and taken:
                    return False
                if not number % CHARGE_SIZE:
                    self._follow(run, phase)
        return not run._is_stop_requested()

    def _get_due_ids(self, run, phase, seen, left_out):
        """Select the next records of a pass, in its order, without a lock.

        :param set seen: ids that were selected before
        :param int left_out: how many of them may still be due, held by somebody else
        :return: at most a hundred ids
        :rtype: list[int]
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            self._get_selection_sql(run, phase, CHUNK_SIZE + left_out)
        )
        return [row[0] for row in rows if row[0] not in seen]
