# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is owed and to be given back is what accounts say; it was summed up by rows.

What rows say another way is listed, and stays as it is: an accountant decides about it.

In the end: accounts are made of what all modules know, and of what other scripts mend.
"""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Make all accounts, and with them what orders and rows say is to be given back.

    :param cr: cursor of the upgrade
    :param str version: version that is installed
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    cr.execute(
        "UPDATE continuity_payment SET amount_to_refund = 0, amount_overpaid = 0"
        " WHERE amount_to_refund != 0 OR amount_overpaid != 0"
    )
    orders = env["continuity.order"].search([("company_id", "!=", False)])
    env["continuity.balance"]._take_over(orders)
    env.add_to_compute(orders._fields["amount_to_refund"], orders)
    orders._recompute_recordset(["amount_to_refund"])
