# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
import logging
import re
from pathlib import Path

import polib

from odoo.modules import get_module_path
from odoo.tests import HttpCase, new_test_user, tagged

from ..common import MANAGER, ContinuityCommon

ADDONS = Path(__file__).parents[3]
#: What is put into a text, and what stands around it in HTML
VALUE = re.compile(r"%(?:\(\w+\))?[-+0-9.]*[sdfgr]|\{\{.*?\}\}")
TAG = re.compile(r"<[^<>]*>")
WORD = re.compile(r"[^\W\d_]{3,}")
#: A text of a catalogue that stands on one line
MSGID = re.compile(r'^msgid "(.+)"$', re.MULTILINE)


def get_parts(text):
    """Return what can be read of a text as one piece: what stands between tags."""
    return [" ".join(part.split()) for part in TAG.split(text)]


class EnglishTexts:
    """The English texts of our addons that a language says in other words.

    What Odoo says in the same words is not looked for: it may be Odoo's own.

    :param str language: name of the catalogue
    :param list(str) modules: whose texts are on the screens, too
    """

    def __init__(self, language, modules):
        english, translated, odoo = set(), set(), set()
        for module in modules:
            path = Path(get_module_path(module), "i18n", f"{language}.po")
            if path.exists():
                for text in MSGID.findall(path.read_text(encoding="utf-8")):
                    odoo.update(get_parts(text.replace('\\"', '"')))
        for path in ADDONS.glob(f"continuity_program*/i18n/{language}.po"):
            for entry in polib.pofile(str(path)):
                english.update(get_parts(entry.msgid))
                translated.update(get_parts(entry.msgstr))
        found = {text for text in english - translated - odoo if WORD.search(text)}
        self.odoo = odoo
        self.plain = {text for text in found if not VALUE.search(text)}
        self.patterns = [
            re.compile(".+?".join(re.escape(part) for part in VALUE.split(text)))
            for text in found - self.plain
            # What is nearly nothing but values would be found everywhere
            if WORD.search(VALUE.sub(" ", text))
        ]

    def find(self, texts):
        """Return those of some texts that are English ones."""
        texts = {" ".join(text.split()) for text in texts} - self.odoo
        return sorted(
            text
            for text in texts
            if text in self.plain
            or any(pattern.fullmatch(text) for pattern in self.patterns)
        )


class Reader(logging.Handler):
    """Takes what a tour has read out of the log of the browser."""

    def __init__(self):
        super().__init__()
        self.screens = []

    def emit(self, record):
        """Keep the screen of a line."""
        text = record.getMessage()
        if "READ {" in text:
            found = text[text.index("READ {") + 5 :]
            self.screens.append(json.JSONDecoder().raw_decode(found)[0])


class LanguageTourCase(ContinuityCommon, HttpCase):
    """A tour in another language; what it shows is read."""

    def _speak(self, code):
        """Activate a language, of Odoo only what is ours."""
        self.env["res.lang"]._activate_lang(code)
        addons = [
            path.parents[1].name
            for path in ADDONS.glob("continuity_program*/i18n/fr.po")
        ]
        modules = self.env["ir.module.module"]
        installed = modules.search([("state", "=", "installed")]).mapped("name")
        self.others = [name for name in installed if name not in addons]
        modules._load_module_terms([a for a in addons if a in installed], [code])
        self.env.invalidate_all()
        self.customer.lang = code

    def _read(self, url, tour, login):
        """Start a tour and return the screens it has read.

        :return: name, texts, and whether the page can be moved sideways
        :rtype: list(dict)
        """
        reader = Reader()
        logger = self._logger.getChild("browser")
        self.addCleanup(logger.setLevel, logger.level)
        self.addCleanup(logger.removeHandler, reader)
        logger.setLevel(logging.INFO)
        logger.addHandler(reader)
        self.start_tour(url, tour, login=login, timeout=240)
        return reader.screens

    def _check(self, screens, language, known):
        """No English text of ours is left, a known one is said, and nothing is cut."""
        english = EnglishTexts(language, self.others)
        texts = {text for screen in screens for text in screen["texts"]}
        for text in known:
            self.assertIn(text, texts)
        for screen in screens:
            with self.subTest(screen=screen["name"]):
                self.assertEqual(english.find(screen["texts"]), [])
                self.assertFalse(screen["wide"], "the page moves sideways")


@tagged("post_install", "-at_install")
class TestFrenchSale(LanguageTourCase):
    """A French agent serves a French customer."""

    def test_sale(self):
        self._speak("fr_FR")
        program = self._create_program()
        self._create_parent_product(program, default_code="88000")
        self._create_token()
        agent = new_test_user(self.env, "agent", groups=MANAGER)
        agent.lang = "fr_FR"
        screens = self._read(
            "/odoo/action-continuity_program.continuity_customer_service_action",
            "continuity_language_sale",
            "agent",
        )
        self.assertEqual(len(screens), 17)
        self._check(screens, "fr", ("Sauter", "En cours"))
        order = self.env["continuity.order"].search([("user_id", "=", agent.id)])
        self.assertEqual((order.state, order.amount_planned), ("running", 90.0))


@tagged("post_install", "-at_install")
class TestSwedishPortal(LanguageTourCase):
    """A Swedish customer reads his pages on a telephone."""

    browser_size = "390x844"
    touch_enabled = True

    def test_portal(self):
        self._speak("sv_SE")
        product = self._create_parent_product(self._create_program())
        order = self._create_sold_order(product)
        self._execute("create_child_orders", sale_order=order)
        user = new_test_user(self.env, "karen_sv", groups="base.group_portal")
        user.write({"partner_id": self.customer.id, "lang": "sv_SE"})
        screens = self._read("/my/continuity", "continuity_language_portal", user.login)
        self.assertEqual(len(screens), 4)
        self._check(screens, "sv", ("Dina serier",))
