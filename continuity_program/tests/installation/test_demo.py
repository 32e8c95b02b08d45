# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo.fields import Command
from odoo.modules.module import Manifest
from odoo.tests import TransactionCase, tagged
from odoo.tools import convert_file


@tagged("post_install", "-at_install")
class TestDemo(TransactionCase):
    """The demo data: it loads, it can be sold, and it comes with the demo flag only."""

    @classmethod
    def _load(cls):
        """Load the demo files, as Odoo does for an installation with demo data."""
        for path in Manifest.for_addon("continuity_program")["demo"]:
            convert_file(
                cls.env, "continuity_program", path, {}, mode="init", noupdate=True
            )

    def _ref(self, name):
        return self.env.ref(f"continuity_program.{name}")

    def _find_own(self, *models):
        """Find the records of these models that came with the addon."""
        return self.env["ir.model.data"].search(
            [("module", "=", "continuity_program"), ("model", "in", models)]
        )

    def test_clean_system(self):
        """Programs, products, people, cards: with the demo flag, or not at all."""
        data = self._find_own(
            "continuity.program",
            "continuity.payment.schedule",
            "product.product",
            "product.template",
            "res.partner",
            "res.users",
            "payment.token",
            "account.account",
        )
        has_demo = self.env.ref("base.module_continuity_program").demo
        self.assertEqual(bool(data), has_demo, data.mapped("complete_name"))

    def test_every_program_is_open(self):
        """The six programs pass the checks of opening; the tea club has moved on."""
        self._load()
        programs = self.env["continuity.program"].browse(
            self._find_own("continuity.program").mapped("res_id")
        )
        self.assertEqual(
            {program.code: program.state for program in programs},
            {
                "CP-88000": "open",
                "CP-88001": "open",
                "CP-88002": "open",
                "COFFEE-4W": "open",
                "BIRDS-12": "open",
                "TEA-SEASONS": "open",
            },
        )
        self.assertEqual(self._ref("program_tea").current_event_id.number, 2)

    def test_seller_sells_every_product(self):
        """A pure seller sells each parent product; repeats and slices are laid out."""
        self._load()
        products = {
            "product_88000": 3,
            "product_88001": 3,
            "product_88002": 3,
            "product_coffee_club": 12,
            "product_birds_12": 12,
            "product_birds_03": 3,
            "product_tea_club": 3,
        }
        order = (
            self.env["sale.order"]
            .with_user(self._ref("user_seller"))
            .create(
                {
                    "partner_id": self._ref("partner_karen_berg").id,
                    "order_line": [
                        Command.create({"product_id": self._ref(name).id})
                        for name in products
                    ],
                }
            )
        )
        counts = [
            len(line.shipment_ids) for line in order.continuity_order_ids.sorted()
        ]
        self.assertEqual(sorted(counts), sorted(products.values()))

    def test_cards(self):
        """Cards expire and answer as their names say; Karen has none yet."""
        self._load()
        today = self.env.ref("base.main_company")._continuity_today()
        cards = {
            "card_anders": "done",
            "card_grace_expiring": "done",
            "card_luis_declined": "error",
        }
        for name, answer in cards.items():
            self.assertEqual(self._ref(name).demo_simulated_state, answer)
            self.assertGreater(self._ref(name).expiry_date, today)
        karen = self._ref("partner_karen_berg")
        self.assertFalse(
            self.env["payment.token"].search([("partner_id", "=", karen.id)])
        )

    def test_without_demo_provider(self):
        """Where `payment_demo` is missing everything loads, but no cards."""
        none = self.env["payment.provider"]
        demo = self.env.registry["continuity.demo"]
        with patch.object(demo, "_demo_provider", lambda _self: none):
            self._load()
        self.assertEqual(self._ref("program_88000").state, "open")
        self.assertFalse(self._find_own("payment.token"))
