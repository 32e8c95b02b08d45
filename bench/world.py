"""The company that is measured: programs, goods, and one hundred members by the ORM."""

from datetime import date

from odoo.fields import Command

#: Members the ORM makes; all others are copies of them (see `clone.py`)
SEED = 100


def build(env, size, due):
    """Fill a fresh database.

    :param int size: continuity orders in the database, a multiple of `SEED`
    :param int due: how many of them have a shipment due today
    """
    from bench import clone

    setup_company(env)
    goods = make_goods(env)
    products = make_programs(env, goods)
    sell(env, products, SEED)
    clone.multiply(env, size // SEED - 1, due // SEED - 1)


def setup_company(env):
    """Accounts, journal, card provider and limits, as a seller would set them."""
    # It was made as a copy, and is meant to charge.
    env["continuity.database"]._store_current()
    company = env.company
    company.account_sale_tax_id = False
    prepayment, outstanding = env["account.account"].create(
        [
            {
                "name": name,
                "code": code,
                "account_type": kind,
                "reconcile": True,
                "company_ids": [Command.set(company.ids)],
            }
            for name, code, kind in (
                ("Customer prepayments", "CPRE01", "liability_current"),
                ("Outstanding card receipts", "COUT01", "asset_current"),
            )
        ]
    )
    journal = env["account.journal"].create(
        {"name": "Continuity revenue", "code": "CREV", "type": "sale"}
    )
    company.write(
        {
            "continuity_prepayment_account_id": prepayment.id,
            "continuity_revenue_journal_id": journal.id,
            "continuity_max_child_orders": 0,
        }
    )
    switch_mails(env, on=False)
    provider = env.ref("payment.payment_provider_demo")
    provider.write({"state": "test", "is_published": True})
    env.ref("payment_demo.payment_method_demo").active = True
    provider.journal_id.inbound_payment_method_line_ids.filtered(
        lambda line: line.payment_provider_id == provider
    ).payment_account_id = outstanding


def switch_mails(env, on):
    """Let customers get the notices of the addon, or not: plain Odoo sends none."""
    fields = env.company._fields
    names = [name for name in fields if name.startswith("continuity_mail_")]
    env.company.write(dict.fromkeys(names, on))


def make_goods(env):
    """Goods that need no warehouse; its work would stand on both sides alike."""
    return env["product.product"].create(
        [
            {
                "name": f"Book {number}",
                "type": "service",
                "list_price": 20.0 + number,
                "invoice_policy": "order",
                "taxes_id": [Command.clear()],
            }
            for number in range(1, 13)
        ]
    )


def make_programs(env, goods):
    """The five kinds of program; all begin with a shipment on the day of the order.

    :return: parent products, by the kind of program
    :rtype: dict
    """
    monthly = [_event(product, 30) for product in goods]
    instalments = env["continuity.payment.schedule"].create(
        {"name": "Three a month apart", "code": "3M", "number_of_payments": 3}
    )
    today = env.company._continuity_today()
    current = [
        {**_event(goods[0], 0), "start_order_date": date(today.year, today.month, 1)},
        *monthly[1:],
    ]
    upfront = {"bill_upfront": True}
    programs = {
        "book": _program(env, "BOOK", monthly),
        "coffee": _program(
            env, "COFFEE", [{**_event(goods[1], 28), "repeat_count": -1}]
        ),
        "club": _program(env, "CLUB", current, order_start="current"),
        "upfront": _program(env, "UPFRONT", monthly[:3], **upfront),
        "instalments": _program(
            env,
            "INSTAL",
            monthly[:3],
            payment_schedule_id=instalments.id,
            **upfront,
        ),
    }
    return {kind: _sellable(env, program) for kind, program in programs.items()}


def _event(product, days):
    return {
        "days_from_last": days,
        "line_ids": [Command.create({"product_id": product.id})],
    }


def _program(env, code, events, **values):
    program = env["continuity.program"].create(
        {
            "name": f"Program {code}",
            "code": code,
            "order_start": "first",
            "event_ids": [
                Command.create({"sequence": number, **event})
                for number, event in enumerate(events, start=1)
            ],
            **values,
        }
    )
    program.action_open()
    return program


def _sellable(env, program):
    return env["product.product"].create(
        {
            "name": program.name,
            "type": "service",
            "list_price": 0.0,
            "taxes_id": [Command.clear()],
            "continuity_program_id": program.id,
        }
    )


def make_partners(env, count):
    """Members who may pay on account."""
    return env["res.partner"].create(
        [
            {
                "name": f"Member {number}",
                "ref": "bench",
                "email": f"member{number}@example.com",
                "continuity_allow_on_account": True,
            }
            for number in range(count)
        ]
    )


def quote(env, product, partners):
    """Make a draft of a program for each of the partners, in one call."""
    return env["sale.order"].create(
        [
            {
                "partner_id": partner.id,
                "order_line": [Command.create({"product_id": product.id})],
            }
            for partner in partners
        ]
    )


def sell(env, products, count):
    """Sell the programs to as many members, in equal parts.

    Where money is taken up front it comes from a card; the others pay on account.
    """
    share = count // len(products)
    for kind, product in products.items():
        partners = make_partners(env, share)
        orders = quote(env, product, partners)
        if kind in ("upfront", "instalments"):
            give_cards(env, orders)
        else:
            orders.continuity_order_ids.payment_method = "on_account"
        orders.action_confirm()
        env.flush_all()


def give_cards(env, orders):
    """Give every member a card that the demo provider says yes to."""
    tokens = env["payment.token"].create(
        [
            {
                "provider_id": env.ref("payment.payment_provider_demo").id,
                "payment_method_id": env.ref("payment_demo.payment_method_demo").id,
                "partner_id": order.partner_id.id,
                "provider_ref": "card of the bench",
                "payment_details": "4242",
                "demo_simulated_state": "done",
                "expiry_date": date(2045, 12, 31),
            }
            for order in orders
        ]
    )
    for order, token in zip(orders, tokens, strict=True):
        order.continuity_order_ids.write(
            {"payment_method": "card", "payment_token_id": token.id}
        )
