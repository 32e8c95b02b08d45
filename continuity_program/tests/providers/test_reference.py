# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re

from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from ..common import ContinuityCommon


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestReference(ContinuityCommon):
    """What a charge is called: short, once, and known by its beginning."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls._create_parent_product(cls._create_program())
        cls.transactions = cls.env["payment.transaction"]

    def _name(self, prefix="CP42-", parts=(1, 0, 1), attempt=1):
        return self.transactions._continuity_get_reference(prefix, parts, attempt)

    def _take(self, reference):
        token = self._create_token()
        return self.transactions.sudo().create(
            {
                "provider_id": token.provider_id.id,
                "payment_method_id": token.payment_method_id.id,
                "token_id": token.id,
                "reference": reference,
                "amount": 1.0,
                "currency_id": self.company.currency_id.id,
                "partner_id": self.customer.id,
                "operation": "offline",
            }
        )

    # === FORM === #

    def test_length(self):
        """At most 30 characters, whatever the numbers; what counts is within 20."""
        for prefix in ("CP1-", "CP42-", "CP2147483647-", "CPS2147483647-"):
            for attempt in (1, 9, 10, 999):
                reference = self._name(prefix, (999, 1000, 120), attempt)
                self.assertRegex(reference, rf"^{prefix}[2-9A-HJ-NP-Z]+-{attempt}$")
                self.assertLessEqual(len(reference), 20)
        self.assertLessEqual(len(self._name("CPS2147483647-", (1,), 10**6)), 30)

    def test_distinct_in_the_first_twenty(self):
        """300 payments of an order, three attempts each: 900 beginnings."""
        beginnings = {
            self._name("CP1234567-", (event, occurrence, sequence), attempt)[:20]
            for event in range(1, 11)
            for occurrence in range(10)
            for sequence in (1, 2, 3)
            for attempt in (1, 2, 3)
        }
        self.assertEqual(len(beginnings), 900)

    def test_same_attempt_same_text(self):
        """A repetition of the call writes the same text, also after the first look."""
        self.env["continuity.database"].search([]).unlink()
        first = self._name()
        self.assertEqual(self._name(), first)
        self.env["continuity.database"].search([]).unlink()
        self.assertEqual(self._name(), first, "as after a rollback")

    # === INSTALLATIONS === #

    def test_confirmed_copy(self):
        """A copy that was confirmed asks for other charges than the original."""
        first = self._name()
        self.env["continuity.database"]._store_current().uuid = "another"
        self.env["continuity.database"].action_confirm()
        second = self._name()
        self.assertNotEqual(second, first)
        self.assertTrue(second.startswith("CP42-"))

    def test_other_installation(self):
        """The tables of a new installation have other numbers than the old ones had."""
        first = self._name()
        models = type(self.env["ir.model"])
        self.patch(models, "_get_id", lambda _self, _name: 4711)
        self.assertNotEqual(self._name(), first)

    # === TAKEN === #

    def test_taken_moves_on(self):
        """A name of an earlier installation that came back is passed over."""
        first = self._name()
        stem = first[:-1]
        self._take(f"{stem}1")
        self._take(f"{stem}2")
        self._take(f"{stem}4")
        self.assertEqual(self._name(), f"{stem}3")
        self._take(f"{stem}3")
        self.assertEqual(self._name(), f"{stem}5")

    def test_charge_moves_on(self):
        """A row whose name is taken is charged all the same, by the next number."""
        order = self._create_order(self.product)
        continuity = order.continuity_order_ids
        continuity._set_payment_token(self._create_token())
        order.action_confirm()
        tx_model = type(self.transactions)
        self.patch(tx_model, "_continuity_get_key", lambda _self, _text: "2345678")
        self._take(f"CP{continuity.id}-2345678-1")
        run = self._execute("create_child_orders", sale_order=order)
        self.assertEqual((run.done_count, run.failed_count), (1, 0))
        row = continuity.payment_ids
        self.assertEqual(row.state, "paid")
        self.assertEqual(row.transaction_id.reference, f"CP{continuity.id}-2345678-2")

    def test_ordinary_goods_move_on(self):
        """The ordinary goods of a mixed order, too; their prefix stays CPS."""
        order = self._create_order(
            self.product,
            order_line=[
                Command.create({"product_id": self.product.id}),
                Command.create({"product_id": self.goods_a.id}),
            ],
        )
        order.continuity_order_ids._set_payment_token(self._create_token())
        tx_model = type(self.transactions)
        self.patch(tx_model, "_continuity_get_key", lambda _self, _text: "2345678")
        self._take(f"CPS{order.id}-2345678-1")
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertEqual(
            order.transaction_ids.mapped("reference"), [f"CPS{order.id}-2345678-2"]
        )

    # === UNDER WAY === #

    def test_under_way_keeps_its_name(self):
        """A charge that waits for its answer is asked about by its old name."""
        order = self._create_sold_order(self.product)
        self._execute("create_child_orders", sale_order=order)
        row = order.continuity_order_ids.payment_ids
        tx = row.transaction_id
        self.assertTrue(re.match(rf"CP{order.continuity_order_ids.id}-", tx.reference))
        old = f"CP{order.continuity_order_ids.id}-1-0-1-1"
        asked = []
        self.patch(
            type(tx), "_continuity_ask_again", lambda tx: asked.append(tx.reference)
        )
        self.patch(type(tx), "_continuity_can_be_asked_again", lambda _tx, _hours: True)
        for state in ("processing", "unknown"):
            tx.write({"reference": old, "state": "draft"})
            row.write({"state": state, "requested_at": "2027-09-10 12:00:00"})
            asked.clear()
            if state == "processing":
                row._charge()
            else:
                row._ask_again()
            self.assertEqual(asked, [old])
            self.assertEqual(row.transaction_ids.mapped("reference"), [old])
