# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who is a member today."""

from odoo.tools import SQL


def get_members_sql(env):
    """Select the members of today, in the companies of the user.

    Nearly all of them have a shipment ahead; only of the others it is asked what they
    have got.

    :param odoo.api.Environment env: whose companies count
    :rtype: odoo.tools.SQL
    """
    env.flush_all()
    return SQL(
        """
        SELECT o.id
          FROM continuity_order o
          JOIN (VALUES %s) today (company_id, day)
            ON today.company_id = o.company_id
         WHERE o.submit_date <= today.day
           AND o.state != 'draft'
           AND (o.ended_date IS NULL OR o.ended_date > today.day)
           AND (o.next_ship_date IS NOT NULL
                OR o.has_more
                OR EXISTS (
                    SELECT FROM continuity_shipment s
                      LEFT JOIN sale_order c ON c.id = s.child_order_id
                     WHERE s.continuity_order_id = o.id
                       AND (s.state != 'cancelled' AND s.planned_date > today.day
                            OR s.state = 'ordered'
                           AND c.state IN ('draft', 'sent')))
                OR NOT EXISTS (
                    SELECT FROM continuity_shipment s
                     WHERE s.continuity_order_id = o.id
                       AND s.state != 'cancelled'))
        """,
        SQL(", ").join(
            SQL("(%s, %s::date)", company.id, company._continuity_today())
            for company in env.companies
        ),
    )
