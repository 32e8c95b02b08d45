# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import importlib.util
from datetime import date, timedelta
from pathlib import Path

from odoo.tests import freeze_time, tagged
from odoo.tools import SQL

from .insight_world import DAY, InsightCase


@tagged("post_install", "-at_install")
class TestInsightFacts(InsightCase):
    """Which turn counts when: counted by hand, member by member."""

    def _read_turns(self, order, day=DAY):
        """What is said of each turn of an order."""
        turns = self.env["continuity.fact"]._get_turn_sql(
            self.company, day, SQL("o.id = %s", order.id)
        )
        return self.env.execute_query_dict(
            SQL("SELECT * FROM (%s) turn ORDER BY turn", turns)
        )

    def _read_decisions(self, order, day=DAY):
        """The decision of the turns that are ripe."""
        return [
            row["decision"] for row in self._read_turns(order, day) if row["is_ripe"]
        ]

    def _count(self, program, day=DAY, **values):
        counts = self.env["continuity.fact"]._get_count_sql(
            self.company, day, condition=SQL("o.program_id = %s", program.id), **values
        )
        return {
            turn: tuple(rest)
            for _program, turn, *rest in self.env.execute_query(counts)
        }

    def test_counts(self):
        """Shipped, skipped, left by turn: what rates are made from."""
        self.assertEqual(
            self._count(self.book),
            {
                1: (12, 0, 0),
                2: (9, 1, 1),
                3: (7, 0, 2),
                4: (5, 0, 1),
                5: (4, 0, 0),
                6: (3, 0, 0),
            },
        )
        self.assertEqual(
            self._count(self.coffee),
            {
                1: (8, 0, 0),
                2: (8, 0, 0),
                3: (4, 1, 2),
                4: (3, 0, 1),
                5: (3, 0, 0),
                6: (2, 0, 0),
                7: (2, 0, 0),
                8: (2, 0, 0),
                9: (1, 0, 0),
            },
        )
        self.assertEqual(
            self._count(self.tea),
            {1: (6, 0, 0), 2: (5, 0, 0), 3: (3, 0, 1), 4: (3, 0, 0)},
        )
        # Only what was planned since a day
        self.assertEqual(
            self._count(self.tea, since=date(2027, 8, 1)),
            {1: (1, 0, 0), 2: (1, 0, 0)},
        )

    def test_lives(self):
        """A leaver is due like those who stay; who is paused is not decided."""
        members = self.members
        self.assertEqual(
            self._read_decisions(members["A02"]),
            ["shipped", "shipped", "left", "gone", "gone", "gone"],
        )
        # Twelve packs were laid out, of which the ninth was due on 30 August
        self.assertEqual(
            self._read_decisions(members["K02"]),
            ["shipped"] * 3 + ["left"] + ["gone"] * 5,
        )
        self.assertEqual(
            self._read_decisions(members["K07"]), ["shipped"] * 3 + ["open"]
        )
        self.assertEqual(
            self._read_decisions(members["K05"]), ["shipped"] * 5 + ["open"]
        )
        self.assertEqual(
            self._read_decisions(members["A03"]),
            ["shipped", "skipped"] + ["shipped"] * 4,
        )
        left = {
            name: self._read_turns(members[name])[2]["left_by"]
            for name in ("A02", "A07", "K06", "T04")
        }
        self.assertEqual(
            left,
            {"A02": "customer", "A07": "payment", "K06": "payment", "T04": "customer"},
        )

    def test_ripe_on_its_day(self):
        """A decision counts from the day after it was planned, an early end too."""
        # Turn 3 of A02 was planned for 18 March; he left on the 15th
        order = self.members["A02"]
        self.assertEqual(
            self._read_decisions(order, date(2027, 3, 18)), ["shipped"] * 2
        )
        self.assertEqual(
            self._read_decisions(order, date(2027, 3, 19)),
            ["shipped", "shipped", "left"],
        )

    def test_stalled(self):
        """Open for more than 60 days: left, by payment where the payment waits."""
        paused, waits = self.members["K07"], self.members["K05"]
        # Both were due on 30 August
        day = date(2027, 8, 30) + timedelta(days=60)
        self.assertEqual(self._read_decisions(paused, day)[3:], ["open"] * 3)
        later = self._read_turns(paused, day + timedelta(days=1))
        self.assertEqual(
            [(row["decision"], row["left_by"]) for row in later[3:6]],
            [("left", "customer"), ("gone", "customer"), ("gone", "customer")],
        )
        self.assertTrue(later[3]["is_stalled"])
        later = self._read_turns(waits, day + timedelta(days=1))
        self.assertEqual(
            [(row["decision"], row["left_by"]) for row in later[5:7]],
            [("left", "payment"), ("gone", "payment")],
        )
        # Something leaves after all
        waits.shipment_ids.sorted("number")[6].sudo().state = "skipped"
        self.assertEqual(
            self._read_decisions(waits, day + timedelta(days=1))[5:7],
            ["open", "skipped"],
        )
        self.company.continuity_stalled_days = 61
        self.assertEqual(
            self._read_decisions(paused, day + timedelta(days=1))[3], "open"
        )

    def test_stalled_by_card(self):
        """The card is the reason though nobody has held the order: not the customer."""
        order = self.members["A12"]
        # Turn 2 was planned for 2 September
        day = date(2027, 11, 2)
        self.assertEqual(self._read_turns(order, day)[1]["left_by"], "customer")
        block = self.env["continuity.exception"].create(
            {
                "key": "test/card",
                "company_id": self.company.id,
                "continuity_order_id": order.id,
                "reason": "card_expired",
                "severity": "blocks",
                "first_seen": date(2027, 9, 2),
                "last_seen": day,
            }
        )
        self.assertEqual(self._read_turns(order, day)[1]["left_by"], "payment")
        block.write({"closed_on": day, "closed_as": "mended"})
        self.assertEqual(self._read_turns(order, day)[1]["left_by"], "customer")

    def test_stalled_behind(self):
        """Who is not decided for long is due like the others, behind what is laid
        out."""
        self.company.continuity_repeat_threshold = 2
        program = self._create_insight_program(
            "STALL", [self._event_vals(self.coffee_pack, days=28, repeat_count=-1)]
        )
        with freeze_time("2027-03-01 12:00:00"):
            order = self._create_sold_order(
                program.product_tmpl_ids.product_variant_id
            ).continuity_order_ids
            order.action_hold("he asked for it")
        # Laid out: 1 March, 29 March, 26 April; then 24 May, 21 June and so on
        self.assertEqual(len(order.shipment_ids), 3)
        day = date(2027, 4, 30)
        self.assertEqual(self._read_decisions(order, day), ["open"] * 3)
        gone = ["gone"] * 6
        self.assertEqual(self._read_decisions(order), ["left", *gone])
        turns = self._read_turns(order)
        self.assertEqual(
            [str(row["planned_date"]) for row in turns[3:]],
            ["2027-05-24", "2027-06-21", "2027-07-19", "2027-08-16"],
        )
        self.assertTrue(all(row["is_stalled"] for row in turns))
        self.assertEqual({row["left_by"] for row in turns}, {"customer"})
        # The second one is decided: the third, of 26 April, is late for long as well
        shipments = order.shipment_ids.sorted("number").sudo()
        shipments[1].state = "skipped"
        self.assertEqual(
            self._read_decisions(order), ["open", "skipped", "left", *gone[:4]]
        )
        shipments[2].state = "skipped"
        self.assertEqual(self._read_decisions(order), ["open", "skipped", "skipped"])

    def test_continued_at_the_end_of_months(self):
        """Who began on the 31st would have had the last day of each month."""
        self.company.continuity_repeat_threshold = 1
        monthly = self.env.ref("continuity_program.continuity_date_interval_monthly")
        program = self._create_insight_program(
            "ENDS",
            [
                self._event_vals(
                    self.coffee_pack, date_interval_id=monthly.id, repeat_count=-1
                )
            ],
        )
        with freeze_time("2027-01-31 12:00:00"):
            order = self._create_sold_order(
                program.product_tmpl_ids.product_variant_id
            ).continuity_order_ids
            order._cancel_orders("enough")
        self.assertEqual(
            [str(row["planned_date"]) for row in self._read_turns(order)],
            [
                *("2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30"),
                *("2027-05-31", "2027-06-30", "2027-07-31", "2027-08-31"),
            ],
        )

    def test_continued(self):
        """Who ends before the next one is laid out leaves at the next one."""
        self.company.continuity_repeat_threshold = 1
        program = self._create_insight_program(
            "SHORT", [self._event_vals(self.coffee_pack, days=28, repeat_count=-1)]
        )
        with freeze_time("2027-06-01 12:00:00"):
            order = self._create_sold_order(
                program.product_tmpl_ids.product_variant_id
            ).continuity_order_ids
        shipments = order.shipment_ids.sudo()
        number = len(shipments)
        with freeze_time("2027-06-20 12:00:00"):
            shipments._create_children(list(shipments), date(2027, 6, 20))
            shipments.child_order_id.action_confirm()
            order._cancel_orders("enough")
        turns = self._read_turns(order)
        self.assertEqual(
            [row["decision"] for row in turns[: number + 2]],
            ["shipped"] * number + ["left", "gone"],
        )
        self.assertEqual(
            str(turns[number]["planned_date"]),
            str(date(2027, 6, 1) + timedelta(28 * number)),
        )
        self.assertTrue(all(row["planned_date"] < DAY for row in turns))

    def test_dropped(self):
        """A shipment that is taken away while the member stays is in no rate."""
        order = self.members["A12"]
        order.shipment_ids.sorted("number")[1].sudo().state = "cancelled"
        day = date(2027, 9, 3)
        self.assertEqual(self._read_decisions(order, day), ["shipped", "dropped"])
        self.assertEqual(self._count(self.book, day)[2], (9, 1, 1))

    def test_one_parcel(self):
        """Turns that leave together were one decision."""
        order = self.members["A01"]
        first, second = order.shipment_ids.sorted("number")[:2].sudo()
        second.child_order_id = first.child_order_id
        self.assertEqual(self._count(self.book)[2], (8, 1, 1))
        self.assertEqual(
            [row["is_head"] for row in self._read_turns(order)[:3]], [True, False, True]
        )

    def test_never_a_member(self):
        """What is a draft again counts nowhere; another company sees nothing."""
        self.members["A12"].sudo().state = "draft"
        self.assertEqual(self._count(self.book)[1], (11, 0, 0))
        other = self.env["res.company"].create({"name": "Another company"})
        counts = self.env["continuity.fact"]._get_count_sql(other, DAY)
        self.assertFalse(self.env.execute_query(counts))

    def test_leads(self):
        """How long before the turn the leavers said so."""
        leads = self.env["continuity.fact"]._get_lead_sql(self.company, DAY)
        self.assertEqual(
            sorted(
                (turn, lead, interval)
                for program, turn, lead, interval, _count in self.env.execute_query(
                    leads
                )
                if program in (self.book | self.coffee | self.tea).ids
            ),
            [
                (2, 6, 28),
                (3, 0, 28),
                (3, 0, 30),
                (3, 3, 28),
                (3, 7, 28),
                (3, 13, 30),
                (4, 2, 30),
                (4, 7, 28),
            ],
        )

    def test_upgrade(self):
        """Who sold it, at what price, and what it cost: as it is today."""
        orders = self.env["continuity.order"].union(*self.members.values())
        lines = orders.shipment_ids.line_ids.filtered("sale_order_line_id")
        before = self._read_first(orders, lines)
        self.assertEqual(before[1][self.coffee_pack], {5.0})
        self.env.flush_all()
        self.env.cr.execute(
            """UPDATE continuity_order SET first_user_id = NULL, first_team_id = NULL,
                      offer_price = NULL WHERE id IN %s""",
            [orders._ids],
        )
        self.env.cr.execute(
            "UPDATE continuity_shipment_line SET cost_unit = NULL WHERE id IN %s",
            [lines._ids],
        )
        path = Path(__file__).parents[2] / "migrations" / "19.0.1.1.0"
        spec = importlib.util.spec_from_file_location(
            "first_facts", path / "post-first-facts.py"
        )
        script = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(script)
        for _time in range(2):
            script.migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()
        self.assertEqual(self._read_first(orders, lines), before)

    def _read_first(self, orders, lines):
        """What was written down: of orders, and of goods by product."""
        facts = [
            (order.first_user_id, order.first_team_id, order.offer_price)
            for order in orders
        ]
        return facts, {
            product: set(mine.mapped("cost_unit"))
            for product, mine in lines.grouped("product_id").items()
        }
