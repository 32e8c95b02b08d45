"""The floor of each case: the plain bulk calls of Odoo that make the same documents."""

from odoo.fields import Command

from bench import world


def due_orders(env):
    """Return the continuity orders that have a shipment due today."""
    shipments = env["continuity.shipment"].search(
        [("planned_date", "<=", env.company._continuity_today())]
    )
    return shipments.continuity_order_id


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


def sale_orders(env, _options):
    """`create` and `action_confirm` of the orders the job makes, in one call each."""
    shipments = env["continuity.shipment"].search(
        [
            ("planned_date", "<=", env.company._continuity_today()),
            ("state", "=", "planned"),
        ]
    )
    prepaid = env.company._continuity_get_prepaid_product()
    values = [_order_vals(shipment, prepaid) for shipment in shipments]

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


#: No floor: what has no counterpart in Odoo (plans, updates, calendars)
FLOORS = {
    "create_child_orders": sale_orders,
    "entry_3": plain_entry,
    "entry_12": plain_entry,
    "entry_60": plain_entry,
    "submit": plain_submit,
}
