# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A dispute, and the same card before its bank, on a database of its own with Stripe.

Nothing goes out: what Odoo's module asks is written down, and answered here. How it
gets on with a Stripe over HTTP is tried by `./dev providers stripe`.
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

#: Two parcels of 30.00; the first one is paid, and the bank takes it back
LIVE = (
    KIT
    + """
import hashlib, hmac, json, time
company.continuity_smallest_charge = 0.0
provider = env.ref("payment.payment_provider_stripe")
provider.write(
    {"state": "test", "is_published": True, "stripe_publishable_key": "pk_test_1",
     "stripe_secret_key": "sk_test_1", "stripe_webhook_secret": "whsec_1"}
)
method = env.ref("payment.payment_method_card")
method.active = True
provider.journal_id.inbound_payment_method_line_ids.filtered(
    lambda line: line.payment_provider_id == provider
).payment_account_id = create_account("Card receipts", "COUT01", "asset_current")
goods = create_goods()
program = create_program(
    "CLUB", [send(goods), send(goods, days_from_last=30, action="end")]
)
customer = env["res.partner"].create({"name": "Karen Berg"})
card = env["payment.token"].create(
    {"provider_id": provider.id, "payment_method_id": method.id,
     "partner_id": customer.id, "payment_details": "3184",
     "provider_ref": "cus_1", "stripe_payment_method": "pm_1"}
)
asked, answers = [], []

def answer(provider, http_method, endpoint, data=None, **kwargs):
    asked.append([http_method, endpoint, data])
    return answers.pop(0)

type(provider)._send_api_request = answer

def create_intent(key, status, **values):
    return {"id": key, "object": "payment_intent", "status": status, "amount": 3000,
            "currency": company.currency_id.name.lower(), **values}

def tell(kind, secret="whsec_1", event="evt_1", **values):
    shown = {"id": "dp_1", "payment_intent": "pi_1", "amount": 3000, "status": "lost",
             "currency": company.currency_id.name.lower(), "reason": "fraudulent"}
    event = {"id": event, "type": f"charge.dispute.{kind}",
             "data": {"object": {**shown, **values}}}
    body, now = json.dumps(event).encode(), int(time.time())
    text = f"{now}.".encode() + body
    digest = hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()
    env["payment.provider"].with_user(
        env.ref("base.public_user")
    )._continuity_take_card_message(
        "stripe", body, {"Stripe-Signature": f"t={now},v1={digest}"}
    )
    env.flush_all()

order = quote(customer, create_series(program))
agreement = order.continuity_order_ids
agreement._set_payment_token(card)
order.action_confirm()
answers.append(create_intent("pi_1", "succeeded"))
for job in ("process_payments", "create_child_orders"):
    env["continuity.run"].execute(job)
row = agreement.payment_ids.sorted("id")[:1]
told = [row.state]
tell("funds_withdrawn", secret="whsec_2")
told.append(row.state)
for _time in range(2):
    tell("funds_withdrawn")
told += [row.state, agreement.state]
notes = row.message_ids.filtered(lambda note: "Chargeback" in (note.body or ""))
told.append(len(notes))

# His bank has asked for him, and he presses the button
row.decline_kind = "authenticate"
bank = {"type": "redirect_to_url", "redirect_to_url": {"url": "https://bank/1"}}
waits = create_intent("pi_2", "requires_action", next_action=bank)
answers += [waits, waits]
tx, page = row._show_to_bank("/after")
sent = asked[-2][2]
told += [row.state, sent["off_session"], sent["payment_method"], sent["customer"]]
told.append(sent["return_url"].partition("/payment/")[2] == (
    f"stripe/return?reference={tx.reference}"
))
told.append(page)
# Pressed again, Stripe is asked once for the page
answers.append(waits)
before = len(asked)
told += [row._show_to_bank("/after")[1], len(asked) - before]
answers.append(create_intent("pi_2", "succeeded"))
tx._continuity_look_at_bank()
tx._post_process()
told += [row.state, agreement.state, card.active]

# A parcel on account, paid by the link of its invoice: no row is its charge
customer.continuity_allow_on_account = True
order = quote(customer, create_series(program))
agreement = order.continuity_order_ids
agreement.payment_method = "on_account"
order.action_confirm()
env["continuity.run"].execute("create_child_orders")
child = agreement.child_order_ids
child.order_line.qty_delivered = 1
invoice = child._create_invoices()
invoice.action_post()
link = env["payment.transaction"].create(
    {"provider_id": provider.id, "payment_method_id": method.id, "amount": 30,
     "reference": "LINK-1", "provider_reference": "pi_3",
     "operation": "online_direct", "invoice_ids": [Command.set(invoice.ids)],
     "currency_id": invoice.currency_id.id, "partner_id": customer.id}
)
link._set_done()
link._post_process()
env.cr.commit()
told.append(invoice.amount_residual)
for _time in range(2):
    tell("funds_withdrawn", event="evt_2", id="dp_2", payment_intent="pi_3")
told += [link.continuity_charged_back, invoice.amount_residual]
kind = "continuity_program_stripe.mail_activity_dispute"
told.append(len(agreement.activity_search([kind])))
env.cr.commit()
print(json.dumps(told))
"""
)


@tagged("post_install", "-at_install")
@unittest.skipUnless(testdb, "needs the development environment")
class TestStripe(BaseCase):
    """What Stripe tells, and what it is asked."""

    def test_dispute_and_the_same_card(self):
        with testdb.copied() as database:
            command = [
                *(sys.executable, "-m", "odoo", "--config"),
                *(os.environ["CONTINUITY_ODOO_RC"], "--database", database),
                *("--init", "payment_stripe", "--stop-after-init", "--no-http"),
            ]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertNotRegex(done.stderr, " (WARNING|ERROR|CRITICAL) ")
            level = {"CONTINUITY_LOG_LEVEL": "error"}
            done = testdb.run(database, LIVE, timeout=300, **level)
        told = json.loads(done.stdout.splitlines()[-1])
        self.assertEqual(told[:5], ["paid", "paid", "declined", "on_hold", 1])
        self.assertEqual(told[5:9], ["processing", False, "pm_1", "cus_1"])
        self.assertEqual(told[9:11], [True, "https://bank/1"])
        self.assertEqual(told[11:13], ["https://bank/1", 1])
        self.assertEqual(told[13:16], ["paid", "running", True])
        self.assertEqual(told[16:], [0.0, True, 30.0, 0])
