# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from pathlib import Path

from lxml import etree

from odoo.tests import freeze_time, tagged

from ...models.base.continuity_notice_mixin import NOTICES
from ..common import ContinuityCommon

ADDON = "continuity_program"
I18N = Path(__file__).parents[2] / "i18n"


@tagged("post_install", "-at_install")
@freeze_time("2027-01-10 12:00:00")
class TestLanguages(ContinuityCommon):
    """Every language that is shipped opens every screen, and says what it shall."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.languages = (
            cls.env["res.lang"]
            .with_context(active_test=False)
            .search([("iso_code", "in", [path.stem for path in I18N.glob("*.po")])])
            .mapped("code")
        )
        for language in cls.languages:
            cls.env["res.lang"]._activate_lang(language)
        cls.env["ir.module.module"]._load_module_terms([ADDON], cls.languages)
        cls.env.invalidate_all()
        data = cls.env["ir.model.data"].search(
            [("module", "=", ADDON), ("model", "=", "ir.ui.view")]
        )
        cls.views = cls.env["ir.ui.view"].browse(data.mapped("res_id"))
        # What a delivery is made of is not what is tested here
        cls.goods.write({"type": "service"})
        cls.product = cls._create_parent_product(cls._create_program())

    def test_every_catalogue_has_its_language(self):
        self.assertEqual(len(self.languages), len(list(I18N.glob("*.po"))))
        self.assertIn("sv_SE", self.languages)

    def test_screens(self):
        """Each screen opens: a translation that breaks one is found here."""
        screens = [
            view
            for view in self.views.filtered(lambda v: v.type != "qweb")
            if view.mode == "primary"
        ]
        for language in self.languages:
            for view in screens:
                with self.subTest(language=language, view=view.name):
                    model = self.env[view.model].with_context(lang=language)
                    opened = model.get_views([(view.id, view.type)])["views"]
                    etree.fromstring(opened[view.type]["arch"])

    def test_templates(self):
        """Pages, papers and tables of dialogs can be compiled."""
        for language in self.languages:
            for view in self.views.filtered(lambda v: v.type == "qweb"):
                with self.subTest(language=language, view=view.key):
                    self.env["ir.qweb"].with_context(lang=language)._compile(view.id)

    def test_notices(self):
        """The mails are made, with the customer's values in them."""
        order = self._create_sold_order(self.product).continuity_order_ids
        records = {
            "continuity.order": order,
            "continuity.payment": order.payment_ids[:1],
            "sale.order": order.shipment_ids.sudo().child_order_id[:1],
        }
        english = self._render_notices(records)
        for language in self.languages:
            for kind, text in self._render_notices(records, language).items():
                with self.subTest(language=language, notice=kind):
                    self.assertIn("Karen Berg", text)
                    self.assertNotEqual(text, english[kind])
                    self.assertNotIn("Kind regards", text)

    def _render_notices(self, records, language="en_US"):
        """Render each notice for the record of its model.

        :param dict records: by model
        :param str language: its code
        :return: text by kind of notice
        :rtype: dict(str, str)
        """
        texts = {}
        for kind, notice in NOTICES.items():
            template = self.env.ref(notice.template).with_context(lang=language)
            if record := records[template.model]:
                rendered = template._render_field("body_html", record.ids)
                texts[kind] = str(rendered[record.id])
        return texts

    def test_sentences_are_swedish(self):
        order = self._create_order(self.product).continuity_order_ids
        summary = order._get_schedule_summary(lang="sv_SE")
        headline = summary["headline"].replace("\xa0", " ")
        self.assertIn("varje leverans $ 30,00", headline)
        self.assertIn("3 leveranser, totalt $ 90,00", headline)

    def test_states_and_steps_are_swedish(self):
        """Words that are read at night and by agents come from the catalogue."""
        orders = self.env["continuity.order"].with_context(lang="sv_SE")
        states = dict(orders.fields_get(["state"])["state"]["selection"])
        self.assertEqual(states["running"], "Pågående")
        self.assertEqual(states["on_hold"], "Spärrad")
        interval = self.env.ref("continuity_program.continuity_date_interval_monthly")
        self.assertEqual(
            interval.with_context(lang="sv_SE").name, "Varje månad, samma dag"
        )
