"""Addons of the OCA that stand beside ours: fetched when they are wanted, not before.

The bridge to the job queue is tested on a database of its own, and the benchmark has a
peer; nothing else knows them.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from tools import database, packages
from tools.environment import APART, BESIDE, cache, fingerprint, locked, step
from tools.runtime import Runtime

#: What `continuity_program_queue_job` stands beside, and what that one imports
QUEUE_JOB = ("odoo-addon-queue-job==19.0.2.4.0.1", "openupgradelib==3.13.7")


@dataclass(frozen=True)
class RuntimeBeside(Runtime):
    """The same Odoo with the fetched addons beside ours."""

    fetched: Path

    def addons_path(self):
        """Override to find what was fetched, too."""
        return [*super().addons_path(), addons_folder(self.fetched)]


def beside(runtime, *wheels):
    """Return the runtime that finds the fetched addons, and what they import.

    :param Runtime runtime: the one without them
    :rtype: RuntimeBeside
    """
    target = fetch(*wheels)
    path = f"{runtime.env['PYTHONPATH']}{os.pathsep}{target}"
    env = {**runtime.env, "PYTHONPATH": path}
    return RuntimeBeside(runtime.odoo, runtime.python, env, target)


def install_apart(runtime, source):
    """Make a copy of a database with the addons that stand apart installed.

    :param Runtime runtime: the one without the fetched addons
    :param str source: a database with all other addons of ours
    :return: runtime and name of the copy
    :rtype: tuple
    """
    runtime, name = beside(runtime, *QUEUE_JOB), f"{source}_apart"
    names = [*BESIDE, APART]
    title = f"installing {', '.join(names)} in {name}"
    with step(title, lambda: runtime.progress(name)):
        database.copy(runtime, source, name)
        runtime.install(name, names)
    return runtime, name


def fetch(*wheels):
    """Return the folder with the packages, fetched if it is not there yet.

    :param str wheels: names with exact versions
    :rtype: Path
    :raise Stop: the package index does not answer
    """
    target = cache(f"oca-{fingerprint(*wheels)}")
    complete = target / "complete"
    if not complete.exists():
        with locked("oca"):
            if not complete.exists():
                names = ", ".join(wheels)
                with step(f"fetching {names}"):
                    packages.pip_install(
                        names, "--upgrade", "--target", target, *wheels
                    )
                complete.touch()
    return target


def addons_folder(target):
    """Return where the addons lie in what was fetched."""
    return target / "odoo" / "addons"
