# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the scripts begin with that tests run in processes of their own.

A `TransactionCase` has one connection and never commits. Where two connections, a
commit or a killed worker matter, a test works on a copy of the database: with scripts
that know ``env`` and ``arguments``. A set-up is this text and its own lines below it.
"""

#: Functions that make what is sold, who buys it and how it is paid
KIT = """
from odoo.fields import Command
company = env.company
company.account_sale_tax_id = False

def create_goods(name="Goods", price=30.0):
    return env["product.product"].create(
        {"name": name, "type": "consu", "list_price": price,
         "invoice_policy": "order", "taxes_id": [Command.clear()]}
    )

def send(goods, **values):
    return {"line_ids": [Command.create({"product_id": goods.id})], **values}

def create_program(code, events, **values):
    program = env["continuity.program"].create(
        {
            "name": code, "code": code, "order_start": "first",
            "event_ids": [Command.create(dict(event)) for event in events], **values,
        }
    )
    program.action_open()
    return program

def create_series(program):
    return env["product.product"].create(
        {"name": program.code, "type": "service", "taxes_id": [Command.clear()],
         "continuity_program_id": program.id}
    )

def quote(customers, product):
    return env["sale.order"].create(
        [
            {"partner_id": customer.id,
             "order_line": [Command.create({"product_id": product.id})]}
            for customer in customers
        ]
    )

def create_account(name, code, kind):
    return env["account.account"].create(
        {"name": name, "code": code, "account_type": kind, "reconcile": True}
    )

def sell_upfront():
    company.continuity_prepayment_account_id = create_account(
        "Prepayments", "CPRE01", "liability_current"
    )
    company.continuity_revenue_journal_id = env["account.journal"].create(
        {"name": "Continuity revenue", "code": "CREV", "type": "sale"}
    )

def take_cards():
    provider = env.ref("payment.payment_provider_demo")
    provider.write({"state": "test", "is_published": True})
    env.ref("payment_demo.payment_method_demo").active = True
    provider.journal_id.inbound_payment_method_line_ids.filtered(
        lambda line: line.payment_provider_id == provider
    ).payment_account_id = create_account("Card receipts", "COUT01", "asset_current")

def create_card(customer):
    return env["payment.token"].create(
        {"provider_id": env.ref("payment.payment_provider_demo").id,
         "payment_method_id": env.ref("payment_demo.payment_method_demo").id,
         "partner_id": customer.id, "provider_ref": "card",
         "payment_details": "4242", "demo_simulated_state": "done"}
    )
"""

#: Kills the worker whose number is the first argument, and waits until PostgreSQL has
#: let go of what it held
KILL_WORKER = """
import os, signal, time
os.kill(int(arguments[0]), signal.SIGKILL)
alive = True
while alive:
    time.sleep(0.1)
    env.cr.rollback()
    env.cr.execute(
        "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
        " WHERE l.locktype = 'advisory' AND d.datname = current_database()"
    )
    alive = env.cr.fetchone()[0]
env.cr.rollback()
"""
