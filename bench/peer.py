"""Fetch the peer from the package index into the cache, and prepare its database."""

import dataclasses

from bench import databases
from tools import database, oca
from tools.environment import fingerprint, step
from tools.runtime import Runtime

PACKAGE = "odoo-addon-subscription-oca==19.0.1.1.4.2"
MODULE = "subscription_oca"


class PeerRuntime(Runtime):
    """The same Odoo, with the peer's folder beside Odoo's own addons, without ours."""

    def addons_path(self):
        """Override to find the peer and not our addons."""
        return [self.odoo / "addons", addons_folder()]


def addons_folder():
    """Return where the peer's addon lies, fetched if it is not there yet.

    :raise Stop: the package index does not answer
    """
    return oca.addons_folder(oca.fetch(PACKAGE))


def peer_runtime(runtime):
    """Return the way to start the same Odoo with the peer.

    :param Runtime runtime: ours
    :rtype: PeerRuntime
    """
    return PeerRuntime(**dataclasses.asdict(runtime))


def world(runtime, size, due):
    """Return the template of the peer with so many subscriptions; made if needed.

    :param PeerRuntime runtime: the peer's
    """
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
    return name
