# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import importlib.util
from pathlib import Path

from odoo.tests import tagged

from ..common import ContinuityCommon

NAME = "pre-parameter-bounds.py"
DAYS = "continuity_delivery_days"


@tagged("post_install", "-at_install")
class TestParameterMigration(ContinuityCommon):
    """An upgrade brings numbers into their bounds and leaves all others alone."""

    def _migrate(self, name, stored):
        """Upgrade a company with this number, and return what is stored then."""
        column = f'"{name}"'
        self.env.flush_all()
        self.cr.execute(f"UPDATE res_company SET {column} = %s", [stored])
        path = Path(__file__).parents[2] / "migrations" / "19.0.1.1.0" / NAME
        spec = importlib.util.spec_from_file_location("parameter_bounds", path)
        script = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(script)
        script.migrate(self.cr, "19.0.1.0.0")
        self.cr.execute(
            f"SELECT {column} FROM res_company WHERE id = %s", [self.company.id]
        )
        return self.cr.fetchone()[0]

    def test_number_that_was_never_typed(self):
        """Ten years of parcels would be due at once, and a card tried 100 times."""
        for name in (
            *(DAYS, "continuity_bill_days", "continuity_pending_days"),
            *("continuity_card_warning_days", "continuity_retry_limit"),
            *("continuity_repeat_threshold", "continuity_max_child_orders"),
            *("continuity_max_catchup", "continuity_run_retention_days"),
        ):
            with self.subTest(name):
                self.assertIsNone(self._migrate(name, None))

    def test_number_within_its_bounds(self):
        self.assertEqual(self._migrate(DAYS, 0), 0)
        self.assertEqual(self._migrate(DAYS, 3650), 3650)
        self.assertEqual(self._migrate("continuity_retry_limit", 100), 100)

    def test_number_that_is_too_high(self):
        self.assertEqual(self._migrate(DAYS, 5_000_000), 3650)
        self.assertEqual(self._migrate("continuity_retry_limit", 101), 100)
        # Here nothing says: no limit
        self.assertEqual(self._migrate("continuity_repeat_threshold", 1001), 0)
