# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from ast import literal_eval
from datetime import date

from lxml import etree

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from ..cases.update import UpdateCase
from ..common import MANAGER, SELLER_ALL


@tagged("post_install", "-at_install")
@freeze_time("2027-09-12 12:00:00")
class TestUpdateBulk(UpdateCase):
    """N53, R13, R14: the page *Change shipments*."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(cls.env, login="boss", groups=MANAGER)
        cls.seller = new_test_user(cls.env, login="clerk", groups=SELLER_ALL)

    def _open(self, shipments, action="action_open_update_date", user=None):
        result = getattr(shipments.with_user(user or self.manager), action)()
        return (
            self.env[result["res_model"]]
            .with_user(user or self.manager)
            .browse(result["res_id"])
        )

    def _get_dates(self, order):
        rows = order.shipment_ids.sorted("number")
        return [f"{row.planned_date:%m-%d}" for row in rows]

    # === THE PAGE === #

    def test_page(self):
        """Open orders of every state, found by product first; resting ones are told."""
        self.goods_b.default_code = "GB-77"
        running, held, paused = self._sell(), self._sell(), self._sell()
        held.action_hold(reason="asks for a lawyer")
        paused.action_pause(date(2027, 9, 30))
        action = self.env.ref("continuity_program.continuity_update_action")
        self.assertNotIn("search_default", action.context)
        shipments = self.env["continuity.shipment"].with_user(self.manager)
        found = shipments.search(
            [*literal_eval(action.domain), ("line_ids.product_id", "ilike", "GB-77")]
        )
        self.assertEqual(found.continuity_order_id, running | held | paused)
        arch = etree.fromstring(
            shipments.get_view(action.search_view_id.id, "search")["arch"]
        )
        self.assertEqual(arch.xpath("//field/@name")[0], "line_ids")
        update = self._open(found, "action_open_substitution")
        self.assertIn(
            f"2 of the orders are on hold or paused, and are changed too: {held.name},"
            f" {paused.name}.",
            update.warning,
        )
        update = self._open(running.shipment_ids[1])
        self.assertFalse(update.warning)

    # === UPDATE DATE === #

    def test_new_start_date(self):
        """R14: the first marked one gets the date, all later ones follow it."""
        order, other = self._sell(), self._sell()
        update = self._open(order.shipment_ids[1:] | other.shipment_ids[2])
        with Form(update) as form:
            self.assertEqual(form.marked_text, "3 shipment(s) of 2 order(s)")
            self.assertFalse(form.preview_html)
            form.new_date = date(2027, 10, 20)
            for text in ("10 Oct", "20 Oct", "9 Nov", "19 Nov"):
                self.assertIn(text, form.preview_html)
        self.assertEqual(self._get_dates(order), ["09-10", "10-10", "11-09"])
        update.action_apply()
        self.assertEqual(self._get_dates(order), ["09-10", "10-20", "11-19"])
        self.assertEqual(self._get_dates(other), ["09-10", "10-10", "10-20"])
        note = order.message_ids[0]
        self.assertEqual(note.author_id, self.manager.partner_id)
        self.assertIn("Shipment 2: Date 10/10/2027 → 10/20/2027", note.body)
        self.assertIn("Shipment 3: Date 11/09/2027 → 11/19/2027", note.body)

    def test_marked_ones_only(self):
        order = self._sell()
        order.shipment_ids[1]._move_in_bulk(date(2027, 10, 20), scope="one")
        self.assertEqual(self._get_dates(order), ["09-10", "10-20", "11-09"])
        self.assertRecordValues(
            order.shipment_ids[1:],
            [
                {"scheduled_date": date(2027, 10, 10), "is_customized": True},
                {"scheduled_date": date(2027, 11, 9), "is_customized": False},
            ],
        )

    def test_add_days(self):
        order = self._sell()
        update = self._open(order.shipment_ids[1])
        with Form(update) as form:
            form.date_mode = "shift"
            form.days = 3
        update.action_apply()
        self.assertEqual(self._get_dates(order), ["09-10", "10-13", "11-12"])
        self.assertEqual(
            order.shipment_ids.mapped("is_customized"), [False, True, True]
        )
        # From the second one on; the first open one stays
        order.shipment_ids[2]._move_in_bulk(days=-2, scope="later")
        self.assertEqual(self._get_dates(order), ["09-10", "10-13", "11-10"])
        order.shipment_ids[1:]._move_in_bulk(days=1, scope="one")
        self.assertEqual(self._get_dates(order), ["09-10", "10-14", "11-11"])

    def test_the_next_batch_does_not_undo_it(self):
        """Dates and products outlive the update of the program."""
        moved, shifted, swapped = self._sell(), self._sell(), self._sell()
        moved.shipment_ids[1]._move_in_bulk(date(2027, 10, 20), scope="later")
        shifted.shipment_ids[1]._move_in_bulk(days=3, scope="later")
        swapped.shipment_ids[1]._substitute_in_bulk(self.goods_b, self.goods_z)
        self._update()
        self.assertEqual(self._get_dates(moved), ["09-10", "10-20", "11-19"])
        self.assertEqual(self._get_dates(shifted), ["09-10", "10-13", "11-12"])
        self.assertEqual(swapped.shipment_ids[1].products_text, "Goods Z")
        # B 21 days after A now, C 14 after B: later ones follow the moved one
        (self.event_b | self.event_c).write({"days_from_last": 14})
        self._update()
        self.assertEqual(self._get_dates(moved), ["09-10", "10-20", "11-03"])
        self.assertEqual(self._get_dates(shifted), ["09-10", "10-13", "11-12"])

    def test_a_date_that_has_passed(self):
        order = self._sell()
        update = self._open(order.shipment_ids[1])
        update.new_date = date(2027, 9, 11)
        self.assertIn(order.name, update.problem)
        self.assertIn("has passed", update.problem)
        with self.assertRaisesRegex(UserError, "has passed"):
            update.action_apply()
        # Today is not the past
        update.new_date = date(2027, 9, 12)
        self.assertFalse(update.problem)
        with self.assertRaisesRegex(UserError, "has passed"):
            order.shipment_ids[1]._move_in_bulk(days=-29)
        self.assertEqual(self._get_dates(order), ["09-10", "10-10", "11-09"])

    def test_nothing_changes_when_one_is_refused(self):
        order, ordered = self._sell(), self._sell()
        marked = order.shipment_ids[1] | ordered.shipment_ids[0]
        with self.assertRaisesRegex(UserError, "has its child order"):
            marked._move_in_bulk(date(2027, 10, 20))
        self.assertEqual(self._get_dates(order), ["09-10", "10-10", "11-09"])

    def test_up_front_orders_move(self):
        program = self._create_program("UPFRONT", bill_upfront=True)
        order = self._sell(self._create_parent_product(program, name="UPFRONT"))
        order.shipment_ids[1]._move_in_bulk(date(2027, 10, 20), scope="later")
        self.assertEqual(self._get_dates(order), ["09-10", "10-20", "11-19"])
        self.assertEqual(order.payment_ids.mapped("amount"), [90.0])

    # === SUBSTITUTION === #

    def test_substitution_keeps_the_price(self):
        order, other = self._sell(), self._sell(quantity=2)
        update = self._open(
            (order | other).shipment_ids.filtered(lambda s: s.state == "planned"),
            "action_open_substitution",
        )
        with Form(update) as form:
            form.product_id = self.goods_b
            form.new_product_id = self.goods_z
            self.assertIn("Goods Z", form.preview_html)
        update.action_apply()
        for row, quantity in ((order, 1.0), (other, 2.0)):
            self.assertRecordValues(
                row.shipment_ids.line_ids,
                [
                    {"product_id": self.goods_a.id, "price_unit": 30.0},
                    {"product_id": self.goods_z.id, "price_unit": 30.0},
                    {"product_id": self.goods_c.id, "price_unit": 30.0},
                ],
            )
            self.assertEqual(row.shipment_ids.line_ids[1].quantity, quantity)
            self.assertEqual(
                row.shipment_ids.mapped("is_customized"), [False, True, False]
            )
        note = self._clean(str(other.message_ids[0].body))
        self.assertIn("Shipment 2: 2 × Goods B, $ 30.00 → 2 × Goods Z, $ 30.00", note)

    def test_substitution_quantity_and_price(self):
        """The quantity is per series: the customer who bought two gets twice that."""
        order, other = self._sell(), self._sell(quantity=2)
        update = self._open(
            order.shipment_ids[1] | other.shipment_ids[1], "action_open_substitution"
        )
        self.assertEqual(update.product_id, self.goods_b)
        with Form(update) as form:
            form.new_product_id = self.goods_z
            # As many as now, unless somebody says so
            form.changes_quantity = True
            form.quantity = 5
            form.changes_quantity = False
            self.assertEqual(form.quantity, 0.0)
            form.changes_quantity = True
            form.quantity = 3
            form.price_mode = "new"
            form.price_unit = 20.0
            form.price_reason = "Goods B sold out"
        update.action_apply()
        self.assertEqual(order.shipment_ids[1].amount_untaxed, 60.0)
        self.assertEqual(other.shipment_ids[1].amount_untaxed, 120.0)
        self.assertIn("Goods B sold out", order.message_ids[0].body)

    def test_substitution_refused(self):
        order = self._sell()
        row = order.shipment_ids[1]
        for product, args, message in (
            (self.goods_a, (self.goods_z,), "None of the marked shipments sends"),
            (self.goods_b, (self.product,), "it is a parent product itself"),
            (self.goods_b, (self.goods_z, -1.0), "not negative"),
            (self.goods_b, (self.goods_z, 0.0, (20.0, " ")), "Enter the reason"),
        ):
            with self.assertRaisesRegex(UserError, message):
                row._substitute_in_bulk(product, *args)
        self.assertEqual(row.products_text, "Goods B")

    def test_substitution_up_front_at_the_same_price_only(self):
        program = self._create_program("UPFRONT", bill_upfront=True)
        order = self._sell(self._create_parent_product(program, name="UPFRONT"))
        row = order.shipment_ids[1]
        for args in ((2.0,), (0.0, (20.0, "cheaper"))):
            with self.assertRaisesRegex(UserError, "is paid in advance"):
                row._substitute_in_bulk(self.goods_b, self.goods_z, *args)
        row._substitute_in_bulk(self.goods_b, self.goods_z)
        self.assertRecordValues(
            row.line_ids,
            [
                {
                    "product_id": self.goods_z.id,
                    "price_unit": 30.0,
                    "prepaid_price_unit": 30.0,
                    "prepaid_quantity": 1.0,
                }
            ],
        )

    # === UNDO === #

    def _look(self, orders):
        rows = orders.shipment_ids
        return [
            *rows.mapped("planned_date"),
            *rows.mapped("scheduled_date"),
            *rows.mapped("is_customized"),
            *rows.mapped("is_anchor"),
            *rows.mapped("products_text"),
            *rows.mapped("amount_total"),
        ]

    def _apply(self, shipments, values, action="action_open_update_date"):
        update = self._open(shipments, action)
        update.write(values)
        done = update.action_apply()["params"]
        self.assertEqual(done["undo"], {"model": "continuity.update", "id": update.id})
        return update

    def test_undo(self):
        """Dates, products and prices of all orders are what they were, also of one
        that is paid in advance."""
        program = self._create_program("UPFRONT", bill_upfront=True)
        paid = self._sell(self._create_parent_product(program, name="UPFRONT"))
        orders = self._sell() | self._sell(quantity=2)
        marked = orders.shipment_ids.filtered(lambda s: s.number == 2)
        before = self._look(orders | paid)
        self.assertIn(date(2027, 10, 10), before)
        substitution = {
            "product_id": self.goods_b.id,
            "new_product_id": self.goods_z.id,
        }
        dearer = {
            **substitution,
            "quantity": 3.0,
            "price_mode": "new",
            "price_unit": 20.0,
            "price_reason": "Goods B sold out",
        }
        product = "action_open_substitution"
        for shipments, values, action, message in (
            (
                marked | paid.shipment_ids[1],
                {"new_date": date(2027, 10, 20)},
                "action_open_update_date",
                "Undone: 6 shipments are as they were.",
            ),
            (
                marked,
                {"date_mode": "shift", "days": 3, "scope": "one"},
                "action_open_update_date",
                "Undone: 2 shipments are as they were.",
            ),
            (
                marked | paid.shipment_ids[1],
                substitution,
                product,
                "Undone: 3 shipments are as they were.",
            ),
            (
                marked[0],
                dearer,
                product,
                f"Undone: {orders[0].name} is as it was.",
            ),
        ):
            with self.subTest(values=values):
                update = self._apply(shipments, values, action)
                self.assertNotEqual(self._look(orders | paid), before)
                self.assertEqual(update.action_undo(), message)
                self.assertEqual(self._look(orders | paid), before)
                # A second click finds it undone
                with self.assertRaisesRegex(UserError, "has changed since"):
                    update.action_undo()
                self.assertEqual(self._look(orders | paid), before)
        self.assertEqual(paid.payment_ids.mapped("amount"), [90.0])
        note = orders[0].message_ids[0]
        self.assertEqual(note.author_id, self.manager.partner_id)
        self.assertIn("Undone", note.body)
        self.assertIn("Shipment 2 of 10/10/2027: Goods B", note.body)

    def test_undo_is_refused_when_something_followed(self):
        """All of it or nothing, and it says which order is another one now."""
        order, other = self._sell(), self._sell()
        marked = order.shipment_ids[1] | other.shipment_ids[1]
        changed = f"{other.name}.* has changed since"
        for follow, message in (
            (lambda: other.shipment_ids[2]._move_in_bulk(days=1), changed),
            (lambda: other.shipment_ids[2].action_skip(), changed),
            (
                lambda: self._execute(
                    "create_child_orders", sale_order=other.sale_order_id
                ),
                f"{other.name}.* has its child order",
            ),
        ):
            update = self._apply(marked, {"date_mode": "shift", "days": 1})
            dates = self._get_dates(order)
            with freeze_time("2027-10-20 12:00:00"):
                follow()
            with self.assertRaisesRegex(UserError, message):
                update.action_undo()
            self.assertEqual(self._get_dates(order), dates)

    def test_undo_of_an_order_that_has_ended(self):
        """It cannot be changed back by hand either: what can be done is said."""
        order, other = self._sell(), self._sell()
        one = self._apply(order.shipment_ids[1], {"date_mode": "shift", "days": 1})
        marked = order.shipment_ids[1] | other.shipment_ids[1]
        both = self._apply(marked, {"date_mode": "shift", "days": 1})
        order._cancel_orders("moved")
        for update, way in (
            (one, "Sell the program again if the customer wants it."),
            (both, "Change the shipments of the other orders back by hand."),
        ):
            with self.assertRaises(UserError) as caught:
                update.action_undo()
            self.assertEqual(
                str(caught.exception),
                f"{order.display_name} has ended since, and nothing was undone. {way}",
            )
        self.assertEqual(self._get_dates(other)[1], "10-11")

    def test_undo_is_for_managers(self):
        """The dialog is its user's, and he has to be a manager still."""
        row = self._sell().shipment_ids[1]
        update = self._apply(row, {"date_mode": "shift", "days": 1})
        with self.assertRaises(AccessError):
            update.with_user(self.seller).action_undo()
        boss = new_test_user(self.env, login="boss_2", groups=MANAGER)
        with self.assertRaises(AccessError):
            update.with_user(boss).action_undo()
        for name in ("before", "after"):
            with self.assertRaisesRegex(ValidationError, "cannot be typed"):
                update.write({name: {}})
        manager = self.env.ref("sales_team.group_sale_manager")
        self.manager.group_ids -= manager
        with self.assertRaises(AccessError):
            update.action_undo()
        self.assertEqual(row.planned_date, date(2027, 10, 11))
        self.manager.group_ids |= manager
        other = self.env["res.company"].create({"name": "Another company"})
        self.manager.write({"company_ids": other.ids, "company_id": other.id})
        with self.assertRaises(AccessError):
            update.action_undo()
        self.assertEqual(row.planned_date, date(2027, 10, 11))

    # === WHO === #

    def test_only_the_manager(self):
        """Not even a seller with all documents."""
        row = self._sell().shipment_ids[1].with_user(self.seller)
        for method, args in (
            (row.action_open_update_date, ()),
            (row.action_open_substitution, ()),
            (row._move_in_bulk, (date(2027, 10, 20),)),
            (row._substitute_in_bulk, (self.goods_b, self.goods_z)),
        ):
            with self.assertRaises(AccessError):
                method(*args)

    def test_other_company(self):
        row = self._sell().shipment_ids[1]
        other = self.env["res.company"].create({"name": "Another company"})
        self.manager.write({"company_ids": other.ids, "company_id": other.id})
        with self.assertRaises(AccessError):
            row.with_user(self.manager)._move_in_bulk(date(2027, 10, 20))

    def test_quotations_belong_to_their_seller(self):
        order = self._create_order(self.product).continuity_order_ids
        with self.assertRaisesRegex(UserError, "was not submitted yet"):
            order.shipment_ids[1]._move_in_bulk(date(2028, 10, 20))

    def test_nothing_marked(self):
        with self.assertRaisesRegex(UserError, "mark the shipments"):
            self.env["continuity.shipment"]._move_in_bulk(date(2027, 10, 20))

    def test_queries_do_not_grow_with_the_orders(self):
        orders = [self._sell() for _i in range(6)]
        counts = []
        for group in (orders[:1], orders[1:]):
            rows = self.env["continuity.shipment"].union(
                *(order.shipment_ids[1] for order in group)
            )
            with self._counting_queries(counts):
                rows.with_context(tracking_disable=True)._move_in_bulk(days=2)
                rows._substitute_in_bulk(self.goods_b, self.goods_z)
        self.assertLessEqual(counts[1], counts[0] + 2, counts)

    def test_queries_of_the_undo_do_not_grow_with_the_orders(self):
        orders = [self._sell() for _i in range(6)]
        counts = []
        for group in (orders[:1], orders[1:]):
            rows = self.env["continuity.shipment"].union(
                *(order.shipment_ids[1] for order in group)
            )
            update = self._apply(rows, {"date_mode": "shift", "days": 1})
            update = update.with_context(tracking_disable=True)
            with self._counting_queries(counts):
                update.action_undo()
        self.assertLessEqual(counts[1], counts[0] + 2, counts)
