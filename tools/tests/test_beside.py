"""Our addons beside modules of Odoo that shops of other countries have: each sells."""

import os

import pytest

from odoo.addons.continuity_program.tests.script_kit import KIT

from tools import testdb
from tools.runtime import addons
from tools.tests.installing import install

#: Two parcels of 30.00 and the tax of the country: one paid with each, one up front
SELL = """
company = env.company
company.country_id = env.ref(f"base.{arguments[0]}")
env["account.chart.template"].try_loading(arguments[1], company, install_demo=False)
tax = company.account_sale_tax_id
"""
LIVE = (
    KIT
    + """
company.continuity_invoice_children = "delivered"
sell_upfront()
take_cards()
goods = create_goods()
goods.taxes_id = tax
customer = env["res.partner"].create(
    {"name": "Karen Berg", "country_id": company.country_id.id,
     "email": "karen.berg@example.com", "street": "Main Street 1", "city": "Town",
     "zip": "12345"}
)
card = create_card(customer)
for code in ("SHIPMENT", "UPFRONT"):
    program = create_program(
        code, [send(goods), send(goods, days_from_last=30, action="end")],
        bill_upfront=code == "UPFRONT",
    )
    # One up-front invoice has the same taxes on everything
    series = env["product.product"].create(
        {"name": code, "type": "service", "taxes_id": [Command.set(tax.ids)],
         "continuity_program_id": program.id}
    )
    order = quote(customer, series)
    order.continuity_order_ids._set_payment_token(card)
    order.action_confirm()
for job in ("process_payments", "create_child_orders"):
    run = env["continuity.run"].execute(job)
    assert not run.failed_count, run.line_ids.mapped("message")
for child in env["sale.order"].search([("continuity_parent_id", "!=", False)]):
    assert child.state == "sale", child.state
    for picking in child.picking_ids:
        picking.move_ids.quantity = 1
        picking.move_ids.picked = True
        picking.button_validate()
    (child.invoice_ids or child._create_invoices()).filtered(
        lambda move: move.state == "draft"
    ).action_post()
print(round(tax.amount, 2))
for row in env["continuity.payment"].search([], order="amount"):
    print(row.continuity_order_id.program_id.code, row.state, f"{row.amount:.2f}")
moves = env["account.move"].search([("move_type", "=", "out_invoice")])
print(set(moves.mapped("state")), len(moves))
env.cr.commit()
"""
)


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("country", "chart", "tax", "one", "both"),
    [
        ("se", "se", "25.0", "37.50", "75.00"),
        ("fr", "fr", "20.0", "36.00", "72.00"),
        ("de", "de_skr03", "19.0", "35.70", "71.40"),
        ("it", "it", "22.0", "36.60", "73.20"),
        ("nl", "nl", "21.0", "36.30", "72.60"),
        # No chart of its own: the tax of the generic one
        ("us", "generic_coa", "15.0", "34.50", "69.00"),
    ],
)
def test_country(country, chart, tax, one, both):
    """The chart, the taxes and the invoices of a country."""
    template = os.environ.get("CONTINUITY_TEMPLATE_DB")
    if not template:
        pytest.skip("CONTINUITY_TEMPLATE_DB is not set: use ./dev test")
    with testdb.copied(template) as name:
        install(name, f"l10n_{country}", *addons())
        # Any variable: a process of its own, which loads what is installed there
        level = {"CONTINUITY_LOG_LEVEL": "warn"}
        done = testdb.run(name, SELL + LIVE, country, chart, timeout=300, **level)
        assert done.stdout.splitlines() == [
            tax,
            f"SHIPMENT paid {one}",
            f"UPFRONT paid {both}",
            "{'posted'} 3",
        ]
