# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from ..common import SELLER_ALL
from ..insight.insight_world import DAY
from .late_item_case import OCT_12, OCT_20, SEP_14, LateItemCase


@tagged("post_install", "-at_install")
@freeze_time(f"{DAY} 12:00:00")
class TestLateItem(LateItemCase):
    """What may be done about a book that is late, done and undone."""

    # === SIDE BY SIDE === #

    def test_affected(self):
        """Two members, three books; A12 gets his after that day."""
        self.assertEqual(
            self.item.line_ids.shipment_id,
            self._get_turn("A10") | self._get_turn("A11"),
        )
        self.assertEqual(self.item.line_ids.mapped("old_date"), [SEP_14, OCT_12])
        self.assertEqual(self.item.affected_count, 2)
        self.assertEqual(
            self.env["continuity.shipment"].search(
                self.item.action_view_shipments()["domain"]
            ),
            self.item.line_ids.shipment_id,
        )

    def test_options(self):
        options = self._get_options()
        self.assertEqual(set(self.item.option_ids.mapped("member_count")), {2})
        one = options["one"]
        self.assertEqual((one.shipment_count, one.close_count), (2, 1))
        self.assertEqual(one.last_date, OCT_20)
        self.assertEqual((one.amount_planned, one.amount_expected), (0.0, 0.0))
        later = options["later"]
        self.assertEqual((later.shipment_count, later.close_count), (6, 0))
        self.assertEqual(later.last_date, date(2027, 12, 20))
        skip = options["skip"]
        self.assertEqual((skip.amount_planned, skip.amount_expected), (-60.0, -40.08))
        self.assertEqual(skip.credit_count, 0)
        self.assertIn("what to send instead", options["substitute"].problem)
        # Nothing was written into any order
        self.assertEqual(self._get_dates("A10")[0], str(SEP_14))

    # === APPLIED AND UNDONE === #

    def _check_undo(self, before):
        self.item.action_undo()
        self.assertEqual(self.item.state, "undone")
        self.assertEqual([self._get_dates("A10"), self._get_dates("A11")], before)
        with self.assertRaisesRegex(UserError, "was not applied"):
            self.item.action_undo()

    def test_one(self):
        before = [self._get_dates("A10"), self._get_dates("A11")]
        self.assertIn("Shipments changed: 2.", self._apply("one"))
        self.assertEqual(
            self._get_dates("A10"), ["2027-10-20", "2027-10-14", "2027-11-14"]
        )
        self.assertEqual(
            self._get_dates("A11"), ["2027-10-20", "2027-11-12", "2027-12-12"]
        )
        self.assertEqual(self.item.applied_by_id, self.manager)
        # Twice is once
        self.assertIn("already", self.item.action_apply()["params"]["message"])
        self.assertEqual(self.item.affected_count, 0)
        with self.assertRaisesRegex(UserError, "is kept"):
            self.item.unlink()
        self._check_undo(before)
        self.assertFalse(self._get_turn("A10").is_customized)

    def test_later(self):
        before = [self._get_dates("A10"), self._get_dates("A11")]
        self._apply("later")
        moved = ["2027-10-20", "2027-11-20", "2027-12-20"]
        self.assertEqual(self._get_dates("A10"), moved)
        self.assertEqual(self._get_dates("A11"), moved)
        self.assertEqual(len(self.item.line_ids.filtered("is_done")), 6)
        self._check_undo(before)
        self.assertFalse(self._get_turn("A11", 6).is_anchor)

    def test_substitute(self):
        other = self._create_goods("BKX", 1, 20.0, 8.0)
        before = [self._get_dates("A10"), self._get_dates("A11")]
        self._apply("substitute", new_product_id=other.id)
        turns = self._get_turn("A10") | self._get_turn("A11")
        self.assertEqual(turns.line_ids.product_id, other)
        self.assertEqual(sum(turns.line_ids.mapped("quantity")), 3.0)
        self.assertEqual(sum(turns.mapped("amount_total")), 60.0)
        self.assertEqual([self._get_dates("A10"), self._get_dates("A11")], before)
        self._check_undo(before)
        self.assertEqual(turns.line_ids.product_id, self.late)
        self.assertFalse(any(turns.line_ids.mapped("product_changed")))

    def test_substitute_in_another_tax_mode(self):
        """121.00 with 21 % is 100.00 and 21.00 then, and 121.00 again."""
        included, added = (
            self.env["account.tax"]
            .sudo()
            .create(
                [
                    {
                        "name": mode,
                        "amount": 21.0,
                        "type_tax_use": "sale",
                        "price_include_override": mode,
                        "company_id": self.company.id,
                    }
                    for mode in ("tax_included", "tax_excluded")
                ]
            )
        )
        other = self._create_goods("BKX", 1, 20.0, 8.0)
        self.late.sudo().taxes_id = included
        other.sudo().taxes_id = added
        first, second = self._get_turn("A10").line_ids, self._get_turn("A11").line_ids
        (first | second).sudo().price_unit = 121.0
        self._apply("substitute", new_product_id=other.id)
        for line in first | second:
            self.assertEqual((line.product_id, line.price_unit), (other, 100.0))
        # Of one of them somebody has changed the price since
        second._set_price(90.0, "as agreed")
        # What it was told by comes back, whatever its tax is now
        included.amount = 25.0
        self.item.action_undo()
        self.assertEqual((first | second).product_id, self.late)
        self.assertEqual((first.price_unit, first.told_price_net), (121.0, 100.0))
        self.assertTrue(first.is_told_with_tax)
        self.assertEqual(second.price_unit, 112.5)

    def test_substitute_is_compared(self):
        """Whoever says what to send instead sees at once whether it can be."""
        self.assertIn("what to send instead", self._get_options()["substitute"].problem)
        others = self._get_options()["one"] | self._get_options()["skip"]
        self.item.new_product_id = self._create_goods("BKX", 1, 20.0, 8.0)
        option = self._get_options()["substitute"]
        self.assertFalse(option.problem)
        self.assertEqual((option.member_count, option.shipment_count), (2, 2))
        self.assertLessEqual(others, self.item.option_ids)
        self.item.new_product_id = False
        self.assertIn("what to send instead", option.problem)

    def test_skip(self):
        before = [self._get_dates("A10"), self._get_dates("A11")]
        self._apply("skip")
        turns = self._get_turn("A10") | self._get_turn("A11")
        self.assertEqual(set(turns.mapped("state")), {"skipped"})
        self._check_undo(before)
        self.assertEqual(set(turns.mapped("state")), {"planned"})

    def test_undo_of_an_order_that_has_ended(self):
        """Who has cancelled since gets nothing, whatever comes early after all."""
        self._apply("skip")
        ended, before = self.members["A10"], self._get_turn("A10")
        self.assertEqual(before.state, "skipped")
        ended.sudo()._cancel_orders("moved away")
        self.assertEqual((ended.state, before.state), ("running", "cancelled"))
        text = self.item.action_undo()["params"]["message"]
        self.assertIn("left as they are: 1", text)
        self.assertEqual(before.state, "cancelled")
        self.assertEqual(self._get_turn("A11").state, "planned")

    def test_undo_of_an_order_that_had_ended_before(self):
        """A row that an older version has left skipped stays so."""
        self._apply("skip")
        ended, turn = self.members["A10"], self._get_turn("A10")
        ended.sudo()._cancel_orders("moved away")
        turn.sudo().state = "skipped"
        self.item.action_undo()
        self.assertEqual(turn.state, "skipped")
        with self.assertRaisesRegex(UserError, "has ended"):
            turn.action_unskip()

    def test_subset(self):
        """What is left out stays open, and is decided by itself."""
        self.item.line_ids.filtered(
            lambda line: line.shipment_id == self._get_turn("A11")
        ).action_leave_out()
        # The figures are worked out when all are marked
        self.assertFalse(self.item.option_ids)
        with self.assertRaisesRegex(UserError, "Compare"):
            self._apply("skip")
        self.item.action_compare()
        skip = self._get_options()["skip"]
        self.assertEqual((skip.member_count, skip.amount_planned), (1, -20.0))
        self._apply("skip")
        self.assertEqual(self._get_turn("A11").state, "planned")
        rest = self.env["continuity.late.item"].search(
            [("product_id", "=", self.late.id), ("state", "=", "draft")]
        )
        self.assertEqual(rest.line_ids.shipment_id, self._get_turn("A11"))
        self.assertFalse(rest.option)

    def test_changed_in_the_meantime(self):
        """A shipment that is not as it was shown is left as it is, and named."""
        self._get_turn("A10")._set_planned_date(date(2027, 9, 20))
        self.assertIn("in the meantime", self._apply("one"))
        self.assertEqual(self._get_dates("A10")[0], "2027-09-20")
        self.assertEqual(self._get_dates("A11")[0], "2027-10-20")
        # The customer has another wish since
        self._get_turn("A11")._set_planned_date(date(2027, 10, 25))
        with self.assertRaisesRegex(UserError, "ordered or changed since"):
            self.item.action_undo()

    def test_left_out_follows_nobody(self):
        """What is left out stays where it is, whatever moves before it."""
        there = date(2027, 11, 20)
        item = self.item = self._create_item(
            product_id=self.coffee_pack.id, available_date=there
        )
        lines = item.line_ids.filtered(
            lambda line: line.continuity_order_id == self.members["K08"]
        ).sorted("old_date")[:2]
        lines[1].action_leave_out()
        first, second = lines.shipment_id
        old = second.planned_date
        item.action_compare()
        self._apply("later")
        self.assertEqual((first.planned_date, second.planned_date), (there, old))
        mine = item.line_ids.filtered(lambda line: line.shipment_id == second)
        self.assertEqual((len(mine), mine.is_done), (1, False))

    def test_other_day(self):
        """The figures of another day are not those of what would be done."""
        self.item.write({"option": "one", "available_date": date(2027, 10, 21)})
        self.assertFalse(self.item.option_ids)
        with self.assertRaisesRegex(UserError, "Compare"):
            self.item.action_apply()
        self.item.action_compare()
        self._apply("one")
        self.assertEqual(self._get_dates("A10")[0], "2027-10-21")

    def test_behind_the_end(self):
        """Nothing leaves behind the shipment a customer has ended with."""
        turn = self._get_turn("A10", 5)
        turn.action_end_here()
        self.item.action_compare()
        problem = self._get_options()["one"].problem
        self.assertIn("would leave after it", problem)
        self.assertIn("Leave them out here", problem)
        with self.assertRaisesRegex(UserError, "would leave after it"):
            self._apply("one")
        self.item.line_ids.filtered(
            lambda line: line.shipment_id == self._get_turn("A10")
        ).action_leave_out()
        self.item.action_compare()
        self.assertIn("Shipments changed: 1.", self._apply("one"))

    def test_undo_leaves_what_was_changed_since(self):
        """Undone is what was done, and nothing somebody has changed since."""
        other = self._create_goods("BKX", 1, 20.0, 8.0)
        self._apply("substitute", new_product_id=other.id)
        turn = self._get_turn("A11")
        turn._set_planned_date(date(2027, 10, 25))
        self.item.action_undo()
        self.assertEqual(turn.line_ids.product_id, self.late)
        self.assertEqual(turn.planned_date, date(2027, 10, 25))
        self.assertTrue(turn.is_customized)
        self.assertFalse(self._get_turn("A10").is_customized)

    def test_undo_of_a_day_that_has_passed(self):
        """It would leave the same night: it stays, and is named."""
        for option in ("one", "skip"):
            with self.subTest(option), self.env.cr.savepoint() as savepoint:
                self._apply(option)
                with freeze_time("2027-09-16 12:00:00"):
                    text = self.item.action_undo()["params"]["message"]
                self.assertIn("left as they are: 1", text)
                self.assertEqual(self._get_turn("A11").planned_date, OCT_12)
                self.assertEqual(self._get_turn("A11").state, "planned")
                if option == "one":
                    self.assertEqual(self._get_turn("A10").planned_date, OCT_20)
                else:
                    self.assertEqual(self._get_turn("A10").state, "skipped")
                savepoint.rollback()
                self.env.invalidate_all()

    def test_nothing_as_shown(self):
        for name in ("A10", "A11"):
            self._get_turn(name)._set_planned_date(date(2027, 10, 19))
        self.item.option = "one"
        with self.assertRaisesRegex(UserError, "Compare"):
            self.item.action_apply()
        self.item.action_compare()
        self.assertIn("Shipments changed: 2.", self._apply("one"))

    # === OF AN EVENT, REFUSALS, RIGHTS === #

    def test_event(self):
        event = self.book.event_ids.sorted("number")[3]
        item = self._create_item(product_id=False, event_id=event.id)
        self.assertEqual(item.line_ids.shipment_id, self.item.line_ids.shipment_id)
        with self.assertRaisesRegex(ValidationError, "Choose the product"):
            self._create_item(product_id=False)
        self.assertEqual(
            self._create_item(event_id=event.id, product_id=self.books[0].id).line_ids,
            self.env["continuity.late.item.line"],
        )

    def test_form(self):
        """As a person does it, from the product."""
        action = self.books[4].action_open_late_item()
        with Form(
            self.env["continuity.late.item"].with_context(**action["context"])
        ) as form:
            form.available_date = OCT_20
        item = form.record
        self.assertEqual(item.product_id, self.books[4])
        with self.assertRaisesRegex(UserError, "Compare"):
            item.action_apply()
        item.action_compare()
        with Form(item) as form:
            form.option = "one"
        item.action_apply()
        self.assertEqual(item.state, "applied")
        with self.assertRaises(UserError):
            item.available_date = DAY
        with self.assertRaises(UserError):
            item.action_compare()
        self.assertEqual(self.late.action_open_late_item()["res_id"], self.item.id)

    def test_prepaid(self):
        """What was paid in advance and is skipped is proposed to be credited."""
        self.item = self._create_item(product_id=self.teas[2].id)
        self.assertEqual(self._get_options()["skip"].credit_count, 2)

    def test_exception(self):
        """Until somebody decides, it stands in the inbox."""
        rows = self.env["continuity.exception"].sudo()
        rows._refresh_company(self.company)
        row = rows.search([("late_item_id", "=", self.item.id)])
        self.assertEqual(
            (row.reason, row.severity, row.amount, row.due_date),
            ("late_item", "warning", 60.0, SEP_14),
        )
        self.assertIn("2 shipments leave before", row.message)
        mine = row.with_user(self.manager)
        self.assertIn("|open_late_item|", mine.mends)
        self.assertEqual(mine.action_mend("open_late_item")["res_id"], self.item.id)
        self.assertEqual(mine.action_open()["res_id"], self.item.id)
        self._apply("one")
        rows._refresh_company(self.company)
        self.assertEqual(row.closed_as, "mended")

    def test_who_may(self):
        seller = new_test_user(self.env(su=True), "late_seller", groups=SELLER_ALL)
        with self.assertRaises(AccessError):
            self.item.with_user(seller).action_compare()
        with self.assertRaises(AccessError):
            self.item.line_ids.with_user(seller).action_leave_out()
        with self.assertRaises(UserError):
            self.item.line_ids[0].is_left_out = True

    def test_other_company(self):
        other = self.env["res.company"].sudo().create({"name": "Other"})
        item = (
            self.env["continuity.late.item"]
            .sudo()
            .create(
                {
                    "company_id": other.id,
                    "product_id": self.late.id,
                    "available_date": OCT_20,
                }
            )
        )
        self.assertFalse(item._get_affected())
        mine = item.with_user(self.manager).with_context(
            allowed_company_ids=self.company.ids
        )
        self.assertFalse(mine.search([("id", "=", item.id)]))
