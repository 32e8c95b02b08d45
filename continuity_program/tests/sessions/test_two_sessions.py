# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Two sessions at the same moment, with real connections: who is second reads why."""

import unittest

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from ..common import MANAGER, ContinuityCommon
from ..script_kit import KIT
from .race import RaceCase

try:
    from tools import testdb
except ImportError:  # installed without the development environment
    testdb = None

#: A quotation that pays on account, two sellers, and a provider that stores cards
SET_UP = (
    KIT
    + """
take_cards()
customer = env["res.partner"].create(
    {"name": "Karen Berg", "continuity_allow_on_account": True}
)
order = quote(customer, create_series(create_program("TWO", [send(create_goods())])))
order.continuity_order_ids.payment_method = "on_account"
group = env.ref("sales_team.group_sale_manager")
for login in ("anna", "bert"):
    env["res.users"].create(
        {"name": login.title(), "login": login, "group_ids": [Command.link(group.id)]}
    )
env.cr.commit()
"""
)

#: Presses *Submit* of the recap as the web client does
SUBMIT = """
from odoo.exceptions import UserError
from odoo.service.model import retrying
user = env["res.users"].search([("login", "=", arguments[0])])
order = env["sale.order"].search([], limit=1)
env.cr.execute("SELECT pg_advisory_lock_shared(4711)")
env.cr.rollback()
mine = env(user=user.id)
order = order.with_env(mine)
recap = mine["continuity.recap"].create({"sale_order_id": order.id})
mine.cr.commit()
try:
    retrying(recap.action_submit, mine)
    mine.cr.commit()
    print("submitted", order.state)
except UserError as error:
    mine.cr.rollback()
    print("refused", error)
"""

#: Asks for a card again and again, as the public page does
TRY_CARDS = """
from odoo.addons.continuity_program.models.cards.card_attempts import CardAttempts
from odoo.exceptions import UserError
from odoo.service.model import retrying
order = env["continuity.order"].search([], limit=1)
provider = env.ref("payment.payment_provider_demo")
env.cr.execute("SELECT pg_advisory_lock_shared(4711)")
env.cr.rollback()
accepted = 0

def ask(number):
    CardAttempts(order).check()
    env["payment.transaction"].create(
        {
            "provider_id": provider.id,
            "payment_method_id": provider.payment_method_ids[:1].id,
            "reference": f"CPV-{arguments[0]}-{number}",
            "amount": 0.0,
            "currency_id": order.currency_id.id,
            "partner_id": order.partner_id.id,
            "operation": "validation",
            "continuity_order_id": order.id,
        }
    )

for number in range(6):
    try:
        retrying(lambda: ask(number), env)
        env.cr.commit()
        accepted += 1
    except UserError:
        env.cr.rollback()
print(accepted)
"""


@tagged("post_install", "-at_install")
@unittest.skipUnless(testdb, "needs the development environment")
class TestTwoSessions(RaceCase):
    """What two people, or one with two browsers, do at the same moment."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.quotation = cls.enterClassContext(testdb.copied())
        testdb.run(cls.quotation, SET_UP, timeout=300)

    def test_two_submit_one_quotation(self):
        with testdb.copied(self.quotation) as database:
            said = sorted(self._race(database, SUBMIT, "anna", "bert"))
            self.assertRegex(said[0], r"refused S\d+ was submitted by (Anna|Bert) on ")
            self.assertEqual(said[1], "submitted sale")
            self.assertEqual(
                testdb.query(
                    database,
                    "SELECT count(*), max(u.login) FROM sale_order o"
                    " JOIN res_users u ON u.id = o.continuity_submit_uid"
                    " WHERE o.state = 'sale'",
                )[0][0],
                1,
            )

    def test_cards_at_the_same_moment(self):
        """Twelve at once from two browsers: five are taken."""
        with testdb.copied(self.quotation) as database:
            said = self._race(database, TRY_CARDS, "one", "two")
            self.assertEqual(sum(map(int, said)), 5, said)


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestSubmittedByAnother(ContinuityCommon):
    """The second of two reads who submitted the order, and when."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        product = cls._create_parent_product(cls._create_program())
        cls.order = cls._create_order(product)
        cls.order.continuity_order_ids._set_payment_token(cls._create_token())
        cls.anna = cls._create_user("first_anna", MANAGER)
        cls.bert = cls._create_user("first_bert", MANAGER)
        cls.anna.name = "Anna"
        cls.bert.tz = "Europe/Berlin"

    def _get_recap(self, user):
        order = self.order.with_user(user)
        return order.env["continuity.recap"].create({"sale_order_id": order.id})

    def test_every_door_says_who_was_first(self):
        late = self._get_recap(self.bert)
        self._get_recap(self.anna).action_submit()
        self.assertEqual(self.order.state, "sale")
        self.assertRecordValues(
            self.order,
            [
                {
                    "continuity_submit_uid": self.anna.id,
                    "continuity_submitted_at": self.env.cr.now().replace(
                        2027, 9, 10, 12, 0, 0, 0
                    ),
                }
            ],
        )
        order = self.order.with_user(self.bert)
        text = rf"{order.name} was submitted by Anna on .*2027.* 0?2:00:00.PM"
        doors = (
            late.action_submit,
            order.action_continuity_complete,
            order.action_confirm,
        )
        for door in doors:
            with self.subTest(door.__name__), self.assertRaisesRegex(UserError, text):
                door()

    def test_same_person_twice_closes_the_dialog(self):
        recap, again = self._get_recap(self.anna), self._get_recap(self.anna)
        recap.action_submit()
        self.assertEqual(again.action_submit(), {"type": "ir.actions.act_window_close"})

    def test_after_a_decline_somebody_else_may_submit(self):
        token = self.order.continuity_order_ids.payment_token_id
        token.active = False
        with self.assertRaises(UserError):
            self._get_recap(self.anna).action_submit()
        self.order.continuity_order_ids._set_payment_token(self._create_token())
        self._get_recap(self.bert).action_submit()
        self.assertEqual(self.order.state, "sale")
        self.assertEqual(self.order.continuity_submit_uid, self.bert)

    def test_old_orders_say_it_without_a_name(self):
        self.order.action_confirm()
        self.order.continuity_submit_uid = False
        self.order.continuity_submitted_at = False
        with self.assertRaisesRegex(UserError, "submitted already"):
            self.order.action_continuity_complete()
