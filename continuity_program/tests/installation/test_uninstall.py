# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time

from odoo.tests import tagged

from ... import uninstall_hook
from ...hooks import create_columns
from ..common import ContinuityCommon


@tagged("post_install", "-at_install")
class TestUninstall(ContinuityCommon):
    """What is left behind when the addon goes."""

    @freeze_time("2027-09-10 12:00:00")
    def test_note_and_line(self):
        """A running order gets a note; its line is an ordinary one from then on."""
        product = self._create_parent_product(self._create_program())
        order = self._create_sold_order(product, order_date=date(2027, 9, 10))
        draft = self._create_order(product)
        self.assertEqual(order.order_line.invoice_status, "no")
        uninstall_hook(self.env)
        note = order.message_ids[0].body
        self.assertIn("Continuity Programs was uninstalled", note)
        self.assertIn(
            "09/10/2027 Goods A; 10/10/2027 Goods B; 11/09/2027 Goods C", note
        )
        self.assertNotIn("uninstalled", "".join(draft.message_ids.mapped("body")))
        self.assertEqual(order.order_line.qty_to_invoice, 1.0)
        self.assertEqual(order.order_line.invoice_status, "to invoice")

    def test_prepaid_product(self):
        """*Paid in advance* goes; where it was sold, it is archived."""
        product = self.company._continuity_get_prepaid_product()
        category = product.categ_id
        uninstall_hook(self.env)
        self.assertFalse(product.exists() or category.exists())
        product = self.company._continuity_get_prepaid_product()
        order = self._create_order(product)
        self.assertEqual(order.order_line.product_id, product)
        uninstall_hook(self.env)
        self.assertFalse(product.active or product.product_tmpl_id.active)
        self.assertTrue(product.categ_id.exists())
        self.assertFalse(self.company.continuity_prepaid_product_id)

    def test_category_that_people_use(self):
        """It stays with what is in it, archived or not, below it, or priced by it."""
        uses = {
            "product": ("product.template", {"name": "Gift", "categ_id": "category"}),
            "archived product": (
                "product.template",
                {"name": "Gift", "categ_id": "category", "active": False},
            ),
            "category below": (
                "product.category",
                {"name": "Vouchers", "parent_id": "category"},
            ),
            "price list": (
                "product.pricelist.item",
                {
                    "applied_on": "2_product_category",
                    "categ_id": "category",
                    "compute_price": "percentage",
                    "percent_price": 10.0,
                },
            ),
        }
        for use, (model, vals) in uses.items():
            with self.subTest(use):
                product = self.company._continuity_get_prepaid_product()
                category = product.categ_id
                record = self.env[model].create(
                    {
                        name: category.id if value == "category" else value
                        for name, value in vals.items()
                    }
                )
                uninstall_hook(self.env)
                self.assertFalse(product.exists())
                self.assertTrue(category.exists())
                self.assertTrue(record.exists())

    def test_category_of_a_person(self):
        """Who puts the product into a category of his own keeps that, also empty."""
        own = self.env["product.category"].create({"name": "Services"})
        self.env.cr.execute(
            "UPDATE product_category SET create_date = '2020-01-01' WHERE id = %s",
            [own.id],
        )
        own.invalidate_recordset()
        product = self.company._continuity_get_prepaid_product()
        product.categ_id = own
        uninstall_hook(self.env)
        self.assertFalse(product.exists())
        self.assertTrue(own.exists())

    def test_foreign_names(self):
        """Other modules named parts of our models: the names go, Odoo leaves them."""
        names = self.env["ir.model.data"].search(
            [
                ("name", "like", r"\_\_continuity\_%"),
                ("module", "not like", "continuity%"),
                ("model", "like", "ir.model.%"),
            ]
        )
        self.assertGreater(len(names), 10)
        self.assertIn("mail", names.mapped("module"))
        uninstall_hook(self.env)
        self.assertFalse(names.exists())

    def test_columns(self):
        """Old records get their constant without being written."""
        self.env.cr.execute(
            """CREATE TABLE continuity_test_old (id int);
               INSERT INTO continuity_test_old VALUES (1), (2)"""
        )
        columns = (
            ("continuity_test_old", "kind", "varchar", "none"),
            ("continuity_test_old", "quantity", "float8", None),
        )
        self.env.cr.execute("SELECT xmin, ctid FROM continuity_test_old")
        before = self.env.cr.fetchall()
        for _time in range(2):
            create_columns(self.env, columns)
        self.env.cr.execute("INSERT INTO continuity_test_old VALUES (3)")
        self.env.cr.execute(
            "SELECT kind, quantity FROM continuity_test_old ORDER BY id"
        )
        self.assertEqual(
            self.env.cr.fetchall(), [("none", None), ("none", None), (None, None)]
        )
        self.env.cr.execute("SELECT xmin, ctid FROM continuity_test_old WHERE id < 3")
        self.assertEqual(self.env.cr.fetchall(), before)
