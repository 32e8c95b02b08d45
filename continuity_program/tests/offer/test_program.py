# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ... import planning
from ..common import ACCOUNTANT, MANAGER, SELLER, ContinuityCommon


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestProgram(ContinuityCommon):
    """States, opening checks and the sale of programs (rules F6)."""

    def _assert_not_open(self, program, text):
        with self.assertRaisesRegex(UserError, text):
            program.action_open()
        self.assertEqual(program.state, "draft")

    def _assert_violation(self, record, values):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            record.write(values)
            record.flush_recordset()

    # === STATES === #

    def test_open_close_open(self):
        program = self._create_program(is_open=False)
        self.assertEqual(program.state, "draft")
        program.action_open()
        program.action_open()
        self.assertEqual(program.state, "open")
        program.action_close()
        program.action_close()
        self.assertEqual(program.state, "closed")
        program.action_open()
        self.assertEqual(program.state, "open")

    def test_no_records(self):
        programs = self.env["continuity.program"]
        programs.action_open()
        programs.action_close()
        programs._check_can_open()
        programs._check_upfront_taxes(self.goods, self.company)
        self.assertFalse(programs._update_current_event(date(2027, 9, 10)))

    def test_archived_is_closed(self):
        program = self._create_program()
        program.action_archive()
        self.assertEqual(program.state, "closed")
        with self.assertRaisesRegex(UserError, "archived"):
            program.action_open()

    def test_code_is_unique_in_the_company(self):
        program = self._create_program("CP-1")
        other = self.env["res.company"].create({"name": "Other company"})
        program.copy({"code": "CP-1", "company_id": other.id, "event_ids": False})
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._create_program("CP-1")

    def test_open_by_write_passes_the_same_checks(self):
        program = self._create_program(is_open=False, events=[])
        with self.assertRaisesRegex(UserError, "no event to send"):
            program.write({"state": "open"})
        with self.assertRaisesRegex(UserError, "no event to send"):
            self.env["continuity.program"].create(
                {"name": "Empty", "code": "EMPTY", "state": "open"}
            )

    def test_sellers_read_only(self):
        program = self._create_program()
        seller = self._create_user("seller", SELLER)
        self.assertTrue(program.with_user(seller).name)
        for user in (seller, self._create_user("accountant", ACCOUNTANT)):
            with self.assertRaises(AccessError):
                program.with_user(user).action_close()
            with self.assertRaises(AccessError):
                program.with_user(user).event_ids[0].repeat_count = 1
        program.with_user(self._create_user("manager", MANAGER)).action_close()
        self.assertEqual(program.state, "closed")

    # === WHAT OPENING CHECKS === #

    def test_v7_needs_an_event(self):
        self._assert_not_open(
            self._create_program(is_open=False, events=[]), "no event to send"
        )
        skipped = [self._event_vals(self.goods_a, action="skip")]
        self._assert_not_open(
            self._create_program("CP-2", is_open=False, events=skipped),
            "no event to send",
        )

    def test_v1_needs_products(self):
        events = [self._event_vals(self.goods_a), {"days_from_last": 30}]
        program = self._create_program(is_open=False, events=events)
        self._assert_not_open(program, "Event 2 has no product")

    def test_v3_one_end(self):
        events = [
            self._event_vals(self.goods_a, action="end"),
            self._event_vals(self.goods_b, days=21, action="end"),
        ]
        program = self._create_program(is_open=False, events=events)
        self._assert_not_open(program, "Events 1, 2 are all marked")

    def test_v2_nothing_behind_end(self):
        events = [
            self._event_vals(self.goods_a, action="end"),
            self._event_vals(self.goods_b, days=21),
        ]
        program = self._create_program(is_open=False, events=events)
        self._assert_not_open(program, "Event 2 would never be sent")
        program.event_ids[1].action = "skip"
        program.action_open()
        self.assertEqual(program.state, "open")

    def test_v6_each_later_event_has_a_date(self):
        events = [self._event_vals(self.goods_a), self._event_vals(self.goods_b)]
        program = self._create_program(is_open=False, events=events)
        self._assert_not_open(program, "Event 2 has no date")
        program.event_ids[1].start_order_date = date(2027, 11, 5)
        program.action_open()
        self.assertEqual(program.state, "open")

    def test_v6_not_both(self):
        event = self._create_program(is_open=False).event_ids[1]
        interval = self._interval()
        with self.assertRaisesRegex(ValidationError, "Clear one of them"):
            event.date_interval_id = interval
        event.write({"date_interval_id": interval.id, "days_from_last": 0})
        self.assertEqual(event.date_interval_id, interval)

    def test_v5_limits(self):
        program = self._create_program(is_open=False)
        event = program.event_ids[0]
        for values in (
            {"days_from_last": -1},
            {"repeat_count": -2},
            {"probability": 100.5},
            {"probability": -1},
        ):
            with (
                self.subTest(values),
                self.assertRaisesRegex(ValidationError, "is a number from"),
                self.env.cr.savepoint(),
            ):
                event.write(values)
        with (
            self.assertRaisesRegex(ValidationError, "is a number from 0 to 3650"),
            self.env.cr.savepoint(),
        ):
            program.write({"days_after_order": -1})
        self._assert_violation(event.line_ids, {"quantity": 0})
        with self.assertRaisesRegex(ValidationError, "negative price|from 0 to"):
            event.line_ids.write({"price_overridden": True, "price_unit": -1})

    def test_v11_repeats_need_a_distance(self):
        events = [self._event_vals(self.goods_a, repeat_count=2)]
        program = self._create_program(is_open=False, events=events)
        self._assert_not_open(program, "Event 1 is repeated, but nothing says when")
        program.event_ids.days_from_last = 28
        program.action_open()
        self.assertEqual(program.state, "open")

    def test_v12_endless_is_the_last(self):
        events = [
            self._event_vals(self.goods_a, days=28, repeat_count=-1),
            self._event_vals(self.goods_b, days=28),
        ]
        program = self._create_program(is_open=False, events=events)
        self._assert_not_open(program, "events behind it never come")
        program.event_ids[1].action = "skip"
        program.action_open()
        self.assertEqual(program.state, "open")

    def test_v13_endless_is_not_billed_upfront(self):
        events = [self._event_vals(self.goods_a, days=28, repeat_count=-1)]
        program = self._create_program(is_open=False, events=events, bill_upfront=True)
        self._assert_not_open(program, "no total to .Bill upfront")
        program.bill_upfront = False
        program.action_open()
        with self.assertRaisesRegex(UserError, "no total to .Bill upfront"):
            program.bill_upfront = True

    def test_v13_checked_when_an_event_changes(self):
        program = self._create_program(bill_upfront=True)
        with self.assertRaisesRegex(UserError, "no total to .Bill upfront"):
            program.event_ids[2].repeat_count = -1

    def test_v8_prompt_needs_schedules(self):
        program = self._create_program(is_open=False, prompt_payment_schedule=True)
        self._assert_not_open(program, "nothing to choose from")
        three, four = self._schedules()
        program.write(
            {
                "allowed_payment_schedule_ids": [Command.set(three.ids)],
                "payment_schedule_id": four.id,
            }
        )
        self._assert_not_open(program, "is not among the valid ones")
        program.payment_schedule_id = three
        program.action_open()
        self.assertEqual(program.state, "open")

    def test_all_problems_at_once(self):
        events = [
            self._event_vals(self.goods_a, repeat_count=1),
            self._event_vals(self.goods_b),
        ]
        program = self._create_program(is_open=False, events=events)
        with self.assertRaises(UserError) as error:
            program.action_open()
        self.assertIn("Event 1 is repeated", str(error.exception))
        self.assertIn("Event 2 has no date", str(error.exception))

    # === UP FRONT === #

    def test_upfront_needs_account_and_journal(self):
        program = self._create_program(is_open=False, bill_upfront=True)
        self.company.continuity_prepayment_account_id = False
        self.company.continuity_revenue_journal_id = False
        self._assert_not_open(program, "no account for up-front money")
        self._assert_not_open(program, "no journal for the revenue")
        self.company.downpayment_account_id = self.prepayment_account
        self.company.continuity_revenue_journal_id = self.revenue_journal
        program.action_open()
        self.assertEqual(program.state, "open")

    def test_upfront_account_must_be_a_reconcilable_liability(self):
        program = self._create_program(is_open=False, bill_upfront=True)
        self.prepayment_account.reconcile = False
        self._assert_not_open(program, "reconcilable current liability")
        self.prepayment_account.reconcile = True
        self._tax("VAT", account=self.prepayment_account)
        self._assert_not_open(program, "that no tax uses")

    def test_upfront_needs_the_same_taxes(self):
        vat = self._tax("VAT 21")
        self.goods_a.taxes_id = vat
        program = self._create_program(is_open=False, bill_upfront=True)
        self._assert_not_open(program, "Goods B bears no tax, Goods A bears VAT 21")
        self.goods.taxes_id = vat
        program.action_open()
        self.assertEqual(program.state, "open")

    def test_upfront_taxes_need_accounts(self):
        vat = self._tax("VAT 21", account=False)
        self.goods.taxes_id = vat
        program = self._create_program(is_open=False, bill_upfront=True)
        self._assert_not_open(program, "Tax VAT 21 has no account")
        vat.amount = 0
        program.action_open()
        self.assertEqual(program.state, "open")

    def test_upfront_taxes_of_the_customer(self):
        """A fiscal position may make equal what differs, and the other way round."""
        vat, exempt = self._tax("VAT 21"), self._tax("VAT 9")
        self.goods_a.taxes_id = vat
        (self.goods_b | self.goods_c).taxes_id = exempt
        program = self._create_program(is_open=False, bill_upfront=True)
        position = self.env["account.fiscal.position"].create({"name": "Abroad"})
        exempt.write(
            {
                "fiscal_position_ids": [Command.link(position.id)],
                "original_tax_ids": [Command.link(vat.id)],
            }
        )
        parent = self._create_parent_product(
            self._create_program("CP-2"), taxes_id=[Command.set(vat.ids)]
        )
        program._check_upfront_taxes(parent, self.company, position)
        with self.assertRaisesRegex(UserError, "VAT 9"):
            program._check_upfront_taxes(parent, self.company)

    def test_per_shipment_taxes_may_differ(self):
        self.goods_a.taxes_id = self._tax("VAT 21")
        program = self._create_program()
        self.assertEqual(program.state, "open")

    # === SALE === #

    def test_sale_refusal(self):
        program = self._create_program(is_open=False)
        today = date(2027, 9, 10)
        self.assertIn("draft", program._get_sale_refusal(self.company, today))
        program.action_open()
        self.assertFalse(program._get_sale_refusal(self.company, today))
        program.action_close()
        self.assertIn("closed", program._get_sale_refusal(self.company, today))

    def test_sale_refusal_of_another_company(self):
        program = self._create_program()
        other = self.env["res.company"].create({"name": "Other company"})
        user = self._create_user("other", SELLER)
        user.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        refusal = program.with_user(user)._get_sale_refusal(other, date(2027, 9, 10))
        self.assertIn("belongs to company", refusal)

    def test_t56_sale_at_the_end_of_the_calendar(self):
        club = self._create_club()
        day, after = date(2027, 12, 31), date(2028, 1, 1)
        self.assertFalse(club._get_sale_refusal(self.company, day))
        self.assertIn("has ended", club._get_sale_refusal(self.company, after))
        club.order_start = "first"
        self.assertFalse(club._get_sale_refusal(self.company, after))

    def test_t54_pointer(self):
        club = self._create_club()
        self.assertEqual(club.current_event_id.number, 9)
        self.assertEqual(club.calendar_anchor, date(2027, 1, 1))
        self.assertEqual(club.current_event_date, date(2027, 9, 1))
        moved = club._update_current_event(date(2027, 12, 31))
        self.assertEqual(moved, club)
        self.assertEqual(club.current_event_id.number, 12)
        self.assertFalse(club.has_ended)
        self.assertFalse(club._update_current_event(date(2028, 1, 1)))
        self.assertTrue(club.has_ended)

    @freeze_time("2027-02-10 12:00:00")
    def test_t55_stamps(self):
        club = self._create_club()
        club._update_current_event(date(2027, 5, 20))
        self.assertEqual(
            club.event_ids[:6].mapped("processed_date"),
            [date(2027, month, 1) for month in range(1, 6)] + [False],
        )

    @freeze_time("2026-12-20 12:00:00")
    def test_t62_before_the_calendar_begins(self):
        club = self._create_club()
        self.assertFalse(club.current_event_id)
        request = planning.Request(date(2026, 12, 20))
        first = next(planning.plan(club._to_planning(), request))
        self.assertEqual((first.event.number, first.date), (1, date(2027, 1, 1)))

    def test_t57_new_member(self):
        """The starting event is the one of September; from there on it is a club."""
        club = self._create_club()
        plan = planning.plan(club._to_planning(), planning.Request(date(2027, 9, 10)))
        self.assertEqual(
            [(item.event.number, item.date) for item in plan],
            [
                (9, date(2027, 9, 10)),
                (10, date(2027, 10, 1)),
                (11, date(2027, 11, 1)),
                (12, date(2027, 12, 1)),
            ],
        )

    def test_anchor_is_the_day_of_opening(self):
        program = self._create_program(order_start="current")
        self.assertEqual(program.calendar_anchor, date(2027, 9, 10))
        self.assertEqual(program.current_event_id.number, 1)
        with freeze_time("2027-09-20 12:00:00"):
            program.action_close()
            program.action_open()
        self.assertEqual(program.calendar_anchor, date(2027, 9, 10))

    def test_to_planning(self):
        interval = self._interval()
        program = self._create_program(
            events=[
                self._event_vals(self.goods_a),
                self._event_vals(self.goods_b, date_interval_id=interval.id),
                self._event_vals(self.goods_c, days=14, repeat_count=2, action="end"),
            ],
            days_after_order=4,
        )
        one, two, three = program.event_ids
        self.assertEqual(
            program._to_planning(),
            planning.Program(
                events=(
                    planning.Event(one.id, 1),
                    planning.Event(
                        two.id, 2, interval=planning.Interval("month", 1, "same")
                    ),
                    planning.Event(
                        three.id, 3, "end", days_from_last=14, repeat_count=2
                    ),
                ),
                order_start="first",
                days_after_order=4,
                # Opened today, the calendar stands at the first event
                current_number=1,
            ),
        )

    # === HINTS === #

    def test_warnings(self):
        program = self._create_program(is_open=False)
        self.assertEqual(
            program.warning_text,
            "30 days is not a month: a series of them begun on 1 January ships 13 times"
            " that year. If you mean a month, use a monthly date interval instead.",
        )
        program.event_ids.write({"days_from_last": 31})
        self.assertIn("ships 12 times", program.warning_text)
        program.event_ids.write({"days_from_last": 27})
        self.assertFalse(program.warning_text)
        program.event_ids[2].action = "send"
        self.assertIn("No event is marked “End”", program.warning_text)
        program.order_start = "current"
        self.assertIn("count from the previous shipment: 2, 3.", program.warning_text)

    def test_warnings_do_not_hinder_opening(self):
        program = self._create_program(order_start="current")
        self.assertTrue(program.warning_text)
        self.assertEqual(program.state, "open")

    def test_no_end_needed_when_endless(self):
        events = [self._event_vals(self.goods_a, days=27, repeat_count=-1)]
        self.assertFalse(self._create_program(events=events).warning_text)

    # === DELETE, COPY === #

    def test_v9_no_deletion_with_orders(self):
        program = self._create_program()
        product = self._create_parent_product(program)
        with self.assertRaisesRegex(UserError, "Take it off the product"):
            program.unlink()
        order = self._create_order(product)
        self.assertTrue(order.continuity_order_ids)
        product.continuity_program_id = False
        with self.assertRaisesRegex(UserError, "Archive it"):
            program.unlink()

    def test_delete_unused(self):
        program = self._create_program()
        events = program.event_ids
        program.unlink()
        self.assertFalse(events.exists())

    def test_copy_schedule(self):
        program = self._create_program("CP-7")
        copies = program.copy() | program.copy()
        self.assertEqual(copies.mapped("code"), ["CP-7 (copy)", "CP-7 (copy) 2"])
        self.assertEqual(copies.mapped("state"), ["draft", "draft"])
        self.assertFalse(copies.calendar_anchor if len(copies) == 1 else False)
        for copied in copies:
            self.assertFalse(copied.calendar_anchor)
            self.assertRecordValues(
                copied.event_ids,
                [
                    {"number": 1, "days_from_last": 0, "product_id": self.goods_a.id},
                    {"number": 2, "days_from_last": 30, "product_id": self.goods_b.id},
                    {"number": 3, "days_from_last": 30, "product_id": self.goods_c.id},
                ],
            )
        self.assertFalse(copies.event_ids & program.event_ids)

    # === HELPERS === #

    def _interval(self, unit="month", count=1, anchor="same"):
        return self.env["continuity.date.interval"].create(
            {"name": "Step", "unit": unit, "count": count, "anchor": anchor}
        )

    def _schedules(self):
        return self.env["continuity.payment.schedule"].create(
            [
                {"name": "3 monthly", "code": "3M", "number_of_payments": 3},
                {"name": "4 monthly", "code": "4M", "number_of_payments": 4},
            ]
        )

    def _create_club(self):
        """The club of T54: a Start order date, then first days of months."""
        interval = self._interval(anchor="first")
        first = self._event_vals(self.goods_a, start_order_date=date(2027, 1, 1))
        others = [
            self._event_vals(self.goods_b, date_interval_id=interval.id)
            for _month in range(11)
        ]
        return self._create_program(
            "CLUB", events=[first, *others], order_start="current"
        )

    def _tax(self, name, account=None):
        if account is None:
            account = self._create_account(
                name, "TAX" + name[-2:].strip(), "liability_current"
            )
        line = {"account_id": account.id if account else False}
        lines = [
            Command.create({"repartition_type": "base"}),
            Command.create({"repartition_type": "tax", **line}),
        ]
        return self.env["account.tax"].create(
            {
                "name": name,
                "amount": 21.0,
                "type_tax_use": "sale",
                "invoice_repartition_line_ids": lines,
                "refund_repartition_line_ids": lines,
            }
        )
