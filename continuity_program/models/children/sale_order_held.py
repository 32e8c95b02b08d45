# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import SQL


class SaleOrder(models.Model):
    """The child order: its money went back, and nothing says why.

    Its payments say *paid*, for they were. What they were paid for is not given away: a
    person says first whether the money is owed again, or was credited.
    """

    _inherit = "sale.order"

    def _get_continuity_held_accounts(self):
        """Find the accounts that keep child orders in the house.

        :return: pairs of order and account, with the rights of the caller
        :rtype: list[tuple[sale.order, continuity.balance]]
        """
        if not self.continuity_order_id:
            return []
        self.env.flush_all()
        balances = self.env["continuity.balance"]
        query = SQL(
            "SELECT c.id, b.id %s AND c.id IN %s ORDER BY c.id, b.id",
            self._get_held_account_sql(),
            self._ids,
        )
        return [
            (self.browse(order_id), balances.browse(balance_id))
            for order_id, balance_id in self.env.execute_query(query)
        ]

    def _get_held_account_sql(self):
        """Join child orders `c` with the accounts `b` whose money went back.

        A bill is no condition for goods to leave, so money that came for it is none.

        :return: FROM and WHERE
        :rtype: SQL
        """
        return SQL(
            """FROM sale_order c
               JOIN continuity_order o ON o.id = c.continuity_order_id
               JOIN continuity_balance b
                 ON b.continuity_order_id = o.id
                AND (b.child_order_id = c.id OR b.kind = 'upfront')
              WHERE o.payment_method = 'card'
                AND b.amount_held > 0
                AND b.reasons LIKE '%%given_back_without_credit%%'"""
        )


class ContinuityBalance(models.Model):
    """The account: what is said to who wants to send the goods."""

    _inherit = "continuity.balance"

    def _get_held_text(self):
        """Say that money went back, and what is waited for.

        :rtype: str
        """
        return self.env._(
            "%(amount)s of %(account)s went back to the customer, and no credit note"
            " says why: an accountant decides on its account",
            amount=self._format(self._split_held()[0]),
            account=self.display_name,
        )
