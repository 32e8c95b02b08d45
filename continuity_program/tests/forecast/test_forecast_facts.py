# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, timedelta

from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from ...models.forecasts.continuity_forecast_fact import Look
from ..common import ContinuityCommon

#: A Wednesday; the 13 weeks end on 28 November
DAY = date(2027, 9, 1)


@tagged("post_install", "-at_install")
class TestForecastFacts(ContinuityCommon):
    """What is to come of members who are late, held back, or go on after a pause."""

    def _sell_coffee(self):
        """Every 28 days from 1 September 2026 on, three of them laid out."""
        self.company.continuity_repeat_threshold = 2
        self.program = self._create_program(
            "CP-HELD",
            [self._event_vals(self.goods_a, days=28, repeat_count=-1)],
            resume_policy="shift",
        )
        product = self._create_parent_product(self.program)
        with freeze_time("2026-09-01 12:00:00"):
            order = self._create_sold_order(product).continuity_order_ids
        self.assertEqual(len(order.shipment_ids), 3)
        return order

    def _get_group(self, day=DAY):
        look = Look(self.company, day, 13)
        groups, _paused = self.env["continuity.forecast.fact"]._get_members(look)
        (group,) = (one for one in groups if one.program == self.program.id)
        return group

    def _get_turns(self):
        return [(row.turn, str(row.day)) for row in self._get_group().rows]

    def test_held_for_a_year(self):
        """What was laid out is late; what nobody has laid out is not made up for."""
        order = self._sell_coffee()
        with freeze_time("2026-09-01 13:00:00"):
            order.action_hold("he asked for it")
        late = [(1, "2026-09-01"), (2, "2026-09-29"), (3, "2026-10-27")]
        coming = ["2027-09-28", "2027-10-26", "2027-11-23"]
        self.assertEqual(
            self._get_turns(), late + list(zip((4, 5, 6), coming, strict=True))
        )
        # The extension lays out one more tonight, although its day is over: two are
        # kept ready
        self.env.flush_all()
        self.env.cr.execute(
            "DELETE FROM continuity_shipment WHERE id IN %s",
            [order.shipment_ids.sorted("number")[1:]._ids],
        )
        self.env.invalidate_all()
        self.assertEqual(
            self._get_turns(), late[:2] + list(zip((3, 4, 5), coming, strict=True))
        )

    def test_paused_for_a_year(self):
        """A pause with a date moves all of them, those behind us, too."""
        order = self._sell_coffee()
        with freeze_time("2026-09-01 13:00:00"):
            order.action_pause(date(2027, 9, 15))
        self.assertEqual(
            self._get_turns(),
            [(1, "2027-09-15"), (2, "2027-10-13"), (3, "2027-11-10")],
        )

    def test_by_the_dozen(self):
        """Goods are counted in their own unit, also where nothing is laid out yet."""
        self.company.continuity_repeat_threshold = 2
        events = [
            self._event_vals(self.goods_a, days=28, repeat_count=2),
            self._event_vals(self.goods_b, days=28, repeat_count=-1),
        ]
        dozen = self.env.ref("uom.product_uom_dozen")
        for values in events:
            values["line_ids"][0][2]["uom_id"] = dozen.id
        self.program = self._create_program(
            "CP-DOZEN", events, forecast_joiners="typed", joiners_per_week=1.0
        )
        product = self._create_parent_product(self.program)
        with freeze_time("2027-08-31 12:00:00"):
            order = self._create_sold_order(product).continuity_order_ids
        # The extension has not laid out the second event yet
        second = order.shipment_ids.filtered(
            lambda shipment: shipment.line_ids.product_id == self.goods_b
        )
        self.env.flush_all()
        self.env.cr.execute(
            "DELETE FROM continuity_shipment WHERE id IN %s", [second._ids]
        )
        self.env.invalidate_all()
        rows = self._get_group().rows
        self.assertEqual(
            [row.goods[0][1:] for row in rows],
            [(self.goods_a.id, 12.0)] * 3 + [(self.goods_b.id, 12.0)],
        )
        look = Look(self.company, DAY, 13)
        (joiner, *_later) = self.env["continuity.forecast.fact"]._get_joiners(look)
        self.assertEqual({goods[2] for row in joiner.rows for goods in row.goods}, {12})

    def test_missed(self):
        """What was missed is one decision where it leaves together; all is paid."""
        self.program = self._create_program(
            "CP-LATE",
            [
                self._event_vals(
                    self.goods_a, price=12.0, start_order_date=date(2027, 7, 12)
                ),
                *(
                    self._event_vals(self.goods_b, days=30, price=12.0)
                    for _number in range(3)
                ),
            ],
            consolidate_missed=True,
        )
        with freeze_time("2027-09-20 12:00:00"):
            order = self._create_sold_order(
                self._create_parent_product(self.program)
            ).continuity_order_ids
        # Planned for 12 July, 11 August, 10 September and 10 October
        group = self._get_group(date(2027, 9, 21))
        self.assertEqual(
            [row.is_joint for row in group.rows], [False, True, True, False]
        )
        dues = [(str(due.day), due.amount) for due in group.dues]
        self.assertEqual(dues, [("2027-09-21", 12.0)] * 3 + [("2027-10-10", 12.0)])
        # Late for another reason: each is a decision of its own
        day = date(2027, 10, 20)
        group = self._get_group(day)
        self.assertEqual(
            [row.is_joint for row in group.rows], [False, True, True, False]
        )
        # What is to be given back comes off this week, whatever the member does
        self.env["continuity.payment"].sudo().create(
            {
                "continuity_order_id": order.id,
                "sequence": 1000,
                "due_date": date(2027, 9, 20),
                "amount": 12.0,
                "state": "paid",
                "amount_to_refund": 5.0,
            }
        )
        (refund,) = (due for due in self._get_group(day).dues if due.source == "refund")
        self.assertEqual((refund.day, refund.amount), (day, -5.0))
        self.assertEqual(refund.turn_row, -1)
        self.program.consolidate_missed = False
        group = self._get_group(day)
        self.assertEqual([row.is_joint for row in group.rows], [False] * 4)
        self.assertEqual(sum(due.amount for due in group.dues), 43.0)

    def _block(self, shipment, reason="card_expired"):
        return self.env["continuity.exception"].create(
            {
                "key": f"test/{shipment.id}/{reason}",
                "company_id": self.company.id,
                "continuity_order_id": shipment.continuity_order_id.id,
                "shipment_id": shipment.id,
                "reason": reason,
                "severity": "blocks",
                "first_seen": DAY,
                "last_seen": DAY,
            }
        )

    def test_kept_back_later(self):
        """An exception about a later parcel says nothing of those before it."""
        order = self._sell_two()
        first, second = order.shipment_ids.sorted("number")
        self._block(second)
        group = self._get_group()
        self.assertEqual((group.block, group.block_turn), ("payment", 2))
        self._block(first, "address")
        self.assertEqual(self._get_group().block_turn, 1)

    def test_skipped_later(self):
        """A skip that is known of a later parcel was not before the next one."""
        order = self._sell_coffee()
        one, two, three = order.shipment_ids.sorted("number").sudo()
        one.state = "skipped"
        day = date(2026, 9, 15)
        # 1 and 29 September: half of the interval is to come
        self.assertEqual(self._get_group(day).ahead, 0.5)
        three.state = "skipped"
        self.assertEqual(self._get_group(day).ahead, 0.5)
        two.state = "skipped"
        self.assertEqual(self._get_group(day).ahead, 1.0)

    # === MONEY === #

    def _get_owed(self, day):
        """What the open members of the program owe: source, day and amount."""
        return [
            (due.source, str(due.day), due.amount) for due in self._get_group(day).dues
        ]

    def _sell_two(self, **values):
        """Two parcels at 12.00, due on 6 September and 6 October; nobody asks twice."""
        self.customer.continuity_allow_on_account = True
        self.program = self._create_program(
            "CP-MONEY",
            [
                self._event_vals(
                    goods, price=12.0, start_order_date=date(2027, month, 6)
                )
                for goods, month in ((self.goods_a, 9), (self.goods_b, 10))
            ],
        )
        product = self._create_parent_product(self.program)
        with freeze_time("2027-08-31 12:00:00"):
            order = self._create_order(product)
            order.continuity_order_ids.write(
                {
                    "payment_method": "card",
                    "payment_token_id": self._create_token().id,
                    **values,
                }
            )
            order.action_confirm()
        return order.continuity_order_ids

    def test_due_by_term(self):
        """On account a parcel is due by the term of its customer."""
        term = self.env["account.payment.term"].create(
            {
                "name": "half now, half in 60 days",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 50, "nb_days": days}
                    )
                    for days in (0, 60)
                ],
            }
        )
        order = self._sell_two(payment_method="on_account", payment_token_id=False)
        self.assertEqual(
            self._get_owed(DAY),
            [("planned", "2027-09-06", 12.0), ("planned", "2027-10-06", 12.0)],
        )
        order.sale_order_id.payment_term_id = term
        expected = [
            *(("planned", "2027-09-06", 6.0), ("planned", "2027-10-06", 6.0)),
            *(("planned", "2027-11-05", 6.0), ("planned", "2027-12-05", 6.0)),
        ]
        self.assertEqual(self._get_owed(DAY), expected)
        # The parcel is made, and invoiced, some days before
        self.company.continuity_delivery_days = 5
        expected[0] = ("planned", "2027-09-01", 6.0)
        expected[1] = ("planned", "2027-10-01", 6.0)
        expected[2] = ("planned", "2027-10-31", 6.0)
        expected[3] = ("planned", "2027-11-30", 6.0)
        self.assertEqual(self._get_owed(DAY), expected)
        # It has left, and is invoiced today at the earliest
        shipment = order.shipment_ids.sorted("number")[0].sudo()
        with freeze_time(f"{DAY} 12:00:00"):
            shipment._create_children([shipment], DAY)
            shipment.child_order_id.action_confirm()
        self.assertEqual(
            self._get_owed(date(2027, 9, 3)),
            [
                *(("sold", "2027-09-03", 6.0), ("planned", "2027-10-01", 6.0)),
                *(("sold", "2027-11-02", 6.0), ("planned", "2027-11-30", 6.0)),
            ],
        )

    def test_charged_before(self):
        """A card is charged when the parcel is made, some days before it is due."""
        self.company.continuity_delivery_days = 7
        self._sell_two()
        self.assertEqual(
            self._get_owed(DAY),
            [("planned", "2027-09-01", 12.0), ("planned", "2027-09-29", 12.0)],
        )
        # Of the day behind the last week, too: 28 November is the last one looked at
        self.company.continuity_delivery_days = 0
        look = Look(self.company, DAY, 13)
        self.assertEqual(str(look.until), "2027-11-29")
        self.company.continuity_delivery_days = 7
        self.assertEqual(str(look.until), "2027-12-06")

    def test_paid_while_it_waits(self):
        """Paid another way, the parcel still waits: nothing is asked a second time."""
        self.company.continuity_authorize_child = True
        order = self._sell_two()
        shipment = order.shipment_ids.sorted("number")[0].sudo()
        day = date(2027, 9, 6)
        with freeze_time(f"{day} 12:00:00"):
            shipment._create_children([shipment], day)
            self.env["continuity.payment"]._create_shipment_rows(shipment, day)
        self.assertEqual(shipment.child_order_id.state, "draft")
        later = ("planned", "2027-10-06", 12.0)
        self.assertEqual(self._get_owed(day), [("row", "2027-09-06", 12.0), later])
        order.payment_ids.sudo().state = "paid"
        self.assertEqual(self._get_owed(day), [later])

    def test_refund_of_a_former_child(self):
        """Money of a parcel that was called off hides not what the next one owes."""
        order = self._sell_two()
        self.env["continuity.payment"].sudo().create(
            {
                "continuity_order_id": order.id,
                "shipment_id": order.shipment_ids.sorted("number")[0].id,
                "sequence": 1,
                "due_date": DAY,
                "amount": 12.0,
                "state": "paid",
                "amount_to_refund": 12.0,
            }
        )
        self.assertEqual(
            self._get_owed(DAY),
            [
                *(("refund", "2027-09-01", -12.0), ("planned", "2027-09-06", 12.0)),
                ("planned", "2027-10-06", 12.0),
            ],
        )

    def _sell_in_advance(self, policy):
        """Four parcels on 6 September, October and so on, paid in three instalments."""
        schedule = self.env["continuity.payment.schedule"].create(
            {"name": "3 monthly", "code": "3M", "number_of_payments": 3}
        )
        self.program = self._create_program(
            "CP-AHEAD",
            [
                self._event_vals(
                    self.goods_a, price=15.0, start_order_date=date(2027, month, 6)
                )
                for month in (9, 10, 11, 12)
            ],
            bill_upfront=True,
            payment_schedule_id=schedule.id,
            resume_policy=policy,
        )
        product = self._create_parent_product(self.program)
        with freeze_time("2027-08-31 12:00:00"):
            order = self._create_sold_order(product).continuity_order_ids
        open_rows = order.payment_ids.filtered(lambda p: p.state == "scheduled")
        days = [date(2027, month, 6) for month in (9, 10, 11)][-len(open_rows) :]
        for row, day in zip(open_rows.sudo().sorted("sequence"), days, strict=True):
            row.due_date = day
        return order

    def test_paused_in_advance(self):
        """Instalments move with the parcels; none comes before the order goes on."""
        order = self._sell_in_advance("shift")
        before = self._get_owed(DAY)
        self.assertEqual(before[-1][1], "2027-11-06")
        with freeze_time("2027-08-31 13:00:00"):
            order.action_pause(date(2027, 9, 26))
        self.assertEqual(
            [turn for turn in self._get_turns() if turn[0] < 4],
            [(1, "2027-09-26"), (2, "2027-10-26"), (3, "2027-11-26")],
        )
        moved = [
            (source, str(date.fromisoformat(day) + timedelta(20)), amount)
            for source, day, amount in before
        ]
        self.assertEqual(self._get_owed(DAY), moved)
        # The last one comes as long as he is there for the third parcel
        self.assertEqual(self._get_group().dues[-1].turn_row, 2)

    def test_paused_in_advance_and_kept(self):
        """Late parcels leave behind the last one; instalments stay where they are."""
        order = self._sell_in_advance("keep")
        with freeze_time("2027-08-31 13:00:00"):
            order.action_pause(date(2027, 9, 26))
        look = Look(self.company, DAY, 26)
        groups, _paused = self.env["continuity.forecast.fact"]._get_members(look)
        (group,) = (one for one in groups if one.program == self.program.id)
        # As far behind as the last two are apart: 30 days
        self.assertEqual(
            [(row.turn, str(row.day)) for row in group.rows],
            [
                *((2, "2027-10-06"), (3, "2027-11-06"), (4, "2027-12-06")),
                (1, "2028-01-05"),
            ],
        )
        days = [day for _source, day, _amount in self._get_owed(DAY)]
        self.assertLess("2027-09-25", min(days))
        self.assertEqual(days[-2:], ["2027-10-06", "2027-11-06"])

    def test_paused_without_a_date(self):
        """Nothing is expected but what is on its way, billed, or to be given back."""
        order = self._sell_two()
        with freeze_time("2027-08-31 13:00:00"):
            order.action_pause()
        facts, look = self.env["continuity.forecast.fact"], Look(self.company, DAY, 13)
        program = self.program.id

        def read():
            groups, paused = facts._get_members(look)
            return [one for one in groups if one.program == program], paused

        groups, paused = read()
        self.assertEqual(groups, [])
        self.env["continuity.payment"].sudo().create(
            [
                {
                    "continuity_order_id": order.id,
                    "shipment_id": order.shipment_ids[0].id,
                    "sequence": number,
                    "due_date": DAY,
                    "amount": 12.0,
                    "amount_to_refund": 5.0 if state == "paid" else 0.0,
                    "state": state,
                }
                for number, state in enumerate(
                    ("pending", "billed", "scheduled", "declined", "paid"), start=1
                )
            ]
        )
        (group,), again = read()
        self.assertEqual(again, paused)
        self.assertTrue(group.is_paused)
        self.assertEqual(group.rows, ())
        self.assertEqual(
            sorted((due.source, due.amount, due.is_certain) for due in group.dues),
            [("refund", -5.0, False), ("row", 12.0, False), ("row", 12.0, True)],
        )

    # === WHAT WAS MENDED === #

    def test_held_by_hand(self):
        """A hold is about money if a payment was declined, else a person has set it."""
        order = self._sell_coffee()
        look = Look(self.company, DAY, 13)
        facts = self.env["continuity.forecast.fact"]
        before = facts._get_mended(look, date(2027, 1, 1))
        row = {
            "company_id": self.company.id,
            "continuity_order_id": order.id,
            "reason": "on_hold",
            "severity": "blocks",
            "first_seen": date(2027, 6, 1),
            "last_seen": DAY,
        }
        exceptions = self.env["continuity.exception"]
        exceptions.create({**row, "key": "test/held"})
        order.sudo().hold_manual = True
        self.assertEqual(self._get_group().block, "other")
        order.sudo().hold_payment = True
        self.assertEqual(self._get_group().block, "payment")
        # Of one that is over, what was declined meanwhile says so
        closed = {"closed_on": date(2027, 6, 9), "closed_as": "mended"}
        exceptions.create({**row, **closed, "key": "test/over"})
        found = facts._get_mended(look, date(2027, 1, 1))
        self.assertEqual(self._grown(before, found), {"other": (1, 0)})
        declined = {"reason": "declined", "severity": "money"}
        declined["last_seen"] = closed["closed_on"]
        exceptions.create({**row, **closed, **declined, "key": "test/declined"})
        found = facts._get_mended(look, date(2027, 1, 1))
        self.assertEqual(self._grown(before, found), {"payment": (1, 0)})

    def _grown(self, before, after):
        """By how much the counts of each kind have grown, where they have."""
        grown = {
            kind: tuple(
                new - old
                for new, old in zip(counts, before.get(kind, (0, 0)), strict=True)
            )
            for kind, counts in after.items()
        }
        return {kind: counts for kind, counts in grown.items() if any(counts)}
