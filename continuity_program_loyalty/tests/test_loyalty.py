# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Rewards on real orders, on a database of its own that has Odoo's promotions.

The addon is not installed where the other tests run: there orders are sold as without
promotions.
"""

import json
import os
import subprocess
import sys
import unittest

from odoo.tests import BaseCase, tagged

from odoo.addons.continuity_program.tests.script_kit import KIT

try:
    from tools import testdb
except ImportError:  # installed without the development environment
    testdb = None

#: A program billed up front and ordinary goods, without taxes; promotions of Odoo
SET_UP = (
    KIT
    + """
import json
from odoo.exceptions import UserError, ValidationError
sell_upfront()
take_cards()

def create_club(code, price):
    box = create_goods("Box", price / 2)
    events = [send(box), send(box, days_from_last=30, action="end")]
    return create_series(create_program(code, events, bill_upfront=True))

customer = env["res.partner"].create({"name": "Customer"})
card = create_card(customer)

def sell(*products):
    order = env["sale.order"].create(
        {"partner_id": customer.id,
         "order_line": [Command.create({"product_id": p.id}) for p in products]}
    )
    order.continuity_order_ids._set_payment_token(card)
    return order

def promote(code, kind="promo_code", **reward):
    values = {"reward_type": "discount", "discount": 10, "discount_mode": "percent",
              "discount_applicability": "order", **reward}
    return env["loyalty.program"].create(
        {"name": code, "program_type": kind, "trigger": "with_code",
         "applies_on": "current",
         "rule_ids": [Command.create({"mode": "with_code", "code": code})],
         "reward_ids": [Command.create(values)]}
    )

def give_card(amount):
    program = env["loyalty.program"].create(
        {"name": "Gift cards", "program_type": "gift_card",
         "applies_on": "future", "trigger": "auto",
         "reward_ids": [Command.create(
             {"reward_type": "discount", "discount_mode": "per_point",
              "discount": 1, "discount_applicability": "order"})]}
    )
    return env["loyalty.card"].create({"program_id": program.id, "points": amount})

def apply(order, code):
    '''As a seller does: the code, then the reward.'''
    dialog = env["sale.loyalty.coupon.wizard"].create(
        {"order_id": order.id, "coupon_code": code}
    )
    action = dialog.action_apply()
    rewards = action["context"]["default_reward_ids"]
    choice = env["sale.loyalty.reward.wizard"].create(
        {"order_id": order.id, "selected_reward_id": rewards[0]}
    )
    choice.action_apply()

def refuse(call, *args):
    try:
        with env.cr.savepoint():
            call(*args)
    except (UserError, ValidationError) as error:
        return str(error)
    return "not refused"

def rewarded(order):
    return [line.price_total for line in order.order_line if line.reward_id]

def charged(order):
    rows = order.continuity_order_ids.payment_ids
    transactions = order.transaction_ids | rows.transaction_ids
    return sum(tx.amount for tx in transactions if tx.state == "done")

say = lambda **values: print(json.dumps(values))
"""
)


@tagged("post_install", "-at_install")
@unittest.skipUnless(testdb, "needs the development environment")
class TestLoyalty(BaseCase):
    """A reward never makes the total of an order and what is charged differ."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.database = cls.enterClassContext(testdb.copied())
        command = [
            *(sys.executable, "-m", "odoo", "--config"),
            *(os.environ["CONTINUITY_ODOO_RC"], "--database", cls.database),
            *("--init", "sale_loyalty", "--stop-after-init", "--no-http"),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        cls.log = done.stderr

    def _play(self, script):
        """Run a script that ends with `say(…)`; nothing of it stays.

        :rtype: dict
        """
        # Any variable: a process of its own, whose Odoo knows the addon
        level = {"CONTINUITY_LOG_LEVEL": "warn"}
        done = testdb.run(self.database, SET_UP + script, timeout=300, **level)
        return json.loads(done.stdout.splitlines()[-1])

    def test_it_comes_with_promotions(self):
        states = testdb.query(
            self.database,
            "SELECT state FROM ir_module_module"
            " WHERE name = 'continuity_program_loyalty'",
        )
        self.assertEqual(states, [("installed",)])
        self.assertNotIn("WARNING", self.log)

    def test_reward_counts_from_ordinary_goods(self):
        """100.00 for the program, 10.00 for a mug, 10 %: 1.00 less, 109.00 charged."""
        end = self._play(
            """
promote("TEN")
order = sell(create_club("C", 100.0), create_goods("Mug", 10.0))
apply(order, "TEN")
total = order.amount_total
order.action_confirm()
say(reward=rewarded(order), total=total, charged=charged(order), state=order.state,
    after=order.amount_total)
"""
        )
        self.assertEqual(
            end,
            {
                "reward": [-1.0],
                "total": 109.0,
                "charged": 109.0,
                "state": "sale",
                "after": 109.0,
            },
        )

    def test_code_on_a_program_alone_is_refused(self):
        end = self._play(
            """
promote("TEN")
order = sell(create_club("C", 90.0))
text = refuse(apply, order, "TEN")
result = order._try_apply_code("TEN")
say(text=text, web=result["error"], reward=rewarded(order), total=order.amount_total,
    rules=len(order.code_enabled_rule_ids))
"""
        )
        self.assertIn("is the one the customer was told", end["text"])
        self.assertEqual(end["web"], end["text"])
        self.assertEqual(end["reward"], [])
        self.assertEqual(end["total"], 90.0)
        self.assertEqual(end["rules"], 0)

    def test_reward_on_the_program_only_is_refused(self):
        """A mug beside it changes nothing: the reward is for the program."""
        end = self._play(
            """
club = create_club("C", 90.0)
promote("CLUB", discount_applicability="specific",
        discount_product_ids=[Command.set(club.ids)])
order = sell(club, create_goods("Mug", 10.0))
say(text=refuse(apply, order, "CLUB"), reward=rewarded(order))
"""
        )
        self.assertIn("is the one the customer was told", end["text"])
        self.assertEqual(end["reward"], [])

    def test_program_is_no_reward(self):
        """Refused where the reward is made; and where its goods became a program."""
        end = self._play(
            """
club, mug = create_club("C", 90.0), create_goods("Mug", 10.0)
gives = {"reward_type": "product", "reward_product_id": club.id}
made = refuse(lambda: promote("GIFT", **gives))
tag = env["product.tag"].create({"name": "Gifts"})
tag.product_product_ids = mug
tagged = promote("TAG", reward_type="product", reward_product_tag_id=tag.id)
tag.product_product_ids = club
env.invalidate_all()
order = sell(club, create_goods("Lamp", 60.0))
say(made=made, text=refuse(apply, order, "TAG"), reward=rewarded(order),
    total=order.amount_total)
"""
        )
        self.assertRegex(end["made"], "gives .*C. A continuity program cannot be a rew")
        self.assertRegex(end["text"], "gives .*C. A continuity program cannot be a rew")
        self.assertEqual((end["reward"], end["total"]), ([], 150.0))

    def test_cheapest_is_the_cheapest_of_the_ordinary_goods(self):
        end = self._play(
            """
promote("CHEAP", discount_applicability="cheapest", discount=50)
order = sell(create_club("C", 5.0), create_goods("Mug", 10.0))
apply(order, "CHEAP")
say(reward=rewarded(order), total=order.amount_total)
"""
        )
        self.assertEqual(end, {"reward": [-5.0], "total": 10.0})

    def test_fixed_amount_takes_no_more_than_the_goods(self):
        end = self._play(
            """
promote("FIFTY", discount=50, discount_mode="per_order")
order = sell(create_club("C", 90.0), create_goods("Mug", 10.0))
apply(order, "FIFTY")
order.action_confirm()
say(reward=rewarded(order), charged=charged(order))
"""
        )
        self.assertEqual(end, {"reward": [-10.0], "charged": 90.0})

    def test_gift_card_is_a_payment(self):
        """30 on goods of 60 and a program of 90: 120.00 charged."""
        end = self._play(
            """
card_30 = give_card(30)
order = sell(create_club("C", 90.0), create_goods("Lamp", 60.0))
apply(order, card_30.code)
order.action_confirm()
say(reward=rewarded(order), charged=charged(order), left=card_30.points,
    upfront=order.continuity_order_ids.payment_ids.amount)
"""
        )
        self.assertEqual(
            end, {"reward": [-30.0], "charged": 120.0, "left": 0.0, "upfront": 90.0}
        )

    def test_gift_card_never_pays_what_is_charged_up_front(self):
        """100 on goods of 60 and a program of 90: 60 are taken, 90.00 charged."""
        end = self._play(
            """
card_100 = give_card(100)
order = sell(create_club("C", 90.0), create_goods("Lamp", 60.0))
apply(order, card_100.code)
order.action_confirm()
alone = sell(create_club("D", 90.0))
other = give_card(100)
say(reward=rewarded(order), charged=charged(order), left=card_100.points,
    alone=refuse(apply, alone, other.code))
"""
        )
        self.assertEqual(end["reward"], [-60.0])
        self.assertEqual((end["charged"], end["left"]), (90.0, 40.0))
        self.assertIn("is the one the customer was told", end["alone"])

    def test_order_without_program_is_odoos(self):
        end = self._play(
            """
promote("TEN")
card_30 = give_card(30)
order = sell(create_goods("Mug", 10.0), create_goods("Lamp", 60.0))
apply(order, "TEN")
apply(order, card_30.code)
say(reward=rewarded(order), total=order.amount_total)
"""
        )
        self.assertEqual(end, {"reward": [-7.0, -30.0], "total": 33.0})

    def test_reward_that_changed_is_told_before_anything_is_charged(self):
        end = self._play(
            """
program = promote("TEN")
order = sell(create_club("C", 100.0), create_goods("Mug", 10.0))
apply(order, "TEN")
program.reward_ids.discount = 20
text = refuse(order.action_confirm)
say(text=text, charged=charged(order), state=order.state)
"""
        )
        self.assertIn("108.00", end["text"])
        self.assertIn("Nothing was charged", end["text"])
        self.assertEqual((end["charged"], end["state"]), (0, "draft"))

    def test_reward_that_changed_after_something_was_paid(self):
        """A Submit that goes on does not say that nothing was charged."""
        end = self._play(
            """
program = promote("TEN")
order = sell(create_club("C", 100.0), create_goods("Mug", 10.0))
apply(order, "TEN")
tx = env["payment.transaction"].create(
    {"provider_id": card.provider_id.id,
     "payment_method_id": card.payment_method_id.id,
     "reference": order.name, "amount": 20.0, "partner_id": customer.id,
     "currency_id": order.currency_id.id, "operation": "online_direct",
     "sale_order_ids": [Command.set(order.ids)]}
)
tx._set_done()
program.reward_ids.discount = 20
text = refuse(order.action_confirm)
say(text=text, state=order.state)
"""
        )
        self.assertRegex(end["text"], r"20\.00\D* has been paid already")
        self.assertNotIn("Nothing was charged", end["text"])
        self.assertEqual(end["state"], "draft")
