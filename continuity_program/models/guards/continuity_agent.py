# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Any agent serves any customer: who may, and what stays with the seller.

What an agent reaches is said by the record rules of the group *Continuity agent*.
"""

from odoo import fields, models


class ResCompany(models.Model):
    """The company: whether its sellers serve each other's customers."""

    _inherit = "res.company"

    continuity_any_agent = fields.Boolean(
        string="Any agent serves any customer",
        help="On: users with the role “Continuity agent” see and service the continuity"
        " orders of every seller of the company; sales reports keep their own. Off:"
        " they learn that a colleague has series with a customer, and no more.",
    )


class ResPartner(models.Model):
    """The customer: what a colleague has sold him stays the colleague's."""

    _inherit = "res.partner"

    def _continuity_get_hidden_orders(self):
        """Return the series of a customer that the user may not see.

        Those of his contacts count, too.

        :return: in sudo, for counting; of the companies the user works in
        :rtype: continuity.order
        """
        self.ensure_one()
        orders = self.env["continuity.order"]
        domain = [
            ("partner_id", "child_of", self.commercial_partner_id.id),
            ("state", "in", ("running", "paused", "on_hold")),
            ("company_id", "in", self.env.companies.ids),
        ]
        # That there are any is all that is told of them
        return orders.sudo().search(domain) - orders.search(domain).sudo()

    def _continuity_get_hidden_text(self):
        """Say that a colleague has sold series to the customer, without details.

        :return: a sentence, empty when there are none
        :rtype: str
        """
        if not self._continuity_get_hidden_orders():
            return ""
        return self.env._(
            "%(customer)s has series with a colleague.",
            customer=self.commercial_partner_id.name,
        )
