# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A person has said that it was not paid: nobody waits for that answer any more."""


def migrate(cr, version):
    """End transactions without an answer that no row waits for."""
    cr.execute(
        """
        UPDATE payment_transaction t
           SET state = 'error', continuity_no_answer = FALSE
         WHERE t.continuity_no_answer
           AND t.state IN ('draft', 'error')
           AND EXISTS (
               SELECT FROM continuity_payment_transaction_rel r
                WHERE r.transaction_id = t.id
               )
           AND NOT EXISTS (
               SELECT FROM continuity_payment p WHERE p.transaction_id = t.id
               )
        """
    )
