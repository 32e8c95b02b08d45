# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from functools import partial

from odoo import models
from odoo.tools import SQL

from .continuity_job import Phase


class ProcessPayments(models.AbstractModel):
    """Instalments on account: the bill goes out before they are due (rules R16)."""

    _inherit = "continuity.job.process_payments"

    def _get_bill_phase(self, run):
        """The pass over instalments on account whose bill is due.

        :param continuity.run run: the run
        :rtype: list[Phase]
        """
        return [
            Phase(
                model="continuity.payment",
                due=self._get_payments_sql(run, self._get_bill_condition(run)),
                order=SQL("p.due_date, p.continuity_order_id, p.sequence, p.id"),
                locks=("p",),
                process=partial(self._bill, run),
                get_allowance=partial(self._get_allowance, run) if run.limit else None,
                size=1,
                name=self.env._("Bills on account"),
            )
        ]

    def _get_bill_condition(self, run):
        """Say which instalments are billed: due date − lead days ≤ run date."""
        return SQL(
            """p.state = 'scheduled'
               AND p.due_date <= %(date)s::date + %(lead)s
               AND o.payment_method = 'on_account'
               AND o.state IN ('running', 'paused', 'on_hold')""",
            lead=run.company_id.continuity_bill_days,
            date=run.date,
        )

    def _bill(self, run, payments):
        """Send one bill, or say why not."""
        for payment in payments:
            refusal = self._get_bill_refusal(payment)
            if refusal:
                self._log_left_out(run, payment, *refusal)
                continue
            if not run.dry_run:
                payment._bill(run.date)
            values = {"reason": "billed", **self._describe_bill(payment)}
            run._log("done", [payment._prepare_run_line(**values)])

    def _describe_bill(self, payment):
        """Say of a bill that was mailed what it lacks.

        :rtype: dict
        """
        if not payment.company_id.continuity_mail_payment_billed:
            return {}
        if not payment.invoice_id or payment._can_print_bills():
            return {}
        text = self.env._("Mailed without the PDF: this server prints none.")
        return {"message": text}

    def _get_bill_refusal(self, payment):
        state_refusal = self._get_charge_refusal(payment.continuity_order_id)
        if state_refusal:
            return state_refusal
        if payment._has_differing_account():
            return "balance_differs", payment._get_sentences()["balance_differs"]
        refusal = payment._get_bill_refusal()
        return ("nothing_done", refusal) if refusal else None
