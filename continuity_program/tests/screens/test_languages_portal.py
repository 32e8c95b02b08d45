# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
from collections import defaultdict
from datetime import date

from odoo.tests import HttpCase, freeze_time, tagged

from ..common import ContinuityCommon

#: Language: what its portal calls “Your series”, how its mails begin, and the state
#: “On hold”
LANGUAGES = {
    "sv_SE": ("Dina serier", "Hej", "Spärrad"),
    "fr_FR": ("Vos séries", "Bonjour", "Bloquée"),
    "it_IT": ("Le tue serie", "Ciao", "Bloccato"),
    "nl_NL": ("Je series", "Hallo", "Geblokkeerd"),
    "de_DE": ("Ihre Serien", "Guten Tag", "Gesperrt"),
    "es_ES": ("Sus series", "Hola", "Retenido"),
}
#: What is left of a text whose values were not put in
LEFTOVER = re.compile(r"%\(\w+\)s|\{\{|\}\}")


@tagged("post_install", "-at_install")
@freeze_time("2027-01-10 12:00:00")
class TestLanguagesPortal(ContinuityCommon, HttpCase):
    """The customer reads the pages in the language of the browser, the mails in his."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        installed = cls.env["ir.module.module"].search([("state", "=", "installed")])
        cls.addons = [
            name
            for name in installed.mapped("name")
            if name.startswith("continuity_program")
        ]
        for code in LANGUAGES:
            cls.env["res.lang"]._activate_lang(code)
        # Odoo's own texts are not what is tested here, and take minutes
        cls.env["ir.module.module"]._load_module_terms(cls.addons, list(LANGUAGES))
        cls.env.invalidate_all()
        cls.order = cls._create_sold_order(
            cls._create_parent_product(cls._create_program()),
            order_date=date(2027, 1, 10),
        )
        cls.continuity_order = cls.order.continuity_order_ids

    def test_page_of_the_order(self):
        url = self.continuity_order.get_portal_url()
        for code, (series, _hello, _on_hold) in LANGUAGES.items():
            with self.subTest(language=code):
                self.opener.cookies.set("frontend_lang", code)
                response = self.url_open(url)
                self.assertEqual(response.status_code, 200)
                self.assertIn(series, response.text)
                page = response.text.split("<main")[-1].split("</main")[0]
                self.assertFalse(LEFTOVER.findall(page))

    def test_mail_is_in_the_language_of_the_customer(self):
        template = self.env.ref("continuity_program.mail_template_order_submitted")
        for code, (_series, hello, _on_hold) in LANGUAGES.items():
            with self.subTest(language=code):
                self.order.partner_id.lang = code
                mail = template._generate_template(
                    self.continuity_order.ids, ["subject", "body_html"]
                )[self.continuity_order.id]
                self.assertIn(hello, mail["body_html"])
                self.assertIn(self.order.name, mail["subject"])
                self.assertFalse(LEFTOVER.findall(mail["body_html"]))

    def test_states(self):
        field = self.env["continuity.order"]._fields["state"]
        for code, (_series, _hello, on_hold) in LANGUAGES.items():
            with self.subTest(language=code):
                env = self.env(context={"lang": code})
                labels = dict(field._description_selection(env))
                self.assertEqual(labels["on_hold"], on_hold)

    def test_screens_of_the_small_addons(self):
        """The main addon's are opened beside; these change what Odoo shows."""
        small = [name for name in self.addons if name != "continuity_program"]
        data = self.env["ir.model.data"].search(
            [("module", "in", small), ("model", "=", "ir.ui.view")]
        )
        kinds = defaultdict(set)
        for view in self.env["ir.ui.view"].browse(data.mapped("res_id")):
            kinds[view.model].add(view.type)
        self.assertIn("stock.picking", kinds)
        for code in LANGUAGES:
            for model in filter(None, kinds):
                with self.subTest(language=code, model=model):
                    translated = self.env[model].with_context(lang=code)
                    asked = [(False, kind) for kind in kinds[model]]
                    opened = translated.get_views(asked)
                    self.assertEqual(set(opened["views"]), kinds[model])
