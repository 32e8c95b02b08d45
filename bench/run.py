"""`./dev bench`: make the databases, measure the cases in turn, print the tables."""

import json
import subprocess
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
    results = measure(runtime, cases, 1 if quick else rounds)
    workers = two_workers(runtime, *sizes[0]) if not works else []
    tables = {"figures": figures.main_table(results)}
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


def measure(runtime, cases, rounds):
    """Measure the cases in turn, round by round, so that noise meets all alike.

    :return: one dict per case, with its samples
    :rtype: list[dict]
    """
    sources = {case: _source(runtime, case) for case in cases}
    samples = {case: [] for case in cases}
    for number in range(1, rounds + 1):
        for case in cases:
            title = f"{case.work}, {case.side}, {case.due} of {case.size}"
            with step(f"round {number} of {rounds}: {title}"):
                try:
                    samples[case].append(_measure_case(*sources[case], case))
                except Stop as stop:
                    say(f"not measured: {stop}")
    return [
        {**vars(case), "samples": found} for case, found in samples.items() if found
    ]


def _source(runtime, case):
    """Return the runtime and the template of a case, made if needed."""
    if case.side == "peer":
        return peer.world(runtime, case.size, case.due)
    return runtime, databases.world(runtime, case.size, case.due)


def _measure_case(runtime, source, case):
    output = cache("bench", "sample.json")
    output.unlink(missing_ok=True)
    with databases.copied(runtime, source) as name:
        options = {"work": case.work, "side": case.side, "due": case.due}
        databases.run_worker(runtime, name, "case", output=output, **options)
    sample = json.loads(output.read_text())
    if not sample["records"]:
        raise Stop(f"{case.work}: nothing was done")
    return sample


def profile(runtime, work, due, size):
    """Print the top costs of one work."""
    with databases.copied(runtime, databases.world(runtime, size, due)) as name:
        databases.run_worker(
            runtime, name, "case", work=work, side="job", due=due, profile=1
        )


def two_workers(runtime, due, size):
    """The job in one process, then in two at once, on copies of one database.

    :return: one dict each: `processes`, `wall`, `children`, `shipments`
    :rtype: list[dict]
    """
    source = databases.world(runtime, size, due)
    return [_with_processes(runtime, source, count) for count in (1, 2)]


def _with_processes(runtime, source, count):
    with databases.copied(runtime, source) as name:
        outputs = [cache("bench", f"worker-{n}.json") for n in range(count)]
        command = [runtime.python, "-m", "tools.oneshot", name, databases.WORKER]
        words = ["case", "work=create_child_orders", "side=job"]
        env = {**runtime.env, "CONTINUITY_ODOO_RC": str(runtime.config(name))}
        # They begin together once both are loaded.
        begin = time.time() + 15
        with step(f"create_child_orders in {count} process(es)"):
            started = [
                subprocess.Popen(
                    [*command, *words, f"output={output}", f"begin={begin}"], env=env
                )
                for output in outputs
            ]
            codes = [process.wait() for process in started]
        if any(codes):
            raise Stop(f"a worker of {count} failed: see above")
        found = [json.loads(Path(output).read_text()) for output in outputs]
        doubles = runtime.sql(
            "SELECT COUNT(child_order_id) - COUNT(DISTINCT child_order_id)"
            " FROM continuity_shipment",
            name,
        )
        return {
            "processes": count,
            "wall": max(sample["wall"] for sample in found),
            "records": sum(sample["records"] for sample in found),
            "doubles": int("".join(map(str, doubles)) or 0),
        }
