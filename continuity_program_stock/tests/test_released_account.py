# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a person let leave although money went back, and what he has not seen."""

from odoo.tests import tagged

from odoo.addons.continuity_program.tests.cases.flow import ReasonCase


@tagged("post_install", "-at_install")
class TestReleasedAccount(ReasonCase):
    """A parcel of 25.00, paid; all of it went back, and it was let leave."""

    def setUp(self):
        super().setUp()
        order, self.child = self._sell_child(self._create_single(25.0, "CP-25"))
        self.scope = self._child(self.child)
        self.picking = self.child.picking_ids
        self._give_back(self._get_payment(order), 25.0)
        self._check_state(held=25.0, blocked=True)
        self._release()

    def _release(self):
        self.picking.with_user(self.manager)._continuity_override("He is in the shop")
        self._check_state(blocked=False)

    def _check_state(self, blocked, held=None):
        self.env.invalidate_all()
        self.assertEqual(bool(self.picking.continuity_block), blocked)
        blocked_ids = self.env["stock.picking"].search(
            [("id", "=", self.picking.id), ("is_continuity_blocked", "=", True)]
        )
        self.assertEqual(bool(blocked_ids), blocked)
        if held is not None:
            self.assertEqual(self._get_account(self.scope).amount_held, held)

    def test_less(self):
        """10.00 come in: what is left of it was seen."""
        self._pay_online(self.child, 10.0)
        self._check_state(held=15.0, blocked=False)

    def test_other(self):
        """10.00 come in and go back: as much is held as before, and not the same."""
        tx = self._pay_online(self.child, 10.0)
        self._give_back(tx.payment_id, 10.0)
        self._check_state(held=25.0, blocked=True)
        self._release()
        # What is seen besides stays seen
        self._pay_online(self.child, 25.0)
        self._check_state(held=0.0, blocked=False)

    def test_more(self):
        """Released at 15.00; then the 10.00 turn out never to have come."""
        tx = self._pay_online(self.child, 10.0)
        self.picking.sudo()._ask_continuity_again()
        self._check_state(held=15.0, blocked=True)
        self._release()
        tx.sudo().continuity_charged_back = True
        self.billing._touch([self.scope])
        self.billing._settle_touched()
        self._check_state(held=25.0, blocked=True)
