# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import frozendict

from ...billing import Doc, before, terms
from ..facts.continuity_billing import to_amount, to_units


class AccountMove(models.Model):
    """The instalments of an invoice: documents fill the plan from the front."""

    _inherit = "account.move"

    continuity_instalments = fields.Json(
        copy=False,
        readonly=True,
        help="Dates and amounts of the plan the receivable falls on.",
    )

    # === COMPUTE METHODS === #

    def _split_continuity_terms(self, needed):
        """Split the receivable of `account` by date, in both currencies.

        :param dict needed: what `account` needs
        :return: the same total, on our dates
        :rtype: dict
        """
        self.ensure_one()
        total = sum(term["amount_currency"] for term in needed.values())
        balance = sum(term["balance"] for term in needed.values())
        by_date = self._get_continuity_parts(abs(total))
        result, rest, rest_balance = {}, total, balance
        for place, (day, units) in enumerate(by_date.items(), start=1):
            part, part_balance = rest, rest_balance
            if place < len(by_date):
                part = to_amount(units if total > 0 else -units, self.currency_id)
                share = part / total
                part_balance = self.company_currency_id.round(balance * share)
            key = frozendict(
                {"move_id": self.id, "date_maturity": day, "discount_date": False}
            )
            result[key] = {"amount_currency": part, "balance": part_balance}
            rest -= part
            rest_balance -= part_balance
        return result or needed

    def _get_continuity_parts(self, total):
        """Cut the document out of the front of its instalments.

        What is beyond them falls due on the date of the invoice. Two instalments on one
        day are one line, for Odoo knows a line by its date.

        :param float total: of the document
        :return: smallest units by date
        :rtype: dict[date, int]
        """
        self.ensure_one()
        days = [
            fields.Date.to_date(day) for day, _amount in self.continuity_instalments
        ]
        bases = [
            to_units(amount, self.currency_id)
            for _day, amount in self.continuity_instalments
        ]
        beyond = self.invoice_date or self.date or fields.Date.context_today(self)
        by_date = {}
        for place, units in terms(to_units(total, self.currency_id), bases, 0):
            day = beyond if place is None else days[place]
            by_date[day] = by_date.get(day, 0) + units
        return by_date

    # === WHEN IT IS POSTED === #

    def _update_continuity_instalments(self):
        """What was posted meanwhile has filled the plan, too."""
        drafts = self.filtered("continuity_instalments")
        for move in drafts.filtered(lambda m: m.move_type == "out_invoice"):
            children_sudo = move._get_continuity_children()
            if len(children_sudo) == 1:
                instalments = children_sudo._get_continuity_instalments(move)
                if instalments and instalments != move.continuity_instalments:
                    move.continuity_instalments = instalments

    def _get_continuity_children(self):
        """Return the child orders these documents invoice.

        :return: in sudo: accountants need not read them
        :rtype: sale.order
        """
        orders_sudo = self.sudo().invoice_line_ids.sale_line_ids.order_id
        return orders_sudo.filtered("continuity_order_id")


class SaleOrder(models.Model):
    """The child order: the part of its plan that is not invoiced yet."""

    _inherit = "sale.order"

    def _get_continuity_instalments(self, invoice=None):
        """Dates and amounts of the child's plan that no invoice has filled.

        What was written off, credited or paid another way stays in the plan. What was
        planned for a child that was cancelled is not the plan of the next one.

        :param account.move invoice: the one that is filled now; None = a new one
        :return: by due date; none without a schedule
        :rtype: list[list]
        """
        self.ensure_one()
        # The plan is filled the same, whatever rows the invoicing user may see
        rows_sudo = self.sudo().continuity_order_id.payment_ids.filtered(
            lambda row: (
                row.child_order_id == self and row.kind == "plan" and row.amount_planned
            )
        )
        if not rows_sudo.shipment_id.payment_schedule_id:
            return []
        rows_sudo = rows_sudo.sorted(lambda row: (row.due_date, row.sequence))
        bases = [to_units(row.amount_planned, self.currency_id) for row in rows_sudo]
        filled = self._get_continuity_filled(invoice)
        left = terms(max(0, sum(bases) - filled), bases, filled)
        return [
            [
                fields.Date.to_string(rows_sudo[place].due_date),
                to_amount(units, self.currency_id),
            ]
            for place, units in left
        ]

    def _get_continuity_filled(self, invoice=None):
        """Say how much of the plan other invoices of the child have filled.

        :param account.move invoice: does not count
        :return: smallest units
        :rtype: int
        """
        self.ensure_one()
        # Invoices of other salespersons fill the plan, too
        invoices_sudo = self.sudo().order_line.invoice_lines.move_id
        docs = [
            Doc(
                move.id,
                to_units(move.amount_total_in_currency_signed, self.currency_id),
                kind="note" if move.move_type == "out_refund" else "invoice",
                reverses=move.reversed_entry_id.id,
            )
            for move in invoices_sudo | invoices_sudo.reversal_move_ids
            if move.state == "posted"
        ]
        return before(docs, Doc(invoice.id if invoice else None, 0))
