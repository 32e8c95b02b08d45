"""What stands in the database of a shop that has worked with Odoo for some time.

Run by `python -m tools.oneshot DATABASE tools/tests/used_database.py [ORDERS]` on a
database that holds none of our addons, only what they depend on. All of it is dated
back, so that a later write is seen. `ORDERS` adds so many orders of three lines.
"""

import datetime

from odoo.fields import Command

env = env  # noqa: F821, PLW0127  -- given by tools/oneshot.py
many = int(arguments[0]) if arguments else 0  # noqa: F821

BACK = datetime.datetime(2020, 1, 15)

env["base.language.install"].create(
    {"lang_ids": [Command.set(env.ref("base.lang_fr").ids)]}
).lang_install()

main = env.company
branch = env["res.company"].create({"name": "Second company"})
env["account.chart.template"].try_loading("generic_coa", branch, install_demo=False)
env.user.company_ids = [Command.link(branch.id)]
env["stock.warehouse"].create(
    {"name": "Second", "code": "WH2", "company_id": branch.id}
)
seller = env["res.users"].create(
    {
        "name": "Sally Seller",
        "login": "sally",
        "group_ids": [Command.link(env.ref("sales_team.group_sale_salesman").id)],
    }
)
customer = env["res.partner"].create(
    {"name": "Karen Berg", "lang": "fr_FR", "email": "karen@example.com"}
)
goods, gone, service = env["product.product"].create(
    [
        {"name": "Goods", "type": "consu", "list_price": 30.0},
        {"name": "Gone", "type": "consu", "list_price": 12.5},
        {"name": "Advice", "type": "service", "list_price": 80.0},
    ]
)


def sell(company=main, products=goods, **values):
    """Make a quotation."""
    return (
        env["sale.order"]
        .with_company(company)
        .create(
            {
                "partner_id": customer.id,
                "company_id": company.id,
                "user_id": seller.id if company == main else env.uid,
                "order_line": [
                    Command.create({"product_id": product.id, "product_uom_qty": 2})
                    for product in products
                ],
                **values,
            }
        )
    )


def deliver(order):
    """Send everything."""
    for picking in order.picking_ids:
        picking.move_ids.quantity = 2
        picking.move_ids.picked = True
        picking.button_validate()


sell()
sell(order_line=[])
sell(products=goods + service, state="sent")
sell(branch).action_confirm()
sell().action_cancel()
dropped = sell(products=goods + gone)
dropped.action_confirm()
dropped._action_cancel()
delivered = sell(products=goods + gone + service)
delivered.action_confirm()
deliver(delivered)
invoice = delivered._create_invoices(final=True)
invoice.action_post()
env["account.move.reversal"].create(
    {"move_ids": [Command.set(invoice.ids)], "journal_id": invoice.journal_id.id}
).refund_moves()
sell(products=service).action_confirm()
gone.product_tmpl_id.active = False
provider = env.ref("payment.payment_provider_demo")
provider.write({"state": "test", "is_published": True})
method = env.ref("payment_demo.payment_method_demo")
method.active = True
token = env["payment.token"].create(
    {
        "provider_id": provider.id,
        "payment_method_id": method.id,
        "partner_id": customer.id,
        "provider_ref": "card",
        "payment_details": "4242",
        "demo_simulated_state": "done",
    }
)
paid = sell()
transaction = env["payment.transaction"].create(
    {
        "provider_id": provider.id,
        "payment_method_id": method.id,
        "token_id": token.id,
        "reference": "S-OLD-1",
        "amount": paid.amount_total,
        "currency_id": paid.currency_id.id,
        "partner_id": customer.id,
        "operation": "offline",
        "sale_order_ids": [Command.set(paid.ids)],
    }
)
transaction._charge_with_token()
env.cr.commit()
for _round in range(many // 500):
    line = [Command.create({"product_id": goods.id}) for _number in range(3)]
    env["sale.order"].create(
        [{"partner_id": customer.id, "order_line": line} for _number in range(500)]
    ).action_confirm()
    env.cr.commit()
    env.invalidate_all()

env.flush_all()
env.cr.execute(
    """SELECT table_name FROM information_schema.columns c
         JOIN pg_class r ON r.oid = to_regclass(quote_ident(c.table_name))
        WHERE column_name = 'write_date' AND c.table_schema = 'public'
          AND r.relkind = 'r'
          AND (table_name ~ '^(sale|account|stock|product|payment|delivery)_'
               OR table_name IN ('res_partner', 'res_users'))"""
)
for (table,) in env.cr.fetchall():
    env.cr.execute(f'UPDATE "{table}" SET write_date = %s', [BACK])
env.cr.commit()
