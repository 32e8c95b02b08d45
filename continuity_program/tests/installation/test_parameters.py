# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import Form, tagged

from ...models.runs.continuity_run_cron import NIGHT
from ..common import ACCOUNTANT, MANAGER, SELLER, ContinuityCommon


@tagged("post_install", "-at_install")
class TestParameters(ContinuityCommon):
    """The call-center parameters for those who are no administrators."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.company"].create({"name": "Other company"})
        cls.manager = cls._create_user("parameters_manager", MANAGER)
        cls.accountant = cls._create_user("parameters_accountant", ACCOUNTANT)
        cls.seller = cls._create_user("parameters_seller", SELLER)
        cls.parameters = cls.env["continuity.parameters"].browse(cls.company.id)
        for name in NIGHT.values():
            cls.env.ref(f"continuity_program.{name}").nextcall = "2999-12-31 02:00:00"

    # === ROLES === #

    def test_manager_sets_limits(self):
        with Form(self.parameters.with_user(self.manager)) as form:
            form.continuity_delivery_days = 5
            form.continuity_retry_days = "2,4"
            form.continuity_tz = "Pacific/Auckland"
            form.continuity_card_warning_days = 21
        self.assertRecordValues(
            self.company,
            [
                {
                    "continuity_delivery_days": 5,
                    "continuity_retry_days": "2,4",
                    "continuity_card_warning_days": 21,
                }
            ],
        )
        self.assertEqual(self.company.partner_id.tz, "Pacific/Auckland")
        self.assertEqual(self.parameters.continuity_delivery_days, 5)
        self.assertEqual(self.other.continuity_delivery_days, 0)

    def test_accountant_sets_accounts(self):
        account = self._create_account("Advances", "CADV01", "liability_current")
        with Form(self.parameters.with_user(self.accountant)) as form:
            form.continuity_prepayment_account_id = account
            form.continuity_upfront_invoicing = "shipment"
        self.assertEqual(self.company.continuity_prepayment_account_id, account)
        self.assertEqual(self.company.continuity_upfront_invoicing, "shipment")

    def test_manager_sets_no_accounts(self):
        mine = self.parameters.with_user(self.manager)
        for name, value in (
            ("continuity_prepayment_account_id", False),
            ("continuity_revenue_journal_id", False),
            ("continuity_upfront_invoicing", "shipment"),
        ):
            with self.subTest(name), self.assertRaises(AccessError):
                mine.write({name: value})
        self.assertTrue(self.company.continuity_prepayment_account_id)
        self.assertTrue(self.company.continuity_revenue_journal_id)
        self.assertEqual(self.company.continuity_upfront_invoicing, "submit")
        arch = mine.get_view(view_type="form")["arch"]
        self.assertNotIn('name="continuity_prepayment_account_id"', arch)

    def test_accountant_sets_no_limits(self):
        mine = self.parameters.with_user(self.accountant)
        refused = {
            "continuity_delivery_days": 3,
            "continuity_max_catchup": 9,
            "continuity_retry_limit": 9,
            "continuity_tz": "Pacific/Auckland",
            "order_next_number": 90000,
        }
        for name, value in refused.items():
            before = self.parameters[name]
            with (
                self.subTest(name),
                self.assertRaisesRegex(AccessError, "are set by the role"),
            ):
                mine.write({name: value})
            self.assertEqual(self.parameters[name], before)

    def test_one_refused_value_refuses_all(self):
        with self.assertRaises(AccessError):
            self.parameters.with_user(self.manager).write(
                {
                    "continuity_delivery_days": 3,
                    "continuity_upfront_invoicing": "submit",
                }
            )
        self.assertEqual(self.company.continuity_delivery_days, 0)

    def test_seller_sees_nothing(self):
        mine = self.parameters.with_user(self.seller)
        with self.assertRaises(AccessError):
            mine.read(["continuity_delivery_days"])
        with self.assertRaises(AccessError):
            mine.write({"continuity_delivery_days": 3})
        action = self.env.ref("continuity_program.continuity_parameters_action")
        with self.assertRaises(AccessError):
            action.with_user(self.seller).run()

    def test_company_of_somebody_else(self):
        theirs = self.env["continuity.parameters"].browse(self.other.id)
        with self.assertRaises(AccessError):
            theirs.with_user(self.manager).write({"continuity_delivery_days": 3})
        self.assertEqual(self.other.continuity_delivery_days, 0)

    def test_nobody_adds_or_deletes(self):
        with self.assertRaises(AccessError):
            self.parameters.with_user(self.manager).create({})
        with self.assertRaises(AccessError):
            self.parameters.with_user(self.manager).unlink()

    def test_menu_opens_the_current_company(self):
        action = self.env.ref("continuity_program.continuity_parameters_action")
        opened = action.with_user(self.accountant).run()
        self.assertEqual(
            (opened["res_model"], opened["res_id"]),
            ("continuity.parameters", self.company.id),
        )

    def test_all_that_is_set_is_listed(self):
        """A related field that nobody listed is shown and never written."""
        model = self.env["continuity.parameters"]
        related = {name for name, field in model._fields.items() if field.related}
        self.assertEqual(
            model._get_settable_parameters() - {"order_prefix", "order_next_number"},
            # Amounts are shown in a currency that is set elsewhere
            related - {"currency_id"},
        )

    # === NAMES FROM OUTSIDE === #

    def _get_foreign_values(self):
        """What a parameters page must never pass on, name by name."""
        system = self.env.ref("base.group_system")
        return {
            "user_ids": [
                Command.update(
                    self.manager.id, {"group_ids": [Command.link(system.id)]}
                )
            ],
            "name": "Mine now",
            "vat": "DE123456788",
            "parent_id": self.other.id,
            "fiscalyear_lock_date": "2020-01-01",
            "account_sale_tax_id": False,
            "continuity_prepaid_product_id": self.goods_a.id,
            "company_id": self.other.id,
            "may_set_rules": True,
            "checks": [],
            "id": self.other.id,
            "company_id.name": "Mine now",
            "company_id/name": "Mine now",
            "partner_id": self.customer.id,
            "": 1,
        }

    def test_names_that_are_no_parameters(self):
        """A manager's page opens the parameters, and nothing else of the company."""
        mine = self.parameters.with_user(self.manager)
        before = self.company.read(["name", "vat", "parent_id", "user_ids"])
        for name, value in self._get_foreign_values().items():
            for door in ("write", "web_save"):
                args = [[mine.id], {"continuity_delivery_days": 3, name: value}]
                args += [{}] if door == "web_save" else []
                with (
                    self.subTest(name, door=door),
                    self.assertRaisesRegex(ValidationError, "no call center param"),
                ):
                    call_kw(mine.browse(), door, args, {})
        self.assertEqual(
            self.company.read(["name", "vat", "parent_id", "user_ids"]), before
        )
        self.assertFalse(self.manager.has_group("base.group_system"))
        self.assertEqual(self.company.continuity_delivery_days, 0)

    def test_import_of_names_that_are_no_parameters(self):
        mine = self.env["continuity.parameters"].with_user(self.manager)
        for column, value in (
            ("company_id/.id", str(self.other.id)),
            ("may_set_rules", "1"),
            ("company_id/name", "Mine now"),
        ):
            with self.subTest(column):
                result = mine.load(
                    [".id", "continuity_delivery_days", column],
                    [[str(self.company.id), "3", value]],
                )
                self.assertFalse(result["ids"])
                self.assertTrue(result["messages"])
        self.assertEqual(self.company.continuity_delivery_days, 0)
        result = mine.load(
            [".id", "continuity_delivery_days"], [[str(self.company.id), "3"]]
        )
        self.assertEqual(result["ids"], [self.company.id], result["messages"])
        self.assertEqual(self.company.continuity_delivery_days, 3)

    def test_external_ids(self):
        """What has no table has none: said in a sentence, by whatever door."""
        models = [
            model.with_user(self.manager)
            for model in self.env.values()
            if not (model._auto or model._abstract)
            and model._original_module.startswith("continuity_program")
        ]
        self.assertGreaterEqual(len(models), 2)
        for model in models:
            for path in ("id", ".id"):
                with self.subTest(model._name, path=path):
                    result = model.load([path, "company_id"], [["x.y", "1"]])
                    self.assertFalse(result["ids"])
                    for message in result["messages"]:
                        self.assertNotRegex(message["message"], "SELECT|relation")
            with self.assertRaisesRegex(UserError, "has no external ids"):
                model.export_data(["id"])
        mine = self.env["continuity.parameters"].with_user(self.manager)
        result = mine.load(["id", "continuity_delivery_days"], [["a.b", "3"]])
        self.assertIn("has no external ids", result["messages"][0]["message"])
        self.assertEqual(self.company.continuity_delivery_days, 0)

    def test_nobody_tries_out_another_company(self):
        """What is shown while typing is the company's own, too."""
        self.other.continuity_delivery_days = 77
        mine = self.parameters.with_user(self.manager)
        spec = {"continuity_delivery_days": {}, "company_id": {}}
        shown = mine.onchange({"company_id": self.other.id}, ["company_id"], spec)
        self.assertFalse(shown.get("value"))
        for records in (mine, mine.browse()):
            with self.assertRaises(UserError):
                records.onchange({"user_ids": []}, ["user_ids"], spec)
        with self.assertRaises(UserError):
            mine.browse().onchange({"company_id": self.other.id}, [], spec)

    def test_nobody_adds_or_deletes_even_as_the_system(self):
        for call in (
            lambda: self.parameters.sudo().create({"continuity_delivery_days": 3}),
            lambda: self.parameters.sudo().copy(),
            self.parameters.sudo().unlink,
        ):
            with self.assertRaisesRegex(UserError, "parameters"):
                call()

    # === VALUES === #

    def test_values_of_the_wrong_kind(self):
        mine = self.parameters.with_user(self.manager)
        refused = {
            "continuity_delivery_days": (
                "soon",
                1.5,
                float("nan"),
                float("inf"),
                2**31,
                [3],
                {"id": 3},
                "3",
                True,
            ),
            "continuity_authorize_child": ("no", 2, [True], {}),
            "continuity_retry_days": (3, ["1"], "1\0", "1," * 10**6, {}, "9" * 5000),
            "continuity_invoice_children": ("never", 1, ["manual"], {}),
            "continuity_tz": ("Mars/Olympus", 1, ["UTC"]),
            "order_prefix": ("x" * 31, "\0", 5, "%(nothing)s"),
            "order_next_number": ("7", 2**31, 2**31 - 1, float("nan"), [90000]),
        }
        before = mine.read(list(refused))
        for name, values in refused.items():
            for value in values:
                with (
                    self.subTest(name, value=repr(value)[:40]),
                    self.assertRaises(UserError),
                ):
                    mine.write({name: value})
        self.assertEqual(mine.read(list(refused)), before)

    def test_accounts_of_the_wrong_kind(self):
        mine = self.parameters.with_user(self.accountant)
        journal = self.company.continuity_revenue_journal_id
        theirs = self.env["account.journal"].create(
            {
                "name": "Theirs",
                "code": "THEIR",
                "type": "sale",
                "company_id": self.other.id,
            }
        )
        for value in (
            theirs.id,
            "x",
            [journal.id, journal.id + 1],
            {"name": "New"},
            2**31,
            1.0,
            True,
            [Command.create({"name": "New"})],
            journal.id + 10**6,
            -1,
        ):
            with self.subTest(repr(value)), self.assertRaises(UserError):
                mine.write({"continuity_revenue_journal_id": value})
        self.assertEqual(self.company.continuity_revenue_journal_id, journal)

    def test_company_takes_only_what_is_its_own(self):
        """The company refuses it, so that the settings page and import do, too."""
        account = self._create_account("Advances", "CADV01", "liability_current")
        account.with_company(self.other).sudo().write(
            {"company_ids": [Command.set(self.other.ids)], "code": "CADV01"}
        )
        journal = self.env["account.journal"].create(
            {
                "name": "Theirs",
                "code": "THEIR",
                "type": "sale",
                "company_id": self.other.id,
            }
        )
        product = self.goods_a.copy({"company_id": self.other.id})
        for name, value in (
            ("continuity_prepayment_account_id", account),
            ("continuity_revenue_journal_id", journal),
            ("continuity_prepaid_product_id", product),
        ):
            with (
                self.subTest(name),
                self.assertRaisesRegex(UserError, "belongs to another company"),
            ):
                self.company[name] = value

    def test_every_parameter_is_on_the_page_with_help(self):
        admin = self.env["continuity.parameters"]
        arch = admin.get_view(view_type="form")["arch"]
        hidden = {"continuity_prepaid_product_id"}
        for name, field in self.company._fields.items():
            if name.startswith("continuity_") and field.store and name not in hidden:
                with self.subTest(name):
                    self.assertIn(f'name="{name}"', arch)
                    self.assertTrue(admin._fields[name].help)

    def test_negative_values_are_refused(self):
        mine = self.parameters.with_user(self.manager)
        with self.assertRaisesRegex(ValidationError, "a number from 0 to 3650"):
            mine.write({"continuity_delivery_days": -1})
        self.env.invalidate_all(flush=False)
        with self.assertRaisesRegex(
            ValidationError,
            "“Smallest charge” is a number from 0 to 1000000000, not -1",
        ):
            mine.write({"continuity_smallest_charge": -1})
        with self.assertRaisesRegex(ValidationError, "not a list of days"):
            mine.write({"continuity_retry_days": "1,-3"})

    # === NUMBERS === #

    def _get_next(self, company):
        sequence = self.env["ir.sequence"].with_company(company)
        return sequence.next_by_code("continuity.order")

    def test_number_of_one_company(self):
        """A company's first change gives it a sequence of its own."""
        before = self._get_next(self.other)
        mine = self.parameters.with_user(self.manager)
        mine.write({"order_prefix": "CLUB-", "order_next_number": 70})
        self.assertEqual((mine.order_prefix, mine.order_next_number), ("CLUB-", 70))
        self.assertEqual(self._get_next(self.company), "CLUB-00070")
        after = self._get_next(self.other)
        self.assertEqual(int(after[2:]), int(before[2:]) + 1)

    def test_number_never_goes_back(self):
        mine = self.parameters.with_user(self.manager)
        mine.write({"order_next_number": 90000})
        with self.assertRaisesRegex(ValidationError, "90000 is the lowest"):
            mine.write({"order_next_number": 89999})
        self.assertEqual(mine.order_next_number, 90000)

    # === CHECK LIST === #

    def _get_checks(self, user=None, company=None):
        parameters = self.env["continuity.parameters"].browse(
            (company or self.company).id
        )
        parameters = parameters.with_user(user) if user else parameters
        parameters.invalidate_recordset(["checks"])
        return {check["key"]: check for check in parameters.checks}

    def test_check_list(self):
        self.env["ir.mail_server"].create({"name": "Out", "smtp_host": "localhost"})
        self.company.partner_id.tz = "Europe/Berlin"
        reports, state = type(self.env["ir.actions.report"]), "ok"
        self.patch(reports, "get_wkhtmltopdf_state", lambda _report: state)
        checks = self._get_checks()
        self.assertEqual(
            {key for key, check in checks.items() if check["is_done"]},
            {
                "database",
                "crons",
                "provider",
                "account",
                "journal",
                "mail",
                "print",
                "zone",
            },
        )
        empty = self._get_checks(company=self.other)
        self.assertEqual(
            {key for key, check in empty.items() if not check["is_done"]},
            {"provider", "account", "journal", "zone", "responsible"},
        )
        state = "install"
        self.assertIn("installs wkhtmltopdf", self._get_checks()["print"]["text"])

    def test_check_list_begins_with_the_database(self):
        """A copy charges and mails nobody: that is the first thing to know."""
        self.assertEqual(next(iter(self._get_checks())), "database")
        self.env["ir.config_parameter"].set_param("database.uuid", "a-copy")
        checks = self._get_checks(self.manager)
        self.assertEqual(next(iter(checks)), "database")
        self.assertFalse(checks["database"]["is_done"])
        self.assertIn(
            "This database is a copy, or was moved", checks["database"]["text"]
        )
        action = self.parameters.with_user(self.manager).action_open_check("database")
        self.assertEqual(action["res_model"], "continuity.database")

    def test_check_list_names_a_scheduler_that_does_not_run(self):
        cron = self.env.ref("continuity_program.ir_cron_update_current_event")
        cron.nextcall = fields.Datetime.subtract(fields.Datetime.now(), hours=2)
        check = self._get_checks()["crons"]
        self.assertFalse(check["is_done"])
        self.assertIn("no scheduler is running", check["text"])

    def test_check_list_names_what_sleeps(self):
        cron = self.env.ref("continuity_program.ir_cron_create_child_orders")
        cron.active = False
        check = self._get_checks()["crons"]
        self.assertFalse(check["is_done"])
        self.assertIn("create continuity child orders", check["text"])

    def test_check_list_leads_where_one_may_go(self):
        admin = self._create_user("parameters_admin", f"{MANAGER},base.group_system")
        checks = self._get_checks(admin)
        self.assertEqual(checks["crons"]["action"], "base.ir_cron_act")
        self.assertFalse(checks["account"]["action"])
        checks = self._get_checks(self.accountant)
        self.assertFalse(checks["crons"]["action"])
        parameters = self.parameters.with_user(self.accountant)
        action = parameters.action_open_check("account")
        self.assertEqual(action["res_model"], "account.account")

    def test_manager_switches_mails(self):
        """Which mails go out is the manager's, company by company."""
        with Form(self.parameters.with_user(self.manager)) as form:
            form.continuity_mail_child_created = False
        self.assertFalse(self.company.continuity_mail_child_created)
        self.assertTrue(self.company.continuity_mail_payment_charged)
        self.assertTrue(self.other.continuity_mail_child_created)
        with self.assertRaises(AccessError):
            self.parameters.with_user(self.accountant).write(
                {"continuity_mail_child_created": True}
            )
        self.assertFalse(self.company.continuity_mail_child_created)
