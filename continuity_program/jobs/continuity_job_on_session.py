# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from functools import partial

from odoo import models
from odoo.tools import SQL

from .continuity_job import Phase


class ContinuityJob(models.AbstractModel):
    """Customers who pay themselves, before the eyes of their bank.

    Nobody asks their provider. What they have begun and not ended is free again after
    half an hour.
    """

    _inherit = "continuity.job"

    def _get_sent_sql(self):
        """Say of which rows `p` we have asked the provider, and no customer pays.

        What a provider has taken and tells later is not asked about.

        :rtype: SQL
        """
        payments = self.env["continuity.payment"]
        return SQL(
            """NOT EXISTS (
                SELECT FROM payment_transaction page
                 WHERE page.id = p.transaction_id
                   AND page.continuity_on_session
                   AND p.state = 'processing'
                   AND NOT %s
            ) AND NOT %s""",
            payments._get_page_captured_sql(),
            payments._get_awaited_sql(),
        )

    def _get_page_phase(self, run):
        """The pass over rows whose customer has left the page.

        :param continuity.run run: the run; a preview waits for nobody: no such pass
        :rtype: list[Phase]
        """
        if run.dry_run:
            return []
        condition = self.env["continuity.payment"]._get_ended_page_sql()
        return [
            Phase(
                model="continuity.payment",
                due=self._get_payments_sql(run, condition),
                order=SQL("p.requested_at, p.id"),
                locks=("p",),
                process=partial(self._end_page, run),
                name=self.env._("Pages that customers have left"),
                is_preparation=True,
            )
        ]

    def _end_page(self, run, payments):
        """Free the rows, or take the answers nobody has looked at."""
        payments._end_page()
        run._log(
            "done",
            [payment._prepare_run_line(reason="customer_left") for payment in payments],
            is_counted=False,
        )
