# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from functools import partial

from odoo import models
from odoo.tools import SQL

from .continuity_job import Phase


class ContinuityJobLook(models.AbstractModel):
    """A process that looks at orders, one chunk after the other, and locks none.

    It asks nobody for money and stops nothing. A chunk changes nothing that would say
    that it was done, so the run remembers the last order.
    """

    _name = "continuity.job.look"
    _inherit = "continuity.job"
    _description = "Look at Continuity Orders"

    #: Orders that are looked at together
    _look_size = 500

    def _get_looked_at_sql(self, run):
        """Say which orders `o` of the company are looked at.

        :param continuity.run run: the run
        :rtype: SQL
        """
        raise NotImplementedError

    def _look(self, run, orders):
        """Look at orders.

        :param continuity.run run: the run
        :param continuity.order orders: some hundred
        """
        raise NotImplementedError

    def _get_look_name(self):
        """Name the step for the bar; empty where there is no other one."""
        return ""

    def _is_narrowed(self, run):
        """Say whether a person has asked for some orders only.

        :param continuity.run run: the run
        :rtype: bool
        """
        return bool(
            run.sale_order_id or run.program_id or run.product_id or run.product_tmpl_id
        )

    # === CONTRACT === #

    def _get_phases(self, run):
        return [
            Phase(
                model="continuity.order",
                due=self._get_due_sql(run),
                order=SQL("o.id"),
                locks=("o",),
                process=partial(self._look_at, run),
                size=self._look_size,
                is_locking=False,
                get_allowance=partial(self._get_allowance, run) if run.limit else None,
                name=self._get_look_name(),
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

    def _get_due_sql(self, run):
        """Select the orders of the company after the last one the run has looked at."""
        return self._get_orders_sql(
            run,
            SQL(
                """o.id > (
                       SELECT COALESCE(r.last_order_id, 0)
                         FROM continuity_run r WHERE r.id = %(run)s
                   )
                   AND %(looked_at)s""",
                run=run.id,
                looked_at=self._get_looked_at_sql(run),
            ),
        )

    def _look_at(self, run, orders):
        self._look(run, orders)
        run._get_counter()["done_count"] += len(orders)
        run.last_order_id = max(orders.ids)
