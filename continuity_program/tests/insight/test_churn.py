# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged

from ...models.insight.continuity_save import OFFERS
from ..common import MANAGER, SELLER_ALL, ContinuityCommon
from .insight_world import DAY, InsightCase

#: Who asked to leave, when, and what kept him
STAYED = (
    ("A03", "2027-02-20", "skip"),
    ("K03", "2027-04-08", "skip"),
    ("A06", "2027-04-10", "discount"),
)


@tagged("post_install", "-at_install")
class TestChurn(InsightCase):
    """*Leavers and saves*: who left, why, and whom an offer has kept."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.programs = cls.book | cls.coffee | cls.tea
        for name, day, offer in STAYED:
            with freeze_time(f"{day} 12:00:00"):
                cls.env["continuity.save"]._note_requests(
                    cls.members[name],
                    cls.env["continuity.end.reason"],
                    offer,
                    is_accepted=True,
                )
        cls.env.flush_all()

    def _group(self, model, names, groups=(), domain=()):
        with freeze_time(f"{DAY} 12:00:00"):
            rows = self.env[model].formatted_read_group(
                [("program_id", "in", self.programs.ids), *domain],
                list(groups),
                list(names),
            )
        return [[round(row[name] or 0, 3) for name in names] for row in rows]

    def test_months(self):
        """Eight months of 26 members: 12 are still there."""
        names = [
            *("opening_count:sum", "joined_count:sum", "left_count:sum"),
            *("left_payment_count:sum", "finished_count:sum", "churn_rate:avg"),
        ]
        self.assertEqual(
            self._group("continuity.churn.month", names, ["month:month"]),
            [
                [0, 5, 0, 0, 0, 0.0],
                [5, 5, 0, 0, 0, 0.0],
                [10, 3, 2, 0, 0, 0.2],
                [11, 3, 1, 0, 0, 0.091],
                [13, 3, 3, 1, 1, 0.231],
                [12, 2, 1, 0, 3, 0.083],
                [10, 2, 1, 1, 2, 0.1],
                [9, 3, 0, 0, 0, 0.0],
                [12, 0, 0, 0, 0, 0.0],
            ],
        )
        # Months do not add up
        names = ["opening_count:sum", "closing_count:sum", "joined_count:sum"]
        year = [("month", ">=", "2027-03-01"), ("month", "<=", "2027-05-01")]
        self.assertEqual(
            self._group("continuity.churn.month", names, domain=year), [[10, 12, 9]]
        )
        with freeze_time(f"{DAY} 12:00:00"):
            rows = self.env["continuity.churn.month"].search(
                [("program_id", "=", self.book.id)]
            )
            self.assertEqual(len(rows), 9)
            march = rows.filtered(lambda row: str(row.month) == "2027-03-01")
            leavers = march.action_view_leavers()["domain"]
            found = self.env["continuity.churn.report"].search(leavers)
        self.assertEqual(
            found.continuity_order_id, self.members["A02"] | self.members["A04"]
        )

    def test_moved(self):
        """Sold as another program is no leaver; he is not a member here any more."""
        moved = self.env.ref("continuity_program.continuity_end_reason_other_program")
        self.members["A04"].sudo().end_reason_id = moved
        names = ["left_count:sum", "moved_count:sum", "churn_rate:avg"]
        march = [("month", "=", "2027-03-01")]
        self.assertEqual(
            self._group("continuity.churn.month", names, domain=march), [[1, 1, 0.1]]
        )
        april = [("month", "=", "2027-04-01")]
        self.assertEqual(
            self._group("continuity.churn.month", ["opening_count:sum"], domain=april),
            [[11]],
        )

    def test_reasons(self):
        """Why they left; a quarter of them by payment."""
        groups = self.env["continuity.churn.report"].formatted_read_group(
            [("program_id", "in", self.programs.ids)],
            ["end_reason_id"],
            ["leaver_count:sum"],
        )
        found = {
            group["end_reason_id"][1]: group["leaver_count:sum"] for group in groups
        }
        self.assertEqual(
            found,
            {
                "Too expensive": 2,
                "Does not pay": 2,
                "No longer interested": 1,
                "Not satisfied with the goods": 1,
                "Has too many of them": 1,
                "Moved away, ill or deceased": 1,
            },
        )
        self.assertEqual(
            self._group("continuity.churn.report", ["payment_rate:avg"]), [[0.25]]
        )
        row = self.env["continuity.churn.report"].search(
            [("continuity_order_id", "=", self.members["A06"].id)]
        )
        self.assertRecordValues(
            row,
            [
                {
                    "shipped_count": 3,
                    "member_days": 87,
                    "kind": "customer",
                    "is_asked": 1,
                }
            ],
        )
        self.assertEqual(row.action_view_order()["res_id"], self.members["A06"].id)

    def test_saves(self):
        """Nine asked to leave; two of the three who took an offer are still there."""
        names = [
            *("request_count:sum", "accepted_count:sum", "saved_count:sum"),
            *("save_rate:avg", "accepted_rate:avg"),
        ]
        self.assertEqual(
            self._group("continuity.save.report", names), [[9, 3, 2, 0.222, 0.667]]
        )
        rows = self.env["continuity.save.report"].search(
            [("continuity_order_id", "in", self._get("A03", "K03", "A06").ids)]
        )
        with freeze_time("2027-06-08 12:00:00"):
            self.env.invalidate_all()
            outcomes = {
                (row.continuity_order_id, str(row.date)): row.outcome for row in rows
            }
        # 60 days after 10 April are over on 9 June
        a06, c03, a03 = self._get("A06"), self._get("K03"), self._get("A03")
        self.assertEqual(
            outcomes,
            {
                (a03, "2027-02-20"): "saved",
                (c03, "2027-04-08"): "saved",
                (a06, "2027-04-10"): "lost",
                (a06, "2027-05-20"): "refused",
            },
        )
        with freeze_time("2027-06-06 12:00:00"):
            self.env.invalidate_all()
            self.assertEqual(
                rows.filtered(lambda r: r.continuity_order_id == c03).outcome, "early"
            )
            (total,) = self.env["continuity.save.report"].formatted_read_group(
                [("continuity_order_id", "=", c03.id)], [], ["decided_count:sum"]
            )
        self.assertEqual(total["decided_count:sum"], 0)

    def _get(self, *names):
        return self.env["continuity.order"].union(*map(self.members.get, names))

    @freeze_time(f"{DAY} 12:00:00")
    def test_roles(self):
        """It is for those who lead the sale."""
        seller = self._create_user("churn_seller", SELLER_ALL)
        manager = self._create_user("churn_manager", MANAGER)
        for name in ("churn.report", "churn.month", "save.report", "save"):
            model = self.env[f"continuity.{name}"]
            with self.assertRaises(AccessError):
                model.with_user(seller).search([])
            self.assertTrue(model.with_user(manager).search([]), name)
        other = self.env["res.company"].create({"name": "Another company"})
        manager.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        for name in ("churn.report", "churn.month", "save.report", "save"):
            self.assertFalse(
                self.env[f"continuity.{name}"].with_user(manager).search([]), name
            )


@tagged("post_install", "-at_install")
class TestOffers(ContinuityCommon):
    """What a customer who wants to leave is offered, in the dialog that cancels."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls._create_parent_product(cls._create_program())
        cls.reason = cls.env.ref(
            "continuity_program.continuity_end_reason_too_expensive"
        )
        cls.seller = cls._create_user("offer_seller", "sales_team.group_sale_salesman")
        cls.startClassPatcher(freeze_time("2027-09-10 12:00:00"))
        cls.order = cls._create_sold_order(
            cls.product, user_id=cls.seller.id
        ).continuity_order_ids

    def _open(self):
        action = self.order.with_user(self.seller).action_open_cancel()
        dialogs = self.env[action["res_model"]].with_user(self.seller)
        form = Form(dialogs.browse(action["res_id"]))
        form.end_reason_id = self.reason
        return form

    def _stay(self, **values):
        form = self._open()
        for name, value in values.items():
            form[name] = value
        dialog = form.save()
        dialog.action_stay()
        return dialog

    def _get_saves(self):
        return self.env["continuity.save"].search(
            [("continuity_order_id", "=", self.order.id)]
        )

    def test_skip(self):
        """The next one is skipped, and he stays."""
        self._stay(offer="skip")
        self.assertEqual(
            self.order.shipment_ids.mapped("state"), ["skipped", "planned", "planned"]
        )
        self.assertFalse(self.order.ended_date)
        self.assertRecordValues(
            self._get_saves(),
            [
                {
                    "offer": "skip",
                    "is_accepted": True,
                    "end_reason_id": self.reason.id,
                    "user_id": self.seller.id,
                    "company_id": self.company.id,
                }
            ],
        )
        self.assertIn("Wanted to leave", self.order.message_ids[0].body)

    def test_postpone(self):
        """The next one leaves last."""
        first = self.order.shipment_ids.sorted("number")[0]
        self._stay(offer="postpone")
        self.assertEqual(self.order.shipment_ids._sorted_by_leaving()[-1:], first)

    def test_pause(self):
        """Until a day, or until somebody resumes it."""
        self._stay(offer="pause", resume_date="2027-11-01")
        self.assertEqual(self.order.state, "paused")
        self.assertEqual(str(self.order.resume_date), "2027-11-01")

    def test_discount(self):
        """Every shipment that is planned costs less, by the reason he gave."""
        self._stay(offer="discount", discount=25.0, reason="too dear")
        lines = self.order.shipment_ids.line_ids
        self.assertEqual(set(lines.mapped("discount")), {25.0})
        self.assertEqual(set(lines.mapped("price_reason")), {"too dear"})
        self.assertEqual(set(self.order.shipment_ids.mapped("amount_total")), {22.5})
        for wrong in (0.0, 100.0, -5.0):
            with self.assertRaisesRegex(UserError, "more than 0 %"):
                self._stay(offer="discount", discount=wrong)

    def test_discount_on_top(self):
        """It comes off what he pays now: nobody pays more for having stayed."""
        first, second, third = self.order.shipment_ids.sorted("number")
        first.line_ids.discount = 20.0
        third.line_ids.discount = 100.0
        self._stay(offer="discount", discount=10.0)
        shipments = first | second | third
        # 20 % off 30.00 are 24.00, and 10 % off those 21.60; what is free stays free
        self.assertEqual(
            [round(line.discount, 2) for line in shipments.line_ids],
            [28.0, 10.0, 100.0],
        )
        self.assertEqual(shipments.mapped("amount_total"), [21.6, 27.0, 0.0])

    def test_swap(self):
        """Another product with the next one, at the same price."""
        first = self.order.shipment_ids.sorted("number")[0]
        with self.assertRaisesRegex(UserError, "product to send"):
            self._stay(offer="swap")
        self._stay(offer="swap", swap_product_id=self.goods_b)
        self.assertEqual(first.line_ids.product_id, self.goods_b)
        self.assertEqual(first.amount_total, 30.0)
        self.assertRecordValues(
            self._get_saves(), [{"offer": "swap", "is_accepted": True}]
        )

    def test_swap_of_several(self):
        """Which of several products is a question for the shipment."""
        first = self.order.shipment_ids.sorted("number")[0]
        first.line_ids.sudo().copy({"shipment_id": first.id})
        with self.assertRaisesRegex(UserError, "several products"):
            self._stay(offer="swap", swap_product_id=self.goods_b)
        self.assertFalse(self._get_saves())

    def test_by_reason(self):
        """A reason says what is offered; what it does not offer is not chosen."""
        self.reason.write({"offers_pause": False, "offers_swap": False})
        form = self._open()
        self.assertEqual(form.offer_choices, ["skip", "postpone", "discount"])
        form.end_reason_id = self.env.ref(
            "continuity_program.continuity_end_reason_no_interest"
        )
        self.assertIn("pause", form.offer_choices)
        form.offer = "pause"
        form.end_reason_id = self.reason
        self.assertFalse(form.offer)
        gone = self.env.ref("continuity_program.continuity_end_reason_moved_away")
        gone.write({f"offers_{offer}": False for offer, _label in OFFERS})
        form.end_reason_id = gone
        self.assertFalse(form.offer_choices)

    def test_refused(self):
        """Who leaves all the same was asked; a dialog that is closed was no request."""
        self._open().save()
        self.assertFalse(self._get_saves())
        form = self._open()
        with self.assertRaisesRegex(UserError, "Choose what"):
            form.save().action_stay()
        form.offer = "pause"
        form.save().action_apply()
        self.assertRecordValues(
            self._get_saves(), [{"offer": "pause", "is_accepted": False}]
        )
        self.assertTrue(self.order.ended_date)

    def test_does_not_pay(self):
        """Who is ended because he does not pay has not asked."""
        form = self._open()
        form.end_reason_id = self.env["continuity.end.reason"]._get_unpaid()
        form.save().action_apply()
        self.assertFalse(self._get_saves())

    def test_nothing_planned(self):
        """Nothing is left that could be skipped: a sentence, and nothing is written."""
        self.order.shipment_ids.sudo().state = "skipped"
        with self.assertRaisesRegex(UserError, self.order.name):
            self._stay(offer="skip")
        self.assertFalse(self._get_saves())
