# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""With the web shop and the till installed: neither sells a program.

They are no dependencies: the tests install them in a copy of the database.
"""

import os
import unittest

from odoo.tests import BaseCase, tagged

try:
    from tools import testdb
except ImportError:  # installed without the development environment
    testdb = None

INSTALL = """
env["ir.module.module"].search(
    [("name", "in", ("website_sale", "point_of_sale"))]
).button_immediate_install()
"""

#: Each door by itself; what it says is printed.
TRY = """
from odoo.exceptions import ValidationError
from odoo.fields import Command
goods = env["product.product"].create({"name": "Goods", "type": "consu"})
program = env["continuity.program"].create(
    {"name": "Shop", "code": "SHOP", "order_start": "first", "event_ids": [
        Command.create({"line_ids": [Command.create({"product_id": goods.id})]})
    ]}
)
program.action_open()
plain = {"name": "Series", "type": "service"}
sold = {**plain, "continuity_program_id": program.id}
parent = env["product.template"].create(sold)

def attempt(do):
    try:
        with env.cr.savepoint():
            do()
            env.flush_all()
    except ValidationError as error:
        print(str(error).split("“")[1].split("”")[0])
    else:
        print("accepted")

attempt(lambda: parent.write({"is_published": True}))
attempt(lambda: parent.write({"website_published": True}))
attempt(lambda: parent.website_publish_button())
attempt(lambda: parent.write({"available_in_pos": True}))
for name in ("is_published", "available_in_pos"):
    attempt(lambda: env["product.template"].create({**sold, name: True}))
    shown = env["product.template"].create({**plain, name: True})
    attempt(lambda: shown.write({"continuity_program_id": program.id}))
attempt(lambda: parent.write({"name": "Books"}))
"""


@tagged("post_install", "-at_install", "-standard", "heavy")
@unittest.skipUnless(testdb, "the development environment is not installed")
class TestShops(BaseCase):
    """Until there are bridges, parent products stay out of both."""

    def test_refused_at_every_door(self):
        with testdb.copied() as name:
            testdb.run(name, INSTALL, timeout=600)
            # Processes of their own: the registry that is forked has neither app.
            path = {"PYTHONPATH": os.environ["PYTHONPATH"]}
            done = testdb.run(name, TRY, **path)
        self.assertEqual(
            done.stdout.splitlines(),
            [
                *["Is Published"] * 3,
                "Available in POS",
                *["Is Published"] * 2,
                *["Available in POS"] * 2,
                "accepted",
            ],
        )
