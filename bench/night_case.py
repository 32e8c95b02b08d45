"""The night of many cards, as it is inside the database: members, workers, the run."""

import json
import resource
import time
from pathlib import Path

from bench import clone, plan, world

#: Seconds a worker waits before it looks again whether there is something to charge
LOOK = 0.05


def build(env, options):
    """Sell to so many members; the second of three instalments is due today."""
    cards = int(options["cards"])
    world.setup_company(env)
    products = world.make_programs(env, world.make_goods(env))
    seed = min(cards, plan.SEED)
    world.sell(env, {"instalments": products["instalments"]}, seed)
    clone.multiply(env, cards // seed - 1, cards // seed - 1)
    env.cr.execute(
        """UPDATE continuity_payment SET due_date = %s WHERE id IN (
           SELECT MIN(id) FROM continuity_payment WHERE state = 'scheduled'
            GROUP BY continuity_order_id)""",
        [env.company._continuity_today()],
    )
    provider = env.ref("payment.payment_provider_demo")
    # The workers are what is measured, not the provider's limits
    provider.continuity_max_per_second = 0
    provider.continuity_max_parallel = int(options["workers"])
    parameters = env["ir.config_parameter"]
    parameters.set_param("continuity_program.charge_workers", options["workers"])
    env.cr.commit()
    env.cr.execute("ANALYZE")
    env.cr.commit()


def charge(env, options):
    """Work as a scheduled action does, again and again, until the run has ended."""
    _ask_over_network(env, options["url"])
    chunks = env["continuity.charge.chunk"]
    while _is_open(env):
        env.invalidate_all()
        chunks._cron_charge()
        time.sleep(LOOK)


def _is_open(env):
    """Say whether there is a run that has not ended; it may not have begun."""
    env.cr.rollback()
    env.cr.execute("SELECT state FROM continuity_run ORDER BY id DESC LIMIT 1")
    states = {row[0] for row in env.cr.fetchall()}
    env.cr.rollback()
    return not states or bool(states & {"queued", "running"})


def work(env, options):
    """Begin the run, and book what the workers have charged."""
    _ask_over_network(env, options["url"])
    jobs = type(env["continuity.job"])
    # It charges by itself where workers are missing; here it is to book only
    jobs._lend_a_hand = _look_again
    runs = env["continuity.run"]
    start = time.monotonic()
    runs.queue("process_payments")
    env.cr.commit()
    while _is_open(env):
        env.invalidate_all()
        runs._cron_background()
        env.cr.commit()
    env.invalidate_all()
    run = runs.search([], order="id desc", limit=1)
    counts = run.done_count, run.skipped_count, run.failed_count
    figures = {
        "run": " ".join([run.state, *map(str, counts)]),
        "wall": time.monotonic() - start,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    Path(options["output"]).write_text(json.dumps(figures))


def _look_again(_job, run, _left):
    run._checkpoint()
    time.sleep(LOOK)


def _ask_over_network(env, url):
    """Have the demo provider ask a server, as the module of a real one does."""
    from odoo.addons.payment_demo.models.payment_transaction import PaymentTransaction

    def send(transaction):
        content = {"reference": transaction.reference, "amount": transaction.amount}
        answer = transaction._send_api_request("POST", "charge", json=content)
        transaction._process("demo", {"simulated_state": answer["state"]})

    PaymentTransaction._send_payment_request = send
    providers = type(env["payment.provider"])
    providers._build_request_url = lambda *_args, **_values: url
