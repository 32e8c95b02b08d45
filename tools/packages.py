"""Which Python packages do we run with? Those of `requirements/`, in a venv.

Who only wants to see the demo company gets what Odoo needs: tests and linters bring
theirs when they are called.

A bare Debian has no `ensurepip` and no pip at all: pip is then run from its own wheel,
which Debian packages too.
"""

import importlib.util
import os
import sys
from pathlib import Path

from tools import debian
from tools.environment import (
    REQUIREMENTS,
    Stop,
    cache,
    fingerprint,
    locked,
    megabytes,
    run,
    step,
)

#: What everything stands on, and what is added to it when it is wanted
BASE, TESTS, LINTERS = "odoo", "tests", "linters"
OLDEST, NEWEST = (3, 10), (3, 13)
#: Where Debian puts pip's wheel for `venv`
WHEELS = Path("/usr/share/python-wheels")


def find_python(*more):
    """Return the Python of the virtual environment, made if there is none yet.

    :param str more: what it needs besides what Odoo needs: `TESTS`, `LINTERS`
    """
    version = "%d.%d" % sys.version_info[:2]
    # One environment for each set of pins: making a new one never breaks what still
    # runs in the old one.
    key = fingerprint(*map(_pins, (BASE, TESTS, LINTERS)), sys.base_prefix)
    venv = cache(f"venv-{version}-{key}")
    for part in (BASE, *more):
        _ensure(venv, part, version)
    return venv / "bin" / "python"


def _ensure(venv, part, version):
    """Add a part to the environment, unless it is there."""
    stamp = venv / f"complete-{part}"
    if not stamp.exists():
        if not OLDEST <= sys.version_info[:2] <= NEWEST:
            raise Stop(
                f"this is Python {version}, Odoo 19 needs another:"
                " start dev with Python 3.10 to 3.13"
            )
        with locked("packages"):
            if not stamp.exists():
                if part == BASE:
                    _make(venv)
                _install(venv, part)
                stamp.touch()


def requirements_key():
    """Return what changes when Odoo is to run with another set of packages."""
    return fingerprint(_pins(BASE))


def _pins(part):
    return (REQUIREMENTS / f"{part}.txt").read_text()


def _make(venv):
    # --clear: what an interrupted call left is not trusted.
    venv_command = [sys.executable, "-m", "venv", "--clear", "--without-pip", venv]
    run(venv_command, log=cache("logs", "venv.log"))


def _install(venv, part):
    what = f"installing the Python packages of {part}"
    with step(what, lambda: megabytes(venv)):
        # A borrowed pip sees the packages beside it, and what an interrupted call left
        # is not trusted: neither counts.
        pip_install(
            "the Python packages",
            *("--ignore-installed", "--requirement", REQUIREMENTS / f"{part}.txt"),
            python=venv / "bin" / "python",
        )


def pip_install(what, *arguments, python=sys.executable):
    """Install wheels, and nothing they ask for.

    :param str what: named when it fails
    :param arguments: further arguments of pip
    :param python: the Python that runs pip
    :raise Stop: the package index does not answer
    """
    command = [python, _find_pip(), "install", "--no-deps", "--only-binary=:all:"]
    command += ["--no-input", "--disable-pip-version-check", "--progress-bar=off"]
    # What is compiled here would not be found, see PYTHONPYCACHEPREFIX in `runtime.py`.
    command.append("--no-compile")
    try:
        run(
            [*command, *arguments],
            log=cache("logs", "pip.log"),
            env=_pip_environment(),
        )
    except Stop as stop:
        raise Stop(
            f"cannot install {what}, {stop}:"
            " mend the network, or the index that pip uses, and call again"
        ) from None


def _pip_environment():
    # pip's downloads stay in our cache, and what is imported from the checkout leaves
    # no bytecode there.
    return {**os.environ, "PIP_CACHE_DIR": str(cache("pip"))}


def _find_pip():
    """Return a path that Python can run as pip: this Python's own, or a wheel."""
    found = importlib.util.find_spec("pip")
    if found:
        return Path(found.origin).parent
    found = importlib.util.find_spec("ensurepip")
    wheels = [Path(found.origin).parent / "_bundled"] if found else []
    wheels += [WHEELS]
    for folder in wheels:
        for wheel in folder.glob("pip-*.whl"):
            return wheel / "pip"
    if not debian.is_available():
        raise Stop("this Python has neither pip nor ensurepip: install one of them")
    target = cache("pip-wheel")
    if not target.exists():
        debian.unpack(["python3-pip-whl"], target, "pip")
    return next(target.glob("usr/share/python-wheels/pip-*.whl")) / "pip"
