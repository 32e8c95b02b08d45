# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError

from ...arguments import public
from ...billing.sums import returned_by_key
from ..agreement.states import ACTIVE_STATES
from ..facts.continuity_billing import to_amount

HELP = (
    "What went back to the customer, and is owed all the same: an accountant has said"
    " so of each. What goes back later is not among it."
)


class ContinuityBalance(models.Model):
    """The account: what is held because money went back is asked again."""

    _inherit = "continuity.balance"

    @public()
    def action_ask_again(self):
        """Ask again for what went back to the customer, and no credit note explains.

        A bank took it back, or it was given back by mistake: it is owed as before.

        :raise UserError: not an accountant, nothing is held for that reason, or nobody
            would be asked
        """
        self._check_may_settle()
        # The accountant was checked; mutex and accounts are the ledger's
        billing_sudo = self.env["continuity.billing"].sudo()
        # Alone: what goes back while somebody decides about it is not asked again
        billing_sudo._lock([balance._get_scope() for balance in self], wait=True)
        found = {balance: balance._find_held() for balance in self}
        with billing_sudo._settling():
            for balance, (facts, amount) in found.items():
                # The accountant was checked; the orders are not his to write
                balance.sudo()._ask_again(facts, amount)

    def _find_held(self):
        """Find what went back without an explanation.

        :return: what is known about the claim, and the amount that is asked again
        :rtype: tuple[Facts, float]
        :raise UserError: naming the account: nothing is held, or nobody would be asked
        """
        facts, settlement = self._get_answer()
        if not settlement.sums.held_returned:
            raise UserError(
                self.env._(
                    "%s: nothing is held because money went back. What is open is asked"
                    " when it is due.",
                    self.display_name,
                )
            )
        if not self._may_ask_again():
            raise UserError(
                self.env._(
                    "%s: no card is charged for it any more. Undo the match of the"
                    " charge with the invoice, match the charge with the refund, and"
                    " send the customer a payment link of the invoice. For what nobody"
                    " is to pay, post a credit note.",
                    self.display_name,
                )
            )
        return facts, to_amount(settlement.sums.held_returned, self.currency_id)

    def _may_ask_again(self):
        """Say whether a process would ask for what is open.

        Ordinary goods are charged once, with Submit; an order that has ended is looked
        at by no process.

        :rtype: bool
        """
        self.ensure_one()
        # Whoever looks at the account need not read its order
        order_sudo = self.sudo().continuity_order_id
        return self.kind != "ordinary" and order_sudo.state in ACTIVE_STATES

    def _ask_again(self, facts, amount):
        """Note what is owed all the same, and say so on the order; called in sudo.

        :param Facts facts: with what has gone back; what is on its way is not decided
        :param float amount: of it that is asked again
        """
        self.ensure_one()
        returns = [
            [*key, units] for key, units in sorted(returned_by_key(facts.money).items())
        ]
        if self.kind == "upfront":
            self.continuity_order_id.asked_again = returns
        else:
            self.child_order_id.continuity_asked_again = returns
        for order in self._get_refund_orders():
            order.message_post(
                body=self.env._(
                    "%(account)s: %(amount)s that went back is asked again (%(user)s).",
                    account=self.display_name,
                    amount=self._format(amount),
                    user=self.env.user.name,
                )
            )


class ContinuityOrder(models.Model):
    """The continuity order: what it is billed up front is asked again."""

    _inherit = "continuity.order"

    asked_again = fields.Json(
        string="Asked again", readonly=True, copy=False, help=HELP
    )


class SaleOrder(models.Model):
    """The child order: what it is paid with is asked again."""

    _inherit = "sale.order"

    continuity_asked_again = fields.Json(
        string="Asked again", readonly=True, copy=False, help=HELP
    )
