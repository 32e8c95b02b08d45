# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).


def post_init_hook(env):
    """Take the orders of programs that are there already off the lists of the tills.

    All at once, for there may be hundreds of thousands.

    :param odoo.api.Environment env: of the installation
    """
    env.flush_all()
    env.cr.execute(
        """UPDATE sale_order
              SET amount_unpaid = 0
            WHERE continuity_type IN ('parent', 'child')
              AND amount_unpaid != 0"""
    )
    env["sale.order"].invalidate_model(["amount_unpaid"])
