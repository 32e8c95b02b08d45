# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from ..common import MANAGER, SELLER_ALL, ContinuityCommon


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestSubstitute(ContinuityCommon):
    """What may be sent instead: untaxed books, coffee at 15 %; what comes twice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls._create_user("clerk", SELLER_ALL)
        cls.tax = cls.env["account.tax"].create(
            {
                "name": "15 %",
                "amount": 15.0,
                "type_tax_use": "sale",
                "company_id": cls.company.id,
            }
        )
        cls.coffee, cls.atlas = cls.env["product.product"].create(
            [
                cls._goods_vals("Coffee", 42.0, taxes_id=[Command.set(cls.tax.ids)]),
                cls._goods_vals("Atlas", 42.0),
            ]
        )

    def _sell(self, upfront=True, partner=None, confirm=True, **values):
        """Three books at 30.00."""
        code = "UPFRONT" if upfront else "PARCELS"
        program = self.env["continuity.program"].search(
            [("code", "=", code), ("company_id", "=", self.company.id)]
        ) or self._create_program(code, bill_upfront=upfront)
        product = program.product_tmpl_ids.product_variant_id
        product = product or self._create_parent_product(program)
        partner = partner or self.customer
        order = self._create_order(
            product, partner_id=partner.id, user_id=self.seller.id
        )
        continuity = order.continuity_order_ids
        token = self._create_token(partner_id=partner.id)
        continuity.write({"payment_method": "card", "payment_token_id": token.id})
        if confirm:
            order.action_confirm()
            self.assertEqual(order.state, "sale")
        return continuity

    def _get_swap(self, shipment):
        result = shipment.with_user(self.seller).action_open_swap()
        return (
            self.env[result["res_model"]]
            .with_user(self.seller)
            .browse(result["res_id"])
        )

    def _get_bulk(self, shipments, product, new_product):
        dialog = self.env["continuity.update"].browse(
            shipments.action_open_substitution()["res_id"]
        )
        dialog.write({"product_id": product.id, "new_product_id": new_product.id})
        return dialog

    # === TAXES OF THE UP-FRONT INVOICE === #

    def test_swap(self):
        """12.00 dearer would be charged without the 6.30 of tax: refused."""
        for confirm in (True, False):
            shipment = self._sell(confirm=confirm).shipment_ids[1]
            swap = self._get_swap(shipment)
            for choice in ("keep", "new"):
                swap.write({"product_id": self.coffee.id, "choice": choice})
                swap.reason = "He likes it"
                with self.assertRaisesRegex(UserError, "Coffee bears 15 %"):
                    swap.action_apply()
            self.assertEqual(shipment.line_ids.product_id, self.goods_b)
            swap.write({"product_id": self.atlas.id, "choice": "keep"})
            swap.action_apply()
            self.assertEqual(shipment.line_ids.product_id, self.atlas)

    def test_edit_of_the_shipment(self):
        shipment = self._sell().shipment_ids[1]
        line = shipment.line_ids.with_user(self.seller)
        with self.assertRaisesRegex(UserError, "Coffee bears 15 %"):
            line.product_id = self.coffee
        with self.assertRaisesRegex(UserError, "Coffee bears 15 %"):
            shipment.with_user(self.seller).write(
                {"line_ids": [Command.update(line.id, {"product_id": self.coffee.id})]}
            )
        self.assertEqual(shipment.line_ids.product_id, self.goods_b)

    def test_added_product(self):
        """What is added to a quotation replaces nothing that would excuse its taxes."""
        shipment = self._sell(confirm=False).shipment_ids[1]
        manager = self._create_user("adding", MANAGER)
        lines = self.env["continuity.shipment.line"].with_user(manager)
        with self.assertRaisesRegex(UserError, "Coffee bears 15 %"):
            lines.create({"shipment_id": shipment.id, "product_id": self.coffee.id})
        lines.create({"shipment_id": shipment.id, "product_id": self.atlas.id})
        self.assertEqual(shipment.line_ids.product_id, self.goods_b | self.atlas)

    def test_bulk(self):
        """Also when only the second of the marked orders is billed up front."""
        shipments = self._sell(upfront=False).shipment_ids
        shipments |= self._sell().shipment_ids
        dialog = self._get_bulk(shipments, self.goods_b, self.coffee)
        self.assertIn("Coffee bears 15 %", dialog.problem)
        with self.assertRaisesRegex(UserError, "Coffee bears 15 %"):
            dialog.action_apply()
        self.assertNotIn(self.coffee, shipments.line_ids.product_id)
        dialog.new_product_id = self.atlas
        self.assertFalse(dialog.problem)
        dialog.action_apply()
        self.assertEqual(
            shipments.line_ids.product_id, self.goods_a | self.atlas | self.goods_c
        )

    def test_bulk_in_another_tax_mode(self):
        """121.00 with 21 % stays that: 100.00 where the tax comes on top, and back."""
        included, added = self.env["account.tax"].create(
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
        self.goods_b.write(
            {"list_price": 121.0, "taxes_id": [Command.set(included.ids)]}
        )
        self.coffee.taxes_id = added
        shipments = (self._sell(upfront=False) | self._sell(upfront=False)).shipment_ids
        turns = shipments.filtered(lambda s: s.number == 2)
        self.assertEqual(turns.mapped("amount_total"), [121.0, 121.0])
        dialog = self._get_bulk(shipments, self.goods_b, self.coffee)
        self.assertIn("1 × Coffee, $\xa0100.00", str(dialog.preview_html))
        dialog.action_apply()
        self.assertEqual(turns.line_ids.mapped("price_unit"), [100.0, 100.0])
        self.assertEqual(turns.mapped("amount_total"), [121.0, 121.0])
        self.assertEqual(shipments[0].line_ids.price_unit, 30.0)
        self._get_bulk(shipments, self.coffee, self.goods_b).action_apply()
        self.assertEqual(turns.line_ids.mapped("price_unit"), [121.0, 121.0])
        self.assertEqual(turns.mapped("amount_total"), [121.0, 121.0])

    def test_update_of_the_program(self):
        """At the same price, too: it is kept, and the preview says why."""
        continuity = self._sell()
        line = continuity.program_id.event_ids[1].line_ids
        line.write(
            {"product_id": self.atlas.id, "price_overridden": True, "price_unit": 30.0}
        )
        self.atlas.taxes_id = self.tax
        update = continuity._update_from_program(date(2027, 9, 10))[continuity]
        self.assertIn("Atlas bears other taxes", " ".join(update.kept))
        self.assertFalse(update.changes)
        self.assertEqual(continuity.shipment_ids[1].line_ids.product_id, self.goods_b)
        self.atlas.taxes_id = False
        continuity._update_from_program(date(2027, 9, 10))
        self.assertEqual(continuity.shipment_ids[1].line_ids.product_id, self.atlas)

    def test_billed_per_shipment(self):
        """Each parcel is billed with the taxes of what is in it."""
        shipment = self._sell(upfront=False).shipment_ids[1]
        shipment.line_ids.with_user(self.seller).product_id = self.coffee
        self.assertEqual(shipment.amount_total, 34.5)

    def test_another_rate_for_everything(self):
        """What was sold keeps its taxes, whichever of the two is sent."""
        shipment = self._sell().shipment_ids[1]
        (self.goods_b | self.atlas).taxes_id = self.tax
        shipment.line_ids.with_user(self.seller).product_id = self.atlas
        self.assertEqual(shipment.line_ids.product_id, self.atlas)

    def test_taxes_changed_before_submit(self):
        """The swap was fine, its product bears another tax at Submit: refused."""
        continuity = self._sell(confirm=False)
        continuity.shipment_ids[1].line_ids._substitute(self.atlas)
        self.atlas.taxes_id = self.tax
        with self.assertRaisesRegex(UserError, "Atlas bears 15 %"):
            continuity.sale_order_id.action_confirm()

    # === SENT TWICE === #

    def test_bulk_says_who_gets_it_anyway(self):
        """B becomes C: who gets C of the third event has it twice."""
        others = self.env["res.partner"].create(
            [{"name": "Ole Sand"}, {"name": "Pia Holm"}]
        )
        orders = self._sell(upfront=False) | self._sell(upfront=False)
        for partner in others:
            orders |= self._sell(upfront=False, partner=partner)
        # Pia does not get it: she skips the third
        orders[-1].shipment_ids[2].action_skip()
        planned = orders.shipment_ids.filtered(lambda s: s.state == "planned")
        dialog = self._get_bulk(planned, self.goods_b, self.goods_c)
        self.assertIn("2 of the customers get Goods C", dialog.warning)
        for name, is_named in (("Karen", True), ("Ole", True), ("Pia", False)):
            self.assertEqual(name in dialog.warning, is_named)
        # Said, not refused
        self.assertFalse(dialog.problem)
        dialog.new_product_id = self.atlas
        self.assertFalse(dialog.warning)
        dialog.new_product_id = self.goods_c
        dialog.action_apply()
        self.assertEqual(orders[0].shipment_ids[1].line_ids.product_id, self.goods_c)

    def test_swap_says_it_too(self):
        shipment = self._sell(upfront=False).shipment_ids[1]
        swap = self._get_swap(shipment)
        swap.product_id = self.goods_c
        self.assertIn("in this series anyway: Tue 9 Nov 2027", str(swap.effect_html))
        swap.product_id = self.atlas
        self.assertNotIn("anyway", str(swap.effect_html))
