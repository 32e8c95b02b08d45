# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The invoice of a child order is paid at a till, on a database that has one."""

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

#: Two children of 30.00 on account, invoiced, and a till that is open. One invoice is
#: paid as *Cash in*, the other with the entry a till books for an invoice.
PAID = (
    KIT
    + """
import json
take_cards()
goods = create_goods()
customers = env["res.partner"].create(
    [{"name": name, "continuity_allow_on_account": True} for name in ("Karen", "Paul")]
)
orders = quote(customers, create_series(create_program("ONE", [send(goods)])))
orders.continuity_order_ids.write({"payment_method": "on_account"})
for order in orders:
    order.action_confirm()
env["continuity.run"].execute("create_child_orders")
children = orders.continuity_order_ids.child_order_ids
invoices = children._create_invoices()
invoices.action_post()

cash = env["account.journal"].create(
    {"name": "Till", "code": "CTILL", "type": "cash", "company_id": company.id}
)
method = env["pos.payment.method"].create({"name": "Cash", "journal_id": cash.id})
config = env["pos.config"].create(
    {"name": "Till", "payment_method_ids": [Command.set(method.ids)]}
)
config.with_user(env.ref("base.user_admin")).open_ui()
session = config.current_session_id
session.set_opening_control(0, "")

def get_receivable(move):
    return move.line_ids.filtered(
        lambda line: line.account_id.account_type == "asset_receivable"
        and not line.reconciled
    )

def look(child):
    env.cr.flush()
    env.invalidate_all()
    row = child.continuity_order_id.payment_ids
    account = env["continuity.balance"].search([("child_order_id", "=", child.id)])
    return {
        "rows": [[r.amount, r.state, r.is_paid_otherwise, r.cancel_kind] for r in row],
        "received": account.amount_received, "open": account.amount_open,
        "adjusted": account.amount_adjusted, "held": account.amount_held,
        "to_refund": account.amount_to_refund,
        "residual": child.invoice_ids.amount_residual,
    }

before = look(children[0])
# The cashier takes 30.00 and says what for; the accountant matches them
session.try_cash_in_out(
    "in", 30.0, invoices[0].name, customers[0].id,
    {"translatedType": "in", "formattedAmount": "30.00"},
)
line = session.statement_line_ids
_cash, suspense, _other = line._seek_for_lines()
suspense.account_id = get_receivable(invoices[0]).account_id
(suspense | get_receivable(invoices[0])).reconcile()
by_cash_in = look(children[0])

# What a till does with a payment of an invoice: an entry of its own
paid = env["pos.order"].create(
    {
        "session_id": session.id, "partner_id": customers[1].id,
        "amount_total": 30.0, "amount_tax": 0.0, "amount_paid": 0.0,
        "amount_return": 0.0,
        "lines": [Command.create(
            {"product_id": goods.id, "qty": 1, "price_unit": 30.0,
             "price_subtotal": 30.0, "price_subtotal_incl": 30.0}
        )],
    }
)
paid.add_payment(
    {"pos_order_id": paid.id, "amount": 30.0, "payment_method_id": method.id}
)
entry = paid.payment_ids._create_payment_moves()
entry.filtered(lambda move: move.state == "draft").action_post()
credit = get_receivable(entry).filtered("credit")
invoices[1].js_assign_outstanding_line(credit.id)
by_entry = look(children[1])

# The night changes nothing, and asks nobody again
env["continuity.run"].execute("process_payments")
env["continuity.run"].execute("check_balances")
after = [look(child) for child in children]
differs = env["continuity.balance"].search_count([("differs", "=", True)])
print(json.dumps({
    "state": session.state, "before": before, "by_cash_in": by_cash_in,
    "by_entry": by_entry, "after": after, "differs": differs,
    "asked": len(orders.continuity_order_ids.payment_ids.transaction_ids),
}))
"""
)


@tagged("post_install", "-at_install", "-standard", "heavy")
@unittest.skipUnless(testdb, "needs the development environment")
class TestPosInvoice(BaseCase):
    """B10: an invoice may be paid anywhere, and its account knows of it."""

    def test_paid_at_the_till(self):
        """30.00 have come: the row is paid otherwise, and not settled in the books."""
        with testdb.copied() as database:
            command = [
                *(sys.executable, "-m", "odoo", "--config"),
                *(os.environ["CONTINUITY_ODOO_RC"], "--database", database),
                *("--init", "pos_sale", "--stop-after-init", "--no-http"),
            ]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)
            level = {"CONTINUITY_LOG_LEVEL": "warn"}
            done = testdb.run(database, PAID, timeout=300, **level)
        found = json.loads(done.stdout.splitlines()[-1])
        self.assertEqual(found["state"], "opened")
        account = {"received": 0, "open": 30, "adjusted": 0, "held": 0, "to_refund": 0}
        self.assertEqual(
            found["before"],
            {**account, "rows": [[30, "billed", False, False]], "residual": 30},
        )
        paid = {
            **account,
            "received": 30,
            "open": 0,
            "rows": [[30, "paid", True, False]],
            "residual": 0,
        }
        self.assertEqual(found["by_cash_in"], paid)
        self.assertEqual(found["by_entry"], paid)
        self.assertEqual(found["after"], [paid, paid])
        self.assertEqual((found["differs"], found["asked"]), (0, 0))
