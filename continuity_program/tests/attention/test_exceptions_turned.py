# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A parcel that does not leave is one row, whatever its reason; and how it ends."""

from datetime import date, timedelta
from unittest.mock import patch

from odoo.tests import freeze_time, tagged

from ...jobs.create_child_orders import UNSETTLED
from ...models.cards.payment_token_check import CARD_REASONS
from ...models.forecasts.continuity_forecast_fact import PAYMENT_REASONS, Look
from ...models.insight.continuity_fact import CARD_BLOCKS
from ..common import MANAGER, SELLER
from .exception_case import ExceptionCase

#: The second parcel is due on 2 September
SOLD, DUE = "2027-08-02", "2027-09-02"


@tagged("post_install", "-at_install")
class TestExceptionsTurned(ExceptionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.coffee = cls._create_series("COFFEE", 12.0, 6)
        cls.company.continuity_retry_limit = 1

    def _answer(self, kind):
        """Let the provider answer every request so."""
        return patch.object(
            type(self.env["payment.transaction"]),
            "_continuity_classify",
            return_value=kind,
        )

    def _run(self, order, day):
        with freeze_time(f"{day} 12:00:00"):
            self._run_day(order.sale_order_id)
        self._refresh(day)

    def _decline(self, kind="soft"):
        """Sell, and decline the card for the second parcel."""
        order = self._sell(self.coffee, SOLD)
        order.payment_token_id.demo_simulated_state = "error"
        with self._answer(kind):
            self._run(order, DUE)
        return order

    def _get_mended(self):
        look = Look(self.company, date(2027, 12, 1), 13)
        facts = self.env["continuity.forecast.fact"]
        return facts._get_mended(look, date(2027, 1, 1))

    def _cancel(self, order, day):
        with freeze_time(f"{day} 12:00:00"):
            waiting = order.child_order_ids.filtered(lambda c: c.state == "draft")
            order._cancel_orders("dear", children=waiting)
        self._refresh(day)

    def test_declined_then_held(self):
        """The last attempt makes a hold of it: nothing was mended by that."""
        before = self._get_mended()
        order = self._decline()
        row = self._get_rows(order)
        self.assertEqual((row.reason, row.severity), ("declined", "blocks"))
        row.action_snooze("2027-12-31")
        again = order.payment_ids.filtered("next_attempt_date").next_attempt_date
        with self._answer("soft"):
            self._run(order, again)
        self.assertEqual(order.state, "on_hold")
        self.assertEqual(self._get_rows(order), row)
        self.assertEqual((row.reason, str(row.first_seen)), ("on_hold", DUE))
        # Nobody has put off what it says now
        self.assertFalse(row.snoozed_until)
        self._refresh(again)
        self.assertEqual(self._get_rows(order), row)
        self._cancel(order, again + timedelta(days=1))
        self.assertEqual(row.closed_as, "left")
        self.assertEqual(self._grown(before), {"payment": (0, 1)})

    def test_declined_for_good(self):
        """The first answer makes the hold: it is about money all the same."""
        before = self._get_mended()
        order = self._decline("hard")
        row = self._get_rows(order)
        self.assertEqual(row.reason, "on_hold")
        self._cancel(order, "2027-09-04")
        self.assertEqual(row.closed_as, "left")
        self.assertEqual(self._grown(before), {"payment": (0, 1)})

    def test_written_off(self):
        """Given up while the parcel waits: lost. Paid: mended."""
        order, other = self._decline(), self._decline()
        row, paid = self._get_rows(order), self._get_rows(other)
        with freeze_time("2027-09-03 12:00:00"):
            declined = order.payment_ids.filtered(lambda p: p.state == "declined")
            declined.action_write_off("never")
        self.env["continuity.exception"]._refresh_orders(order)
        self.assertEqual(row.closed_as, "left")
        other._set_payment_token(self._create_token())
        with freeze_time("2027-09-03 12:00:00"):
            other.payment_ids.filtered(
                lambda p: p.state == "declined"
            ).action_charge_now()
        self._refresh("2027-09-03")
        self.assertEqual(paid.closed_as, "mended")

    def test_hidden(self):
        """A reason that another one hides for a while keeps its row and its age."""
        order = self._sell(self.coffee, SOLD)
        house = self.env["res.partner"].create(
            {"name": "Another house", "parent_id": self.customer.id}
        )
        order.partner_shipping_id = house
        house.active = False
        self._refresh("2027-08-25")
        row = self._get_rows(order)
        self.assertEqual(row.reason, "address")
        with freeze_time("2027-08-26 12:00:00"):
            order.action_hold("letter")
        self._refresh("2027-08-26")
        self.assertEqual(self._get_rows(order), row)
        self.assertEqual((row.reason, str(row.first_seen)), ("on_hold", "2027-08-25"))
        with freeze_time("2027-08-27 12:00:00"):
            order.action_release()
        self._refresh("2027-08-27")
        self.assertEqual(self._get_rows(order), row)
        self.assertEqual((row.reason, str(row.first_seen)), ("address", "2027-08-25"))
        house.active = True
        self._refresh("2027-08-28")
        self.assertEqual(row.closed_as, "mended")

    def test_never_asked(self):
        """A setting keeps the bank from being asked: the parcel waits, and is told."""
        before = self._get_mended()
        order = self._decline("configuration")
        payment = order.payment_ids.filtered(lambda p: p.state == "scheduled")
        self.assertEqual(payment.decline_kind, "configuration")
        row = self._get_rows(order)
        self.assertEqual(
            (row.severity, row.reason, row.amount, row.payment_id),
            ("blocks", "configuration", 12.0, payment),
        )
        self.assertEqual(row.message or "", payment.state_message or "")
        manager = self._create_user("turned_manager", MANAGER)
        seller = self._create_user("turned_seller", SELLER)
        self.assertEqual(
            row.with_user(manager).mends, "|try_children|card_link|add_card|"
        )
        row.invalidate_recordset(["mends"])
        order.user_id = seller
        self.assertEqual(row.with_user(seller).mends, "|card_link|add_card|")
        self._refresh(DUE)
        self.assertEqual(self._get_rows(order), row)
        order.payment_token_id.demo_simulated_state = "done"
        self._run(order, "2027-09-03")
        self.assertEqual(row.closed_as, "mended")
        # It says nothing of members
        self.assertEqual(self._grown(before), {})

    def test_instalment_never_asked(self):
        """The same of an instalment: no parcel waits for it, so it is about money."""
        schedule = self.env["continuity.payment.schedule"].create(
            {"name": "3 monthly", "code": "3M", "number_of_payments": 3}
        )
        tea = self._create_series(
            "TEA", 14.99, 4, bill_upfront=True, payment_schedule_id=schedule.id
        )
        order = self._sell(tea, SOLD)
        order.payment_token_id.demo_simulated_state = "error"
        with self._answer("configuration"):
            self._run(order, DUE)
        row = self._get_rows(order).filtered("payment_id")
        self.assertEqual((row.severity, row.reason), ("money", "configuration"))
        self.assertEqual(str(row.payment_id.due_date), DUE)
        manager = self._create_user("turned_manager", MANAGER)
        self.assertEqual(
            row.with_user(manager).mends, "|try_payments|card_link|add_card|"
        )

    def test_about_money(self):
        """Each reason of a card, and each a child order waits for, is about money."""
        self.assertLessEqual(set(CARD_REASONS), set(CARD_BLOCKS))
        self.assertLessEqual({*CARD_BLOCKS, *UNSETTLED}, set(PAYMENT_REASONS))

    def test_removed_card(self):
        """A card the customer has removed is a reason about money."""
        order = self._sell(self.coffee, SOLD)
        order.payment_token_id.active = False
        self._refresh("2027-08-25")
        self.assertEqual(self._get_rows(order).reason, "card_archived")
        look = Look(self.company, date(2027, 8, 25), 13)
        groups, _paused = self.env["continuity.forecast.fact"]._get_members(look)
        (group,) = (one for one in groups if one.program == self.coffee.id)
        self.assertEqual(group.block, "payment")

    def _grown(self, before):
        """By how much the counts of each kind have grown, where they have."""
        grown = {
            kind: tuple(
                new - old
                for new, old in zip(counts, before.get(kind, (0, 0)), strict=True)
            )
            for kind, counts in self._get_mended().items()
        }
        return {kind: counts for kind, counts in grown.items() if any(counts)}
