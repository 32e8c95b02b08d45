# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The run when its server is stopped: it goes on with the next call."""

import threading
import time
from contextlib import contextmanager
from weakref import WeakSet

from odoo.service.server import CommonServer

#: Seconds a server that is stopped waits for its runs; a provider's answer takes ten
GRACE = 15

_stopping = threading.Event()
_workers = set()
_cron_threads = WeakSet()


def _stop_runs():
    """Let the runs of this server come to the end of their chunk before it goes.

    Odoo closes the connections of scheduled actions in the middle of their work, even
    between a charge and its answer.
    """
    _stopping.set()
    deadline = time.monotonic() + GRACE
    while _is_busy() and time.monotonic() < deadline:
        # Threads of Odoo, which cannot be joined: they go on with other actions
        time.sleep(0.05)


def _is_busy():
    """Say whether a thread works on a run, or on the scheduled action that did: Odoo
    writes down afterwards how far it has come."""
    return bool(_workers) or any(
        getattr(thread, "start_time", None) for thread in _cron_threads
    )


def is_stopping():
    """Say whether this server is about to stop.

    :rtype: bool
    """
    return _stopping.is_set()


@contextmanager
def at_work():
    """Note that a thread works on a run: a server that is stopped waits for it."""
    thread = threading.current_thread()
    if getattr(thread, "type", None) == "cron":
        _cron_threads.add(thread)
    _workers.add(thread)
    try:
        yield
    finally:
        _workers.discard(thread)


CommonServer.on_stop(_stop_runs)
