# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What must hold for every life of an order that is paid up front (hypothesis).

Not collected by Odoo's own test runner, which knows nothing of hypothesis.
"""

import os

from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from odoo.tests import tagged

from .lives import LivesCase

DAYS = ("09-10", "10-01", "10-22")
#: How many lives are tried; more of them by hand, four seconds each.
LIVES = int(os.environ.get("CONTINUITY_RANDOM_LIVES", "5"))
#: What may happen before a shipment leaves; `#` is its number, `<` the one before.
EVENTS = (
    "",
    "skip #",
    "postpone #",
    "substitute # dearer",
    "substitute # dearer new",
    "substitute # cheaper new",
    "return <",
    "card cancel, pay, newcard, pay",
    "cancel",
)
#: How it leaves: at once, or one piece and then the other, or never the other.
DELIVERIES = ("ship", "ship 1, ship", "ship 1, calloff #, close")
STAGES = st.tuples(st.sampled_from(EVENTS), st.sampled_from(DELIVERIES))


@tagged("post_install", "-at_install", "-standard", "heavy")
class TestRandomLives(LivesCase):
    """Money in is invoices less credit notes, the prepayment ends at zero, and every
    prepaid unit ends once (rules BR2, C6); the books are compared after each step."""

    currency_name = "EUR"
    begun_modes = ""

    def test_any_life(self):
        @settings(
            max_examples=LIVES,
            derandomize=True,
            deadline=None,
            database=None,
            # A life takes a minute: what fails is read as it is, not made smaller
            phases=(Phase.explicit, Phase.generate),
            suppress_health_check=list(HealthCheck),
        )
        # Charged for two dearer goods, one was sent: the rest is given back (N46)
        @example(
            "C",
            [
                ("", "ship"),
                ("substitute # dearer new", "ship 1, calloff #, close"),
                ("", "ship"),
            ],
        )
        # Delivered in parts: two invoices, two notes, one payment to give back from
        @example(
            "D",
            [
                ("substitute # dearer new", "ship 1, ship"),
                ("return <", "ship 1, ship"),
                ("", "ship"),
            ],
        )
        @given(st.sampled_from("CD"), st.lists(STAGES, min_size=3, max_size=3))
        def check(mode, stages):
            savepoint = self.env.cr.savepoint(flush=True)
            try:
                self._live_and_check(mode, stages)
            finally:
                savepoint.close(rollback=True)
                self.env.invalidate_all()

        check()

    def _live_and_check(self, mode, stages):
        self.live(mode, ("09-10", "submit, pay", None), quantity=2)
        for number, (day, (event, delivery)) in enumerate(
            zip(DAYS, stages, strict=True), start=1
        ):
            if self._is_possible(event, number):
                self.step(day, self._write(event, number), None)
                self._settle(day)
            self.step(day, "pay, children", None)
            if not self._get_shipment(number).child_order_id:
                delivery = "ship"
            self.step(day, self._write(delivery, number), None)
            self._settle(day)
        # What was postponed leaves; what nobody will send is credited
        self.step("12-31", "pay, children, ship", None)
        self.step("12-31", "credit" if self._has_open_units() else "pay", None)
        self._settle("12-31")
        self.step("12-31", "pay, close", None)
        self._check_end()

    def _write(self, text, number):
        return text.replace("#", str(number)).replace("<", str(number - 1))

    def _is_possible(self, event, number):
        if not event or self.order.end_reason:
            return False
        if "<" in event:
            before = self._get_shipment(number - 1)
            return bool(sum(before.line_ids.mapped("released_quantity")))
        return "#" not in event or self._get_shipment(number).state == "planned"

    def _settle(self, day):
        """The accountant posts what was proposed, and gives back what is due."""
        drafts = self.env["account.move"].search_count(
            [("continuity_order_id", "=", self.order.id), ("state", "=", "draft")]
        )
        if drafts:
            self.step(day, "post", None)
        if self.order.amount_to_refund:
            self.step(day, "refund", None)

    def _has_open_units(self):
        return any(self.order.shipment_ids.line_ids.mapped("open_quantity"))

    def _check_end(self):
        self.assertIn(self.order.state, ("closed", "cancelled"))
        for line in self.order.shipment_ids.line_ids:
            self.assertEqual(
                line.released_quantity + line.credited_quantity, line.prepaid_quantity
            )
        self.check_settled()
        moves = (self._get_moves() - self.other_moves).filtered(
            lambda move: move.is_sale_document()
        )
        self.assertAmount(
            sum(moves.mapped("amount_total_signed")), self._get_change("OUT")
        )
