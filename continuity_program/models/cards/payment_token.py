# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import AccessError

from ...arguments import public
from ..agreement.states import ACTIVE_STATES


class PaymentToken(models.Model):
    _inherit = "payment.token"

    expiry_date = fields.Date(
        help="The last day the card is valid. Empty = unknown.",
    )

    @public()
    def action_continuity_delete(self):
        """Delete cards, as far as Odoo does: archived, and never charged again.

        What was to be charged to them waits for another card (rules F3).

        :raise AccessError: the user is no sales administrator
        """
        self.check_access("read")
        if not self.env.user.has_group("sales_team.group_sale_manager"):
            raise AccessError(
                self.env._("Only a sales administrator can delete a card.")
            )
        # Odoo lets nobody but its administrator write cards
        self.sudo().active = False
        orders = self.env["continuity.order"].search(
            [("payment_token_id", "in", self.ids), ("state", "in", ACTIVE_STATES)]
        )
        for order in orders:
            order.message_post(
                body=self.env._(
                    "%(user)s deleted the card %(card)s.",
                    user=self.env.user.name,
                    card=order.payment_token_id.display_name,
                )
            )
