# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The price of a parent line: that of all shipments, per unit (rules N13)."""

from odoo.tools import float_round

from .layout import Layout
from .line_follower import prepare_from_line

#: A total in cents can be given back by price × quantity with these digits.
PRICE_DIGITS = 10

#: How Odoo's own taxes are computed: none of these looks at the customer
PLAIN_TAXES = {"division", "fixed", "group", "percent"}


def divide_total(currency, total, quantity):
    """Divide the total of the parent line, without the dust of binary numbers.

    :param res.currency currency: its currency
    :param float total: total of the shipments
    :param float quantity: quantity of the parent line
    :rtype: float
    """
    return float_round(currency.round(total) / quantity, precision_digits=PRICE_DIGITS)


def make_preview(line):
    """Make the order that a line starts when it is saved; this one never is.

    Of a line of quantity 0, which the customer may still choose, it is that of one.

    :param sale.order.line line: line without a continuity order, in sudo
    :return: the order without shipments, and its program
    :rtype: tuple[continuity.order, planning.Program]
    """
    program = line.product_id.continuity_program_id
    vals = {**prepare_from_line(line, program), "sale_order_line_id": False}
    if not vals["quantity"]:
        vals["quantity"] = line.product_uom_id._compute_quantity(
            1.0, line.product_id.uom_id, round=False
        )
    draft = line.env["continuity.order"].new(vals)
    company = line.order_id.company_id
    moment, plan = line.order_id.date_order, program._to_planning()
    draft._set_base(
        company._continuity_local_date(moment)
        if moment
        else company._continuity_today(),
        plan,
    )
    return draft, plan


def preview_parent_price(line):
    """Price a parent line that is not saved yet, or not chosen, from the same plan.

    :param sale.order.line line: line in a form, or of quantity 0, in sudo
    :rtype: float
    """
    env = line.env
    program = line.product_id.continuity_program_id
    ready = line.order_id.partner_id and line._get_continuity_quantity() >= 0
    if not program.bill_upfront or not ready:
        return 0.0
    draft, plan = make_preview(line)
    prices = {}
    occurrences = Layout(draft, plan).occurrences
    events = env["continuity.event"]._get_of_plan(occurrences)
    vals_list = [
        draft._prepare_line_once(event_line, prices)
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
    return divide_total(draft.currency_id, total, line.product_uom_qty or 1.0)


def get_totals(order, lines):
    """Compute net and gross of a document made of shipment lines.

    Tax is computed once on the document, as Odoo does for an order.

    :param continuity.order order: the order
    :param continuity.shipment.line lines: lines of shipments, saved or not
    :return: untaxed amount and total
    :rtype: tuple[float, float]
    """
    order.ensure_one()
    tax_model = order.env["account.tax"]
    base_lines = [line._prepare_base_line(order) for line in lines]
    tax_model._add_tax_details_in_base_lines(base_lines, order.company_id)
    tax_model._round_base_lines_tax_details(base_lines, order.company_id)
    totals = tax_model._get_tax_totals_summary(
        base_lines, order.currency_id, order.company_id
    )
    return totals["base_amount_currency"], totals["total_amount_currency"]


def add_amounts(order, vals_list, prices):
    """Say what new shipments cost: Odoo would write each row a second time for it.

    It computes them from the lines nevertheless, and finds the same. Orders on the same
    terms share them.

    :param continuity.order order: the order
    :param list[dict] vals_list: values of its new rows, completed here
    :param dict prices: what was asked before, filled by this method
    :return: the values
    :rtype: list[dict]
    """
    model, plain = order.env["continuity.shipment.line"], prices.setdefault("plain", {})
    for vals in vals_list:
        goods = [command[2] for command in vals["line_ids"]]
        products = model.product_id.browse(line["product_id"] for line in goods)
        terms = get_amount_terms(order, list(products), plain)
        key = "amounts", terms, *(tuple(line.items()) for line in goods)
        if key not in prices:
            prices[key] = get_totals(order, [model.new(line) for line in goods])
        vals["amount_untaxed"], vals["amount_total"] = prices[key]
    return vals_list


def read_price(order, product, uom, quantity, day, position):
    """Read price and discount from the price list; see :meth:`_get_price`.

    :param continuity.order order: the order
    """
    company = order.company_id
    product = product.with_company(company)
    asked = {
        "quantity": quantity,
        "uom": uom,
        "date": day,
        "currency": order.currency_id,
    }
    rule = order.env["product.pricelist.item"]
    if order.pricelist_id:
        rule = rule.browse(order.pricelist_id._get_product_rule(product, **asked))
    price = rule._compute_price(product, **asked)
    discount = 0.0
    if rule._show_discount():
        full = rule._compute_price_before_discount(product, **asked)
        if full > price > 0:
            discount = (full - price) / full * 100
            price = full
    price = product._get_tax_included_unit_price_from_price(
        price,
        product_taxes=product.taxes_id._filter_taxes_by_company(company),
        fiscal_position=position,
    )
    return price, discount


def get_line_terms(order):
    """Return what the products of a shipment hang on, beside the program.

    :param continuity.order order: the order
    :rtype: tuple
    """
    order.ensure_one()
    records = order.company_id, order.currency_id, order.pricelist_id
    return (
        order.quantity,
        order.order_date or order._get_local_order_date(),
        *(record.id for record in (*records, order.fiscal_position_id)),
    )


def get_amount_terms(order, products, plain):
    """Return what the amount of goods hangs on beside the goods.

    The customer is one of it only where a tax is computed in a way of its own.

    :param continuity.order order: the order
    :param list[product.product] products: the goods
    :param dict plain: filled by this method, for all orders of a call
    :rtype: tuple
    """
    terms = order.company_id, order.currency_id, order.fiscal_position_id
    key = *terms, *products
    if key not in plain:
        taxes = order.env["account.tax"]
        if order:
            taxes = taxes.union(*map(order._get_goods_taxes, products))
        kinds = set(taxes.flatten_taxes_hierarchy().mapped("amount_type"))
        plain[key] = kinds <= PLAIN_TAXES
    return terms if plain[key] else (*terms, order)
