# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import SQL

from ...jobs.continuity_job import Phase
from ..common import ContinuityCommon


@tagged("post_install", "-at_install")
class TestHalving(ContinuityCommon):
    """What one bad record in a chunk costs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.records = cls.env["res.partner.category"].create(
            [{"name": f"Record {number}"} for number in range(100)]
        )

    def _work(self, poisoned):
        """Work a chunk of 100 off, with some records poisoned.

        :param poisoned: the records that fail
        :return: what was tried, one set of records per attempt, and the queries
        """
        attempts, failed = [], []
        job = self.env["continuity.job.extend_lines"]

        def process(records):
            attempts.append(records)
            if records & poisoned:
                raise UserError("Poisoned")
            records.write({"color": 1})
            self.env.flush_all()

        def note(_job, _run, record, _error):
            failed.append(record)

        self.patch(type(job), "_log_failure", note)
        phase = Phase(
            model=self.records._name,
            due=SQL("SELECT id FROM res_partner_category c WHERE TRUE"),
            order=SQL("c.id"),
            locks=("c",),
            process=process,
        )
        run = self.env["continuity.run"]._create_run("extend_lines", {})
        before = self.env.cr.sql_log_count
        job._process_or_halve(run, phase, self.records)
        queries = self.env.cr.sql_log_count - before
        self.assertEqual(self.records.browse().union(*failed), poisoned)
        self.assertEqual(set((self.records - poisoned).mapped("color")), {1})
        return attempts, queries

    def test_good_chunk(self):
        attempts, _queries = self._work(self.records.browse())
        self.assertEqual(len(attempts), 1)

    def test_one_bad_record(self):
        """2 · log2(100) = 13.3 more attempts at most, wherever it stands."""
        _attempts, good = self._work(self.records.browse())
        for position in (0, 37, 63, 99):
            with self.subTest(position):
                attempts, queries = self._work(self.records[position])
                self.assertLessEqual(len(attempts) - 1, 14)
                # No record is tried one by one on the way to the bad one.
                self.assertLessEqual(sum(len(tried) == 1 for tried in attempts), 3)
                # Two for each savepoint, one for each write
                self.assertLessEqual(queries - good, 4 * 14)

    def test_two_bad_records(self):
        attempts, _queries = self._work(self.records[3] | self.records[90])
        self.assertLessEqual(len(attempts) - 1, 28)


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestRunFailure(ContinuityCommon):
    """A record that fails: no hot loop, shown on the order until it works again."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program = cls._create_program()
        cls.product = cls._create_parent_product(cls.program)
        cls.good, cls.bad = (
            cls._create_sold_order(cls.product).continuity_order_ids for _n in range(2)
        )

    def _poison(self, job, method, bad):
        """Let a pass of a process fail for some records; count its attempts."""
        model = type(self.env[f"continuity.job.{job}"])
        original, attempts = getattr(model, method), []

        def work(self_job, run, records):
            attempts.append(records)
            if records & bad:
                raise UserError("The goods are gone")
            return original(self_job, run, records)

        self.patch(model, method, work)
        return attempts, lambda: self.patch(model, method, original)

    def _check_failure(self, job):
        self.assertRecordValues(
            self.bad,
            [{"failure_job": job, "failure_message": "The goods are gone"}],
        )
        activity = self.bad.activity_ids
        self.assertEqual(
            activity.activity_type_id,
            self.env.ref("continuity_program.mail_activity_run_failed"),
        )
        self.assertEqual(len(activity), 1)
        self.assertFalse(self.good.failure_message or self.good.activity_ids)

    def _fail_twice_then_work(self, job, method, bad):
        attempts, mend = self._poison(job, method, bad)
        run = self._execute(job)
        self.assertEqual(run.failed_count, 1)
        self.assertLessEqual(len(attempts), 3, "tried together, then each alone")
        self._check_failure(job)
        self._execute(job)
        self._check_failure(job)
        mend()
        self._execute(job)
        self.assertFalse(self.bad.failure_message or self.bad.failure_job)
        self.assertFalse(self.bad.activity_ids)

    def test_child_orders(self):
        self._fail_twice_then_work(
            "create_child_orders", "_create_documents", self.bad.shipment_ids[0]
        )
        self.assertEqual(len(self.bad.child_order_ids), 1)

    def test_another_process_takes_nothing_back(self):
        _attempts, mend = self._poison(
            "create_child_orders", "_create_documents", self.bad.shipment_ids[0]
        )
        self._execute("create_child_orders")
        mend()
        self._execute("close_orders")
        self._check_failure("create_child_orders")

    def test_preview_notes_nothing(self):
        self._poison(
            "create_child_orders", "_create_documents", self.bad.shipment_ids[0]
        )
        run = self._execute("create_child_orders", dry_run=True)
        self.assertEqual(run.failed_count, 1)
        self.assertFalse(self.bad.failure_message or self.bad.activity_ids)

    def test_run_lines_of_the_order(self):
        self._execute("create_child_orders", dry_run=True)
        run = self._execute("create_child_orders")
        action = self.good.action_view_run_lines()
        lines = self.env["continuity.run.line"].search(action["domain"])
        self.assertEqual(
            lines,
            run.line_ids.filtered(lambda line: line.continuity_order_id == self.good),
        )
        self.assertEqual(self.good.run_line_count, 1)
        opened = lines.action_open_record()
        self.assertEqual(opened["res_id"], self.good.child_order_ids.id)
