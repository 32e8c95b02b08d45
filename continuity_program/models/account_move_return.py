# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.fields import Command


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
