# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.continuity_program.tests.cases.billing import BillingCase


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestCalledOff(BillingCase):
    """Two pieces are authorised, one leaves, and the other never will."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2027-09-10 12:00:00"):
            cls._set_currency("EUR")
            cls.provider.capture_manually = True
            sale_order = cls._create_sold_order(
                cls._create_club(code="CLUBA"),
                order_date=date(2027, 9, 10),
                quantity=2,
            )
            cls.order = sale_order.continuity_order_ids
            cls._execute("create_child_orders", sale_order=sale_order)
            cls.child = cls.order.child_order_ids
            cls.row = cls.order.payment_ids
            cls.child.order_line.product_id.invoice_policy = "delivery"

    def _send_one(self, cancel_rest=False):
        moves = self.child.picking_ids.move_ids
        moves.quantity = 1.0
        moves.picked = True
        action = moves.picking_id.button_validate()
        wizard = self.env[action["res_model"]].with_context(**action["context"])
        wizard = wizard.create({})
        if cancel_rest:
            wizard.process_cancel_backorder()
        else:
            wizard.process()

    def _bill(self):
        self.child._create_invoices().action_post()

    def _call_off(self):
        pickings = self.child.picking_ids
        pickings.filtered(lambda p: p.state != "done").action_cancel()

    def _settle(self):
        self._execute("resolve_payments")
        transactions = self.row.sudo().settle_transaction_ids
        return [
            (tx.continuity_settle_kind, tx.amount)
            for tx in transactions.sorted("id")
            if tx.state in ("done", "cancel")
        ]

    def test_authorized(self):
        self.assertEqual((self.row.amount, self.row.state), (29.89, "authorized"))

    def test_after_the_invoice(self):
        """Delivered, invoiced, captured: calling the rest off lets it go."""
        self._send_one()
        self._bill()
        captured = self._settle()[0][1]
        self.assertEqual(self.row.state, "authorized")
        self._call_off()
        rest = self.row.currency_id.round(29.89 - captured)
        self.assertEqual(self._settle(), [("capture", captured), ("void", rest)])
        self.assertEqual((self.row.state, self.row.amount), ("paid", captured))
        self._settle()
        self.assertEqual(len(self.row.settle_transaction_ids), 2, "let go once")

    def test_beside_a_service(self):
        """What no transfer sends ends with its invoice."""
        service = self._create_service()
        self.child.write(
            {
                "order_line": [
                    Command.create({"product_id": service.id, "price_unit": 0})
                ]
            }
        )
        self._send_one()
        self._bill()
        captured = self._settle()[0][1]
        self._call_off()
        self.assertEqual([kind for kind, _amount in self._settle()][-1], "void")
        self.assertEqual((self.row.state, self.row.amount), ("paid", captured))

    def _create_service(self):
        vals = self._goods_vals("Wrapping", 0.0, type="service")
        return self.env["product.product"].create(vals)

    def test_before_the_invoice(self):
        """The warehouse makes no backorder; the invoice still decides what is kept."""
        self._send_one(cancel_rest=True)
        self.assertFalse(self.row.is_capture_final)
        self._bill()
        self.assertTrue(self.row.is_capture_final)
        kinds = [kind for kind, _amount in self._settle()]
        self.assertEqual((kinds[0], kinds[-1]), ("capture", "void"))
        self.assertEqual(self.row.state, "paid")

    def test_still_to_come(self):
        """The backorder waits: its money is kept."""
        self._send_one()
        self._bill()
        self.assertEqual([kind for kind, _amount in self._settle()], ["capture"])
        self.assertEqual((self.row.state, self.row.amount), ("authorized", 29.89))

    def test_nothing_has_left(self):
        """Nothing was captured: the child order is cancelled, or sent anew."""
        self._call_off()
        self.assertEqual(self._settle(), [])
        self.assertEqual(self.row.state, "authorized")
        self.child._action_cancel()
        self.assertEqual([kind for kind, _amount in self._settle()], ["void"])
        self.assertEqual(self.row.state, "cancelled")
