"""The peer, `subscription_oca`: as many subscriptions, and its own scheduled action.

It makes a sales order, confirms and locks it, and posts its invoice for every
subscription (mode *Sale order & Invoice*; it has no mode with an order alone).
"""

from datetime import date, timedelta

from odoo.fields import Command


def build(env, size, due):
    """Fill the peer's database: running subscriptions of one book a month.

    :param int size: subscriptions
    :param int due: how many are due today; the others follow within 27 days
    """
    env.company.account_sale_tax_id = False
    book = env["product.product"].create(
        {
            "name": "Book 1",
            "type": "service",
            "list_price": 21.0,
            "invoice_policy": "order",
            "taxes_id": [Command.clear()],
        }
    )
    template = env["sale.subscription.template"].create(
        {"name": "Monthly", "code": "M", "invoicing_mode": "sale_and_invoice"}
    )
    pricelist = env["product.pricelist"].search([], limit=1) or env[
        "product.pricelist"
    ].create({"name": "List"})
    partners = env["res.partner"].create(
        [{"name": f"Member {number}"} for number in range(size)]
    )
    subscriptions = env["sale.subscription"].create(
        [
            {
                "partner_id": partner.id,
                "template_id": template.id,
                "pricelist_id": pricelist.id,
                "sale_subscription_line_ids": [
                    Command.create({"product_id": book.id, "product_uom_qty": 1})
                ],
            }
            for partner in partners
        ]
    )
    subscriptions.action_start_subscription()
    env.flush_all()
    today = date.today()
    subscriptions[:due].recurring_next_date = today
    for number in range(27):
        later = subscriptions[due + number :: 27]
        later.recurring_next_date = today + timedelta(1 + number)


def prepare(env):
    """Return its scheduled action as a piece of work."""
    today = date.today()
    orders = env["sale.order"]
    before = orders.search_count([])
    if not env["sale.subscription"].search_count(
        [("recurring_next_date", "<=", today)]
    ):
        raise SystemExit("nothing is due in the database of the peer")

    def work():
        env["sale.subscription"].cron_subscription_management()
        return orders.search_count([]) - before

    return work
