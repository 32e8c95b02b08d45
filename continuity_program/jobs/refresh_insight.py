# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from functools import partial

from odoo import models
from odoo.tools import SQL

from .continuity_job import Phase

#: Orders that are looked at together
CHUNK_SIZE = 200


class RefreshInsight(models.AbstractModel):
    """Bring what people decide with up to date: the exceptions.

    It reads ledgers and locks nothing of them. It asks nobody for money, so that it
    works in a copied database, too.
    """

    _name = "continuity.job.refresh_insight"
    _inherit = "continuity.job"
    _description = "Refresh Continuity Insight"

    # === CONTRACT === #

    def _get_phases(self, run):
        return [
            Phase(
                model="continuity.order",
                due=self._get_due_sql(run),
                order=SQL("o.id"),
                locks=("o",),
                process=partial(self._refresh, run),
                size=CHUNK_SIZE,
                is_locking=False,
                get_allowance=partial(self._get_allowance, run) if run.limit else None,
                name=self.env._("exceptions"),
            )
        ]

    def _describe_failure(self, record, error):
        return {"continuity_order_id": record.id}

    def _get_orders(self, records):
        """Override: a look that fails stands in its run, it stops no order."""
        return self.env["continuity.order"]

    def _has_work(self, run):
        """Override: what was looked at on a day is not looked at again that night."""
        return False

    def _work_off(self, run):
        """Override: after the orders come the company and its processes."""
        is_finished = super()._work_off(run)
        if is_finished and not self._get_rest_text(run) and not self._is_narrowed(run):
            self.env["continuity.exception"]._refresh_company(run.company_id)
        return is_finished

    # === WHAT IS DUE === #

    def _is_narrowed(self, run):
        return bool(
            run.sale_order_id or run.program_id or run.product_id or run.product_tmpl_id
        )

    def _get_due_sql(self, run):
        """Select the orders that may have an exception, or have one.

        By their ids: a chunk changes nothing that would say it was done.
        """
        return self._get_orders_sql(
            run,
            SQL(
                """o.id > (
                       SELECT COALESCE(r.last_order_id, 0)
                         FROM continuity_run r WHERE r.id = %(run)s
                   )
                   AND %(candidates)s""",
                run=run.id,
                candidates=self.env["continuity.exception"]._get_candidate_sql(
                    run.company_id
                ),
            ),
        )

    # === WORK === #

    def _refresh(self, run, orders):
        self.env["continuity.exception"]._refresh_orders(orders)
        run._get_counter()["done_count"] += len(orders)
        run.last_order_id = max(orders.ids)

    # === RESULT === #

    def _get_message(self, run):
        """Say how many exceptions there are, and how many were not there before."""
        open_rows = [("company_id", "=", run.company_id.id), ("closed_on", "=", False)]
        exceptions = self.env["continuity.exception"]
        today = run.company_id._continuity_today()
        texts = [
            self.env._(
                "Exceptions: %(count)s, %(new)s of them new today.",
                count=exceptions.search_count(open_rows),
                new=exceptions.search_count([*open_rows, ("first_seen", "=", today)]),
            )
        ]
        return " ".join([*texts, *self._get_rest_texts(run)])
