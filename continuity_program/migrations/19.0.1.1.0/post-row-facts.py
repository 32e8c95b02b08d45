# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a payment was planned to be, and what made it, was not written down."""

#: Whether there is a schedule the payment is an instalment of
HAS_SCHEDULE = """
    CASE WHEN p.shipment_id IS NULL THEN o.payment_schedule_id IS NOT NULL
         ELSE NOT o.bill_upfront AND s.payment_schedule_id IS NOT NULL
    END
"""
#: Whether the invoice made the payment: nothing was asked before it
BY_INVOICE = f"""
    p.invoice_id IS NOT NULL AND NOT {HAS_SCHEDULE}
    AND (o.payment_method = 'on_account'
         OR p.shipment_id IS NOT NULL AND c.continuity_authorize_child IS NOT TRUE)
"""


def migrate(cr, version):
    """Find it in the books, in one statement.

    A receivable line that stands for one payment alone says what was planned, whatever
    credit notes have left of it; else it is what is asked. A second payment without a
    schedule is a difference; what the plan has given up, it plans no more.

    :param cr: cursor of the upgrade
    :param str version: version that is installed
    """
    # No value comes from outside
    # pylint: disable-next=sql-injection
    cr.execute(
        f"""
        UPDATE continuity_payment t
           SET basis = CASE WHEN f.by_invoice THEN 'documents' ELSE 'plan' END,
               kind = CASE WHEN f.is_extra THEN 'extra' ELSE 'plan' END,
               amount_planned = CASE
                   WHEN f.cancel_kind = 'plan' THEN 0
                   WHEN f.is_extra THEN f.amount
                   ELSE COALESCE(f.line_amount, f.amount)
               END
          FROM (
              SELECT p.id, p.amount, p.cancel_kind,
                     {BY_INVOICE} AS by_invoice,
                     p.sequence > 1 AND NOT {HAS_SCHEDULE} AND NOT ({BY_INVOICE})
                         AS is_extra,
                     (SELECT ABS(l.amount_currency)
                        FROM account_move_line l
                       WHERE l.id = p.receivable_line_id
                         AND NOT EXISTS (
                             SELECT FROM continuity_payment q
                              WHERE q.receivable_line_id = l.id AND q.id != p.id
                         )) AS line_amount
                FROM continuity_payment p
                JOIN continuity_order o ON o.id = p.continuity_order_id
                JOIN res_company c ON c.id = o.company_id
           LEFT JOIN continuity_shipment s ON s.id = p.shipment_id
               WHERE p.amount_planned IS NULL
          ) f
         WHERE f.id = t.id
        """
    )
