# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError


class SaleOrder(models.Model):
    """The sale order: where Odoo asks what is paid, and what may be invoiced."""

    _inherit = "sale.order"

    # === PAYMENT ON THE PORTAL === #

    def _get_prepayment_required_amount(self):
        """Override of `sale`: a parent order asks for what is due now."""
        if self._is_continuity_parent():
            return self._get_continuity_due_now()
        return super()._get_prepayment_required_amount()

    def _is_confirmation_amount_reached(self):
        """Override of `sale`: without a secured payment no amount is enough."""
        if self._is_continuity_parent():
            return self._is_continuity_secured()
        return super()._is_confirmation_amount_reached()

    def _has_to_be_paid(self):
        """Override of `sale`: a parent order is paid when money is due now."""
        if self._is_continuity_parent():
            return (
                self.state in ("draft", "sent")
                and not self.is_expired
                and not self.currency_id.is_zero(self._get_continuity_due_now())
                and not self._get_continuity_frozen_refusal()
            )
        return super()._has_to_be_paid()

    def _is_paid(self):
        """Override of `sale`: automatic invoicing looks at the ordinary goods."""
        if self._is_continuity_parent():
            left = self._get_continuity_ordinary_due(("done", "authorized"))
            return self.currency_id.is_zero(left)
        return super()._is_paid()

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

    def _get_continuity_upfront_due(self):
        """What orders billed up front without schedule still have to pay now.

        :rtype: float
        """
        self.ensure_one()
        orders = self.continuity_order_ids.filtered(
            lambda order: (
                order.state == "draft"
                and order._is_charged_at_submit()
                and not order._is_charged()
            )
        )
        return sum(
            order.sale_order_line_id.price_total - order._get_amount_covered()
            for order in orders
        )

    def _get_continuity_due_now(self):
        """What is asked for at Submit: ordinary goods and mode C (rules N58).

        :rtype: float
        """
        self.ensure_one()
        upfront = self._get_continuity_upfront_due()
        if upfront:
            upfront = max(upfront - self._get_continuity_surplus(), 0.0)
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
        amount = sum(order.sudo()._get_amount_on_account() for order in drafts)
        if self._is_continuity_ordinary_on_account():
            amount += self._get_continuity_ordinary_due()
        return bool(
            amount
        ) and self.partner_id.commercial_partner_id._continuity_get_credit_refusal(
            amount, self.currency_id, self.company_id
        )

    # === INVOICES === #

    def _force_lines_to_invoice_policy_order(self):
        """Override of `sale`: automatic invoicing never takes parent lines."""
        result = super()._force_lines_to_invoice_policy_order()
        own = self.order_line.filtered(
            lambda line: line.is_continuity_parent or line.continuity_prepaid_line_id
        )
        own._compute_qty_to_invoice()
        return result

    def _get_invoiceable_lines(self, final=False):
        """Override of `sale`: only the continuity order bills its parent line."""
        lines = super()._get_invoiceable_lines(final=final)
        return lines.filtered(lambda line: not line.is_continuity_parent)

    def _prepare_invoice(self):
        """Override of `sale` to bill children as their continuity order says.

        Children billed up front take journal, fiscal position and rate from the
        up-front invoice and have no terms: nothing is due (rules BR3).
        Children paid by schedule have its dates on the receivable (rules N47).
        """
        vals = super()._prepare_invoice()
        order_sudo = self.sudo().continuity_order_id
        vals["continuity_order_id"] = order_sudo.id
        if not order_sudo:
            return vals
        upfront_sudo = order_sudo.upfront_invoice_id
        if upfront_sudo:
            journal = self.company_id.sudo().continuity_revenue_journal_id
            vals.update(
                {
                    "journal_id": journal.id or vals.get("journal_id"),
                    "fiscal_position_id": upfront_sudo.fiscal_position_id.id,
                    "invoice_payment_term_id": False,
                }
            )
        elif instalments := self._get_continuity_instalments():
            vals["continuity_instalments"] = instalments
            vals["invoice_payment_term_id"] = False
        return vals

    def _get_invoice_grouping_keys(self):
        """Override of `sale`: no invoice is for two continuity orders (N11)."""
        return [*super()._get_invoice_grouping_keys(), "continuity_order_id"]

    def _create_invoices(self, grouped=False, final=False, date=None):
        """Override of `sale`: each child has its own invoice.

        Nothing to invoice is an error only when nobody has anything to invoice.
        """
        self.continuity_order_id._ensure_upfront_invoice()
        own = self.filtered("continuity_order_id")
        if not own:
            return super()._create_invoices(grouped=grouped, final=final, date=date)
        moves = self.env["account.move"]
        for children, apart in ((own, True), (self - own, grouped)):
            quiet = children.with_context(raise_if_nothing_to_invoice=False)
            moves |= super(SaleOrder, quiet)._create_invoices(
                grouped=apart, final=final, date=date
            )
        if not moves and self.env.context.get("raise_if_nothing_to_invoice", True):
            raise UserError(self._nothing_to_invoice_error_message())
        return moves.with_env(self.env)

    # === MAILS === #

    def _send_order_confirmation_mail(self):
        """Override of `sale`: our own notices go out for children."""
        return super(
            SaleOrder, self.filtered(lambda order: not order.continuity_order_id)
        )._send_order_confirmation_mail()

    def _send_payment_succeeded_for_order_mail(self):
        """Override of `sale`: our own notices go out for children."""
        return super(
            SaleOrder, self.filtered(lambda order: not order.continuity_order_id)
        )._send_payment_succeeded_for_order_mail()
