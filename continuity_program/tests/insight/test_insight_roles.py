# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who sees which figure: every screen of *Insight*, for every role."""

from xml.etree import ElementTree

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged
from odoo.tools.safe_eval import safe_eval

from ..common import ACCOUNTANT, MANAGER, SELLER, SELLER_ALL
from .insight_world import DAY, InsightCase

AUDITOR = "account.group_account_readonly"
BUYER = "stock.group_stock_user"
#: People by their groups; the last one is all of it, of another company
ROLES = {
    "manager": MANAGER,
    "accountant": ACCOUNTANT,
    "auditor": AUDITOR,
    "seller": SELLER,
    "seller_all": SELLER_ALL,
    "buyer": BUYER,
    "employee": "base.group_user",
}
BOOKS = {"manager", "accountant", "auditor"}
SELLERS = {"manager", "seller", "seller_all"}
#: Each screen: its menu, its action, and who is shown it
SCREENS = (
    ("overview_menu", "overview_action", {"manager"}),
    ("demand_menu", "forecast_line_action", {"manager"}),
    ("cash_menu", "cash_line_action", BOOKS),
    ("forecast_check_menu", "forecast_check_action", {"manager"}),
    ("retention_menu", "retention_action", SELLERS),
    ("value_menu", "value_action", {"manager"}),
    ("churn_report_menu", "churn_report_action", {"manager"}),
    ("churn_month_menu", "churn_month_action", {"manager"}),
    ("save_report_menu", "save_report_action", {"manager"}),
    ("exception_menu", "exception_action", BOOKS | SELLERS),
    ("late_item_menu", "late_item_action", {"manager"}),
    ("prepayment_report_menu", "prepayment_report_action", BOOKS),
    ("prepayment_rollforward_menu", "prepayment_rollforward_action", BOOKS),
    ("dunning_report_menu", "dunning_report_action", BOOKS),
    ("run_report_menu", "run_report_action", BOOKS),
    ("late_report_menu", "late_report_action", BOOKS),
    ("acquisition_cost_menu", "acquisition_cost_action", {"manager"}),
)
#: What people of the inventory read besides, by a menu of their own app
BY_BRIDGE = {"continuity.forecast.line"}
#: Of these a seller reads what he has sold himself
OF_SELLER = ("continuity.retention", "continuity.exception")


@tagged("post_install", "-at_install")
@freeze_time(f"{DAY} 12:00:00")
class TestInsightRoles(InsightCase):
    """As the web client opens them: menu, views, and what they read."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time(f"{DAY} 12:00:00"):
            cls.env["continuity.exception"]._refresh_company(cls.company)
            for model in ("retention", "forecast", "overview"):
                cls.env[f"continuity.{model}"]._refresh_company(cls.company)
        cls.has_bridge = "is_stocked" in cls.env["continuity.forecast.line"]._fields
        cls.users = {
            role: cls._create_user(f"insight_{role}", groups)
            for role, groups in ROLES.items()
            if role != "buyer" or cls.has_bridge
        }
        other = cls.env["res.company"].create({"name": "Another company"})
        cls.stranger = cls._create_user("insight_other", f"{MANAGER},{ACCOUNTANT}")
        cls.stranger.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})

    def test_menus(self):
        """A screen that somebody may not read is not offered to him."""
        for role, user in self.users.items():
            visible = self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
            for menu, _action, allowed in SCREENS:
                with self.subTest(role=role, menu=menu):
                    found = self.env.ref(f"continuity_program.continuity_{menu}")
                    self.assertEqual(found.id in visible, role in allowed)

    def test_screens(self):
        """Every view of every screen reads what it shows, or is refused."""
        for role, user in self.users.items():
            env = self.env(user=user)
            for _menu, name, allowed in SCREENS:
                action = self.env.ref(f"continuity_program.continuity_{name}")
                if role == "buyer" and action.res_model in BY_BRIDGE:
                    allowed = {"buyer"}
                for mode in action.view_mode.split(","):
                    with self.subTest(role=role, screen=name, view=mode):
                        self.env.invalidate_all()
                        if role in allowed:
                            self._open(env, action, mode)
                            continue
                        with self.assertRaises(AccessError):
                            self._open(env, action, mode)

    def _open(self, env, action, mode):
        """Read what a view shows, with the fields that are left to its user."""
        model = env[action.res_model]
        domain = safe_eval(action.domain or "[]", {"uid": env.uid})
        arch = ElementTree.fromstring(model.get_view(view_type=mode)["arch"])
        if mode in ("pivot", "graph"):
            fields = [field for field in arch if field.tag == "field"]
            measures = {f.get("name") for f in fields if f.get("type") == "measure"}
            groups = [
                self._get_group(model, f) for f in fields if f.get("type") != "measure"
            ]
            aggregates = [
                f"{name}:{model._fields[name].aggregator or 'sum'}"
                for name in measures
                if name in model._fields
            ]
            model._read_group(domain, groups, aggregates)
            return
        names = {field.get("name") for field in arch.iter("field")}
        names = [name for name in names if name in model._fields]
        model.search(domain, limit=80).read(names)
        model.web_search_read(domain, {name: {} for name in names}, limit=80)

    def _get_group(self, model, field):
        """Return what the client groups by for a field of a view."""
        name = field.get("name")
        if model._fields[name].type in ("date", "datetime"):
            return f"{name}:{field.get('interval', 'month')}"
        return name

    def test_figures_are_there(self):
        """What is refused or left out above is there for who may see it."""
        env = self.env(user=self.users["manager"])
        empty = {
            # Nobody is called in these 26 lives, nothing is late, no cost is entered
            *("continuity.late.item", "continuity.acquisition.cost"),
            *("continuity.save.report", "continuity.forecast.check"),
            "continuity.run.report",
        }
        for _menu, name, _allowed in SCREENS:
            model = self.env.ref(f"continuity_program.continuity_{name}").res_model
            if model not in empty:
                self.assertTrue(env[model].search_count([]), model)

    def test_own_members(self):
        """A seller reads what he has sold; who sees all documents reads all."""
        seller, every = self.users["seller"], self.users["seller_all"]
        for name in OF_SELLER:
            model = self.env[name]
            self.assertFalse(model.with_user(seller).search_count([]), name)
            self.assertEqual(
                model.with_user(every).search_count([]),
                model.search_count([("company_id", "=", self.company.id)]),
                name,
            )

    def test_other_company(self):
        """Nothing of ours is told to people of another company."""
        for _menu, name, _allowed in SCREENS:
            action = self.env.ref(f"continuity_program.continuity_{name}")
            model = self.env[action.res_model].with_user(self.stranger)
            with self.subTest(screen=name):
                self.assertFalse(
                    model.search([]).filtered(
                        lambda row: row.sudo().company_id == self.company
                    )
                )

    def test_menus_open(self):
        """What a menu opens is what its role reads, though nobody writes figures."""
        for role, user in self.users.items():
            for menu, name, allowed in SCREENS:
                found = self.env.ref(f"continuity_program.continuity_{menu}")
                if role not in allowed or found.action._name != "ir.actions.server":
                    continue
                with self.subTest(role=role, menu=menu):
                    opened = found.action.with_user(user).run()
                    model = self.env.ref(f"continuity_program.continuity_{name}")
                    self.assertEqual(opened["res_model"], model.res_model)
                    self.assertEqual(opened["path"], model.path)

    def test_titles(self):
        """A title says since when the figures are known: of two companies the older."""
        manager = self.users["manager"]
        retention = self.env["continuity.retention"].with_user(manager)
        value = self.env["continuity.value"].with_user(manager)
        with freeze_time("2027-09-20 12:00:00"):
            action = retention.action_open_retention()
            self.assertEqual(action["name"], "Stick rate, computed 09/01/2027")
            self.assertEqual(action["display_name"], action["name"])
            action = value.action_open_value()
            self.assertEqual(action["name"], "Break-even, computed 09/01/2027")
        other = self.stranger.company_id
        self.assertEqual(
            value.with_user(self.stranger).action_open_value()["name"], "Break-even"
        )
        self.env["continuity.value"].create(
            self._create_theirs(other)["continuity.value"]
        )
        manager.company_ids += other
        both = retention.with_context(allowed_company_ids=(self.company + other).ids)
        self.assertEqual(
            both.action_open_retention()["name"], "Stick rate, computed 08/31/2027"
        )

    def test_buyer_sees_no_members(self):
        """People of the inventory read quantities; what is behind them is refused."""
        if not self.has_bridge:
            self.skipTest("There are no people of the inventory")
        lines = self.env["continuity.forecast.line"].with_user(self.users["buyer"])
        line = lines.search([("level", "=", "product")], limit=1)
        self.assertTrue(line.expected)
        with self.assertRaises(AccessError):
            line.action_view_shipments()

    def _create_theirs(self, company):
        """Values of a row of another company for each screen of money."""
        shared = {"company_id": company.id}
        program = self.env["continuity.program"].create(
            {**shared, "name": "Theirs", "code": "THEIRS"}
        )
        forecast = self.env["continuity.forecast"].create(
            {**shared, "date": DAY, "weeks": 1, "is_current": True}
        )
        return {
            "continuity.overview": {**shared, "date": DAY, "cash_week": 77.0},
            "continuity.cash.line": {
                **shared,
                "forecast_id": forecast.id,
                "level": "total",
                "method": "card",
                "week": "2027-08-30",
                "expected": 77.0,
            },
            "continuity.value": {
                **shared,
                "program_id": program.id,
                "turn": 1,
                "computed_on": "2027-08-31",
                "value": 77.0,
            },
            "continuity.exception": {
                **shared,
                "key": "theirs",
                "reason": "overdue",
                "severity": "money",
                "first_seen": DAY,
                "last_seen": DAY,
                "amount": 77.0,
                "currency_id": company.currency_id.id,
            },
            "continuity.acquisition.cost": {
                **shared,
                "program_id": program.id,
                "kind": "spent",
                "amount": 77.0,
            },
        }

    def test_two_companies(self):
        """Who works for both sees the rows of both, each in its own currency."""
        other = self.stranger.company_id
        other.currency_id = (
            self.env["res.currency"]
            .with_context(active_test=False)
            .search([("id", "!=", self.company.currency_id.id)], limit=1)
        )
        both = self.users["manager"]
        both.company_ids += other
        for model, values in self._create_theirs(other).items():
            with self.subTest(model=model):
                theirs = self.env[model].create(values).with_user(both)
                ours = self.env[model].search([("company_id", "=", self.company.id)])
                for companies in (self.company, other, self.company + other):
                    rows = self.env[model].with_user(both)
                    found = rows.with_context(allowed_company_ids=companies.ids).search(
                        [("company_id", "in", (self.company + other).ids)]
                    )
                    wanted = (theirs if other in companies else theirs.browse()) | (
                        ours if self.company in companies else ours.browse()
                    )
                    self.assertEqual(set(found), set(wanted))
                    for row in found:
                        self.assertEqual(row.currency_id, row.company_id.currency_id)

    def test_overview_of_another_company(self):
        """What is behind a figure of theirs is theirs, too."""
        other = self.stranger.company_id
        row = self.env["continuity.overview"].create(
            self._create_theirs(other)["continuity.overview"]
        )
        both = self.users["manager"]
        both.company_ids += other
        action = row.with_user(both).action_open("cash")
        self.assertIn(("company_id", "=", other.id), action["domain"])
