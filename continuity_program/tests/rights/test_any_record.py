# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import Form, HttpCase, tagged

from ..common import SELLER_ALL, ContinuityCommon

ADDONS = (
    "continuity_program",
    "continuity_program_stock",
    "continuity_program_delivery",
)


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestAnyRecord(ContinuityCommon, HttpCase):
    """What is ours works on records that know nothing of continuity.

    Odoo tries each mail template on the first record of its model, and the first order
    of a shop that installs the addon is an ordinary one.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2027-09-10 12:00:00"):
            cls._create_orders()

    @classmethod
    def _create_orders(cls):
        cls.goods.write({"type": "service"})
        cls.product = cls._create_parent_product(cls._create_program())
        upfront = cls._create_parent_product(
            cls._create_program("UPFRONT", bill_upfront=True), "Prepaid"
        )
        orders = {
            "ordinary": cls._create_order(cls.goods_a),
            "without lines": cls._create_order(cls.goods_a, order_line=[]),
            "confirmed": cls._create_order(cls.goods_a),
            "cancelled": cls._create_order(cls.goods_a),
            "quotation": cls._create_order(cls.product),
            "cancelled quotation": cls._create_order(cls.product),
            "parent": cls._create_sold_order(cls.product),
            "cancelled parent": cls._create_sold_order(cls.product),
            "prepaid": cls._create_sold_order(upfront),
            "section": cls._create_order(
                cls.goods_a,
                order_line=[Command.create({"display_type": "line_note", "name": "A"})],
            ),
        }
        orders["confirmed"].action_confirm()
        orders["confirmed"]._create_invoices().action_post()
        for kind in ("cancelled", "cancelled quotation"):
            orders[kind]._action_cancel()
        for kind in ("parent", "cancelled parent", "prepaid"):
            cls._execute("create_child_orders", sale_order=orders[kind])
        orders["child"] = orders["parent"].continuity_child_ids
        orders["prepaid child"] = orders["prepaid"].continuity_child_ids
        orders["cancelled child"] = orders["cancelled parent"].continuity_child_ids
        orders["cancelled child"]._action_cancel()
        orders["cancelled parent"]._action_cancel()
        cls.orders = orders
        cls.all_orders = cls.env["sale.order"].union(*orders.values())

    # === MAIL TEMPLATES === #

    def _get_templates(self):
        return self.env["mail.template"].browse(
            self.env["ir.model.data"]
            .search([("model", "=", "mail.template"), ("module", "in", ADDONS)])
            .mapped("res_id")
        )

    def test_templates(self):
        """Every rendered field of every template, on every record there is."""
        templates = self._get_templates()
        self.assertEqual(len(templates), 9)
        for template in templates:
            records = self.env[template.model].search([])
            self.assertGreater(len(records), 2, template.name)
            for name in sorted(template._get_dynamic_field_names()):
                for ids in (records.ids, []):
                    with self.subTest(template=template.name, field=name):
                        rendered = template._render_field(name, ids)
                        self.assertEqual(sorted(rendered), sorted(ids))

    def test_next_parcel(self):
        """*Next parcel* names the parcel of a child, and none of another order."""
        template = self.env.ref("continuity_program.mail_template_child_created")
        bodies = template._render_field("body_html", self.all_orders.ids)
        child = self.orders["child"]
        self.assertIn("Fri 10 Sep 2027", bodies[child.id])
        self.assertIn("Goods A", bodies[child.id])
        self.assertIn("/my/continuity/", bodies[child.id])
        for kind in ("ordinary", "cancelled", "parent", "without lines"):
            body = bodies[self.orders[kind].id]
            self.assertIn("your next parcel of", body)
            self.assertNotIn("/my/continuity/", body, kind)

    def test_saving_a_template(self):
        """Odoo's editor can save each of them, whatever the newest order is."""
        for kind in ("ordinary", "cancelled", "parent"):
            newest = self.orders[kind].copy()
            if kind == "cancelled":
                newest._action_cancel()
            self.assertEqual(self.env["sale.order"].search([], limit=1), newest)
            for template in self._get_templates():
                with self.subTest(template=template.name, newest=kind):
                    with Form(template) as form:
                        form.subject = f"{template.subject}!"
                    body = f"{template.body_html}<p>Changed</p>"
                    template.body_html = body
                    self.assertIn("Changed", template.body_html)
                    template.copy()

    # === FIELDS === #

    def _get_our_fields(self):
        """List our computed fields on every model, by model."""
        for name, model in self.env.items():
            if model._abstract:
                continue
            fields = [
                field
                for field in model._fields.values()
                if (field.compute or field.related)
                and set(field._modules) & set(ADDONS)
                and not field.inherited
            ]
            if fields:
                yield name, fields

    def test_computed_fields(self):
        """Every computed field of ours, on every record, none, and a new one."""
        count = 0
        for name, fields in self._get_our_fields():
            model = self.env[name]
            records = model.with_context(active_test=False).search([], limit=200)
            for field in fields:
                with self.subTest(field=str(field)):
                    if field.type != "many2one":
                        self.assertFalse(model.browse()[field.name])
                    records.mapped(field.name)
                    model.new({})[field.name]
                    count += len(records)
        self.assertGreater(count, 500)

    def test_search_fields(self):
        """Every field of ours can be searched on, where it says so."""
        for name, fields in self._get_our_fields():
            for field in fields:
                if field._description_searchable and field.type != "properties":
                    with self.subTest(field=str(field)):
                        self.env[name].search([(field.name, "=", False)], limit=1)

    def test_defaults(self):
        """Every default of ours, and of what we inherit from, without a context."""
        for name, model in self.env.items():
            fields = [
                field.name
                for field in model._fields.values()
                if field.default and set(field._modules) & set(ADDONS)
            ]
            if fields and not model._abstract:
                with self.subTest(model=name):
                    model.default_get(fields)

    # === PAPER AND PORTAL === #

    def test_print(self):
        """The printed order of each kind."""
        report = self.env["ir.actions.report"]
        for kind, order in self.orders.items():
            with self.subTest(order=kind):
                html, _type = report._render_qweb_html(
                    "sale.report_saleorder", order.ids
                )
                self.assertIn(order.name, html.decode())

    def test_portal(self):
        """The customer's page of each kind, and of an ordinary invoice."""
        for kind, order in self.orders.items():
            with self.subTest(order=kind):
                response = self.url_open(order.get_portal_url())
                self.assertEqual(response.status_code, 200)
                self.assertIn(order.name, response.text)
        invoice = self.orders["confirmed"].invoice_ids
        response = self.url_open(invoice.get_portal_url())
        self.assertEqual(response.status_code, 200)
        self.assertIn(invoice.name, response.text)

    def test_forms(self):
        """A seller opens each kind of order, and an empty one."""
        seller = self._create_user("any_seller", SELLER_ALL)
        for kind, order in self.orders.items():
            with self.subTest(order=kind):
                form = Form(order.with_user(seller))
                self.assertEqual(form.name, order.name)
        Form(self.env["sale.order"].with_user(seller))
        invoice = self.orders["confirmed"].invoice_ids
        self.assertEqual(Form(invoice).name, invoice.name)
