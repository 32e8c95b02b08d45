# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Scripts of a seller, a gateway and a night that die."""

from ..script_kit import KIT

#: One order per billing mode for a customer with a stored card; not submitted yet.
SET_UP = (
    KIT
    + """
sell_upfront()
take_cards()
goods = create_goods()
halves = env["continuity.payment.schedule"].create(
    {"name": "Halves", "code": "2M", "unit": "months", "number_of_payments": 2}
)
customer = env["res.partner"].create({"name": "Karen Berg"})
card = create_card(customer)
for code in ("SHIPMENT", "UPFRONT", "INSTALMENTS"):
    program = create_program(
        code,
        [send(goods), send(goods, days_from_last=30, action="end")],
        bill_upfront=code != "SHIPMENT",
        payment_schedule_id=halves.id if code == "INSTALMENTS" else False,
    )
    order = quote(customer, create_series(program))
    order.continuity_order_ids._set_payment_token(card)
    if code == "SHIPMENT":
        order.action_confirm()
env.cr.commit()
"""
)
#: A gateway with books of its own, and a worker that dies before or after the request.
GATEWAY = """
import json, os, signal
from pathlib import Path
from odoo.addons.payment_demo.models.payment_transaction import PaymentTransaction

BOOKS, DIES = Path(arguments[0]), arguments[1]
answer = PaymentTransaction._send_payment_request

def send(transaction):
    if DIES == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    books = json.loads(BOOKS.read_text()) if BOOKS.exists() else {}
    entry = books.setdefault(
        transaction.reference, {"charged": transaction.amount, "requests": 0}
    )
    entry["requests"] += 1
    BOOKS.write_text(json.dumps(books))
    if DIES == "after":
        os.kill(os.getpid(), signal.SIGKILL)
    return answer(transaction)

PaymentTransaction._send_payment_request = send
if DIES == "answered":
    rows = type(env["continuity.payment"])
    rows._post_process = lambda self: os.kill(os.getpid(), signal.SIGKILL)
if DIES == "conflict":
    # The first booking meets somebody who writes the same order at the same time
    from odoo.modules.registry import Registry
    rows = type(env["continuity.payment"])
    book, tries = rows._post_process, []

    def post_process(self):
        tries.append(self)
        order = self.continuity_order_id.sale_order_id
        if len(tries) == 1:
            with Registry(self.env.cr.dbname).cursor() as other:
                other.execute(
                    "UPDATE sale_order SET client_order_ref = 'Theirs' WHERE id IN %s",
                    [tuple(order.ids)],
                )
            order.client_order_ref = "Ours"
            self.env.flush_all()
        return book(self)

    rows._post_process = post_process
"""
#: The night: the jobs in their order, with commits.
NIGHT = """
for job in ("process_payments", "create_child_orders"):
    env["continuity.run"].execute(job, commit=True)
"""
