# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from ..common import MANAGER, SELLER, ContinuityCommon

ACTIVITY = "continuity_program.mail_activity_payment_failed"


@tagged("post_install", "-at_install")
class TestResponsible(ContinuityCommon):
    """What there is to do never goes to somebody who has left, or to nobody."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        product = cls._create_parent_product(cls._create_program())
        cls.seller = cls._create_user("left_seller", SELLER)
        cls.leader = cls._create_user("left_leader", SELLER)
        cls.manager = cls._create_user("left_manager", MANAGER)
        cls.administrator = cls._create_user(
            "left_administrator", f"{MANAGER},base.group_system"
        )
        cls.team = cls.env["crm.team"].create(
            {"name": "Books", "user_id": cls.leader.id}
        )
        cls.order = cls._create_sold_order(product).continuity_order_ids
        cls.order.write({"user_id": cls.seller.id, "team_id": cls.team.id})
        cls.company.continuity_responsible_id = cls.manager
        cls.other = cls.env["res.company"].create({"name": "Other company"})

    def _get_told(self):
        self.order.activity_ids.unlink()
        self.order._hold_for_payment("Declined")
        activity = self.order.activity_ids
        self.assertEqual(activity.activity_type_id, self.env.ref(ACTIVITY))
        return activity.user_id

    def test_one_after_the_other(self):
        self.assertEqual(self._get_told(), self.seller)
        self.seller.active = False
        self.assertEqual(self._get_told(), self.leader)
        self.leader.active = False
        self.assertEqual(self._get_told(), self.manager)
        self.manager.active = False
        self._assert_last_one(self._get_told())

    def _assert_last_one(self, told):
        self.assertTrue(told.active)
        self.assertTrue(told.has_group(MANAGER))
        self.assertIn(self.company, told.company_ids)

    def test_same_for_orders_and_runs(self):
        """One method decides; a run has no salesperson, and begins a step later."""
        (self.seller | self.leader).active = False
        run = self.env["continuity.run"]._create_run("process_payments", {})
        for name in ("named", "not named"):
            with self.subTest(name):
                run.company_id.partner_id.activity_ids.unlink()
                run._leave_broken(OverflowError("too far"))
                told = run.company_id.partner_id.activity_ids.user_id
                self.assertEqual(told, self._get_told())
                if name == "named":
                    self.assertEqual(told, self.manager)
                self.company.continuity_responsible_id = False

    def test_last_one(self):
        """A sales administrator of the company, then one who sees it, then the system's
        administrator, who sees the company before one who does not."""
        company = self.other
        users = self.env["res.users"]
        sees_it = self._create_user("last_sees_it", MANAGER)
        sees_it.company_ids |= company
        own = self._create_user("last_own", MANAGER)
        own.write({"company_ids": company.ids, "company_id": company.id})
        system = self._create_user("last_system", "base.group_system")
        system.company_ids |= company
        admins = self.env.ref("base.group_system").all_user_ids - system
        others = users.search([("company_ids", "in", company.ids)])
        (others - sees_it - own - system).company_ids -= company
        self.assertEqual(company._continuity_get_responsible(), own)
        own.active = False
        self.assertEqual(company._continuity_get_responsible(), sees_it)
        sees_it.active = False
        self.assertEqual(company._continuity_get_responsible(), system)
        system.active = False
        last = company._continuity_get_responsible()
        self.assertIn(last, admins)
        self.assertTrue(last.active)

    def test_nobody_is_set(self):
        self.order.write({"user_id": False, "team_id": False})
        self.assertEqual(self._get_told(), self.manager)
        self.company.continuity_responsible_id = False
        self._assert_last_one(self._get_told())

    def test_who_went_to_another_company_has_left(self):
        self.seller.write(
            {"company_ids": [(6, 0, self.other.ids)], "company_id": self.other.id}
        )
        self.assertEqual(self._get_told(), self.leader)

    def test_seller_may_not_read_the_others(self):
        """He puts the order on hold, and somebody else is told."""
        order = self.order.with_user(self.seller)
        self.order.user_id = False
        self.leader.active = False
        self.assertEqual(order._get_responsible_user(), self.manager)

    def test_only_an_internal_user_of_the_company(self):
        portal = self._create_user("left_portal", "base.group_portal")
        stranger = self._create_user("left_stranger", MANAGER)
        stranger.write(
            {"company_ids": [(6, 0, self.other.ids)], "company_id": self.other.id}
        )
        gone = self._create_user("left_gone", MANAGER)
        gone.active = False
        for user in (portal, stranger, gone):
            with (
                self.subTest(user.login),
                self.assertRaisesRegex(ValidationError, "cannot look after"),
                self.env.cr.savepoint(),
            ):
                self.company.continuity_responsible_id = user

    def test_manager_names_himself_on_the_parameters(self):
        self.company.continuity_responsible_id = False
        parameters = self.env["continuity.parameters"].browse(self.company.id)
        mine = parameters.with_user(self.manager)
        check = {c["key"]: c for c in mine.checks}["responsible"]
        self.assertFalse(check["is_done"])
        self.assertIn("goes to a sales administrator", check["text"])
        with Form(mine) as form:
            form.continuity_responsible_id = self.manager
            form.continuity_card_failures_order = 3
            form.continuity_card_failures_customer = 6
            form.continuity_link_days = 14
        self.assertRecordValues(
            self.company,
            [
                {
                    "continuity_responsible_id": self.manager.id,
                    "continuity_card_failures_order": 3,
                    "continuity_card_failures_customer": 6,
                    "continuity_link_days": 14,
                }
            ],
        )
        mine.invalidate_recordset()
        self.assertTrue({c["key"]: c for c in mine.checks}["responsible"]["is_done"])
