# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import importlib.util
from datetime import date, datetime
from pathlib import Path

from odoo.tests import freeze_time, tagged

from ..models.continuity_run_cron import NIGHT
from .test_run_again import RunCase

MIGRATION = Path(__file__).parents[1] / "migrations" / "19.0.1.1.0" / "post-night.py"


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 02:00:00")
class TestRunNight(RunCase):
    """The processes of the night: one after the other, each by the one before it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.crons = cls.env["ir.cron"].union(
            *(cls.env.ref(f"continuity_program.{name}") for name in NIGHT.values())
        )
        # As after the installation, whatever another test has done
        cls.crons.active = True
        cls.crons[1:].nextcall = datetime(2999, 12, 31, 2)
        cls.crons[0].nextcall = datetime(2027, 9, 11, 2)

    def _get_triggered(self):
        triggers = self.env["ir.cron.trigger"].search(
            [("cron_id", "in", self.crons.ids)]
        )
        return triggers.cron_id

    def _clear(self):
        self.env["ir.cron.trigger"].search([("cron_id", "in", self.crons.ids)]).unlink()

    def test_each_starts_the_next(self):
        for cron, following in zip(self.crons, [*self.crons[1:], None], strict=True):
            self._clear()
            self._trigger(cron)
            self.assertEqual(self._get_triggered(), following or cron.browse())

    def test_one_that_is_switched_off_is_left_out(self):
        self.crons[1:3].active = False
        self._clear()
        self._trigger(self.crons[0])
        self.assertEqual(self._get_triggered(), self.crons[3])

    def test_first_one_is_switched_off(self):
        """Its next call is the clock of the night all the same."""
        self.crons[0].write({"active": False, "nextcall": datetime(2027, 9, 9, 2)})
        self._clear()
        self._trigger(self.background)
        self.assertEqual(self._get_triggered(), self.crons[1])
        self.assertEqual(self.crons[0].nextcall, datetime(2027, 9, 11, 2))
        self._clear()
        self._trigger(self.background)
        self.assertFalse(self._get_triggered(), "once a night")

    def test_switched_off_when_its_turn_has_come(self):
        self._clear()
        self._trigger(self.crons[1])
        self.assertEqual(self._get_triggered(), self.crons[2])
        self.crons[2].active = False
        self._trigger(self.background)
        self.assertEqual(self._get_triggered(), self.crons[3])

    def test_found_nothing(self):
        """A night without programs goes to its end, too."""
        self.patch(
            type(self.env["continuity.job.update_orders"]),
            "_get_companies",
            lambda job: job.env["res.company"],
        )
        self._clear()
        self._trigger(self.crons[1])
        self.assertEqual(self._get_triggered(), self.crons[2])

    def _begin(self, job, **values):
        return self.env["continuity.run"]._create_run(
            job, {}, origin="scheduled", **{"state": "running", **values}
        )

    def test_waits_for_its_predecessor(self):
        """Begun by hand or by a time of its own, it does nothing beside the other."""
        order = self._sell()
        update = self._begin("update_orders")
        self._trigger()
        self.assertFalse(self._get_runs())
        update.sudo().state = "done"
        self._trigger()
        self.assertEqual(self._get_runs().state, "done")
        self.assertEqual(order.child_order_ids.state, "sale")

    def test_waits_for_nobody_who_does_not_come(self):
        """Failed, of yesterday, switched off, coming back, or of another company."""
        other = self.env["res.company"].create({"name": "Other company"})
        self._begin("update_orders", state="failed")
        self._begin("extend_lines", date=date(2027, 9, 9))
        self._begin("update_current_event", again_at=datetime(2027, 9, 10, 2, 20))
        self._begin("update_orders", company_id=other.id)
        self._begin("process_payments")
        self.crons[3].active = False
        # Later processes are not waited for, either
        self._begin("close_orders")
        self._trigger()
        self.assertEqual(self._get_runs().state, "done")

    def test_existing_databases(self):
        """Whoever has the addon gets the same night, but for times of his own."""
        self.crons.nextcall = datetime(2027, 9, 11, 2)
        self.crons[5].write({"interval_type": "hours"})
        self.env.flush_all()
        spec = importlib.util.spec_from_file_location("post_night", MIGRATION)
        script = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(script)
        for _time in range(2):
            script.migrate(self.env.cr, "19.0.1.0.0")
            self.env.invalidate_all()
            self.assertEqual(
                [cron.nextcall.year for cron in self.crons],
                [2027, 2999, 2999, 2999, 2999, 2027],
            )

    def test_installed_like_this(self):
        """Only the first process has a next call of its own."""
        data = (Path(__file__).parents[1] / "data" / "ir_cron_data.xml").read_text()
        self.assertEqual(data.count("2999-12-31 02:00:00"), 5)
        self.assertEqual(data.count("'%Y-%m-%d 02:00:00'"), 1)

    def test_answer_of_a_run_under_way(self):
        """Booked with the confirmation of its child, by the run that charged it."""
        order = self._sell()
        job = type(self.env["continuity.job.create_child_orders"])
        phases = job._get_phases
        # Killed, or between two calls: charged, and not confirmed yet
        self.patch(job, "_get_phases", lambda jobs, run: phases(jobs, run)[:3])
        run = self._execute("create_child_orders")
        self.patch(job, "_get_phases", phases)
        row = order.payment_ids
        self.assertEqual((row.state, order.child_order_ids.state), ("paid", "draft"))
        run.sudo().state = "queued"
        for other in ("process_payments", "resolve_payments"):
            self.assertFalse(self._execute(other).line_ids)
        self.assertFalse(self.env["continuity.job.resolve_payments"]._get_companies())
        self.assertEqual(order.child_order_ids.state, "draft")
        # Nobody's any more
        with freeze_time("2027-09-11 02:01:00"):
            line = self._execute("resolve_payments").line_ids
        self.assertEqual(line.reason, "booked")
        self.assertEqual(row.transaction_id.payment_id.amount, 30.0)
