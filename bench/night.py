"""`./dev bench night`: the cards of one night, charged by several workers at once."""

import contextlib
import importlib.util
import json
import os

from bench import databases, plan
from tools import database
from tools.environment import CHECKOUT, Stop, cache, step

#: Seconds of work for a payment beside the waiting, on a machine with four cores
WORK = 0.06
#: How much of N workers is to be left of them when they work beside each other
SHARE = 0.8
#: The provider that is asked, a server of its own; it knows nothing of Odoo
GATE = CHECKOUT / "continuity_program" / "tests" / "providers" / "gate.py"
#: Payments that are paid, their transactions, those that are booked, and the others
RESULT = """
SELECT count(*) FILTER (WHERE p.state = 'paid') || ' ' || count(DISTINCT t.id) || ' ' ||
       count(DISTINCT t.payment_id) || ' ' ||
       count(*) FILTER (WHERE t.is_post_processed IS NOT TRUE)
  FROM continuity_payment p
  JOIN continuity_payment_transaction_rel r ON r.payment_id = p.id
  JOIN payment_transaction t ON t.id = r.transaction_id
 WHERE p.due_date = (SELECT date FROM continuity_run ORDER BY id DESC LIMIT 1)
"""


def run(runtime, cards=plan.CARDS, workers=plan.CHARGE_WORKERS, delay=plan.DELAY):
    """Charge so many cards with so many workers, and print how long it took.

    :param int cards: due payments, one of each member; see `plan.CARDS`
    :param int workers: processes that ask the provider; one more books
    :param float delay: seconds the provider takes for each answer
    :raise Stop: a card was not charged exactly once, or not booked
    """
    check(cards, workers)
    name = f"{databases.PREFIX}_night"
    output = cache("bench", "night.json")
    output.unlink(missing_ok=True)
    with databases.Host(runtime, "night") as host, opened(delay) as gate:
        database.copy(runtime, databases.base(runtime), name)
        try:
            with step(f"selling to {cards} members"):
                host.call(["night_build", f"cards={cards}", f"workers={workers}"])
            options = [f"url={gate.url}", f"output={output}"]
            with step(f"charging {cards} cards, {workers} workers"):
                host.call(
                    ["night_run", *options], *[["night_worker", *options]] * workers
                )
            booked = "".join(map(str, runtime.sql(RESULT, name))).strip()
        finally:
            database.drop(runtime, name)
    figures = json.loads(output.read_text())
    figures.update(cards=cards, workers=workers, delay=delay, booked=booked)
    figures.update(read_gate(gate))
    for line in report(figures):
        print(line)
    if problems := find_problems(figures):
        raise Stop("; ".join(problems))


def check(cards, workers):
    """Refuse what cannot be made.

    :raise Stop: members are copied by the hundred; more workers than the addon has
    """
    if cards < 1 or (cards > plan.SEED and cards % plan.SEED):
        raise Stop(f"--cards: up to {plan.SEED}, or a multiple of {plan.SEED}")
    if not 1 <= workers <= plan.MOST_CHARGE_WORKERS:
        raise Stop(f"--workers: 1 to {plan.MOST_CHARGE_WORKERS}")


@contextlib.contextmanager
def opened(delay):
    """Open the gate, in threads of this process.

    It is loaded from its file: its package loads Odoo.

    :param float delay: seconds it takes for each request
    """
    spec = importlib.util.spec_from_file_location("night_gate", GATE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    gate = module.Gate(delay=delay)
    try:
        yield gate
    finally:
        gate.close()


def read_gate(gate):
    """Return what the gate has counted.

    :rtype: dict
    """
    return {
        "asked": len(gate.asked),
        "taken": len(gate.taken),
        "most_under_way": gate.most_under_way,
        "seconds": (gate.last_at or 0) - (gate.first_at or 0),
    }


def get_bar(figures):
    """Return the seconds that asking may take, where there are cores enough.

    :rtype: float
    """
    alone = figures["cards"] * (figures["delay"] + WORK)
    return alone / figures["workers"] / SHARE


def find_problems(figures):
    """Say what is wrong with the money: each card is charged and booked once.

    :rtype: list[str]
    """
    cards = figures["cards"]
    wanted = {
        "run": f"done {cards} 0 0",
        "asked": cards,
        "taken": cards,
        "booked": f"{cards} {cards} {cards} 0",
    }
    return [
        f"{name}: {figures[name]} instead of {value}"
        for name, value in wanted.items()
        if figures[name] != value
    ]


def report(figures):
    """Say in lines what was found.

    :rtype: list[str]
    """
    seconds = max(figures["seconds"], 0.001)
    cores = os.cpu_count() or 1
    rate, bar = figures["cards"] / seconds, get_bar(figures)
    lines = """
        {cards} cards, {workers} workers, the provider takes {delay} s, {cores} cores
        asked in {seconds:.0f} s, {rate:.2f} a second; bar, with 4 cores: {bar:.0f} s
        booked and ended after {wall:.0f} s
        asked {asked}, taken {taken}, at most {most_under_way} at once
        memory of the run {peak_mb:.0f} MB"""
    known = {**figures, "seconds": seconds, "cores": cores, "rate": rate, "bar": bar}
    return [line.strip() for line in lines.strip().format(**known).splitlines()]
