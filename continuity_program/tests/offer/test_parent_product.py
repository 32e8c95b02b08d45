# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..common import ContinuityCommon


@tagged("post_install", "-at_install")
class TestParentProduct(ContinuityCommon):
    """What a parent product may be."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program = cls._create_program()
        cls.parent = cls._create_parent_product(cls.program)

    def test_shared_product(self):
        """A product of every company may stand for a program of one."""
        self.assertFalse(self.parent.company_id)
        self.assertEqual(self.parent.continuity_program_id, self.program)
        self.assertEqual(self.program.product_tmpl_ids, self.parent.product_tmpl_id)

    def test_company_of_the_product(self):
        other = self.env["res.company"].create({"name": "Other company"})
        self.parent.company_id = self.company
        with self.assertRaisesRegex(ValidationError, "of the same company"):
            self.parent.company_id = other

    def test_service(self):
        with self.assertRaisesRegex(ValidationError, "“Product Type” must be"):
            self.parent.type = "consu"
        with self.assertRaisesRegex(ValidationError, "“Product Type” must be"):
            self.goods_a.continuity_program_id = self.program

    def test_not_reinvoiced(self):
        with self.assertRaisesRegex(ValidationError, "use a product of its own"):
            self.parent.expense_policy = "cost"

    def test_not_inside_a_program(self):
        service = self.env["product.product"].create(
            {"name": "Shipping help", "type": "service", "taxes_id": False}
        )
        self._create_program("CP-2", events=[self._event_vals(service)])
        with self.assertRaisesRegex(ValidationError, "event 1 of program CP-2"):
            service.continuity_program_id = self.program

    def test_not_a_choice_of_a_combo(self):
        self.env["product.combo"].create(
            {
                "name": "Menu",
                "combo_item_ids": [Command.create({"product_id": self.goods_a.id})],
            }
        )
        service = self.env["product.product"].create(
            {"name": "Choice", "type": "service"}
        )
        self.env["product.combo"].create(
            {
                "name": "Menu 2",
                "combo_item_ids": [Command.create({"product_id": service.id})],
            }
        )
        with self.assertRaisesRegex(ValidationError, "choice of combo Menu 2"):
            service.continuity_program_id = self.program

    def test_no_combo_takes_it_in_later(self):
        combo = self.env["product.combo"].create(
            {
                "name": "Menu",
                "combo_item_ids": [Command.create({"product_id": self.goods_a.id})],
            }
        )
        with self.assertRaisesRegex(
            ValidationError, "cannot be a choice of combo Menu"
        ):
            combo.combo_item_ids.product_id = self.parent
        with self.assertRaisesRegex(ValidationError, "a line of its own"):
            combo.combo_item_ids = [Command.create({"product_id": self.parent.id})]

    def test_combo_is_not_shipped(self):
        choice = self.env["product.combo"].create(
            {
                "name": "Menu",
                "combo_item_ids": [Command.create({"product_id": self.goods_a.id})],
            }
        )
        combo = self.env["product.product"].create(
            {"name": "Set", "type": "combo", "combo_ids": [Command.set(choice.ids)]}
        )
        with self.assertRaisesRegex(ValidationError, "is a combo"):
            self._create_program("CP-3", events=[self._event_vals(combo)])

    def test_taxes_of_an_upfront_parent(self):
        """Asked when it is linked to an open program, and when it changes."""
        tax = self.env["account.tax"].create(
            {"name": "VAT 21", "amount": 21.0, "type_tax_use": "sale"}
        )
        upfront = self._create_program("CP-4", bill_upfront=True)
        with self.assertRaisesRegex(UserError, "bears VAT 21"):
            self._create_parent_product(upfront, taxes_id=[Command.set(tax.ids)])
        parent = self._create_parent_product(upfront)
        with self.assertRaisesRegex(UserError, "bears VAT 21"):
            parent.taxes_id = tax

    def test_taxes_per_piece_of_an_upfront_parent(self):
        """21 % and 0.35 a piece, in a group too: not up front, by parcel as ever."""
        percent, fixed = self.env["account.tax"].create(
            [
                {"name": "VAT 21", "amount": 21.0, "type_tax_use": "sale"},
                {
                    "name": "Deposit",
                    "amount": 0.35,
                    "amount_type": "fixed",
                    "type_tax_use": "sale",
                },
            ]
        )
        both = self.env["account.tax"].create(
            {
                "name": "VAT and deposit",
                "amount_type": "group",
                "type_tax_use": "sale",
                "children_tax_ids": [Command.set((percent | fixed).ids)],
            }
        )
        self.goods.taxes_id = both
        upfront = self._create_program("CP-6", bill_upfront=True, is_open=False)
        with self.assertRaisesRegex(UserError, "Deposit is no percentage"):
            upfront.action_open()
        by_parcel = self._create_program("CP-7")
        self.assertEqual(by_parcel.state, "open")
        self.goods.taxes_id = False
        upfront.action_open()
        with self.assertRaisesRegex(UserError, "Deposit is no percentage"):
            self._create_parent_product(upfront, taxes_id=[Command.set(both.ids)])

    def test_opening_looks_at_the_parent_taxes(self):
        tax = self.env["account.tax"].create(
            {"name": "VAT 21", "amount": 21.0, "type_tax_use": "sale"}
        )
        upfront = self._create_program("CP-5", bill_upfront=True, is_open=False)
        self._create_parent_product(upfront, taxes_id=[Command.set(tax.ids)])
        with self.assertRaisesRegex(UserError, "the same taxes"):
            upfront.action_open()

    def test_duration(self):
        self.parent.continuity_event_duration = 3
        self.assertEqual(self.parent.product_tmpl_id.continuity_event_duration, 3)

    def test_form(self):
        with Form(self.parent.product_tmpl_id) as form:
            form.continuity_event_duration = 2
        self.assertEqual(self.parent.continuity_event_duration, 2)

    def test_search_filters(self):
        view = self.env.ref("product.product_template_search_view")
        arch = self.env["product.template"].get_view(view.id, "search")["arch"]
        self.assertIn('name="continuity"', arch)
        self.assertIn('name="ordinary"', arch)
