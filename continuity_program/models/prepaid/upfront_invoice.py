# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command

from ..base.of_order import OfOrder
from ..payments.continuity_payment import CHARGED_STATES, OPEN_STATES


class UpfrontInvoice(OfOrder):
    """The up-front invoice of an order, document U: what stands on it, and which
    payments it takes (rules C3)."""

    def prepare(self, today):
        """Values of the up-front invoice (rules C3, D-8).

        :param date today: date of the invoice
        :rtype: dict
        """
        line = self.order.sale_order_line_id.with_context(
            lang=self.order.partner_invoice_id._continuity_get_lang()
        )
        # The payers are transactions, which whoever submits may not read
        rows_sudo = self.order.sudo().payment_ids.filtered(
            lambda r: r.state != "cancelled"
        )
        on_account = self.order.payment_method == "on_account"
        by_schedule = bool(self.order.payment_schedule_id)
        vals = line.order_id._prepare_invoice()
        vals.update(
            {
                "invoice_date": today,
                "continuity_order_id": self.order.id,
                "partner_id": self.order.partner_invoice_id.id,
                "partner_shipping_id": self.order.partner_shipping_id.id,
                "transaction_ids": [Command.set(rows_sudo._get_first_payers().ids)],
                "invoice_line_ids": [Command.create(self._prepare_line(line))],
            }
        )
        if by_schedule:
            vals["continuity_instalments"] = [
                [fields.Date.to_string(row.due_date), row.amount]
                for row in rows_sudo.sorted("sequence")
            ]
        if by_schedule or not on_account:
            vals["invoice_payment_term_id"] = False
        return vals

    def link_rows(self, move_sudo):
        """Give every row its invoice and the receivable line it pays (rules N9).

        :param account.move move_sudo: the posted invoice
        :raise UserError: the plan does not add up to the invoice
        """
        # Rows are linked with the invoice by us; nobody else writes them
        every_row_sudo = self.order.sudo().payment_ids.filtered(
            lambda row: not row.shipment_id
        )
        rows_sudo = every_row_sudo.filtered(lambda row: row.state != "cancelled")
        # What happened to the rows since Submit has not changed the plan
        planned_sudo = every_row_sudo.filtered(lambda row: row.kind == "plan")
        total = sum(planned_sudo.mapped("amount_planned"))
        if self.order.currency_id.compare_amounts(total, move_sudo.amount_total):
            raise UserError(
                self.env._(
                    "The payments of %(order)s are %(rows)s, its invoice %(invoice)s."
                    " Submit it again.",
                    order=self.order.display_name,
                    rows=self.order.currency_id.format(total),
                    invoice=self.order.currency_id.format(move_sudo.amount_total),
                )
            )
        on_account_once = (
            self.order.payment_method == "on_account"
            and not self.order.payment_schedule_id
        )
        for row_sudo in rows_sudo:
            vals = {"invoice_id": move_sudo.id}
            if on_account_once and row_sudo.state in OPEN_STATES:
                # The invoice itself is the bill, due by the customer's terms (N65).
                vals["due_date"] = move_sudo.invoice_date_due
                vals["state"] = "billed"
                vals["billed_date"] = move_sudo.invoice_date
                vals["basis"] = "documents"
            row_sudo.write(vals)
        rows_sudo._link_receivable_lines()
        rows_sudo._mark_to_capture()

    def _prepare_line(self, line):
        """Values of the one line: the money waits on the prepayment account.

        :param sale.order.line line: the parent line
        :rtype: dict
        """
        account = self.order.company_id._continuity_get_prepayment_account()
        account = line.order_id.fiscal_position_id.map_account(account)
        return line._prepare_invoice_line(
            name=self._get_text(line),
            quantity=line.product_uom_qty,
            account_id=account.id,
            analytic_distribution=self._get_distribution(line, account),
        )

    def _get_text(self, line):
        """Text of the line: a prepayment, for these goods on these days.

        :param sale.order.line line: the parent line, in the customer's language
        :rtype: str
        """
        order = self.order.with_context(lang=line.env.context.get("lang"))
        goods = [
            order.env._(
                "%(date)s: %(quantity)g × %(product)s",
                date=fields.Date.to_string(shipment.planned_date),
                quantity=goods_line.quantity,
                product=goods_line.product_id._continuity_get_name(),
            )
            for shipment in order.shipment_ids._sorted_by_leaving()
            if shipment.state not in ("skipped", "cancelled")
            for goods_line in shipment.line_ids
        ]
        title = order.env._(
            "%s – prepayment invoice for goods to be delivered:",
            line.product_id._continuity_get_name(),
        )
        return "\n".join([title, *goods])

    def _get_distribution(self, line, account):
        """Return the analytic distribution of money that is paid in advance.

        It is no revenue yet, so it has none: the goods of each shipment have it. Where
        a plan is mandatory an invoice without could not be posted; then everything that
        moves the prepayment carries the same, and it nets to zero.

        :param sale.order.line line: the parent line
        :param account.account account: the prepayment account
        :rtype: dict | bool
        """
        if not line.analytic_distribution:
            return False
        # Plans are read whoever submits, as Odoo does when it asks for them
        plans_sudo = self.env["account.analytic.plan"].sudo()
        plans = plans_sudo.with_company(self.order.company_id).get_relevant_plans(
            business_domain="invoice",
            product=line.product_id.id,
            account=account.id,
            company_id=self.order.company_id.id,
        )
        is_mandatory = any(plan["applicability"] == "mandatory" for plan in plans)
        return line.analytic_distribution if is_mandatory else False


def waits_for_first_shipment(order):
    """Setting D-1: the invoice comes with the first shipment; only when a card
    has paid everything.

    :param continuity.order order: the order
    """
    order.ensure_one()
    return (
        order.company_id.continuity_upfront_invoicing == "shipment"
        and order._is_charged_at_submit()
    )


def create_upfront_invoice(every_order, today):
    """Make and post the up-front invoice of orders that have none.

    It counts the prepaid units, and takes the payments of its rows.

    :param continuity.order every_order: the orders
    :param date today: date of the invoice
    :return: the invoices
    :rtype: account.move
    """
    orders = every_order.filtered(
        lambda order: (
            order.bill_upfront and not order.upfront_invoice_id and order._has_amount()
        )
    )
    moves = every_order.env["account.move"]
    for order in orders:
        document = UpfrontInvoice(order)
        # Billing in the name of the company: sellers keep no books.
        moves_sudo = every_order.env["account.move"].sudo()
        move_sudo = (
            moves_sudo.with_company(order.company_id)
            .with_context(default_move_type="out_invoice")
            .create(document.prepare(today))
        )
        # Which invoice it is nobody types
        order.sudo().upfront_invoice_id = move_sudo
        move_sudo.action_post()
        document.link_rows(move_sudo)
        moves |= move_sudo
    _count_prepaid_units(orders)
    return moves


def _count_prepaid_units(orders):
    """Every unit of the plan is prepaid now, at its price (rules BR2).

    :param continuity.order orders: the orders
    """
    # How many units are prepaid is counted, never typed
    shipments = orders.sudo().shipment_ids.filtered(
        lambda s: s.state not in ("skipped", "cancelled")
    )
    for line_sudo in shipments.line_ids:
        line_sudo.write(
            {
                "prepaid_quantity": line_sudo.quantity,
                "prepaid_price_unit": line_sudo.price_unit,
            }
        )


def has_fixed_rows(order):
    """Say whether somebody has paid for the up-front invoice, or is about to.

    :param continuity.order order: the order
    :rtype: bool
    """
    # Whoever resets the invoice is told whether it was paid, not by which row
    rows_sudo = order.sudo().payment_ids.filtered(lambda row: not row.shipment_id)
    return any(row.state in CHARGED_STATES for row in rows_sudo)
