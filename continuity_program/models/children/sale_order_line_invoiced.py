# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import float_compare


class SaleOrderLine(models.Model):
    """The child line: what may still be invoiced of it, credited and given back.

    A credit note gives nothing back to be invoiced, posted or not, and a return to the
    warehouse takes nothing away: whoever wants to bill goods again undoes the note, or
    uses *Reverse and create*. Of orders billed up front the prepaid units decide.
    """

    _inherit = "sale.order.line"

    def _set_continuity_uninvoiced(self):
        """What was invoiced once is not to be invoiced again."""
        for line in self:
            if line._is_continuity_billed():
                line.qty_to_invoice = line._get_continuity_invoiceable_quantity()

    def _keep_continuity_invoiced(self):
        """What was invoiced stays so, whatever was credited."""
        for line in self:
            if line.invoice_status == "no" and line._is_continuity_billed():
                open_quantity = line._get_continuity_uninvoiced_quantity()
                if float_compare(open_quantity, 0.0, precision_digits=6) <= 0:
                    line.invoice_status = "invoiced"

    def _is_continuity_billed(self):
        """Say whether the line is goods of a child order billed by its own invoices.

        A down payment is no goods: the last invoice deducts it.

        :rtype: bool
        """
        self.ensure_one()
        # Whoever invoices may not read the ledger.
        order_sudo = self.order_id.sudo()
        return bool(
            order_sudo.continuity_order_id
            and not order_sudo.continuity_order_id.bill_upfront
            and order_sudo.state == "sale"
            and not self.display_type
            and not self.is_downpayment
        )

    def _get_continuity_invoiceable_quantity(self):
        """Return how much may be invoiced now, by the policy of the product.

        :return: never negative; 0 of a child that waits for its credit note
        :rtype: float
        """
        self.ensure_one()
        if self.order_id.continuity_cancel_reason:
            return 0.0
        most = self.product_uom_qty
        if self.product_id.invoice_policy != "order":
            most = min(most, self._get_continuity_delivered_quantity())
        return max(most - self._get_continuity_ended_quantity(), 0.0)

    def _get_continuity_uninvoiced_quantity(self):
        """Return how much of what was ordered was never invoiced.

        :rtype: float
        """
        self.ensure_one()
        return self.product_uom_qty - self._get_continuity_ended_quantity()

    def _get_continuity_ended_quantity(self):
        """Return how much was invoiced, or taken back without.

        :rtype: float
        """
        self.ensure_one()
        invoiced = self._sum_continuity_documents("out_invoice", ("draft", "posted"))
        return max(invoiced, self.continuity_settled_qty)

    def _is_continuity_invoiced(self):
        """Say whether a posted invoice stands for the line, or it was taken back.

        A replacement says nothing: it is never invoiced, and settled from the start.

        :rtype: bool
        """
        self.ensure_one()
        if self.is_continuity_replacement:
            return False
        if self.continuity_settled_qty:
            return True
        if self._is_continuity_billed():
            return self._sum_continuity_documents("out_invoice", ("posted",)) > 0
        return self.qty_invoiced_posted > 0

    def _sum_continuity_documents(self, move_type, states):
        """Add up what documents of one kind say of the line, in its unit.

        :param str move_type: out_invoice or out_refund
        :param tuple states: states of the documents that count
        :rtype: float
        """
        self.ensure_one()
        # Whoever sells may not read the books.
        items_sudo = self.sudo().invoice_lines.filtered(
            lambda item: (
                item.move_id.move_type == move_type and item.parent_state in states
            )
        )
        return sum(
            item.product_uom_id._compute_quantity(
                item.quantity, self.product_uom_id, round=False
            )
            for item in items_sudo
        )

    def _get_continuity_returnable_quantity(self):
        """Return how much of the line the customer has got and may give back.

        What was taken back, and what a credit note is about, posted or not, came back
        already.

        :rtype: float
        """
        self.ensure_one()
        if self.is_continuity_replacement:
            return 0.0
        day = self.order_id.company_id._continuity_today()
        got = max(
            self._get_continuity_supplied_quantity(day),
            self._get_continuity_delivered_quantity(),
        )
        invoiced = self._sum_continuity_documents("out_invoice", ("posted",))
        if self.qty_delivered_method != "stock_move":
            # An invoice written before its day is for goods that were handed over.
            got = max(got, invoiced)
        noted = self._sum_continuity_documents("out_refund", ("draft", "posted"))
        # What was invoiced beyond that was credited without a parcel: an invoice that
        # was written again, goods that never left.
        noted -= max(invoiced - got, 0.0)
        settled = max(self.continuity_settled_qty, noted)
        return got - settled - self._get_continuity_replacing_quantity(day)

    def _get_continuity_creditable_quantity(self):
        """Return how much is invoiced and on no credit note, posted or not.

        :rtype: float
        """
        self.ensure_one()
        invoiced = self._sum_continuity_documents("out_invoice", ("posted",))
        noted = self._sum_continuity_documents("out_refund", ("draft", "posted"))
        return invoiced - noted

    def _get_continuity_delivered_quantity(self):
        """Return how much was delivered, whatever came back since.

        :rtype: float
        """
        self.ensure_one()
        return self.qty_delivered
