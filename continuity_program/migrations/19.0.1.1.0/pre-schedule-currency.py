# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Payment schedules have a currency now, which orders in another one refuse."""


def migrate(cr, version):
    """Take the currency of the orders a schedule splits, where all have the same.

    What was typed as 20 was 20 in the currency of the order. Without orders, or with
    orders in several currencies, it is the currency of the company.

    :param cr: cursor of the upgrade
    :param str version: version that is installed
    """
    cr.execute(
        "ALTER TABLE continuity_payment_schedule"
        " ADD COLUMN IF NOT EXISTS currency_id integer"
    )
    cr.execute(
        """UPDATE continuity_payment_schedule s
              SET currency_id = COALESCE(
                      (SELECT min(o.currency_id)
                         FROM continuity_order o
                        WHERE o.payment_schedule_id = s.id
                          AND o.state NOT IN ('closed', 'cancelled')
                       HAVING count(DISTINCT o.currency_id) = 1),
                      c.currency_id
                  )
             FROM res_company c
            WHERE c.id = s.company_id
              AND s.currency_id IS NULL"""
    )
