# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from ..common import ACCOUNTANT, MANAGER, SELLER, SELLER_ALL
from .exception_case import DAY, ExceptionCase


@tagged("post_install", "-at_install")
class TestExceptionsMend(ExceptionCase):
    """What is pressed in the inbox, by whom, and what comes of it; warnings."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.book = cls._create_series("BOOK", 20.0, 4)
        cls.house = cls.env["res.partner"].create(
            {"name": "Another house", "parent_id": cls.customer.id}
        )
        cls.order = cls._sell(cls.book, "2027-08-10")
        cls.unpaid = cls._sell(cls.book, DAY, cls._create_token("error"))
        cls.users = {
            group: cls._create_user(f"mend_{group}", group)
            for group in (SELLER, SELLER_ALL, MANAGER, ACCOUNTANT)
        }

    def _look(self, order):
        with freeze_time(f"{DAY} 12:00:00"):
            self.env["continuity.exception"]._refresh_orders(order)
        return self._get_rows(order)

    def _mend(self, row, key, group=SELLER_ALL):
        with freeze_time(f"{DAY} 12:00:00"):
            return row.with_user(self.users[group]).action_mend(key)

    def _read_keys(self, row, group):
        return row.with_user(self.users[group]).mends.strip("|").split("|")

    def test_buttons(self):
        """Each sees what he may press; the others read who may."""
        self.order.payment_token_id.expiry_date = date(2027, 9, 5)
        row = self._look(self.order)
        self.assertEqual(row.reason, "card_expired")
        self.assertEqual(self._read_keys(row, SELLER_ALL), ["card_link", "add_card"])
        self.assertEqual(self._read_keys(row, ACCOUNTANT), [""])
        self.assertIn("a salesperson", row.with_user(self.users[ACCOUNTANT]).mend_text)
        self.assertFalse(row.with_user(self.users[SELLER_ALL]).mend_text)
        with self.assertRaisesRegex(UserError, "does not help"):
            self._mend(row, "add_card", ACCOUNTANT)
        for key in ("release", "unlink", None, "_press"):
            with self.assertRaises(UserError):
                self._mend(row, key)
        # A dialog is handed on
        action = self._mend(row, "add_card")
        self.assertEqual(action["tag"], "continuity_card_dialog")
        self.assertFalse(row.closed_on)
        form = Form(row.with_user(self.users[SELLER_ALL]))
        self.assertIn("|add_card|", form.mends)
        self.assertEqual(row.action_open_mend()["res_id"], row.id)

    def test_hold(self):
        """A hold by hand is found at once, released in the inbox, and gone."""
        with freeze_time(f"{DAY} 12:00:00"):
            self.order.action_hold("letter")
            self.env.cr.precommit.run()
        row = self._get_rows(self.order)
        self.assertEqual((row.reason, row.amount), ("on_hold", 20.0))
        self.assertIn("letter", row.message)
        result = self._mend(row, "release")
        self.assertEqual(result["params"]["type"], "success")
        self.assertEqual((self.order.state, row.closed_as), ("running", "mended"))
        # What is mended elsewhere closes its row, too
        with freeze_time(f"{DAY} 12:00:00"):
            self.order.action_pause()
            self.env.cr.precommit.run()
            paused = self._get_rows(self.order)
            self.assertEqual(paused.reason, "paused")
            self.order.action_resume()
            self.env.cr.precommit.run()
        self.assertEqual(paused.closed_as, "mended")

    def test_hold_of_what_is_far_away(self):
        """A hold is told whatever the date: by the order, and by the night."""
        with freeze_time(f"{DAY} 12:00:00"):
            ahead = self.order._get_open_shipments()
            ahead[0]._set_planned_date(date(2027, 10, 20), "later")
            self.order.action_hold("letter")
            self.env.cr.precommit.run()
        row = self._get_rows(self.order)
        self.assertEqual(
            (row.reason, row.severity, row.amount, row.due_date),
            ("on_hold", "blocks", 20.0, date(2027, 10, 20)),
        )
        row.sudo().unlink()
        self._refresh()
        row = self._get_rows(self.order)
        self.assertEqual((row.reason, row.shipment_id), ("on_hold", ahead[0]))
        self._refresh()
        self.assertEqual(self._get_rows(self.order), row)
        self._mend(row, "release")
        self.assertEqual((self.order.state, row.closed_as), ("running", "mended"))

    def test_hold_of_what_has_gone(self):
        """Nothing is left to send: the order itself is listed."""
        with freeze_time(f"{DAY} 12:00:00"):
            self.order._get_open_shipments().action_skip()
            self.order.action_hold("letter")
            self.env.cr.precommit.run()
        row = self._get_rows(self.order)
        self.assertEqual((row.reason, row.shipment_id.id), ("on_hold", False))
        self.assertIn("letter", row.message)

    def test_declined(self):
        """Charged from the inbox: still so, then mended; for who may charge."""
        row = self._look(self.unpaid)
        self.assertEqual((row.severity, row.reason), ("blocks", "declined"))
        self.assertNotIn("charge", self._read_keys(row, SELLER_ALL))
        self.assertEqual(
            self._read_keys(row, ACCOUNTANT)[:1] + self._read_keys(row, MANAGER)[:1],
            ["charge", "charge"],
        )
        self.assertIn("write_off", self._read_keys(row, ACCOUNTANT))
        self.assertNotIn("write_off", self._read_keys(row, MANAGER))
        self._mend(row, "charge", MANAGER)
        self.assertFalse(row.closed_on)
        self.unpaid.payment_token_id.sudo().demo_simulated_state = "done"
        self._mend(row, "charge", ACCOUNTANT)
        self.assertEqual(self.unpaid.payment_ids.state, "paid")
        self.assertEqual(row.closed_as, "mended")

    def test_failing_look(self):
        """A look that fails stands in nobody's way."""
        with (
            freeze_time(f"{DAY} 12:00:00"),
            self._failing(),
            mute_logger("odoo.sql_db"),
        ):
            self.order.action_hold("letter")
            self.env.cr.precommit.run()
        self.assertEqual(self.order.state, "on_hold")
        self.assertFalse(self._get_rows(self.order))

    def _failing(self):
        def fail(rows, _orders):
            rows.env.cr.execute("SELECT 1 / 0")

        return patch.object(
            self.env.registry["continuity.exception"], "_refresh_orders", fail
        )

    def test_warnings(self):
        """What is missing for the next shipment, before it stops anything."""
        shipment = self.order.shipment_ids[1]
        self.assertFalse(self._look(self.order))
        self.customer.write({"street": False, "email": False})
        self.goods_b.sale_ok = False
        shipment.line_ids.write({"price_unit": 0.0})
        rows = self._look(self.order).grouped("reason")
        self.assertEqual(
            {reason: (row.severity, row.shipment_id) for reason, row in rows.items()},
            dict.fromkeys(
                ("address_incomplete", "no_email", "price_zero", "product_archived"),
                ("warning", shipment),
            ),
        )
        self.assertIn("Goods B", rows["product_archived"].message)
        self.assertEqual(
            self._read_keys(rows["product_archived"], MANAGER), ["substitute", "swap"]
        )
        action = self._mend(rows["product_archived"], "substitute", MANAGER)
        self.assertEqual(action["res_model"], "continuity.update")
        action = self._mend(rows["no_email"], "open_customer")
        self.assertEqual(action["res_id"], self.customer.id)
        self.customer.write({"street": "Main Street 2", "email": "k@example.com"})
        self.goods_b.sale_ok = True
        shipment.line_ids.write({"price_unit": 20.0})
        self.assertFalse(self._look(self.order))

    def test_buttons_on_records(self):
        """An order and its program say how many there are."""
        self._look(self.unpaid)
        self.assertEqual(self.unpaid.exception_count, 1)
        self.assertEqual(self.order.exception_count, 0)
        self.assertEqual(self.book.exception_count, 1)
        for record in (self.unpaid, self.book):
            action = record.with_user(self.users[SELLER_ALL]).action_view_exceptions()
            rows = self.env["continuity.exception"].search(action["domain"])
            self.assertEqual(rows, self._get_rows(self.unpaid))
        stranger = self._create_user("mend_x", "base.group_user")
        self.assertEqual(
            self.env["continuity.exception"]
            .with_user(stranger)
            ._count_open("program_id", self.book),
            {},
        )
