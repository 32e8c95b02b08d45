# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A cashier and orders of programs, on a database of its own that has a till."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from odoo.tests import BaseCase, tagged
from odoo.tools import config
from odoo.tools.misc import file_path

from odoo.addons.continuity_program.tests.script_kit import KIT

try:
    from tools import testdb
except ImportError:  # installed without the development environment
    testdb = None

#: Where the bridge was not there yet: a program, its child order, which a till has
#: settled, and an order of ordinary goods
BEFORE = (
    KIT
    + """
import json
take_cards()
goods = create_goods()
customer = env["res.partner"].create({"name": "Karen Berg"})
order = quote(customer, create_series(create_program("ONE", [send(goods)])))
card = create_card(customer)
order.continuity_order_ids._set_payment_token(card)
order.action_confirm()
card.demo_simulated_state = "pending"
env["continuity.run"].execute("create_child_orders")
child = order.continuity_order_ids.child_order_ids
plain = env["sale.order"].create(
    {"partner_id": customer.id,
     "order_line": [Command.create({"product_id": goods.id})]}
)
plain.action_confirm()
staff = env.ref("base.group_user")
till = env.ref("point_of_sale.group_pos_user")
leads = env.ref("sales_team.group_sale_salesman_all_leads")
seller, cashier = env["res.users"].create(
    [{"name": login, "login": login, "group_ids": [Command.set(groups.ids)]}
     for login, groups in (("seller", staff | till | leads), ("cashier", staff | till))]
)
config = env["pos.config"].create({"name": "Till"})
session = env["pos.session"].create({"config_id": config.id, "user_id": cashier.id})
line = child.order_line[0]
settled = env["pos.order"].create(
    {
        "session_id": session.id,
        "partner_id": customer.id,
        "amount_total": 1.0, "amount_tax": 0.0, "amount_paid": 1.0,
        "amount_return": 0.0,
        "lines": [Command.create(
            {"product_id": line.product_id.id, "qty": 1, "price_unit": 1.0,
             "price_subtotal": 1.0, "price_subtotal_incl": 1.0,
             "sale_order_origin_id": child.id, "sale_order_line_id": line.id}
        )],
    }
)
env.cr.commit()
print(json.dumps({
    "ids": [*(order + child + plain).ids, settled.id, config.id,
            seller.id, cashier.id],
    "names": [order.name, child.name],
    "unpaid": [sale.amount_unpaid > 0 for sale in (order, child, plain)],
}))
"""
)

#: What they can do at the till when it is there
AFTER = """
import json
from odoo.exceptions import UserError
from odoo.fields import Command
*ids, settled, config, seller, cashier = json.loads(arguments[0])
env = env(user=cashier)
settled = env["pos.order"].browse(settled)
sales = env["sale.order"].browse(ids)
# Whoever is a cashier and nothing else sees no orders at the till
seen = sales.with_user(seller)

def attempt(do):
    try:
        with env.cr.savepoint():
            do()
    except UserError as error:
        return str(error)
    return "accepted"

def ring_up(sale, **values):
    sale = sale.sudo()
    line = sale.order_line[0]
    env["pos.order"].create(
        {
            "session_id": settled.session_id.id,
            "partner_id": sale.partner_id.id,
            "amount_total": 1.0, "amount_tax": 0.0, "amount_paid": 1.0,
            "amount_return": 0.0,
            "lines": [Command.create(
                {"product_id": line.product_id.id, "qty": 1, "price_unit": 1.0,
                 "price_subtotal": 1.0, "price_subtotal_incl": 1.0,
                 "sale_order_origin_id": sale.id, "sale_order_line_id": line.id,
                 **values}
            )],
        }
    )

def sync():
    # What the till itself sends when a customer has paid
    product = sales[0].sudo().order_line.product_id
    env["pos.order"].sync_from_ui([{
        "uuid": "6f1c1a50-0000-4000-8000-000000000001", "name": "Order 1",
        "session_id": settled.session_id.id, "user_id": env.uid,
        "partner_id": False, "pricelist_id": False, "fiscal_position_id": False,
        "date_order": "2027-09-10 12:00:00", "sequence_number": 1,
        "last_order_preparation_change": "{}", "to_invoice": False, "state": "paid",
        "amount_total": 70.12, "amount_tax": 0.0, "amount_paid": 70.12,
        "amount_return": 0.0, "payment_ids": [],
        "lines": [Command.create(
            {"product_id": product.id, "qty": 1, "price_unit": 70.12, "discount": 0,
             "price_subtotal": 70.12, "price_subtotal_incl": 70.12, "tax_ids": []}
        )],
    }])

# In the middle of a session a product of the till becomes a program
program = sales[0].sudo().order_line.product_id.continuity_program_id
service = {"type": "service", "sale_ok": True}
Products = env["product.template"].sudo()
stale, fresh = Products.create(
    [{"name": "At the till", "available_in_pos": True, **service},
     {"name": "Never there", "available_in_pos": False, **service}]
)
stale.available_in_pos = False

def become_program(template):
    template.continuity_program_id = program

def close():
    ids = settled.session_id.ids
    env.cr.execute("UPDATE pos_session SET state = 'closed' WHERE id = ANY(%s)", [ids])
    env.invalidate_all()

print(json.dumps({
    "becomes": [attempt(lambda: become_program(one)) for one in (stale, fresh)],
    "program": attempt(lambda: ring_up(
        sales[0], sale_order_origin_id=False, sale_order_line_id=False
    )),
    "synced": attempt(sync),
    "goods": attempt(lambda: ring_up(
        sales[1], sale_order_origin_id=False, sale_order_line_id=False
    )),
    "unpaid": [sale.amount_unpaid > 0 for sale in seen],
    "loaded": [attempt(lambda: sale.load_sale_order_from_pos(config)) for sale in seen],
    "rung up": [attempt(lambda: ring_up(sale)) for sale in sales],
    "returned": attempt(settled.refund),
    "quantities": settled.lines.refund_orderline_ids.mapped("qty"),
    "of": settled.sudo().lines.refund_orderline_ids.sale_order_origin_id.ids,
    "taken again": attempt(
        lambda: ring_up(sales[1], refunded_orderline_id=settled.lines.id)
    ),
    "closed": (close(), attempt(lambda: become_program(stale)))[1],
}))
"""


@tagged("post_install", "-at_install", "-standard", "heavy")
@unittest.skipUnless(testdb, "needs the development environment")
class TestPos(BaseCase):
    """A till takes no money for what the card is charged for."""

    def test_upgrade_where_a_till_was_there(self):
        """The bridge comes with the upgrade, and holds every door from then on."""
        with testdb.copied() as database:
            self._run_odoo(database, "--init", "pos_sale", "--skip-auto-install")
            before = self._play(database, BEFORE)
            testdb.query(
                database,
                "UPDATE ir_module_module SET latest_version = '19.0.1.0.0'"
                " WHERE name = 'continuity_program'",
            )
            with self._only_new_bridges() as path:
                options = ("--addons-path", path, "--update", "continuity_program")
                self._run_odoo(database, *options)
            found = self._play(database, AFTER, json.dumps(before["ids"]))
        self.assertEqual(before["unpaid"][1:], [True, True])
        self.assertEqual(found["unpaid"], [False, False, True])
        for door in ("loaded", "rung up"):
            for name, text in zip(before["names"], found[door], strict=False):
                self.assertIn(f"{name} belongs to a continuity program", text)
            self.assertEqual(found[door][2], "accepted")
        for door in ("program", "synced"):
            self.assertIn("ONE is a continuity program and is not sold", found[door])
        self.assertEqual(found["goods"], "accepted")
        # Seen before a cashier takes money for it, and only there
        refused, other = found["becomes"]
        self.assertIn("At the till was for sale at Till when it was opened", refused)
        self.assertEqual((other, found["closed"]), ("accepted", "accepted"))
        # What was settled before is given back, and cannot be settled anew
        self.assertEqual(found["returned"], "accepted")
        self.assertEqual(found["quantities"], [-1.0])
        self.assertEqual(found["of"], [before["ids"][1]])
        self.assertIn("belongs to a continuity program", found["taken again"])

    @contextlib.contextmanager
    def _only_new_bridges(self):
        """The addon with that script alone; others need the tables there were before.

        :return: what Odoo searches addons in
        """
        here = Path(file_path("continuity_program"))
        scripts = {path.name for path in here.glob("migrations/*/*.py")}
        with tempfile.TemporaryDirectory() as folder:
            shutil.copytree(
                here,
                Path(folder) / here.name,
                ignore=shutil.ignore_patterns(*scripts - {"post-new-bridges.py"}),
            )
            yield ",".join([folder, *config["addons_path"]])

    def _run_odoo(self, database, *options):
        """Install or upgrade modules; what is logged as a warning fails the test."""
        command = [
            *(sys.executable, "-m", "odoo", "--config"),
            *(os.environ["CONTINUITY_ODOO_RC"], "--database", database),
            *(*options, "--stop-after-init", "--no-http"),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotRegex(done.stderr, " (WARNING|ERROR|CRITICAL) ")

    def _play(self, database, script, *arguments):
        """Run a script there, and return what it printed last."""
        level = {"CONTINUITY_LOG_LEVEL": "warn"}
        done = testdb.run(database, script, *arguments, timeout=300, **level)
        return json.loads(done.stdout.splitlines()[-1])
