# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from functools import partial

from odoo import models
from odoo.tools import SQL

from .continuity_job import Phase


class ProcessPayments(models.AbstractModel):
    """Declined payments that wait for a person, or for their bank, and need no card.

    Another payment of the same claim was charged twice: the second charge pays them.
    Nobody is asked, so the day of the next attempt is not waited for.
    """

    _inherit = "continuity.job.process_payments"

    def _get_double_phase(self, run):
        return Phase(
            due=self._get_payments_sql(run, self._get_double_condition(run)),
            # No provider is asked: nothing of his keeps it back
            process=partial(self._charge_or_list, run),
            name=self.env._("Paid by what came twice"),
            is_preparation=True,
            **self._get_charge_values(),
        )

    def _get_double_condition(self, run):
        """Say which declined rows are not tried today, and whose claim has money.

        It pays the whole row: what a part leaves would ask the card that has refused.
        """
        return SQL(
            """p.state = 'declined'
               AND p.due_date <= %(date)s
               AND (p.next_attempt_date IS NULL OR p.next_attempt_date > %(date)s)
               AND o.payment_method = 'card'
               AND o.state IN ('running', 'on_hold')
               AND o.pause_date IS NULL
               AND EXISTS (
                   SELECT FROM continuity_balance b
                    WHERE b.continuity_order_id = p.continuity_order_id
                      AND b.amount_aside >= p.amount
                      -- What is on its way back pays nothing
                      AND b.amount_to_refund >= p.amount
                      AND (b.child_order_id IS NULL) = (p.shipment_id IS NULL)
                      AND (p.shipment_id IS NULL
                           OR b.child_order_id = p.child_order_id)
               )""",
            date=run.date,
        )
