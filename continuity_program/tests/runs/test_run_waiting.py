# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from ...models.base.sealed import Sealed
from ..common import MANAGER, SELLER
from .run_case import CRON, RunCase


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestRunWaiting(RunCase):
    """A run that has ended and goes on by itself: it says so, and can be stopped."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell(cls)
        cls.manager = cls._create_user("waiting_manager", MANAGER)
        cls.manager.name = "Mary Manager"

    def _break(self):
        """Let the process break off; what mends it is returned."""
        job = type(self.env["continuity.job.create_child_orders"])
        get_phases = job._get_phases

        def break_down(_job, _run):
            raise OverflowError("date value out of range")

        self.patch(job, "_get_phases", break_down)
        return lambda: self.patch(job, "_get_phases", get_phases)

    def _hold(self):
        """Somebody else has the shipment while a run of the night works."""
        run = self.env["continuity.run"]._create_run(
            "create_child_orders", {}, origin="scheduled", state="done"
        )
        run.sudo().write(
            {
                "again_at": datetime(2027, 9, 10, 12, 2),
                "again_count": 1,
                "held_count": 1,
                "remaining_count": 1,
            }
        )
        return run.with_user(self.manager)

    def _assert_left(self, run, **values):
        """No scheduled action goes on with it, at whatever time."""
        for moment in ("2027-09-10 12:02:00", "2027-09-10 12:20:00"):
            with freeze_time(moment):
                self._trigger(self.background)
            self.assertRecordValues(run, [{**values, "again_at": False}])
        self.assertFalse(self.order.child_order_ids)

    def test_form(self):
        run = self._hold()
        self.assertTrue(run.is_waiting)
        form = Form(run)
        self.assertEqual(form.again_at, "2027-09-10 12:02:00")
        arch = form._view["tree"]
        (alert,) = arch.xpath("//div[.//field[@name='again_at']]")
        self.assertEqual(alert.get("invisible"), "not is_waiting")
        shown = [
            button.get("string")
            for button in arch.xpath("//button[@name='action_stop']")
            if "not is_waiting" in button.get("invisible")
        ]
        self.assertEqual(shown, ["Stop"])
        waiting = self.env["continuity.run"].search([("again_at", "!=", False)])
        self.assertEqual(waiting, run)

    def test_stop_what_was_held(self):
        run = self._hold()
        run.action_stop()
        self.assertRecordValues(
            run, [{"state": "stopped", "is_waiting": False, "remaining_count": 1}]
        )
        self.assertIn(
            "Somebody is working on 1 of them: left to the next run. Stopped by"
            " Mary Manager.",
            run.message,
        )
        self.assertNotIn("looked at again", run.message)
        self._assert_left(run, state="stopped")
        with self.assertRaisesRegex(UserError, "nothing to stop"):
            run.action_stop()
        # What a person has stopped a person goes on with
        run.action_continue()
        self._trigger(self.background)
        self.assertRecordValues(run, [{"state": "done", "done_count": 1}])
        self.assertEqual(self.order.child_order_ids.state, "sale")

    @mute_logger(
        CRON,
        "odoo.addons.continuity_program.models.runs.continuity_run_again",
    )
    def test_stop_what_broke_off(self):
        mend = self._break()
        self._trigger()
        run = self._get_runs().with_user(self.manager)
        self.assertRecordValues(run, [{"state": "failed", "is_waiting": True}])
        self.assertIn("It is begun again at", run.message)
        run.action_stop()
        self.assertRecordValues(run, [{"state": "failed", "is_waiting": False}])
        self.assertEqual(
            run.message,
            "Broken off: date value out of range\nStopped by Mary Manager. It is not"
            " begun again by itself: mend the cause, then press Continue.",
        )
        mend()
        self._assert_left(run, state="failed", try_count=1)
        run.action_continue()
        self._trigger(self.background)
        self.assertEqual(run.state, "done")
        self.assertEqual(self.order.child_order_ids.state, "sale")

    @mute_logger(
        CRON,
        "odoo.addons.continuity_program.models.runs.continuity_run_again",
    )
    def test_broken_when_it_was_to_stop(self):
        """Stopped while it works, and broken before it could: it does not come back."""
        run = self.env["continuity.run"].with_user(self.manager)
        run = run.queue("create_child_orders")
        job = type(self.env["continuity.job.create_child_orders"])

        def stop_and_break(_job, worker_run):
            if not worker_run.signal_ids:
                worker_run.with_user(self.manager).action_stop()
                # Seen by the next transaction, as a click is
                worker_run._checkpoint()
            raise OverflowError("date value out of range")

        self.patch(job, "_get_phases", stop_and_break)
        self._trigger(self.background)
        self.assertRecordValues(run, [{"state": "failed", "again_at": False}])
        self.assertIn("Stopped by Mary Manager.", run.message)

    def test_held_when_it_was_to_stop(self):
        """Stopped behind its last chunk: what somebody held is left as it is."""
        run = self.env["continuity.run"].queue("create_child_orders").sudo()
        run = run.with_context(continuity_commit=Sealed())
        run.held_count = 1
        for action, comes_back in (("continue", True), ("stop", False)):
            run._signal(action)
            run.write({"again_at": False, "again_count": 0})
            run._end_try(is_finished=True)
            self.assertEqual(bool(run.again_at), comes_back, action)

    def test_several_at_once(self):
        """One waits, one is queued: each ends as it has to."""
        waiting = self._hold()
        queued = waiting.queue("create_child_orders")
        (waiting | queued).action_stop()
        self.assertRecordValues(
            waiting | queued,
            [
                {"state": "stopped", "is_stopping": False},
                {"state": "stopped", "is_stopping": False},
            ],
        )
        self._trigger(self.background)
        self.assertEqual(queued.state, "stopped")
        self._assert_left(waiting, state="stopped")

    def test_who_may_stop(self):
        run = self._hold()
        seller = self._create_user("waiting_seller", SELLER)
        with self.assertRaises(AccessError):
            run.with_user(seller).action_stop()
        self.assertTrue(run.is_waiting)
        self.assertFalse(run.signal_ids)
