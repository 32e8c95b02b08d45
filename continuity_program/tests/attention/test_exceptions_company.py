# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from ..cases.update import UpdateCase
from ..common import MANAGER, SELLER_ALL


@tagged("post_install", "-at_install")
class TestExceptionsCompany(UpdateCase):
    """The inbox: what an update has left as it was, programs that end."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["continuity.order"].search([]).state = "cancelled"
        cls.manager = cls._create_user("inbox_manager", MANAGER)

    def _refresh(self, day="2027-09-12"):
        with freeze_time(f"{day} 12:00:00"):
            run = self._execute("refresh_insight")
        self.assertFalse(run.failed_count, run.line_ids.mapped("message"))

    def _get_rows(self, reason):
        return self.env["continuity.exception"].search(
            [
                ("company_id", "=", self.company.id),
                ("reason", "=", reason),
                ("closed_on", "=", False),
            ]
        )

    # === KEPT BY AN UPDATE === #

    def _keep(self):
        """An order an update leaves as it was, for a customer has changed it."""
        order = self._sell()
        order.shipment_ids[1].line_ids._substitute(self.goods_z)
        self.event_b.quantity = 3
        return order, self._update()

    def test_kept(self):
        order, run = self._keep()
        self.assertIn("it was changed for the customer", run.line_ids.message)
        self.assertIn("it was changed for the customer", order.kept_text)
        self._refresh()
        row = self._get_rows("kept")
        self.assertEqual(
            (row.continuity_order_id, row.severity, row.message),
            (order, "warning", order.kept_text),
        )
        self.assertEqual(row.owner_id, order._get_responsible_user())
        # Looked at again nothing is different; the next night it is as old
        self._refresh("2027-09-13")
        self.assertEqual(self._get_rows("kept"), row)
        with freeze_time("2027-09-13 12:00:00"):
            self.assertEqual(row.age, 1)
            mine = row.with_user(self.manager)
            self.assertIn("|accept_kept|", mine.mends)
            mine.action_mend("accept_kept")
        self.assertEqual(row.closed_as, "mended")
        self.assertFalse(order.kept_text)
        self.assertIn("Accepted as it was sold", str(order.message_ids[0].body))
        # It says so again only when a release leaves something again
        self._run("2027-09-14")
        self.assertFalse(order.kept_text)

    def test_kept_no_more(self):
        """The next release agrees with the customer: there is nothing to accept."""
        order, _run = self._keep()
        self.event_b.write({"product_id": self.goods_z.id, "quantity": 1})
        self._update(day="2027-09-13")
        self.assertFalse(order.kept_text)

    def test_kept_preview(self):
        """A preview leaves nothing behind."""
        order = self._sell()
        order.shipment_ids[1].line_ids._substitute(self.goods_z)
        self.event_b.quantity = 3
        self._update(dry_run=True)
        self.env.invalidate_all()
        self.assertFalse(order.kept_text)

    def test_who_may_accept(self):
        order, _run = self._keep()
        seller = self._create_user("inbox_seller", SELLER_ALL)
        with self.assertRaises(AccessError):
            order.with_user(seller).action_accept_kept()
        self._refresh()
        row = self._get_rows("kept").with_user(seller)
        self.assertNotIn("accept_kept", row.mends)
        self.env["continuity.order"].action_accept_kept()

    # === PROGRAMS THAT END === #

    def test_program_ends(self):
        """A program that follows the calendar is told of a month before it ends."""
        with freeze_time("2027-09-01 12:00:00"):
            club = self._create_program("CLUB", order_start="current")
            club._update_current_event()
        # 30 days to each event, and 30 more of the last one
        self.assertEqual(club.calendar_anchor, date(2027, 9, 1))
        end = date(2027, 11, 30)
        self._refresh("2027-10-30")
        self.assertFalse(self._get_rows("program_ends"))
        self._refresh("2027-10-31")
        row = self._get_rows("program_ends")
        self.assertEqual(
            (row.program_id, row.due_date, row.severity), (club, end, "warning")
        )
        self.assertIn("From 11/30/2027 on", row.message)
        mine = row.with_user(self.manager)
        self.assertIn("|open_program|", mine.mends)
        self.assertEqual(mine.action_mend("open_program")["res_id"], club.id)
        self._refresh("2027-12-01")
        self.assertEqual(self._get_rows("program_ends"), row)
        self.assertIn("no new orders since 11/30/2027", row.message)
        with freeze_time("2027-12-02 12:00:00"):
            club.action_close()
        self._refresh("2027-12-02")
        self.assertEqual(row.closed_as, "mended")

    def test_program_goes_on(self):
        """One without an end, or that begins with the first event, does not end."""
        with freeze_time("2027-09-01 12:00:00"):
            endless = self._create_program(
                "CLUB",
                [self._event_vals(self.goods_a, days=30, repeat_count=-1)],
                order_start="current",
            )
            endless._update_current_event()
        self._refresh("2028-09-01")
        self.assertFalse(self._get_rows("program_ends"))
