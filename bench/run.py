"""`./dev bench`: make the databases, measure the cases in turn, print the tables."""

import json
import time
from pathlib import Path

from bench import databases, figures, peer, plan
from tools.environment import CHECKOUT, Stop, cache, say, step

README = CHECKOUT / "bench" / "README.md"
ROUNDS = 3


def run(runtime, works=(), sizes=None, rounds=ROUNDS, quick=False, write=False):
    """Measure and print.

    :param list works: names of `plan.WORKS`, all by default
    :param list sizes: pairs of due and in the database
    :param int rounds: how often each case is measured
    :param bool quick: smallest size, one round
    :param bool write: put the tables into `bench/README.md`
    """
    unknown = set(works) - set(plan.WORKS)
    if unknown:
        raise Stop(f"no such work: {', '.join(unknown)}; {', '.join(plan.WORKS)}")
    sizes = sizes or (plan.QUICK if quick else plan.FULL)
    cases = plan.cases(works, sizes)
    rounds = 1 if quick else rounds
    with (
        databases.Host(runtime) as host,
        databases.Host(peer.peer_runtime(runtime), "peer_case") as peer_host,
    ):
        hosts = {"job": host, "floor": host, "peer": peer_host}
        results = measure(hosts, cases, rounds)
        workers = []
        if not works or plan.TWO_WORKERS in works:
            workers = two_workers(host, *sizes[0], rounds)
    tables = {}
    if results:
        tables["figures"] = figures.main_table(results)
    if workers:
        tables["workers"] = figures.workers_table(workers)
    path = cache("bench", f"{time.strftime('%Y%m%d-%H%M%S')}.json")
    path.write_text(json.dumps({"cases": results, "workers": workers}, indent=1))
    for table in tables.values():
        print(table)
    say(f"all samples are in {path}")
    if write:
        text = README.read_text()
        for name, table in tables.items():
            text = figures.replace_between(text, name, table)
        README.write_text(text)


def measure(hosts, cases, rounds):
    """Measure the cases in turn, round by round, so that noise meets all alike.

    :param dict hosts: a `databases.Host` by side
    :return: one dict per case, with its samples
    :rtype: list[dict]
    """
    sources = {case: _source(hosts[case.side].runtime, case) for case in cases}
    samples = {case: [] for case in cases}
    for number in range(1, rounds + 1):
        for case in cases:
            title = f"{case.work}, {case.side}, {case.due} of {case.size}"
            with step(f"round {number} of {rounds}: {title}"):
                try:
                    sample = _measure_case(hosts[case.side], sources[case], case)
                    samples[case].append(sample)
                except Stop as stop:
                    say(f"not measured: {stop}")
    return [
        {**vars(case), "samples": found} for case, found in samples.items() if found
    ]


def _source(runtime, case):
    """Return the template of a case, made if needed."""
    make = peer.world if case.side == "peer" else databases.world
    return make(runtime, case.size, case.due)


def _measure_case(host, source, case):
    output = cache("bench", "sample.json")
    output.unlink(missing_ok=True)
    options = {"work": case.work, "side": case.side}
    with host.copied(source, **options):
        host.run({**options, "output": output})
    sample = json.loads(output.read_text())
    if not sample["records"]:
        raise Stop(f"{case.work}: nothing was done")
    return sample


def profile(runtime, work, due, size):
    """Print the top costs of one work."""
    source = databases.world(runtime, size, due)
    case = {"work": work, "side": "job"}
    with databases.Host(runtime) as host, host.copied(source, **case):
        host.run({**case, "profile": 1})


def two_workers(host, due, size, rounds):
    """The job in one process, then in two at once, on copies of one database, in turn.

    :return: one dict each: `processes`, `wall` (s), `records`, `doubles`
    :rtype: list[dict]
    """
    source = databases.world(host.runtime, size, due)
    counts = [1, 2] * rounds
    return [_with_processes(host, source, count) for count in counts]


def _with_processes(host, source, count):
    outputs = [cache("bench", f"worker-{number}.json") for number in range(count)]
    title = f"create_child_orders in {count} process(es)"
    case = {"work": "create_child_orders", "side": "job"}
    with host.copied(source, **case), step(title):
        # They begin together once both are prepared.
        case["begin"] = time.time() + 5
        host.run(*({**case, "output": output} for output in outputs))
        doubles = host.runtime.sql(
            "SELECT COUNT(child_order_id) - COUNT(DISTINCT child_order_id)"
            " FROM continuity_shipment",
            host.name,
        )
    found = [json.loads(Path(output).read_text()) for output in outputs]
    return {
        "processes": count,
        "wall": max(sample["wall"] for sample in found),
        "records": sum(sample["records"] for sample in found),
        "doubles": int("".join(map(str, doubles)) or 0),
    }
