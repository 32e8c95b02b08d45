# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from freezegun import freeze_time

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from ..cases.paid_before import PaidBeforeCase
from ..common import SELLER_ALL


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestDialogOutdated(PaidBeforeCase):
    """A dialog that speaks of a quotation does nothing to the order it has become."""

    def setUp(self):
        super().setUp()
        self.colleague = self._create_user("outdated_colleague", SELLER_ALL)
        self.order = self._quote(self.upfront)
        self.continuity = self.order.continuity_order_ids

    def _get_dialog(self, action):
        return self.env[action["res_model"]].browse(action["res_id"])

    def _submit(self):
        """A colleague, or the customer, is faster."""
        self.order.with_user(self.colleague).action_confirm()
        self.assertEqual(self.order.state, "sale")

    def _assert_refused(self, dialog):
        with self.assertRaisesRegex(
            UserError, f"{self.order.name} was submitted by outdated_colleague"
        ):
            dialog.action_apply()
        self.assertEqual(self.order.state, "sale")
        self.assertEqual(self.continuity.state, "running")
        self.assertEqual(self.continuity.shipment_ids.mapped("state"), ["planned"] * 3)
        self.assertEqual(len(self.continuity.move_ids), 1, "no credit note")

    # === CANCEL === #

    def test_cancel(self):
        dialog = self._get_dialog(self.order.action_open_continuity_cancel())
        self.assertIn("Nothing is owed", dialog.effect_html)
        self._submit()
        self._assert_refused(dialog)
        # Asked again, it says what it costs and does it
        again = self._get_dialog(self.order.action_open_continuity_cancel())
        self.assertEqual(again.kind, "order")
        self.assertIn("70.12", again.effect_html)
        again.action_apply()
        self.assertEqual(self.continuity.state, "cancelled")

    def test_cancel_one_of_two(self):
        """None of the marked quotations is cancelled where one was submitted."""
        other = self._quote(self.club)
        orders = self.order | other
        dialog = self._get_dialog(orders.action_open_continuity_cancel())
        self._submit()
        self._assert_refused(dialog)
        self.assertEqual(other.state, "draft")

    def test_cancel_paid_since(self):
        """He has paid by link meanwhile: 70.12 would go back, and nobody was told."""
        self.order.action_continuity_hold("Ask the customer")
        dialog = self._get_dialog(self.order.action_open_continuity_cancel())
        self._pay(self.order, 70.12)
        with self.assertRaisesRegex(UserError, "what was paid has changed"):
            dialog.action_apply()
        self.assertEqual(self.order.state, "draft")
        again = self._get_dialog(self.order.action_open_continuity_cancel())
        self.assertIn("70.12", again.effect_html)
        again.action_apply()
        self.assertEqual(self.order.state, "cancel")
        self.assertEqual(self.continuity.amount_to_refund, 70.12)

    def test_cancel_unchanged(self):
        dialog = self._get_dialog(self.order.action_open_continuity_cancel())
        dialog.action_apply()
        self.assertEqual(self.order.state, "cancel")
        # Pressed twice
        dialog.action_apply()
        self.assertEqual(self.continuity.state, "cancelled")

    def test_what_was_shown_is_not_typed(self):
        seller = self._create_user("outdated_seller", SELLER_ALL)
        dialog = self._get_dialog(
            self.order.with_user(seller).action_open_continuity_cancel()
        ).with_user(seller)
        self._pay(self.order, 70.12)
        with self.assertRaisesRegex(ValidationError, "cannot be typed"):
            dialog.shown = dialog._get_draft_sentences()

    # === SHIPMENTS === #

    def test_leave_out(self):
        """Of a quotation it asks nothing; of what is paid it proposes a credit."""
        shipment = self.continuity.shipment_ids[1]
        dialog = self._get_dialog(shipment.action_open_skip())
        self.assertFalse(dialog.is_prepaid)
        self._submit()
        self._assert_refused(dialog)
        again = self._get_dialog(shipment.action_open_skip())
        self.assertTrue(again.is_prepaid)
        again.action_apply()
        self.assertEqual(shipment.state, "skipped")

    def test_end(self):
        shipment = self.continuity.shipment_ids[0]
        dialog = self._get_dialog(shipment.action_open_end())
        self._submit()
        self._assert_refused(dialog)

    def test_another_day(self):
        dialog = self._get_dialog(self.continuity.shipment_ids[1].action_open_move())
        dialog.scope = "later"
        dialog.new_date = "2027-12-24"
        self._submit()
        self._assert_refused(dialog)

    def test_another_product(self):
        """The difference would be charged, and the dialog did not say so."""
        dialog = self._get_dialog(self.continuity.shipment_ids[1].action_open_swap())
        dialog.write({"product_id": self.goods_c.id, "choice": "new", "reason": "Wish"})
        self._submit()
        self._assert_refused(dialog)
        self.assertEqual(
            self.continuity.shipment_ids[1].line_ids.product_id, self.goods_b
        )

    def test_shipments_of_the_quotation(self):
        """As long as it is one, they are changed as ever."""
        shipment = self.continuity.shipment_ids[1]
        self._get_dialog(shipment.action_open_skip()).action_apply()
        self.assertEqual(shipment.state, "skipped")
