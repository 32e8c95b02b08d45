# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from functools import partial

from odoo import models
from odoo.tools import SQL

from ..models.notices.card_expiry import warn_of_card
from .continuity_job import Phase


class ProcessPayments(models.AbstractModel):
    """The payments job warns of cards that expire before they are needed (N86).

    Warned is `continuity_card_warning_days` before the first shipment or payment that
    lies after the expiry, once per card and order: what was warned of stands on the
    order. Warnings are listed and not counted: the counts of the run are payments.
    """

    _inherit = "continuity.job.process_payments"

    def _get_card_phase(self, run):
        return Phase(
            model="continuity.order",
            due=self._get_card_sql(run),
            order=SQL("o.id"),
            locks=("o",),
            process=partial(self._warn_of_cards, run),
        )

    def _get_card_sql(self, run):
        """Select the orders whose customer is to be warned of the card.

        Shipments of orders billed upfront need no card, their payments do. What is
        overdue counts from the day of the run. A payment the same run has left out for
        its expired card has said it already (N37).
        """
        horizon = run.date + timedelta(days=run.company_id.continuity_card_warning_days)
        return SQL(
            """
            SELECT o.id
              FROM continuity_order o
              JOIN payment_token t ON t.id = o.payment_token_id
             WHERE o.company_id = %(company)s
               AND o.state = 'running'
               AND o.payment_method = 'card'
               AND t.active
               AND t.expiry_date < %(horizon)s
               AND (
                   o.card_warned_token_id IS DISTINCT FROM t.id
                   OR o.card_warned_expiry IS DISTINCT FROM t.expiry_date
               )
               AND (
                   EXISTS (
                       SELECT FROM continuity_shipment s
                        WHERE s.continuity_order_id = o.id
                          AND s.state = 'planned'
                          AND s.amount_total > 0
                          AND NOT o.bill_upfront
                          AND GREATEST(s.planned_date, %(date)s) > t.expiry_date
                          AND s.planned_date <= %(horizon)s
                   )
                   OR EXISTS (
                       SELECT FROM continuity_payment p
                        WHERE p.continuity_order_id = o.id
                          AND p.state IN ('scheduled', 'declined')
                          AND GREATEST(
                              COALESCE(p.next_attempt_date, p.due_date), %(date)s
                          ) > t.expiry_date
                          AND COALESCE(p.next_attempt_date, p.due_date) <= %(horizon)s
                   )
               )
               AND NOT EXISTS (
                   SELECT FROM continuity_run_line l
                    WHERE l.run_id = %(run)s
                      AND l.continuity_order_id = o.id
                      AND (l.payment_id IS NULL OR l.reason = 'card_expired')
               )
               %(filters)s
            """,
            company=run.company_id.id,
            date=run.date,
            horizon=horizon,
            run=run.id,
            filters=self._get_filters_sql(run),
        )

    def _warn_of_cards(self, run, orders):
        """Warn of the cards of these orders and list what each was warned of."""
        notes = warn_of_card(orders, run.date)
        run._log(
            "done",
            [
                {
                    "continuity_order_id": order.id,
                    "reason": "card_warning",
                    "message": note,
                }
                for order, note in notes.items()
            ],
            is_counted=False,
        )

    def _get_warned_texts(self, run, reasons):
        """Say how many customers were warned.

        :rtype: list[str]
        """
        count = reasons.get("card_warning")
        if not count:
            return []
        if run.dry_run:
            return [self.env._("%s would be warned of an expiring card.", count)]
        return [self.env._("%s warned of an expiring card.", count)]
