# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, new_test_user, tagged

from ...models.forecasts.continuity_forecast_money import _take_drafts
from ..common import SELLER_ALL
from ..insight.insight_world import DAY
from .forecast_case import AUG_30, SEP_27, ForecastCase

REFRESH = "odoo.addons.continuity_program.models.forecasts.continuity_forecast_refresh"
#: Product and week: open, expected
DEMAND = {
    ("BK2", AUG_30): (1, 0.990),
    ("COF", AUG_30): (1, 0.533),
    ("TEA3", AUG_30): (1, 0.467),
    ("BK3", date(2027, 9, 6)): (2, 1.732),
    ("BK5", date(2027, 9, 6)): (1, 0.949),
    ("BK6", date(2027, 9, 6)): (1, 0.903),
    ("TEA2", date(2027, 9, 6)): (1, 0.968),
    ("BK4", date(2027, 9, 13)): (1, 0.491),
    ("COF", date(2027, 9, 13)): (1, 0.927),
    ("BK3", SEP_27): (1, 0.756),
    ("COF", SEP_27): (3, 2.114),
    ("BK6", date(2027, 10, 4)): (1, 0.790),
    ("TEA3", date(2027, 10, 4)): (1, 0.747),
    ("TEA4", date(2027, 10, 4)): (1, 0.422),
    ("BK4", date(2027, 10, 11)): (2, 1.513),
    ("BK5", date(2027, 10, 11)): (1, 0.445),
    ("COF", date(2027, 10, 11)): (1, 0.824),
}
#: By week: card, on account
CASH = [
    (25.84, 7.99),
    (71.08, 11.78),
    (21.62, 3.89),
    (0.28, 2.92),
    (39.96, 1.95),
    (16.13, 7.03),
    (48.61, 3.03),
    (0.65, 2.27),
]


@tagged("post_install", "-at_install")
class TestForecast(ForecastCase):
    """What 26 members are going to take and to pay, through the nightly process."""

    # === DEMAND === #

    def test_demand(self):
        """Every figure, to the digit; a member on pause adds nothing."""
        self.assertEqual(self._get_demand(), DEMAND)
        coffee = self._get_line("COF", SEP_27)
        self.assertEqual((coffee.low, coffee.high), (1.0, 3.0))
        self.assertEqual(round(coffee.blocked_quantity, 3), 0.467)
        self.assertEqual(round(coffee.leaving_quantity, 3), 0.362)
        self.assertEqual(round(coffee.skipping_quantity, 3), 0.057)
        self.assertEqual(round(coffee.needed, 3), 3.575)
        self.assertEqual(coffee.needed_high, 5.0)
        self.assertEqual(self.forecast.paused_count, 1)

    def test_vendor(self):
        """Who orders goods groups them by whom they are bought from first."""
        partners = self.env["res.partner"].create([{"name": "Far"}, {"name": "Near"}])
        other = self.env["res.company"].create({"name": "Another company"})
        self.env["product.supplierinfo"].create(
            [
                {
                    "product_tmpl_id": self.coffee_pack.product_tmpl_id.id,
                    "partner_id": partner.id,
                    "sequence": sequence,
                    "company_id": company.id,
                }
                for partner, sequence, company in (
                    (partners[0], 2, self.company),
                    (partners[1], 3, self.company.browse()),
                    (partners[1], 1, other),
                )
            ]
        )
        self._refresh()
        lines = self.env["continuity.forecast.line"].search(
            [("is_current", "=", True), ("company_id", "=", self.company.id)]
        )
        coffee = lines.filtered(lambda line: line.product_id == self.coffee_pack)
        self.assertEqual(coffee.vendor_id, partners[0])
        self.assertFalse((lines - coffee).vendor_id)

    def test_levels(self):
        """Each level holds the whole demand."""
        totals = [
            sum(self._get_lines(level).mapped("expected"))
            for level in ("product", "event", "program")
        ]
        self.assertAlmostEqual(totals[0], totals[1], 6)
        self.assertAlmostEqual(totals[0], totals[2], 6)

    def test_rates(self):
        """The rates are kept, with what they were made of."""
        rates = {(rate.program_id, rate.turn): rate for rate in self.forecast.rate_ids}
        third = rates[self.book, 3]
        self.assertEqual((third.decision_count, third.left_count), (9, 2))
        self.assertEqual(round(third.hazard, 6), 0.218391)
        # 0.218391 ± 1.2816 × √(0.218391 × 0.781609 ÷ 30)
        band = (round(third.hazard_low, 4), round(third.hazard_high, 4))
        self.assertEqual(band, (0.1217, 0.3151))
        self.assertEqual(third.prior_source, "company")
        last = rates[self.book, 6]
        self.assertEqual(round(last.hazard, 6), 0.156493)
        self.assertEqual(round(last.prior, 6), 0.179967)
        self.assertEqual(last.prior_source, "typed")
        self.assertEqual(round(last.skip_rate, 6), 0.024429)
        self.assertEqual(round(rates[self.coffee, 9].hazard, 6), 0.095238)
        self.assertEqual(round(rates[self.tea, 3].hazard, 6), 0.222222)

    def test_why(self):
        """The sum in a sentence, for who may see it."""
        line = self._get_line("COF", SEP_27).with_user(self.manager)
        self.assertIn(
            # 0.467, 0.362 and 0.057 of 3 − 2.114: what is read adds up
            "2.1 = 3.0 open − 0.5 kept back and not mended − 0.4 who will leave\n",
            line.why,
        )
        self.assertIn("between 1 and 3", line.why)
        self.assertIn("shipment 3: 2 of 7 left, taken as 23.5 %", line.why)
        self.assertIn("Not yet tested", line.why)

    def test_shipments_behind(self):
        """A figure opens the shipments it is made of."""
        line = self._get_line("COF", AUG_30).with_user(self.manager)
        with freeze_time(f"{DAY} 13:00:00"):
            action = line.action_view_shipments()
            found = self.env["continuity.shipment"].search(action["domain"])
        self.assertIn(self.members["K05"], found.continuity_order_id)
        self.assertEqual(set(found.mapped("state")), {"ordered", "planned"})
        self.assertIn("computed", action["name"])
        book = self._get_line("BK3", date(2027, 9, 6)).with_user(self.manager)
        found = self.env["continuity.shipment"].search(
            book.action_view_shipments()["domain"]
        )
        self.assertEqual(found.continuity_order_id, self.members["A11"])

    # === CASH === #

    def test_cash(self):
        lines = {
            (line.method, line.week): line
            for line in self.forecast.cash_line_ids
            if line.level == "total"
        }
        weeks = [AUG_30 + timedelta(weeks=number) for number in range(8)]
        self.assertEqual(
            [
                tuple(
                    round(lines[method, week].expected, 2)
                    for method in ("card", "on_account")
                )
                for week in weeks
            ],
            CASH,
        )
        late = lines["on_account", AUG_30].with_user(self.accountant)
        # What it is made of, and what that is made of
        action = late.action_view_rows()
        parts = self.env["continuity.cash.line"].search(action["domain"])
        self.assertAlmostEqual(sum(parts.mapped("expected")), late.expected)
        rows = parts.filtered(lambda line: line.source == "row").action_view_rows()
        found = self.env["continuity.payment"].search(rows["domain"])
        self.assertEqual(found.continuity_order_id, self.members["T06"])
        self.assertIn("Open payments", rows["name"])
        card = lines["card", AUG_30 + timedelta(weeks=4)].with_user(self.accountant)
        parts = self.env["continuity.cash.line"].search(
            card.action_view_rows()["domain"]
        )
        self.assertAlmostEqual(sum(parts.mapped("expected")), card.expected)
        coffee = parts.with_user(self.accountant).filtered(
            lambda line: line.program_id == self.coffee and line.source == "planned"
        )
        action = coffee.action_view_rows()
        self.assertEqual(action["res_model"], "continuity.shipment")
        found = self.env["continuity.shipment"].search(action["domain"])
        self.assertLessEqual(
            set(
                found.filtered(lambda s: s.planned_date >= SEP_27).mapped(
                    "planned_date"
                )
            ),
            {SEP_27 + timedelta(days=day) for day in range(7)},
        )
        self.assertEqual(found.program_id, self.coffee)

    def test_not_invoiced(self):
        """What has left and is not invoiced comes in as customers pay from today on."""
        order = self.members["A09"]
        order.sudo().payment_method = "on_account"
        child = order.shipment_ids.sorted("number")[3].child_order_id
        before = self._get_sold(self._refresh())
        self.assertFalse(before)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sale_order SET invoice_status = 'to invoice' WHERE id = %s",
            [child.id],
        )
        self.env.invalidate_all()
        lines = self._get_sold(self._refresh())
        self.assertEqual(
            [round(line.expected, 2) for line in lines],
            # 20.00, of which 10 % never come
            [8.0, 4.0, 3.0, 2.0, 1.0],
        )
        self.assertEqual(set(lines.mapped("method")), {"on_account"})
        # Later than 60 days it is late work
        self.company.continuity_stalled_days = 20
        self.assertFalse(self._get_sold(self._refresh()))

    def _get_sold(self, forecast):
        return forecast.cash_line_ids.filtered(
            lambda line: line.source == "sold" and line.program_id == self.book
        ).sorted("week")

    def test_drafted(self):
        """What a draft credit note is about does not come in, the last first (I55)."""
        order = self.members["T06"]
        open_rows = order.payment_ids.filtered(lambda row: row.state != "paid")
        self.assertEqual(
            open_rows.sorted("due_date").mapped("amount"), [19.98, 19.98, 20.0]
        )
        before = self._get_rows_of_tea(self.forecast)
        note = self._draft_note(order, 20.0)
        after = self._get_rows_of_tea(self._refresh())
        self.assertLess(sum(after.values()), sum(before.values()) - 7.0)
        october = date(2027, 10, 4)
        for week in (AUG_30 + timedelta(weeks=number) for number in range(5)):
            self.assertAlmostEqual(after[week], before[week])
        self.assertLess(after.get(october, 0), before[october] - 6.0)
        note.unlink()
        self._draft_note(order, 59.96)
        self.assertFalse(self._get_rows_of_tea(self._refresh()))

    def test_drafted_literals(self):
        def due(day, state, amount, is_of_shipment=False):
            return [day, state, amount, 10, is_of_shipment, None, None]

        first = due("2027-09-01", "scheduled", 30.0)
        parcel = due("2027-09-05", "scheduled", 30.0, True)
        asked = due("2027-09-09", "pending", 30.0)
        last = due("2027-10-01", "scheduled", 30.0)
        for drafted, left in (
            (10.0, [first, parcel, asked, due("2027-10-01", "scheduled", 20.0)]),
            (30.0, [first, parcel, asked]),
            (45.0, [due("2027-09-01", "scheduled", 15.0), parcel, asked]),
            (99.0, [parcel, asked]),
        ):
            note = due("2027-09-01", "drafted", -drafted)
            with self.subTest(drafted):
                self.assertEqual(_take_drafts([first, note, parcel, asked, last]), left)

    def _get_rows_of_tea(self, forecast):
        return {
            line.week: line.expected
            for line in forecast.cash_line_ids
            if (line.program_id, line.source) == (self.tea, "row")
        }

    def _draft_note(self, order, amount):
        return self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "partner_id": order.partner_id.id,
                "continuity_order_id": order.id,
                "invoice_line_ids": [
                    Command.create({"name": "Tea", "price_unit": amount, "tax_ids": []})
                ],
            }
        )

    # === FUTURE MEMBERS === #

    def _get_joiners(self, level="product"):
        lines = self._get_lines(level, self._refresh())
        return lines.filtered(lambda line: line.kind == "joiner")

    def test_joiners(self):
        """Ten a week: 9.50 of the first book every week, in no band."""
        self.assertFalse(self._get_joiners())
        members = self._get_demand(self._refresh())
        self.book.write({"forecast_joiners": "typed", "joiners_per_week": 10.0})
        lines = self._get_joiners()
        first = lines.filtered(lambda line: line.product_id.name == "BK1")
        self.assertEqual(len(first), 13)
        self.assertEqual({round(line.expected, 2) for line in first}, {9.5})
        self.assertEqual(set(first.mapped("high")) | set(first.mapped("needed")), {0.0})
        # The second one comes a month after the first
        second = lines.filtered(lambda line: line.product_id.name == "BK2")
        self.assertEqual(min(second.mapped("week")), SEP_27)
        # Members are what they were
        demand = {
            key: value
            for key, value in self._get_demand(
                self.env["continuity.forecast"].search(
                    [("company_id", "=", self.company.id), ("is_current", "=", True)]
                )
            ).items()
            if key[0] not in ("BK1", "BK2", "BK3")
        }
        for key, value in demand.items():
            self.assertEqual(value, members[key])
        self.assertIn("no band is known", first[0].with_user(self.manager).why)

    def test_joiners_of_late(self):
        """As many as in the last eight weeks that are over; none, if none came."""
        self.tea.forecast_joiners = "mean"
        self.coffee.forecast_joiners = "mean"
        lines = self._get_joiners("program")
        # T05 on 5 July and T06 on 9 August; K08 on 2 August: 2 ÷ 8 and 1 ÷ 8
        opened = {
            line.program_id: line.open_quantity for line in lines if line.week == AUG_30
        }
        self.assertEqual(opened, {self.tea: 0.25, self.coffee: 0.125})
        self.tea.state = "closed"
        self.assertEqual(self._get_joiners("program").program_id, self.coffee)
        with self.assertRaisesRegex(ValidationError, "from 0 to"):
            self.book.joiners_per_week = -1

    def test_joiners_are_not_compared(self):
        """Nobody knew who would join: accuracy is about members."""
        self.book.write({"forecast_joiners": "typed", "joiners_per_week": 10.0})
        self._refresh(AUG_30)
        self._check(date(2027, 9, 7))
        checked = self._get_checks(AUG_30).filtered("product_id").product_id
        self.assertNotIn("BK1", checked.mapped("name"))

    # === PARAMETERS === #

    def test_parameters(self):
        """How far, how strong, how long: the company says it."""
        self.company.write(
            {
                "continuity_forecast_weeks": 2,
                "continuity_forecast_strength": 40,
                "continuity_forecast_window": 1,
            }
        )
        forecast = self._refresh()
        self.assertEqual((forecast.weeks, forecast.strength), (2, 40))
        self.assertEqual(
            set(forecast.line_ids.mapped("week")), {AUG_30, date(2027, 9, 6)}
        )
        rate = forecast.rate_ids.filtered(
            lambda rate: (rate.program_id, rate.turn) == (self.book, 3)
        )
        # Nobody has decided since yesterday
        self.assertEqual((rate.decision_count, rate.hazard), (0, rate.prior))
        self.assertIn("it weighs like 40", rate._get_sentence())
        with self.assertRaisesRegex(ValidationError, "from 1 to 52"):
            self.company.continuity_forecast_weeks = 0

    # === AGAIN, LATER, ELSEWHERE === #

    def test_twice(self):
        """Two on a day are one, with the same figures; of another day both stay."""
        figures = self._get_demand()
        first = self.forecast
        again = self._refresh()
        self.assertFalse(first.exists())
        self.assertTrue(again.is_current)
        self.assertEqual(self._get_demand(again), figures)
        later = self._refresh(date(2027, 9, 2))
        self.assertTrue(again.exists())
        self.assertFalse(again.is_current)
        self.assertTrue(later.is_current)

    def test_titles(self):
        """The title says the time of today, else the day."""
        forecasts = self.env["continuity.forecast"].with_user(self.manager)
        with freeze_time(f"{DAY} 13:00:00"):
            action = forecasts.action_open_demand()
            self.assertIn("12:00", action["name"])
            self.assertEqual(action["display_name"], action["name"])
        with freeze_time("2027-09-03 13:00:00"):
            self.assertIn("09/01/2027", forecasts.action_open_cash()["name"])

    def test_menus(self):
        """The menus open for whom they are shown to, though nobody writes figures."""
        demand = self.env.ref("continuity_program.continuity_demand_action")
        cash = self.env.ref("continuity_program.continuity_cash_action")
        for user, action, model in (
            (self.manager, demand, "continuity.forecast.line"),
            (self.manager, cash, "continuity.cash.line"),
            (self.accountant, cash, "continuity.cash.line"),
        ):
            opened = self.env["ir.actions.server"].with_user(user).browse(action.id)
            self.assertEqual(opened.sudo().with_user(user).run()["res_model"], model)

    def test_who_may(self):
        """Demand is the manager's, money the accountant's as well; nobody writes."""
        seller = new_test_user(self.env, "forecast_seller", groups=SELLER_ALL)
        line, cash = self.forecast.line_ids[0], self.forecast.cash_line_ids[0]
        line.with_user(self.manager).read(["why", "rate_ids"])
        cash.with_user(self.accountant).read(["expected"])
        for record in (
            line.with_user(self.accountant),
            line.with_user(seller),
            cash.with_user(seller),
        ):
            with self.assertRaises(AccessError):
                record.read(["expected"])
        with self.assertRaises(AccessError):
            line.with_user(self.manager).expected = 7.0

    def test_other_company(self):
        """Another company has figures of its own: none."""
        other = self.env["res.company"].create({"name": "Other"})
        forecast = self.env["continuity.forecast"]._refresh_company(other)
        self.assertFalse(forecast.line_ids)
        self.assertTrue(forecast.is_current)
        self.assertTrue(self.forecast.is_current)

    def test_resumed(self):
        """A pause with a date moves what is planned; without one it is left out."""
        with freeze_time(f"{DAY} 12:00:00"):
            self.members["K07"].resume_date = date(2027, 10, 4)
            forecast = self._refresh()
        weeks = {
            line.week: line.open_quantity
            for line in self._get_lines("event", forecast)
            if line.product_id == self.coffee_pack
        }
        self.assertEqual(forecast.paused_count, 0)
        self.assertEqual(weeks[date(2027, 10, 4)], 1.0)

    def test_broken(self):
        """What cannot be made leaves the figures of yesterday."""
        with (
            self.assertRaises(ZeroDivisionError),
            self.cr.savepoint(),
            patch(f"{REFRESH}.cash.forecast", side_effect=ZeroDivisionError),
        ):
            self._refresh(date(2027, 9, 2))
        self.assertTrue(self.forecast.is_current)
        self.assertEqual(self._get_demand(), DEMAND)

    def test_behind_what_is_laid_out(self):
        """A series that is laid out shipment by shipment is continued."""
        orders = self.env["continuity.order"].union(
            *(self.members[name] for name in ("K01", "K03", "K05", "K08"))
        )
        behind = self.env["continuity.shipment"].union(
            *(
                order.shipment_ids.filtered(lambda s: s.state == "planned").sorted(
                    "number"
                )[1:]
                for order in orders
            )
        )
        self.assertTrue(behind)
        self.assertEqual(set(orders.mapped("has_more")), {True})
        self.env.flush_all()
        self.env.cr.execute(
            "DELETE FROM continuity_shipment WHERE id IN %s", [tuple(behind.ids)]
        )
        self.env.invalidate_all()
        before = {
            (line.product_id, line.week): (line.open_quantity, round(line.expected, 6))
            for line in self._get_lines()
        }
        again = self._refresh()
        self.assertEqual(
            {
                (line.product_id, line.week): (
                    line.open_quantity,
                    round(line.expected, 6),
                )
                for line in self._get_lines(forecast=again)
            },
            before,
        )

    def test_other_currency(self):
        """Planned money is led over at the rate of the day."""
        other = self.env["res.currency"].create(
            {
                "name": "FCX",
                "symbol": "F",
                "rate_ids": [
                    Command.create(
                        {"name": DAY, "rate": 1.25, "company_id": self.company.id}
                    )
                ],
            }
        )
        before = self._get_money(self.coffee, self.forecast)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE continuity_order SET currency_id = %s WHERE program_id = %s",
            [other.id, self.coffee.id],
        )
        self.env.invalidate_all()
        after = self._get_money(self.coffee, self._refresh())
        self.assertEqual(len(after), len(before))
        for week, amount in before.items():
            self.assertAlmostEqual(after[week], amount / 1.25, delta=0.011)

    def _get_money(self, program, forecast):
        return {
            line.week: line.expected
            for line in forecast.cash_line_ids
            if (line.program_id, line.source) == (program, "planned")
        }

    def test_night(self):
        """The nightly process makes it, after the exceptions."""
        with freeze_time("2027-09-02 04:00:00"):
            run = self._execute("refresh_insight")
        self.assertEqual(run.state, "done")
        current = self.env["continuity.forecast"].search(
            [("company_id", "=", self.company.id), ("is_current", "=", True)]
        )
        self.assertEqual(current.date, date(2027, 9, 2))

    # === WHAT CAME === #

    def test_checked(self):
        """A Monday's forecast is compared when the week is over, and once more."""
        self._refresh(AUG_30)
        book = self.members["A12"].shipment_ids.filtered(lambda s: s.number == 2)
        with freeze_time("2027-09-02 12:00:00"):
            book.sudo()._create_children(
                [book.sudo()], date(2027, 9, 2)
            ).action_confirm()
        self._check("2027-09-05")
        self.assertFalse(self._get_checks())
        self._check("2027-09-06")
        found = self._get_checks()
        self.assertEqual(set(found.mapped("week")), {AUG_30})
        self.assertEqual(set(found.mapped("checked_on")), {date(2027, 9, 6)})
        by_name = {check.product_id.name: check for check in found}
        self.assertEqual((by_name["BK2"].actual, by_name["BK2"].hit_rate), (1.0, 1.0))
        self.assertEqual(by_name["COF"].actual, 0.0)
        self.assertAlmostEqual(by_name["COF"].error, by_name["COF"].expected)
        self._check("2027-09-19")
        self.assertEqual(set(found.mapped("checked_on")), {date(2027, 9, 6)})
        self._check("2027-09-20")
        self.assertEqual(set(found.mapped("checked_on")), {date(2027, 9, 20)})
        self.assertEqual(len(self._get_checks(AUG_30)), len(found))

    def test_program_that_misses(self):
        """More than 40 % of eight weeks outside the band: the program says so."""

        def create(hits):
            return self.env["continuity.forecast.check"].create(
                [
                    {
                        "company_id": self.company.id,
                        "forecast_date": AUG_30 - timedelta(weeks=9),
                        "week": AUG_30 - timedelta(weeks=weeks),
                        "level": "program",
                        "program_id": self.book.id,
                        "hit_rate": float(weeks <= hits),
                    }
                    for weeks in range(1, 9)
                ]
            )

        book = self.book.with_user(self.manager)
        for hits, percent in ((5, ""), (4, "50 %")):
            checks = create(hits)
            book.invalidate_recordset()
            with freeze_time(f"{DAY} 13:00:00"):
                self.assertEqual(bool(book.forecast_warning), bool(percent))
                self.assertIn(percent, book.forecast_warning or "")
            checks[0].unlink()
            book.invalidate_recordset()
            with freeze_time(f"{DAY} 13:00:00"):
                # Seven weeks are too few
                self.assertFalse(book.forecast_warning)
            found = self.env["continuity.forecast.check"].search(
                book.action_view_forecast_checks()["domain"]
            )
            self.assertEqual(found, checks.exists())
            found.unlink()

    def _check(self, day):
        with freeze_time(f"{day} 12:00:00"):
            self.env["continuity.forecast.check"]._check_company(self.company)

    def _get_checks(self, week=None):
        domain = [("company_id", "=", self.company.id)]
        if week:
            domain.append(("week", "=", week))
        return self.env["continuity.forecast.check"].search(domain)
