# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Any agent serves any customer: who may, and what stays with the seller.

What an agent reaches is said by the record rules of the group *Continuity agent*.
"""

from odoo import api, fields, models

AGENT = "continuity_program.group_continuity_agent"


class ResCompany(models.Model):
    """The company: whether its sellers serve each other's customers."""

    _inherit = "res.company"

    continuity_any_agent = fields.Boolean(
        string="Any agent serves any customer",
        help="On: users with the role “Continuity agent” see and service the continuity"
        " orders of every seller of the company; sales reports keep their own. Off:"
        " they learn that a colleague has series with a customer, and no more.",
    )


class ContinuityOrder(models.Model):
    """The continuity order of a colleague: his sale stays his."""

    _inherit = "continuity.order"

    @api.model
    def _get_hidden_orders(self, partner):
        """Return the series of a customer that the user may not see.

        :param res.partner partner: the customer; his contacts count, too
        :return: in sudo, for counting; of the companies the user works in
        :rtype: continuity.order
        """
        domain = [
            ("partner_id", "child_of", partner.commercial_partner_id.id),
            ("state", "in", ("running", "paused", "on_hold")),
            ("company_id", "in", self.env.companies.ids),
        ]
        # That there are any is all that is told of them
        return self.sudo().search(domain) - self.search(domain).sudo()

    @api.model
    def _get_hidden_text(self, partner):
        """Say that a colleague has sold series to the customer, without details.

        :param res.partner partner: the customer
        :return: a sentence, empty when there are none
        :rtype: str
        """
        if not self._get_hidden_orders(partner):
            return ""
        return self.env._(
            "%(customer)s has series with a colleague.",
            customer=partner.commercial_partner_id.name,
        )
