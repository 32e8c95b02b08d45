# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Processes that die in the middle of a charge, on copies of the database.

Real commits, real kills, a real server: what Stripe was asked for is in the books of
the gate, whatever became of the process that asked.
"""

import os
import sys
import time
from pathlib import Path

import psutil

import odoo.release
from odoo.tests import BaseCase, tagged

from odoo.addons.continuity_program.tests.script_kit import KIT

from tools import providers, server, testdb
from tools.gate.client import ASKS, Client
from tools.log_rules import unexpected_lines

SECRET = "whsec_gate"
#: One order of two parcels of 30.00 each on a card of Stripe; the first one is due
SET_UP = (
    KIT
    + """
company.continuity_smallest_charge = 0.0
provider = env.ref("payment.payment_provider_stripe")
provider.write(
    {"state": "test", "is_published": True, "stripe_publishable_key": "pk_test_gate",
     "stripe_secret_key": "sk_test_gate", "stripe_webhook_secret": "whsec_gate"}
)
method = env.ref("payment.payment_method_card")
method.active = True
provider.journal_id.inbound_payment_method_line_ids.filtered(
    lambda line: line.payment_provider_id == provider
).payment_account_id = create_account("Card receipts", "COUT01", "asset_current")
sell_upfront()
goods = create_goods()
program = create_program(
    "CLUB", [send(goods), send(goods, days_from_last=30, action="end")]
)
customer = env["res.partner"].create({"name": "Karen Berg"})
card = env["payment.token"].create(
    {"provider_id": provider.id, "payment_method_id": method.id,
     "partner_id": customer.id, "payment_details": "4242",
     "provider_ref": arguments[0], "stripe_payment_method": arguments[1]}
)
order = quote(customer, create_series(program))
order.continuity_order_ids._set_payment_token(card)
order.action_confirm()
env.cr.commit()
"""
)
NIGHT = """
for job in ("process_payments", "create_child_orders"):
    env["continuity.run"].execute(job, commit=True)
"""
#: The answer has come, and nothing of it is committed
DIES = """
import os, signal
transactions = type(env["payment.transaction"])
transactions._set_done = lambda self, **values: os.kill(os.getpid(), signal.SIGKILL)
"""
#: The process that asks about what nobody knows, some minutes later
RESOLVE = """
from datetime import timedelta
from freezegun import freeze_time
from odoo import fields
later = fields.Datetime.now() + timedelta(minutes=int(arguments[0]))
with freeze_time(later):
    env["continuity.run"].execute("resolve_payments", commit=True)
"""
#: The customer presses the button of his stored card, some minutes later
PRESS = """
from datetime import timedelta
from freezegun import freeze_time
from odoo import fields
row = env["continuity.payment"].search([], order="id", limit=1)
with freeze_time(fields.Datetime.now() + timedelta(minutes=int(arguments[0]))):
    tx, page = row._show_to_bank("/after")
    print(tx._continuity_waits() and page)
    env.cr.commit()
"""
#: His card is one whose bank wants to see him
ASK = """
env["payment.token"].search([]).write(
    {"provider_ref": arguments[0], "stripe_payment_method": arguments[1]}
)
env.cr.commit()
"""
#: Odoo's scheduled actions of the night are due now, and no other one
DUE = """
    UPDATE ir_cron SET nextcall = CASE WHEN id IN (
        SELECT res_id FROM ir_model_data
         WHERE model = 'ir.cron' AND name IN (
            'ir_cron_process_payments', 'ir_cron_create_child_orders'))
        THEN now() AT TIME ZONE 'UTC' - interval '1 minute'
        ELSE now() AT TIME ZONE 'UTC' + interval '1 day' END
"""
STATES = "SELECT state, COALESCE(attempts, 0) FROM continuity_payment"
BOOKED = "SELECT count(*) FROM account_payment"


@tagged("post_install", "-at_install")
class TestStripeKilled(BaseCase):
    """Killed anywhere: the card is charged once, and the row is paid in the end."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gate = Client()
        cls.ground = cls.enterClassContext(testdb.copied())
        cls.gate.reset()
        testdb.run(cls.ground, SET_UP, *cls.gate.create_card(), timeout=300)

    def setUp(self):
        super().setUp()
        # The customer of the ground is known there only as long as nothing is reset
        self.before = len(self.gate.get_charges())
        self.seen = len(self.gate.get_seen())
        self.database = self.enterContext(testdb.copied(self.ground))
        # Every copy has keys of its own, as every database has
        testdb.query(
            self.database,
            "UPDATE ir_config_parameter SET value = gen_random_uuid()::text"
            " WHERE key = 'database.uuid'",
        )
        testdb.query(self.database, "DELETE FROM continuity_database")

    # === HELPERS === #

    def _get_cents(self):
        return [cents for _reference, cents in self.gate.get_money()][self.before :]

    def _get_seen(self):
        return self.gate.get_seen()[self.seen :]

    def _wait(self, condition, seconds=60):
        deadline = time.monotonic() + seconds
        while not condition():
            self.assertLess(time.monotonic(), deadline, "it never came to that")
            time.sleep(0.1)

    def _kill(self, script):
        script.kill()
        script.communicate(timeout=60)
        # The server of the database notices a little later
        activity = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s"
        self._wait(
            lambda: testdb.query("postgres", activity, [self.database]) == [(0,)]
        )

    def _check_once(self, requests):
        self.assertEqual(testdb.query(self.database, STATES), [("paid", 0)])
        self.assertEqual(self._get_cents(), [3000])
        self.assertEqual(testdb.query(self.database, BOOKED), [(1,)])
        seen = self._get_seen()
        self.assertEqual(len(seen), requests)
        self.assertEqual(len({one["key"] for one in seen}), 1)

    # === KILLED === #

    def test_c14_between_request_and_answer(self):
        self.gate.trick(hold=4)
        script = testdb.start(self.database, NIGHT)
        self._wait(self._get_cents)
        self._kill(script)
        self.assertEqual(testdb.query(self.database, STATES), [("processing", 0)])
        testdb.run(self.database, NIGHT)
        self._check_once(requests=2)

    def test_c14_asked_again_while_stripe_is_at_it(self):
        """It says that it is being worked on: nobody knows, until it is asked again."""
        self.gate.trick(delay=6)
        script = testdb.start(self.database, NIGHT)
        row = "SELECT count(*) FROM continuity_payment WHERE state = 'processing'"
        self._wait(lambda: testdb.query(self.database, row) == [(1,)])
        time.sleep(1)
        self._kill(script)
        testdb.run(self.database, NIGHT)
        state = testdb.query(self.database, STATES)
        self.assertIn(state, [[("unknown", 0)], [("paid", 0)]])
        self._wait(self._get_cents)
        testdb.run(self.database, RESOLVE, 70)
        self.assertEqual(testdb.query(self.database, STATES), [("paid", 0)])
        self.assertEqual(self._get_cents(), [3000])

    def test_c15_after_the_answer_and_before_the_commit(self):
        script = testdb.start(self.database, DIES + NIGHT)
        script.communicate(timeout=120)
        self.assertEqual(script.returncode, -9)
        self.assertEqual(self._get_cents(), [3000])
        self.assertEqual(testdb.query(self.database, STATES), [("processing", 0)])
        testdb.run(self.database, NIGHT)
        self._check_once(requests=2)

    def test_c26_two_workers_and_one_row(self):
        self.gate.trick(delay=2)
        scripts = [testdb.start(self.database, NIGHT) for _number in range(2)]
        for script in scripts:
            _output, errors = script.communicate(timeout=200)
            self.assertEqual(script.returncode, 0, errors)
        self._check_once(requests=1)

    # === THE CUSTOMER BEFORE HIS BANK === #

    def _ask_for_customer(self):
        testdb.run(self.database, ASK, *self.gate.create_card(ASKS))
        testdb.run(self.database, NIGHT)
        self.assertEqual(testdb.query(self.database, STATES), [("declined", 1)])
        self.seen = len(self.gate.get_seen())

    def _press(self, minutes):
        """Press; the page of the bank."""
        return testdb.run(self.database, PRESS, minutes).stdout.splitlines()[-1]

    def _check_paid_at_bank(self, bank):
        self.gate.visit_bank(bank, "confirm")
        self._press(5)
        self.assertEqual(testdb.query(self.database, STATES), [("paid", 1)])
        self.assertEqual(self._get_cents(), [3000])
        self.assertEqual(testdb.query(self.database, BOOKED), [(1,)])
        self.assertEqual(len({one["key"] for one in self._get_seen()}), 1)

    def test_c06_killed_before_the_page_of_the_bank(self):
        """The request is out: he presses again, and is led to the same payment."""
        self._ask_for_customer()
        self.gate.trick(hold=4)
        script = testdb.start(self.database, PRESS, 0)
        self._wait(self._get_seen)
        self._kill(script)
        self.assertEqual(testdb.query(self.database, STATES), [("processing", 1)])
        self._check_paid_at_bank(self._press(2))

    def test_c06_pressed_twice_at_once(self):
        """One request; who was second is told to wait, or led to the same page."""
        self._ask_for_customer()
        self.gate.trick(delay=2)
        scripts = [testdb.start(self.database, PRESS, 0) for _number in range(2)]
        ended = [script.communicate(timeout=200) for script in scripts]
        pages = {out.splitlines()[-1] for out, _errors in ended if "/bank/" in out}
        self.assertEqual(len(pages), 1, ended)
        for script, (_output, errors) in zip(scripts, ended, strict=True):
            if script.returncode:
                self.assertRegex(errors, "under way already|SerializationFailure")
        self._check_paid_at_bank(*pages)

    # === A REAL SERVER === #

    def _serve(self):
        """Odoo as shops run it: two workers, and one for scheduled actions."""
        runtime = providers.RuntimeGate(
            Path(odoo.release.__file__).parent, Path(sys.executable), dict(os.environ)
        )
        return server.served(
            runtime,
            self.database,
            crons=1,
            workers=2,
            gevent_port=server.free_port(),
        )

    def test_c14_server_with_workers_that_is_killed_at_night(self):
        """Nobody is there: the night is Odoo's own, and so is the next try."""
        testdb.query(self.database, DUE)
        self.gate.trick(hold=9)
        with self._serve() as served:
            self._wait(self._get_cents, 180)
            self._kill_server(served)
        self.assertEqual(testdb.query(self.database, STATES), [("processing", 0)])
        testdb.query(self.database, DUE)
        paid = [("paid", 0)]
        with self._serve():
            self._wait(lambda: testdb.query(self.database, STATES) == paid, 180)
            self._wait(lambda: testdb.query(self.database, BOOKED) == [(1,)])
        self._check_once(requests=2)

    def _kill_server(self, served):
        """As when the machine loses its power: all at once, nothing is ended."""
        family = psutil.Process(served.process.pid)
        for process in (*family.children(recursive=True), family):
            process.kill()
        served.process.wait(30)
        activity = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s"
        self._wait(
            lambda: testdb.query("postgres", activity, [self.database]) == [(0,)]
        )

    def test_c17_message_before_our_commit(self):
        """Stripe tells Odoo's server while the process still waits for its answer."""
        served = self.enterContext(self._serve())
        hook = {
            "kind": "payment_intent.succeeded",
            "url": f"{served.url}/payment/stripe/webhook",
            "secret": SECRET,
        }
        self.gate.trick(notify=hook)
        testdb.run(self.database, NIGHT)
        state = testdb.query(self.database, STATES)
        if state != [("paid", 0)]:
            self.assertEqual(state, [("processing", 0)])
            testdb.run(self.database, NIGHT)
        self.assertEqual(testdb.query(self.database, STATES), [("paid", 0)])
        self.assertEqual(self._get_cents(), [3000])
        self.assertEqual(testdb.query(self.database, BOOKED), [(1,)])
        self.assertEqual(unexpected_lines(served.log.read_text()), [])
