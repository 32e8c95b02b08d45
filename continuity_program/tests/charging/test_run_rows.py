# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import freeze_time, tagged
from odoo.tools import SQL

from ..common import ContinuityCommon


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestRunRows(ContinuityCommon):
    """What a charge reads does not depend on how much is due."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls._create_parent_product(cls._create_program())
        cls.order = cls._create_sold_order(cls.product).continuity_order_ids
        cls.run_record = cls.env["continuity.run"]._create_run("process_payments", {})

    def _count_read(self, query):
        """Count the rows PostgreSQL reads for a query.

        :param SQL query: what is planned and executed
        :rtype: int
        """
        self.env.flush_all()
        explained = SQL("EXPLAIN (ANALYZE, FORMAT JSON) %s", query)
        plan = self.env.execute_query(explained)[0][0][0]["Plan"]
        return self._sum_scans(plan)

    def _sum_scans(self, node):
        children = sum(self._sum_scans(child) for child in node.get("Plans", ()))
        if "Scan" not in node["Node Type"] or "Relation Name" not in node:
            return children
        removed = node.get("Rows Removed by Filter", 0)
        return children + (node["Actual Rows"] + removed) * node["Actual Loops"]

    def _make_due(self, first, last):
        self.env.cr.execute(
            """INSERT INTO continuity_payment
                   (continuity_order_id, company_id, currency_id, sequence, due_date,
                    amount, state, kind, basis)
               SELECT %s, %s, %s, n, '2027-09-01'::date + n %% 9, 1, 'scheduled',
                      'plan', 'plan'
                 FROM generate_series(%s, %s) n""",
            [
                self.order.id,
                self.order.company_id.id,
                self.order.currency_id.id,
                first,
                last,
            ],
        )

    def _forget_statistics(self):
        """Have the table as one that was never analysed.

        What an earlier vacuum of the empty table has left would tell the planner that
        every index finds one row.
        """
        self.env.cr.execute(
            """UPDATE pg_class SET relpages = 0, reltuples = -1
                WHERE oid = 'continuity_payment'::regclass
                   OR oid IN (SELECT indexrelid FROM pg_index
                               WHERE indrelid = 'continuity_payment'::regclass)"""
        )
        self.env.cr.execute(
            "DELETE FROM pg_statistic WHERE starelid = 'continuity_payment'::regclass"
        )

    def _get_charging(self):
        job = self.env["continuity.job.process_payments"]
        phases = job._get_phases(self.run_record)
        condition = job._get_payments_sql(
            self.run_record, job._get_due_condition(self.run_record)
        )
        return job, next(phase for phase in phases if phase.due == condition)

    def test_rows_read_per_charge(self):
        """The same with 3 000 due as with 6 000, analysed or not."""
        job, phase = self._get_charging()
        self._forget_statistics()
        counts = []
        for first, last in ((1, 3000), (3001, 6000)):
            self._make_due(first, last)
            ids = job._get_due_ids(self.run_record, phase, set(), 0)
            self.assertEqual(len(ids), 100)
            for analyse in ("", "ANALYZE continuity_payment"):
                if analyse:
                    self.env.cr.execute(analyse)
                query = job._get_selection_sql(self.run_record, phase, 1, ids[:1])
                locked = SQL("%s FOR NO KEY UPDATE OF p SKIP LOCKED", query)
                counts.append(self._count_read(locked))
        self.assertTrue(all(1 <= count <= 5 for count in counts), counts)

    def test_selected_by_the_hundred(self):
        """Of 250 rows that are due, sorting happens three times and once in vain."""
        self._make_due(1, 250)
        job = type(self.env["continuity.job.process_payments"])
        select, charged, selected = job._get_due_ids, [], []

        def get_due_ids(self_job, run, phase, seen, left_out):
            ids = select(self_job, run, phase, seen, left_out)
            if phase == self.charging:
                selected.append(len(ids))
            return ids

        def charge(_job, run, payment):
            charged.append(payment)
            run._log("skipped", [payment._prepare_run_line(reason="not_now")])

        self.patch(job, "_charge", charge)
        self.patch(job, "_get_due_ids", get_due_ids)
        get_phases = job._get_phases

        def keep_phase(self_job, run):
            phases = get_phases(self_job, run)
            due = self_job._get_payments_sql(run, self_job._get_due_condition(run))
            self.charging = next(phase for phase in phases if phase.due == due)
            return phases

        self.patch(job, "_get_phases", keep_phase)
        run = self._execute("process_payments")
        self.assertEqual(selected, [100, 100, 50, 0])
        self.assertEqual(run.skipped_count, 250)
        rows = self.env["continuity.payment"].union(*charged)
        self.assertEqual(len(charged), 250)
        self.assertEqual(rows.ids, rows.sorted(lambda r: (r.due_date, r.sequence)).ids)

    def test_answer_finds_its_line(self):
        """Of a run with very many lines, the one of the shipment is read."""
        order = self.order
        shipment = order.shipment_ids[0]
        run = self.env["continuity.run"]._create_run("create_child_orders", {})
        for number in (1, 3000):
            self.env.cr.execute(
                """INSERT INTO continuity_run_line
                       (run_id, continuity_order_id, outcome)
                   SELECT %s, %s, 'done' FROM generate_series(1, %s)""",
                [run.id, order.id, number],
            )
        self.env["continuity.run.line"].create(
            {
                "run_id": run.id,
                "continuity_order_id": order.id,
                "shipment_id": shipment.id,
                "outcome": "done",
                "reason": "created",
            }
        )
        self.env["continuity.payment"].sudo().create(
            {
                "continuity_order_id": order.id,
                "shipment_id": shipment.id,
                "due_date": "2027-09-10",
                "amount": 30.0,
                "state": "declined",
            }
        )
        self.env.invalidate_all()
        job = self.env["continuity.job.create_child_orders"]
        job._note_answer(run, shipment.continuity_order_id.payment_ids)
        lines = self.env["continuity.run.line"].search([("run_id", "=", run.id)])
        self.assertEqual(len(lines), 3002)
        self.assertEqual(lines.filtered("shipment_id").reason, "declined")
        self.env.invalidate_all()
        query = self.env["continuity.run.line"]._search(
            job._get_line_domain(run, order.payment_ids), limit=1
        )
        self.assertLessEqual(self._count_read(query.select()), 2)
