# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from ..cases.gate import GateCase
from ..common import MANAGER

PAUSE = "odoo.addons.continuity_program.jobs.continuity_job_pause"
PAUSED = "continuity_program.mail_activity_provider_paused"


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 02:00:00")
class TestProviderPause(GateCase):
    """A provider that is not there, or answers nobody, is left in peace."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2027-09-10 01:00:00"):
            cls.orders = cls.env["continuity.order"]
            for _number in range(15):
                order = cls._quote(cls.instalments, cls._create_token())
                order.action_confirm()
                cls.orders |= order.continuity_order_ids

    def setUp(self):
        super().setUp()
        self.rows = self._first(self.orders)

    def test_an_order_without_a_card_is_listed_as_that(self):
        row = self.rows[0]
        row.continuity_order_id.sudo().payment_token_id = False
        run = self._run_at(
            "2027-09-10 02:00:00", sale_order=row.continuity_order_id.sale_order_id
        )
        self.assertFalse(run.failed_count)
        self.assertEqual(run.line_ids.mapped("reason"), ["card_missing"])
        self.assertEqual(row.state, "scheduled")

    def test_a_pause_that_is_over_calls_no_run(self):
        """The run comes back when the pause ends that is still on."""
        other = self.provider.copy({"name": "Gone", "state": "test"})
        other.continuity_paused_until = "2027-09-09 12:00:00"
        self.gate.close()
        run = self._run_at("2027-09-10 02:00:00")
        self.assertEqual(run._get_pause_end(), self.provider.continuity_paused_until)

    def test_night_without_network(self):
        """Nobody is declined, nobody is told, ten are tried, and it is begun again."""
        rows = self.rows
        self.gate.close()
        mails = self._count_mails()
        self.assertGreater(mails, 0)
        run = self._run_at("2027-09-10 02:00:00")
        self.assertEqual(set(rows.mapped("state")), {"scheduled"})
        self.assertEqual(set(rows.mapped("attempts")), {0})
        self.assertEqual(self._count_mails(), mails)
        self.assertEqual(len(rows.transaction_ids), 10)
        self.assertEqual(set(rows.transaction_ids.mapped("state")), {"cancel"})
        self.assertEqual(
            sorted(run.line_ids.mapped("reason")),
            ["not_sent"] * 10 + ["provider_paused"] * 5,
        )
        self.assertRecordValues(
            run, [{"done_count": 0, "skipped_count": 15, "failed_count": 0}]
        )
        self.assertEqual(
            self.provider.continuity_paused_until, datetime(2027, 9, 10, 2, 10)
        )
        activity = self.company.partner_id.activity_search([PAUSED])
        self.assertEqual(len(activity), 1)
        self.assertIn("10 requests came to nothing", activity.note)
        # Nobody is asked before the time
        self._run_at("2027-09-10 02:09:00")
        self.assertEqual(len(rows.transaction_ids), 10)
        # One request finds out that it is still the same; nobody is told again
        self._run_at("2027-09-10 02:10:00")
        self.assertEqual(len(rows.transaction_ids), 11)
        self.assertEqual(
            self.provider.continuity_paused_until, datetime(2027, 9, 10, 2, 30)
        )
        self.assertEqual(len(self.company.partner_id.activity_search([PAUSED])), 1)
        # There again: all of them, once
        self.gate = self._open_gate()
        self.urls[self.provider] = self.gate.url
        self._run_at("2027-09-10 02:31:00")
        self.assertEqual(set(rows.mapped("state")), {"paid"})
        self.assertEqual(set(rows.mapped("attempts")), {0})
        self.assertEqual(len(self.gate.taken), 15)
        self.assertEqual(set(self.gate.taken.values()), {23.37})
        self.assertRecordValues(
            self.provider,
            [{"continuity_paused_until": False, "continuity_pause_minutes": 0}],
        )

    def test_provider_dies_in_the_middle(self):
        """Three are paid, ten are unknown, the others were not touched."""

        def answer(number, _content):
            return (200, {}, {"state": "done"}) if number <= 3 else None

        self.gate.answer = answer
        rows = self.rows
        run = self._run_at("2027-09-10 02:00:00")
        self.assertEqual(
            sorted(rows.mapped("state")),
            ["paid"] * 3 + ["scheduled"] * 2 + ["unknown"] * 10,
        )
        self.assertEqual(len(self.gate.asked), 13)
        self.assertEqual(set(rows.mapped("attempts")), {0})
        self.assertEqual(
            len(run.line_ids.filtered(lambda r: r.reason == "provider_paused")), 2
        )
        # The resolver asks nobody either while it is paused
        self._run_at("2027-09-10 02:06:00", "resolve_payments")
        self.assertEqual(len(self.gate.asked), 13)
        # It is there again and knows its references: everybody is charged once
        self.gate.answer = lambda _number, _content: (200, {}, {"state": "done"})
        self._run_at("2027-09-10 02:11:00", "resolve_payments")
        self._run_at("2027-09-10 02:12:00")
        self.assertEqual(set(rows.mapped("state")), {"paid"})
        self.assertEqual(len(self.gate.taken), 15)
        self.assertEqual(set(self.gate.taken.values()), {23.37})
        self.assertEqual(len(rows.transaction_ids), 15)

    def test_what_cannot_be_asked_again_pauses_nobody(self):
        """A provider without a key for repetitions: its questions go to people."""
        self.gate.answer = lambda _number, _content: None
        self._run_at("2027-09-10 02:00:00")
        until = datetime(2027, 9, 10, 2, 10)
        self.assertEqual(self.provider.continuity_paused_until, until)
        transactions = type(self.env["payment.transaction"])
        with patch.object(transactions, "_CONTINUITY_IDEMPOTENT_PROVIDERS", set()):
            self._run_at("2027-09-10 02:11:00", "resolve_payments")
        self.assertEqual(self.provider.continuity_paused_until, until)
        self.assertEqual(len(self.gate.asked), 10)
        unknown = self.rows.filtered(lambda row: row.state == "unknown")
        self.assertEqual(set(unknown.mapped("resolve_count")), {3})

    def test_wrong_key(self):
        """Ten requests with a key that is none, and nobody's card is at fault."""
        self.gate.answer = lambda _number, _content: (401, {}, {})
        rows = self.rows
        run = self._run_at("2027-09-10 02:00:00")
        self.assertEqual(len(self.gate.asked), 10)
        self.assertEqual(set(rows.mapped("state")), {"scheduled"})
        self.assertEqual(set(rows.mapped("attempts")), {0})
        self.assertEqual(
            sorted(run.line_ids.mapped("reason")),
            ["configuration"] * 10 + ["provider_paused"] * 5,
        )
        self.assertEqual(len(self.company.partner_id.activity_search([PAUSED])), 1)

    def test_one_good_answer_in_between(self):
        """Ten in a row: a card that is declined is an answer like any other."""

        def answer(number, _content):
            return (200, {}, {"state": "error"}) if number == 10 else (401, {}, {})

        self.gate.answer = answer
        rows = self.rows
        self._run_at("2027-09-10 02:00:00")
        self.assertEqual(len(self.gate.asked), 15)
        self.assertFalse(self.provider.continuity_paused_until)
        self.assertEqual(rows.mapped("state").count("declined"), 1)

    def test_one_card_it_does_not_know(self):
        """No reason to pause, the others are charged; somebody is told, once a day."""
        self.gate.answer = lambda number, _content: (
            (400, {}, {}) if number == 1 else (200, {}, {"state": "done"})
        )
        rows = self.rows
        mails = self._count_mails()
        run = self._run_at("2027-09-10 02:00:00", sale_order=self._get_sale(rows[0]))
        self.assertEqual(run.line_ids.mapped("reason"), ["configuration"])
        self._run_at("2027-09-10 02:01:00", sale_order=self._get_sale(rows[1]))
        self.assertEqual(rows[:2].mapped("state"), ["scheduled", "paid"])
        self.assertFalse(self.provider.continuity_paused_until)
        activity = self.company.partner_id.activity_search([PAUSED])
        self.assertIn("did not pass a request on to the bank", activity.note)
        self.assertTrue(activity.user_id.has_group(MANAGER))
        self.assertEqual(self._count_mails() - mails, 1, "of what was paid")
        # The same once more: that day nobody, the next day a manager is told
        self.gate.answer = lambda _number, _content: (400, {}, {})
        for moment, count in (
            ("2027-09-10 12:00:00", 1),
            ("2027-09-11 02:00:00", 2),
        ):
            self._run_at(moment, sale_order=self._get_sale(rows[0]))
            told = self.company.partner_id.activity_search([PAUSED])
            self.assertEqual(len(told), count, moment)
        self.assertRecordValues(rows[0], [{"state": "scheduled", "attempts": 0}])

    def _get_sale(self, row):
        return row.continuity_order_id.sale_order_id

    def test_other_provider_goes_on(self):
        other = self.provider.copy({"state": "test", "name": "Other"})
        gate = self._open_gate()
        self.urls[other] = gate.url
        self.gate.close()
        dead = self.rows
        alive = self._first(self._sell_many(2, provider_id=other.id))
        self._run_at("2027-09-10 02:00:00")
        self.assertEqual(set(dead.mapped("state")), {"scheduled"})
        self.assertEqual(set(alive.mapped("state")), {"paid"})
        self.assertFalse(other.continuity_paused_until)

    # === THE RUN COMES BACK === #

    def test_run_comes_back(self):
        """What waits for its provider is due again in the same run."""
        rows = self.rows
        gate_url = self.gate.url
        self.urls[self.provider] = "http://127.0.0.1:9/"
        run = self._run_at("2027-09-10 02:00:00")
        commits = (
            patch.object(type(run), "_may_commit", return_value=True),
            patch.object(type(run), "_checkpoint", return_value=99.0),
        )
        with freeze_time("2027-09-10 02:00:00"), commits[0], commits[1]:
            run._end_try(is_finished=True)
            self.assertEqual(run.again_at, datetime(2027, 9, 10, 2, 10))
            self.assertIn("could not be asked", self._get_texts(run))
        self.urls[self.provider] = gate_url
        with freeze_time("2027-09-10 02:10:01"):
            run._begin_try()
            self.assertFalse(run.line_ids)
            self.assertEqual(run.skipped_count, 0)
            self.env["continuity.job.process_payments"]._work_off(run._in_company())
        self.assertEqual(set(rows.mapped("state")), {"paid"})
        self.assertEqual(run.done_count, 15)

    def _get_texts(self, run):
        run.state = "done"
        return " ".join(run._get_result_texts())


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 02:00:00")
class TestTired(GateCase):
    """A provider that is asked too much, and a card that was declined already."""

    def test_pause_doubles_up_to_160_minutes(self):
        moment = datetime(2027, 9, 10, 2, 0)
        row = self._first(self._sell_many(1))
        self.gate.close()
        for _time in range(9):
            self._run_at(moment)
        self.assertFalse(self.provider.continuity_paused_until)
        for minutes in (10, 20, 40, 80, 160, 160):
            self._run_at(moment)
            until = self.provider.continuity_paused_until
            self.assertEqual(until, moment + timedelta(minutes=minutes))
            moment = until
        self.assertRecordValues(row, [{"state": "scheduled", "attempts": 0}])

    def test_a_person_may_ask_all_the_same(self):
        row = self._first(self._sell_many(1))
        self.provider.continuity_paused_until = datetime(2027, 9, 10, 2, 30)
        self._run_at("2027-09-10 02:05:00")
        self.assertEqual(row.state, "scheduled")
        manager = self._create_user("asks", MANAGER)
        row.with_user(manager).action_charge_now()
        self.assertEqual(row.state, "paid")

    def test_an_administrator_ends_the_pause(self):
        row = self._first(self._sell_many(1))
        self.provider.continuity_paused_until = datetime(2027, 9, 10, 2, 30)
        manager = self._create_user("no_admin", MANAGER)
        with self.assertRaises(AccessError):
            self.provider.with_user(manager).action_continuity_end_pause()
        self.provider.action_continuity_end_pause()
        self._run_at("2027-09-10 02:05:00")
        self.assertEqual(row.state, "paid")

    def test_preview_asks_nobody_and_says_so(self):
        row = self._first(self._sell_many(1))
        self.provider.continuity_paused_until = datetime(2027, 9, 10, 2, 30)
        run = self._run_at("2027-09-10 02:05:00", dry_run=True)
        self.assertEqual(run.line_ids.reason, "provider_paused")
        self.assertIn("not asked before", run.line_ids.message)
        self.assertEqual(row.state, "scheduled")

    def test_too_many_requests(self):
        """It says for how long; the same run goes on afterwards, charged once."""

        def answer(number, _content):
            if number == 2:
                return 429, {"Retry-After": "3"}, {}
            return 200, {}, {"state": "done"}

        self.gate.answer = answer
        rows = self._first(self._sell_many(4))
        run = self._run_at("2027-09-10 02:00:00")
        self.assertEqual(
            rows.mapped("state"), ["paid", "scheduled", "scheduled", "scheduled"]
        )
        self.assertEqual(
            self.provider.continuity_paused_until, datetime(2027, 9, 10, 2, 0, 3)
        )
        self.assertEqual(
            sorted(run.line_ids.mapped("reason")),
            ["not_sent", "paid", "provider_paused", "provider_paused"],
        )
        self._run_at("2027-09-10 02:00:04")
        self.assertEqual(set(rows.mapped("state")), {"paid"})
        self.assertEqual(len(self.gate.taken), 4)

    def test_too_many_requests_without_a_time(self):
        """Twice as long each time, half as long or half again as it comes."""
        transaction = self._first(self._sell_many(1)).transaction_ids.new(
            {"continuity_http_status": 429, "continuity_decline_kind": "not_sent"}
        )
        providers = type(self.provider)
        for times, least, most in ((1, 1, 3), (3, 4, 12), (6, 32, 96), (10, 32, 96)):
            with patch.object(
                providers, "_continuity_count_fruitless", return_value=times
            ):
                for _time in range(20):
                    wait = self.provider._continuity_get_wait(transaction)
                    self.assertTrue(least <= wait <= most, (times, wait))

    def test_a_run_waits_a_moment(self):
        """A pause of seconds is waited for by the run that may."""
        self.provider.continuity_paused_until = datetime(2027, 9, 10, 2, 0, 5)
        job = self.env["continuity.job"]
        run = self.env["continuity.run"]
        slept = []

        def sleep(seconds):
            """Time goes by."""
            slept.append(seconds)
            self.provider.continuity_paused_until = False

        with patch(f"{PAUSE}.time.sleep", sleep):
            refusal = job._get_pause_refusal(run, self.provider)
            self.assertEqual(refusal[0], "provider_paused")
            self.assertFalse(slept)
            with (
                patch.object(type(run), "_may_commit", return_value=True),
                patch.object(type(run), "_checkpoint"),
            ):
                self.assertIsNone(job._get_pause_refusal(run, self.provider))
        self.assertEqual(slept, [5.0])

    def test_run_without_waiting_payments_stays_ended(self):
        self._sell_many(1)
        run = self._run_at("2027-09-10 02:00:00")
        self.provider.continuity_paused_until = datetime(2027, 9, 10, 2, 30)
        with patch.object(type(run), "_may_commit", return_value=True):
            self.assertFalse(run._get_pause_end())

    def test_child_order_waits_for_its_provider(self):
        """The order is made, stays a quotation, and is confirmed when it is paid."""
        order = self._sell(product=self._create_club("CLUBP"))
        self.provider.continuity_paused_until = datetime(2027, 9, 10, 2, 30)
        run = self._run_at("2027-09-10 02:05:00", "create_child_orders")
        child = order.child_order_ids
        self.assertEqual(child.state, "draft")
        self.assertEqual(run.line_ids.reason, "provider_paused")
        self.assertFalse(self.gate.asked)
        self._run_at("2027-09-10 02:31:00")
        self.assertEqual(child.state, "sale")
        self.assertEqual(len(self.gate.taken), 1)

    def test_a_card_is_declined_once_a_day(self):
        """Two orders, one card: the second row waits for another day, and says so."""
        self.gate.answer = lambda _number, _content: (200, {}, {"state": "error"})
        token = self._create_token()
        first, second = self._sell(token), self._sell(token)
        run = self._run_at("2027-09-10 02:00:00")
        rows = self._first(first | second)
        self.assertEqual(rows.mapped("state"), ["declined", "scheduled"])
        self.assertEqual(rows.mapped("attempts"), [1, 0])
        self.assertEqual(
            sorted(run.line_ids.mapped("reason")), ["card_tried", "declined"]
        )
        self._run_at("2027-09-10 23:00:00")
        self.assertEqual(len(self.gate.asked), 1)
        self.gate.answer = lambda _number, _content: (200, {}, {"state": "done"})
        self._run_at("2027-09-11 02:00:00")
        self.assertEqual(rows.mapped("state"), ["paid", "paid"])

    def test_a_card_is_declined_ten_times_in_thirty_days(self):
        self.company.continuity_retry_limit = 99
        self.company.continuity_retry_days = "1"
        self.gate.answer = lambda _number, _content: (200, {}, {"state": "error"})
        row = self._first(self._sell_many(1))
        for day in range(10, 26):
            self._run_at(f"2027-09-{day} 02:00:00")
        self.assertEqual(len(self.gate.asked), 10)
        self.assertEqual(row.attempts, 10)
        run = self._run_at("2027-09-26 02:00:00")
        self.assertEqual(run.line_ids.reason, "card_tried")
        self.assertIn("10 times within 30 days", run.line_ids.message)
        # The first of them is forgotten
        self._run_at("2027-10-10 02:00:01")
        self.assertEqual(len(self.gate.asked), 11)
