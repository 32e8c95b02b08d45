# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Two sessions give back the same money, with real connections: it goes back once."""

import unittest

from odoo.tests import tagged

from ..script_kit import KIT
from .race import RaceCase

try:
    from tools import testdb
except ImportError:  # installed without the development environment
    testdb = None

#: An order of 30.00 that is paid by card up front, cancelled and credited
SET_UP = (
    KIT
    + """
take_cards()
sell_upfront()
customer = env["res.partner"].create({"name": "Karen Berg"})
program = create_program("TWICE", [send(create_goods())], bill_upfront=True)
order = quote(customer, create_series(program))
order.continuity_order_ids.write(
    {"payment_method": "card", "payment_token_id": create_card(customer).id}
)
order.action_confirm()
continuity_order = order.continuity_order_ids
assert continuity_order.payment_ids.state == "paid", continuity_order.payment_ids.state
credit = env["account.move.reversal"].with_context(
    active_model="account.move", active_ids=continuity_order.upfront_invoice_id.ids
).create({"journal_id": continuity_order.upfront_invoice_id.journal_id.id})
note = env["account.move"].browse(credit.refund_moves()["res_id"])
note.action_post()
assert continuity_order.amount_to_refund == 30.0, continuity_order.amount_to_refund
group = env.ref("account.group_account_manager")
for login in ("anna", "bert"):
    env["res.users"].create(
        {"name": login.title(), "login": login, "group_ids": [Command.link(group.id)]}
    )
env.cr.commit()
"""
)

#: Gives back, by the button of the order or by Odoo's own dialog of the payment
GIVE_BACK = """
from odoo.exceptions import UserError, ValidationError
from odoo.service.model import retrying
login, door = arguments[0].split("-")
user = env["res.users"].search([("login", "=", login)])
order = env["continuity.order"].search([], limit=1)
payment = order.payment_ids.transaction_id.payment_id
env.cr.execute("SELECT pg_advisory_lock_shared(4711)")
env.cr.rollback()
mine = env(user=user.id)

def by_button():
    order.with_env(mine).action_refund()

def by_dialog():
    dialog = mine["payment.refund.wizard"].with_context(active_id=payment.id)
    dialog = dialog.create({})
    if dialog.amount_available_for_refund < 30.0:
        raise UserError("nothing left")
    dialog.amount_to_refund = 30.0
    dialog.action_refund()

try:
    retrying({"button": by_button, "dialog": by_dialog}[door], mine)
    mine.cr.commit()
    print("done")
except (UserError, ValidationError) as error:
    mine.cr.rollback()
    print("refused", error)
"""


@tagged("post_install", "-at_install")
@unittest.skipUnless(testdb, "needs the development environment")
class TestRefundSessions(RaceCase):
    """Whoever gives back at the same moment, by whatever door."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.credited = cls.enterClassContext(testdb.copied())
        testdb.run(cls.credited, SET_UP, timeout=300)

    def _check_once(self, *names):
        with testdb.copied(self.credited) as database:
            self._race(database, GIVE_BACK, *names)
            self.assertEqual(
                testdb.query(
                    database,
                    "SELECT amount, state FROM payment_transaction"
                    " WHERE operation = 'refund'",
                ),
                [(-30, "done")],
            )
            self.assertEqual(
                testdb.query(
                    database,
                    "SELECT amount_to_refund FROM continuity_balance"
                    " WHERE kind = 'upfront'",
                ),
                [(0,)],
            )

    def test_two_accountants(self):
        """Two accountants press the button at the same moment."""
        self._check_once("anna-button", "bert-button")

    def test_button_and_dialog(self):
        """One presses the button, the other one uses Odoo's own dialog."""
        self._check_once("anna-button", "bert-dialog")
