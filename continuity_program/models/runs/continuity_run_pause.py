# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from ..charging.payment_provider_pause import FIRST_MINUTES, WAITING


class ContinuityRun(models.Model):
    """The run that comes back when its payment providers may be asked again."""

    _inherit = "continuity.run"

    def _begin_try(self):
        """Override: what waited for a provider is due again."""
        is_back = bool(self.again_at)
        result = super()._begin_try()
        if is_back:
            self.env[f"continuity.job.{self.job}"]._forget_waiting(self, WAITING)
        return result

    def _end_try(self, is_finished):
        """Override: come back when the first of the pauses is over, the same day."""
        result = super()._end_try(is_finished)
        if is_finished and self._may_commit() and not self._is_stop_requested():
            until = self._get_pause_end()
            day_after = fields.Datetime.add(self.started_at, days=1)
            if until and until < day_after:
                self.again_at = min(until, self.again_at or until)
                self._trigger_again()
        return result

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

    def _get_result_texts(self):
        """Override: payments wait for their provider, and until when."""
        texts = super()._get_result_texts()
        until = self._get_pause_end() if self.state == "done" else False
        if not until:
            return texts
        text = self.env._(
            "A payment provider could not be asked: what waits for it is looked at"
            " again at %s.",
            self.company_id._continuity_format_time(until),
        )
        return [*texts, text]
