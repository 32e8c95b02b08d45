"""Which databases are there, and how are they made?

* `continuity_template_…`: only the modules we depend on, installed once and kept; every other one is a copy of it.
* `continuity_test…`: the template plus our addons; the tests run here.
* `continuity_test…_pristine`: copy of the test database right after installation. Tests that need a process or a
  connection of their own make copies of it (`tools/testdb.py`).
* `continuity_demo`: the template plus our addons with their demo data.
"""

import contextlib
import fcntl
import os

from tools import odoo_source, packages
from tools.environment import CHECKOUT, Stop, cache, fingerprint, locked, step
from tools.runtime import addons

DEPENDENCIES = (
    "sale_management",
    "account_payment",
    "portal",
    "payment_demo",
    "sale_stock",
    "web_tour",
)
DEMO = "continuity_demo"
FINISH = CHECKOUT / "tools" / "template.py"


def exists(runtime, database):
    """Return whether the database exists."""
    sql = f"SELECT 1 FROM pg_database WHERE datname = '{database}'"
    return bool(runtime.sql(sql))


def drop(runtime, database):
    """Drop the database, if it exists, together with its connections."""
    runtime.sql(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')


def copy(runtime, source, target):
    """Make `target` a copy of `source`. Attachments are in the database too (see `template.py`), so it is complete."""
    drop(runtime, target)
    runtime.sql(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')


def template(runtime):
    """Return the name of the database with only our dependencies, making it if needed."""
    key = fingerprint(
        odoo_source.odoo_version(runtime.odoo),
        packages.requirements_key(),
        ",".join(DEPENDENCIES),
        FINISH.read_text(),
    )
    name = f"continuity_template_{key}"
    if exists(runtime, name):
        return name
    with locked("template"):
        if not exists(runtime, name):
            _make_template(runtime, name)
    return name


def _make_template(runtime, name):
    building = "continuity_building"
    with step(
        "installing the modules we depend on (once, about two minutes)"
    ):
        drop(runtime, building)
        runtime.sql(
            f"CREATE DATABASE {building} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C'"
        )
        runtime.install(building, DEPENDENCIES)
        if runtime.shell(building, FINISH):
            raise Stop(f"preparing the template failed: see above ({FINISH})")
        # Renamed last: a template with the right name is always complete.
        runtime.sql(f'ALTER DATABASE {building} RENAME TO "{name}"')


@contextlib.contextmanager
def test_slot():
    """Reserve a test database name for this process; several `./dev test` at once get one each."""
    suffix = os.environ.get("CONTINUITY_DB_SUFFIX", "")
    base = f"continuity_test{'_' if suffix else ''}{suffix}"
    for number in range(1, 20):
        name = base if number == 1 else f"{base}_{number}"
        with open(cache("locks", name), "w") as handle:
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                yield name
                return
    raise Stop(f"twenty test runs named {base} at once: wait for one of them")


def prepare_test(runtime, name, reuse=False):
    """Make the test database and its pristine copy.

    :param bool reuse: upgrade an existing one instead of starting anew
    """
    names = addons()
    if not names:
        raise Stop("there is no addon in this checkout yet")
    if reuse and exists(runtime, name):
        installed = runtime.sql(
            "SELECT name FROM ir_module_module WHERE state = 'installed'", name
        )
        missing = [addon for addon in names if addon not in installed]
        present = [addon for addon in names if addon in installed]
        with step(f"upgrading {', '.join(names)} in {name}"):
            runtime.install(name, missing, update=present)
    else:
        source = template(runtime)
        with step(f"installing {', '.join(names)} in {name}"):
            copy(runtime, source, name)
            runtime.install(name, names)
    copy(runtime, name, f"{name}_pristine")
