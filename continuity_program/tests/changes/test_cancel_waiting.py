# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The parent order is cancelled while a child order waits for its money (N52)."""

from datetime import date
from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import tagged

from ..cases.credit import CancelCase


@tagged("post_install", "-at_install")
class TestCancelWaiting(CancelCase):
    """Each shipment is paid by itself; the card refuses the first one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.per_shipment = cls._create_club(code="CLUBA")

    def _submit_declined(self):
        order = self._submit(self.per_shipment, token=self._create_token("error"))
        with freeze_time("2027-09-10 12:00:00"):
            child = self._create_child(order)
        self.assertEqual((child.state, order.payment_ids.state), ("draft", "declined"))
        self.assertEqual(order.payment_ids.next_attempt_date, date(2027, 9, 11))
        order.payment_token_id.demo_simulated_state = "done"
        return order

    def _cancel_in_list(self, sale_orders, day="2027-09-10"):
        """Odoo's own dialog in the list of orders."""
        with freeze_time(f"{day} 15:00:00"):
            dialog = self.env["sale.mass.cancel.orders"].with_user(self.seller)
            dialog = dialog.with_context(active_ids=sale_orders.ids).create({})
            dialog.action_mass_cancel()

    def _run_night(self, day):
        with freeze_time(f"{day} 02:00:00"):
            for job in ("create_child_orders", "process_payments"):
                run = self._execute(job)
                self.assertFalse(run.failed_count, run.line_ids.mapped("message"))

    def test_declined_child_goes_with_it(self):
        order = self._submit_declined()
        self._cancel_in_list(order.sale_order_id)
        self._run_night("2027-09-11")
        self.assertEqual(order.child_order_ids.state, "cancel")
        self.assertEqual(
            [(row.amount, row.state) for row in order.payment_ids],
            [(14.94, "cancelled")],
        )
        self.assertEqual(len(order.payment_ids.transaction_ids), 1)
        self.assertEqual(self._get_states(order), ["cancelled"] * 3)
        self.assertEqual(order.state, "cancelled")

    def test_child_that_was_not_asked_yet(self):
        """The run was killed between the documents and the money."""
        order = self._submit(self.per_shipment)
        job = type(self.env["continuity.job"])
        paused = ("provider_paused", "The provider is left in peace.")
        with (
            patch.object(job, "_get_asking_refusal", lambda *_args: paused),
            freeze_time("2027-09-10 12:00:00"),
        ):
            child = self._create_child(order)
        self.assertEqual((child.state, child.amount_total), ("draft", 14.94))
        self._cancel_in_list(order.sale_order_id)
        self._run_night("2027-09-11")
        self.assertEqual(child.state, "cancel")
        self.assertFalse(order.payment_ids.transaction_ids)
        self.assertEqual(order.state, "cancelled")

    def test_confirmed_child_stays(self):
        """What is about to leave is chosen in the dialog, not here."""
        order = self._submit(self.per_shipment)
        with freeze_time("2027-09-10 12:00:00"):
            child = self._create_child(order)
        self._cancel_in_list(order.sale_order_id)
        self.assertEqual(child.state, "sale")
        self.assertEqual(order.payment_ids.state, "paid")
        self.assertEqual(self._get_states(order), ["ordered", "cancelled", "cancelled"])
        self.assertEqual(order.state, "running")

    def test_several_at_once(self):
        """Of another order nothing is cancelled."""
        declined, other = self._submit_declined(), self._submit_declined()
        paid = self._submit(self.per_shipment)
        with freeze_time("2027-09-10 12:00:00"):
            self._create_child(paid)
        self._cancel_in_list((declined | paid).sale_order_id)
        self.assertEqual(declined.child_order_ids.state, "cancel")
        self.assertEqual(paid.child_order_ids.state, "sale")
        self._run_night("2027-09-11")
        self.assertEqual(other.child_order_ids.state, "sale")
        self.assertEqual(other.payment_ids.state, "paid")
