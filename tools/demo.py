"""How is the demo company made, walked through and served?"""

import contextlib
import subprocess

from tools import browser, database, server
from tools.environment import CHECKOUT, Stop, step
from tools.runtime import addons

NAME = "continuity_demo"
WALKTHROUGH = CHECKOUT / "tools" / "walkthrough.py"
SCREENSHOTS = CHECKOUT / "tools" / "screenshots.py"
INVITATION = """
  Odoo is served at {url}, Ctrl-C stops it.

  Log in as   manager / manager   sells, runs the processes, sees the invoices
              seller  / seller    an agent: sells, serves every customer
              admin   / admin     settings
              karen   / karen     the customer, on the portal

  Three things to try:
    1. Continuity ‣ Customer service: search “Karen”, select her, start a new order
       with item 88000 and answer the wizard.
    2. Continuity ‣ Periodic ‣ Create continuity child orders: Anders Berg's first
       parcel is due. Preview it, then run it.
    3. Continuity ‣ Orders ‣ Continuity orders: open one of Karen's, move a shipment,
       skip one, look at the payments.
"""


def show(runtime, serve=True, fresh=False, port=server.PORT):
    """Make the demo company, perform the walk-through on it, then serve it.

    :param bool serve: whether to stay and serve
    :param bool fresh: make the database anew, even if there is one
    """
    if serve:
        server.check_port(port)
    prepare(runtime, fresh)
    if WALKTHROUGH.exists() and runtime.shell(NAME, WALKTHROUGH):
        raise Stop(f"the walk-through failed, see above: {WALKTHROUGH}")
    if not serve:
        return
    with server.served(runtime, NAME, port, crons=1) as served:
        print(INVITATION.format(url=served.url), flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            served.process.wait()
            raise Stop(f"Odoo ended by itself: see {served.log}")


def prepare(runtime, fresh=False):
    """Make the demo database if there is none, else bring it up to the code."""
    if fresh or not database.exists(runtime, NAME):
        _make(runtime)
    elif not database.is_current(runtime, NAME):
        update(runtime)


def update(runtime):
    """Upgrade our addons on the demo database."""
    if not database.exists(runtime, NAME):
        raise Stop("there is no demo database yet: ./dev demo makes it")
    database.upgrade(runtime, NAME)


def _make(runtime):
    building = f"{NAME}_building"
    source = database.template(runtime)
    with step("making the demo company"):
        database.copy(runtime, source, building)
        # Odoo loads the demo data of an addon only if its dependencies have theirs. We
        # want ours alone: for the time of the installation the dependencies pretend.
        pretend = (
            "UPDATE ir_module_module SET demo = {}"
            " WHERE state = 'installed' AND name NOT IN {}"
        )
        ours = "('%s')" % "','".join(addons())
        runtime.sql(pretend.format("true", ours), building)
        database.install(runtime, building, demo=True)
        runtime.sql(pretend.format("false", ours), building)
        database.rename(runtime, building, NAME)


def take_screenshots(runtime, arguments):
    """Make the pictures of the README anew, with the demo database served.

    `tools/screenshots.py` is run as a module of its own; its first argument is the
    address.
    """
    if not browser.find_chromium():
        raise Stop(browser.MISSING)
    prepare(runtime)
    with server.served(runtime, NAME) as served, step("taking the pictures"):
        module = f"tools.{SCREENSHOTS.stem}"
        command = [runtime.python, "-m", module, served.url, *arguments]
        return subprocess.call(command, env=runtime.env, cwd=CHECKOUT)
