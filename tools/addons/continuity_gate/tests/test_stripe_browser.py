# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The customer in a real browser: our page, the page of his bank, and back."""

import os
import sys
import tempfile
from pathlib import Path

import odoo.release
from odoo.tests import BaseCase, tagged

from tools import browser, providers, server, testdb
from tools.gate.client import ASKS, Client
from tools.log_rules import unexpected_lines
from tools.screenshots import Page

from .test_stripe_killed import ASK, BOOKED, NIGHT, SET_UP, STATES

#: Where the mail leads to
LINK = """
order = env["continuity.order"].search([], limit=1)
print(order._get_authenticate_url())
env.cr.commit()
"""


@tagged("post_install", "-at_install")
class TestStripeBrowser(BaseCase):
    """One button, the bank, and the page that says that it is paid."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not browser.find_chromium():
            cls.skipTest(cls, browser.MISSING)

    def test_customer_confirms_at_his_bank(self):
        gate = Client()
        gate.reset()
        database = self.enterContext(testdb.copied())
        testdb.run(database, SET_UP, *gate.create_card(), timeout=600)
        testdb.run(database, ASK, *gate.create_card(ASKS))
        testdb.run(database, NIGHT)
        self.assertEqual(testdb.query(database, STATES), [("declined", 1)])
        link = testdb.run(database, LINK).stdout.splitlines()[-1]
        runtime = providers.RuntimeGate(
            Path(odoo.release.__file__).parent, Path(sys.executable), dict(os.environ)
        )
        served = self.enterContext(server.served(runtime, database))
        folder = self.enterContext(
            tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        )
        page = Page(served.url, folder)
        self.addCleanup(page.close)
        page.open(link)
        page.click(".o_continuity_bank_card button")
        page.click("button[value='confirm']")
        page.see(".o_continuity_authenticated")
        self.assertEqual(testdb.query(database, STATES), [("paid", 1)])
        self.assertEqual(testdb.query(database, BOOKED), [(1,)])
        self.assertEqual([cents for _reference, cents in gate.get_money()], [3000])
        self.assertEqual(unexpected_lines(served.log.read_text()), [])
