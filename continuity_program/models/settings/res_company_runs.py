# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import ValidationError

ACCOUNTANT = "account.group_account_invoice"


class ResCompany(models.Model):
    """The company as the processes see it: whether it works at all, who keeps books."""

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

    def _continuity_get_accountant(self):
        """Return who is told when accounts of the company differ.

        :return: an accountant, of this company before others, else who looks after its
            processes
        :rtype: res.users
        """
        self.ensure_one()
        # Processes have no right on users
        users_sudo = (
            self.env["res.users"]
            .sudo()
            .search(
                [
                    ("all_group_ids", "in", self.env.ref(ACCOUNTANT).ids),
                    ("company_ids", "in", self.ids),
                    ("share", "=", False),
                ]
            )
            .sorted(lambda user: (user.company_id != self, user.id))
        )
        return self._continuity_get_responsible(users_sudo[:1])
