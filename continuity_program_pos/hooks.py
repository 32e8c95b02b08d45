# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).


def post_init_hook(env):
    """Take the orders of programs that are there already off the lists of the tills.

    :param odoo.api.Environment env: of the installation
    """
    orders = env["sale.order"].search([("continuity_type", "in", ("parent", "child"))])
    env.add_to_compute(orders._fields["amount_unpaid"], orders)
    orders._recompute_recordset(["amount_unpaid"])
