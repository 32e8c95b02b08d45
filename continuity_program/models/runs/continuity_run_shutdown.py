# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import threading
import time
from contextlib import contextmanager
from datetime import timedelta
from weakref import WeakSet

from odoo import api, fields, models
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


class ContinuityRun(models.Model):
    """The run when its server is stopped: it goes on with the next call."""

    _inherit = "continuity.run"

    @api.model
    def _cron_run(self, job):
        """Override: a server that is about to stop begins nothing."""
        return self._call_again() if _stopping.is_set() else super()._cron_run(job)

    @api.model
    def _cron_background(self):
        """Override: a server that is about to stop begins nothing."""
        return self._call_again() if _stopping.is_set() else super()._cron_background()

    @api.model
    def _call_again(self):
        """Have the scheduled action called by the next server."""
        cron = self.env["ir.cron"].browse(self.env.context.get("cron_id"))
        # Not at once: it would be forgotten at the end of this call
        cron.sudo()._trigger(at=fields.Datetime.now() + timedelta(minutes=1))

    def _work(self, commit=False):
        """Override: a server that is about to stop begins nothing that it commits."""
        if commit and not self.dry_run and _stopping.is_set():
            return False
        with at_work():
            return super()._work(commit=commit)

    def _checkpoint(self, processed=0, remaining=None):
        """Override: no time is left when the server is about to stop."""
        left = super()._checkpoint(processed=processed, remaining=remaining)
        return 0 if self._may_commit() and _stopping.is_set() else left

    def _register_crash(self, error):
        """Override: where the connection is gone, nothing has failed and nothing can
        be written. The run stays *running*, and the next call goes on with it."""
        return None if self.env.cr.closed else super()._register_crash(error)
