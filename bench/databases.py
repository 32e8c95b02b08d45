"""Which databases are measured? One template per size, kept; every case gets a copy."""

import contextlib

from tools import database
from tools.environment import CHECKOUT, Stop, cache, fingerprint, step

WORKER = CHECKOUT / "bench" / "worker.py"
PREFIX = "continuity_bench"
#: What a generated database depends on besides the addons
GENERATOR = ("world.py", "clone.py")


def _generator_key():
    return fingerprint(*((CHECKOUT / "bench" / n).read_text() for n in GENERATOR))


def base(runtime):
    """Return the database with our addons and no data, current with the checkout."""
    name = f"{PREFIX}_base"
    if not database.is_current(runtime, name):
        with step(f"preparing {name}", lambda: runtime.progress(name)):
            database.copy(runtime, database.template(runtime), name)
            database.install(runtime, name)
    return name


def world(runtime, size, due):
    """Return the template with so many orders, so many of them due; made if needed.

    A template outlives changes of the code: it is upgraded then, not made anew.
    """
    name = f"{PREFIX}_{_generator_key()}_{size}_{due}"
    if not database.exists(runtime, name):
        source = base(runtime)
        building = f"{PREFIX}_building"
        with step(f"making {size} continuity orders, {due} due"):
            database.copy(runtime, source, building)
            run_worker(runtime, building, "build", size=size, due=due)
            database.drop(runtime, name)
            runtime.sql(f'ALTER DATABASE "{building}" RENAME TO "{name}"')
            code = cache("run", f"{source}.code").read_text()
            cache("run", f"{name}.code").write_text(code)
    elif not database.is_current(runtime, name):
        database.upgrade(runtime, name)
    return name


@contextlib.contextmanager
def copied(runtime, source, suffix=""):
    """Lend a copy of a template, and drop it."""
    name = f"{PREFIX}_case{suffix}"
    database.copy(runtime, source, name)
    try:
        yield name
    finally:
        database.drop(runtime, name)


def run_worker(runtime, name, action, **options):
    """Do something in a process of its own, inside the database.

    :param str action: see `worker.py`
    :param options: told to it as NAME=VALUE
    :raise Stop: it failed
    """
    words = [f"{key}={value}" for key, value in options.items()]
    if runtime.shell(name, WORKER, action, *words):
        raise Stop(f"{action} {' '.join(words)} failed in {name}: see above")
