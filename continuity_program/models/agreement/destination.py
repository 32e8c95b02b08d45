# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where the goods of orders go, and who gets their invoices."""

from odoo.exceptions import UserError

from .states import ACTIVE_STATES
from .taxed_destination import TaxedDestination


def check_written_destination(orders, vals):
    """Refuse a destination that is taxed otherwise (rules C5).

    :param continuity.order orders: the orders
    :param dict vals: values that are written
    :raise UserError: naming the order, both addresses and the way out
    """
    if vals.get("partner_shipping_id"):
        orders._check_continuity_values([vals])
        check_destination(orders, vals["partner_shipping_id"])


def note_written_position(orders, vals):
    """A fiscal position that is written on a running order: somebody has decided.

    :param continuity.order orders: the orders
    :param dict vals: values that were written
    """
    if "fiscal_position_id" in vals:
        running = orders.filtered(lambda order: order.state in ACTIVE_STATES)
        # The seller chose the position; that it was he is noted, never typed
        running.sudo().fiscal_position_by_hand = True


def note_fiscal_position(orders):
    """Remember at Submit which positions were chosen by hand, and say so.

    :param continuity.order orders: the orders
    """
    for order in orders:
        positions = orders.env["account.fiscal.position"].with_company(order.company_id)
        proposed = positions._get_fiscal_position(
            order.partner_id, order.partner_shipping_id
        )
        if order.fiscal_position_id == proposed:
            continue
        order.fiscal_position_by_hand = True
        order.message_post(
            body=orders.env._(
                "The fiscal position was chosen by hand and holds for every child"
                " order: %s.",
                order.fiscal_position_id.display_name or orders.env._("none"),
            )
        )


def check_destination(orders, partner_id):
    """Refuse another country, or fiscal position, once the order is billed.

    :param continuity.order orders: the orders
    :param int partner_id: the new delivery address
    :raise UserError: naming the order, both addresses and the way out
    """
    new = orders.env["res.partner"].browse(partner_id)
    for order in orders:
        if refusal := TaxedDestination(order).get_refusal(new):
            raise UserError(refusal)


def note_written_addresses(orders, vals):
    """Remember what new addresses concern, before they are written.

    :param continuity.order orders: the orders
    :param dict vals: values that are written
    :return: brings the documents there; to be called when they are written
    :rtype: callable
    """
    customers = filter_new_invoice_customer(orders, vals)
    before = get_old_destinations(orders, vals)

    def follow():
        follow_invoice_customer(customers)
        follow_destination(before)

    return follow


def get_old_destinations(orders, vals):
    """Return where running orders that get another delivery address went before.

    :param continuity.order orders: the orders
    :param dict vals: values that are written
    :rtype: dict[continuity.order, res.partner]
    """
    if "partner_shipping_id" not in vals:
        return {}
    return {
        order: order.partner_shipping_id
        for order in orders
        if order.state in ACTIVE_STATES
        and order.partner_shipping_id.id != vals["partner_shipping_id"]
    }


def follow_destination(before):
    """Send there what has not left, and name what is packed for the former address.

    An address that was changed on the child order itself stays.

    :param dict[continuity.order, res.partner] before: orders, and where they went
    """
    for order, old in before.items():
        # The child orders may be a colleague's; the seller moves his series
        order_sudo = order.sudo()
        waiting_sudo = order_sudo.child_order_ids.filtered(
            lambda child, old=old: (
                child.state != "cancel"
                and child.partner_shipping_id == old
                and not child._is_continuity_sent()
            )
        )
        packed_sudo = waiting_sudo.filtered(lambda c: c._is_continuity_packed())
        (waiting_sudo - packed_sudo)._send_continuity_to(order_sudo.partner_shipping_id)
        if packed_sudo:
            order_sudo.message_post(
                body=order.env._(
                    "Picked, or ordered from a vendor, for %(address)s already:"
                    " %(orders)s. Change the address there by hand.",
                    address=old.display_name,
                    orders=", ".join(packed_sudo.mapped("name")),
                )
            )


def filter_new_invoice_customer(orders, vals):
    """Return the running orders that get another invoice customer.

    :param continuity.order orders: the orders
    :param dict vals: values that are written
    :rtype: continuity.order
    """
    if "partner_invoice_id" not in vals:
        return orders.browse()
    return orders.filtered(
        lambda order: (
            order.state in ACTIVE_STATES
            and order.partner_invoice_id.id != vals["partner_invoice_id"]
        )
    )


def follow_invoice_customer(orders):
    """Bring child orders and drafts of invoices to the invoice customer.

    What was posted stays: its payments go to the customer it was made out to.
    Unpaid rows need nothing, for they are charged by the order.

    :param continuity.order orders: the orders
    """
    for order in orders:
        customer = order.partner_invoice_id
        # A seller may change the customer; the documents are the company's.
        order_sudo = order.sudo().with_company(order.company_id)
        children_sudo = order_sudo.child_order_ids.filtered(
            lambda child: (
                child.state != "cancel"
                and "posted" not in child.invoice_ids.mapped("state")
            )
        )
        children_sudo.partner_invoice_id = customer
        # Drafts of all salespersons follow; a seller may write none
        orders.env["account.move"].sudo().search(
            [("continuity_order_id", "=", order.id), ("state", "=", "draft")]
        ).partner_id = customer
        order_sudo.message_post(
            body=orders.env._("Invoices go to %s from now on.", customer.display_name)
        )


def follow_addresses(orders, old_invoice, old_shipping):
    """Take over new addresses of the parent order.

    An address that was changed on the continuity order itself stays.

    :param continuity.order orders: the orders
    :param res.partner old_invoice: invoice address before
    :param res.partner old_shipping: delivery address before
    """
    for order in orders.filtered(lambda o: o.state in ("draft", *ACTIVE_STATES)):
        sale_order = order.sale_order_id
        vals = {}
        if order.partner_invoice_id == old_invoice:
            vals["partner_invoice_id"] = sale_order.partner_invoice_id.id
        if order.partner_shipping_id == old_shipping:
            vals["partner_shipping_id"] = sale_order.partner_shipping_id.id
        if vals:
            order.write(vals)
