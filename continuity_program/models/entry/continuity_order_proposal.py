# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..cards.payment_check import PaymentCheck


class ContinuityOrder(models.Model):
    """The Continuity wizard: how it is paid is proposed, and said once per order.

    A proposal is nothing that is stored: the seller says it aloud and presses OK.
    """

    _inherit = "continuity.order"

    proposed_token_id = fields.Many2one(
        comodel_name="payment.token",
        string="Proposed card",
        compute="_compute_proposed_token_id",
        help="The card the customer has used last, or his only one.",
    )
    payment_for_all = fields.Boolean(
        string="Use for all programs of this order",
        default=True,
        copy=False,
        help="Programs of the order that have no payment yet are paid like this one.",
    )
    has_other_programs = fields.Boolean(
        string="Other programs on the order", compute="_compute_has_other_programs"
    )

    @api.depends("available_token_ids", "payment_method", "state")
    def _compute_proposed_token_id(self):
        for order in self:
            # Also while somebody types: what stands in the database is asked
            proposed = not order.payment_method and order._origin._get_proposed_token()
            order.proposed_token_id = proposed or False

    @api.depends("sale_order_id.continuity_order_ids.state")
    def _compute_has_other_programs(self):
        for order in self:
            others = order.sale_order_id.continuity_order_ids - order._origin
            order.has_other_programs = "draft" in others.mapped("state")

    def _get_proposed_token(self):
        """Return the card to propose: the one used last, else the only one.

        None for a customer who was last sold to on account.

        :rtype: payment.token
        """
        none = self.env["payment.token"]
        if not self or self.state != "draft" or self.payment_method:
            return none
        # A card is proposed to whoever may choose it from the list; which series of a
        # colleague it has paid for is not said
        order_sudo = self.sudo()
        last_sudo = order_sudo.search(
            [
                ("partner_id", "child_of", self.partner_id.commercial_partner_id.id),
                ("company_id", "=", self.company_id.id),
                ("id", "!=", self.id),
                ("payment_method", "!=", False),
                ("state", "!=", "cancelled"),
            ],
            order="id desc",
            limit=1,
        )
        if last_sudo.payment_method == "on_account":
            return none
        today = self.company_id._continuity_today()
        day = PaymentCheck(order_sudo).get_first_due_date(today)
        usable_sudo = order_sudo.available_token_ids.filtered(
            lambda token: not token._continuity_get_refusal(self, day)
        )
        # Whichever of two stored ones it was: it is one card
        last_keys = [t._get_continuity_card_key() for t in last_sudo.payment_token_id]
        used_sudo = usable_sudo.filtered(
            lambda token: token._get_continuity_card_key() in last_keys
        )
        proposed_sudo = used_sudo or usable_sudo
        return none.browse(proposed_sudo.ids if len(proposed_sudo) == 1 else [])

    def _share_payment(self):
        """Pay the other programs of the order likewise, where nothing else works."""
        self.ensure_one()
        if not self.payment_for_all or self.state != "draft":
            return
        today = self.company_id._continuity_today()
        drafts = self.sale_order_id.continuity_order_ids.filtered(
            lambda order: order.state == "draft"
        )
        # What is asked for by Complete is the ledger's to say
        refused = drafts.filtered(
            lambda order: (
                PaymentCheck(order.sudo()).get_method_refusal(today)
                and self._may_pay_for(order)
            )
        )
        if refused and self not in refused:
            refused.write(
                {
                    "payment_method": self.payment_method,
                    "payment_token_id": self.payment_token_id.id,
                }
            )

    def _may_pay_for(self, other):
        """Say whether what pays for this program may pay for another one.

        :param continuity.order other: of the same sales order
        :rtype: bool
        """
        token = self.payment_token_id
        if self.payment_method == "on_account":
            return True
        return bool(token) and not token._continuity_get_refusal(other)
