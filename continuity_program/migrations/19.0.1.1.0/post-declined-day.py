# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A declined payment has lost the day of its next attempt when that got no answer.

It turned out not to have been asked, and nobody asked it ever again.
"""


def migrate(cr, version):
    """Let them be asked by the next night.

    What has had all its attempts, was refused for good, or was taken back by the bank
    is for a person; so is an order that is held.

    :param cr: cursor of the upgrade
    :param str version: version that is installed
    """
    cr.execute(
        """
        UPDATE continuity_payment p
           SET next_attempt_date = CURRENT_DATE
          FROM continuity_order o
          JOIN res_company c ON c.id = o.company_id
         WHERE o.id = p.continuity_order_id
           AND o.state IN ('running', 'paused')
           AND p.state = 'declined'
           AND p.decline_kind IN ('not_sent', 'configuration', 'not_now', 'no_answer')
           AND p.next_attempt_date IS NULL
           AND p.attempts BETWEEN 1 AND c.continuity_retry_limit
           AND NOT EXISTS (
                   SELECT FROM continuity_payment_transaction_rel r
                     JOIN payment_transaction t ON t.id = r.transaction_id
                    WHERE r.payment_id = p.id AND t.continuity_charged_back
               )
        """
    )
