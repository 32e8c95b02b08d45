# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import float_compare


class AccountMove(models.Model):
    """The invoice of a child order, of which goods came back (rules N49)."""

    _inherit = "account.move"

    def _prepare_continuity_return_vals(self, item, quantity):
        """Values of the lines that take goods back, *Paid in advance* with them.

        :param account.move.line item: the line of the goods
        :param float quantity: units that came back
        :rtype: list[dict]
        """
        self.ensure_one()
        goods = item.sale_line_ids
        paid = self.invoice_line_ids.filtered(
            lambda line: line.sale_line_ids.continuity_prepaid_line_id == goods
        )
        return [
            {
                "product_id": line.product_id.id,
                "name": line.name,
                "quantity": quantity,
                "product_uom_id": line.product_uom_id.id,
                "price_unit": line.price_unit,
                "discount": line.discount,
                "tax_ids": [Command.set(line.tax_ids.ids)],
                "account_id": line.account_id.id,
                "sale_line_ids": [Command.set(line.sale_line_ids.ids)],
            }
            for line in item | paid
        ]

    def _create_continuity_return(self, vals_list, reason):
        """Make the credit note over goods that came back.

        One without money, the reversal of a zero invoice, is posted at once; any other
        is a draft for the accountant.

        :param list[dict] vals_list: values of its lines
        :param str reason: printed on the note
        :rtype: account.move
        """
        self.ensure_one()
        today = self.company_id._continuity_today()
        note = self.with_company(self.company_id).create(
            {
                "move_type": "out_refund",
                "company_id": self.company_id.id,
                "journal_id": self.journal_id.id,
                "partner_id": self.partner_id.id,
                "partner_shipping_id": self.partner_shipping_id.id,
                "fiscal_position_id": self.fiscal_position_id.id,
                "currency_id": self.currency_id.id,
                "invoice_user_id": self.invoice_user_id.id,
                "invoice_origin": self.invoice_origin,
                "invoice_date": today,
                "invoice_payment_term_id": False,
                "reversed_entry_id": self.id,
                "continuity_order_id": self.continuity_order_id.id,
                "ref": f"{self.name}: {reason}",
                "invoice_line_ids": [Command.create(vals) for vals in vals_list],
            }
        )
        if note.currency_id.is_zero(note.amount_total):
            note.action_post()
        return note

    def _check_continuity_noted(self):
        """Refuse a note over more of a child line than its invoices say.

        Notes that are posted together count together.

        :raise UserError: naming the note, the goods and the way out
        """
        together = defaultdict(float)
        for move in self.filtered(lambda m: m.move_type == "out_refund"):
            # Accountants read the books, not every order behind them.
            lines_sudo = move.sudo().invoice_line_ids.sale_line_ids.filtered(
                "order_id.continuity_order_id"
            )
            for line_sudo in lines_sudo:
                invoiced = line_sudo._sum_continuity_documents(
                    "out_invoice", ("posted",)
                )
                others = together[line_sudo] + line_sudo._sum_continuity_documents(
                    "out_refund", ("posted",)
                )
                mine = move._sum_continuity_line(line_sudo)
                together[line_sudo] += mine
                if float_compare(others + mine, invoiced, precision_digits=6) > 0:
                    raise UserError(
                        self.env._(
                            "%(note)s credits %(mine)g × %(product)s of %(order)s, but"
                            " only %(left)g are invoiced and not credited yet. Lower"
                            " the quantity, or delete this note.",
                            note=move.display_name,
                            mine=mine,
                            product=line_sudo.product_id.display_name,
                            order=line_sudo.order_id.name,
                            left=max(invoiced - others, 0.0),
                        )
                    )

    def _sum_continuity_noted(self, line):
        """Add up what notes on this invoice say of an order line, posted or not.

        :param sale.order.line line: a child line
        :return: in the line's unit
        :rtype: float
        """
        self.ensure_one()
        notes = self.reversal_move_ids.filtered(
            lambda move: move.move_type == "out_refund" and move.state != "cancel"
        )
        return sum(note._sum_continuity_line(line) for note in notes)

    def _sum_continuity_line(self, line):
        """Add up what this document says of an order line, in the line's unit.

        :param sale.order.line line: a child line
        :rtype: float
        """
        self.ensure_one()
        return sum(
            item.product_uom_id._compute_quantity(
                item.quantity, line.product_uom_id, round=False
            )
            # The child order may be hidden from whoever posts the note
            for item in self.sudo().invoice_line_ids
            if line in item.sale_line_ids
        )
