# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace

from odoo import models
from odoo.tools import SQL


class CreateChildOrders(models.AbstractModel):
    """Payments of child orders are charged by several workers, too.

    Meanwhile the run confirms the child orders that are paid.
    """

    _inherit = "continuity.job.create_child_orders"

    def _get_charge_phases(self, run):
        """Override: a payment under way in a chunk of ours has lost its worker."""
        charge = self._get_charge_phase(run)
        interrupted = replace(
            charge,
            due=self._get_money_sql(
                run, SQL("p.state = 'processing' AND %s", self._get_sent_sql())
            ),
        )
        return [interrupted, charge]

    def _get_lane_phases(self, run):
        """Override: confirmations, of orders that no worker has."""
        confirm = self._get_confirmation_phase(run)
        due = SQL(
            """%s AND o.id NOT IN (
                   SELECT b.continuity_order_id
                     FROM continuity_payment b
                    WHERE b.id IN %s
               )""",
            confirm.due,
            self.env["continuity.charge.chunk"]._get_busy_sql(),
        )
        return [replace(confirm, due=due)]
