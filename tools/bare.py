"""Does the first `./dev` begin on a bare machine? `python3 -m tools.bare`.

A machine to develop on has pip; a bare Debian has not, and both Odoo and pip come from
Debian's archive at the same time. Here `./dev` runs on an empty cache and finds neither
pip nor `ensurepip` nor pip's wheel, until it has read the package list and both long
downloads are under way. Then it is ended: nothing is kept, little is downloaded.
"""

import contextlib
import importlib
import importlib.util
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from unittest import mock

from tools import debian, odoo_source, packages
from tools.environment import Stop, say
from tools.runtime import ready

SECONDS = 300
HIDDEN = ("pip", "ensurepip")
#: Kilobytes a second: what is fetched until both are under way is thrown away
SLOWLY = 'Acquire::http::Dl-Limit "4000"; Acquire::https::Dl-Limit "4000";'


def main(*arguments):
    """Start the set-up in a process of its own and return the exit code."""
    if arguments:
        return _set_up()
    if not debian.is_available():
        say("this machine has no apt of Debian: how a bare one begins is not tried")
        return 0
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        config = Path(folder, "apt.conf")
        config.write_text(SLOWLY)
        places = {"XDG_CACHE_HOME": folder, "TMPDIR": folder, "APT_CONFIG": str(config)}
        process = subprocess.Popen(
            # Without what this machine has installed: a bare one has Python alone
            [sys.executable, "-S", "-m", "tools.bare", "hidden"],
            env={**os.environ, **places},
            start_new_session=True,
        )
        try:
            good = _has_begun(process, Path(folder, "continuity-program"))
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    say(f"the set-up {'begins' if good else 'DOES NOT BEGIN'} on a bare machine")
    return 0 if good else 1


def _has_begun(process, cache):
    """Wait until both downloads are under way, and return whether they are."""
    deadline = time.monotonic() + SECONDS
    odoo = pip = False
    while process.poll() is None and time.monotonic() < deadline:
        odoo = odoo or _loads_odoo(cache)
        pip = pip or _loads_packages(cache)
        if odoo and pip:
            return True
        time.sleep(0.2)
    return process.poll() == 0


def _loads_odoo(cache):
    """Return whether the first bytes of a package of Odoo have come."""
    return any(path.stat().st_size for path in cache.glob("apt/odoo.debs/**/*.deb"))


def _loads_packages(cache):
    """Return whether the pip that was fetched loads a package."""
    log = cache / "logs" / "pip.log"
    return log.exists() and "Downloading" in log.read_text()


def _set_up():
    # What `./dev` imports before it knows what is asked of it
    importlib.import_module("tools.commands")
    find_spec = importlib.util.find_spec

    def find(name):
        return None if name in HIDDEN else find_spec(name)

    with (
        mock.patch.dict(os.environ),
        mock.patch.object(importlib.util, "find_spec", find),
        mock.patch.object(packages, "WHEELS", Path("/nonexistent")),
        mock.patch.object(odoo_source, "_importable", lambda: None),
    ):
        os.environ.pop("ODOO_HOME", None)
        try:
            ready()
        except Stop as stop:
            say(f"cannot go on: {stop}")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
