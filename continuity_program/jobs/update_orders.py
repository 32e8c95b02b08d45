# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from functools import partial

from markupsafe import Markup

from odoo import models
from odoo.tools import SQL

from ..models.changes.order_update import keep_in_mind
from .continuity_job import Phase

#: Changes of one order that a run line names; the order's chatter has all of them
SHOWN_CHANGES = 5


class UpdateOrders(models.AbstractModel):
    """Bring running orders to their program as it is now (rules N44, N85).

    Only programs that a manager has released. The release is cleared when every order
    was handled; an order that fails keeps it, for the next run.
    """

    _name = "continuity.job.update_orders"
    _inherit = "continuity.job"
    _description = "Continuity Update"

    # === CONTRACT === #

    def _get_phases(self, run):
        return [
            Phase(
                model="continuity.order",
                due=self._get_due_sql(run),
                order=SQL("o.id"),
                locks=("o",),
                process=partial(self._update, run),
            ),
            Phase(
                model="continuity.program",
                due=self._get_finished_sql(run),
                order=SQL("g.id"),
                locks=("g",),
                process=self._finish,
            ),
        ]

    def _describe_failure(self, record, error):
        name = (
            "program_id"
            if record._name == "continuity.program"
            else "continuity_order_id"
        )
        return {name: record.id}

    # === WHAT IS DUE === #

    def _get_due_sql(self, run):
        """Select the active orders of released programs that were not handled yet."""
        return SQL(
            """
            SELECT o.id
              FROM continuity_order o
              JOIN continuity_program g ON g.id = o.program_id
             WHERE o.company_id = %(company)s
               AND %(waiting)s
               AND NOT EXISTS (
                   SELECT FROM continuity_run_line l
                    WHERE l.run_id = %(run)s
                      AND l.continuity_order_id = o.id
                      AND l.outcome = 'failed'
               )
               %(filters)s
            """,
            company=run.company_id.id,
            waiting=self._get_waiting_sql(),
            run=run.id,
            filters=self._get_filters_sql(run),
        )

    def _get_waiting_sql(self):
        return SQL(
            """g.update_requested_at IS NOT NULL
               AND o.state IN ('running', 'paused', 'on_hold')
               AND COALESCE(o.update_number, 0) < g.update_number"""
        )

    def _get_finished_sql(self, run):
        """Select the released programs none of whose orders waits any more."""
        return SQL(
            """
            SELECT g.id
              FROM continuity_program g
             WHERE g.company_id = %(company)s
               AND g.update_requested_at IS NOT NULL
               AND NOT EXISTS (
                   SELECT FROM continuity_order o
                    WHERE o.program_id = g.id AND %(waiting)s
               )
               AND NOT EXISTS (
                   SELECT FROM continuity_run_line l
                    WHERE l.run_id = %(run)s
                      AND l.program_id = g.id
                      AND l.outcome = 'failed'
               )
            """,
            company=run.company_id.id,
            waiting=self._get_waiting_sql(),
            run=run.id,
        )

    # === WORK === #

    def _update(self, run, orders):
        for program, group in orders.grouped("program_id").items():
            updates = group._update_from_program(run.date, program.update_notice_date)
            group.update_number = program.update_number
            keep_in_mind(updates)
            self._log_updates(run, updates)

    def _log_updates(self, run, updates):
        """Write down each order that was changed, or kept something back."""
        changed = {order: update for order, update in updates.items() if update.changes}
        run._log("done", [self._prepare_line(*pair) for pair in changed.items()])
        run._log(
            "skipped",
            [
                self._prepare_line(order, update)
                for order, update in updates.items()
                if update.kept and not update.changes
            ],
        )
        orders = self.env["continuity.order"].union(*changed)
        orders._message_log_batch(
            bodies={
                order.id: self._get_note(order, update)
                for order, update in changed.items()
            }
        )

    def _prepare_line(self, order, update):
        """Prepare the run line of one order."""
        return {
            "continuity_order_id": order.id,
            "reason": "updated" if update.changes else "kept",
            "message": self._get_text(update),
            "item_count": len(update.changes),
            "amount": update.amount_change,
            "currency_id": order.currency_id.id,
        }

    def _get_text(self, update):
        texts = update.changes + [
            self.env._("kept: %s", reason) for reason in update.kept
        ]
        more = len(texts) - SHOWN_CHANGES
        shown = "; ".join(texts[:SHOWN_CHANGES])
        if more > 0:
            return self.env._("%(changes)s; %(count)s more", changes=shown, count=more)
        return shown

    def _get_note(self, order, update):
        """Return what the chatter of the order says."""
        title = self.env._(
            "Program %s was applied to this order:", order.program_id.display_name
        )
        kept = [self.env._("kept: %s", reason) for reason in update.kept]
        items = [Markup("<li>%s</li>") % text for text in [*update.changes, *kept]]
        return Markup("%s<ul>%s</ul>") % (title, Markup().join(items))

    def _finish(self, programs):
        programs._finish_update()

    # === RESULT === #

    def _get_message(self, run):
        """Say how many orders were changed, and in which way the money went."""
        if run.dry_run:
            text = self.env._(
                "Continuity orders that would be updated: %s.", run.done_count
            )
        else:
            text = self.env._("Continuity orders updated: %s.", run.done_count)
        parts = [text]
        groups = self.env["continuity.run.line"]._read_group(
            [("run_id", "=", run.id), ("currency_id", "!=", False)],
            ["currency_id"],
            ["amount:sum"],
        )
        parts += [
            self.env._("Planned value: %s.", self._format_change(currency, amount))
            for currency, amount in groups
            if not currency.is_zero(amount)
        ]
        return " ".join([*parts, *self._get_rest_texts(run)])

    def _format_change(self, currency, amount):
        sign = "+" if amount > 0 else ""
        return f"{sign}{currency.format(amount)}"
