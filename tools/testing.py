"""How do the tests run? pytest with pytest-odoo, on a fresh database."""

import contextlib
import os
import subprocess
import tempfile

from tools import browser, database, heavy, oca
from tools.environment import CHECKOUT, say
from tools.runtime import all_addons

# One class is never split: setting it up costs more than its tests. The longest begin,
# see `tools/log_guard.py`, and not those with most tests.
PARALLEL = ("-n", "2", "--dist", "loadscope", "--no-loadscope-reorder")
# `-p no:tools.warm` turns it off
WARM = ("-p", "tools.warm")
OPTIONS = ("reuse", "all")


def run(runtime, arguments):
    """Run pytest with the arguments and return its exit code.

    :param list arguments: passed on to pytest, but for ours: `--reuse` upgrades the
        last test database instead of making a new one, `--all` adds the heavy tests
    """
    options, arguments = split(arguments)
    if not browser.find_chromium():
        say(f"TOURS ARE SKIPPED: {browser.MISSING}")
    with database.test_slot() as name:
        database.prepare_test(runtime, name, options["reuse"])
        rc = runtime.config(name, db_name=name)
        apart = oca.beside(runtime, *oca.QUEUE_JOB)
        env = {
            **runtime.env,
            "CONTINUITY_PRISTINE_DB": f"{name}_pristine",
            # For installations; made already, or the test database would not be there
            "CONTINUITY_TEMPLATE_DB": database.template(runtime),
            "CONTINUITY_ODOO_RC": str(rc),
            heavy.ALL: "1" if options["all"] else "",
            # For the test of the addon that stands apart
            "CONTINUITY_APART_RC": str(apart.config(f"{name}_apart")),
            "CONTINUITY_APART_PATH": apart.env["PYTHONPATH"],
        }
        command = [
            *(runtime.python, "-m", "pytest", "--odoo-http", "--odoo-log-level=warn"),
            *(f"--odoo-config={rc}", f"--odoo-database={name}", *WARM),
            *(arguments or _in_parallel()),
            *_folders(arguments),
        ]
        say(f"testing in the database {name}")
        with forks(runtime, env, name) as env:
            return subprocess.call(list(map(str, command)), env=env, cwd=CHECKOUT)


def split(arguments):
    """Return our own options, as a dict, and the arguments that are pytest's."""
    options = {name: f"--{name}" in arguments for name in OPTIONS}
    return options, [a for a in arguments if a not in map("--{}".format, OPTIONS)]


@contextlib.contextmanager
def forks(runtime, env, database):
    """Let `tools/forked.py` wait for the scripts of tests; add where to the variables.

    :return: the environment variables
    """
    with tempfile.TemporaryDirectory() as folder:
        env = {**env, "CONTINUITY_FORKS": f"{folder}/socket"}
        process = subprocess.Popen(
            [runtime.python, "-m", "tools.forked", env["CONTINUITY_FORKS"], database],
            env=env,
            cwd=CHECKOUT,
        )
        try:
            yield env
        finally:
            process.terminate()
            process.wait()


def _in_parallel():
    # For a part of the tests it is not worth to make copies of the database.
    return PARALLEL if (os.cpu_count() or 1) > 1 else ()


def _folders(arguments):
    """Return all folders with tests, unless the arguments name a place themselves."""
    if any((CHECKOUT / argument.split("::")[0]).exists() for argument in arguments):
        return []
    folders = [CHECKOUT / name / "tests" for name in (*all_addons(), "tools")]
    return [folder for folder in folders if folder.is_dir()]
