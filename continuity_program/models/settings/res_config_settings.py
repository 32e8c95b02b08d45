# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from .settings_blocks import fill_blocks


class ResConfigSettings(models.TransientModel):
    """Odoo's settings page: the parameters of the company, and what it still lacks."""

    _name = "res.config.settings"
    _inherit = ["res.config.settings", "continuity.parameters.mixin"]

    # The check list on top of the page
    continuity_has_provider = fields.Boolean(
        compute="_compute_continuity_checks",
        string="Payment provider stores cards",
    )
    continuity_has_account = fields.Boolean(
        compute="_compute_continuity_checks",
        string="Prepayment account is set",
    )
    continuity_has_journal = fields.Boolean(
        compute="_compute_continuity_checks",
        string="Revenue journal is set",
    )

    @api.model
    def _show_continuity_parameters(self, arch):
        """Show what the page of the parameters shows.

        :param etree.Element arch: the view of the settings; it is changed
        """
        # That one, whatever view the settings themselves were asked for
        view = self.env.ref("continuity_program.continuity_parameters_view_form")
        page, _view = self.env["continuity.parameters"]._get_view(view.id, "form")
        fill_blocks(arch, page, self)

    @api.depends(
        "company_id",
        "continuity_prepayment_account_id",
        "continuity_revenue_journal_id",
    )
    def _compute_continuity_checks(self):
        """Say what a company still lacks before it can sell programs (rules BR12)."""
        for settings in self:
            company = settings.company_id
            settings.continuity_has_provider = bool(
                company and company._continuity_get_card_providers()
            )
            account = (
                settings.continuity_prepayment_account_id
                or company.downpayment_account_id
            )
            settings.continuity_has_account = bool(
                account and company._continuity_is_prepayment_account(account)
            )
            settings.continuity_has_journal = bool(
                settings.continuity_revenue_journal_id
            )
