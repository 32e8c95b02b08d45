# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import inspect

from lxml import etree

from odoo.exceptions import ValidationError
from odoo.service.model import call_kw
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from ...models.runs.continuity_run import INPUTS
from .public_method_case import PublicMethodCase, get_public_methods

NAN, INFINITY = float("nan"), float("inf")
#: Nothing that any argument of ours takes
WRONG_VALUES = (
    NAN,
    INFINITY,
    -INFINITY,
    "a\0b",
    2**31,
    -(2**63),
    10**400,
    "x" * 10_000_001,
    [],
    ["x"],
    [[1]],
    {},
    {"id": 1},
    b"x",
    1.5,
)
WRONG_IDS = (
    ["x"],
    ["2027-05-01"],
    [NAN],
    [INFINITY],
    [2**31],
    [2**63],
    [0],
    [-1],
    [True],
    [1.5],
    ["a\0b"],
    ["x" * 10_000_001],
    [[1]],
)


@tagged("post_install", "-at_install")
class TestPublicMethods(PublicMethodCase):
    """Whatever comes by RPC, the answer is a sentence, and nothing has changed."""

    def _get_checksum(self):
        """One number over all that can be sold, shipped and paid here."""
        self.env.flush_all()
        tables = {
            model._table
            for model in self.env.values()
            if model._auto
            and not model._abstract
            and model._name.startswith(
                ("continuity.", "sale.", "account.move", "payment.tr", "payment.token")
            )
        }
        sums = {}
        for table in sorted(tables):
            self.env.cr.execute(
                f"SELECT count(*), md5(string_agg(t::text, '' ORDER BY id)) FROM"
                f' "{table}" t'
            )
            sums[table] = self.env.cr.fetchone()
        self.assertGreater(len(sums), 20)
        return sums

    def test_every_public_method_reads_what_it_gets(self):
        """A new public method is refused until it has the decorator."""
        for model, methods in self._get_models():
            for name, method in methods:
                with self.subTest(f"{model._name}.{name}"):
                    self.assertTrue(getattr(method, "is_continuity_public", False))

    def test_nothing_sent(self):
        for model, methods in self._get_models():
            for name, method in methods:
                is_model = getattr(method, "_api_model", False)
                ids = self._get_records(model).ids
                for label, records in (
                    ("one", ids),
                    ("none", []),
                    ("two", self._get_records(model, 2).ids),
                    ("gone", [2**31 - 1]),
                ):
                    with self.subTest(f"{model._name}.{name}", records=label):
                        self._call(model, name, [] if is_model else [records])

    def test_wrong_ids(self):
        before = self._get_checksum()
        for model, methods in self._get_models():
            for name, method in methods:
                if getattr(method, "_api_model", False):
                    continue
                for ids in WRONG_IDS:
                    with self.subTest(f"{model._name}.{name}", ids=repr(ids)[:20]):
                        self._call(model, name, [ids], refused=True)
        self.assertEqual(self._get_checksum(), before)

    def test_wrong_arguments(self):
        before = self._get_checksum()
        tried = 0
        for model, methods in self._get_models():
            for name, method in methods:
                is_model = getattr(method, "_api_model", False)
                start = [] if is_model else [self._get_records(model).ids]
                names = [
                    parameter.name
                    for parameter in inspect.signature(method).parameters.values()
                    if parameter.name != "self"
                    and parameter.kind is not parameter.VAR_KEYWORD
                ]
                kwargs = {}
                if model._name == "continuity.run" and name in ("execute", "queue"):
                    kwargs = {"job": "extend_lines"}
                    names += sorted(INPUTS)
                for argument in names:
                    for value in WRONG_VALUES:
                        tried += 1
                        with self.subTest(
                            f"{model._name}.{name}", **{argument: repr(value)[:20]}
                        ):
                            self._call(
                                model,
                                name,
                                start,
                                {**kwargs, argument: value},
                                refused=True,
                            )
                with self.subTest(f"{model._name}.{name}", surplus=True):
                    self._call(model, name, [*start, *range(1, 10)], refused=True)
                    self._call(model, name, start, {"no_such": 1}, refused=True)
        self.assertGreater(tried, 200)
        self.assertEqual(self._get_checksum(), before)

    def test_dates_and_records_as_rpc_sends_them(self):
        call_kw(
            self.env["continuity.order"],
            "action_pause",
            [self.order.ids, "2070-05-01"],
            {},
        )
        self.assertEqual(str(self.order.resume_date), "2070-05-01")
        for day in ("2027-02-30", "01.05.2027", "tomorrow", "9999-12-31", "2027-05"):
            with (
                self.subTest(day),
                self.assertRaisesRegex(ValidationError, "is not a date"),
            ):
                self.order.action_pause(day)
        ids = call_kw(
            self.env["continuity.run"],
            "execute",
            ["extend_lines"],
            {
                "company": self.company.id,
                "program": self.program.id,
                "sale_order": self.sale_order.id,
                "product": self.parent.id,
                "date": "2027-05-01",
                "dry_run": True,
            },
        )
        run = self.env["continuity.run"].browse(ids)
        self.assertEqual(str(run.date), "2027-05-01")
        self.assertEqual(run.program_id, self.program)


@tagged("post_install", "-at_install")
class TestButtons(PublicMethodCase):
    """Every button of our views does something when it is pressed."""

    def _get_buttons(self, arch, model, ours):
        """Find the object buttons of a view and of the lists in it.

        :return: pairs of model and button node
        """
        for node in arch:
            if not isinstance(node.tag, str):
                continue
            inner = model
            field = model._fields.get(node.get("name", ""))
            if node.tag == "field" and field is not None and field.relational:
                inner = self.env[field.comodel_name]
            if node.tag in ("button", "a") and node.get("type") == "object":
                name = node.get("name")
                if name in ours or name in dict(get_public_methods(model)):
                    yield model, node
            yield from self._get_buttons(node, inner, ours)

    def _get_context(self, node, record):
        """Evaluate the context of a button as the web client does."""
        text = node.get("context") or "{}"
        names = {
            "uid": self.env.uid,
            "context": dict(self.env.context),
            "active_id": record.id,
            "active_ids": record.ids,
            "id": record.id,
            "parent": record,
        }
        names.update(
            (name, record[name])
            for name, field in record._fields.items()
            if record
            and not field.relational
            and node.get("context", "").find(name) >= 0
        )
        return safe_eval(text, names)

    def _get_our_views(self):
        data = self.env["ir.model.data"].search(
            [("model", "=", "ir.ui.view"), ("module", "=like", "continuity_program%")]
        )
        views = self.env["ir.ui.view"].browse(data.mapped("res_id")).exists()
        views = views.filtered(lambda view: view.type != "qweb" and view.model)
        self.assertGreater(len(views), 40)
        return views

    def test_every_button(self):
        pressed = set()
        for view in self._get_our_views():
            model = self.env[view.model]
            ours = {
                node.get("name")
                for node in etree.fromstring(view.arch).iter("button")
                if node.get("type") == "object"
            }
            arch = etree.fromstring(model.get_view(view.id, view.type)["arch"])
            for button_model, node in self._get_buttons([arch], model, ours):
                key = (button_model._name, node.get("name"), node.get("context"))
                if key in pressed:
                    continue
                pressed.add(key)
                record = self._get_records(button_model)[:1]
                with self.subTest(f"{key[0]}: {key[1]}", view=view.xml_id):
                    context = self._get_context(node, record)
                    for ids in (record.ids, []):
                        self._call(
                            button_model,
                            node.get("name"),
                            [ids],
                            {"context": {**context, "active_ids": ids}},
                        )
        self.assertGreater(len(pressed), 60)
        self.assertIn(("continuity.database", "action_confirm", None), pressed)

    def test_confirm_a_database(self):
        """The button of the list works from the browser, also with nothing marked."""
        database = self.env["continuity.database"]
        self.env["ir.config_parameter"].sudo().set_param("database.uuid", "a copy")
        self.assertTrue(database._get_refusal())
        call_kw(database, "action_confirm", [database.search([], limit=1).ids], {})
        self.assertFalse(database._get_refusal())
