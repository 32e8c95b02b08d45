"""What the server takes for each click of *Customer service*, on a full database."""

import statistics

#: Repetitions of each click; the first one of a server is not worse than the others
ROUNDS = 5
#: Series of the customer who has nearly all of them
MANY = 500
#: The dialogs of a series: method, and whose
DIALOGS = (
    ("Skip", "next", "action_open_skip"),
    ("Move", "next", "action_open_move"),
    ("Swap", "next", "action_open_swap"),
    ("Postpone", "next", "action_open_postpone"),
    ("End after it", "next", "action_open_end"),
    ("Pause", "order", "action_open_pause"),
    ("Cancel", "order", "action_open_cancel"),
    ("Hold", "order", "action_open_hold"),
)


def measure(env):
    """Measure every click; nothing of it is kept.

    :return: the name of each click, the medians of its wall time and of the time of
        the processor (Python and PostgreSQL) in seconds, and its queries
    :rtype: list[tuple[str, float, float, int]]
    """
    service = env["continuity.customer.service"]
    many, few = _make_customers(env)
    series = env["continuity.order"].search(
        [("partner_id", "=", few.id), ("state", "=", "running")], limit=1
    )
    following = series.shipment_ids.filtered(lambda s: s.state == "planned")
    targets = {"next": following._sorted_by_leaving()[:1], "order": series}
    rows = [
        ("Search by name", lambda: service.search_customers("Member 1")),
        ("Search by order number", lambda: _search_number(service, series)),
        ("Customer with ten series", lambda: service.get_customer(few.id)),
        (f"Customer with {MANY} series", lambda: service.get_customer(many.id)),
        ("New sales order", lambda: service.create_order(few.id)),
    ]
    for name, target, method in DIALOGS:
        record = targets[target]
        rows += [
            (f"{name}: what it means", lambda r=record, m=method: _open(env, r, m)),
            (f"{name}: done", lambda r=record, m=method: _apply(env, r, m)),
        ]
    return [(name, *_get_medians(env, work)) for name, work in rows]


def _make_customers(env):
    """Give most series to one customer, and ten to another one.

    By SQL, as the copies of the database are made: nothing of them is recomputed.
    """
    many, few = env["res.partner"].search([("ref", "=", "bench")], order="id", limit=2)
    env.cr.execute(
        "SELECT id, sale_order_id FROM continuity_order WHERE state = 'running'"
        " ORDER BY id LIMIT %s",
        [MANY + 10],
    )
    found = env.cr.fetchall()
    for partner, rows in ((many, found[10:]), (few, found[:10])):
        orders, sales = zip(*rows, strict=True)
        for table, ids in (("continuity_order", orders), ("sale_order", sales)):
            env.cr.execute(
                f"UPDATE {table} SET partner_id = %s WHERE id IN %s", [partner.id, ids]
            )
    env.invalidate_all()
    return many, few


def _search_number(service, series):
    return service.search_customers(series.sale_order_id.name)


def _open(env, record, method):
    """Open a dialog as the web client does: the record, and all it shows."""
    from odoo.tests import Form

    action = getattr(record, method)()
    dialogs = env[action["res_model"]].with_context(**action.get("context", {}))
    return Form(dialogs.browse(action["res_id"]) if action.get("res_id") else dialogs)


def _apply(env, record, method):
    form = _open(env, record, method)
    values = {
        "end_reason_id": env["continuity.end.reason"].search([], limit=1),
        "product_id": env["product.product"].search(
            [("sale_ok", "=", True), ("continuity_program_id", "=", False)], limit=1
        ),
        "reason": "Calls back",
    }
    for name, value in values.items():
        if name in form._view["fields"] and not _is_readonly(form, name):
            setattr(form, name, value)
    dialog = form.save()
    names = ("action_apply", "action_pause", "action_hold")
    return getattr(dialog, next(n for n in names if hasattr(type(dialog), n)))()


def _is_readonly(form, name):
    return form._get_modifier(name, "invisible") or form._get_modifier(name, "readonly")


def _get_medians(env, work):
    """Measure a click with empty caches, and keep nothing of it."""
    # Odoo is there where this runs, and not where the page is written
    from bench.measure import measure as measure_work

    samples = []
    for _round in range(ROUNDS):
        env.flush_all()
        env.invalidate_all()
        with env.cr.savepoint() as savepoint:
            samples.append(measure_work(env, lambda: bool(work())))
            savepoint.rollback()
        env.invalidate_all()
    return [
        statistics.median(sample[name] for sample in samples)
        for name in ("wall", "cpu", "queries")
    ]
