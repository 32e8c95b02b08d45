"""What is measured: the sides of each case, each prepared to a callable."""

from datetime import timedelta

from bench import clone, floors, world

#: So many claims are settled at once
CHUNK = 500
#: What is settled was lived once and copied so many times: 10 000 claims
SETTLED = 40


def prepare(env, options):
    """Return the work of one side of one case.

    :param env: environment of the copied database
    :param dict options: `work` and `side`
    :return: callable that does the work and returns how many records it did
    """
    sides = {"job": JOBS, "floor": floors.FLOORS, "peer": PEERS}
    return sides[options["side"]][options["work"]](env, options)


def today(env):
    """Return the day everything is due on.

    :rtype: date
    """
    return env.company._continuity_today()


def set_up(env, options):
    """Bring the database to where the work is due, in a process before that of the
    work, so that the memory it takes is not measured.

    :param env: environment of the copied database
    :param dict options: see :func:`prepare`
    """
    if options["side"] == "job" and options["work"] in SETUPS:
        SETUPS[options["work"]](env)


def _job(name, days=0):
    """Make the preparation of a job."""

    def prepared(env, _options):
        day = today(env) + timedelta(days)

        def work():
            run = env["continuity.run"].execute(name, date=day, commit=True)
            if run.failed_count or run.state != "done":
                lines = run.line_ids.filtered(lambda line: line.outcome == "failed")
                raise SystemExit(f"{name}: {run.message} {lines[:1].message}")
            return run.done_count

        return work

    return prepared


def make_children(env):
    """Bring the due orders to where their first shipment is a confirmed order."""
    _job("create_child_orders")(env, {})()


def lose_last_shipment(env):
    """Take from the due endless orders the last shipment kept ready."""
    shipments = floors.due_orders(env).filtered("has_more").shipment_ids
    last = {order: rows[-1] for order, rows in _by_order(shipments).items()}
    doomed = env["continuity.shipment"].union(*last.values())
    # A generator: the rows were never seen by anybody.
    env.cr.execute("DELETE FROM continuity_shipment WHERE id = ANY(%s)", [doomed.ids])
    env.company.continuity_repeat_threshold = len(shipments) // max(len(last), 1)
    env.invalidate_all()
    orders = env["continuity.order"].union(*last)
    env.add_to_compute(orders._fields["planned_count"], orders)
    env.flush_all()


def _by_order(shipments):
    return shipments.sorted("number").grouped("continuity_order_id")


def release_update(env):
    """Change the coffee program and release it; only the due orders are behind."""
    due = floors.due_orders(env)
    program = env["continuity.program"].search([("code", "=", "COFFEE")])
    program.event_ids[:1].quantity = 2
    program._release_update()
    env.flush_all()
    env.cr.execute(
        "UPDATE continuity_order SET update_number = %s"
        " WHERE program_id = %s AND id != ALL(%s)",
        [program.update_number, program.id, due.ids],
    )
    env.invalidate_all()


def deliver_children(env):
    """Make the child orders of the day, delivered in full."""
    make_children(env)
    floors.deliver(floors.due_orders(env).shipment_ids.child_order_id)


def copy_programs(env):
    """Have a hundred programs, each waiting for its check of the day."""
    programs = club = env["continuity.program"].search([("code", "=", "CLUB")])
    for number in range(99):
        programs |= club.copy({"code": f"CLUB-{number}"})
    (programs - club).action_open()
    programs.last_checked_date = False


def send_mails(env):
    """Tell every customer of his next parcel."""
    world.switch_mails(env, on=True)


def _entry(shipments):
    """Plan one hundred drafts, with so many shipments each."""

    def prepared(env, _options):
        product = floors.plan_product(env, shipments)
        partners = world.make_partners(env, world.SEED)

        def work():
            orders = world.quote(env, product, partners)
            env.flush_all()
            planned = len(orders.continuity_order_ids.shipment_ids)
            if planned != shipments * len(orders):
                raise SystemExit(f"{planned} shipments planned")
            return len(orders)

        return work

    return prepared


def _submit(env, _options):
    """Submit one hundred drafts on account, in one call."""
    orders = floors.drafts(env, on_account=True)

    def work():
        orders.action_confirm()
        env.flush_all()
        return len(orders)

    return work


def _peer(env, _options):
    from bench import peer_world

    return peer_world.prepare(env)


def bill_children(env):
    """Have the children of the day charged, delivered and invoiced, many times."""
    deliver_children(env)
    _job("process_payments")(env, {})()
    _job("close_orders")(env, {})()
    clone.multiply(env, SETTLED - 1, SETTLED - 1)
    env.cr.execute("ANALYZE")


def _settle(env, _options):
    """Read what is known about the money of all due orders, and settle it."""
    billing = env["continuity.billing"]
    scopes = billing._get_scopes(floors.due_orders(env))

    def work():
        for start in range(0, len(scopes), CHUNK):
            billing._answer(scopes[start : start + CHUNK])
        return len(scopes)

    return work


def _select_children(env, _options):
    """Many times the statement that selects and locks a chunk of what is due."""
    run = env["continuity.run"].create(
        {"job": "create_child_orders", "date": today(env), "company_id": env.company.id}
    )
    job = env["continuity.job.create_child_orders"]
    phase = next(
        phase for phase in job._get_phases(run) if phase.model == "continuity.shipment"
    )

    def work():
        return sum(len(job._lock_due(run, phase, phase.size)) for _time in range(500))

    return work


JOBS = {
    "create_child_orders": _job("create_child_orders"),
    "create_child_orders_mailed": _job("create_child_orders"),
    "select_child_orders": _select_children,
    "update_current_event": _job("update_current_event", 31),
    "extend_lines": _job("extend_lines"),
    "update_orders": _job("update_orders"),
    "process_payments": _job("process_payments"),
    "close_orders": _job("close_orders"),
    "entry_3": _entry(3),
    "entry_12": _entry(12),
    "entry_60": _entry(60),
    "settle": _settle,
    "submit": _submit,
    "submit_mailed": _submit,
}
SETUPS = {
    "create_child_orders_mailed": send_mails,
    "submit_mailed": send_mails,
    "update_current_event": copy_programs,
    "extend_lines": lose_last_shipment,
    "update_orders": release_update,
    "close_orders": deliver_children,
    "settle": bill_children,
}
PEERS = {"create_child_orders": _peer}
