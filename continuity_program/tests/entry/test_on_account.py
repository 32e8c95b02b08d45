# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from ..common import ACCOUNTANT, SELLER_ALL, ContinuityCommon


@tagged("post_install", "-at_install")
@freeze_time("2027-09-15 12:00:00")
class TestOnAccount(ContinuityCommon):
    """Whether a customer may pay on account, by company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.company"].create({"name": "Other"})
        books = f"{ACCOUNTANT},base.group_partner_manager"
        cls.books = cls._create_user("account_books", books)
        cls.other_books = cls._create_user("account_other", books)
        cls.seller = cls._create_user(
            "account_seller", f"{SELLER_ALL},base.group_partner_manager"
        )
        cls.other_books.write(
            {"company_ids": [(6, 0, cls.other.ids)], "company_id": cls.other.id}
        )
        cls.order = cls._create_order(cls._create_parent_product(cls._create_program()))
        cls.continuity = cls.order.continuity_order_ids

    def test_each_company_decides(self):
        """The other company's accountant allows nothing here, nor takes it away."""
        here = self.customer.with_user(self.books)
        there = self.customer.with_user(self.other_books).with_company(self.other)
        there.continuity_allow_on_account = True
        self.assertFalse(here.continuity_allow_on_account)
        self.assertFalse(self.continuity.is_on_account_allowed)
        # Whatever company the reader is in, the order's decides
        self.continuity.invalidate_recordset()
        with_other = self.continuity.with_company(self.other)
        self.assertFalse(with_other.is_on_account_allowed)
        here.continuity_allow_on_account = True
        self.continuity.invalidate_recordset()
        self.assertTrue(with_other.is_on_account_allowed)
        there.continuity_allow_on_account = False
        self.assertTrue(here.continuity_allow_on_account)

    def test_only_accountants(self):
        seller = self.seller
        with self.assertRaises(AccessError):
            self.customer.with_user(seller).continuity_allow_on_account = True
        self.customer.continuity_allow_on_account = True
        with self.assertRaises(AccessError):
            self.customer.with_user(seller).continuity_allow_on_account = False
        copy = self.customer.with_user(seller).copy()
        self.assertFalse(copy.continuity_allow_on_account, "credit is not copied")

    def test_contacts_follow_their_company(self):
        """A seller enters a contact of a company that may pay on account."""
        seller = self.seller
        self.customer.write({"is_company": True, "continuity_allow_on_account": True})
        contact = (
            self.env["res.partner"]
            .with_user(seller)
            .create({"name": "Buyer", "parent_id": self.customer.id})
        )
        self.assertTrue(contact.continuity_allow_on_account)

    def test_older_databases(self):
        """One answer for all becomes one for each company that has programs."""
        own = self._create_partner(name="Own", company_id=self.other.id)
        refused = self._create_partner(name="Refused")
        partners = self.customer | own | refused
        self.env.flush_all()
        self.env.cr.execute(
            "ALTER TABLE res_partner ALTER COLUMN continuity_allow_on_account"
            " TYPE boolean USING NULL"
        )
        self.env.cr.execute(
            "UPDATE res_partner SET continuity_allow_on_account = (id != %s)"
            " WHERE id IN %s",
            (refused.id, partners._ids),
        )
        model = self.env["res.partner"]
        model._split_continuity_allowances()
        model._split_continuity_allowances()
        self.env.cr.execute(
            "SELECT id, continuity_allow_on_account FROM res_partner WHERE id IN %s",
            (partners._ids,),
        )
        values = dict(self.env.cr.fetchall())
        self.assertEqual(values[own.id], {str(self.other.id): True})
        self.assertFalse(values[refused.id])
        self.assertIn(str(self.company.id), values[self.customer.id])
        self.assertNotIn(str(self.other.id), values[self.customer.id])
        self.env.invalidate_all()
        self.assertTrue(self.customer.continuity_allow_on_account)
        self.assertFalse(
            self.customer.with_company(self.other).continuity_allow_on_account
        )
