# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from ...models.entry.extension import Extension
from ..common import SELLER_ALL, ContinuityCommon


class ExtendCase(ContinuityCommon):
    """Monthly and fortnightly programs, orders of given days, days of given runs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.continuity_max_catchup = 0
        cls.monthly = cls.env["continuity.date.interval"].create(
            {"name": "Month", "unit": "month", "count": 1, "anchor": "same"}
        )

    @classmethod
    def _create_monthly(cls, repeats=8, code="MONTHLY", **values):
        """One event by month, as in T46."""
        program = cls._create_program(
            code,
            events=[
                cls._event_vals(
                    cls.goods_a,
                    date_interval_id=cls.monthly.id,
                    repeat_count=repeats,
                )
            ],
            **values,
        )
        return cls._create_parent_product(program, name=code)

    def _sell(self, product, day="2027-08-31", **values):
        with freeze_time(f"{day} 12:00:00"):
            return self._create_sold_order(product, **values).continuity_order_ids

    def _ship(self, day, **values):
        with freeze_time(f"{day} 12:00:00"):
            return self._execute("create_child_orders", **values)

    def _run(self, day, **values):
        with freeze_time(f"{day} 12:00:00"):
            return self._execute("extend_lines", **values)

    def _get_dates(self, order, state=None):
        shipments = order.shipment_ids.sorted("number")
        if state:
            shipments = shipments.filtered(lambda s: s.state == state)
        return [str(day)[2:] for day in shipments.mapped("planned_date")]

    def _live(self, order, days):
        """Ship and extend on each of these days."""
        for day in days:
            self._ship(day)
            self._run(day)


@tagged("post_install", "-at_install")
class TestExtendLines(ExtendCase):
    """Rules R9, R10, T46 to T53: the plan goes on as it is shipped."""

    def test_entry(self):
        """T46: 1 + 3 at entry."""
        self.company.continuity_repeat_threshold = 3
        order = self._sell(self._create_monthly())
        self.assertEqual(
            self._get_dates(order), ["27-08-31", "27-09-30", "27-10-31", "27-11-30"]
        )
        self.assertTrue(order.has_more)

    def test_one_by_one(self):
        """T47: nothing after the first child, then one by one to the ninth."""
        self.company.continuity_repeat_threshold = 3
        order = self._sell(self._create_monthly())
        self._ship("2027-08-31")
        run = self._run("2027-08-31")
        self.assertEqual(len(order.shipment_ids), 4)
        self.assertFalse(run.line_ids)
        self._ship("2027-09-30")
        run = self._run("2027-09-30")
        self.assertEqual(self._get_dates(order)[4:], ["27-12-31"])
        self.assertEqual(
            run.message, "Continuity orders extended: 1, by 1 shipments. Finished."
        )
        self.assertRecordValues(
            run.line_ids,
            [
                {
                    "continuity_order_id": order.id,
                    "outcome": "done",
                    "reason": "extended",
                    "item_count": 1,
                    "message": "Shipments added: 1, the last one on 12/31/2027.",
                }
            ],
        )
        self._live(
            order,
            [
                "2027-10-31",
                "2027-11-30",
                "2027-12-31",
                "2028-01-31",
                "2028-02-29",
                "2028-03-31",
                "2028-04-30",
                "2028-05-31",
            ],
        )
        self.assertEqual(
            self._get_dates(order)[4:],
            ["27-12-31", "28-01-31", "28-02-29", "28-03-31", "28-04-30"],
        )
        self.assertEqual(len(order.child_order_ids), 9)
        self.assertFalse(order.has_more)

    def test_next_event(self):
        """T48: the event's five, then the next event."""
        self.company.continuity_repeat_threshold = 2
        order = self._sell(self._create_fortnightly(4), day="2027-09-10")
        self.assertEqual(self._get_dates(order), ["27-09-10", "27-09-24", "27-10-08"])
        for day in ("09-10", "09-24", "10-08", "10-22", "11-05", "11-19", "12-03"):
            self._ship(f"2027-{day}")
            self._run(f"2027-{day}")
        self.assertEqual(
            self._get_dates(order)[3:], ["27-10-22", "27-11-05", "27-11-19"]
        )
        self.assertEqual(
            order.shipment_ids.sorted("number").mapped("event_number"),
            [1, 1, 1, 1, 1, 2],
        )
        self.assertEqual(
            order.shipment_ids.sorted("number").mapped("occurrence"),
            [0, 1, 2, 3, 4, 0],
        )
        self.assertEqual(order.shipment_ids[-1].line_ids.product_id, self.goods_b)

    def _create_fortnightly(self, repeats, **values):
        program = self._create_program(
            f"DAYS{repeats}",
            events=[
                self._event_vals(self.goods_a, days=14, repeat_count=repeats),
                self._event_vals(self.goods_b, days=14),
            ],
            **values,
        )
        return self._create_parent_product(program)

    def test_complete_at_entry(self):
        """T49: the event is not shortened, so the next one is laid out."""
        self.company.continuity_repeat_threshold = 3
        order = self._sell(self._create_fortnightly(2), day="2027-09-10")
        self.assertEqual(
            self._get_dates(order), ["27-09-10", "27-09-24", "27-10-08", "27-10-22"]
        )
        self.assertFalse(order.has_more)

    def test_endless(self):
        """T50: 13 rows without a threshold; it rolls on with twelve ahead."""
        program = self._create_program(
            "ENDLESS", events=[self._event_vals(self.goods_a, days=28, repeat_count=-1)]
        )
        order = self._sell(self._create_parent_product(program), day="2027-09-10")
        self.assertEqual(len(order.shipment_ids), 13)
        self.assertEqual(self._get_dates(order)[-1], "28-08-11")
        self._ship("2027-09-10")
        self._run("2027-09-10")
        self.assertEqual(len(order.shipment_ids), 13)
        self._ship("2027-10-08")
        self._run("2027-10-08")
        self.assertEqual(self._get_dates(order)[13:], ["28-09-08"])
        self.assertTrue(order.has_more)

    def test_up_front(self):
        """T51: everything at entry, nothing to extend."""
        self.company.continuity_repeat_threshold = 2
        order = self._sell(
            self._create_fortnightly(4, bill_upfront=True), day="2027-09-10"
        )
        self.assertEqual(len(order.shipment_ids), 6)
        self.assertFalse(order.has_more)
        self._ship("2027-09-24")
        self._run("2027-09-24")
        self.assertEqual(len(order.shipment_ids), 6)

    def test_from_the_scheduled_date(self):
        """T52: *this one only* does not move what follows."""
        self.company.continuity_repeat_threshold = 3
        order = self._sell(self._create_monthly())
        with freeze_time("2027-08-31 12:00:00"):
            order.shipment_ids[3]._set_planned_date(date(2027, 12, 5))
        self._live(order, ["2027-08-31", "2027-09-30"])
        self.assertEqual(self._get_dates(order)[3:], ["27-12-05", "27-12-31"])

    def test_refused_programs(self):
        """T53: endless up front, a repeat without timing, something behind endless."""
        endless = {"days": 28, "repeat_count": -1}
        for events, values in (
            ([self._event_vals(self.goods_a, **endless)], {"bill_upfront": True}),
            ([self._event_vals(self.goods_a, repeat_count=2)], {}),
            (
                [
                    self._event_vals(self.goods_a, **endless),
                    self._event_vals(self.goods_b, days=28),
                ],
                {},
            ),
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                self._create_program("REFUSED", events=events, **values)

    def test_x11(self):
        """X11: twelve in total, never thirteen; up front twelve at once."""
        self.company.continuity_repeat_threshold = 3
        order = self._sell(self._create_monthly(11), day="2027-01-15")
        self.assertEqual(len(order.shipment_ids), 4)
        for month in range(1, 13):
            self._live(order, [f"2027-{month:02}-15"])
        self._live(order, ["2028-01-15", "2028-02-15"])
        self.assertEqual(len(order.shipment_ids), 12)
        self.assertEqual(len(order.child_order_ids), 12)
        order = self._sell(self._create_monthly(11, code="UPFRONT", bill_upfront=True))
        self.assertEqual(len(order.shipment_ids), 12)

    def test_skipped_row_is_used_up(self):
        """T70: eight of nine leave in the end."""
        self.company.continuity_repeat_threshold = 3
        order = self._sell(self._create_monthly())
        order.shipment_ids[1].action_skip()
        self._live(
            order,
            ["2027-08-31", "2027-10-31", "2027-12-31", "2028-02-29", "2028-05-31"],
        )
        self._live(order, ["2028-05-31"])
        self.assertEqual(len(order.shipment_ids), 9)
        self.assertEqual(len(order.child_order_ids), 8)

    def test_duration(self):
        """R10: it stops at the event duration."""
        self.company.continuity_repeat_threshold = 1
        program = self._create_program(
            "DURATION",
            events=[
                self._event_vals(self.goods_a, days=7, repeat_count=2),
                self._event_vals(self.goods_b, days=7),
                self._event_vals(self.goods_c, days=7),
            ],
        )
        product = self._create_parent_product(program, continuity_event_duration=2)
        order = self._sell(product, day="2027-09-10")
        for day in ("10", "17", "24"):
            self._live(order, [f"2027-09-{day}"])
        self._live(order, ["2027-10-01", "2027-10-08"])
        self.assertEqual(
            order.shipment_ids.sorted("number").mapped("event_number"), [1, 1, 1, 2]
        )

    def test_end_of_the_customer(self):
        """R13: nothing is appended behind an End."""
        self.company.continuity_repeat_threshold = 3
        order = self._sell(self._create_monthly())
        order.shipment_ids[1].action_end_here()
        self._live(order, ["2027-08-31", "2027-09-30", "2027-10-31"])
        self.assertEqual(len(order.shipment_ids), 4)

    # === WHAT IS COPIED === #

    def test_customers_changes_are_kept(self):
        """Product, quantity, price and discount of the row before."""
        self.company.continuity_repeat_threshold = 2
        order = self._sell(self._create_monthly())
        last = order.shipment_ids.sorted("number")[-1]
        last.line_ids.sudo().write(
            {
                "product_id": self.goods_c.id,
                "quantity": 2.0,
                "price_unit": 20.0,
                "discount": 10.0,
                "product_changed": True,
                "quantity_changed": True,
                "price_changed": True,
                "price_reason": "Friend",
            }
        )
        self._live(order, ["2027-08-31", "2027-09-30"])
        new = order.shipment_ids.sorted("number")[-1]
        self.assertNotEqual(new, last)
        self.assertRecordValues(
            new.line_ids,
            [
                {
                    "product_id": self.goods_c.id,
                    "quantity": 2.0,
                    "price_unit": 20.0,
                    "discount": 10.0,
                    "price_changed": True,
                    "price_reason": "Friend",
                    "released_quantity": 0.0,
                    "sale_order_line_id": False,
                }
            ],
        )
        self.assertTrue(new.is_customized)
        self.assertEqual(new.amount_total, 36.0)

    def test_price_as_sold(self):
        """The price of the order goes on, whatever the product costs today."""
        self.company.continuity_repeat_threshold = 1
        order = self._sell(self._create_monthly())
        self.goods_a.list_price = 99.0
        self._live(order, ["2027-08-31", "2027-09-30"])
        self.assertEqual(set(order.shipment_ids.line_ids.mapped("price_unit")), {30.0})

    def test_quantity_of_the_parent(self):
        self.company.continuity_repeat_threshold = 1
        order = self._sell(self._create_fortnightly(1), day="2027-09-10", quantity=3)
        self._live(order, ["2027-09-10", "2027-09-24"])
        self.assertEqual(
            order.shipment_ids.line_ids.mapped("quantity"), [3.0, 3.0, 3.0]
        )

    def test_quantity_raised_when_nothing_is_planned(self):
        """N45: what is added follows the quantity of the parent line as it is now."""
        self.company.continuity_repeat_threshold = 1
        order = self._sell(self._create_monthly())
        self._ship("2027-09-30")
        self.assertFalse(self._get_dates(order, "planned"))
        order.sale_order_line_id.product_uom_qty = 2.0
        self._run("2027-10-01")
        self.assertEqual(
            order.shipment_ids.sorted("number").line_ids.mapped("quantity"),
            [1.0, 1.0, 2.0],
        )
        order.sale_order_line_id.product_uom_qty = 3.0
        self._live(order, ["2027-10-31"])
        self.assertEqual(
            order.shipment_ids.sorted("number").line_ids.mapped("quantity"),
            [1.0, 1.0, 3.0, 3.0],
        )

    def test_typed_quantity_outlives_the_parent(self):
        """N45: what was typed for this customer stays, planned or added."""
        self.company.continuity_repeat_threshold = 1
        order = self._sell(self._create_monthly())
        seller = self._create_user("typing_seller", SELLER_ALL)
        order.shipment_ids.line_ids.with_user(seller).write({"quantity": 5.0})
        self._ship("2027-09-30")
        order.sale_order_line_id.product_uom_qty = 2.0
        self._run("2027-10-01")
        self.assertEqual(
            order.shipment_ids.sorted("number").line_ids.mapped("quantity"),
            [5.0, 5.0, 5.0],
        )

    def test_new_event_does_not_reach_what_was_sold(self):
        """N85: only a released update changes running orders."""
        product = self._create_fortnightly(1)
        order = self._sell(product, day="2027-09-10")
        program = product.continuity_program_id
        program.event_ids = [Command.create(self._event_vals(self.goods_c, days=14))]
        self._live(order, ["2027-09-10", "2027-09-24", "2027-10-08", "2027-10-22"])
        self.assertEqual(len(order.shipment_ids), 3)

    # === WHAT IS LEFT ALONE === #

    def test_cancelled_order(self):
        self.company.continuity_repeat_threshold = 1
        order = self._sell(self._create_monthly())
        self._ship("2027-08-31")
        order.sale_order_id._action_cancel()
        self._run("2027-09-30")
        self.assertEqual(len(order.shipment_ids), 2)

    def test_other_company(self):
        self.company.continuity_repeat_threshold = 1
        order = self._sell(self._create_monthly())
        self._ship("2027-09-30")
        other = self.env["res.company"].create({"name": "Other company"})
        self.env.user.company_ids |= other
        run = self._run("2027-09-30", company=other)
        self.assertEqual(len(order.shipment_ids), 2)
        self.assertFalse(run.line_ids)

    def test_filters(self):
        self.company.continuity_repeat_threshold = 1
        product = self._create_monthly()
        one, two = self._sell(product), self._sell(product)
        self._ship("2027-09-30")
        self._run("2027-09-30", sale_order=one.sale_order_id)
        self.assertEqual((len(one.shipment_ids), len(two.shipment_ids)), (3, 2))
        self._run("2027-09-30", product=self.goods_a)
        self.assertEqual(len(two.shipment_ids), 2)
        self._run("2027-09-30", program=product.continuity_program_id)
        self.assertEqual((len(one.shipment_ids), len(two.shipment_ids)), (3, 3))

    # === THE ENGINE === #

    def test_second_run_does_nothing(self):
        self.company.continuity_repeat_threshold = 2
        order = self._sell(self._create_monthly())
        self._ship("2027-10-31")
        self._run("2027-10-31")
        self.assertEqual(len(order.shipment_ids), 5)
        run = self._run("2027-10-31")
        self.assertFalse(run.line_ids)
        self.assertEqual(len(order.shipment_ids), 5)

    def test_preview_equals_run(self):
        self.company.continuity_repeat_threshold = 2
        order = self._sell(self._create_monthly())
        self._ship("2027-10-31")
        preview = self._run("2027-10-31", dry_run=True)
        self.assertEqual(len(order.shipment_ids), 3)
        run = self._run("2027-10-31")
        names = ["continuity_order_id", "outcome", "reason", "message", "item_count"]
        self.assertEqual(
            [[line[name] for name in names] for line in preview.line_ids],
            [[line[name] for name in names] for line in run.line_ids],
        )
        self.assertEqual(
            preview.message,
            "Continuity orders that would be extended: 1, by 2 shipments. Finished.",
        )

    def test_poison(self):
        self.company.continuity_repeat_threshold = 1
        product = self._create_monthly()
        orders = self.env["continuity.order"].union(
            *(self._sell(product) for _n in range(5))
        )
        self._ship("2027-09-30")
        victim = orders[2]
        original = Extension.get_occurrences

        def get_occurrences(extension):
            if extension.order == victim:
                raise UserError("No timing")
            return original(extension)

        self.patch(Extension, "get_occurrences", get_occurrences)
        run = self._run("2027-09-30")
        self.assertRecordValues(run, [{"done_count": 4, "failed_count": 1}])
        failed = run.line_ids.filtered(lambda line: line.outcome == "failed")
        self.assertEqual(failed.continuity_order_id, victim)
        self.assertEqual(len(victim.shipment_ids), 2)
        self.assertTrue(all(len(order.shipment_ids) == 3 for order in orders - victim))

    def test_queries_per_order(self):
        self.company.continuity_repeat_threshold = 1
        self.company.continuity_authorize_child = False
        self.goods_a.type = "service"
        product = self._create_monthly()
        counts = []
        for count in (10, 100):
            token = self._create_token()
            with freeze_time("2027-08-31 12:00:00"):
                sale_orders = self.env["sale.order"].create(
                    [
                        {
                            "partner_id": self.customer.id,
                            "order_line": [Command.create({"product_id": product.id})],
                        }
                        for _n in range(count)
                    ]
                )
                orders = sale_orders.continuity_order_ids
                orders.write({"payment_method": "card", "payment_token_id": token.id})
                sale_orders.action_confirm()
            orders.shipment_ids.sudo().filtered(
                lambda s: s.number == 1
            ).state = "skipped"
            orders.shipment_ids.sudo().filtered(
                lambda s: s.number == 2
            ).state = "skipped"
            with self._counting_queries(counts):
                run = self._run("2027-08-31")
            self.assertEqual(run.done_count, count)
        few, many = counts
        self.assertLessEqual((many - few) / 90, 1.0)


@tagged("post_install", "-at_install")
class TestPause(ExtendCase):
    """Rules R15, N35, N86, T73, T74: pause, and resume on its day."""

    def _sell_paused(self, policy="shift", pause="2027-09-20", **values):
        self.company.continuity_repeat_threshold = 3
        product = self._create_monthly(resume_policy=policy)
        order = self._sell(product, **values)
        self._ship("2027-08-31")
        with freeze_time(f"{pause} 12:00:00"):
            order.action_pause(date(2027, 11, 10))
        return order

    def test_paused(self):
        order = self._sell_paused()
        self.assertRecordValues(
            order,
            [
                {
                    "state": "paused",
                    "pause_date": date(2027, 9, 20),
                    "resume_date": date(2027, 11, 10),
                }
            ],
        )
        self._ship("2027-10-31")
        run = self._run("2027-11-09")
        self.assertEqual(len(order.child_order_ids), 1)
        self.assertFalse(run.line_ids)
        self.assertEqual(order.state, "paused")

    def test_shift(self):
        """T73: 11-10, 12-10, 2028-01-10."""
        order = self._sell_paused()
        run = self._run("2027-11-10")
        self.assertEqual(order.state, "running")
        self.assertFalse(order.pause_date)
        self.assertEqual(
            self._get_dates(order, "planned"), ["27-11-10", "27-12-10", "28-01-10"]
        )
        self.assertEqual(
            run.message,
            "Continuity orders extended: 0, by 0 shipments. Resumed after a pause: 1."
            " Finished.",
        )
        self.assertEqual(run.line_ids.message, "Resumed, next shipment on 11/10/2027.")

    def test_late_job(self):
        """The dates are those of the resume date, not of the run."""
        order = self._sell_paused()
        self._run("2027-11-25")
        self.assertEqual(
            self._get_dates(order, "planned"), ["27-11-10", "27-12-10", "28-01-10"]
        )

    def test_keep(self):
        """T73: what fell into the pause is skipped; then it is topped up."""
        order = self._sell_paused("keep")
        run = self._run("2027-11-10")
        self.assertEqual(self._get_dates(order, "skipped"), ["27-09-30", "27-10-31"])
        self.assertEqual(
            self._get_dates(order, "planned"), ["27-11-30", "27-12-31", "28-01-31"]
        )
        self.assertRecordValues(
            run.line_ids, [{"reason": "pause_ended", "item_count": 2}]
        )
        self.assertEqual(run.done_count, 1)

    def test_short_pause(self):
        """T74: nothing was due in the pause, nothing changes."""
        self.company.continuity_repeat_threshold = 3
        order = self._sell(self._create_monthly())
        self._ship("2027-08-31")
        with freeze_time("2027-09-05 12:00:00"):
            order.action_pause(date(2027, 9, 15))
        self._run("2027-09-15")
        self.assertEqual(order.state, "running")
        self.assertEqual(
            self._get_dates(order), ["27-08-31", "27-09-30", "27-10-31", "27-11-30"]
        )

    def test_resumed_by_hand(self):
        order = self._sell_paused()
        with freeze_time("2027-10-15 12:00:00"):
            order.action_resume()
        self.assertEqual(
            self._get_dates(order, "planned"), ["27-10-15", "27-11-15", "27-12-15"]
        )
        with self.assertRaisesRegex(UserError, "is not paused"):
            order.action_resume()

    def test_dialog(self):
        """The seller sees what the pause does before it does it."""
        self.company.continuity_repeat_threshold = 3
        order = self._sell(self._create_monthly(resume_policy="keep"))
        seller = self._create_user("pause_seller", SELLER_ALL)
        self._ship("2027-08-31")
        with freeze_time("2027-09-20 12:00:00"):
            action = order.with_user(seller).action_open_pause()
            dialog = (
                self.env["continuity.pause"]
                .with_user(seller)
                .with_context(**action["context"])
                .create({"resume_date": date(2027, 11, 10)})
            )
            self.assertEqual(
                dialog.effect,
                "Until then nothing is sent, charged or added.\n"
                "Shipment 2: Thu 30 Sep 2027 → left out\n"
                "Shipment 3: Sun 31 Oct 2027 → left out\n"
                "Shipment 4: Tue 30 Nov 2027, unchanged",
            )
            dialog.action_pause()
        self.assertEqual(order.state, "paused")
        self.assertEqual(order.resume_date, date(2027, 11, 10))

    def test_paused_without_date(self):
        """N17: a person resumes it; the job does not."""
        order = self._sell_paused()
        with freeze_time("2027-10-01 12:00:00"):
            order.action_pause()
        self.assertEqual(order.pause_date, date(2027, 9, 20))
        self._run("2028-09-30")
        self.assertEqual(order.state, "paused")

    def test_hold_outlives_the_pause(self):
        """N36: two flags; the pause ends, the hold stays."""
        order = self._sell_paused()
        order.action_hold("Abroad")
        self.assertEqual(order.state, "on_hold")
        self._run("2027-11-10")
        self.assertEqual(order.state, "on_hold")
        self.assertFalse(order.pause_date)
        order.action_release()
        self.assertEqual(order.state, "running")

    def test_refused(self):
        product = self._create_monthly(code="DRAFT")
        order = self._create_order(product).continuity_order_ids
        with self.assertRaisesRegex(UserError, "Only a running order"):
            order.action_pause()
        order = self._sell_paused()
        with (
            freeze_time("2027-09-20 12:00:00"),
            self.assertRaisesRegex(UserError, "that day has passed"),
        ):
            order.action_pause(date(2027, 9, 19))

    def test_instalments_move_along(self):
        """N35: unpaid rows of D move as far as the first open shipment."""
        schedule = self.env["continuity.payment.schedule"].create(
            {"name": "3 monthly", "code": "3M", "number_of_payments": 3}
        )
        program = self._create_program(
            "D", bill_upfront=True, payment_schedule_id=schedule.id
        )
        order = self._sell(self._create_parent_product(program), day="2027-09-10")
        with freeze_time("2027-09-10 12:00:00"):
            self._execute("process_payments")
            self._execute("create_child_orders")
            order.action_pause(date(2027, 10, 20))
        self._run("2027-10-20")
        self.assertEqual(self._get_dates(order), ["27-09-10", "27-10-20", "27-11-19"])
        self.assertRecordValues(
            order.payment_ids.sorted("sequence"),
            [
                {"due_date": date(2027, 9, 10), "state": "paid"},
                {"due_date": date(2027, 10, 20), "state": "scheduled"},
                {"due_date": date(2027, 11, 20), "state": "scheduled"},
            ],
        )
        self.assertEqual(
            order.upfront_invoice_id.line_ids.filtered("date_maturity")
            .sorted("date_maturity")
            .mapped("date_maturity"),
            [date(2027, 9, 10), date(2027, 10, 20), date(2027, 11, 20)],
        )
        self.assertEqual(order.upfront_invoice_id.state, "posted")
        self.assertEqual(order.upfront_invoice_id.amount_residual, 60.0)

    def test_prepaid_is_not_lost(self):
        """R15 *keep*, C5: what was paid leaves behind the last; instalments stay."""
        schedule = self.env["continuity.payment.schedule"].create(
            {"name": "3 monthly", "code": "3M", "number_of_payments": 3}
        )
        program = self._create_program(
            "D",
            bill_upfront=True,
            payment_schedule_id=schedule.id,
            resume_policy="keep",
        )
        order = self._sell(self._create_parent_product(program), day="2027-09-10")
        with freeze_time("2027-09-10 12:00:00"):
            self._execute("process_payments")
            self._execute("create_child_orders")
            order.action_pause(date(2027, 10, 20))
        self._run("2027-10-20")
        self.assertEqual(self._get_dates(order), ["27-09-10", "27-12-09", "27-11-09"])
        self.assertEqual(
            order.payment_ids.sorted("sequence").mapped("due_date"),
            [date(2027, 9, 10), date(2027, 10, 10), date(2027, 11, 10)],
        )
        self._ship("2027-11-09")
        self.assertEqual(len(order.child_order_ids), 2)
        self._ship("2027-12-09")
        self.assertEqual(len(order.child_order_ids), 3)
        self.assertEqual(set(order.shipment_ids.mapped("state")), {"ordered"})

    def test_any_process_resumes(self):
        """The parcel of the resume date leaves on it, whatever runs first."""
        for job in ("create_child_orders", "process_payments"):
            with self.subTest(job=job), self.env.cr.savepoint() as savepoint:
                order = self._sell_paused()
                with freeze_time("2027-11-10 12:00:00"):
                    run = self._execute(job)
                    self.assertEqual(order.state, "running")
                    self.assertEqual(run.failed_count, 0)
                    self._execute("create_child_orders")
                self.assertEqual(
                    order.child_order_ids.mapped("commitment_date")[-1].date(),
                    date(2027, 11, 10),
                )
                self.assertEqual(len(order.child_order_ids), 2)
                savepoint.rollback()

    def test_preview_does_not_resume(self):
        order = self._sell_paused()
        with freeze_time("2027-11-10 12:00:00"):
            run = self._execute("create_child_orders", dry_run=True)
        self.assertEqual(run.done_count, 1)
        self.assertEqual(order.state, "paused")
