# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A world in which everything goes wrong at random, and the laws of its inbox."""

import random
from datetime import date, timedelta

from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time

from ..attention.exception_case import ExceptionCase

BEGIN = date(2027, 8, 1)
NIGHTS = 4
#: What no person has to do anything about
QUIET = {
    *("not_due", "next_attempt", "not_now", "customer_is_paying", "nothing_done"),
    "done_elsewhere",
}


class InboxLaws:
    """What must be so of the open rows, and the preview of the next run."""

    def _check_parcels(self, rows, run):
        """What the run leaves out is told, and nothing that it makes."""
        last = self.day + timedelta(days=self.company.continuity_delivery_days)
        told = rows.filtered(
            lambda row: (
                row.severity == "blocks"
                and row.shipment_id.state == "planned"
                and row.due_date <= last
            )
        )
        lines = run.line_ids
        left_out = lines.filtered(lambda line: line.outcome != "done")
        self.assertFalse(left_out.filtered(lambda line: line.reason == "error"))
        runaway = left_out.filtered(lambda line: line.reason == "catchup")
        self.assertEqual(
            self._name(told.filtered(lambda row: row.reason != "catchup")),
            self._name(left_out - runaway),
        )
        self.assertEqual(
            set(told.filtered(lambda r: r.reason == "catchup").continuity_order_id),
            set(runaway.continuity_order_id),
        )
        made = lines.filtered(lambda line: line.reason == "created").shipment_id
        self.assertFalse(set(made) & set(told.shipment_id))

    def _name(self, rows):
        return sorted(
            (row.continuity_order_id.name, row.shipment_id.number, row.reason)
            for row in rows
        )


class InboxCase(InboxLaws, ExceptionCase):
    """Orders of all modes; things happen to them, night after night."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.continuity_max_catchup = 3
        schedule = cls.env["continuity.payment.schedule"].create(
            {"name": "3 monthly", "code": "3M", "number_of_payments": 3}
        )
        later = {"payment_schedule_id": schedule.id}
        cls.programs = [
            cls._create_weekly("A", consolidate_missed=True),
            cls._create_weekly("A2", guard_max_unpaid=2, guard_scope="customer"),
            cls._create_weekly("B", **later),
            cls._create_weekly("C", bill_upfront=True),
            cls._create_weekly("D", bill_upfront=True, resume_policy="keep", **later),
        ]

    @classmethod
    def _create_weekly(cls, code, **values):
        program = cls._create_program(
            code,
            [
                cls._event_vals(cls.goods[place % 3], days=5 if place else 0)
                for place in range(9)
            ],
            **values,
        )
        cls._create_parent_product(program, f"Club {code}")
        return program

    def _play(self, seed):
        """Play a world; nothing of it stays."""
        chance = random.Random(seed)
        savepoint = self.env.cr.savepoint()
        self.history = []
        try:
            self.day = BEGIN
            self.orders = self.env["continuity.order"].union(
                *(self._sell_one(chance) for _ in range(6))
            )
            for _night in range(NIGHTS):
                self.day += timedelta(days=chance.choice((1, 1, 2, 4)))
                for _event in range(chance.randint(1, 4)):
                    self._happen(chance)
                self._check_evening()
        except AssertionError as error:
            error.add_note(f"seed {seed}:\n" + "\n".join(self.history))
            raise
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all()

    def _sell_one(self, chance):
        program = chance.choice(self.programs)
        answer = chance.choice(("done", "done", "done", "error", "pending", False))
        token = answer and self._create_token(
            answer, BEGIN + timedelta(days=chance.choice((9, 21, 2000)))
        )
        order = self._sell(program, BEGIN, token)
        order.partner_shipping_id = self.env["res.partner"].create(
            {"name": f"House {order.id}", "parent_id": self.customer.id}
        )
        self.history.append(f"{order.name} {program.code} {answer}")
        return order

    # === WHAT HAPPENS === #

    def _happen(self, chance):
        order = chance.choice(self.orders)
        happening = chance.choice(
            [name for name in dir(self) if name.startswith("happen_")]
        )
        savepoint = self.env.cr.savepoint()
        try:
            with freeze_time(f"{self.day} 12:00:00"):
                getattr(self, happening)(order, chance)
                self.env.flush_all()
        except (UserError, ValidationError) as error:
            savepoint.close(rollback=True)
            self.env.invalidate_all()
            self.history.append(f"{self.day} {order.name} {happening}: {error}"[:99])
            return
        savepoint.close(rollback=False)
        self.history.append(f"{self.day} {order.name} {happening}")

    def happen_address(self, order, chance):
        order.partner_shipping_id.active = not order.partner_shipping_id.active

    def happen_hold(self, order, chance):
        if order.hold_manual:
            order.action_release()
        else:
            order.action_hold("why not")

    def happen_parent_hold(self, order, chance):
        parent = order.sale_order_id
        if parent.continuity_hold:
            parent.action_continuity_release()
        else:
            parent.action_continuity_hold("why not")

    def happen_pause(self, order, chance):
        if order.pause_date:
            order.action_resume()
        else:
            order.action_pause(
                chance.choice((None, self.day + timedelta(days=chance.randint(1, 4))))
            )

    def happen_card(self, order, chance):
        kind = chance.choice(("new", "archived", "expires", "lost"))
        if kind == "new":
            order._set_payment_token(self._create_token())
        elif kind == "archived":
            order.payment_token_id.active = False
        elif kind == "lost":
            order.payment_token_id = False
        elif order.payment_token_id:
            order.payment_token_id.expiry_date = self.day + timedelta(
                days=chance.randint(0, 2)
            )

    def happen_method(self, order, chance):
        order.write({"payment_method": "on_account", "payment_token_id": False})

    def happen_skip(self, order, chance):
        order.shipment_ids.filtered(lambda s: s.state == "planned")[:1].action_skip()

    def happen_goods(self, order, chance):
        shipment = order.shipment_ids.filtered(lambda s: s.state == "planned")[:1]
        shipment.line_ids.quantity = chance.choice((0, 1))

    def happen_move(self, order, chance):
        shipments = order.shipment_ids.filtered(lambda s: s.state == "planned")
        shipments[:3].planned_date = self.day

    def happen_days(self, order, chance):
        self.company.continuity_delivery_days = chance.choice((0, 0, 2))

    # === WHAT MUST BE SO === #

    def _check_evening(self):
        """Tomorrow's runs leave out what the inbox says, and nothing else."""
        with freeze_time(f"{self.day} 12:00:00"):
            run = self._execute("refresh_insight")
            self.assertFalse(run.failed_count, run.line_ids.mapped("message"))
            rows = self._get_rows(self.orders)
            parcels = self._execute("create_child_orders", dry_run=True)
            payments = self._execute("process_payments", dry_run=True)
        self._check_parcels(rows, parcels)
        self._check_payments(rows, payments)
        waiting = self._get_drafts()
        with freeze_time(f"{self.day} 12:00:00"):
            for job in ("extend_lines", "process_payments", "create_child_orders"):
                self._execute(job)
        self.assertLessEqual(
            waiting & self._get_drafts(), set(rows.shipment_id.child_order_id)
        )

    def _get_drafts(self):
        children = self.orders.child_order_ids
        return set(children.filtered(lambda child: child.state == "draft"))

    def _check_payments(self, rows, run):
        """What the payments job leaves out is told, if anybody has to do anything."""
        left_out = run.line_ids.filtered(
            lambda line: line.outcome != "done" and line.reason not in QUIET
        )
        told = {(row.payment_id, row.reason) for row in rows}
        listed = {
            row.payment_id for row in rows if row.reason in ("declined", "unknown")
        }
        held = set(rows.filtered(lambda r: r.shipment_id).continuity_order_id)
        for line in left_out:
            if line.payment_id in listed or line.continuity_order_id in held:
                continue
            self.assertIn(line.payment_id, {payment for payment, _why in told})
