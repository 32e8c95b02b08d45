# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import HttpCase, tagged

from ..common import MANAGER, ContinuityCommon


@tagged("post_install", "-at_install")
class TestRunTours(ContinuityCommon, HttpCase):
    """The list of runs, in a browser."""

    def test_process_that_broke_off(self):
        """Said above the list, with the way to the run."""
        self._create_user("boss", MANAGER)
        self.env["continuity.run"]._create_run(
            "create_child_orders",
            {},
            origin="scheduled",
            state="failed",
            message="Broken off: Out of coffee",
        )
        self.start_tour(
            "/odoo/action-continuity_program.continuity_run_action",
            "continuity_run_trouble",
            login="boss",
            timeout=120,
        )
