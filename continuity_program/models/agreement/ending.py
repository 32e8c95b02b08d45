# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How orders end: what goes with them, what stays, and what keeps them from it."""

from odoo.exceptions import UserError

from ... import planning
from ..payments.continuity_payment import OPEN_STATES
from .close_check import CloseCheck
from .prepayment_rest import PrepaymentRest, read_residues

#: The provider was asked and has not answered: nothing is cancelled (rules F3).
UNDER_WAY_STATES = ("processing", "unknown")


def goes_on(order):
    """Tell whether shipments are still to be laid out.

    :param continuity.order order: the order
    :rtype: bool
    """
    order.ensure_one()
    if order.state != "draft":
        return order.has_more
    if order.is_laid_out:
        return False
    rows, _shipments = order._to_ledger()
    # Whoever may postpone a shipment need not be able to open the program
    plan = order.program_id.sudo()._to_planning()
    return not order.bill_upfront and not planning.is_complete(
        plan, rows, order.event_duration
    )


def end_after_next(every_order, reason, end_reason=None):
    """Send the next shipment, and nothing after it.

    :param continuity.order every_order: the orders
    :param str reason: why
    :param continuity.end.reason end_reason: why, to count by
    :return: the credit notes proposed
    :rtype: account.move
    """
    for order in every_order:
        following = order._get_next_shipment()
        if not following:
            raise UserError(
                every_order.env._(
                    "Nothing of %s is planned any more: cancel it now.",
                    order.display_name,
                )
            )
        later = following._get_later()._get_droppable()
        later.write({"state": "cancelled"})
        following.write({"action": "end", "is_customized": True})
    every_order._write_end(reason, end_reason)
    return credit_ended(every_order, reason)


def cancel_unsent_rows(orders):
    """Cancel unpaid rows of shipments that are not sent (F1, modes A and B).

    Rows of orders billed up front pay an invoice: the credit note reduces them.

    :param continuity.order orders: the orders
    """
    rows = orders.payment_ids.filtered(
        lambda row: (
            row.state in OPEN_STATES
            and not row.invoice_id
            and not row.shipment_id.child_order_id
        )
    )
    rows._cancel_open("order", orders.env._("the order was cancelled"))


def credit_ended(orders, reason):
    """Propose credit notes over what is paid in advance and will not be sent.

    :param continuity.order orders: the orders
    :param str reason: printed on the notes
    :rtype: account.move
    """
    upfront = orders.filtered("bill_upfront")
    ended = upfront.shipment_ids.filtered(
        lambda s: s.state in ("cancelled", "skipped", "done")
    )
    return upfront._create_credit_notes(orders._get_creditable(ended), reason)


def cancel_parents(orders):
    """Cancel parent orders that nothing else is left of.

    An order that also sold ordinary goods, or of which something was sent, stays.

    :param continuity.order orders: the orders
    """
    # The seller ends his series; the order that sold it may be a colleague's
    for sale_order_sudo in orders.sudo().sale_order_id:
        ended = set(sale_order_sudo.continuity_order_ids.mapped("state"))
        if ended <= {"cancelled"} and not (
            sale_order_sudo._get_continuity_ordinary_lines()
        ):
            sale_order_sudo._action_cancel()


def check_nothing_under_way(orders):
    """Refuse to cancel while the provider has not answered (rules F3).

    :param continuity.order orders: the orders
    :raise UserError: naming the order
    """
    for order in orders:
        # A charge under way stops everybody, also those who may not see the row
        if any(row.state in UNDER_WAY_STATES for row in order.sudo().payment_ids):
            raise UserError(
                orders.env._(
                    "%(order)s is being charged. Try again when the provider has"
                    " answered.",
                    order=order.display_name,
                )
            )


def get_children_to_cancel(orders):
    """Return the child orders that have not left the house.

    :param continuity.order orders: the orders
    :rtype: sale.order
    """
    # The child orders may be a colleague's; the seller ends them with his series
    return orders.sudo().child_order_ids.filtered(
        lambda child: (
            child.state != "cancel"
            and not child._get_continuity_cancel_refusal()
            and not child._is_continuity_sent()
        )
    )


def settle_residue(orders):
    """Book what rounding leaves of orders that ended before their last credit note
    was posted: no run looks at them any more (rules BR11).

    :param continuity.order orders: the orders
    """
    ended = orders.filtered(
        lambda order: (
            order.state in ("closed", "cancelled")
            and order.upfront_invoice_id
            and not CloseCheck(order).get_units_refusal()
        )
    )
    residues = read_residues(ended) if ended else {}
    for order in ended:
        rest = PrepaymentRest(order, residues[order])
        if not rest.get_refusal():
            rest.book(order.company_id._continuity_today())


def end_called_off(orders, day):
    """Say that who had all of his order called off is no member any more.

    He got nothing, and skipped nothing himself. Nobody was asked why.

    :param continuity.order orders: the orders; those that still go on are left out
    :param date day: local date
    """
    called_off = orders.filtered(
        lambda order: (
            order.state in ("closed", "cancelled")
            and not order.ended_date
            and set(order.shipment_ids.mapped("state")) <= {"cancelled"}
        )
    )
    called_off.write({"ended_date": day})
