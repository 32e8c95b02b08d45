# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Stored cards of who gets the invoice need an approval now."""


def migrate(cr, version):
    """Let the cards that pay for submitted orders go on paying.

    Quotations are asked anew.

    :param cr: cursor of the upgrade
    :param str version: version that is installed
    """
    cr.execute(
        """UPDATE continuity_order o
              SET approved_payer_id = i.commercial_partner_id
             FROM payment_token t, res_partner c, res_partner i
            WHERE t.id = o.payment_token_id
              AND c.id = o.partner_id
              AND i.id = o.partner_invoice_id
              AND o.state != 'draft'
              AND o.approved_payer_id IS NULL
              AND t.partner_id NOT IN (c.id, c.commercial_partner_id)
              AND t.partner_id IN (i.id, i.commercial_partner_id)
              AND i.commercial_partner_id != c.commercial_partner_id"""
    )
