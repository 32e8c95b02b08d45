# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError

from ...arguments import public

HELP = (
    "When an accountant said that what had gone back by then is owed all the same. What"
    " was given back before is asked again."
)


class ContinuityBalance(models.Model):
    """The account: what is held because money went back is asked again."""

    _inherit = "continuity.balance"

    @public()
    def action_ask_again(self):
        """Ask again for what went back to the customer, and no credit note explains.

        A bank took it back, or it was given back by mistake: it is owed as before.

        :raise UserError: not an accountant, or nothing is held for that reason
        """
        self._check_may_settle()
        # The accountant was checked; mutex and accounts are the ledger's
        billing_sudo = self.env["continuity.billing"].sudo()
        # Alone: what goes back while somebody decides about it is not asked again
        billing_sudo._lock([balance._get_scope() for balance in self], wait=True)
        for balance in self:
            balance._check_is_held()
        with billing_sudo._settling():
            for balance in self:
                # The accountant was checked; the orders are not his to write
                balance.sudo()._ask_again()

    def _check_is_held(self):
        """Refuse where nothing went back without an explanation.

        :raise UserError: naming the account
        """
        scope = self._get_scope()
        settlement = self.env["continuity.billing"]._answer([scope]).get(scope)
        if not settlement or not settlement.sums.held_returned:
            raise UserError(
                self.env._(
                    "%s: nothing is held because money went back. What is open is asked"
                    " when it is due.",
                    self.display_name,
                )
            )

    def _ask_again(self):
        """Note the moment, and say so on the order; called in sudo."""
        self.ensure_one()
        now = fields.Datetime.now()
        if self.kind == "upfront":
            self.continuity_order_id.asked_again_at = now
        else:
            order = self.child_order_id or self.ordinary_order_id
            order.continuity_asked_again_at = now
        for order in self._get_refund_orders():
            order.message_post(
                body=self.env._(
                    "%(account)s: %(amount)s that went back is asked again (%(user)s).",
                    account=self.display_name,
                    amount=self._format(self.amount_held),
                    user=self.env.user.name,
                )
            )


class ContinuityOrder(models.Model):
    """The continuity order: what it is billed up front is asked again."""

    _inherit = "continuity.order"

    asked_again_at = fields.Datetime(
        string="Asked again on", readonly=True, copy=False, help=HELP
    )


class SaleOrder(models.Model):
    """The child order, or the ordinary goods of a parent order, are asked again."""

    _inherit = "sale.order"

    continuity_asked_again_at = fields.Datetime(
        string="Asked again on", readonly=True, copy=False, help=HELP
    )
