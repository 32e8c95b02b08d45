"""How do the modules of payment providers get on with us? Unchanged, over HTTP.

Odoo's own module of a provider asks the gate of `tools/gate/`, behind which localstripe
plays Stripe. The tests are those of the addon `tools/addons/continuity_gate`, which is
in no wheel, on a database of their own.
"""

import contextlib
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from tools import database, heavy, packages, server, testing
from tools.environment import CHECKOUT, Stop, cache, fingerprint, locked, say, step
from tools.gate import URL
from tools.runtime import Runtime

ADDON = "continuity_gate"
#: Comes by itself where Stripe is, and is upgraded with our others
BRIDGE = "continuity_program_stripe"
ADDONS = CHECKOUT / "tools" / "addons"
REQUIREMENTS = CHECKOUT / "tools" / "gate" / "requirements.txt"
#: Odoo's modules of the providers that are tried
MODULES = (
    "payment_adyen",
    "payment_authorize",
    "payment_flutterwave",
    "payment_mercado_pago",
    "payment_mollie",
    "payment_razorpay",
    "payment_stripe",
    "payment_worldline",
    "payment_xendit",
)
#: Where localstripe keeps what it knows, whoever runs it: not what we are after
LEFT = Path("/tmp/localstripe.pickle")


@dataclass(frozen=True)
class RuntimeGate(Runtime):
    """The same Odoo with the addon of the gate."""

    def addons_path(self):
        """Override to find the addon of the tests, too."""
        return [*super().addons_path(), ADDONS]


def run(runtime, arguments):
    """Run the contract suite and return its exit code.

    :param list arguments: names of providers, all of them by default, and whatever is
        passed on to pytest
    """
    runtime = RuntimeGate(runtime.odoo, runtime.python, runtime.env)
    packages_folder = fetch(runtime.python)
    with database.test_slot("continuity_providers") as name:
        _prepare(runtime, name)
        rc = runtime.config(name, db_name=name)
        with served(runtime, packages_folder) as url:
            env = {
                **runtime.env,
                URL: url,
                "CONTINUITY_PRISTINE_DB": f"{name}_pristine",
                "CONTINUITY_ODOO_RC": str(rc),
                heavy.ALL: "1",
            }
            command = [
                *(runtime.python, "-m", "pytest", "--odoo-http"),
                *("--odoo-log-level=warn", f"--odoo-config={rc}"),
                *(f"--odoo-database={name}", *_files(arguments)),
            ]
            say(f"testing in the database {name}")
            with testing.forks(runtime, env, name) as env:
                return subprocess.call(list(map(str, command)), env=env, cwd=CHECKOUT)


def _files(arguments):
    """Return what pytest is told: the files of the providers, and what is its own."""
    folder = ADDONS / ADDON / "tests"
    known = {path.stem.split("_")[1] for path in folder.glob("test_*.py")}
    names = [name for name in arguments if name in known]
    files = [path for name in names for path in sorted(folder.glob(f"test_{name}*"))]
    return [*(files or [folder]), *(one for one in arguments if one not in known)]


def _prepare(runtime, name):
    """Make the database of the tests, or bring it up to date."""
    if database.exists(runtime, name):
        if not database.is_current(runtime, name, (BRIDGE,)):
            database.upgrade(runtime, name, (BRIDGE,))
    else:
        title = f"installing {len(MODULES)} providers and ours in {name}"
        with step(title, lambda: runtime.progress(name)):
            database.copy(runtime, database.template(runtime), name)
            runtime.install(name, MODULES)
            # Ours come last, as in a shop that has its provider already
            database.install(runtime, name)
    sql = "SELECT name FROM ir_module_module WHERE state = 'installed'"
    known = runtime.sql(sql, name)
    if missing := [one for one in (*MODULES, ADDON) if one not in known]:
        runtime.install(name, missing)
    database.copy(runtime, name, f"{name}_pristine")


def fetch(python):
    """Return the folder with localstripe and what it imports, fetched if needed.

    :param Path python: that runs it
    :raise Stop: the package index does not answer
    """
    target = cache(f"localstripe-{fingerprint(REQUIREMENTS.read_text(), str(python))}")
    complete = target / "complete"
    if not complete.exists():
        with locked("localstripe"):
            if not complete.exists():
                with step("fetching localstripe"):
                    packages.pip_install(
                        "localstripe",
                        # There is no wheel of it; it is Python only
                        *("--no-binary=localstripe", "--ignore-installed"),
                        *("--target", target, "--requirement", REQUIREMENTS),
                        python=python,
                    )
                complete.touch()
    return target


@contextlib.contextmanager
def served(runtime, folder):
    """Run localstripe and the gate before it, as long as the block lasts.

    :param Path folder: where localstripe lies
    :return: address of the gate
    :rtype: str
    """
    inner, outer = server.free_port(), server.free_port()
    stripe = [sys.executable, "-m", "localstripe", f"--port={inner}", "--from-scratch"]
    stripe[0] = str(runtime.python)
    behind = f"http://127.0.0.1:{inner}"
    gate = [str(runtime.python), "-m", "tools.gate.server", str(outer), behind]
    path = {"PYTHONPATH": str(folder)}
    with (
        _process(stripe, {**runtime.env, **path}, "localstripe"),
        _process(gate, {**os.environ, "PYTHONPATH": str(CHECKOUT)}, "gate"),
    ):
        url = f"http://127.0.0.1:{outer}"
        _wait(behind)
        _wait(url)
        yield url
    LEFT.unlink(missing_ok=True)


@contextlib.contextmanager
def _process(command, env, name):
    with open(cache("logs", f"{name}.log"), "w") as log:
        process = subprocess.Popen(
            command, env=env, cwd=CHECKOUT, stdout=log, stderr=log
        )
    try:
        yield
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()


def _wait(url, seconds=30):
    """Return when somebody answers, whatever it is.

    :raise Stop: nobody does
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise Stop(f"nobody answers at {url}: see {cache('logs')}")
