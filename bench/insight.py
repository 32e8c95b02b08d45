"""Times of the nightly figures and of *Insight*: `python -m bench.insight [SIZE]`.

SIZE says how many members there are, a multiple of 100; each has nine shipments on
average. With `--write` the table is put into `bench/README.md`.
"""

import argparse
import json

from bench import databases, figures
from bench.run import README
from tools import database
from tools.environment import cache, say, step

SIZE = 100_000
#: Seconds of server time that a screen, and the whole refresh, may take
BAR_SCREEN, BAR_REFRESH = 2.0, 300.0


def run(runtime, size=SIZE, write=False):
    """Measure and print.

    :param int size: members
    :param bool write: put the table into `bench/README.md`
    """
    found = measure(runtime, size)
    lines = ["| step | seconds |", "| --- | --- |"]
    lines += [f"| {name} | {seconds:.2f} |" for name, seconds in found["times"]]
    table = "\n".join(lines)
    say(", ".join(f"{name}: {count}" for name, count in found["rows"].items()))
    print(table)
    for name, seconds in found["times"]:
        bar = BAR_REFRESH if name.startswith("Refresh") else BAR_SCREEN
        if seconds > bar:
            say(f"too slow: {name} took {seconds:.1f} s, the bar is {bar} s")
    if write:
        page = README.read_text()
        README.write_text(figures.replace_between(page, "insight", f"{table}\n"))


def measure(runtime, size):
    """Measure on a copy of the database of the benchmarks.

    :return: see :func:`bench.insight_case.measure`
    :rtype: dict
    """
    source = databases.world(runtime, size, size)
    name = f"{databases.PREFIX}_insight"
    output = cache("bench", "insight.json")
    with step(f"measuring the insight of {size} members"):
        database.copy(runtime, source, name)
        try:
            databases.run_worker(runtime, name, "insight", output=output)
        finally:
            database.drop(runtime, name)
    return json.loads(output.read_text())


if __name__ == "__main__":
    from tools.runtime import ready

    parser = argparse.ArgumentParser()
    parser.add_argument("size", nargs="?", type=int, default=SIZE)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    run(ready(), arguments.size, arguments.write)
