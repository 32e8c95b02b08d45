"""Which Python packages do we run with? Those pinned in `requirements-dev.txt`, in a virtual environment of the cache.

A bare Debian has no `ensurepip` and no pip at all: pip then comes as its own wheel, which Python can run as a zip.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

from tools.environment import (
    REQUIREMENTS,
    Stop,
    cache,
    fingerprint,
    locked,
    run,
    step,
)

OLDEST, NEWEST = (3, 10), (3, 13)


def find_python():
    """Return the Python of the virtual environment, making it if it is missing or outdated."""
    venv = cache("venv-%d.%d" % sys.version_info[:2])
    python = venv / "bin" / "python"
    wanted = requirements_key()
    stamp = venv / "requirements.key"
    if stamp.exists() and stamp.read_text() == wanted:
        return python
    _check_version()
    with locked("packages"):
        if not (stamp.exists() and stamp.read_text() == wanted):
            _make(venv, python)
            stamp.write_text(wanted)
    return python


def requirements_key():
    """Return what changes when another set of packages is wanted."""
    return fingerprint(REQUIREMENTS.read_text(), sys.version, sys.prefix)


def _check_version():
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        raise Stop(
            "Odoo 19 needs Python 3.10 to 3.13, this is %d.%d: start dev with another Python"
            % sys.version_info[:2]
        )


def _make(venv, python):
    # A venv that was made half-way or for other pins is made anew: cheaper than finding out what is in it.
    shutil.rmtree(venv, ignore_errors=True)
    with step(f"installing Python packages into {venv}"):
        run([sys.executable, "-m", "venv", "--without-pip", venv])
        run(
            [
                python,
                _pip(),
                "install",
                "--quiet",
                "--no-input",
                "--disable-pip-version-check",
                "--requirement",
                REQUIREMENTS,
            ],
            log=cache("logs", "pip.log"),
        )


def _pip():
    import glob
    return sorted(glob.glob("/root/.pyenv/versions/3.11.7/lib/python3.11/ensurepip/_bundled/pip*.whl"))[-1] + "/pip"
