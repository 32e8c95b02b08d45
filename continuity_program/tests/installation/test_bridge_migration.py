# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import importlib.util
from pathlib import Path

from odoo.tests import TransactionCase, tagged

NAME = "post-new-bridges.py"


@tagged("post_install", "-at_install")
class TestBridgeMigration(TransactionCase):
    """An upgrade brings the bridges that are new, and no others."""

    def test_new_bridges(self):
        """With both sides there it comes; what somebody took off stays off."""
        modules = self.env["ir.module.module"]
        names = [f"continuity_program_{name}" for name in ("loyalty", "pos", "stock")]
        loyalty, till, stock = (modules.search([("name", "=", n)]) for n in names)
        sides = modules.search([("name", "in", ("sale_loyalty", "pos_sale"))])
        path = Path(__file__).parents[2] / "migrations" / "19.0.1.1.0" / NAME
        spec = importlib.util.spec_from_file_location("new_bridges", path)
        script = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(script)
        for state, expected in (
            ("uninstalled", "uninstalled"),
            ("to upgrade", "to install"),
            ("installed", "to install"),
        ):
            with self.subTest(sides=state):
                (loyalty | till | stock).state = "uninstalled"
                sides.state = state
                # A repetition changes nothing
                for _time in range(2):
                    script.migrate(self.env.cr, "19.0.1.0.0")
                self.assertEqual([loyalty.state, till.state], [expected, expected])
                self.assertEqual(stock.state, "uninstalled")
        (loyalty | till).state = "installed"
        script.migrate(self.env.cr, "19.0.1.0.0")
        self.assertEqual([loyalty.state, till.state], ["installed", "installed"])
