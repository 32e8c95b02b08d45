# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

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
