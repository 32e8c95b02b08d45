# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from ...arguments import public
from ..agreement.states import ACTIVE_STATES

#: Who reads series; a contact is opened by everybody
READERS = (
    "sales_team.group_sale_salesman,account.group_account_invoice,"
    "account.group_account_readonly"
)


class ResPartner(models.Model):
    """The contact: the series he has, as far as the user may see them."""

    _inherit = "res.partner"

    continuity_order_ids = fields.One2many(
        comodel_name="continuity.order",
        inverse_name="partner_id",
        string="Series",
        readonly=True,
        copy=False,
        groups=READERS,
    )
    continuity_series_ids = fields.Many2many(
        comodel_name="continuity.order",
        string="All series",
        compute="_compute_continuity_series_ids",
        groups=READERS,
    )
    continuity_running_count = fields.Integer(
        string="Running series", compute="_compute_continuity_counts", groups=READERS
    )
    continuity_count = fields.Integer(
        string="Number of series", compute="_compute_continuity_counts", groups=READERS
    )

    def _compute_continuity_series_ids(self):
        """As those that are counted: of a company's contacts with the company, too."""
        orders = self.env["continuity.order"]
        for partner in self:
            domain = [("partner_id", "child_of", partner.ids)]
            partner.continuity_series_ids = orders.search(
                domain, order="next_ship_date, id"
            )

    def _compute_continuity_counts(self):
        """Count those of a company's contacts with the company, too."""
        self.continuity_running_count = self.continuity_count = 0
        rows = self.env["continuity.order"]._read_group(
            [("partner_id", "child_of", self.ids)],
            ["partner_id", "state"],
            ["__count"],
        )
        for customer, state, count in rows:
            # Companies are not for every contact to read: the names are not shown
            for partner in self & customer._get_continuity_parents():
                partner.continuity_count += count
                if state in ACTIVE_STATES:
                    partner.continuity_running_count += count

    def _get_continuity_parents(self):
        """Return the contact and the companies above it.

        :rtype: res.partner
        """
        self.ensure_one()
        # Companies above a contact may be hidden; his series are found through them
        found, partner_sudo = self.browse(), self.sudo()
        while partner_sudo and partner_sudo not in found:
            found |= self.browse(partner_sudo.id)
            partner_sudo = partner_sudo.parent_id
        return found

    @public(one=True)
    def action_view_continuity_orders(self):
        """Open the series of the contact and of those who belong to it.

        :rtype: dict
        """
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "continuity_program.continuity_order_action"
        )
        return {
            **action,
            "domain": [("partner_id", "child_of", self.id)],
            "context": {"search_default_active_orders": 1},
        }
