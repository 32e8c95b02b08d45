# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import SQL

from .continuity_job import Phase


class ContinuityJob(models.AbstractModel):
    """Orders whose pause is over go on, whichever process comes first (R15).

    It is the first pass of the extension. What a pause holds back begins with it, too,
    so that the night has the same result in any order of the processes. There
    it is no step of the bar: hardly ever is anything due, and nobody asked for it.
    """

    _inherit = "continuity.job"

    def _get_resume_phase(self, run, process=None):
        """Return the pass that resumes orders.

        :param continuity.run run: the run
        :param Callable process: resumes the orders given to it; None = nothing else
        :rtype: Phase
        """
        return Phase(
            model="continuity.order",
            due=self._get_resume_sql(run),
            order=SQL("o.id"),
            locks=("o",),
            process=process or (lambda orders: orders._resume_due()),
            name=self.env._("pauses that are over"),
            is_preparation=process is None,
        )

    def _get_resume_sql(self, run):
        """Select the paused orders whose resume date has come."""
        return self._get_orders_sql(
            run,
            SQL(
                """o.state IN ('paused', 'on_hold')
                   AND o.pause_date IS NOT NULL
                   AND o.resume_date <= %s""",
                run.date,
            ),
        )
