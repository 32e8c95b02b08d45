# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date
from importlib.util import module_from_spec, spec_from_file_location

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools.misc import file_path

from ..cases.credit import CancelCase
from ..common import MANAGER

XMLID = "continuity_program.continuity_end_reason_"


@tagged("post_install", "-at_install")
class TestEndReason(CancelCase):
    """Whoever cancels or ends an order says why, by a record that can be counted."""

    def _get_reason(self, name):
        return self.env.ref(f"{XMLID}{name}")

    def test_cancelled_by_the_dialog(self):
        order = self._submit(self.club)
        reason = self._get_reason("too_expensive")
        self._cancel(order, end_reason_id=reason.id, reason="30 are too much")
        self.assertRecordValues(
            order,
            [
                {
                    "end_reason": "30 are too much",
                    "end_reason_id": reason.id,
                    "ended_date": date(2027, 9, 15),
                }
            ],
        )
        found = self.env["continuity.order"]._read_group(
            [("id", "=", order.id)], ["end_reason_id", "ended_date:month"]
        )
        self.assertEqual(found, [(reason, date(2027, 9, 1))])

    def test_reason_stands_for_the_words(self):
        order = self._submit(self.club)
        reason = self._get_reason("no_interest")
        self._cancel(order, end_reason_id=reason.id, reason=False)
        self.assertEqual(order.end_reason, "No longer interested")

    def test_the_dialog_asks(self):
        order = self._submit(self.club)
        wizard = self._open_cancel(order)
        with self.assertRaisesRegex(AssertionError, "end_reason_id is a required"):
            Form(wizard).save()

    def test_past_the_dialog_nobody_was_asked(self):
        order = self._submit(self.club)
        with freeze_time("2027-09-15 12:00:00"):
            order._cancel_orders("by a script")
        self.assertRecordValues(
            order,
            [
                {
                    "end_reason": "by a script",
                    "end_reason_id": False,
                    "ended_date": date(2027, 9, 15),
                }
            ],
        )

    def test_who_does_not_pay(self):
        order = self._submit(self.club)
        self.assertFalse(self._open_cancel(order).end_reason_id)
        order._hold_for_payment("declined three times")
        self.assertEqual(
            self._open_cancel(order).end_reason_id, self._get_reason("not_paid")
        )

    def test_ended_after_a_shipment(self):
        order = self._submit(self.club)
        shipment = order.shipment_ids[1].with_user(self.seller)
        reason = self._get_reason("other_program")
        with freeze_time("2027-09-20 12:00:00"):
            action = shipment.action_open_end()
            drop = self.env[action["res_model"]].browse(action["res_id"])
            drop = drop.with_user(self.seller)
            with Form(drop) as form:
                form.end_reason_id = reason
            drop.action_apply()
        self.assertRecordValues(
            order, [{"end_reason_id": reason.id, "ended_date": date(2027, 9, 20)}]
        )
        self.assertIn("after shipment 2", order.end_reason)

    def test_ended_after_the_next(self):
        order = self._submit(self.club)
        reason = self._get_reason("too_many")
        self._cancel(order, when="next", end_reason_id=reason.id)
        self.assertEqual(order.end_reason_id, reason)
        self.assertEqual(order.ended_date, date(2027, 9, 15))

    def test_back_to_a_quotation(self):
        product = self._create_parent_product(self._create_program("CP-1"), "Plain")
        order = self._create_sold_order(product).continuity_order_ids
        order.sudo()._write_end("by mistake", self._get_reason("duplicate"))
        order._reset_to_draft()
        self.assertRecordValues(
            order, [{"end_reason": False, "end_reason_id": False, "ended_date": False}]
        )

    def test_nobody_types_it(self):
        order = self._submit(self.club)
        reason = self._get_reason("other")
        for values in ({"end_reason_id": reason.id}, {"ended_date": "2027-01-01"}):
            with self.assertRaises(UserError):
                order.with_user(self.seller).write(values)

    def test_who_keeps_the_list(self):
        manager = self._create_user("lena", MANAGER)
        reasons = self.env["continuity.end.reason"]
        new = reasons.with_user(manager).create({"name": "Too heavy"})
        self.assertEqual(new.kind, "customer")
        self.assertEqual(new.with_user(self.seller).name, "Too heavy")
        with self.assertRaises(AccessError):
            reasons.with_user(self.seller).create({"name": "Mine"})

    def test_used_reasons_stay(self):
        order = self._submit(self.club)
        reason = self.env["continuity.end.reason"].create({"name": "Too heavy"})
        self._cancel(order, end_reason_id=reason.id)
        with self.assertRaisesRegex(UserError, "Archive it"):
            reason.unlink()
        reason.active = False

    def test_upgrade_dates_what_there_is(self):
        ended, running = self._submit(self.club), self._submit(self.club)
        self._cancel(ended)
        self.env.cr.execute(
            "UPDATE continuity_order SET end_reason_id = NULL, ended_date = NULL,"
            " write_date = '2027-09-16 10:00:00' WHERE id = %s",
            [ended.id],
        )
        self.assertEqual(ended.state, "cancelled")
        # In the order in which an upgrade has them: the first one leaves this order
        for name in ("post-called-off.py", "post-end-reason.py"):
            path = file_path(f"continuity_program/migrations/19.0.1.1.0/{name}")
            spec = spec_from_file_location("end_migration", path)
            module = module_from_spec(spec)
            spec.loader.exec_module(module)
            module.migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()
        self.assertEqual(ended.end_reason, "moved abroad")
        self.assertEqual(ended.end_reason_id, self._get_reason("other"))
        self.assertTrue(ended.ended_date)
        self.assertFalse(running.end_reason_id or running.ended_date)
