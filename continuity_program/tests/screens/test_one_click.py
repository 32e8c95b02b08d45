# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time

from odoo.tests import Form, tagged

from ..common import SELLER_ALL, ContinuityCommon


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestOneClick(ContinuityCommon):
    """What customers say most often is one click in its dialog, and no more than that:
    anything else is typed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls._create_user("click_seller", SELLER_ALL)
        cls.series = cls._create_sold_order(
            cls._create_parent_product(cls._create_program()),
            order_date=date(2027, 9, 10),
        ).continuity_order_ids.with_user(cls.seller)
        cls.first = cls.series.shipment_ids[0]

    def test_pause_until_a_month(self):
        pauses = self.env["continuity.pause"].with_user(self.seller)
        with Form(pauses.with_context(default_order_id=self.series.id)) as form:
            self.assertEqual(
                [text for _day, text in pauses._get_months()],
                [
                    "October 2027",
                    "November 2027",
                    "December 2027",
                    "January 2028",
                    "February 2028",
                    "March 2028",
                ],
            )
            form.month = "2028-01-01"
            self.assertEqual(form.resume_date, date(2028, 1, 1))
            self.assertIn("Shipment 1", form.effect)
            form.resume_date = date(2028, 1, 2)
            self.assertFalse(form.month, "another day")
            form.resume_date = date(2027, 8, 1)
            self.assertIn("Sun 1 Aug 2027, that day has passed", form.problem)
            self.assertFalse(form.effect)
            form.month = "2027-10-01"
        message = form.record.action_pause()["params"]["message"]
        self.assertIn("is paused until Fri 1 Oct 2027", message)
        self.assertEqual(self.series.resume_date, date(2027, 10, 1))

    def test_swap_for_what_the_program_sends(self):
        action = self.first.action_open_swap()
        swap = self.env[action["res_model"]].browse(action["res_id"])
        swap = swap.with_user(self.seller)
        self.assertEqual(swap.offered_ids, self.goods_b | self.goods_c)
        with Form(swap) as form:
            form.offered_id = self.goods_b
            self.assertEqual(form.product_id, self.goods_b)
            form.product_id = self.goods_a
            self.assertFalse(form.offered_id, "another product")
            form.offered_id = self.goods_c
        swap.action_apply()
        self.assertEqual(self.first.line_ids.product_id, self.goods_c)
        self.goods_b.sale_ok = False
        swap.invalidate_recordset()
        self.assertEqual(swap.offered_ids, self.goods_a, "what is sold")
        self.assertFalse(self.env["continuity.shipment.swap"].new().offered_ids)

    def test_end_names_the_last_parcel(self):
        action = self.first.action_open_end()
        drop = self.env[action["res_model"]].browse(action["res_id"])
        self.assertIn(
            "The last parcel leaves on Fri 10 Sep 2027: Goods A.", drop.effect_html
        )
        action = self.first.action_open_skip()
        drop = self.env[action["res_model"]].browse(action["res_id"])
        self.assertNotIn("The last parcel", drop.effect_html)

    def test_what_came_back_and_why(self):
        self._execute("create_child_orders", sale_order=self.series.sale_order_id)
        returns = self.env["continuity.return"].with_user(self.seller)
        child = self.series.child_order_ids
        with Form(returns.create({"child_order_id": child.id})) as form:
            for cause, reason, kind in (
                ("wrong", "Wrong product", "replace"),
                ("damaged", "Arrived damaged", "replace"),
                ("sent_back", "Sent back", "credit"),
            ):
                form.cause = cause
                self.assertEqual((form.reason, form.kind), (reason, kind))
            form.reason = "Two of it are wrong"
            form.kind = "replace"
        self.assertEqual(form.record.reason, "Two of it are wrong")

    def test_cancel_says_what_it_did(self):
        name = self.series.name
        reason = self.env["continuity.end.reason"].search([], limit=1)
        for when, text in (
            ("next", f"{name} ends with its next parcel."),
            ("now", f"{name} is cancelled."),
        ):
            action = self.series.action_open_cancel()
            wizard = self.env["continuity.cancel"].browse(action["res_id"])
            wizard = wizard.with_user(self.seller)
            wizard.write({"end_reason_id": reason.id, "when": when})
            answer = wizard.action_apply()
            self.assertEqual(answer["tag"], "continuity_done")
            self.assertEqual(answer["params"]["message"], text)
            self.assertEqual(answer["params"]["next"]["tag"], "continuity_show_anew")
        self.assertEqual(self.series.state, "cancelled")
