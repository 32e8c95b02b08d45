# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ...arguments import public
from .continuity_balance_card import MODELS

#: What ends each reason: buttons of the account, the most likely first
WAYS = {
    "charged_twice": ("refund",),
    "given_back_without_credit": ("documents", "ask_again"),
    "used_elsewhere": ("items",),
    "lost_refund": ("transactions",),
    "refund_unassigned": ("items",),
    "in_flight_too_much": ("rows",),
    "refund_by_hand": ("documents",),
    "refund_waits": ("transactions",),
    "refund_waits_draft": ("documents",),
    "credit_without_money": ("documents",),
    "unmatched_money": ("items",),
    "transfer_missing": ("transactions",),
    "mixed_document": ("documents",),
    "currency_differs": ("items",),
    "negative_ordinary": ("order",),
    "balance_differs": ("settle_again",),
    "small_rest": ("write_off",),
    "loose_credit": ("items",),
}


class ContinuityBalance(models.Model):
    """The account: buttons that lead to where a reason is ended."""

    _inherit = "continuity.balance"

    ways = fields.Char(
        string="Ways out",
        compute="_compute_ways",
        help="What may be done about it: keys between bars.",
    )

    @api.depends("reasons", "differs", "kind", "continuity_order_id.state")
    def _compute_ways(self):
        for balance in self:
            keys = [key for code in balance._get_reasons() for key in WAYS[code]]
            if "ask_again" in keys and not balance._may_ask_again():
                # The invoice is opened again by hand, by its matches
                keys[keys.index("ask_again")] = "items"
            if balance.differs:
                keys.append("settle_again")
            balance.ways = f"|{'|'.join(dict.fromkeys(keys))}|"

    # === SCREENS === #

    @public(one=True)
    def action_open_documents(self):
        """Open the invoices and credit notes of the account.

        :rtype: dict
        """
        self.ensure_one()
        moves = self.env["account.move"].browse(doc.key for doc in self._get_docs())
        return self._open(moves, self.env._("Invoices and credit notes"))

    @public(one=True)
    def action_open_items(self):
        """Open what documents and payments of the account are matched by.

        :return: journal items on receivable accounts; there they are matched, and
            matches undone
        :rtype: dict
        """
        self.ensure_one()
        # Whoever looks at the account need not read the books; what is opened is read
        # with his own rights
        moves_sudo = self._get_money("move").sudo()
        moves_sudo |= self._get_money("payment").sudo().move_id
        transactions_sudo = self._get_money("tx").sudo()
        transactions_sudo |= transactions_sudo.child_transaction_ids
        moves_sudo |= transactions_sudo.payment_id.move_id
        moves_sudo |= moves_sudo.browse(doc.key for doc in self._get_docs())
        items_sudo = moves_sudo.line_ids.filtered(
            lambda item: item.account_id.account_type == "asset_receivable"
        )
        return self._open(
            items_sudo.sudo(self.env.su), self.env._("Items to be matched")
        )

    @public(one=True)
    def action_open_transactions(self):
        """Open the payment transactions of the account, and their refunds.

        :rtype: dict
        """
        self.ensure_one()
        transactions = self._get_money("tx")
        # Which refunds there are is no secret; they are opened with the user's rights
        refunds_sudo = transactions.sudo().child_transaction_ids
        # One of a captured payment is a refund of its capture
        refunds_sudo |= refunds_sudo.child_transaction_ids
        return self._open(
            transactions | refunds_sudo.sudo(self.env.su),
            self.env._("Payment transactions"),
        )

    @public(one=True)
    def action_open_rows(self):
        """Open the payments of the account.

        :rtype: dict
        """
        self.ensure_one()
        rows = self.env["continuity.payment"].browse(
            row.key for row in self._get_facts().rows
        )
        return self._open(rows, self.env._("Payments"))

    @public(one=True)
    def action_open_order(self):
        """Open the order the account belongs to.

        :rtype: dict
        """
        self.ensure_one()
        order = self.child_order_id or self.sale_order_id
        return order._get_records_action()

    @public()
    def action_refund(self):
        """Give back what the accounts say, each payment through its provider.

        :return: see `continuity.order.action_refund`
        :rtype: dict
        """
        self.check_access("read")
        # The right to refund is checked where it is done
        orders_sudo = self._get_refund_orders()
        return orders_sudo.sudo(self.env.su).action_refund()

    def _open(self, records, name):
        """Open records with the rights of who looks.

        :param records: what is opened
        :param str name: of the screen
        :rtype: dict
        :raise UserError: there is nothing to open
        """
        if not records:
            raise UserError(
                self.env._("%s has nothing of that kind.", self.display_name)
            )
        records.check_access("read")
        return records._get_records_action(name=name)

    # === WHAT STANDS BEHIND IT === #

    def _get_facts(self):
        """Read what there is to know about the claim now.

        :rtype: Facts
        :raise UserError: see :meth:`_get_answer`
        """
        return self._get_answer()[0]

    def _get_answer(self):
        """Say what there is to know about the claim now, and what follows from it.

        :rtype: tuple[Facts, Settlement]
        :raise UserError: its record is gone
        """
        self.check_access("read")
        scope = self._get_scope()
        answer = self._settle_again(self).get(scope)
        if not answer:
            raise UserError(
                self.env._(
                    "The account of %s cannot be made. The log of the server says why.",
                    self.display_name,
                )
            )
        return answer

    def _get_docs(self):
        return self._get_facts().docs

    def _get_money(self, kind):
        """Return the payments of the account of one kind.

        :param str kind: a key of `MODELS`
        :rtype: odoo.models.BaseModel
        """
        keys = {self._split(item.key) for item in self._get_facts().money}
        return self.env[MODELS[kind]].browse(
            sorted(res_id for one, res_id in keys if one == kind)
        )
