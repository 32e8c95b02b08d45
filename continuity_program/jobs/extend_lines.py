# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from functools import partial

from odoo import models
from odoo.tools import SQL, format_date

from .. import planning
from .continuity_job import Phase


class ExtendLines(models.AbstractModel):
    """Top up the planned shipments of orders that go on (rules R9, R10).

    First it resumes the orders whose pause is over (rules R15).
    """

    _name = "continuity.job.extend_lines"
    _inherit = "continuity.job"
    _description = "Extend Continuity Lines"

    # === CONTRACT === #

    def _get_phases(self, run):
        return [
            self._get_resume_phase(run, partial(self._resume, run)),
            Phase(
                model="continuity.order",
                due=self._get_extend_sql(run),
                order=SQL("o.id"),
                locks=("o",),
                process=partial(self._extend, run),
                name=self.env._("next shipments"),
            ),
        ]

    def _describe_failure(self, record, error):
        return {"continuity_order_id": record.id}

    # === WHAT IS DUE === #

    def _get_extend_sql(self, run):
        """Select the orders with fewer planned shipments than are kept ready.

        A hold stops parcels and money, not the plan; a pause stops the plan, too.
        """
        threshold = run.company_id.continuity_repeat_threshold
        return self._get_orders_sql(
            run,
            SQL(
                """o.has_more
                   AND o.state IN ('running', 'on_hold')
                   AND o.pause_date IS NULL
                   AND o.end_reason IS NULL
                   AND NOT o.bill_upfront
                   AND o.planned_count < %s""",
                threshold or planning.ENDLESS_HORIZON,
            ),
            SQL("JOIN sale_order p ON p.id = o.sale_order_id AND p.state = 'sale'"),
        )

    # === WORK === #

    def _resume(self, run, orders):
        orders._resume_due()
        self._log_orders(
            run,
            {
                order: {
                    "reason": "pause_ended",
                    "message": self._describe_resumed(order),
                }
                for order in orders
            },
        )

    def _describe_resumed(self, order):
        if not order.next_ship_date:
            return self.env._("Resumed.")
        return self.env._(
            "Resumed, next shipment on %s.", format_date(self.env, order.next_ship_date)
        )

    def _extend(self, run, orders):
        created = orders._extend_lines()
        self._log_orders(
            run,
            {
                order: {
                    "reason": "extended",
                    "item_count": len(shipments),
                    "message": self._describe_extended(shipments),
                }
                for order, shipments in created.grouped("continuity_order_id").items()
            },
            keeps_reason=True,
        )
        # What nothing came out of must not be found again and again.
        rest = orders - created.continuity_order_id
        run._log(
            "skipped",
            [
                {
                    "continuity_order_id": order.id,
                    "reason": "nothing_done",
                    "message": self.env._("No shipment could be added."),
                }
                for order in rest.filtered("has_more")
            ],
        )

    def _describe_extended(self, shipments):
        """Say what was appended, for the run line."""
        return self.env._(
            "Shipments added: %(count)s, the last one on %(date)s.",
            count=len(shipments),
            date=format_date(self.env, max(shipments.mapped("planned_date"))),
        )

    # === RESULT === #

    def _get_message(self, run):
        """Say how many orders and shipments were extended."""
        orders, shipments = self._count_items(run)
        counts = {"orders": orders, "shipments": shipments}
        if run.dry_run:
            text = self.env._(
                "Continuity orders that would be extended: %(orders)s, by %(shipments)s"
                " shipments.",
                **counts,
            )
        else:
            text = self.env._(
                "Continuity orders extended: %(orders)s, by %(shipments)s shipments.",
                **counts,
            )
        parts = [text]
        if resumed := run._count_reasons().get("pause_ended"):
            parts.append(self.env._("Resumed after a pause: %s.", resumed))
        return " ".join([*parts, *self._get_rest_texts(run)])
