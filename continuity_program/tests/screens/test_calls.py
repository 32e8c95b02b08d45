# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
import logging
import os
from pathlib import Path

from odoo.tests import HttpCase, tagged

from ..common import MANAGER, ContinuityCommon

#: What the customer says, and the keys and clicks an agent may need for it: the sale
#: from the search to the message, all others from a customer who is found
BARS = {
    "I want the book club": 25,
    "Where is my parcel?": 0,
    "What comes next?": 0,
    "What do I owe?": 0,
    "Not this one": 3,
    "Later, please": 3,
    "Another product": 3,
    "Stop after the next": 4,
    "Pause until spring": 4,
    "I moved": 5,
    "A new card, by link": 3,
    "A new card, by telephone": 3,
    "I sent it back": 4,
    "I got the wrong one": 4,
    "Cancel everything": 5,
}
#: Where the counts are left for `bench/screens.py`
RESULT = "CONTINUITY_CALLS"
#: The calls that have a series of their own; two of them begin with a parcel that left
SERIES = (
    "Not this one",
    "Later, please",
    "Another product",
    "Stop after the next",
    "Pause until spring",
    "I moved",
    "A new card",
    "I sent it back",
    "I got the wrong one",
    "Cancel everything",
)
OWED = "What do I owe?"
RETURNED = ("I sent it back", "I got the wrong one")


class Collector(logging.Handler):
    """Takes what the tour has counted out of the log of the browser."""

    counts = None

    def emit(self, record):
        """Keep the line of the counts."""
        text = record.getMessage()
        if "CALLS {" in text:
            found = text[text.index("CALLS {") + 6 :]
            self.counts = json.JSONDecoder().raw_decode(found)[0]


@tagged("post_install", "-at_install", "-standard", "heavy")
class TestCalls(ContinuityCommon, HttpCase):
    """The calls of a day on one screen: how many keys and clicks each of them takes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        program = cls._create_program()
        cls._create_parent_product(program, default_code="88000")
        cls.token = cls._create_token()
        cls.env["res.partner"].create(
            {
                "name": "Summer house",
                "parent_id": cls.customer.id,
                "type": "delivery",
                "street": "Beach 1",
            }
        )
        # First, for it is proposed how a customer paid last
        cls.customer.continuity_allow_on_account = True
        order = cls._create_order(cls._create_parent_product(program, OWED))
        order.continuity_order_ids.payment_method = "on_account"
        order.action_confirm()
        cls._deliver(order)
        for name in SERIES:
            product = cls._create_parent_product(program, name)
            order = cls._create_sold_order(product, cls.token)
            if name in RETURNED:
                cls._deliver(order)
        cls._create_user("agent", MANAGER)

    @classmethod
    def _deliver(cls, order):
        cls._execute("create_child_orders", sale_order=order)
        child = order.continuity_order_ids.child_order_ids
        child._create_invoices().action_post()
        if "picking_ids" in child._fields:
            child.picking_ids.move_ids.write({"quantity": 1.0, "picked": True})
            child.picking_ids.button_validate()
        else:
            child.order_line.qty_delivered = 1.0

    def test_calls(self):
        collector = Collector()
        logger = self._logger.getChild("browser")
        self.addCleanup(logger.setLevel, logger.level)
        self.addCleanup(logger.removeHandler, collector)
        logger.setLevel(logging.INFO)
        logger.addHandler(collector)
        self.start_tour(
            "/odoo/action-continuity_program.continuity_customer_service_action",
            "continuity_calls",
            login="agent",
            timeout=240,
        )
        self.assertEqual(set(collector.counts or ()), set(BARS))
        for name, bar in BARS.items():
            with self.subTest(name):
                self.assertLessEqual(collector.counts[name], bar)
        if path := os.environ.get(RESULT):
            rows = [[name, collector.counts[name], bar] for name, bar in BARS.items()]
            Path(path).write_text(json.dumps(rows))
