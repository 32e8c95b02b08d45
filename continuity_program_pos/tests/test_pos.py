# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A cashier and orders of programs, on a database of its own that has a till."""

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

#: A program and its child order, and an order of ordinary goods
PLAY = (
    KIT
    + """
import json
from odoo.exceptions import UserError
take_cards()
goods = create_goods()
customer = env["res.partner"].create({"name": "Karen Berg"})
order = quote(customer, create_series(create_program("ONE", [send(goods)])))
order.continuity_order_ids._set_payment_token(create_card(customer))
order.action_confirm()
env["continuity.run"].execute("create_child_orders")
child = order.continuity_order_ids.child_order_ids
plain = env["sale.order"].create(
    {"partner_id": customer.id,
     "order_line": [Command.create({"product_id": goods.id})]}
)
plain.action_confirm()
config = env["pos.config"].create({"name": "Till"})
session = env["pos.session"].create({"config_id": config.id, "user_id": env.uid})

def attempt(do):
    try:
        with env.cr.savepoint():
            do()
    except UserError as error:
        return str(error)
    return "accepted"

def ring_up(sale):
    line = sale.order_line[0]
    env["pos.order"].create(
        {
            "session_id": session.id,
            "partner_id": customer.id,
            "amount_total": 1.0, "amount_tax": 0.0, "amount_paid": 1.0,
            "amount_return": 0.0,
            "lines": [Command.create(
                {"product_id": line.product_id.id, "qty": 1, "price_unit": 1.0,
                 "price_subtotal": 1.0, "price_subtotal_incl": 1.0,
                 "sale_order_origin_id": sale.id, "sale_order_line_id": line.id}
            )],
        }
    )

print(json.dumps({
    "unpaid": [sale.amount_unpaid > 0 for sale in (order, child, plain)],
    "loaded": [
        attempt(lambda: sale.load_sale_order_from_pos(config.id))
        for sale in (order, child, plain)
    ],
    "rung up": [attempt(lambda: ring_up(sale)) for sale in (order, child, plain)],
    "names": [order.name, child.name],
}))
"""
)


@tagged("post_install", "-at_install", "-standard", "heavy")
@unittest.skipUnless(testdb, "needs the development environment")
class TestPos(BaseCase):
    """A till takes no money for what the card is charged for."""

    def test_refused_at_every_door(self):
        with testdb.copied() as database:
            command = [
                *(sys.executable, "-m", "odoo", "--config"),
                *(os.environ["CONTINUITY_ODOO_RC"], "--database", database),
                *("--init", "pos_sale", "--stop-after-init", "--no-http"),
            ]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertNotIn("WARNING", done.stderr)
            level = {"CONTINUITY_LOG_LEVEL": "warn"}
            said = testdb.run(database, PLAY, timeout=300, **level).stdout
        found = json.loads(said.splitlines()[-1])
        self.assertEqual(found["unpaid"], [False, False, True])
        for door in ("loaded", "rung up"):
            for name, text in zip(found["names"], found[door], strict=False):
                self.assertIn(f"{name} belongs to a continuity program", text)
            self.assertEqual(found[door][2], "accepted")
