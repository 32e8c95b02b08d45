# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is left on the prepayment account of an order is booked by an accountant."""

from odoo.exceptions import UserError

from ..agreement.close_check import CloseCheck
from ..agreement.prepayment_rest import PrepaymentRest, Residue
from ..agreement.states import ACTIVE_STATES


def book_rest(order, residue, reason):
    """Book the rest of one order, say so, and close it if that was all.

    :param continuity.order order: the order
    :param Residue residue: what is left
    :param str reason: why
    """
    order.ensure_one()
    _check_rest(order, residue)
    today = order.company_id._continuity_today()
    move = PrepaymentRest(order, residue).book(today)
    order.message_post(
        body=order.env._(
            "%(user)s booked the rest of the prepayment, %(amount)s: %(reason)s"
            " (%(entry)s)",
            user=order.env.user.name,
            amount=order.company_id.currency_id.format(residue.balance),
            reason=reason,
            entry=move.name,
        )
    )
    may_end = order.state in ACTIVE_STATES and (not order.has_more or order.end_reason)
    if may_end and not CloseCheck(order).get_refusal(Residue()):
        order._close(today, {order: Residue()})


def _check_rest(order, residue):
    """Refuse to book what is no rest.

    :param continuity.order order: the order
    :param Residue residue: what is left
    :raise UserError: units are still to be sent or credited, or nothing is left
    """
    if has_shipments_left(order):
        raise UserError(
            order.env._(
                "%s still has shipments to come: there is no rest to book yet.",
                order.display_name,
            )
        )
    if refusal := CloseCheck(order).get_units_refusal():
        raise UserError(refusal[1])
    if all(
        currency.is_zero(value)
        for value, currency, _most in PrepaymentRest(order, residue).get_bounds()
    ):
        raise UserError(
            order.env._(
                "Nothing is left on the prepayment account of %s.",
                order.display_name,
            )
        )


def has_shipments_left(order):
    """Say whether something is still to be sent, or invoiced.

    :param continuity.order order: the order
    :rtype: bool
    """
    order.ensure_one()
    return bool({"planned", "ordered"} & set(order.shipment_ids.mapped("state")))
