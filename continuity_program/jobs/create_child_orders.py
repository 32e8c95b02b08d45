# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from functools import partial
from typing import NamedTuple

from odoo import models
from odoo.tools import SQL

from ..models.agreement import guard_facts
from ..models.runs.continuity_run_log import BLOCKED
from .continuity_job import Phase

#: A child is confirmed when each of its rows due is in one of these states
SETTLED = ("paid", "authorized", "billed", "cancelled")
#: … and waits as a quotation for one of these reasons
UNSETTLED = (
    *("declined", "unknown", "pending", "processing", "not_now"),
    *("not_sent", "configuration", "provider_paused", "card_tried"),
    *("customer_is_paying", "held", "small_amount", "use_double_charge"),
    *("next_attempt", "not_due", "draft_credit", "earlier_open", "balance_differs"),
)


class Group(NamedTuple):
    """What one child order sends."""

    #: The shipments: one, or all that were missed
    shipments: models.BaseModel
    #: How many shipments of the continuity order are due at all
    due_count: int


class CreateChildOrders(models.AbstractModel):
    """Make the child orders of the shipments that are due.

    Three passes: *documents* (drafts, links, payment rows), *money* (one row at a time)
    and *confirmation*. A run that was killed in between is resumed by the next one:
    each pass finds its work by state.
    """

    _name = "continuity.job.create_child_orders"
    _inherit = "continuity.job"
    _description = "Create Continuity Child Orders"
    _asks_providers = True

    # === CONTRACT === #

    def _get_phases(self, run):
        return [
            self._get_resume_phase(run),
            Phase(
                model="continuity.shipment",
                due=self._get_documents_sql(run),
                # As the index has them, so that a chunk reads no more than a chunk
                order=SQL("s.planned_date, s.id"),
                locks=("s", "o"),
                process=partial(self._create_documents, run),
                get_allowance=partial(self._get_allowance, run) if run.limit else None,
                name=self.env._("orders"),
            ),
            self._get_charge_phase(run),
            self._get_confirmation_phase(run),
        ]

    def _get_charge_phase(self, run):
        return Phase(
            model="continuity.payment",
            due=self._get_money_sql(run),
            order=SQL("p.due_date, p.id"),
            # The order, too: whoever decides about its money has it
            locks=("p", "o"),
            process=partial(self._charge, run),
            size=1,
            is_repeatable=False,
            is_shared=True,
            name=self.env._("payments"),
        )

    def _get_confirmation_phase(self, run):
        return Phase(
            model="sale.order",
            due=self._get_confirmation_sql(run),
            order=SQL("c.id"),
            locks=("c",),
            process=partial(self._confirm, run),
            name=self.env._("confirmation"),
        )

    def _describe_failure(self, record, error):
        if record._name == "sale.order":
            shipment = record.continuity_order_id.shipment_ids.filtered(
                lambda s: s.child_order_id == record
            )[:1]
            return {
                "continuity_order_id": record.continuity_order_id.id,
                "shipment_id": shipment.id,
                "child_order_id": record.id,
                "reason": "not_confirmed",
            }
        if record._name == "continuity.order":
            return {"continuity_order_id": record.id}
        if record._name == "continuity.payment":
            return {
                "continuity_order_id": record.continuity_order_id.id,
                "shipment_id": record.shipment_id.id,
                "payment_id": record.id,
                "child_order_id": record.child_order_id.id,
                "reason": "not_charged",
            }
        record.failure_message = self._get_error_text(error)
        return {
            "continuity_order_id": record.continuity_order_id.id,
            "shipment_id": record.id,
        }

    # === PASS 1: DOCUMENTS === #

    def _create_documents(self, run, heads):
        """Create the child orders, their payment rows and the links, in draft.

        :param continuity.run run: the run
        :param continuity.shipment heads: the first shipment of each child order
        """
        analytics = self.env["account.analytic.distribution.model"]
        heads = heads.with_context(**analytics._continuity_skip_if_empty())
        groups = self._get_groups(run, heads)
        book = guard_facts.read_book(heads.continuity_order_id, run.date)
        left_out = self._get_refusals(run.date, heads, groups, book)
        ready = [groups[head].shipments for head in heads if not left_out[head]]
        self._log_left_out(run, {h: why for h, why in left_out.items() if why})
        if not ready:
            return
        shipments = heads.browse().union(*ready)
        children = shipments._create_children(ready, run.date)
        orders = shipments.continuity_order_id
        # What kept their shipments back is mended
        waiting = heads.filtered(left_out.get).continuity_order_id
        (orders - waiting).activity_unlink([BLOCKED])
        orders.fetch(["payment_ids"])
        self.env["continuity.payment"]._create_shipment_rows(shipments, run.date)
        run._log(
            "done",
            [
                {
                    "continuity_order_id": group.continuity_order_id.id,
                    "shipment_id": group[0].id,
                    "child_order_id": child.id,
                    "reason": "created",
                    "message": self._describe_child(group, child),
                }
                for group, child in zip(ready, children, strict=True)
            ],
        )

    def _get_groups(self, run, heads):
        """Lock and read all that is due of these orders, and sort it into groups."""
        orders = heads.continuity_order_id
        rows = self.env.execute_query(
            SQL(
                """SELECT s.id FROM continuity_shipment s
                    WHERE s.continuity_order_id IN %s AND %s
                    ORDER BY s.planned_date, s.number, s.id
                      FOR NO KEY UPDATE SKIP LOCKED""",
                tuple(orders.ids),
                self._get_due_sql(run, "s"),
            )
        )
        due = heads.browse(row[0] for row in rows)
        return self._make_groups(heads, due.grouped("continuity_order_id"))

    def _make_groups(self, heads, due):
        """Sort what is due into what leaves together.

        :param continuity.shipment heads: the first shipment of each child order
        :param dict due: all that is due, by continuity order
        :return: what each child order sends, by its first shipment
        :rtype: dict[continuity.shipment, Group]
        """
        groups = {}
        for head in heads:
            order = head.continuity_order_id
            is_group = head.is_missed and order.program_id.consolidate_missed
            shipments = due[order].filtered("is_missed") if is_group else head
            groups[head] = Group(shipments, len(due[order]))
        return groups

    def _describe_child(self, group, child):
        """Say what is sent, for the run line."""
        text = self.env._(
            "%(products)s: %(amount)s",
            products=", ".join(group.line_ids.product_id.mapped("name")),
            amount=child.currency_id.format(child.amount_total),
        )
        unsellable = group._get_unsellable_products()
        if unsellable:
            text += " " + self.env._(
                "(not for sale any more: %(products)s)",
                products=", ".join(unsellable.mapped("display_name")),
            )
        return text

    def _log_left_out(self, run, left_out):
        """Write down what was left out and why, and tell the salesperson once."""
        failed = {h: why for h, why in left_out.items() if why[0] == "catchup"}
        # One line speaks for the whole order.
        by_order = {head.continuity_order_id: why for head, why in failed.items()}
        run._log(
            "failed",
            [
                {"continuity_order_id": order.id, "reason": reason, "message": message}
                for order, (reason, message) in by_order.items()
            ],
        )
        run._log(
            "skipped",
            [
                {
                    "continuity_order_id": head.continuity_order_id.id,
                    "shipment_id": head.id,
                    "reason": reason,
                    "message": message,
                }
                for head, (reason, message) in left_out.items()
                if head not in failed
            ],
        )
        for head, (_reason, message) in left_out.items():
            if head.failure_message != message:
                head.failure_message = message
        run._schedule_activities(
            {
                (reason, head.continuity_order_id): message
                for head, (reason, message) in left_out.items()
            }
        )

    # === PASS 2: MONEY === #

    def _charge(self, run, payment):
        """Charge a row that is due with its child order (modes A and B)."""
        if run.dry_run:
            # The gateway is not asked: the preview goes on as if it said yes.
            payment.state = "paid"
            return
        if refusal := self._get_asking_refusal(run, payment):
            self._note_answer(run, payment, refusal)
            return
        left_out = {}
        charge = partial(payment._charge, run, post_process=False, left_out=left_out)
        self._ask_provider(run, payment, charge, is_booked=False)
        if payment.state not in SETTLED:
            self._take_answer(run, payment)
            code = left_out.get(payment)
            self._note_answer(run, payment, code and payment._explain(code, run.date))
        self._watch_provider(run, payment)

    def _note_answer(self, run, payment, refusal=None):
        """Say on the line of the child order why it stays a quotation.

        A rest that is too little for a card keeps none: then it says that.

        :param continuity.payment payment: was asked, or left out
        :param tuple[str, str] refusal: why it was left out
        """
        reason, why = refusal or (
            self._get_answer_reason(payment),
            payment.state_message or "",
        )
        amount = payment._format_amount()
        if reason == "small_amount" and payment._filter_too_little(run.date):
            reason = "small_rest"
            message = self.env._(
                "%s is too little to be charged alone and does not hold the parcel"
                " back. It is charged with the next payment; if none follows, an"
                " accountant writes it off.",
                amount,
            )
        else:
            labels = dict(payment._fields["state"]._description_selection(self.env))
            message = self.env._(
                "Waits for its payment of %(amount)s: %(state)s. %(answer)s",
                amount=amount,
                state=labels[payment.state],
                answer=why,
            ).strip()
        values = {
            "continuity_order_id": payment.continuity_order_id.id,
            "shipment_id": payment.shipment_id.id,
            "payment_id": payment.id,
            "child_order_id": payment.child_order_id.id,
            "reason": reason,
            "message": message,
        }
        lines = self.env["continuity.run.line"]
        line = lines.search(self._get_line_domain(run, payment), limit=1)
        if line:
            line.write(values)
        else:
            run._log("done", [values], is_counted=False)

    def _get_line_domain(self, run, payment):
        """Find the line of a shipment by its index: a run may have very many lines."""
        return [
            ("run_id", "=", run.id),
            ("continuity_order_id", "=", payment.continuity_order_id.id),
            ("shipment_id", "=", payment.shipment_id.id),
        ]

    # === PASS 3: CONFIRMATION === #

    def _confirm(self, run, children):
        """Confirm child orders together, then book what was charged for them."""
        children = self._leave_out_held(run, children)
        if not children:
            return
        logged = self.env["continuity.run.line"]._read_group(
            [("run_id", "=", run.id), ("child_order_id", "in", children.ids)],
            ["child_order_id"],
        )
        resumed = children - self.env["sale.order"].union(*(row[0] for row in logged))
        children.with_context(tracking_disable=True).action_confirm()
        if not run.dry_run:
            shipments = self.env["continuity.shipment"].search(
                [("child_order_id", "in", children.ids)]
            )
            self.env["continuity.payment"].search(
                [("shipment_id", "in", shipments.ids)]
            )._post_process()
        run._log(
            "done",
            [
                {
                    "continuity_order_id": child.continuity_order_id.id,
                    "child_order_id": child.id,
                    "reason": "resumed",
                    "message": self.env._("Left unfinished by another run."),
                }
                for child in resumed
            ],
            # The run that created them has counted them.
            is_counted=False,
        )

    # === RESULT === #

    def _get_message(self, run):
        """Say it as the original does, and what it leaves out."""
        reasons = run._count_reasons()
        parts = [
            self._get_created_text(run, run.done_count),
            *self._get_other_texts(run, reasons),
        ]
        if run._is_complete():
            parts.append(self.env._("Finished."))
        return " ".join(parts)

    def _get_created_text(self, run, created):
        if run.dry_run:
            if created == 1:
                return self.env._("1 child order would be created.")
            return self.env._("%s child orders would be created.", created)
        if created == 1:
            return self.env._("1 child order created.")
        return self.env._("%s child orders created.", created)

    def _get_other_texts(self, run, reasons):
        waiting = sum(reasons.get(key, 0) for key in UNSETTLED)
        expired = reasons.get("card_expired", 0)
        others = run.skipped_count - expired
        texts = {
            self.env._(
                "%s not created because of an expired credit card.", expired
            ): expired,
            self.env._("%s wait for their payment.", waiting): waiting,
            self.env._(
                "%s left unfinished by another run were completed.",
                reasons.get("resumed", 0),
            ): reasons.get("resumed", 0),
            self.env._("%s left out for other reasons.", others): others,
            self.env._("%s failed.", run.failed_count): run.failed_count,
            self.env._("%s remain.", run.remaining_count): run.remaining_count,
        }
        return [
            *(text for text, count in texts.items() if count),
            *self._get_authenticate_texts(run),
        ]
