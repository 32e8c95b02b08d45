# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import importlib.util
from datetime import date
from pathlib import Path

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from ..cases.credit import CancelCase


@tagged("post_install", "-at_install")
class TestLeftoverMigration(CancelCase):
    """What faults of older versions have left is mended by the upgrade."""

    def setUp(self):
        super().setUp()
        self.product = self._create_club(code="CLUBA")

    def _sell(self, token=None):
        order = self._submit(self.product, token=token)
        with freeze_time("2027-09-10 12:00:00"):
            return order, self._create_child(order)

    def _migrate(self, *names):
        self.env.flush_all()
        for name in names:
            path = Path(__file__).parents[2] / "migrations" / "19.0.1.1.0" / name
            spec = importlib.util.spec_from_file_location("migration", path)
            migration = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(migration)
            migration.migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()

    def test_done_shipment_of_a_cancelled_child(self):
        """It was called off; one whose child is alive was sent."""
        called_off, child = self._sell()
        child._action_cancel()
        sent, _child = self._sell()
        both = called_off | sent
        firsts = called_off.shipment_ids[0] | sent.shipment_ids[0]
        firsts.write({"state": "done", "actual_date": date(2027, 9, 10)})
        (called_off.shipment_ids - firsts).sudo().state = "cancelled"
        both.write({"state": "closed", "ended_date": False})
        self._migrate("post-called-done.py", "post-called-off.py")
        self.assertRecordValues(
            firsts,
            [
                {"state": "cancelled", "actual_date": False},
                {"state": "done", "actual_date": date(2027, 9, 10)},
            ],
        )
        # Nothing of that order was sent: who had it is no member any more
        self.assertTrue(called_off.ended_date)
        self.assertFalse(sent.ended_date)

    def test_declined_row_without_a_day(self):
        """The second of three attempts was never made, and is made by the night."""
        order, _child = self._sell(self._create_token("cancel"))
        row = order.payment_ids
        self.assertRecordValues(row, [{"state": "declined", "attempts": 1}])
        today = fields.Date.today()
        for values, day in (
            ({"decline_kind": "not_sent"}, today),
            ({"decline_kind": "no_answer"}, today),
            ({"decline_kind": "hard"}, False),
            ({"decline_kind": "not_sent", "attempts": 3}, False),
            ({"decline_kind": "not_sent", "attempts": 0}, False),
        ):
            row.write({"attempts": 1, "next_attempt_date": False, **values})
            self._migrate("post-declined-day.py")
            self.assertEqual(row.next_attempt_date, day, values)
        row.write({"attempts": 1, "next_attempt_date": False})
        row.transaction_ids.continuity_charged_back = True
        self._migrate("post-declined-day.py")
        self.assertFalse(row.next_attempt_date)
        row.transaction_ids.continuity_charged_back = False
        order.state = "on_hold"
        self._migrate("post-declined-day.py")
        self.assertFalse(row.next_attempt_date)
