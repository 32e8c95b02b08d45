# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tools import format_date

from odoo.addons.sale.models.sale_order_line import SaleOrderLine

#: What a running order would have sent that nobody will send now
STATES = ("running", "paused", "on_hold")


def uninstall_hook(env):
    """Leave behind what was promised, before the ledgers are gone (implementation 62).

    Each parent order of a running program gets a note with its planned shipments. Its
    parent line becomes an ordinary line: what can be invoiced of it is computed at once
    as Odoo does, not silently by the next change of the order.
    """
    orders = env["continuity.order"].search([("state", "!=", "draft")])
    for order in orders.filtered(lambda order: order.state in STATES):
        order.sale_order_id.message_post(body=_describe(order))
    lines = orders.sale_order_line_id
    SaleOrderLine._compute_qty_to_invoice(lines)
    SaleOrderLine._compute_invoice_status(lines)


def _describe(order):
    planned = order.shipment_ids.filtered(lambda s: s.state == "planned")
    return order.env._(
        "Continuity Programs was uninstalled. Nothing more is sent or charged for"
        " %(product)s (%(order)s) by itself. Planned shipments were: %(shipments)s.",
        product=order.product_id.display_name,
        order=order.name,
        shipments="; ".join(
            f"{format_date(order.env, shipment.planned_date)} {shipment.products_text}"
            for shipment in planned._sorted_by_leaving()
        )
        or order.env._("none"),
    )
