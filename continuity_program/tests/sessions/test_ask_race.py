# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A customer pays on a page while the night or a seller asks his card: one of the two.

With real connections, and in both orders: who comes second sees what the first has done
although he began before that.
"""

import unittest

from odoo.tests import BaseCase, tagged

from ..script_kit import KIT

try:
    from tools import testdb
except ImportError:  # installed without the development environment
    testdb = None

#: A child of 30.00 whose card was declined, and a quotation of 60.00 up front with
#: goods of 50.00, of which 100.00 were paid on a page and are not booked
SET_UP = (
    KIT
    + """
sell_upfront()
take_cards()
goods = create_goods()
customer = env["res.partner"].create({"name": "Karen Berg"})
card = create_card(customer)
card.demo_simulated_state = "error"
order = quote(customer, create_series(create_program("ONE", [send(goods)])))
order.continuity_order_ids._set_payment_token(card)
order.action_confirm()
env["continuity.run"].execute("create_child_orders")
card.demo_simulated_state = "done"
assert order.continuity_order_ids.payment_ids.state == "declined"

program = create_program(
    "UPFRONT",
    [send(goods), send(goods, days_from_last=30, action="end")],
    bill_upfront=True,
)
quotation = quote(customer, create_series(program))
quotation.order_line = [
    Command.create({"product_id": create_goods("Bookmark", 50.0).id})
]
quotation.continuity_order_ids._set_payment_token(card)
quotation.state = "sent"
tx = env["payment.transaction"].create(
    {
        "provider_id": card.provider_id.id,
        "payment_method_id": card.payment_method_id.id,
        "reference": quotation.name,
        "amount": 100.0,
        "currency_id": quotation.currency_id.id,
        "partner_id": customer.id,
        "operation": "online_direct",
        "sale_order_ids": [Command.set(quotation.ids)],
    }
)
tx._set_done()
env.cr.commit()
"""
)

#: Two connections, and what the second one does while the first one is not ready
KIT_OF_TWO = """
import threading
from psycopg2 import errors
from odoo.exceptions import ValidationError

first, second = env.registry.cursor(), env.registry.cursor()

def get_row(cursor):
    return env(cr=cursor)["continuity.payment"].search([("state", "=", "declined")])

def begin_page(cursor):
    \"\"\"What a page does when the customer presses *Pay*.\"\"\"
    mine = env(cr=cursor)
    child = mine["sale.order"].search([("continuity_parent_id", "!=", False)])
    mine["continuity.billing"]._check_page(child, mine["account.move"], 30.0)
    card = child.continuity_order_id.payment_token_id
    return mine["payment.transaction"].create(
        {
            "provider_id": card.provider_id.id,
            "payment_method_id": card.payment_method_id.id,
            "reference": child.name,
            "amount": 30.0,
            "currency_id": child.currency_id.id,
            "partner_id": child.partner_id.id,
            "operation": "online_direct",
            "sale_order_ids": [(6, 0, child.ids)],
        }
    )

def wait_in_thread(call):
    \"\"\"Let the second one wait for a lock of the first, who then commits.\"\"\"
    found = []

    def work():
        try:
            call()
            found.append("nothing happened")
        except errors.SerializationFailure:
            found.append("begins again")

    thread = threading.Thread(target=work)
    thread.start()
    waiting = 0
    while not waiting and thread.is_alive():
        env.cr.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        waiting = env.cr.fetchone()[0]
        env.cr.rollback()
    first.commit()
    thread.join()
    second.rollback()
    return found[0]
"""

#: The page is first: the night leaves the order, then the row
PAGE_FIRST = (
    KIT_OF_TWO
    + """
row = get_row(second)
day = row.next_attempt_date
tx = begin_page(first)
run = env["continuity.run"].execute("process_payments", date=day, commit=True)
print(run.held_count, len(run.line_ids))
left_out = {}
print(len(row._claim(day, left_out=left_out)), left_out[row])
first.commit()
try:
    row._claim(day)
    print("claimed")
except errors.SerializationFailure:
    print("begins again")
second.rollback()
run = env["continuity.run"].execute("process_payments", date=day, commit=True)
print(run.line_ids.reason)
"""
)

#: The night is first: the page says that it is charged
NIGHT_FIRST = (
    KIT_OF_TWO
    + """
row = get_row(first)
get_row(second).mapped("state")
print(len(row._claim(row.next_attempt_date)))
print(wait_in_thread(lambda: begin_page(second)))
try:
    begin_page(second)
    print("taken")
except ValidationError as error:
    print(error)
second.rollback()
"""
)

#: Somebody decides about the order while its provider is asked: the answer is kept
MEANWHILE = (
    KIT_OF_TWO
    + """
from odoo.addons.payment_demo.models.payment_transaction import PaymentTransaction
answer = PaymentTransaction._send_payment_request
asked = []

def send(tx):
    asked.append(tx.reference)
    orders = env(cr=first)["continuity.order"].search([])
    orders.env["continuity.billing"]._lock(orders)
    first.commit()
    return answer(tx)

PaymentTransaction._send_payment_request = send
row = get_row(second)
day = row.next_attempt_date
second.rollback()
run = env["continuity.run"].execute("process_payments", date=day, commit=True)
print(run.line_ids.reason, len(asked))
print(row.state, row.transaction_ids.sorted("id")[-1].state)
"""
)

#: A second customer whose card was declined; while the provider is asked about the
#: first order somebody takes it and does not let go
HELD = (
    KIT
    + KIT_OF_TWO
    + """
from odoo.addons.payment_demo.models.payment_transaction import PaymentTransaction
from odoo.service.model import retrying
customer = env["res.partner"].create({"name": "Jens Holm"})
card = create_card(customer)
card.demo_simulated_state = "error"
order = quote(customer, create_series(create_program("TWO", [send(create_goods())])))
order.continuity_order_ids._set_payment_token(card)
order.action_confirm()
env["continuity.run"].execute("create_child_orders")
card.demo_simulated_state = "done"
rows = env["continuity.payment"].search([("state", "=", "declined")], order="id")
assert len(rows) == 2
day = max(rows.mapped("next_attempt_date"))
env.cr.commit()
answer = PaymentTransaction._send_payment_request
asked = []

def send_held(tx):
    if not asked:
        held = env(cr=first)["continuity.order"].browse(rows[0].continuity_order_id.id)
        held.env["continuity.billing"]._lock(held)
    asked.append(tx.reference)
    return answer(tx)

PaymentTransaction._send_payment_request = send_held

def get_received():
    scopes = [("child", row.child_order_id.id) for row in rows]
    balances = env["continuity.balance"]._find_stored(scopes)
    return [balances[scope].amount_received for scope in scopes]
"""
)
#: The night goes on to the second one
HELD_NIGHT = (
    HELD
    + """
run = env["continuity.run"].execute("process_payments", date=day, commit=True)
print(run.line_ids.sorted("id").mapped("reason"), run.failed_count, len(asked))
print(rows.mapped("state"), get_received())
first.rollback()
env["continuity.billing"]._settle_touched(is_last=True)
env.cr.commit()
print(get_received())
"""
)
#: A person presses the button, and the card is declined again
HELD_BUTTON = (
    HELD
    + """
rows[0].continuity_order_id.payment_token_id.demo_simulated_state = "error"
env.cr.commit()
action = retrying(rows[0].action_charge_now, env)
print(action["params"]["message"])
print(rows[0].state, rows[0].attempts, len(asked))
"""
)
#: Who holds it lets go when all is committed; then the night asks the other one
HELD_A_WHILE = (
    HELD
    + """
def hold(row):
    held = env(cr=first)["continuity.order"].browse(row.continuity_order_id.id)
    held.env["continuity.billing"]._lock(held)
    threading.Timer(1.5, first.rollback).start()

def send_holding(tx):
    asked.append(tx.reference)
    hold(rows[len(asked) - 1])
    return answer(tx)

PaymentTransaction._send_payment_request = send_holding
retrying(rows[0].action_charge_now, env)
env.cr.commit()
print(rows[0].state, len(asked), get_received()[0])
run = env["continuity.run"].execute("process_payments", date=day, commit=True)
env.cr.rollback()
print(run.line_ids.reason, run.failed_count, len(asked), get_received()[1])
"""
)
#: What a call of the provider does besides; the card declines
ASKING = (
    KIT
    + KIT_OF_TWO
    + """
from odoo.addons.continuity_program.models.settlement.continuity_billing_settle import (
    SomebodyElseDecides,
)
from odoo.addons.payment_demo.models.payment_transaction import PaymentTransaction
from odoo.service.model import retrying
row = env["continuity.payment"].search([("state", "=", "declined")])
order = row.continuity_order_id
order.payment_token_id.demo_simulated_state = "error"
env.cr.commit()
answer = PaymentTransaction._send_payment_request
asked = []

def ask(tx):
    asked.append(tx.reference)
    answer(tx)
    meanwhile()

PaymentTransaction._send_payment_request = ask
"""
)
#: Odoo begins the button again after the answer: somebody else was faster
BUTTON_AGAIN = (
    ASKING
    + """
meanwhile = int
tries = []

def press():
    action = row.action_charge_now()
    tries.append(action["params"]["message"])
    if len(tries) in (1, 2):
        raise SomebodyElseDecides

retrying(press, env)
env.cr.commit()
print(len(tries), set(tries), len(asked), row.state, row.attempts)
press()
print(tries[-1], len(asked), row.attempts)
order.payment_token_id.demo_simulated_state = "done"
env.cr.commit()
press()
print(tries[-1], len(asked), row.state)
"""
)
#: The seller submits by the recap, the card for the ordinary goods is declined, and
#: Odoo begins that again
RECAP_AGAIN = (
    ASKING
    + """
meanwhile = int
tries = []
customer = order.partner_id
program = create_program("UP2", [send(create_goods())], bill_upfront=True)
sale = quote(customer, create_series(program))
sale.order_line = [Command.create({"product_id": create_goods("Lamp", 50.0).id})]
sale.continuity_order_ids._set_payment_token(create_card(customer))
sale.write(
    {
        "continuity_ordinary_method": "card",
        "continuity_ordinary_token_id": order.payment_token_id.id,
    }
)
recap = env["continuity.recap"].create({"sale_order_id": sale.id, "is_read": True})
env.cr.commit()

def press():
    recap.action_submit()
    tries.append(recap.result)
    if len(tries) == 1:
        raise SomebodyElseDecides

retrying(press, env)
env.cr.commit()
print(tries, sale.state, sale.continuity_order_ids.payment_ids.state)
print(len(asked), sale.transaction_ids.mapped("state"))
"""
)
#: While the bank thinks somebody posts an invoice of the order; then it is put on hold
HOLD_MEANWHILE = (
    ASKING
    + """
env.company.continuity_retry_limit = 0
env.cr.commit()

def meanwhile():
    get_order(first).env["continuity.billing"]._lock(get_order(first))
    first.commit()

def get_order(cursor):
    return env(cr=cursor)["continuity.order"].browse(order.id)

day = row.next_attempt_date
second.rollback()
run = env["continuity.run"].execute("process_payments", date=day, commit=True)
print(run.line_ids.mapped("reason"), run.failed_count, len(asked))
print(row.state, row.attempts, order.state)
"""
)

#: While the bank thinks Odoo's own action looks after all transactions of late
CRON_MEANWHILE = (
    ASKING
    + """
def meanwhile():
    theirs = env(cr=first)["payment.transaction"]
    theirs._cron_post_process()
    first.commit()
    print(theirs.search([], order="id desc", limit=1).state)

day = row.next_attempt_date
second.rollback()
run = env["continuity.run"].execute("process_payments", date=day, commit=True)
print(run.line_ids.mapped("reason"), run.failed_count, len(asked))
print(row.state, row.attempts)
"""
)

#: Somebody is faster after the answer, when it is booked: the run lists it all the same
OVERTAKEN = (
    ASKING
    + """
meanwhile = int
payments = type(env["continuity.payment"])
book = payments._post_process
tries = []

def post_process(self):
    tries.append(self.ids)
    if len(tries) == 1:
        raise SomebodyElseDecides
    return book(self)

payments._post_process = post_process
order.payment_token_id.demo_simulated_state = "done"
env.cr.commit()
day = row.next_attempt_date
second.rollback()
run = env["continuity.run"].execute("process_payments", date=day, commit=True)
print(run.line_ids.sorted("id").mapped("reason"), run.failed_count, len(asked))
print(row.state, row.transaction_id.is_post_processed)
"""
)

#: … and so do the other processes that ask: each answer is taken and listed once
OVERTAKEN_ELSEWHERE = (
    ASKING
    + """
import requests
meanwhile = int
payments = type(env["continuity.payment"])
runs = env["continuity.run"]

def overtake(name, model=payments):
    def fail(self, *args, **kwargs):
        delattr(model, name)
        raise SomebodyElseDecides

    setattr(model, name, fail)

def sell(name, state="done"):
    customer = env["res.partner"].create({"name": name})
    card = create_card(customer)
    card.demo_simulated_state = state
    goods = create_goods()
    goods.invoice_policy = "delivery"
    order = quote(customer, create_series(create_program(name, [send(goods)])))
    order.continuity_order_ids._set_payment_token(card)
    order.action_confirm()
    env.cr.commit()
    return order.continuity_order_ids

def do(job, overtaken, **values):
    asked.clear()
    if overtaken:
        overtake(overtaken)
    run = runs.execute(job, commit=True, **values)
    env.invalidate_all()
    return run

def tell(run, payment):
    lines = run.line_ids.filtered(lambda line: line.payment_id == payment)
    mine = payment.transaction_ids | payment.transaction_ids.child_transaction_ids
    times = sum(asked.count(reference) for reference in mine.mapped("reference"))
    print(payment.state, lines.mapped("reason"), run.failed_count, times)

# A child order that is charged is confirmed by the same run
paid = sell("PAID")
run = do("create_child_orders", "_take_answer")
print(paid.child_order_ids.state, paid.payment_ids.state, run.failed_count, len(asked))
# One that is declined says why it waits
refused = sell("REFUSED", "error")
tell(do("create_child_orders", "_post_process"), refused.payment_ids)

# A worker has died after the claim
day = row.next_attempt_date
order.payment_token_id.demo_simulated_state = "done"
row._claim(day)
env.cr.commit()
tell(do("process_payments", "_post_process", date=day), row)

# The provider has not answered, and is asked again
lost = sell("LOST")
def ask_in_vain(tx):
    asked.append(tx.reference)
    raise requests.exceptions.ReadTimeout
PaymentTransaction._send_payment_request = ask_in_vain
do("create_child_orders", None)
PaymentTransaction._send_payment_request = ask
env.cr.execute(
    "UPDATE continuity_payment SET requested_at = requested_at - interval '10 minutes'"
    " WHERE id = %s", lost.payment_ids.ids
)
env.cr.commit()
print(lost.payment_ids.state)
tell(do("resolve_payments", "_post_process"), lost.payment_ids)

# A capture: somebody decides while the provider is asked, and once more afterwards
env.ref("payment.payment_provider_demo").capture_manually = True
held = sell("HELD")
do("create_child_orders", None)
child = held.child_order_ids
print(held.payment_ids.state)
child.order_line.qty_delivered = 1
child._create_invoices().action_post()
env.cr.commit()
capture = PaymentTransaction._send_capture_request

def send_capture(tx):
    asked.append(tx.reference)
    theirs = env(cr=first)["continuity.order"].browse(held.id)
    theirs.env["continuity.billing"]._lock(theirs)
    first.commit()
    capture(tx)

PaymentTransaction._send_capture_request = send_capture
overtake("_post_process", type(env["payment.transaction"]))
tell(do("process_payments", None), held.payment_ids)
captured = held.payment_ids.transaction_id.child_transaction_ids
print(captured.mapped("state"), captured.is_post_processed)
"""
)

#: The seller submits, Odoo books the payment at the same moment
SUBMIT_FIRST = (
    KIT_OF_TWO
    + """
def get_order(cursor):
    return env(cr=cursor)["sale.order"].search([("state", "=", "sent")])

order, same = get_order(first), get_order(second)
tx = same.transaction_ids
print(tx.state)
"""
)
SELLER_FIRST = (
    SUBMIT_FIRST
    + """
order.action_confirm()
print(wait_in_thread(tx._post_process))
tx._post_process()
second.commit()
"""
)
CRON_FIRST = (
    SUBMIT_FIRST
    + """
order.transaction_ids._post_process()
print(wait_in_thread(same.action_confirm))
same.action_confirm()
second.commit()
"""
)

#: What is there in the end
END = """
SELECT (SELECT string_agg(t.state || ' ' || t.amount, ', ' ORDER BY t.id)
          FROM payment_transaction t
         WHERE t.id IN (SELECT transaction_id FROM continuity_payment_share)
           AND t.state = 'done'),
       (SELECT string_agg(s.kind || ' ' || s.amount, ', ' ORDER BY s.id)
          FROM continuity_payment_share s
          JOIN payment_transaction t ON t.id = s.transaction_id
         WHERE t.state = 'done'),
       (SELECT count(*) FROM account_payment),
       (SELECT string_agg(o.state, ', ' ORDER BY o.id) FROM sale_order o
         WHERE o.continuity_parent_id IS NULL)
"""

#: Many invoices are posted by hand, and a process comes by
POST_MANY = (
    KIT
    + KIT_OF_TWO
    + """
from odoo.addons.account.models.account_move import AccountMove
from odoo.service.model import retrying
customers = env["res.partner"].create([{"name": "Jens Holm"}, {"name": "Mia Lund"}])
sold = quote(customers, create_series(create_program("TWO", [send(create_goods())])))
for order in sold:
    order.continuity_order_ids._set_payment_token(create_card(order.partner_id))
    order.action_confirm()
env["continuity.run"].execute("create_child_orders")
orders = sold.continuity_order_ids
invoices = orders.child_order_ids._create_invoices()
env.cr.commit()
post = AccountMove._post
left = []

def lock_beside():
    mine = env(cr=first)["continuity.order"].browse(orders.ids)
    return len(mine.env["continuity.billing"]._lock(mine))

def post_slowly(moves, soft=True):
    left.append(lock_beside())
    first.rollback()
    return post(moves, soft)

AccountMove._post = post_slowly
# What is decided since the transaction has begun
invoices.mapped("state")
print(lock_beside())
first.commit()
retrying(invoices.action_post, env)
env.cr.commit()
print(len(invoices), set(invoices.mapped("state")), left)
print(orders.balance_ids.mapped("differs"))
"""
)


@tagged("post_install", "-at_install")
@unittest.skipUnless(testdb, "needs the development environment")
class TestAskRace(BaseCase):
    """Two at the same moment, with real connections."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sold = cls.enterClassContext(testdb.copied())
        testdb.run(cls.sold, SET_UP, timeout=300)

    def _run(self, script):
        """Run a script; return what it has said, and what is there in the end."""
        with testdb.copied(self.sold) as database:
            said = testdb.run(database, script, timeout=300).stdout.splitlines()
            [end] = testdb.query(database, END)
        return said, end

    def test_many_are_posted(self):
        """A process leaves them alone meanwhile; what was decided before is found by
        Odoo's own repetition."""
        said, _end = self._run(POST_MANY)
        self.assertEqual(said, ["2", "2 {'posted'} [0]", "[False, False]"])

    def test_page_first(self):
        said, end = self._run(PAGE_FIRST)
        self.assertEqual(
            said,
            ["1 0", "0 working", "begins again", "customer_is_paying"],
        )
        self.assertEqual(end[2], 0)

    def test_night_first(self):
        said, _end = self._run(NIGHT_FIRST)
        self.assertEqual(said[:2], ["1", "begins again"])
        self.assertIn("under way already", said[2])

    def test_somebody_decides_meanwhile(self):
        said, _end = self._run(MEANWHILE)
        self.assertEqual(said, ["paid 1", "paid done"])

    def test_held_by_somebody_while_charged(self):
        """Its account is made when he lets go; the next one is charged all the same."""
        said, _end = self._run(HELD_NIGHT)
        self.assertEqual(
            said,
            [
                "['paid', 'paid'] 0 2",
                "['paid', 'paid'] [0.0, 30.0]",
                "[30.0, 30.0]",
            ],
        )

    def test_held_for_a_while(self):
        """What is committed without its account gets it when he lets go, at once."""
        said, _end = self._run(HELD_A_WHILE)
        self.assertEqual(said, ["paid 1 30.0", "paid 0 2 30.0"])

    def test_held_by_somebody_while_asked_by_hand(self):
        """A button that has committed an answer is not begun again."""
        said, _end = self._run(HELD_BUTTON)
        self.assertEqual(
            said, ["Not charged: see the state of the payment.", "declined 2 1"]
        )

    def test_begun_again(self):
        """Odoo begins a button again: what has an answer is not asked once more.

        A person who presses it anew wants it.
        """
        said, _end = self._run(BUTTON_AGAIN)
        self.assertEqual(
            said,
            [
                "3 {'Not charged: see the state of the payment.'} 1 declined 2",
                "Not charged: see the state of the payment. 2 3",
                "Charged. 3 paid",
            ],
        )

    def test_submit_begun_again(self):
        """The recap shows the decline it has got, and asks no second time."""
        said, _end = self._run(RECAP_AGAIN)
        self.assertEqual(said, ["['declined', 'declined'] draft paid", "2 ['error']"])

    def test_put_on_hold_meanwhile(self):
        """The order is written by somebody else while its card is declined."""
        said, _end = self._run(HOLD_MEANWHILE)
        self.assertEqual(said, ["['declined'] 0 1", "declined 2 on_hold"])

    def test_odoo_looks_after_transactions_meanwhile(self):
        """It leaves the one that is asked alone: its answer is written."""
        said, _end = self._run(CRON_MEANWHILE)
        self.assertEqual(said, ["draft", "['declined'] 0 1", "declined 2"])

    def test_overtaken_after_the_answer(self):
        """What was asked stands in the run once, and is booked."""
        said, _end = self._run(OVERTAKEN)
        self.assertEqual(said, ["['paid'] 0 1", "paid True"])

    def test_overtaken_elsewhere(self):
        """Whatever process has asked: the answer is taken, and listed once."""
        said, _end = self._run(OVERTAKEN_ELSEWHERE)
        self.assertEqual(
            said,
            [
                "sale paid 0 1",
                "declined ['declined'] 0 1",
                "paid ['paid'] 0 1",
                "unknown",
                "paid ['paid'] 0 1",
                "authorized",
                "paid ['captured'] 0 1",
                "['done'] True",
            ],
        )

    def _check_submitted(self, script):
        said, (charged, shares, payments, states) = self._run(script)
        self.assertEqual(said, ["done", "begins again"])
        self.assertEqual(charged, "done 100.00, done 10.00")
        self.assertEqual(
            sorted(shares.split(", ")),
            ["ordinary 50.00", "upfront 10.00", "upfront 50.00"],
        )
        self.assertEqual((payments, states), (2, "sale, sale"))

    def test_seller_first(self):
        """He submits; Odoo's own booking begins again and finds it done."""
        self._check_submitted(SELLER_FIRST)

    def test_cron_first(self):
        """Odoo books; Submit begins again, and asks the rest."""
        self._check_submitted(CRON_FIRST)
