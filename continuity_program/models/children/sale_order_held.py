# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import SQL

from ...billing import may_confirm
from ...billing.sums import unexplained_by_key
from ..base.set_aside import measure


class SaleOrder(models.Model):
    """The child order: its money went back, and nothing says why.

    Its payments say *paid*, for they were. What they were paid for is not given away: a
    person says first whether the money is owed again, or was credited.
    """

    _inherit = "sale.order"

    def _may_confirm_continuity_child(self):
        """Say whether money that has come confirms the child order: as the night does.

        Odoo takes any payment for enough, since a child order asks for none to be
        confirmed. A part of what is due leaves it a quotation; nor is it confirmed by
        other money while a person has to say why some went back.

        :rtype: bool
        """
        self.ensure_one()
        # Whoever is sent an answer has no rights
        child_sudo = self.sudo()
        billing_sudo = child_sudo.env["continuity.billing"]
        scope = ("child", self.id)
        # Rows are written when the claim is settled; what they will say counts
        answer = billing_sudo._answer_each([scope]).get(scope)
        if not answer or child_sudo._get_continuity_held_accounts():
            return False
        _facts, settlement = answer
        return may_confirm(
            (*settlement.rows, *settlement.new_rows),
            child_sudo.company_id._continuity_today(),
            billing_sudo._get_company_smallest_charge(
                child_sudo.company_id, child_sudo.currency_id
            ),
        )

    def _get_continuity_held_accounts(self):
        """Find the accounts that keep child orders in the house.

        :return: order and account, with the rights of the caller, and a name for what
            is held of it
        :rtype: list[tuple[sale.order, continuity.balance, str]]
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
        found = self.env.execute_query(query)
        names = balances.browse({balance_id for _id, balance_id in found})._name_held()
        return [
            (self.browse(order_id), balances.browse(balance_id), names[balance_id])
            for order_id, balance_id in found
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

    def _name_held(self):
        """Name what is held of the accounts, by how much it is and what went back.

        Whoever releases goods has seen that. When some of it comes in, or is explained,
        it is less of the same; what goes back later is something else.

        :return: by id of the account
        :rtype: dict[int, str]
        """
        names = {balance.id: f"account {balance.id}" for balance in self}
        if not self:
            return names
        scopes = {balance._get_scope(): balance.id for balance in self}
        for scope, answer in (
            self.env["continuity.billing"]._answer_each(list(scopes)).items()
        ):
            if answer:
                facts, settlement = answer
                back = unexplained_by_key(facts.scope, facts.money)
                amounts = {
                    "held": settlement.sums.held_returned,
                    **{
                        "-".join(str(part) for part in key): amount
                        for key, amount in back.items()
                    },
                }
                names[scopes[scope]] = measure(names[scopes[scope]], amounts)
        return names

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
