# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a guard decides from, read in one statement for all orders, and its words."""

from odoo.tools import SQL

from ...planning.guard import Book, Facts
from ..facts.continuity_billing import to_amount, to_units

#: What a payment is cancelled for without having been settled
UNDONE_KINDS = ("plan", "quotation", "child")
#: States of a payment that has not come in
OWED_STATES = ("scheduled", "billed", "processing", "pending", "declined", "unknown")


def read_book(orders, day, rules=None):
    """Read what guards need to know of these orders, in one statement.

    :param continuity.order orders: the orders
    :param date day: what is due before it is overdue
    :param planning.guard.Rules rules: tried out instead of the program's own
    :rtype: planning.guard.Book
    """
    # A guard counts what the salesperson may not see
    orders_sudo = orders.sudo()
    known = {order: rules or get_rules(order) for order in orders_sudo}
    known = {order: rule for order, rule in known.items() if rule}
    guarded = orders_sudo.browse(order.id for order in known)
    shared = guarded.filtered(lambda order: known[order].by_customer)
    every = guarded | _search_of_same_customer(shared)
    of_customer = every.grouped(lambda order: (order.company_id, order.partner_id))
    return Book(
        rules={order.id: rule for order, rule in known.items()},
        facts=read_facts(every, day),
        others={
            order.id: (of_customer[order.company_id, order.partner_id] - order).ids
            for order in shared
        },
    )


def get_rules(order):
    """Return what the program of an order allows.

    :param continuity.order order: the order
    :rtype: planning.guard.Rules
    """
    # Whoever may read the order may read what stops it
    return order.program_id.sudo()._get_guard_rules()


def _search_of_same_customer(orders):
    """Find all submitted orders of these customers, in the same companies.

    :param continuity.order orders: the orders
    """
    if not orders:
        return orders
    return orders.search(
        [
            ("partner_id", "in", orders.partner_id.ids),
            ("company_id", "in", orders.company_id.ids),
            ("state", "!=", "draft"),
        ]
    )


def read_facts(orders, day):
    """Read what was shipped, paid and sent back.

    :param continuity.order orders: the orders
    :param date day: what is due before it is overdue
    :rtype: dict[int, planning.guard.Facts]
    """
    if not orders.ids:
        return {}
    orders.env.flush_all()
    rows = orders.env.execute_query(_get_sql(orders, day))
    rates = _get_rates(orders, day)
    # As they are prefetched together
    known = {order.id: order for order in orders}
    facts = {}
    for row in rows:
        order = known[row[0]]
        oldest, shipped_count, unpaid, owed, shipped, covered = row[1:7]
        undelivered, is_first_unpaid, is_refused, is_open = row[7:]
        company_currency = order.company_id.currency_id
        balance = float(owed) * rates[order.company_id, order.currency_id]
        facts[order.id] = Facts(
            unpaid=unpaid,
            balance=to_units(balance, company_currency),
            oldest_due=oldest,
            undelivered=undelivered,
            shipped_count=shipped_count,
            is_first_unpaid=bool(is_first_unpaid),
            is_refused=bool(is_refused),
            is_upfront=order.bill_upfront,
            shipped=to_units(shipped, order.currency_id),
            covered=to_units(covered, order.currency_id) if is_open else None,
        )
    return facts


def _get_rates(orders, day):
    """Return what a unit of the orders' currencies is worth to their companies.

    :param continuity.order orders: the orders
    """
    return {
        (company, currency): currency._get_conversion_rate(
            currency, company.currency_id, company, day
        )
        for company, currency in {(o.company_id, o.currency_id) for o in orders}
    }


def _get_sql(orders, day):
    """Select one row per order of what the guard decides from.

    A shipment counts as shipped when its child order is confirmed, or is going to
    be without waiting for money.

    :param continuity.order orders: the orders
    """
    # Rests that make no shipment an unpaid one
    payments = orders.env["continuity.payment"]
    little = payments._get_too_little_sql(orders.company_id, day)
    return SQL(
        """
        WITH money AS (%(money)s),
             turn AS (%(turn)s)
        SELECT o.id,
               MIN(money.oldest_due),
               COUNT(turn.id) FILTER (WHERE is_shipped),
               COUNT(turn.id) FILTER (WHERE is_owed),
               CASE WHEN NOT COALESCE(o.bill_upfront, FALSE)
                    THEN COALESCE(
                        SUM(turn.owed) FILTER (WHERE is_shipped AND is_head), 0
                    )
                    WHEN COALESCE(MAX(money.open_count), 0) = 0 THEN 0
                    ELSE GREATEST(
                        SUM(
                            CASE WHEN is_shipped THEN turn.amount_total ELSE 0 END
                        ) - COALESCE(MAX(money.covered), 0),
                        0
                    )
               END,
               COALESCE(SUM(turn.amount_total) FILTER (WHERE is_shipped), 0),
               COALESCE(MAX(money.covered), 0),
               COUNT(DISTINCT turn.child_id) FILTER (WHERE is_undelivered),
               (ARRAY_AGG(is_owed ORDER BY planned_date, number)
                   FILTER (WHERE is_shipped))[1],
               (ARRAY_AGG(is_back ORDER BY planned_date DESC, number DESC)
                   FILTER (WHERE is_shipped OR is_withdrawn))[1],
               COALESCE(MAX(money.open_count), 0) > 0
          FROM continuity_order o
          LEFT JOIN turn ON turn.order_id = o.id
          LEFT JOIN money ON money.order_id = o.id
         WHERE o.id IN %(ids)s
         GROUP BY o.id
        """,
        turn=_get_turn_sql(orders, little),
        money=_get_money_sql(orders, day, little),
        ids=tuple(orders.ids),
    )


def _get_money_sql(orders, day, little):
    """Select per order what has come in, and how long something is missing.

    What was asked for a child order that is gone says nothing of what is shipped.

    :param continuity.order orders: the orders
    :param SQL little: which payments `p` are too little for a card
    """
    return SQL(
        """
        SELECT p.continuity_order_id AS order_id,
               MIN(p.due_date) FILTER (
                   WHERE p.state IN %(owed)s AND p.due_date < %(day)s
                     AND NOT %(little)s
               ) AS oldest_due,
               COUNT(*) FILTER (
                   WHERE p.state IN %(owed)s AND NOT %(little)s
               ) AS open_count,
               SUM(p.amount - COALESCE(p.amount_refunded, 0)) FILTER (
                   WHERE p.state IN ('paid', 'authorized')
               ) AS covered,
               SUM(p.amount) FILTER (WHERE %(little)s) AS little
          FROM continuity_payment p
         WHERE p.continuity_order_id IN %(ids)s
           AND (p.shipment_id IS NULL OR EXISTS (
                   SELECT FROM continuity_shipment its
                     JOIN sale_order child ON child.id = its.child_order_id
                    WHERE child.id = p.child_order_id AND child.state != 'cancel'
               ))
         GROUP BY p.continuity_order_id
        """,
        owed=OWED_STATES,
        day=day,
        little=little,
        ids=tuple(orders.ids),
    )


def _get_turn_sql(orders, little):
    """Select per shipment with a child order whether it is owed, or came back.

    :param continuity.order orders: the orders
    :param SQL little: which payments `p` are too little for a card
    """
    return SQL(
        """
        SELECT fact.*,
               is_shipped AND CASE
                   WHEN is_upfront THEN open_count > 0
                        AND SUM(CASE WHEN is_shipped THEN amount_total ELSE 0 END)
                            OVER (PARTITION BY order_id
                                  ORDER BY planned_date, number, id)
                            > covered + little + rounding / 2
                   ELSE owed > little
               END AS is_owed,
               is_withdrawn OR is_returned AS is_back,
               is_shipped AND is_short AS is_undelivered
          FROM (
               SELECT s.id, s.continuity_order_id AS order_id, s.number,
                      s.planned_date, s.amount_total, c.id AS child_id,
                      COALESCE(o.bill_upfront, FALSE) AS is_upfront,
                      currency.rounding,
                      COALESCE(money.open_count, 0) AS open_count,
                      COALESCE(money.covered, 0) AS covered,
                      -- Not even invoiced, so there is no row yet
                      CASE WHEN own.known = 0 THEN c.amount_total
                           -- What went back, though its payment says it is paid
                           ELSE COALESCE(own.owed, 0)
                                + COALESCE(account.amount_held, 0)
                      END AS owed,
                      CASE WHEN o.bill_upfront THEN COALESCE(money.little, 0)
                           ELSE COALESCE(own.little, 0)
                      END AS little,
                      -- Shipments that leave in one parcel share its payments
                      ROW_NUMBER() OVER (
                          PARTITION BY c.id ORDER BY s.planned_date, s.number, s.id
                      ) = 1 AS is_head,
                      s.state = 'done' OR s.state = 'ordered' AND (
                          c.state = 'sale'
                          OR c.state IN ('draft', 'sent')
                             AND o.payment_method IS DISTINCT FROM 'card'
                      ) AS is_shipped,
                      s.state = 'cancelled' AND c.state = 'cancel' AS is_withdrawn,
                      COALESCE(goods.is_returned, FALSE) AS is_returned,
                      s.state = 'ordered' AND COALESCE(goods.is_short, FALSE)
                          AS is_short
                 FROM continuity_shipment s
                 JOIN continuity_order o ON o.id = s.continuity_order_id
                 JOIN res_currency currency ON currency.id = o.currency_id
                 JOIN sale_order c ON c.id = s.child_order_id
                 LEFT JOIN money ON money.order_id = o.id
                 LEFT JOIN continuity_balance account
                   ON account.child_order_id = c.id
                 LEFT JOIN LATERAL (
                      SELECT SUM(p.amount) FILTER (
                                 WHERE p.state IN %(owed)s
                             ) AS owed,
                             SUM(p.amount) FILTER (WHERE %(little)s) AS little,
                             COUNT(*) FILTER (
                                 WHERE p.state != 'cancelled'
                                    OR COALESCE(p.cancel_kind, '') NOT IN %(undone)s
                             ) AS known
                        FROM continuity_payment p
                       WHERE p.child_order_id = c.id
                 ) own ON TRUE
                 LEFT JOIN LATERAL (
                      SELECT BOOL_AND(
                                 l.continuity_settled_qty >= l.product_uom_qty
                             ) AS is_returned,
                             BOOL_OR(
                                 COALESCE(l.qty_delivered, 0)
                                 < l.product_uom_qty
                                   - COALESCE(l.continuity_settled_qty, 0)
                             ) AS is_short
                        FROM sale_order_line l
                       WHERE l.order_id = c.id
                         AND l.continuity_shipment_line_id IS NOT NULL
                         AND NOT COALESCE(l.is_continuity_replacement, FALSE)
                 ) goods ON TRUE
                WHERE s.continuity_order_id IN %(ids)s
               ) fact
        """,
        owed=OWED_STATES,
        undone=UNDONE_KINDS,
        little=little,
        ids=tuple(orders.ids),
    )


def read_next_parcels(orders):
    """Read the shipment of each order that leaves next.

    :param continuity.order orders: the orders
    :return: its id, number, planned date and value, by order
    :rtype: dict[continuity.order, tuple[int, int, date, float]]
    """
    if not orders.ids:
        return {}
    orders.env["continuity.shipment"].flush_model()
    rows = orders.env.execute_query(
        SQL(
            """SELECT DISTINCT ON (continuity_order_id)
                      continuity_order_id, id, number, planned_date, amount_total
                 FROM continuity_shipment
                WHERE continuity_order_id IN %s
                  AND state = 'planned' AND action != 'skip'
                ORDER BY continuity_order_id, planned_date, number, id""",
            tuple(orders.ids),
        )
    )
    known = {order.id: order for order in orders}
    return {known[row[0]]: row[1:] for row in rows}


def describe(company, broken):
    """Say in one sentence which rule stops a shipment, and the way out.

    :param res.company company: whose currency it is, in the language of the sentence
    :param tuple[str, int, int] broken: see `planning.guard.broken_rule`
    :rtype: str
    """
    name, value, limit = broken
    currency = company.currency_id
    if name == "max_balance":
        value, limit = (currency.format(to_amount(n, currency)) for n in (value, limit))
    texts = {
        "max_unpaid": company.env._(
            "%(value)s shipments not paid, limit %(limit)s.",
            value=value,
            limit=limit,
        ),
        "max_balance": company.env._(
            "%(value)s shipped and not paid, limit %(limit)s.",
            value=value,
            limit=limit,
        ),
        "days_overdue": company.env._(
            "%(value)s days overdue, limit %(limit)s.", value=value, limit=limit
        ),
        "max_undelivered": company.env._(
            "%(value)s child orders not delivered, limit %(limit)s.",
            value=value,
            limit=limit,
        ),
        "first_paid": company.env._("The first shipment is not paid."),
        "stop_refused": company.env._("The last shipment came back."),
    }
    return texts[name]
