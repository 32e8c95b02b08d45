"""Keys, clicks and server times of *Customer service*: `python -m bench.screens`.

It lets the tour count, measures the clicks on the server, and writes `screens.md`.
"""

import datetime
import json
import os
import subprocess
import sys

from bench import databases
from bench.screens_case import MANY, ROUNDS
from tools import database
from tools.environment import CHECKOUT, Stop, cache, say, step

PAGE = CHECKOUT / "bench" / "screens.md"
TOUR = "continuity_program/tests/screens/test_calls.py"
SIZE, DUE = 1000, 1000
#: Seconds a click may take on the server, without the network
BAR, BAR_MANY = 0.5, 1.5
TEXT = """# Customer service: keys, clicks, answers

Written by `python -m bench.screens` on {day}; not by hand.

## Keys and clicks

What the customer says, and what the agent presses: for the sale from the empty search
to the message *submitted*, for all others from a customer who is found. Counted by a
tour in a browser (`{tour}`), every key and every click once; a key with Alt is one.

| The customer says | Keys and clicks | Bar |
| --- | --- | --- |
{calls}

## Answers of the server

A database with {size} series. The medians of {rounds} repetitions, with empty caches,
and with everything written; without network and browser. The bar is {bar:.1f} s, for
a customer with {many} series {bar_many:.1f} s, of the time of the processor (Python
and PostgreSQL together): wall time also tells what else the machine did.

| Click | Seconds | Wall time | Queries |
| --- | --- | --- | --- |
{times}
"""


def run(runtime):
    """Count, measure, write the page."""
    write(count_calls(), measure(runtime))


def write(calls, times):
    """Write the page, and say which click is too slow.

    :param list calls: see :func:`count_calls`
    :param list times: see :func:`measure`
    """
    for name, _wall, seconds, _queries in times:
        bar = BAR_MANY if str(MANY) in name else BAR
        if seconds > bar:
            say(f"too slow: {name} took {seconds:.2f} s, the bar is {bar} s")
    PAGE.write_text(
        TEXT.format(
            day=datetime.date.today(),
            tour=TOUR,
            size=f"{SIZE:_}".replace("_", " "),
            rounds=ROUNDS,
            bar=BAR,
            bar_many=BAR_MANY,
            many=MANY,
            calls="\n".join(f"| {n} | {count} | {bar} |" for n, count, bar in calls),
            times="\n".join(
                f"| {name} | {seconds:.2f} | {wall:.2f} | {queries:.0f} |"
                for name, wall, seconds, queries in times
            ),
        )
    )
    say(f"written: {PAGE.relative_to(CHECKOUT)}")


def count_calls():
    """Let the tour count.

    :return: what the customer says, the count, and its bar
    :rtype: list[tuple[str, int, int]]
    :raise Stop: the tour failed, or a bar is missed
    """
    path = cache("bench", "calls.json")
    path.unlink(missing_ok=True)
    command = [sys.executable, "dev", "test", "--all", "--reuse", "-q", TOUR]
    env = {**os.environ, "CONTINUITY_CALLS": str(path)}
    if subprocess.call(command, cwd=CHECKOUT, env=env) or not path.exists():
        raise Stop("the tour failed, see above")
    return json.loads(path.read_text())


def measure(runtime):
    """Measure the clicks on a copy of the database of the benchmarks.

    :return: see :func:`bench.screens_case.measure`
    :rtype: list[tuple[str, float, float, int]]
    """
    source = databases.world(runtime, SIZE, DUE)
    name = f"{databases.PREFIX}_screens"
    output = cache("bench", "screens.json")
    with step("measuring the clicks of Customer service"):
        database.copy(runtime, source, name)
        try:
            databases.run_worker(runtime, name, "screens", output=output)
        finally:
            database.drop(runtime, name)
    return json.loads(output.read_text())


if __name__ == "__main__":
    from tools.packages import TESTS
    from tools.runtime import ready

    run(ready(TESTS))
