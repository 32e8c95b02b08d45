# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import importlib.util
from datetime import date, datetime
from pathlib import Path

from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ...models.runs.continuity_run_cron import NIGHT
from .run_case import RunCase

MIGRATION = Path(__file__).parents[2] / "migrations" / "19.0.1.1.0" / "post-night.py"


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

    def test_given_up_by_odoo(self):
        """Its server ended three times: no next call, but a run with work."""
        run = self._begin("create_child_orders")
        self._clear()
        for _time in range(2):
            self._trigger(self.background)
            self.assertEqual(self._get_triggered(), self.crons[4], "called, once")
        self.assertEqual(
            self.env["ir.cron.trigger"].search_count(
                [("cron_id", "=", self.crons[4].id)]
            ),
            1,
        )
        self._clear()
        self._trigger(self.crons[4])
        self.assertEqual(run.state, "done")
        self.assertEqual(self._get_triggered(), self.crons[5], "the night goes on")

    def test_not_given_up(self):
        """What is called anyway, rests or is over needs no other call."""
        self._begin("update_current_event")
        self.crons[0].nextcall = datetime(2027, 9, 10, 1)
        begun = {"date": date(2027, 9, 9), "started_at": datetime(2027, 9, 9, 1)}
        self._begin("update_orders", **begun)
        self._begin("extend_lines", again_at=datetime(2027, 9, 10, 2, 20))
        self._begin("close_orders", state="failed")
        self._clear()
        self._trigger(self.background)
        self.assertFalse(self._get_triggered())

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

    def test_waited_for_one_company(self):
        """The others have had their run, and get no second one for nothing."""
        other = self.env["res.company"].create({"name": "Other company"})
        self.env["continuity.program"].create(
            {"name": "Theirs", "code": "THEIRS", "company_id": other.id}
        )
        self._sell()
        update = self._begin("update_orders", company_id=other.id)
        self._trigger()
        self.assertEqual(self._get_runs().company_id, self.company)
        update.sudo().state = "done"
        self._clear()
        self._trigger()
        runs = self._get_runs().sorted("id")
        self.assertEqual(runs.company_id.ids, [self.company.id, other.id])
        self.assertEqual(len(runs), 2)
        self.assertEqual(self._get_triggered(), self.crons[5], "the night goes on")
        # What has become due since is done: who calls it again has a reason
        order = self._sell()
        self._trigger()
        self.assertEqual(order.child_order_ids.state, "sale")
        self.assertEqual(
            self._get_runs().sorted("id").company_id.ids, [self.company.id, other.id]
        )
        self.assertEqual(self._get_runs().mapped("done_count"), [1, 0, 1])

    def test_first_run_of_a_day_is_written_down(self):
        """Also when nothing is due: the list shows that the night was there."""
        for day in (10, 11):
            with freeze_time(f"2027-09-{day} 02:00:00"):
                for _call in range(2):
                    self._trigger()
        self.assertEqual(
            self._get_runs().sorted("id").mapped("date"),
            [date(2027, 9, 10), date(2027, 9, 11)],
        )

    def test_second_run_that_cannot_look(self):
        """What cannot be found out is not passed over in silence."""
        self._trigger()
        job = type(self.env["continuity.job.create_child_orders"])

        def break_down(_job, _run):
            raise OverflowError("date value out of range")

        self.patch(job, "_get_phases", break_down)
        with mute_logger(
            "odoo.addons.continuity_program.models.runs.continuity_run_cron",
            "odoo.addons.continuity_program.models.runs.continuity_run_again",
        ):
            self._trigger()
        self.assertEqual(
            self._get_runs().sorted("id").mapped("state"), ["done", "failed"]
        )

    def test_existing_databases(self):
        """Whoever has the addon gets the same night, but for times of his own."""
        self.crons.nextcall = datetime(2027, 9, 11, 2)
        self.crons[5].write({"interval_type": "hours"})
        for _time in range(2):
            self._migrate()
            self.assertEqual(
                [cron.nextcall.year for cron in self.crons],
                [2027, 2999, 2999, 2999, 2999, 2027, 2999, 2999],
            )
            self.assertEqual(self.crons[0].nextcall, datetime(2027, 9, 11, 2))

    def _migrate(self):
        self.env.flush_all()
        spec = importlib.util.spec_from_file_location("post_night", MIGRATION)
        script = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(script)
        script.migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()

    def test_hour_that_an_administrator_has_chosen(self):
        """The first of the night has it after the upgrade, and nobody else."""
        usual = datetime(2027, 9, 11, 2)
        cases = {
            "all of them": ([(11, 4)] * 6, (11, 4)),
            "the charges": ([(11, 2)] * 3 + [(10, 23)] + [(11, 2)] * 2, (10, 23)),
            "two hours": ([(11, 2)] * 3 + [(11, 5), (11, 6), (11, 2)], (11, 5)),
            "the first one": ([(11, 3)] + [(11, 2)] * 4 + [(11, 5)], (11, 3)),
        }
        for name, (hours, expected) in cases.items():
            with self.subTest(name):
                # The last one is newer than all of these hours
                for cron, (day, hour) in zip(self.crons[:6], hours, strict=True):
                    cron.nextcall = usual.replace(day=day, hour=hour)
                for _time in range(2):
                    self._migrate()
                    day, hour = expected
                    self.assertEqual(
                        self.crons[0].nextcall, usual.replace(day=day, hour=hour)
                    )
                    self.assertEqual(
                        {cron.nextcall.year for cron in self.crons[1:]}, {2999}
                    )

    def test_hour_of_one_that_is_switched_off(self):
        """Or that has an interval of its own: it is not the hour of the night."""
        self.crons.nextcall = datetime(2027, 9, 11, 2)
        self.crons[1].write({"active": False, "nextcall": datetime(2027, 9, 11, 5)})
        self.crons[2].write(
            {"interval_number": 2, "nextcall": datetime(2027, 9, 11, 6)}
        )
        self._migrate()
        self.assertEqual(self.crons[0].nextcall, datetime(2027, 9, 11, 2))
        self.assertEqual(self.crons[2].nextcall, datetime(2027, 9, 11, 6))

    def test_installed_like_this(self):
        """Only the first process has a next call of its own."""
        data = (Path(__file__).parents[2] / "data" / "ir_cron_data.xml").read_text()
        self.assertEqual(data.count("2999-12-31 02:00:00"), 7)
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
