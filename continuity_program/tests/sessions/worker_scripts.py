# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Scripts of workers who do the same work at once."""

from ..script_kit import KIT

#: Running orders that pay on account, each with one shipment due on the day
SET_UP = (
    KIT
    + """
goods = create_goods()
program = create_program(
    "TWO", [send(goods), send(goods, days_from_last=30, action="end")]
)
customers = env["res.partner"].create(
    [
        {"name": f"Customer {n}", "continuity_allow_on_account": True}
        for n in range(int(arguments[0]))
    ]
)
orders = quote(customers, create_series(program))
orders.continuity_order_ids.write({"payment_method": "on_account"})
orders.action_confirm()
env.cr.commit()
"""
)
