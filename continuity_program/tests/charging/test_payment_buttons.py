# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Whatever button is pressed on whatever payment: something happens, or a sentence."""

import inspect

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.service.model import call_kw
from odoo.tests import tagged

from ..cases.refund import WayOutCase
from ..money.billing_read import DAY

#: Situations of a payment, with what the database says of them
SITUATIONS = {
    "scheduled": {},
    "billed": {},
    "processing": {},
    "pending": {},
    "authorized": {},
    "paid": {},
    "paid another way": {"state": "paid", "is_paid_otherwise": True},
    "declined": {},
    "unknown": {},
    "cancelled": {"cancel_kind": "credited"},
    "written off": {"state": "cancelled", "cancel_kind": "written_off"},
}
#: The situations a button is for; all others it refuses
FITS = {
    "action_ask_again": {"unknown"},
    "action_charge_now": {"scheduled", "declined", "processing"},
    "action_chargeback": {"paid"},
    "action_open_chargeback": {"paid"},
    "action_open_paid": {"unknown"},
    "action_open_write_off": {"scheduled", "billed", "declined"},
    "action_was_not_paid": {"unknown"},
    "action_was_paid": {"unknown"},
    "action_write_off": {"scheduled", "billed", "declined"},
}
#: Buttons that are for a payment whatever it is
ANY = {"action_open_order", "action_refund"}
#: What a person types into the dialog
TYPED = {"reason": "why", "provider_reference": "pi_1"}


class ButtonCase(WayOutCase):
    """Presses what may be pressed, and looks whether anything came of it."""

    def _find_buttons(self, model):
        """All public actions of our own on a model, also those of tomorrow."""
        cls = type(self.env[model])
        return sorted(
            name
            for name in dir(cls)
            if name.startswith("action_")
            and "continuity_program" in getattr(cls, name).__module__
        )

    def _try(self, records, name, user=None):
        """Press a button in a savepoint.

        :return: the sentence that was raised, or the answer; and whether anything has
            changed
        """
        mine = records.with_user(user or self.books)
        takes = inspect.signature(getattr(type(mine), name)).parameters
        typed = {key: value for key, value in TYPED.items() if key in takes}
        before = self._look()
        with self.env.cr.savepoint() as savepoint:
            try:
                answer = call_kw(mine.browse(), name, [records.ids], typed)
            except UserError as error:
                answer = str(error)
            self.env.flush_all()
            has_changed = self._look() != before
            savepoint.rollback()
        self.env.invalidate_all()
        return answer, has_changed

    def _look(self):
        """What a person may see of the money."""
        self.env.flush_all()
        tables = (
            ("continuity_payment", "id, state, amount, state_message, cancel_reason"),
            ("payment_transaction", "id, state, amount, continuity_charged_back"),
            ("continuity_balance", "id, amount_open, amount_held, differs, settled_at"),
            ("account_partial_reconcile", "id, amount"),
            ("mail_message", "MAX(id), 0"),
        )
        found = []
        for table, columns in tables:
            self.env.cr.execute(f"SELECT {columns} FROM {table} ORDER BY 1")
            found.append(self.env.cr.fetchall())
        return found

    def _force(self, row, situation):
        """Let the database say of a row what it is; nothing follows from it."""
        self.env.flush_all()
        vals = {"state": situation, **SITUATIONS[situation]}
        self.env.cr.execute(
            "UPDATE continuity_payment SET state = %s, is_paid_otherwise = %s,"
            " cancel_kind = %s WHERE id = %s",
            (
                vals["state"],
                vals.get("is_paid_otherwise", False),
                vals.get("cancel_kind"),
                row.id,
            ),
        )
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestPaymentButtons(ButtonCase):
    """A child of 14.94, charged; its payment is made to be each thing in turn."""

    def setUp(self):
        super().setUp()
        self.order, _child = self._sell_child()
        self.row = self.order.payment_ids

    def test_all_buttons_are_known(self):
        """Who adds a button says here what it is for."""
        self.assertEqual(
            set(self._find_buttons("continuity.payment")),
            {*FITS, *ANY, "action_open_lost_refund"},
        )

    def test_never_silent(self):
        """Each button on each payment does something, or says why not: the payment,
        what it is, and the way out."""
        words = {"unknown": "No answer"}
        for situation in SITUATIONS:
            self._force(self.row, situation)
            word = words.get(situation, situation.capitalize())
            refusal = f"{self.order.name} / 1 / P1 ({word}): "
            for name in sorted({*FITS, *ANY}):
                with self.subTest(situation=situation, button=name):
                    answer, has_changed = self._try(self.row, name)
                    self.assertTrue(answer or has_changed, "silence")
                    is_refused = isinstance(answer, str) and answer.startswith(refusal)
                    fits = name in ANY or situation in FITS[name]
                    self.assertNotEqual(is_refused, fits, answer)
                    if is_refused:
                        self.assertFalse(has_changed)

    def test_lost_refund(self):
        """There is none: no empty screen."""
        answer, _has_changed = self._try(self.row, "action_open_lost_refund")
        self.assertIn("each refund has its answer", answer)

    def test_charge_now_of_what_was_given_up(self):
        """Nobody else works on it, as it said once."""
        self._force(self.row, "written off")
        answer, _has_changed = self._try(self.row, "action_charge_now")
        self.assertIn("it was given up", answer)
        self.assertNotIn("Somebody else", answer)


@tagged("post_install", "-at_install")
class TestManyPayments(ButtonCase):
    """Three payments of 23.37, 23.37 and 23.38; the second is not like the others."""

    def setUp(self):
        super().setUp()
        self.order = self._submit(self.club_by_schedule)
        self.rows = self.order.payment_ids.sorted("sequence")

    def test_one_does_not_fit(self):
        """None is done, and only the wrong one is named."""
        self.rows[1].with_user(self.books).action_write_off("moved")
        for name, fits in FITS.items():
            first = {"paid", "unknown"} & fits or {"declined"}
            for row in (self.rows[0], self.rows[2]):
                self._force(row, min(first))
            with self.subTest(button=name):
                answer, has_changed = self._try(self.rows, name)
                self.assertFalse(has_changed)
                self.assertRegex(answer, "^Nothing was done: 1 of the 3 payments do")
                self.assertIn(f"{self.rows[1].display_name} (Written off)", answer)
                self.assertNotIn(self.rows[0].display_name, answer)

    def test_all_fit(self):
        self.rows.with_user(self.books).action_write_off("moved")
        self.assertEqual(self.rows.mapped("cancel_kind"), ["written_off"] * 3)

    def test_eleven(self):
        """Ten are named, the rest is counted."""
        rows = self.rows[0]
        for _number in range(10):
            rows |= rows[0].copy({"sequence": 10 + len(rows)})
        for row in rows:
            self._force(row, "paid")
        answer, _has_changed = self._try(rows, "action_write_off")
        lines = answer.split("\n")
        self.assertEqual(len(lines), 12)
        self.assertEqual(lines[-1], "And 1 more.")

    def test_charge_now_says_of_each(self):
        """The first is charged; of those that are not due it says so."""
        with freeze_time("2027-09-10 12:00:00"):
            action = self.rows.with_user(self.books).action_charge_now()
        self.assertEqual(self.rows.mapped("state"), ["paid", "scheduled", "scheduled"])
        self.assertEqual(
            action["params"]["message"].split("\n"),
            [
                "Charged.",
                f"{self.rows[1].display_name} was not asked: It is not due yet.",
                f"{self.rows[2].display_name} was not asked: It is not due yet.",
            ],
        )
        self.assertEqual(action["params"]["type"], "warning")


@tagged("post_install", "-at_install")
class TestAccountButtons(ButtonCase):
    """The same of accounts."""

    def _get_balance(self, scope):
        return self.env["continuity.balance"]._find_stored([scope])[scope]

    def test_never_silent(self):
        """Of an account that is paid, and of one that is not."""
        token = self._create_token("error")
        for child in (self._sell_child()[1], self._sell_child(token=token)[1]):
            balance = self._get_balance(self._child(child))
            for name in self._find_buttons("continuity.balance"):
                with self.subTest(account=balance.amount_open, button=name):
                    answer, has_changed = self._try(balance, name)
                    self.assertTrue(answer or has_changed, "silence")
                    if isinstance(answer, str):
                        self.assertIn(balance.display_name, answer)

    def test_one_rest_of_two(self):
        """One has a rest too little to be charged, the other has none: neither."""
        self.company.continuity_smallest_charge = 0.2
        _order, child = self._sell_child()
        _other_order, other = self._sell_child()
        with freeze_time(f"{DAY} 12:00:00"):
            child.order_line.price_unit = 12.5
            self.env.cr.flush()
            balances = self._get_balance(self._child(child))
            balances |= self._get_balance(self._child(other))
            answer, has_changed = self._try(balances, "action_write_off_rest")
            self.assertFalse(has_changed)
            self.assertIn(f"{balances[1].display_name}: there is no rest", answer)
            self.assertNotIn(balances[0].display_name, answer)
            balances[0].with_user(self.books).action_write_off_rest()
        self.assertEqual(balances[0].amount_written_off, 0.19)
