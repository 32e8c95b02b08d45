# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import ValidationError

MANAGER = "sales_team.group_sale_manager"


class ResCompany(models.Model):
    """The company as the processes see it: who is told, and whether it works at all."""

    _inherit = "res.company"

    @api.constrains("active")
    def _check_continuity_archived(self):
        """Refuse to archive a company whose customers are owed parcels.

        :raise ValidationError: with the number of orders and the way out
        """
        archived = self.filtered(lambda company: not company.active)
        # Whoever archives companies need not see the orders of the sellers
        groups = (
            self.env["continuity.order"]
            .sudo()
            ._read_group(
                [
                    ("company_id", "in", archived.ids),
                    ("state", "in", ("running", "paused", "on_hold")),
                ],
                ["company_id"],
                ["__count"],
            )
        )
        for company, count in groups:
            raise ValidationError(
                self.env._(
                    "%(company)s has %(count)s running continuity orders: nothing would"
                    " be sent and nothing charged for them any more. End or cancel them"
                    " first, then archive the company.",
                    company=company.name,
                    count=count,
                )
            )

    def _continuity_get_manager(self):
        """Return who is told when a process of the company breaks off.

        :return: the manager named among the parameters, else a sales administrator, of
            this company before others; may be none
        :rtype: res.users
        """
        self.ensure_one()
        # Processes have no right on companies' settings
        named_sudo = self.sudo().continuity_responsible_id
        if self._continuity_can_look_after(named_sudo):
            return named_sudo
        # Processes have no right on users
        managers_sudo = (
            self.env["res.users"]
            .sudo()
            .search(
                [
                    ("all_group_ids", "in", self.env.ref(MANAGER).id),
                    ("company_ids", "in", self.id),
                    ("share", "=", False),
                ],
                order="id",
            )
        )
        own = managers_sudo.filtered(lambda user: user.company_id == self)
        return (own or managers_sudo)[:1]
