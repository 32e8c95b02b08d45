# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from freezegun import freeze_time

from odoo.tests import tagged

from odoo.addons.continuity_program.tests.cases.refund import WayOutCase
from odoo.addons.continuity_program.tests.common import SELLER_ALL


@tagged("post_install", "-at_install")
class TestCalledOffUpfront(WayOutCase):
    """Two of each were paid in advance: 29.89 + 44.65 + 65.70; one will never leave."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.inbox_seller = cls._create_user("called_off_seller", SELLER_ALL)

    def setUp(self):
        super().setUp()
        club = self._create_club(code="CLUBC", bill_upfront=True)
        self.order, self.child = self._sell_child(club, quantity=2)

    def _complete(self):
        with freeze_time("2027-09-12 12:00:00"):
            self._execute("close_orders", sale_order=self.order.sale_order_id)
            self._execute("refresh_insight")

    def _get_rows(self, order=None):
        return self.env["continuity.exception"].search(
            [
                ("continuity_order_id", "=", (order or self.order).id),
                ("reason", "=", "units_open"),
                ("closed_on", "=", False),
            ]
        )

    def test_listed_when_it_happens(self):
        """The warehouse makes no backorder: 14.94 are listed the same night."""
        self._send(self.child, cancel_rest=True)
        self._complete()
        self.assertEqual(self.order.state, "running")
        self.assertEqual(self.order.shipment_ids.sorted("number")[0].state, "done")
        row = self._get_rows()
        self.assertRecordValues(row, [{"amount": 14.94, "severity": "money"}])
        self.assertIn("1 × ", row.message)
        self.assertEqual(row.mends, "|credit_units|")
        with freeze_time("2027-09-13 12:00:00"):
            self._execute("refresh_insight")
        self.assertEqual(self._get_rows(), row, "seen every night, listed once")

    def test_credited_by_the_button(self):
        """A seller proposes the note; the row is gone, and posting gives back 14.94."""
        self._send(self.child, cancel_rest=True)
        self._complete()
        row = self._get_rows()
        with freeze_time("2027-09-13 12:00:00"):
            row.with_user(self.inbox_seller).action_mend("credit_units")
            self.env.cr.flush()
            note = self.order.move_ids.filtered(lambda move: move.state == "draft")
            self.assertEqual((note.move_type, note.amount_total), ("out_refund", 14.94))
            self.assertFalse(self._get_rows())
            note.action_post()
        self.assertEqual(self.order.amount_to_refund, 14.94)

    def test_note_deleted(self):
        """The accountant deletes the draft: it is listed again, by the night."""
        self._send(self.child, cancel_rest=True)
        self._complete()
        self.order.action_credit_open()
        self.order.move_ids.filtered(lambda move: move.state == "draft").unlink()
        with freeze_time("2027-09-13 12:00:00"):
            self._execute("refresh_insight")
        self.assertEqual(self._get_rows().amount, 14.94)

    def test_still_to_come(self):
        """The backorder waits: nothing is listed; nor of what left whole."""
        self._send(self.child)
        self._complete()
        self.assertFalse(self._get_rows())
        self._send(self.child)
        self._complete()
        self.assertFalse(self._get_rows())
