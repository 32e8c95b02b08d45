"""One piece of work in a process of its own: `worker.py ACTION NAME=VALUE …`.

Run by `tools/oneshot.py`, which gives `env` and `arguments`.
"""

import json
import time
from pathlib import Path

from bench import cases, measure, night_case, world


def build(env, options):
    """Fill the database and make its statistics known to the planner."""
    world.build(env, int(options["size"]), int(options["due"]))
    env.cr.commit()
    _analyze(env)


def build_peer(env, options):
    """Fill the database of the peer."""
    from bench import peer_world

    peer_world.build(env, int(options["size"]), int(options["due"]))
    env.cr.commit()
    _analyze(env)


def _analyze(env):
    env.cr.execute("ANALYZE")
    env.cr.commit()


def set_up(env, options):
    """Make a copy ready for a case, which several processes may work on."""
    if "continuity.database" in env:
        # It is a copy, and meant to charge.
        env["continuity.database"]._store_current()
        # Made in the first night of a company, and then for good
        env.company._continuity_get_prepaid_product()
        # One process asks and books, as the floor beside it does: cards cut into
        # chunks would wait for workers that a case does not have.
        env["ir.config_parameter"].set_param("continuity_program.charge_workers", "0")
    cases.set_up(env, options)
    env.cr.commit()


def case(env, options):
    """Measure one side of one case and leave the figures in a file."""
    work = cases.prepare(env, options)
    env.flush_all()
    env.cr.commit()
    env.invalidate_all()
    if options.get("profile"):
        print(measure.profile(env, work))
        return
    # Several processes begin together.
    time.sleep(max(0.0, float(options.get("begin", 0)) - time.time()))
    figures = measure.measure(env, work)
    Path(options["output"]).write_text(json.dumps(figures))


def screens(env, options):
    """Measure the clicks of *Customer service* and leave their times in a file."""
    from bench import screens_case

    times = screens_case.measure(env(user=_make_agent(env)))
    Path(options["output"]).write_text(json.dumps(times))


def insight(env, options):
    """Measure the figures and the screens of *Insight*, and leave them in a file."""
    from bench import insight_case

    # It is a copy, and meant to work
    env["continuity.database"]._store_current()
    found = insight_case.measure(env, _make_agent(env))
    Path(options["output"]).write_text(json.dumps(found))


def _make_agent(env):
    """Whoever works with it is no superuser: rules are part of what it takes."""
    return env["res.users"].create(
        {
            "name": "Agent",
            "login": "bench_agent",
            "group_ids": [(4, env.ref("sales_team.group_sale_manager").id)],
        }
    )


ACTIONS = {
    "build": build,
    "build_peer": build_peer,
    "set_up": set_up,
    "case": case,
    "screens": screens,
    "insight": insight,
    "night_build": night_case.build,
    "night_run": night_case.work,
    "night_worker": night_case.charge,
}

name, *words = arguments
ACTIONS[name](env, dict(word.split("=", 1) for word in words))
