# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..common import (
    ACCOUNTANT,
    MANAGER,
    SELLER,
    SELLER_ALL,
    ContinuityCommon,
)

JOB = "odoo.addons.continuity_program.jobs.continuity_job_failure"


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestRun(ContinuityCommon):
    """The engine: who may start it, what a bad record costs, what a preview leaves."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program = cls._create_program()
        cls.product = cls._create_parent_product(cls.program)

    def _sell(self, count=1):
        orders = self.env["continuity.order"]
        for _number in range(count):
            orders |= self._create_sold_order(self.product).continuity_order_ids
        return orders

    def _run(self, **values):
        return self._execute("create_child_orders", **values)

    # === INPUT AND RIGHTS === #

    def test_unknown_job(self):
        with self.assertRaisesRegex(UserError, "no process “make_coffee”"):
            self._execute("make_coffee")

    def test_wrong_input(self):
        with self.assertRaisesRegex(UserError, "does not exist"):
            self._run(sale_order=0x7FFFFFFF)
        with self.assertRaisesRegex(UserError, "is not one of"):
            self._run(program=self.product)
        with self.assertRaisesRegex(UserError, "cannot be negative"):
            self._run(limit=-1)

    def test_roles(self):
        """Managers run everything, accountants payments, sellers nothing."""
        manager = self._create_user("run_manager", MANAGER)
        accountant = self._create_user("run_accountant", ACCOUNTANT)
        seller = self._create_user("run_seller", SELLER)
        seller_all = self._create_user("run_seller_all", SELLER_ALL)
        runs = self.env["continuity.run"]
        for job in ("create_child_orders", "process_payments"):
            run = runs.with_user(manager).execute(job)
            self.assertEqual(run.user_id, manager)
            self.assertEqual(run.env.user, manager)
            for user in (seller, seller_all):
                with self.assertRaises(AccessError):
                    runs.with_user(user).execute(job)
        runs.with_user(accountant).execute("process_payments")
        with self.assertRaises(AccessError):
            runs.with_user(accountant).execute("create_child_orders")

    def test_company_of_somebody_else(self):
        other = self.env["res.company"].create({"name": "Other company"})
        manager = self._create_user("run_manager", MANAGER)
        with self.assertRaises(AccessError):
            self.env["continuity.run"].with_user(manager).execute(
                "create_child_orders", company=other.id
            )

    def test_manager_without_rights_on_documents(self):
        """The work is the company's: the manager's own rights do not matter."""
        order = self._sell()
        manager = self._create_user("run_manager", MANAGER)
        self.env["continuity.run"].with_user(manager).execute("create_child_orders")
        self.assertEqual(order.child_order_ids.state, "sale")

    def test_date_defaults_to_today(self):
        self.assertEqual(self._run().date, date(2027, 9, 10))
        self.assertEqual(self._run(date="2027-10-01").date, date(2027, 10, 1))

    # === A BAD RECORD === #

    def _run_with_poison(self, position, error):
        orders = self._sell(5)
        victim = orders[position].shipment_ids[0]
        job = type(self.env["continuity.job.create_child_orders"])
        original = job._create_documents

        def create_documents(self_job, run, heads):
            if victim in heads:
                error(self_job)
            return original(self_job, run, heads)

        self.patch(job, "_create_documents", create_documents)
        run = self._run()
        good = orders - victim.continuity_order_id
        self.assertEqual(len(good.child_order_ids), 4)
        self.assertFalse(victim.child_order_id)
        self.assertRecordValues(run, [{"done_count": 4, "failed_count": 1}])
        line = run.line_ids.filtered(lambda line: line.outcome == "failed")
        self.assertEqual(line.shipment_id, victim)
        self.assertEqual(line.reason, "error")
        return line

    def _raise_user_error(self, _job):
        raise UserError("The goods are gone")

    def _raise_bug(self, _job):
        raise IndexError("list index out of range")

    def _raise_database_error(self, job):
        job.env.cr.execute("SELECT 1 / 0")

    def test_poison_first(self):
        line = self._run_with_poison(0, self._raise_user_error)
        self.assertEqual(line.message, "The goods are gone")

    def test_poison_in_the_middle(self):
        self._run_with_poison(2, self._raise_user_error)

    def test_poison_last(self):
        self._run_with_poison(4, self._raise_user_error)

    def test_database_error(self):
        with mute_logger(JOB, "odoo.sql_db"):
            line = self._run_with_poison(2, self._raise_database_error)
        self.assertEqual(line.message, "division by zero")

    def test_programming_error_is_logged(self):
        """What nobody foresaw is in the log with its traceback."""
        with self.assertLogs(JOB, "ERROR") as logs:
            self._run_with_poison(1, self._raise_bug)
        self.assertEqual(len(logs.records), 1)
        self.assertTrue(logs.records[0].exc_info)

    def test_ledger_key_says_somebody_was_faster(self):
        """The unique key of the ledger is no failure of ours."""
        order = self._sell()
        self.patch(
            type(self.env["continuity.job.create_child_orders"]),
            "_create_documents",
            lambda job, _run, heads: job.env.cr.execute(
                "INSERT INTO continuity_shipment (continuity_order_id, event_id,"
                " occurrence, scheduled_date, planned_date, action, state)"
                " SELECT continuity_order_id, event_id, occurrence, scheduled_date,"
                " planned_date, action, state FROM continuity_shipment WHERE id = %s",
                [heads[0].id],
            ),
        )
        with mute_logger("odoo.sql_db"):
            run = self._run()
        self.assertRecordValues(
            run.line_ids,
            [
                {
                    "shipment_id": order.shipment_ids[0].id,
                    "outcome": "skipped",
                    "reason": "done_elsewhere",
                }
            ],
        )

    # === PREVIEW === #

    def test_preview_equals_run(self):
        orders = self._sell(3)
        orders[1].payment_token_id.expiry_date = date(2027, 9, 9)
        preview = self._run(dry_run=True)
        run = self._run()
        values = ["done_count", "skipped_count", "failed_count", "remaining_count"]
        self.assertEqual(
            preview.read(values)[0] | {"id": 0}, run.read(values)[0] | {"id": 0}
        )
        told = ["continuity_order_id", "shipment_id", "outcome", "reason", "message"]
        self.assertEqual(
            [[line[name] for name in told] for line in preview.line_ids],
            [[line[name] for name in told] for line in run.line_ids],
        )
        self.assertEqual(
            preview.message,
            "2 child orders would be created. 1 not created because of an expired"
            " credit card. Finished.",
        )

    def test_preview_leaves_nothing(self):
        """No order, no number, no mail, no charge."""
        order = self._sell()
        # Of all documents, also of those other addons make when an order is confirmed
        sequences = self.env["ir.sequence"].search([])
        numbers = sequences.mapped("number_next_actual")
        models = (
            "sale.order",
            "mail.mail",
            "payment.transaction",
            "continuity.payment",
        )
        before = {model: self.env[model].search_count([]) for model in models}
        callbacks = len(self.env.cr.postcommit._funcs)
        run = self._run(dry_run=True)
        self.assertEqual(run.done_count, 1)
        self.assertEqual(
            before, {model: self.env[model].search_count([]) for model in models}
        )
        sequences.invalidate_recordset()
        self.assertEqual(sequences.mapped("number_next_actual"), numbers)
        self.assertEqual(len(self.env.cr.postcommit._funcs), callbacks)
        self.assertEqual(order.shipment_ids[0].state, "planned")
        self.assertFalse(run.line_ids.child_order_id)

    def test_preview_sends_nothing_when_it_is_committed(self):
        """What documents leave to the commit goes with them, and nothing else."""
        self._sell()
        job = type(self.env["continuity.job.create_child_orders"])
        original, sent = job._create_documents, []
        self.env.cr.postcommit.add(lambda: sent.append("before"))

        def create_documents(self_job, run, heads):
            self_job.env.cr.postcommit.add(lambda: sent.append("by the preview"))
            return original(self_job, run, heads)

        self.patch(job, "_create_documents", create_documents)
        self._run(dry_run=True)
        self.env.cr.postcommit.run()
        self.assertEqual(sent, ["before"])

    def test_preview_of_left_outs_leaves_no_activity(self):
        order = self._sell()
        order.payment_token_id.expiry_date = date(2027, 9, 9)
        run = self._run(dry_run=True)
        self.assertEqual(run.skipped_count, 1)
        self.assertFalse(order.activity_ids)
        self.assertFalse(order.shipment_ids[0].failure_message)

    # === RESUMING === #

    def test_unfinished_children_are_completed(self):
        """A run killed between two passes is resumed by the next."""
        order = self._sell()
        job = type(self.env["continuity.job.create_child_orders"])
        phases = job._get_phases
        self.patch(job, "_get_phases", lambda self_job, run: phases(self_job, run)[:2])
        self._run()
        child = order.child_order_ids
        self.assertEqual((child.state, order.payment_ids.state), ("draft", "scheduled"))
        self.patch(job, "_get_phases", phases)
        run = self._run()
        self.assertEqual((child.state, order.payment_ids.state), ("sale", "paid"))
        self.assertEqual(order.child_order_ids, child)
        self.assertEqual(
            run.message,
            "0 child orders created."
            " 1 left unfinished by another run were completed. Finished.",
        )

    def test_cancelled_shipment_is_not_resumed(self):
        """F2: a child of a cancelled shipment is neither charged nor confirmed."""
        order = self._sell()
        job = type(self.env["continuity.job.create_child_orders"])
        phases = job._get_phases
        self.patch(job, "_get_phases", lambda self_job, run: phases(self_job, run)[:2])
        self._run()
        self.patch(job, "_get_phases", phases)
        order.shipment_ids[0].sudo().state = "cancelled"
        self._run()
        self.assertEqual(order.child_order_ids.state, "draft")
        self.assertEqual(order.payment_ids.state, "scheduled")

    def test_failed_confirmation_is_tried_again(self):
        order = self._sell()
        order_model = type(self.env["sale.order"])
        confirm = order_model._action_confirm

        def refuse(_orders):
            raise UserError("The warehouse burnt down")

        self.patch(order_model, "_action_confirm", refuse)
        run = self._run()
        self.assertEqual(order.child_order_ids.state, "draft")
        self.assertEqual(run.line_ids.mapped("reason"), ["created", "not_confirmed"])
        self.patch(order_model, "_action_confirm", confirm)
        self._run()
        self.assertEqual(order.child_order_ids.state, "sale")
        self.assertEqual(len(order.payment_ids.transaction_ids), 1)
