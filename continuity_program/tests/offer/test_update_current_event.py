# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from ..common import ContinuityCommon

JOB = "odoo.addons.continuity_program.jobs.continuity_job_failure"


@tagged("post_install", "-at_install")
class TestUpdateCurrentEvent(ContinuityCommon):
    """Rules R17, T54 to T64: the calendar of a program, through real orders."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.month_first = cls._create_interval("first")
        with freeze_time("2026-12-01 12:00:00"):
            cls.club = cls._create_calendar("CLUB")
            cls.product = cls._create_parent_product(cls.club)

    # === HELPERS === #

    @classmethod
    def _create_interval(cls, anchor):
        return cls.env["continuity.date.interval"].create(
            {"name": f"Month {anchor}", "unit": "month", "count": 1, "anchor": anchor}
        )

    @classmethod
    def _create_calendar(cls, code, count=12, start=date(2027, 1, 1), **values):
        """Club of the rules: event 1 on a day, eleven more by month."""
        timing = values.pop("timing", None) or {"date_interval_id": cls.month_first.id}
        events = [cls._event_vals(cls.goods_a, start_order_date=start)]
        events += [cls._event_vals(cls.goods_b, **timing) for _n in range(count - 1)]
        return cls._create_program(code, events=events, order_start="current", **values)

    def _run(self, day, **values):
        with freeze_time(f"{day} 12:00:00"):
            return self._execute("update_current_event", **values)

    def _sell(self, day, product=None):
        """Plan an order of a day; return event numbers and dates."""
        with freeze_time(f"{day} 12:00:00"):
            order = self._create_order(product or self.product)
        shipments = order.continuity_order_ids.shipment_ids.sorted("number")
        return [(s.event_number, s.planned_date) for s in shipments]

    def _get_number(self, program=None):
        return (program or self.club).current_event_id.number

    # === THE POINTER === #

    def test_pointer(self):
        """T54: 0 / 1 / 3 / 12."""
        for day, number in (
            ("2026-12-20", 0),
            ("2027-01-01", 1),
            ("2027-03-15", 3),
            ("2027-12-31", 12),
        ):
            with self.subTest(day=day):
                self._run(day)
                self.assertEqual(self._get_number(), number)
                self.assertEqual(self.club.last_checked_date, date.fromisoformat(day))
        self.assertEqual(self.club.current_event_date, date(2027, 12, 1))

    def test_catches_up(self):
        """T55: no run from 10 February to 20 May; each event has its own day."""
        self._run("2027-02-10")
        self.assertEqual(self._get_number(), 2)
        run = self._run("2027-05-20")
        self.assertEqual(self._get_number(), 5)
        self.assertEqual(
            self.club.event_ids[:6].mapped("processed_date"),
            [
                date(2027, 1, 1),
                date(2027, 2, 1),
                date(2027, 3, 1),
                date(2027, 4, 1),
                date(2027, 5, 1),
                False,
            ],
        )
        self.assertEqual(
            run.message,
            "Programs moved to another event: 1. Finished.",
        )
        self.assertRecordValues(
            run.line_ids,
            [
                {
                    "program_id": self.club.id,
                    "outcome": "done",
                    "reason": "event_moved",
                    "message": "Current event 5: Goods B, since 05/01/2027.",
                }
            ],
        )

    def test_second_run_does_nothing(self):
        self._run("2027-03-15")
        run = self._run("2027-03-15")
        self.assertFalse(run.line_ids)
        self.assertEqual(run.done_count, 0)
        self.assertEqual(self._get_number(), 3)

    def test_never_back(self):
        """A run for an earlier day, and a calendar that was moved on."""
        self._run("2027-03-15")
        self._run("2027-03-15", date="2027-01-15")
        self.assertEqual(self._get_number(), 3)
        self.club.event_ids[0].start_order_date = date(2027, 2, 1)
        self._run("2027-03-16")
        self.assertEqual(self._get_number(), 3)
        self.assertEqual(self.club.event_ids[2].processed_date, date(2027, 3, 1))

    def test_repeats_are_steps(self):
        """A step may be a repeat of the same event."""
        program = self._create_repeating()
        self._run("2027-02-10")
        self.assertEqual(
            (self._get_number(program), program.current_occurrence), (1, 1)
        )

    # === THE END === #

    def test_end(self):
        """T56: sold on 31 December, refused on 1 January."""
        self._run("2027-12-31")
        self.assertFalse(self.club.has_ended)
        self.assertEqual(self._sell("2027-12-31"), [(12, date(2027, 12, 31))])
        run = self._run("2028-01-01")
        self.assertTrue(self.club.has_ended)
        self.assertEqual(run.line_ids.reason, "program_ended")
        with self.assertRaisesRegex(UserError, "has ended"):
            self._sell("2028-01-01")

    def test_refused_before_the_job(self):
        """T56: the end does not wait for the job."""
        self._run("2027-12-31")
        with self.assertRaisesRegex(UserError, "has ended"):
            self._sell("2028-01-01")

    def test_end_with_days(self):
        """T63: the last event, +30, current from 1 April: sold until 30 April."""
        program = self._create_calendar(
            "DAYS", count=2, start=date(2027, 3, 2), timing={"days": 30}
        )
        product = self._create_parent_product(program)
        self._run("2027-04-30")
        self.assertEqual(program.current_event_date, date(2027, 4, 1))
        self.assertEqual(self._sell("2027-04-30", product), [(2, date(2027, 4, 30))])
        self._run("2027-05-01")
        self.assertTrue(program.has_ended)

    # === NEW MEMBERS === #

    def test_new_member(self):
        """T57: event 3 on the day, then in step with the calendar."""
        self._run("2027-03-15")
        plan = self._sell("2027-03-15")
        self.assertEqual(
            plan[:3],
            [(3, date(2027, 3, 15)), (4, date(2027, 4, 1)), (5, date(2027, 5, 1))],
        )
        self.assertEqual(plan[-1], (12, date(2027, 12, 1)))

    def test_new_member_with_days(self):
        """T58: +30 each; the member is not in step, the editor warns."""
        program = self._create_calendar("PLUS30", timing={"days": 30})
        product = self._create_parent_product(program)
        self._run("2027-03-15")
        self.assertEqual(self._get_number(program), 3)
        self.assertEqual(program.current_event_date, date(2027, 3, 2))
        self.assertEqual(
            self._sell("2027-03-15", product)[:3],
            [(3, date(2027, 3, 15)), (4, date(2027, 4, 14)), (5, date(2027, 5, 14))],
        )

    def test_start_order_dates(self):
        """T59: a fixed day on every event."""
        program = self._create_program(
            "FIXED",
            order_start="current",
            events=[
                self._event_vals(self.goods_a, start_order_date=date(2027, month, 1))
                for month in range(1, 13)
            ],
        )
        product = self._create_parent_product(program)
        self._run("2027-03-15")
        self.assertEqual(
            self._sell("2027-03-15", product)[:3],
            [(3, date(2027, 3, 15)), (4, date(2027, 4, 1)), (5, date(2027, 5, 1))],
        )

    @classmethod
    def _create_repeating(cls, **values):
        """A M-first ×2 from 1 January, then B M-first (T60)."""
        monthly = {"date_interval_id": cls.month_first.id}
        with freeze_time("2026-12-01 12:00:00"):
            return cls._create_program(
                "REPEAT",
                order_start="current",
                events=[
                    cls._event_vals(
                        cls.goods_a,
                        start_order_date=date(2027, 1, 1),
                        repeat_count=2,
                        **monthly,
                    ),
                    cls._event_vals(cls.goods_b, **monthly),
                ],
                **values,
            )

    def _check_repeating(self, expected, **values):
        product = self._create_parent_product(self._create_repeating(**values))
        self._run("2027-02-10")
        self.assertEqual(self._sell("2027-02-10", product), expected)

    def test_all_repeats(self):
        """T60: a new member gets the whole event."""
        self._check_repeating(
            [
                (1, date(2027, 2, 10)),
                (1, date(2027, 3, 1)),
                (1, date(2027, 4, 1)),
                (2, date(2027, 5, 1)),
            ]
        )

    def test_remaining_repeats(self):
        """T61: a new member gets what is left of the event."""
        self._check_repeating(
            [(1, date(2027, 2, 10)), (1, date(2027, 3, 1)), (2, date(2027, 4, 1))],
            current_start="remaining",
        )

    def test_before_the_start(self):
        """T62: the first event on its day."""
        self._run("2026-12-20")
        self.assertEqual(self._sell("2026-12-20")[0], (1, date(2027, 1, 1)))

    def test_current_event_skipped(self):
        """T64: the next event that ships."""
        self._run("2027-03-15")
        self.club.event_ids[2].action = "skip"
        self.assertEqual(self._sell("2027-03-15")[0], (4, date(2027, 3, 15)))

    def test_x7(self):
        """X7: no calendar day on event 1: the calendar begins on the opening day."""
        with freeze_time("2027-09-10 12:00:00"):
            program = self._create_program("X7", order_start="current")
            product = self._create_parent_product(program)
        self._run("2027-10-10")
        self.assertEqual(
            self._sell("2027-10-10", product),
            [(2, date(2027, 10, 10)), (3, date(2027, 11, 9))],
        )

    # === THE ENGINE === #

    def test_only_open_programs(self):
        """Closed, archived and draft programs are left alone."""
        closed = self._create_calendar("CLOSED")
        closed.action_close()
        archived = self._create_calendar("ARCHIVED")
        archived.active = False
        draft = self._create_calendar("DRAFT", is_open=False)
        run = self._run("2027-03-15")
        self.assertEqual(run.line_ids.program_id, self.club)
        self.assertFalse((closed | archived | draft).current_event_id)

    def test_other_company(self):
        other = self.env["res.company"].create({"name": "Other company"})
        self.env.user.company_ids |= other
        theirs = self.env["continuity.program"].create(
            {"name": "Theirs", "code": "THEIRS", "company_id": other.id}
        )
        theirs.event_ids = [
            Command.create(
                self._event_vals(self.goods_a, start_order_date=date(2027, 1, 1))
            )
        ]
        theirs.state = "open"
        before = theirs.last_checked_date
        self._run("2027-03-15")
        self.assertEqual(theirs.last_checked_date, before)
        self._run("2027-03-15", company=other)
        self.assertEqual(theirs.current_event_id.number, 1)

    def test_filter(self):
        other = self._create_calendar("OTHER")
        self._run("2027-03-15", program=other)
        self.assertFalse(self.club.current_event_id)
        self._run("2027-03-15", product=self.product)
        self.assertEqual(self._get_number(), 3)

    def test_preview_equals_run(self):
        preview = self._run("2027-03-15", dry_run=True)
        self.assertFalse(self.club.current_event_id)
        run = self._run("2027-03-15")
        names = ["program_id", "outcome", "reason", "message"]
        self.assertEqual(
            [[line[name] for name in names] for line in preview.line_ids],
            [[line[name] for name in names] for line in run.line_ids],
        )
        self.assertEqual(
            preview.message, "Programs that would move to another event: 1. Finished."
        )

    def test_poison(self):
        """A program that cannot be read stops no other one."""
        bad = self._create_calendar("BAD")
        model = type(self.env["continuity.program"])
        original = model._move_pointer

        def move(program, today):
            if program == bad:
                raise UserError("Bad calendar")
            return original(program, today)

        self.patch(model, "_move_pointer", move)
        run = self._run("2027-03-15")
        self.assertEqual(self._get_number(), 3)
        failed = run.line_ids.filtered(lambda line: line.outcome == "failed")
        self.assertRecordValues(
            failed, [{"program_id": bad.id, "message": "Bad calendar"}]
        )
        self.assertEqual(run.state, "done")

    def test_queries_per_program(self):
        counts = []
        for count in (10, 50):
            for number in range(count):
                self._create_calendar(f"Q{count}-{number}", count=2)
            with self._counting_queries(counts):
                run = self._run("2027-01-15", date=date(2027, 1, 15))
            self.assertGreaterEqual(run.done_count, count)
        few, many = counts
        self.assertLessEqual((many - few) / 40, 0.7, counts)
