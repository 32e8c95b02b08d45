# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import HttpCase, no_retry, tagged

SUITE = "@continuity_program"
SUCCESS = "[HOOT] Test suite succeeded"


@tagged("post_install", "-at_install")
class TestUnitJs(HttpCase):
    """The unit tests of our components (`static/tests/unit`), in Odoo's own runner."""

    @no_retry
    def test_unit_desktop(self):
        self.browser_js(
            "/web/tests?headless&loglevel=2&preset=desktop&timeout=15000"
            f"&id={self._get_hash(SUITE)}",
            "",
            "",
            login="admin",
            timeout=240,
            success_signal=SUCCESS,
            error_checker=lambda message: "[HOOT]" not in message,
        )

    def _get_hash(self, name):
        """Name a suite as Odoo's runner knows it.

        :param str name: its path
        :rtype: str
        """
        number = 0
        for letter in name:
            number = ((number << 5) - number + ord(letter)) & 0xFFFFFFFF
        return f"{number:08x}"
