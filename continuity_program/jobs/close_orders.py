# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from functools import partial

from odoo import models
from odoo.tools import format_date

from ..models.agreement.close_check import CloseCheck
from ..models.agreement.prepayment_rest import read_residues
from ..models.base.sealed import Sealed
from .continuity_job import Phase

#: Values of *Invoice children* that this process does something for
OPTIONS = ("created", "delivered")


class CloseOrders(models.AbstractModel):
    """Invoice what was delivered, complete shipments, close orders.

    Up-front children get their zero invoices, dated the delivery (rules BR4); other
    children are invoiced as the company wants. A shipment is done when nothing of its
    child is left to deliver or to invoice; an order is closed when nothing at all is.
    """

    _name = "continuity.job.close_orders"
    _inherit = "continuity.job"
    _description = "Close Continuity Parent Lines and Orders"

    # === CONTRACT === #

    def _get_phases(self, run):
        passes = [("sale.order", self._get_release_sql(run), self._release, "c")]
        if run.company_id.continuity_invoice_children in OPTIONS:
            passes.append(
                ("sale.order", self._get_invoice_sql(run), self._invoice, "c")
            )
        passes += [
            ("continuity.shipment", self._get_done_sql(run), self._complete, "s"),
            ("continuity.order", self._get_close_sql(run), self._close, "o"),
        ]
        return [self._get_phase(run, *args) for args in passes]

    def _get_phase(self, run, model, due, process, alias):
        return Phase(
            model=model,
            due=due,
            order=self._get_id_sql(alias),
            locks=(alias,),
            process=partial(process, run),
        )

    def _describe_failure(self, record, error):
        if record._name == "continuity.order":
            return {"continuity_order_id": record.id}
        values = {"continuity_order_id": record.continuity_order_id.id}
        if record._name == "continuity.shipment":
            return {**values, "shipment_id": record.id}
        return {**values, "child_order_id": record.id}

    # === INVOICES === #

    def _release(self, run, children):
        """Make and post the zero invoices of up-front children (rules BR4)."""
        children = children.with_context(continuity_release_date=Sealed(run.date))
        self._bill(run, children, "_create_continuity_zero_invoices")

    def _invoice(self, run, children):
        """Make and post the invoices of other children, by the company's option."""
        self._bill(run, children, "_create_continuity_child_invoices")

    def _bill(self, run, children, method):
        """Invoice children, those of one day together.

        :param continuity.run run: the run
        :param sale.order children: child orders with something to invoice
        :param str method: makes and posts the invoices of one day
        """
        option = run.company_id.continuity_invoice_children
        at_once = option == "created" and method == "_create_continuity_child_invoices"
        moves = self.env["account.move"]
        for day, group in children.grouped(
            lambda c: run.date if at_once else c._get_continuity_supply_date(run.date)
        ).items():
            moves |= getattr(group, method)(day)
        by_order = moves.grouped("continuity_order_id")
        self._log_orders(
            run,
            {
                order: {
                    "reason": "invoiced",
                    "item_count": len(mine),
                    "message": self._describe_invoices(mine),
                }
                for order, mine in by_order.items()
            },
        )
        self._log_not_billed(run, children - moves.line_ids.sale_line_ids.order_id)

    def _describe_invoices(self, moves):
        dates = sorted(set(moves.mapped("invoice_date")))
        return self.env._(
            "Invoiced on %s.", ", ".join(format_date(self.env, day) for day in dates)
        )

    def _log_not_billed(self, run, children):
        """Leave out, for the rest of the run, what nothing came out of."""
        run._log(
            "skipped",
            [
                {
                    "continuity_order_id": child.continuity_order_id.id,
                    "child_order_id": child.id,
                    "reason": "nothing_done",
                    "message": child._get_continuity_down_payment_refusal()
                    or self.env._("Nothing of %s to invoice.", child.name),
                }
                for child in children
            ],
        )

    # === SHIPMENTS === #

    def _complete(self, run, shipments):
        """Set shipments to done, those of cancelled children to cancelled (F2)."""
        cancelled = shipments.filtered(lambda s: s.child_order_id.state == "cancel")
        cancelled.write({"state": "cancelled"})
        done = shipments - cancelled
        for day, group in done.grouped(
            lambda s: s.child_order_id._get_continuity_supply_date(run.date)
        ).items():
            group.write({"state": "done", "actual_date": day})
        self._log_orders(
            run,
            {
                order: {
                    "reason": "shipped",
                    "message": self.env._(
                        "Shipments completed: %s.",
                        ", ".join(str(number) for number in mine.mapped("number")),
                    ),
                }
                for order, mine in done.grouped("continuity_order_id").items()
            },
            keeps_reason=True,
        )

    # === ORDERS === #

    def _close(self, run, orders):
        """Close the orders whose guard holds; say of the others why not (F4)."""
        residues = read_residues(orders)
        refusals = {
            order: CloseCheck(order).get_refusal(residues[order]) for order in orders
        }
        run._log(
            "skipped",
            [
                {"continuity_order_id": order.id, "reason": why[0], "message": why[1]}
                for order, why in refusals.items()
                if why
            ],
        )
        ready = orders.filtered(lambda order: not refusals[order])
        ready._close(run.date, residues)
        labels = dict(ready._fields["state"]._description_selection(self.env))
        self._log_orders(
            run,
            {
                order: {"reason": order.state, "message": f"{labels[order.state]}."}
                for order in ready
            },
        )

    # === RESULT === #

    def _get_message(self, run):
        """Say how many orders were closed and how many documents made."""
        reasons = run._count_reasons()
        closed = reasons.get("closed", 0)
        cancelled = reasons.get("cancelled", 0)
        _orders, invoices = self._count_items(run)
        if run.dry_run:
            texts = {
                self.env._("Continuity orders that would be closed: %s.", closed): True,
                self.env._("Would be cancelled: %s.", cancelled): cancelled,
                self.env._("Invoices that would be posted: %s.", invoices): invoices,
            }
        else:
            texts = {
                self.env._("Continuity orders closed: %s.", closed): True,
                self.env._("Cancelled: %s.", cancelled): cancelled,
                self.env._("Invoices posted: %s.", invoices): invoices,
            }
        parts = [text for text, count in texts.items() if count]
        return " ".join([*parts, *self._get_rest_texts(run)])
