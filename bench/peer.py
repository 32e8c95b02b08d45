"""Fetch the peer from the package index into the cache, and prepare its database."""

import dataclasses
import os
import sys

from bench import databases
from tools import database, packages
from tools.environment import cache, fingerprint, run, step
from tools.runtime import Runtime

PACKAGE = "odoo-addon-subscription-oca==19.0.1.1.4.2"
MODULE = "subscription_oca"


class PeerRuntime(Runtime):
    """The same Odoo, with the peer's folder beside Odoo's own addons, without ours."""

    def config(self, name, **options):
        """Override to find the peer and not our addons."""
        path = super().config(name, **options)
        lines = path.read_text().splitlines(keepends=True)
        paths = f"addons_path = {self.odoo / 'addons'},{addons_folder()}\n"
        lines = [paths if "addons_path" in line else line for line in lines]
        path.write_text("".join(lines))
        return path


def addons_folder():
    """Return where the peer's addon lies, fetched if it is not there yet.

    :raise Stop: the package index does not answer
    """
    target = cache(f"peer-{fingerprint(PACKAGE)}")
    found = target / "odoo" / "addons"
    if not found.exists():
        pip = [sys.executable, packages._find_pip()]
        options = ["--no-deps", "--only-binary=:all:", "--target", target]
        with step(f"fetching {PACKAGE}"):
            run(
                [*pip, "install", *options, PACKAGE],
                log=cache("logs", "peer.log"),
                env={**os.environ, "PIP_CACHE_DIR": str(cache("pip"))},
            )
    return found


def world(runtime, size, due):
    """Return the peer's runtime and its database, made if needed.

    :param Runtime runtime: ours
    :rtype: tuple
    """
    runtime = PeerRuntime(**dataclasses.asdict(runtime))
    source = (databases.CHECKOUT / "bench" / "peer_world.py").read_text()
    name = f"{databases.PREFIX}_peer_{fingerprint(PACKAGE, source)}_{size}_{due}"
    if not database.exists(runtime, name):
        building = f"{databases.PREFIX}_peer_building"
        with step(f"making {size} subscriptions of the peer, {due} due"):
            database.copy(runtime, database.template(runtime), building)
            addons_folder()
            runtime.install(building, [MODULE])
            databases.run_worker(runtime, building, "build_peer", size=size, due=due)
            runtime.sql(f'ALTER DATABASE "{building}" RENAME TO "{name}"')
    return runtime, name
