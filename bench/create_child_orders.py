"""How long do child orders take, beside the plain Odoo calls that make the same orders?

Run by `./dev bench create_child_orders`, on a database of its own. `ORDERS` in the
environment says how many continuity orders there are (500). Both sides are measured
in turn, three times, in one process; nothing is committed.
"""

import os
import statistics
import time

from odoo.fields import Command

ORDERS = int(os.environ.get("ORDERS", "500"))
ROUNDS = 3


def make_continuity_orders(count):
    """Sell an up-front-free program of one service to as many customers, on account.

    On account, so that the payment provider's share is not measured.
    """
    goods = env["product.product"].create(
        {
            "name": "Issue of a magazine",
            "type": "service",
            "list_price": 9.9,
            "taxes_id": [Command.clear()],
        }
    )
    program = env["continuity.program"].create(
        {
            "name": "Magazine",
            "code": "BENCH",
            "order_start": "first",
            "event_ids": [
                Command.create(
                    {"product_id": goods.id, "days_from_last": 7, "repeat_count": 51}
                )
            ],
        }
    )
    program.action_open()
    parent = env["product.product"].create(
        {
            "name": "Magazine, one year",
            "type": "service",
            "taxes_id": [Command.clear()],
            "continuity_program_id": program.id,
        }
    )
    partners = env["res.partner"].create(
        [
            {"name": f"Reader {number}", "continuity_allow_on_account": True}
            for number in range(count)
        ]
    )
    orders = env["sale.order"].create(
        [
            {
                "partner_id": partner.id,
                "order_line": [Command.create({"product_id": parent.id})],
            }
            for partner in partners
        ]
    )
    orders.continuity_order_ids.payment_method = "on_account"
    orders.action_confirm()
    return orders, goods


def measure(work):
    """Return the seconds and the queries of a piece of work."""
    env.flush_all()
    env.invalidate_all()
    queries, start = env.cr.sql_log_count, time.perf_counter()
    work()
    env.flush_all()
    return time.perf_counter() - start, env.cr.sql_log_count - queries


def run_job():
    """One run over all that is due on the day of the next shipment."""
    shipments = env["continuity.shipment"].search([("state", "=", "planned")])
    day = min(shipments.mapped("planned_date"))
    run = env["continuity.run"].execute("create_child_orders", date=day, limit=0)
    if run.done_count != ORDERS:
        raise SystemExit(f"{run.done_count} child orders of {ORDERS}: {run.message}")


def make_plain(partners, goods):
    """The floor: the same orders by one create and one confirmation."""
    env["sale.order"].create(
        [
            {
                "partner_id": partner.id,
                "order_line": [Command.create({"product_id": goods.id})],
            }
            for partner in partners
        ]
    ).action_confirm()


def main():
    """Measure both sides in turn and print medians."""
    env.company.continuity_max_child_orders = 0
    orders, goods = make_continuity_orders(ORDERS)
    ours, plain = [], []
    for _round in range(ROUNDS):
        ours.append(measure(run_job))
        plain.append(measure(lambda: make_plain(orders.partner_id, goods)))
    for label, figures in (("job", ours), ("plain", plain)):
        seconds = statistics.median(figure[0] for figure in figures)
        queries = statistics.median(figure[1] for figure in figures)
        spread = ", ".join(f"{figure[0]:.2f}" for figure in figures)
        print(
            f"{label:6} {seconds * 1000 / ORDERS:6.2f} ms"
            f" {queries / ORDERS:6.2f} queries per order   (seconds: {spread})"
        )
    ratios = [job[0] / floor[0] for job, floor in zip(ours, plain, strict=True)]
    print(f"job / plain: {statistics.median(ratios):.2f} at {ORDERS} orders")


main()
