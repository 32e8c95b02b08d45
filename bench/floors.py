"""The floor of each case: the plain bulk calls of Odoo that make the same documents."""

from odoo.fields import Command

from bench import world


def due_orders(env):
    """Return the continuity orders that have a shipment due today."""
    return _shipments_of_today(env).continuity_order_id


def _shipments_of_today(env):
    today = env.company._continuity_today()
    return env["continuity.shipment"].search([("planned_date", "<=", today)])


def _order_vals(shipment, prepaid):
    """Values of the order the job makes: its goods, and what is paid in advance."""
    order = shipment.continuity_order_id
    lines = []
    for line in shipment.line_ids:
        line_vals = {"product_uom_qty": line.quantity}
        lines.append({**line_vals, "product_id": line.product_id.id})
        if order.bill_upfront:
            line_vals["price_unit"] = -line.price_unit
            lines.append({**line_vals, "product_id": prepaid.id})
    return {
        "partner_id": order.sale_order_id.partner_id.id,
        "order_line": [Command.create(line_vals) for line_vals in lines],
    }


def _due_shipments(env):
    return _shipments_of_today(env).filtered(lambda s: s.state == "planned")


def sale_orders(env, _options):
    """`create` and `action_confirm` of the orders the job makes, in one call each."""
    prepaid = env.company._continuity_get_prepaid_product()
    values = [_order_vals(shipment, prepaid) for shipment in _due_shipments(env)]

    def work():
        orders = env["sale.order"].create(values)
        orders.action_confirm()
        return len(orders)

    return work


def drafts(env, on_account=False):
    """Make one hundred drafts of the monthly book."""
    program = env["continuity.program"].search([("code", "=", "BOOK")])
    product = env["product.product"].search(
        [("continuity_program_id", "=", program.id)], limit=1
    )
    orders = world.quote(env, product, world.make_partners(env, world.SEED))
    if on_account:
        orders.continuity_order_ids.payment_method = "on_account"
    return orders


def plan_product(env, shipments):
    """Return the product of a program with so many monthly shipments."""
    goods = env["product.product"].search([("name", "=", "Book 1")])
    event = world._event(goods, 30)
    program = world._program(
        env, f"PLAN-{shipments}", [{**event, "repeat_count": shipments - 1}]
    )
    return world._sellable(env, program)


def plain_entry(env, _options):
    """`create` of one hundred ordinary drafts with one line."""
    goods = env["product.product"].search([("name", "=", "Book 1")])
    partners = world.make_partners(env, world.SEED)

    def work():
        return len(world.quote(env, goods, partners))

    return work


def plain_submit(env, _options):
    """`action_confirm` of one hundred ordinary orders, in one call."""
    goods = env["product.product"].search([("name", "=", "Book 1")])
    orders = world.quote(env, goods, world.make_partners(env, world.SEED))

    def work():
        orders.action_confirm()
        return len(orders)

    return work


def charges(env, _options):
    """Stored cards charged and booked, all in one transaction: nothing survives a crash
    and nothing would keep a repetition from charging again."""
    rows = env["continuity.payment"].search(
        [
            ("due_date", "<=", env.company._continuity_today()),
            ("state", "=", "scheduled"),
            ("continuity_order_id.payment_method", "=", "card"),
        ]
    )
    values = [_transaction_vals(row) for row in rows]

    def work():
        # One by one: a constraint of `payment` takes no more than one of them.
        for vals in values:
            transaction = env["payment.transaction"].create(vals)
            transaction._charge_with_token()
            transaction._post_process()
        return len(values)

    return work


def _transaction_vals(row):
    token = row.continuity_order_id.payment_token_id
    return {
        "provider_id": token.provider_id.id,
        "payment_method_id": token.payment_method_id.id,
        "token_id": token.id,
        "reference": f"FLOOR-{row.id}",
        "amount": row.amount,
        "currency_id": row.currency_id.id,
        "partner_id": row.invoice_id.partner_id.id,
        "operation": "offline",
        "invoice_ids": [Command.set(row.invoice_id.ids)],
    }


def deliver(orders):
    """Note on orders of services that all of it was done."""
    for line in orders.order_line:
        line.qty_delivered = line.product_uom_qty


def invoices(env, _options):
    """`_create_invoices` and `action_post` of ordinary orders that were delivered, with
    the lines of the children that the job invoices."""
    shipments = _due_shipments(env).filtered("continuity_order_id.bill_upfront")
    prepaid = env.company._continuity_get_prepaid_product()
    orders = env["sale.order"].create([_order_vals(s, prepaid) for s in shipments])
    orders.action_confirm()
    deliver(orders)

    def work():
        moves = orders._create_invoices(grouped=True)
        moves.action_post()
        return len(moves)

    return work


#: No floor: what has no counterpart in Odoo (plans, updates, calendars)
FLOORS = {
    "create_child_orders": sale_orders,
    "process_payments": charges,
    "close_orders": invoices,
    "entry_3": plain_entry,
    "entry_12": plain_entry,
    "entry_60": plain_entry,
    "submit": plain_submit,
}
