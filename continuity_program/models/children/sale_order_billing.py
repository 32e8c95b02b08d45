# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..cards.payment_check import PaymentCheck


class SaleOrder(models.Model):
    """The sale order: where Odoo asks what is paid, and what may be invoiced."""

    _inherit = "sale.order"

    # === PAYMENT ON THE PORTAL === #

    def _is_continuity_parent(self):
        """Say whether the order sells a continuity program.

        :rtype: bool
        """
        self.ensure_one()
        return self.continuity_type == "parent"

    # === WHAT IS DUE === #

    def _get_continuity_ordinary_lines(self):
        """Lines that are paid at Submit like in any order.

        :rtype: sale.order.line
        """
        self.ensure_one()
        return self.order_line.filtered(
            lambda line: not line.display_type and not line.is_continuity_parent
        )

    def _get_continuity_ordinary_total(self):
        """Total of the ordinary goods, taxes rounded as on their own invoice (N58).

        :rtype: float
        """
        self.ensure_one()
        lines = self._get_continuity_ordinary_lines()
        if not lines:
            return 0.0
        tax_model = self.env["account.tax"]
        base_lines = [line._prepare_base_line_for_taxes_computation() for line in lines]
        tax_model._add_tax_details_in_base_lines(base_lines, self.company_id)
        tax_model._round_base_lines_tax_details(base_lines, self.company_id)
        totals = tax_model._get_tax_totals_summary(
            base_lines, self.currency_id, self.company_id
        )
        return totals["total_amount_currency"]

    def _get_continuity_ordinary_due(
        self, states=("pending", "authorized", "done"), without=None
    ):
        """Ordinary total less what its own transactions cover (rules N58).

        :param tuple states: states of a transaction that count
        :param payment.transaction without: these do not count; None = all do
        :rtype: float
        """
        self.ensure_one()
        # Sellers have no right on transactions.
        covered = 0.0
        transactions_sudo = self.sudo().transaction_ids
        for tx_sudo in transactions_sudo - (without or transactions_sudo.browse()):
            if tx_sudo.state in states and tx_sudo.operation != "validation":
                covered += tx_sudo._continuity_get_loose()
        return max(
            self.currency_id.round(self._get_continuity_ordinary_total() - covered), 0.0
        )

    def _get_continuity_upfront_dues(self):
        """What orders billed up front without schedule still have to pay now.

        What was paid for the quotation and is not taken in yet is theirs in the order
        of their lines.

        :return: amount per continuity order
        :rtype: dict
        """
        self.ensure_one()
        orders = self.continuity_order_ids.filtered(
            lambda order: (
                order.state == "draft"
                and order._is_charged_at_submit()
                and not order._is_charged()
            )
        )
        surplus = self._get_continuity_surplus() if orders else 0.0
        dues = {}
        for order in orders._sorted_by_line():
            total = order.sale_order_line_id.price_total
            due = max(
                total - self.env["continuity.payment"]._get_amount_covered(order), 0.0
            )
            taken = min(surplus, due)
            surplus -= taken
            dues[order] = self.currency_id.round(due - taken)
        return dues

    def _get_continuity_due_now(self):
        """What is asked for at Submit: ordinary goods and mode C (rules N58).

        :rtype: float
        """
        self.ensure_one()
        upfront = sum(self._get_continuity_upfront_dues().values())
        return self.currency_id.round(self._get_continuity_ordinary_due() + upfront)

    def _get_continuity_credit_refusal(self):
        """Say whether all that is put on account is too much together (rules F5).

        :rtype: str | bool
        """
        self.ensure_one()
        drafts = self.continuity_order_ids.filtered(
            lambda order: (
                order.state == "draft" and order.payment_method == "on_account"
            )
        )
        # Limits are accounting's; the seller is told whether it is too much
        checks = [PaymentCheck(order_sudo) for order_sudo in drafts.sudo()]
        amount = sum(check.get_amount_on_account() for check in checks)
        if self._is_continuity_ordinary_on_account():
            amount += self._get_continuity_ordinary_due()
        return bool(
            amount
        ) and self.partner_id.commercial_partner_id._continuity_get_credit_refusal(
            amount, self.currency_id, self.company_id
        )

    # === MAILS === #
