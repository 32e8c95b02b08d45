# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The scheduled actions that charge cards: their calls, and how many there are.

Works in sudo: the scheduler calls for all companies, and whoever starts a process calls
actions that are the administrator's.
"""

import threading
import time

from odoo import api, models
from odoo.tools import config

from ..runs.shutdown import at_work, is_stopping

#: Parameter of the system: how many scheduled actions charge cards
WORKERS = "continuity_program.charge_workers"
DEFAULT_WORKERS, MOST_WORKERS = 2, 16
#: Seconds after which a thread that works off several scheduled actions charges no
#: more: Odoo ends a server whose thread takes too long for all of them together
PASS_SECONDS = 60

_pass = threading.local()


class ContinuityChargeChunk(models.Model):
    """The chunks as scheduled actions work on them: one worker each."""

    _inherit = "continuity.charge.chunk"

    # === THE SCHEDULED ACTIONS === #

    @api.model
    def _cron_charge(self):
        """Charge chunks, of whatever run and company, for the time of this call.

        A provider may take ten seconds for each answer. So the time is looked at after
        every payment, and what is left is handed on: to another call.
        """
        if is_stopping():
            self.env["continuity.run"]._call_again()
        elif not self._has_time():
            self._call_at_once()
        else:
            with at_work():
                self._charge_chunks()

    def _charge_chunks(self):
        while chunk := self._take():
            is_done = chunk._work()
            run = chunk._get_run()
            chunk._call_back(is_done)
            if not run._checkpoint() or not is_done:
                # The scheduler is told to call again, and wakes up for it
                run._checkpoint(processed=1, remaining=1)
                run._wake_scheduler()
                return

    def _call_back(self, is_done):
        """Call the run that has waited for a chunk, if it waits for no other one.

        :param bool is_done: False = somebody goes on with the chunk
        """
        run = self._get_run()
        if is_done and run._is_to_be_called():
            run._trigger_own_cron()

    def _has_time(self):
        """Say whether this call is the first one of its action, and its thread fresh.

        Odoo calls an action that has something left ten times, however long each takes.

        :rtype: bool
        """
        end = self.env.context.get("cron_end_time")
        if isinstance(end, float) and time.monotonic() > end:
            return False
        return _note_call(self.env.context.get("cron_id")) < PASS_SECONDS

    def _call_at_once(self):
        """Have the action called once more, by whoever has time."""
        cron_sudo = self.env["ir.cron"].sudo().browse(self.env.context.get("cron_id"))
        if cron_sudo:
            cron_sudo._trigger()

    # === HOW MANY === #

    @api.model
    def _get_workers(self):
        """Say how many scheduled actions are to charge cards.

        :return: 0 = each run charges by itself
        :rtype: int
        """
        # A parameter of the system, which nobody but administrators may read
        text = self.env["ir.config_parameter"].sudo().get_param(WORKERS, "")
        try:
            return min(max(int(text), 0), MOST_WORKERS)
        except (TypeError, ValueError):
            return DEFAULT_WORKERS

    @api.model
    def _get_cron_processes(self):
        """Say how many scheduled actions this server works on at the same time.

        :rtype: int
        """
        return config["max_cron_threads"]

    @api.model
    def _sync_workers(self):
        """Make the scheduled actions that charge cards, and delete those too many."""
        wanted = self._get_workers()
        parameters_sudo = self.env["ir.config_parameter"].sudo()
        is_active = not parameters_sudo.get_param("database.is_neutralized")
        data_sudo = self.env["ir.model.data"].sudo()
        for number in range(1, MOST_WORKERS + 1):
            xmlid = f"continuity_program.ir_cron_charge_cards_{number}"
            cron_sudo = self.env.ref(xmlid, raise_if_not_found=False)
            if cron_sudo and number > wanted:
                cron_sudo.sudo().unlink()
            elif not cron_sudo and number <= wanted:
                cron_sudo = self._create_worker(number, is_active)
                data_sudo._update_xmlids(
                    [{"xml_id": xmlid, "record": cron_sudo, "noupdate": True}]
                )

    def _create_worker(self, number, is_active):
        # Who sets the number of workers is an administrator
        return (
            self.env["ir.cron"]
            .sudo()
            .create(
                {
                    "name": self.env._("Continuity: charge cards %s", number),
                    "model_id": self.env["ir.model"]._get_id(self._name),
                    "state": "code",
                    "code": "model._cron_charge()",
                    "user_id": self.env.ref("base.user_root").id,
                    # It is triggered, the interval is a net
                    "interval_number": 1,
                    "interval_type": "hours",
                    "active": is_active,
                }
            )
        )

    @api.model
    def _get_worker_crons(self):
        """Return the scheduled actions that charge cards and are switched on.

        :rtype: ir.cron
        """
        # Scheduled actions are for administrators
        crons_sudo = self.env["ir.cron"].sudo()
        return crons_sudo.search(
            [("model_id.model", "=", self._name), ("active", "=", True)], order="id"
        )

    @api.model
    def _has_workers(self):
        """Say whether anybody charges but the runs.

        :rtype: bool
        """
        return bool(self._get_workers() and self._get_worker_crons())

    def _call_workers(self):
        """Call the workers, as many as there is work for."""
        for cron_sudo in self._get_worker_crons()[: len(self)]:
            cron_sudo._trigger()


class IrConfigParameter(models.Model):
    """The number of workers is set here: the scheduled actions follow."""

    _inherit = "ir.config_parameter"

    def _has_continuity_workers(self):
        """Say whether one of the parameters is the number of workers.

        :rtype: bool
        """
        return WORKERS in self.mapped("key")

    def _sync_continuity_workers(self):
        """Make as many scheduled actions as the parameter says."""
        if self._has_continuity_workers():
            self.env["continuity.charge.chunk"]._sync_workers()


def _note_call(cron_id):
    """Say for how long this thread has been working off scheduled actions.

    A thread takes all that are due one after the other, each once. An action that comes
    a second time, or after a break, begins a new pass.

    :param int cron_id: the action that is called
    :return: seconds
    :rtype: float
    """
    began = getattr(threading.current_thread(), "start_time", None)
    if began:
        return time.time() - began
    now = time.monotonic()
    seen = getattr(_pass, "seen", set())
    if cron_id in seen or now - getattr(_pass, "last", 0.0) > PASS_SECONDS:
        seen = set()
    if not seen:
        _pass.began = now
    _pass.seen, _pass.last = {*seen, cron_id}, now
    return now - _pass.began
