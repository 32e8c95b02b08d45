# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import time
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged
from odoo.tools import config

from ...jobs.charge_chunks import cut
from ...models.charging.continuity_charge_worker import WORKERS
from ..common import ContinuityCommon


def test_orders_stay_together():
    rows = [(1, "A", 7), (2, "B", 7), (3, "A", 7), (4, "C", 8), (5, "C", 8)]
    assert cut(rows, size=3) == [(7, [1, 3, 2]), (8, [4, 5])]


def test_a_chunk_that_is_full_is_closed():
    rows = [(n, n, 7) for n in range(1, 6)]
    assert cut(rows, size=2) == [(7, [1, 2]), (7, [3, 4]), (7, [5])]
    # Two of D do not fit any more, and E begins a chunk of its own behind them
    rows = [(1, "C", 7), (2, "D", 7), (3, "D", 7), (4, "E", 7)]
    assert cut(rows, size=2) == [(7, [1]), (7, [2, 3]), (7, [4])]


def test_an_order_larger_than_a_chunk():
    rows = [(1, "A", 7), (2, "A", 7), (3, "A", 7), (4, "B", 7)]
    assert cut(rows, size=2) == [(7, [1, 2, 3]), (7, [4])]


def test_nothing_is_due():
    assert cut([]) == []


@tagged("post_install", "-at_install")
class TestChargeChunks(ContinuityCommon):
    """Which chunk is next, how many workers there are, what is too much of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chunks = cls.env["continuity.charge.chunk"]
        cls.other = cls.env["res.company"].create({"name": "Other company"})

    def _create_run(self, company=None):
        return self.env["continuity.run"].create(
            {
                "job": "process_payments",
                "company_id": (company or self.company).id,
                "date": "2027-09-10",
                "origin": "scheduled",
                "state": "running",
            }
        )

    def _create_chunks(self, run, count, state="waiting"):
        return self.chunks.create(
            [
                {
                    "run_id": run.id,
                    "position": position,
                    "record_ids": [position],
                    "record_count": 1,
                    "state": state,
                }
                for position in range(1, count + 1)
            ]
        )

    def _get_next(self, run=None):
        """Take one as a worker does, without a commit."""
        self.env.flush_all()
        rows = self.env.execute_query(self.chunks._get_next_sql(run))
        chunk = self.chunks.browse(row[0] for row in rows)
        chunk.state = "working"
        return chunk

    def test_first_chunks_come_first(self):
        """A company of two chunks is through after its second round."""
        self._set_workers(8)
        many = self._create_chunks(self._create_run(), 5)
        few = self._create_chunks(self._create_run(self.other), 2)
        taken = [self._get_next() for _number in range(7)]
        self.assertEqual(
            taken, [many[0], few[0], many[1], few[1], many[2], many[3], many[4]]
        )
        self.assertFalse(self._get_next())

    def test_nobody_has_more_than_a_share(self):
        """Four workers, two companies: who has two waits for who has none."""
        self._set_workers(4)
        run, late = self._create_run(), self._create_run(self.other)
        many = self._create_chunks(run, 4)
        self.assertEqual([self._get_next() for _n in range(2)], [many[0], many[1]])
        few = self._create_chunks(late, 3)
        few[0].state = "done"
        # The first of them has a later position than what waits of the others
        few[1:].position = 9
        self.assertEqual(self._get_next(), few[1])
        self.assertEqual(self._get_next(), few[2])
        # Nobody else waits: it may have all
        self.assertEqual(self._get_next(), many[2])
        self.assertEqual(self._get_next(run), many[3])

    def test_a_run_that_has_ended_is_left(self):
        run = self._create_run()
        self._create_chunks(run, 1)
        run.state = "failed"
        self.assertFalse(self._get_next())
        run.state = "running"
        run._signal("stop")
        self.assertFalse(self._get_next())
        run._signal("continue")
        self.assertTrue(self._get_next())

    def test_nobody_holds_it(self):
        """*Working*, and no connection has its lock: it waits again."""
        run = self._create_run()
        dead, alive = self._create_chunks(run, 2, state="working")
        self.assertTrue(alive._try_lock())
        self.addCleanup(alive._unlock)
        self.chunks._recover(run)
        self.assertEqual(dead.state, "waiting")
        self.assertEqual(alive.state, "working")
        self.assertEqual(self.chunks._count_alive(), 1)
        self.assertEqual(self.chunks._count_alive(run), 1)
        self.assertIn(run, self.env["continuity.run"]._get_runs_at_work())
        busy = self.env.execute_query(self.chunks._get_busy_sql())
        self.assertEqual(busy, [(2,)])
        self.assertTrue(run._is_handed_over())

    def test_counts_are_added_once(self):
        run = self._create_run()
        chunks = self._create_chunks(run, 3, state="done")
        chunks.write({"done_count": 2, "skipped_count": 1, "worked_count": 3})
        chunks[2].state = "waiting"
        self.assertEqual(run._get_step_done(), 9)
        for _time in range(2):
            run._collect_chunks()
            self.assertRecordValues(run, [{"done_count": 4, "skipped_count": 2}])
        # What was begun is not forgotten when the run is stopped
        self._create_chunks(run, 1)
        run._drop_waiting_chunks()
        self.assertRecordValues(run, [{"done_count": 6, "skipped_count": 3}])
        self.assertEqual(run.charge_chunk_ids, chunks)
        self.assertFalse(run._is_handed_over())

    def test_chunks_that_ended_between_two_calls(self):
        """What workers have counted since the last call is the run's to collect."""
        run = self._create_run()
        job = self.env["continuity.job.process_payments"]
        run = self._create_chunks(run, 1, state="done")._get_run()
        self.assertTrue(job._is_to_accompany(run, job._get_charge_phase(run)))

    def test_who_shares(self):
        """Nobody in the call of a person, without commits or with a limit."""
        run = self._create_run()
        run = run._in_company()
        self.assertFalse(run._may_share_charges())
        run = self._create_chunks(run, 1)._get_run()
        self.assertTrue(run._may_share_charges())
        for values in ({"limit": 100}, {"limit": 0, "origin": "manual"}):
            run.write(values)
            self.assertFalse(run._may_share_charges())
        run.origin = "background"
        self.assertTrue(run._may_share_charges())
        self.chunks._get_worker_crons().active = False
        self.assertFalse(run._may_share_charges())

    # === HOW MANY === #

    def _set_workers(self, count):
        self.env["ir.config_parameter"].set_param(WORKERS, str(count))

    def test_scheduled_actions_follow_the_setting(self):
        crons = self.chunks._get_worker_crons()
        self.assertEqual(
            crons.mapped("name"),
            ["Continuity: charge cards 1", "Continuity: charge cards 2"],
        )
        settings = Form(self.env["res.config.settings"])
        self.assertEqual(settings.continuity_charge_workers, 2)
        self.assertEqual(settings.continuity_cron_processes, config["max_cron_threads"])
        settings.continuity_charge_workers = 4
        settings.save().execute()
        self.assertEqual(len(self.chunks._get_worker_crons()), 4)
        self.assertEqual(self.chunks._get_worker_crons()[:2], crons)
        settings = Form(self.env["res.config.settings"])
        settings.continuity_charge_workers = 0
        settings.save().execute()
        self.assertEqual(self.chunks._get_workers(), 0)
        self.assertFalse(self.chunks._get_worker_crons())
        for wrong in (-1, 17):
            settings = Form(self.env["res.config.settings"])
            settings.continuity_charge_workers = wrong
            with self.assertRaisesRegex(ValidationError, "from 0 to 16"):
                settings.save()
        # What nobody can read means what is usual
        for text, count in (("many", 2), ("99", 16), ("-3", 0)):
            self._set_workers(text)
            self.assertEqual(len(self.chunks._get_worker_crons()), count)
        self.env["ir.config_parameter"].search([("key", "=", WORKERS)]).unlink()
        self.assertEqual(len(self.chunks._get_worker_crons()), 2)

    def test_a_neutralized_copy_charges_nobody(self):
        self.env["ir.config_parameter"].set_param("database.is_neutralized", "True")
        self._set_workers(0)
        self._set_workers(3)
        self.assertFalse(self.chunks._get_worker_crons())
        crons = self.env["ir.cron"].with_context(active_test=False)
        self.assertEqual(
            crons.search_count([("name", "like", "Continuity: charge cards")]), 3
        )

    def test_a_call_that_has_had_its_time(self):
        """Nothing is begun after the ten seconds of a call: another one goes on."""
        self._create_chunks(self._create_run(), 1)
        cron = self.chunks._get_worker_crons()[0]
        late = self.chunks.with_context(
            cron_id=cron.id, cron_end_time=time.monotonic() - 1
        )
        triggers = self.env["ir.cron.trigger"]
        before = triggers.search_count([("cron_id", "=", cron.id)])
        with patch.object(type(self.chunks), "_take") as take:
            late._cron_charge()
        take.assert_not_called()
        self.assertEqual(triggers.search_count([("cron_id", "=", cron.id)]), before + 1)
        # The same holds for the run
        runs = self.env["continuity.run"].with_context(
            cron_end_time=time.monotonic() - 1
        )
        with (
            patch.object(type(runs), "_work_scheduled") as work,
            patch.object(type(runs), "_checkpoint") as checkpoint,
        ):
            runs._cron_run("process_payments")
            runs._cron_background()
        work.assert_not_called()
        self.assertEqual(checkpoint.call_args.kwargs, {"remaining": 1})

    # === SLOTS === #

    def test_slots_of_a_provider(self):
        provider = self.env["payment.provider"].create({"name": "Ours", "code": "none"})
        self.assertRecordValues(
            provider,
            [{"continuity_max_parallel": 8, "continuity_max_per_second": 5}],
        )
        self._set_workers(16)
        self.assertEqual(provider._continuity_count_slots(), 8)
        self._set_workers(2)
        self.assertEqual(provider._continuity_count_slots(), 2)
        provider.write({"continuity_max_parallel": 1, "continuity_max_per_second": 10})
        run = self._create_run()
        began = time.monotonic()
        with provider._continuity_slot(run, began + 9) as slot:
            self.assertTrue(slot.is_free)
            slot.is_used = True
        self.assertGreaterEqual(time.monotonic() - began, 0.1)
        began = time.monotonic()
        with provider._continuity_slot(run, began + 9):
            pass
        self.assertLess(time.monotonic() - began, 0.1)
        for values in (
            {"continuity_max_parallel": 0},
            {"continuity_max_parallel": 65},
            {"continuity_max_per_second": -1},
        ):
            with self.subTest(values), self.assertRaises(ValidationError):
                provider.write(values)

    def test_no_slot_is_free(self):
        provider = self.env["payment.provider"].create({"name": "Ours", "code": "none"})
        with (
            patch.object(type(provider), "_continuity_take_slot", lambda _self: None),
            provider._continuity_slot(self._create_run(), time.monotonic()) as slot,
        ):
            self.assertFalse(slot.is_free)

    def test_what_is_heard_of(self):
        """A run whose workers charge is at work, though nobody holds the run."""
        run = self._create_run()
        chunk = self._create_chunks(run, 1, state="working")
        run.heard_at = fields.Datetime.now() - timedelta(hours=1)
        self.assertFalse(run.is_at_work)
        chunk._try_lock()
        self.addCleanup(chunk._unlock)
        run.invalidate_recordset(["is_at_work"])
        self.assertTrue(run.is_at_work)
        run.action_stop()
        self.assertEqual(run.state, "running")
        self.assertTrue(run.is_stopping)
