# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..charging.continuity_charge_worker import MOST_WORKERS, WORKERS


class ResConfigSettings(models.TransientModel):
    """How many scheduled actions charge cards at the same time."""

    _inherit = "res.config.settings"

    continuity_charge_workers = fields.Integer(
        string="Cards charged at the same time",
        help="How many scheduled actions charge cards at night, each one card at a"
        " time. 0 = a process charges one card after the other.",
    )
    continuity_cron_processes = fields.Integer(
        string="Scheduled actions at the same time",
        compute="_compute_continuity_cron_processes",
    )

    def _compute_continuity_cron_processes(self):
        chunks = self.env["continuity.charge.chunk"]
        self.continuity_cron_processes = chunks._get_cron_processes()

    @api.constrains("continuity_charge_workers")
    def _check_continuity_charge_workers(self):
        for settings in self:
            if not 0 <= settings.continuity_charge_workers <= MOST_WORKERS:
                raise ValidationError(
                    self.env._(
                        "“Cards charged at the same time” is a number from 0 to %s.",
                        MOST_WORKERS,
                    )
                )

    @api.model
    def _get_continuity_values(self):
        """Return what is no field of the company: how many workers there are.

        :rtype: dict
        """
        workers = self.env["continuity.charge.chunk"]._get_workers()
        return {"continuity_charge_workers": workers}

    def _set_continuity_values(self):
        """Keep how many workers there are: none at all is a number, too."""
        chunks = self.env["continuity.charge.chunk"]
        if self.continuity_charge_workers != chunks._get_workers():
            # Odoo lets nobody but administrators save the settings
            parameters_sudo = self.env["ir.config_parameter"].sudo()
            parameters_sudo.set_param(WORKERS, str(self.continuity_charge_workers))
