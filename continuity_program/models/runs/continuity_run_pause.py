# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from ..charging.payment_provider_pause import FIRST_MINUTES, WAITING


class ContinuityRun(models.Model):
    """The run that comes back when its payment providers may be asked again."""

    _inherit = "continuity.run"

    def _ask_providers_again(self):
        """Make what waited for a provider due again."""
        self.env[f"continuity.job.{self.job}"]._forget_waiting(self, WAITING)

    def _wait_for_providers(self):
        """Come back when the first of the pauses is over, the same day."""
        # Without commits the work is the caller's, who may roll it back
        if not self._may_commit() or self._is_stop_requested():
            return
        until = self._get_pause_end()
        day_after = fields.Datetime.add(self.started_at, days=1)
        if until and until < day_after:
            self.again_at = min(until, self.again_at or until)
            self._trigger_again()

    def _get_pause_end(self):
        """Say when what waits for a provider may be asked again.

        :return: False where nothing waits
        :rtype: datetime | bool
        """
        lines = self.env["continuity.run.line"]
        waiting = [("run_id", "=", self.id), ("reason", "in", WAITING)]
        if not lines.search_count(waiting, limit=1):
            return False
        # Who may start a process need not be allowed to read providers
        providers_sudo = self.env["payment.provider"].sudo()
        now = fields.Datetime.now()
        # Pauses that are over stand there until the provider answers well again
        ends = providers_sudo.search(
            [
                ("company_id", "=", self.company_id.id),
                ("continuity_paused_until", ">", now),
            ]
        ).mapped("continuity_paused_until")
        return min(ends, default=fields.Datetime.add(now, minutes=FIRST_MINUTES))

    def _get_pause_texts(self):
        """Say that payments wait for their provider, and until when.

        :rtype: list[str]
        """
        until = self._get_pause_end() if self.state == "done" else False
        if not until:
            return []
        text = self.env._(
            "A payment provider could not be asked: what waits for it is looked at"
            " again at %s.",
            self.company_id._continuity_format_time(until),
        )
        return [text]
