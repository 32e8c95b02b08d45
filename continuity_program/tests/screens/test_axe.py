# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from importlib.util import find_spec
from pathlib import Path

from odoo.tests import HttpCase, tagged

from ..common import MANAGER, ContinuityCommon

#: The package that carries axe-core; nothing of its own is used
PACKAGE = "axe_playwright_python"
#: Where the tour finds it
URL = "/continuity_program/axe.min.js"


@tagged("post_install", "-at_install")
class TestAxe(ContinuityCommon, HttpCase):
    """Screens as somebody hears them: axe-core has no serious finding."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        found = find_spec(PACKAGE)
        if not found:
            cls.skipTest(cls, f"axe-core comes with {PACKAGE}, which is not installed")
        cls.env["ir.attachment"].create(
            {
                "name": "axe.min.js",
                "url": URL,
                "raw": Path(found.origin).with_name("axe.min.js").read_bytes(),
                "mimetype": "text/javascript",
                "public": True,
            }
        )
        cls.product = cls._create_parent_product(
            cls._create_program(), default_code="88000"
        )
        cls.token = cls._create_token()
        cls._create_user("agent", MANAGER)

    def test_screens_of_the_agent(self):
        """Search, customer, order, wizard, recap, and the dialogs of a series."""
        self._create_sold_order(self.product, self.token)
        self.start_tour(
            "/odoo/action-continuity_program.continuity_customer_service_action",
            "continuity_axe_agent",
            login="agent",
            timeout=180,
        )

    def test_pages_of_the_customer(self):
        """The order on the portal, the series, and where the card is entered."""
        order = self._create_sold_order(self.product, self.token)
        series = order.continuity_order_ids
        for url in (
            order.get_portal_url(),
            series.get_portal_url(),
            series._get_card_url(),
        ):
            with self.subTest(url):
                self.start_tour(url, "continuity_axe_page", timeout=60)
