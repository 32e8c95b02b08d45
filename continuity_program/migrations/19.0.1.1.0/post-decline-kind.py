# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What proves a refusal was not kept; which ones were for good was."""


def migrate(cr, version):
    """Say of earlier failures what kind of answer they were.

    They were taken for refusals, and their rows were counted and told: that stays.

    :param cr: cursor of the upgrade
    :param str version: version that is installed
    """
    cr.execute(
        """UPDATE payment_transaction t
               SET continuity_decline_kind = CASE
                       WHEN t.continuity_no_answer THEN 'no_answer'
                       WHEN t.continuity_is_hard_decline THEN 'hard'
                       ELSE 'soft'
                   END
             WHERE (t.state = 'error'
                    OR t.state = 'cancel'
                    AND (t.provider_reference IS NOT NULL
                         OR t.continuity_no_answer
                         OR t.continuity_is_hard_decline))
               AND t.continuity_decline_kind IS NULL
               AND t.continuity_settle_kind IS DISTINCT FROM 'void'
               AND (
                   t.continuity_asked_at IS NOT NULL
                   OR t.continuity_settle_payment_id IS NOT NULL
                   OR EXISTS (
                       SELECT FROM continuity_payment_transaction_rel r
                        WHERE r.transaction_id = t.id
                   )
               )"""
    )
    cr.execute(
        """UPDATE continuity_payment p
              SET decline_kind = t.continuity_decline_kind
             FROM payment_transaction t
            WHERE t.id = p.transaction_id
              AND p.state IN ('declined', 'unknown')
              AND p.decline_kind IS NULL"""
    )
