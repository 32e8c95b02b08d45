"""Which cases are run, how often, and at what sizes. Knows nothing of Odoo."""

from dataclasses import dataclass

#: Each job at so many due, with so many in the database
FULL = ((1000, 1000), (1000, 10000), (1000, 100000), (10000, 10000), (10000, 100000))
#: A tenth of the smallest: all works once in under five minutes on two cores
QUICK = ((100, 1000),)
#: All of the peer's subscriptions are due; making them, and doing them, takes it long
PEER_SIZE = (20, 20)
JOBS = (
    "create_child_orders",
    "create_child_orders_mailed",
    "select_child_orders",
    "update_current_event",
    "extend_lines",
    "update_orders",
    "process_payments",
    "close_orders",
    "settle",
)
#: What is settled is copied after it was lived
OWN_SIZE = {"settle": ((100, 100),)}
#: Measured once: they work on programs or drafts of their own
ONCE = ("create_child_orders_mailed", "update_current_event")
ENTRY_UNMAILED = ("entry_3", "entry_12", "entry_60", "submit")
ENTRY = (*ENTRY_UNMAILED, "submit_mailed")
#: With plain Odoo calls beside it; mails of ours have no counterpart
FLOORS = ("create_child_orders", "process_payments", "close_orders", *ENTRY_UNMAILED)
PEERS = ("create_child_orders",)
#: The child orders of one database, by one process and by two at the same time
TWO_WORKERS = "two_workers"
WORKS = (*JOBS, *ENTRY, TWO_WORKERS)
#: The cards of one night, charged by several workers; stands apart, see `night.py`
NIGHT = "night"
#: Cards, workers, and seconds the provider takes for an answer
CARDS, CHARGE_WORKERS, DELAY = 400, 8, 0.8
#: So many the addon has scheduled actions for
MOST_CHARGE_WORKERS = 16
#: More members than so many are copies of them, see `world.py`
SEED = 100


@dataclass(frozen=True)
class Case:
    """One side of one piece of work."""

    work: str
    side: str
    due: int
    size: int


def cases(works=(), sizes=FULL):
    """List what is to be measured; the sides of one work stand together.

    :param works: names, all of them by default
    :param sizes: pairs of due and in the database
    :rtype: list[Case]
    """
    wanted = [work for work in (*JOBS, *ENTRY) if not works or work in works]
    found = []
    for work in wanted:
        # What works on records of its own is told by the first size.
        own = OWN_SIZE.get(work, sizes)
        for due, size in own[:1] if work in (*ONCE, *ENTRY) else own:
            found.append(Case(work, "job", due, size))
            if work in FLOORS:
                found.append(Case(work, "floor", due, size))
        # The peer does one order at a time: the smallest size tells what it takes.
        if work in PEERS:
            found.append(Case(work, "peer", *PEER_SIZE))
    return found


def parse_size(text):
    """Read `1000/100000`: so many due, of so many in the database.

    :rtype: tuple
    :raise ValueError: not two multiples of a hundred, the first at most the second
    """
    due, size = map(int, text.split("/"))
    if not 0 < due <= size or due % 100 or size % 100:
        raise ValueError(text)
    return due, size
