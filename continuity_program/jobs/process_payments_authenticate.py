# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from functools import partial

from odoo import models
from odoo.tools import SQL

from ..models.authentication.continuity_payment_authenticate import ALL_MAILS, MAIL_DAYS
from .continuity_job import Phase


class ProcessPayments(models.AbstractModel):
    """The payments job reminds customers whose bank asks for them.

    When their time is over, it puts the order on payment hold. Both are listed and not
    counted: the counts of the run are payments.
    """

    _inherit = "continuity.job.process_payments"

    def _get_authenticate_phase(self, run):
        return Phase(
            model="continuity.payment",
            due=self._get_payments_sql(run, self._get_authenticate_condition(run)),
            order=SQL("p.authenticate_until, p.id"),
            locks=("p", "o"),
            process=partial(self._remind, run),
            name=self.env._("Customers whose bank asks for them"),
            is_preparation=True,
        )

    def _get_authenticate_condition(self, run):
        """Say which rows have a mail to send, or no time left."""
        return SQL(
            """p.state = 'declined'
               AND p.authenticate_until IS NOT NULL
               AND o.state IN ('running', 'paused', 'on_hold')
               AND p.authenticate_mails < CASE
                   WHEN p.authenticate_until < %(date)s THEN %(all)s
                   ELSE (
                       SELECT COUNT(*) FROM unnest(%(days)s::int[]) AS day
                        WHERE day <= %(date)s - p.authenticate_since
                   )
               END""",
            date=run.date,
            all=ALL_MAILS,
            days=list(MAIL_DAYS),
        )

    def _remind(self, run, payments):
        """Remind of these rows, or put their orders on hold."""
        # The ledger is written by our own methods only
        rows_sudo = payments.sudo()
        waiting_sudo = rows_sudo.filtered(lambda row: row._is_waited_for(run.date))
        waiting_sudo._tell_to_authenticate(run.date)
        (rows_sudo - waiting_sudo)._end_authentication(run.date)
        run._log(
            "done",
            [
                row._prepare_run_line(
                    reason="authenticate_mailed"
                    if row in waiting_sudo
                    else "authenticate_over"
                )
                for row in rows_sudo
            ],
            is_counted=False,
        )

    def _get_reminded_texts(self, run, reasons):
        """Say how many customers were reminded, how many did not come, and how often
        the bank wants to see one.

        :rtype: list[str]
        """
        mailed = reasons.get("authenticate_mailed", 0)
        over = reasons.get("authenticate_over", 0)
        texts = {
            self.env._("Reminded that the bank asks: %s.", mailed): mailed,
            self.env._("Not authenticated in time: %s.", over): over,
        }
        return [
            *(text for text, count in texts.items() if count),
            *self._get_authenticate_texts(run),
        ]
