"""Which databases are there, and how are they made?

* `continuity_template_…`: only the modules we depend on, installed once and kept; every
  other one is a copy of it.
* `continuity_test…`: the template plus our addons; the tests run here.
* `continuity_test…_pristine`: copy of the test database right after installation. Tests
  that need a process or a connection of their own make copies of it
  (`tools/testdb.py`).
* `continuity_demo`: the template plus our addons with their demo data
  (`tools/demo.py`).
"""

import ast
import contextlib
import fcntl
import os

from tools import odoo_source, packages
from tools.environment import CHECKOUT, Stop, cache, fingerprint, locked, step
from tools.runtime import addons

#: Odoo's modules that the tests and the demo company need beside the dependencies
ALSO = {"payment_demo", "web_tour"}
FINISH = CHECKOUT / "tools" / "template.py"


def exists(runtime, database):
    """Return whether the database exists."""
    sql = f"SELECT 1 FROM pg_database WHERE datname = '{database}'"
    return bool(runtime.sql(sql))


def drop(runtime, database):
    """Drop the database, if it exists, together with its connections."""
    runtime.sql(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')


def copy(runtime, source, target):
    """Make `target` a copy of `source`, attachments included (see `template.py`)."""
    drop(runtime, target)
    runtime.sql(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')
    _confirm(runtime, target)


def rename(runtime, source, target):
    """Give the database its final name, in place of the one that had it."""
    drop(runtime, target)
    runtime.sql(f'ALTER DATABASE "{source}" RENAME TO "{target}"')
    _confirm(runtime, target)
    _code_file(source).replace(_code_file(target))


def _confirm(runtime, name):
    """See that a database is no copy that a manager would have to confirm."""
    if runtime.sql(
        "SELECT 1 FROM pg_tables WHERE tablename = 'continuity_database'", name
    ):
        runtime.sql("DELETE FROM continuity_database", name)


def install(runtime, database, demo=False):
    """Install our addons in a copy of the template."""
    if not addons():
        raise Stop("there is no addon in this checkout yet")
    key = _code_key()
    runtime.install(database, addons(), demo=demo)
    _code_file(database).write_text(key)


def upgrade(runtime, database, also=()):
    """Upgrade our addons in a database, installing those that are new.

    :param also: names of addons of ours that stand there beside the others
    """
    sql = "SELECT name FROM ir_module_module WHERE state = 'installed'"
    installed = runtime.sql(sql, database)
    names = [*addons(), *also]
    key = _code_key(also)
    with step(
        f"upgrading {', '.join(names)} in {database}",
        lambda: runtime.progress(database),
    ):
        runtime.install(
            database,
            [name for name in names if name not in installed],
            update=[name for name in names if name in installed],
        )
    _code_file(database).write_text(key)


def is_current(runtime, database, also=()):
    """Return whether the database was last upgraded with our addons as they are.

    :param also: see :func:`upgrade`
    """
    path = _code_file(database)
    current = path.exists() and path.read_text() == _code_key(also)
    return current and exists(runtime, database)


def _code_file(database):
    return cache("run", f"{database}.code")


def _code_key(also=()):
    """Return what changes when a file of our addons does; tests need no upgrade."""
    names = (*addons(), *also)
    files = (path for name in names for path in (CHECKOUT / name).rglob("*.*"))
    stats = (
        f"{path} {path.stat().st_mtime_ns} {path.stat().st_size}"
        for path in sorted(files)
        if path.is_file() and "tests" not in path.parts
    )
    return fingerprint(*stats)


def dependencies():
    """Return the names of the modules that our addons depend on, sorted.

    Read from the manifests: what the template lacks would be installed together with
    our addons, in the demo company with Odoo's demo data.
    """
    names = set(ALSO)
    for addon in addons():
        manifest = (CHECKOUT / addon / "__manifest__.py").read_text()
        names.update(ast.literal_eval(manifest)["depends"])
    return sorted(names - set(addons()))


def template(runtime):
    """Return the name of the database with our dependencies only, made if needed."""
    key = fingerprint(
        odoo_source.odoo_version(runtime.odoo),
        packages.requirements_key(),
        ",".join(dependencies()),
        FINISH.read_text(),
    )
    name = f"continuity_template_{key}"
    if not exists(runtime, name):
        with locked("template"):
            if not exists(runtime, name):
                _make_template(runtime, name)
    return name


def _make_template(runtime, name):
    building = "continuity_building"
    with step(
        "installing the modules we depend on (once, a minute or two)",
        lambda: runtime.progress(building),
    ):
        drop(runtime, building)
        runtime.sql(
            f"CREATE DATABASE {building} TEMPLATE template0"
            " ENCODING 'UTF8' LC_COLLATE 'C'"
        )
        runtime.install(building, dependencies())
        if runtime.shell(building, FINISH):
            raise Stop(f"preparing the template failed: see above ({FINISH})")
        # Renamed last: a template with the right name is always complete.
        runtime.sql(f'ALTER DATABASE {building} RENAME TO "{name}"')


@contextlib.contextmanager
def test_slot(base="continuity_test"):
    """Reserve a test database name; several `./dev test` at once get one each.

    :param str base: what the name begins with
    :return: the name; `CONTINUITY_DB_SUFFIX` is part of it
    """
    if suffix := os.environ.get("CONTINUITY_DB_SUFFIX"):
        base = f"{base}_{suffix}"
    for number in range(1, 20):
        name = base if number == 1 else f"{base}_{number}"
        with open(cache("locks", name), "w") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield name
            return
    raise Stop(f"twenty test runs named {base} at once: wait for one of them")


def prepare_test(runtime, name, reuse=False):
    """Make the test database and its pristine copy.

    The pristine copy of the last time is as good as an installation, as long as
    nothing it was made of has changed: `./dev lint` may have made it a minute ago.

    :param bool reuse: keep the last one, upgrading it if our code has changed since
    """
    pristine = f"{name}_pristine"
    fresh = cache("run", f"{pristine}.fresh")
    key = f"{_code_key()} {template(runtime)}"
    if reuse and exists(runtime, name):
        if not is_current(runtime, name):
            upgrade(runtime, name)
        # What tests have left is in it
        fresh.unlink(missing_ok=True)
        copy(runtime, name, pristine)
    elif exists(runtime, pristine) and fresh.exists() and fresh.read_text() == key:
        copy(runtime, pristine, name)
        _code_file(name).write_text(_code_key())
    else:
        with step(
            f"installing {', '.join(addons())} in {name}",
            lambda: runtime.progress(name),
        ):
            copy(runtime, template(runtime), name)
            install(runtime, name)
        copy(runtime, name, pristine)
        fresh.write_text(key)
