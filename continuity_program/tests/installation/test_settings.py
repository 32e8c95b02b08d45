# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime

from lxml import etree

from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from ..common import ContinuityCommon

#: Who sees the settings of sales at all
SELLING_ADMIN = "base.group_system,sales_team.group_sale_manager"


@tagged("post_install", "-at_install")
class TestSettings(ContinuityCommon):
    """The call-center parameters."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids |= cls.env.ref("base.group_system")
        cls.other = cls.env["res.company"].create({"name": "Other company"})

    def _settings(self, company=None):
        settings = self.env["res.config.settings"]
        return settings.with_company(company or self.company).create({})

    def test_defaults(self):
        self.assertRecordValues(
            self.other,
            [
                {
                    "continuity_delivery_days": 0,
                    "continuity_bill_days": 0,
                    "continuity_repeat_threshold": 0,
                    "continuity_max_child_orders": 0,
                    "continuity_max_catchup": 6,
                    "continuity_authorize_child": True,
                    "continuity_charge_first_at_submit": False,
                    "continuity_retry_limit": 2,
                    "continuity_retry_days": "1,3,7",
                    "continuity_retry_on_submit": False,
                    "continuity_pending_days": 7,
                    "continuity_card_warning_days": 30,
                    "continuity_upfront_invoicing": "submit",
                    "continuity_invoice_children": "manual",
                    "continuity_run_retention_days": 365,
                }
            ],
        )

    def test_form_writes_the_company(self):
        with Form(self._settings()) as form:
            form.continuity_delivery_days = 5
            form.continuity_retry_days = "2,4"
            form.continuity_tz = "Pacific/Auckland"
        form.record.execute()
        self.assertEqual(self.company.continuity_delivery_days, 5)
        self.assertEqual(self.company.continuity_retry_days, "2,4")
        self.assertEqual(self.company.partner_id.tz, "Pacific/Auckland")
        self.assertEqual(self.other.continuity_delivery_days, 0)

    def test_every_parameter_is_on_the_page_with_help(self):
        view = self.env["res.config.settings"].get_view(view_type="form")
        hidden = {"continuity_prepaid_product_id"}
        names = [
            name
            for name, field in self.company._fields.items()
            if name.startswith("continuity_") and name not in hidden
            # Only the parameters, not what is computed from them
            if field.store
        ]
        self.assertGreaterEqual(len(names), 17)
        for name in names:
            with self.subTest(name):
                self.assertIn(f'name="{name}"', view["arch"])
                self.assertTrue(self.company._fields[name].help)

    def test_same_as_the_page_of_the_parameters(self):
        """What is placed there is shown here: words behind it, help, who sees it."""
        view = self.env["res.config.settings"].get_view(view_type="form")
        arch = etree.fromstring(view["arch"])
        block = arch.find(".//block[@name='continuity_shipment_container']")
        setting = block.find("setting[@id='continuity_max_catchup']")
        field = setting.find("field")
        self.assertEqual(field.get("name"), "continuity_max_catchup")
        self.assertNotEqual(field.get("readonly"), "not may_set_rules")
        self.assertEqual(setting.find("span").text, "per order and run, 0 = no limit")
        self.assertIn("is left to a person", setting.get("help"))
        # Numbers of orders are no field of the settings
        self.assertFalse(arch.findall(".//field[@name='order_prefix']"))
        # What is no parameter of the company stays, behind them
        block = arch.find(".//block[@name='continuity_payment_container']")
        self.assertEqual(block[-1].get("id"), "continuity_charge_workers")
        names = [item.get("name") for item in arch.iter("field")]
        twice = {name for name in names if names.count(name) > 1}
        self.assertFalse({name for name in twice if name.startswith("continuity_")})

    def test_same_in_another_language(self):
        """Words, labels and helps of the settings are translated with the page."""
        self.env["res.lang"]._activate_lang("fr_FR")
        french = {"en_US": "days before the due date", "fr_FR": "jours avant"}
        page = self.env.ref("continuity_program.continuity_parameters_view_form")
        page.update_field_translations(
            "arch_db", {"fr_FR": {french["en_US"]: french["fr_FR"]}}
        )
        settings = self.env["res.config.settings"].with_context(lang="fr_FR")
        arch = etree.fromstring(settings.get_view(view_type="form")["arch"])
        setting = arch.find(".//setting[@id='continuity_bill_days']")
        self.assertEqual(setting.find("span").text, "jours avant")

    def test_numbers_have_bounds(self):
        """Every number of the company, so that no typing error stops its nights."""
        numbers = [
            name
            for name, field in self.company._fields.items()
            if name.startswith("continuity_") and field.type == "integer"
        ]
        self.assertGreaterEqual(len(numbers), 9)
        for name in numbers:
            for value in (-1, 10_001, 5_000_000, 2**31 - 1):
                with (
                    self.subTest(name, value=value),
                    self.assertRaisesRegex(
                        ValidationError, r"is a number (of days )?from [01] to"
                    ),
                    self.env.cr.savepoint(),
                ):
                    self.company[name] = value
        self.company.continuity_delivery_days = 3650
        self.company.continuity_max_catchup = 10_000
        with Form(self._settings()) as form:
            form.continuity_card_warning_days = 3651
            with (
                self.assertRaisesRegex(ValidationError, "Card warning.*0 to 3650"),
                self.env.cr.savepoint(),
            ):
                form.save().execute()
            form.continuity_card_warning_days = 30

    def test_retry_days(self):
        for days in ("1;3", "1,-3", "soon", "99999999", "3651", "1," * 101, "9" * 5000):
            with (
                self.subTest(days[:20]),
                self.assertRaisesRegex(ValidationError, "not a list of days"),
            ):
                self.company.continuity_retry_days = days
        self.company.continuity_retry_days = "1, 3650"

    def test_prepayment_account(self):
        asset = self._create_account("Asset", "CAST01", "asset_current")
        with self.assertRaisesRegex(ValidationError, "reconcilable current liability"):
            self.company.continuity_prepayment_account_id = asset
        loose = self._create_account("Loose", "CLOO01", "liability_current")
        loose.reconcile = False
        with self.assertRaisesRegex(ValidationError, "reconcilable current liability"):
            self.company.continuity_prepayment_account_id = loose

    def test_revenue_journal(self):
        journal = self.env["account.journal"].create(
            {"name": "Any", "code": "ANY", "type": "general"}
        )
        with self.assertRaisesRegex(ValidationError, "choose a sales journal"):
            self.company.continuity_revenue_journal_id = journal

    def test_check_list(self):
        settings = self._settings()
        self.assertTrue(settings.continuity_has_provider)
        self.assertTrue(settings.continuity_has_account)
        self.assertTrue(settings.continuity_has_journal)
        empty = self._settings(self.other)
        self.assertFalse(empty.continuity_has_provider)
        self.assertFalse(empty.continuity_has_account)
        self.assertFalse(empty.continuity_has_journal)

    def test_check_list_follows_the_form(self):
        with Form(self._settings()) as form:
            form.continuity_prepayment_account_id = self.env["account.account"]
            self.assertFalse(form.continuity_has_account)

    def test_accounts_are_for_accountants(self):
        view = self.env["res.config.settings"].get_view(view_type="form")
        self.assertIn('name="continuity_prepayment_account_id"', view["arch"])
        user = self._create_user("admin2", SELLING_ADMIN)
        settings = self.env["res.config.settings"].with_user(user)
        arch = settings.get_view(view_type="form")["arch"]
        self.assertIn('id="continuity_max_catchup"', arch)
        for name in (
            "continuity_prepayment_account_id",
            "continuity_revenue_journal_id",
            "continuity_upfront_invoicing",
        ):
            self.assertNotIn(f'name="{name}"', arch)
            # Nor an empty place with its help
            self.assertNotIn(f'id="{name}"', arch)

    def test_opened_with_a_view_of_its_own(self):
        """An action that names the view of the settings shows the parameters, too."""
        settings = self.env["res.config.settings"].with_context(
            form_view_ref="base.res_config_settings_view_form"
        )
        arch = settings.get_view(view_type="form")["arch"]
        self.assertIn('name="continuity_max_catchup"', arch)

    def test_groups_around_a_parameter(self):
        """Whoever may not see a group of parameters does not see its settings."""
        page = self.env.ref("continuity_program.continuity_parameters_view_form")
        self.env["ir.ui.view"].create(
            {
                "name": "parameters for some",
                "model": page.model,
                "inherit_id": page.id,
                "arch": """
                    <field name="continuity_any_agent" position="replace">
                        <group name="some" groups="account.group_account_manager">
                            <group name="inner">
                                <field name="continuity_any_agent" />
                            </group>
                        </group>
                    </field>""",
            }
        )
        user = self._create_user("admin3", SELLING_ADMIN)
        settings = self.env["res.config.settings"].with_user(user)
        for group, is_shown in ((None, False), ("group_account_manager", True)):
            if group:
                user.group_ids |= self.env.ref(f"account.{group}")
            arch = settings.get_view(view_type="form")["arch"]
            self.assertEqual('id="continuity_any_agent"' in arch, is_shown)

    def test_zone(self):
        self.company.partner_id.tz = "Pacific/Auckland"
        late = datetime(2027, 12, 31, 23, 30)
        self.assertEqual(str(self.company._continuity_local_date(late)), "2028-01-01")
        self.company.partner_id.tz = "America/Los_Angeles"
        self.assertEqual(str(self.company._continuity_local_date(late)), "2027-12-31")
        self.company.partner_id.tz = False
        self.assertEqual(str(self.company._continuity_local_date(late)), "2027-12-31")
