# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A database that has work for every process, and what of it is business."""

from ..script_kit import KIT

#: Orders of each kind, 31 days old: the first parcel has left, more is due since
SET_UP = (
    KIT
    + """
from datetime import date, datetime, timedelta
from unittest.mock import patch

import requests
from freezegun import freeze_time
from odoo import fields
from odoo.addons.payment_demo.models.payment_transaction import PaymentTransaction

today = date.fromisoformat(arguments[0])
noon = datetime(today.year, today.month, today.day, 12)
company.continuity_invoice_children = "delivered"
company.continuity_repeat_threshold = 2
sell_upfront()
take_cards()
goods = create_goods()
other = create_goods("Other", 22.0)
halves = env["continuity.payment.schedule"].create(
    {"name": "Monthly", "code": "3M", "unit": "months", "number_of_payments": 3}
)
three = [
    send(goods), send(goods, days_from_last=30),
    send(goods, days_from_last=30, action="end"),
]
one = [send(goods, action="end")]
endless = [send(goods, days_from_last=30, repeat_count=-1)]
dated = [
    send(goods, start_order_date=today - timedelta(days=days)) for days in (60, 5)
]
instalments = {"bill_upfront": True, "payment_schedule_id": halves.id}
PROGRAMS = {
    "SHIPMENT": (three, {}),
    "CHANGED": (three, {}),
    "UPFRONT": (three, {"bill_upfront": True}),
    "INSTALMENTS": (three, instalments),
    "LATER": (three, {"payment_schedule_id": halves.id}),
    "LAST": (one, {"bill_upfront": True}),
    "UNKNOWN": (one, instalments),
    "ENDLESS": (endless, {}),
}

def sell(program, count):
    product = create_series(program)
    for number in range(1, 1 + count):
        customer = env["res.partner"].create(
            {"name": f"{program.code} {number}", "email": "customer@example.com"}
        )
        order = quote(customer, product)
        order.continuity_order_ids._set_payment_token(create_card(customer))
        order.action_confirm()

def execute(job, **inputs):
    run = env["continuity.run"].execute(job, **inputs)
    assert not run.failed_count, run.line_ids.mapped("message")

def lose(transaction):
    with patch("requests.request", side_effect=requests.exceptions.ReadTimeout):
        transaction._send_api_request("POST", "charge", json={})

with freeze_time(noon - timedelta(days=31)):
    programs = {
        code: create_program(code, events, **values)
        for code, (events, values) in PROGRAMS.items()
    }
    for program in programs.values():
        sell(program, 2 if program.code in ("SHIPMENT", "UNKNOWN") else 1)
    for code, program in programs.items():
        if code != "UNKNOWN":
            execute("process_payments", program=program)
            execute("create_child_orders", program=program)
    children = env["sale.order"].search([("continuity_parent_id", "!=", False)])
    if "picking_ids" in children._fields:
        for move in children.picking_ids.move_ids:
            move.quantity = move.product_uom_qty
            move.picked = True
        children.picking_ids.with_context(skip_backorder=True).button_validate()
    env.flush_all()
# Not so long ago that the provider has forgotten the request, at whatever hour
with (
    freeze_time(fields.Datetime.now() - timedelta(hours=1)),
    patch.object(PaymentTransaction, "_send_payment_request", lose),
):
    execute("process_payments", program=programs["UNKNOWN"], date=today)
    env.flush_all()
# Calendars whose second event has come since they were looked at
with freeze_time(noon - timedelta(days=31)):
    for number in "12":
        create_program(f"CALENDAR{number}", dated, order_start="current")
    execute("update_current_event")
    env.flush_all()
programs["CHANGED"].event_ids[1].product_id = other
programs["CHANGED"]._release_update()
company.continuity_repeat_threshold = 4
env.cr.commit()
"""
)

PARTNER = "(SELECT p.name FROM res_partner p WHERE p.id = t.partner_id)"
BUYER = """(SELECT p.name FROM continuity_order c
             JOIN sale_order o ON o.id = c.sale_order_id
             JOIN res_partner p ON p.id = o.partner_id
            WHERE c.id = t.%s)"""
#: What is business, and whose each record is: every customer has one order
OWNERS = {
    "continuity_program": "t.code",
    "continuity_order": BUYER % "id",
    "continuity_shipment": BUYER % "continuity_order_id",
    "continuity_shipment_line": """(
        SELECT p.name FROM continuity_shipment s
          JOIN continuity_order c ON c.id = s.continuity_order_id
          JOIN sale_order o ON o.id = c.sale_order_id
          JOIN res_partner p ON p.id = o.partner_id
         WHERE s.id = t.shipment_id)""",
    "continuity_payment": BUYER % "continuity_order_id",
    "sale_order": PARTNER,
    "sale_order_line": PARTNER.replace("t.partner_id", "t.order_partner_id"),
    "payment_transaction": PARTNER,
    "account_payment": PARTNER,
    "account_move": PARTNER,
    "account_move_line": """concat_ws(' ',
        (SELECT a.name->>'en_US' FROM account_account a WHERE a.id = t.account_id),
        (SELECT p.name FROM res_partner p WHERE p.id = t.partner_id))""",
    "stock_picking": PARTNER,
    "stock_move": PARTNER,
    "mail_activity": "t.res_model",
    "mail_mail": "t.email_to",
    "mail_message": "t.model",
}
#: Where only some rows are business. Notes of the system tell the way, not the end: who
#: confirms an order after a crash leaves other ones.
#: … and that a process broke off is told where one did
TOLD = "COALESCE(t.%s, '') NOT LIKE '%%See why the process broke off%%'"
SOME = {
    "mail_mail": TOLD % "body_html",
    "mail_message": f"t.message_type != 'notification' AND {TOLD % 'body'}",
}
