# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The price of a parent line: that of all shipments, per unit (rules N13)."""

from odoo.tools import float_round

from .layout import Layout
from .line_follower import prepare_from_line

#: A total in cents can be given back by price × quantity with these digits.
PRICE_DIGITS = 10


def divide_total(currency, total, quantity):
    """Divide the total of the parent line, without the dust of binary numbers.

    :param res.currency currency: its currency
    :param float total: total of the shipments
    :param float quantity: quantity of the parent line
    :rtype: float
    """
    return float_round(currency.round(total) / quantity, precision_digits=PRICE_DIGITS)


def preview_parent_price(line):
    """Price a parent line that is not saved yet, from the same plan.

    :param sale.order.line line: line in a form, in sudo
    :rtype: float
    """
    env = line.env
    program = line.product_id.continuity_program_id
    ready = line.order_id.partner_id and line._get_continuity_quantity() > 0
    if not program.bill_upfront or not ready:
        return 0.0
    vals = {**prepare_from_line(line), "sale_order_line_id": False}
    draft = env["continuity.order"].new(vals)
    company = line.order_id.company_id
    moment, plan = line.order_id.date_order, program._to_planning()
    draft._set_base(
        company._continuity_local_date(moment)
        if moment
        else company._continuity_today(),
        plan,
    )
    prices = {}
    occurrences = Layout(draft, plan).occurrences
    events = env["continuity.event"]._get_of_plan(occurrences)
    vals_list = [
        draft._prepare_line(event_line, prices)
        for occurrence in occurrences
        for event_line in events[occurrence.event.key].line_ids
    ]
    included = line.tax_ids._is_continuity_included()
    lines = env["continuity.shipment.line"].union(
        *(env["continuity.shipment.line"].new(vals) for vals in vals_list)
    )
    total = sum(
        shipment_line._get_rounded_amount(included, order=draft)
        for shipment_line in lines
    )
    return divide_total(draft.currency_id, total, line.product_uom_qty)
