# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import float_compare

from ...arguments import public
from ..agreement.effect import Effect
from ..base.sealed import Sealed


class SaleOrder(models.Model):
    """The child order: goods that came back (rules N49)."""

    _inherit = "sale.order"

    is_continuity_returnable = fields.Boolean(
        compute="_compute_is_continuity_returnable", compute_sudo=True
    )

    @api.depends("continuity_type", "state", "order_line.qty_delivered")
    def _compute_is_continuity_returnable(self):
        for order in self:
            order.is_continuity_returnable = (
                order.continuity_type == "child"
                and order.state == "sale"
                and (
                    order._is_continuity_delivered()
                    or order._is_continuity_supplied(
                        order.company_id._continuity_today()
                    )
                )
            )

    # === ACTIONS === #

    @public(one=True)
    def action_open_continuity_return(self):
        """Ask what came back, and whether it is credited or replaced (N49).

        :rtype: dict
        """
        self.ensure_one()
        self.check_access("write")
        if not self._get_continuity_returnable():
            raise UserError(
                self.env._(
                    "The customer has nothing of %s that could come back. Before the"
                    " delivery, cancel it instead.",
                    self.name,
                )
            )
        return self.env["continuity.return"]._open_on(self)

    # === WHAT CAN COME BACK === #

    def _get_continuity_returnable(self):
        """Return what the customer has got and has not given back, by goods line.

        Whether it is invoiced does not matter: goods come back when they come back.

        :rtype: dict[sale.order.line, float]
        """
        self.ensure_one()
        goods = self.order_line.filtered(
            lambda line: not line.display_type and not line.continuity_prepaid_line_id
        )
        found = {line: line._get_continuity_returnable_quantity() for line in goods}
        return {
            line: quantity
            for line, quantity in found.items()
            if float_compare(quantity, 0.0, precision_digits=6) > 0
        }

    def _check_continuity_return(self, quantities):
        """Refuse more than the customer has got.

        :raise UserError: naming the product
        """
        self.ensure_one()
        self.check_access("write")
        returnable = self._get_continuity_returnable()
        for line, quantity in quantities.items():
            most = returnable.get(line, 0.0)
            if float_compare(quantity, most, precision_digits=6) > 0:
                raise UserError(
                    self.env._(
                        "%(most)g × %(product)s of %(order)s can come back, not"
                        " %(quantity)g.",
                        most=most,
                        product=line.product_id.display_name,
                        order=self.name,
                        quantity=quantity,
                    )
                )

    # === CREDIT === #

    def _credit_continuity_return(self, quantities, reason):
        """Credit goods that came back (rules N49).

        Up front the zero invoice is reversed at once, which gives the value back to the
        prepayment, and a credit note on the up-front invoice is proposed. Otherwise a
        credit note on the child's invoice is proposed. The child line is settled: it is
        never invoiced again. The plan of the order does not change. What is delivered
        and not invoiced yet is invoiced first: a note needs the invoice it reverses.

        :param dict[sale.order.line, float] quantities: what came back, by goods line
        :param str reason: printed on the credit note
        :return: the credit notes proposed
        :rtype: account.move
        :raise UserError: more than the customer has got, or a draft invoice in the way
        """
        self._check_continuity_return(quantities)
        self._invoice_continuity_return(quantities)
        # Sellers take goods back; the books are kept in the name of the company.
        child_sudo = self.sudo().with_context(continuity_return=Sealed())
        quantities = {line.sudo(): number for line, number in quantities.items()}
        for line_sudo, quantity in quantities.items():
            line_sudo.continuity_settled_qty += quantity
        notes = child_sudo._reverse_continuity_goods(quantities, reason)
        drafts = notes.filtered(lambda move: move.state == "draft")
        units = {
            line_sudo.continuity_shipment_line_id: quantity
            for line_sudo, quantity in quantities.items()
            if line_sudo.continuity_shipment_line_id.prepaid_quantity
        }
        order_sudo = child_sudo.continuity_order_id
        if units:
            drafts |= order_sudo._create_credit_notes(units, reason)
        order_sudo.message_post(
            body=self.env._(
                "Goods of %(child)s came back: %(reason)s. Credit: %(sum)s",
                child=self.name,
                reason=reason,
                sum=order_sudo.currency_id.format(sum(drafts.mapped("amount_total"))),
            )
        )
        return drafts.with_env(self.env)

    def _invoice_continuity_return(self, quantities):
        """Invoice what came back before it was invoiced.

        :param dict quantities: units by goods line
        :raise UserError: a draft invoice holds the goods
        """
        if not self._get_continuity_uninvoiced_lines(quantities):
            return
        # The books are kept in the name of the company, whoever takes goods back.
        child_sudo = self.sudo()
        today = self.company_id._continuity_today()
        day = child_sudo._get_continuity_supply_date(today)
        if child_sudo.continuity_order_id.bill_upfront:
            child_sudo.with_context(
                continuity_release_date=Sealed(day)
            )._create_continuity_zero_invoices(day)
        else:
            child_sudo._create_continuity_child_invoices(day)
        short = self._get_continuity_uninvoiced_lines(quantities)
        if short:
            raise UserError(self._get_continuity_short_text(short))

    def _get_continuity_short_text(self, lines):
        """Say why goods that came back cannot be invoiced, and what to do.

        :param list[sale.order.line] lines: of which too little is invoiced
        :rtype: str
        """
        goods = ", ".join(line.product_id.display_name for line in lines)
        # Whoever takes goods back may not read the books
        drafts_sudo = self.sudo().invoice_ids.filtered(
            lambda move: move.state == "draft"
        )
        if drafts_sudo:
            return self.env._(
                "%(goods)s of %(order)s cannot be invoiced and credited. Ask an"
                " accountant to post or delete the draft invoices of the order"
                " first: %(drafts)s.",
                goods=goods,
                order=self.name,
                drafts=len(drafts_sudo),
            )
        return self.env._(
            "%(goods)s of %(order)s cannot be invoiced, so there is nothing that a"
            " credit note could take back. Ask an accountant to invoice the order by"
            " hand first.",
            goods=goods,
            order=self.name,
        )

    def _get_continuity_uninvoiced_lines(self, quantities):
        """Return the goods lines of which less is invoiced than came back.

        :param dict quantities: units by goods line
        :rtype: list[sale.order.line]
        """
        return [
            line
            for line, quantity in quantities.items()
            if float_compare(
                line._get_continuity_creditable_quantity(), quantity, precision_digits=6
            )
            < 0
        ]

    def _reverse_continuity_goods(self, quantities, reason):
        """Reverse the invoices of goods, the latest first; zero ones are posted.

        Of each invoice as much as no note is about yet: goods come back in parts.

        :param dict quantities: units by goods line
        :return: the reversals
        :rtype: account.move
        """
        left = dict(quantities)
        notes = self.env["account.move"]
        invoices = self.order_line.invoice_lines.move_id.filtered(
            lambda move: move.move_type == "out_invoice" and move.state == "posted"
        )
        for invoice in invoices.sorted("id")[::-1]:
            vals_list = []
            for item in invoice.invoice_line_ids:
                line = item.sale_line_ids
                if line not in left:
                    continue
                free = item.quantity - invoice._sum_continuity_noted(line)
                taken = min(left[line], free)
                if taken > 0:
                    left[line] -= taken
                    vals_list += invoice._prepare_continuity_return_vals(item, taken)
            if vals_list:
                notes |= invoice._create_continuity_return(vals_list, reason)
        return notes

    # === REPLACE === #

    def _replace_continuity_goods(self, quantities, reason):
        """Send the same goods again with the same child order, for nothing.

        Each is a line of its own at price 0 that is never invoiced: the warehouse sends
        it like any other and books its cost, the ledger and the books of the customer
        stay as they are.

        :param dict[sale.order.line, float] quantities: what came back
        :param str reason: logged
        :return: what was done, with the numbers, for the user
        :rtype: str
        """
        self._check_continuity_return(quantities)
        # Sellers may replace, the lines of a child order are the jobs' otherwise.
        locked_sudo = self.sudo().filtered("locked")
        # To a locked order Odoo adds nothing that it would send.
        locked_sudo.action_unlock()
        lines_sudo = self.env["sale.order.line"].sudo()
        lines_sudo = lines_sudo.create(
            [
                line._prepare_continuity_replacement(quantity)
                for line, quantity in quantities.items()
            ]
        )
        locked_sudo.action_lock()
        text = self.env._(
            "Replaced: %(goods)s of %(child)s (%(reason)s).",
            goods=self._format_continuity_goods(quantities),
            child=self.name,
            reason=reason,
        )
        documents = self._get_continuity_replacement_text(lines_sudo)
        message = f"{text} {documents}".strip()
        for record in self | self.continuity_order_id.sale_order_id:
            record.message_post(body=message)
        return message

    def _format_continuity_goods(self, quantities):
        """Name goods with their quantities.

        :param dict quantities: units by goods line
        :rtype: str
        """
        return ", ".join(
            f"{quantity:g} × {line.product_id.display_name}"
            for line, quantity in quantities.items()
        )

    def _get_continuity_replacement_text(self, lines):
        """Say with which documents replacements leave; none without a warehouse.

        :param sale.order.line lines: the lines at price 0
        :rtype: str
        """
        return ""

    def _get_continuity_done_action(self, message):
        """Show a message and the screen behind the dialog as it is now.

        :param str message: what was done
        :rtype: dict
        """
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": message,
                "sticky": True,
                "next": {"type": "ir.actions.client", "tag": "continuity_show_anew"},
            },
        }

    # === WHAT IT MEANS (H10) === #

    def _get_continuity_lines_total(self, quantities):
        """Compute what a document over so much of these lines will total.

        :param dict quantities: units by line
        :rtype: float
        """
        self.ensure_one()
        # Whoever bills, or takes goods back, may not read the taxes in its total
        engine = self.env["account.tax"].sudo().with_company(self.company_id)
        base_lines = [
            line.sudo()._prepare_base_line_for_taxes_computation(quantity=quantity)
            for line, quantity in quantities.items()
        ]
        engine._add_tax_details_in_base_lines(base_lines, self.company_id)
        engine._round_base_lines_tax_details(base_lines, self.company_id)
        return engine._get_tax_totals_summary(
            base_lines, self.currency_id, self.company_id
        )["total_amount_currency"]

    def _get_continuity_return_effect(self, kind, quantities):
        """Say what the return comes to, before it is done.

        :param str kind: credit or replace
        :param dict quantities: what came back
        :rtype: str
        """
        self.ensure_one()
        if kind == "replace":
            return self.env._(
                "The customer gets the same again: a second delivery, at price 0, with"
                " this child order. Nothing is charged and nothing is credited."
            )
        # He is told what it comes to; the documents that change he may not open
        order_sudo = self.sudo().continuity_order_id
        units = {
            line.sudo().continuity_shipment_line_id: quantity
            for line, quantity in quantities.items()
        }
        if not order_sudo.bill_upfront:
            return self.env._(
                "Credit note: %s. It reduces unpaid instalments from the last, the"
                " rest is refunded. It takes effect when an accountant posts it.",
                order_sudo._format(self._get_continuity_lines_total(quantities)),
            )
        money = Effect(order_sudo).get_of_units(
            {unit: quantity for unit, quantity in units.items() if unit}
        )
        texts = [self.env._("Credit note: %s", money["credit"])] if units else []
        texts += [
            f"{row['name']}: {row['before_text']} → {row['after_text']}"
            for row in money["rows"]
            if row["before_text"] != row["after_text"]
        ]
        return "\n".join([*texts, *money["sentences"]])


class SaleOrderLine(models.Model):
    """The child line: settled when its goods came back (rules N49)."""

    _inherit = "sale.order.line"

    continuity_settled_qty = fields.Float(
        string="Taken back",
        digits="Product Unit",
        readonly=True,
        copy=False,
        help="Came back and was credited: it is never invoiced again.",
    )

    is_continuity_replacement = fields.Boolean(
        string="Replacement",
        readonly=True,
        copy=False,
        help="Sent instead of goods that came back: free of charge, never invoiced.",
    )

    def _cap_continuity_quantity(self):
        """What was taken back is never to be invoiced again (N49)."""
        for line in self.filtered("continuity_settled_qty"):
            line.qty_to_invoice = min(line.qty_to_invoice, line._get_continuity_cap())

    def _keep_continuity_returned(self):
        """What was taken back has been invoiced (N49)."""
        for line in self.filtered("continuity_settled_qty"):
            if line.invoice_status == "no" and not line._get_continuity_cap():
                line.invoice_status = "invoiced"

    def _settle_continuity_replacements(self):
        """However many replacements are sent, none of them is invoiced."""
        # What is settled is nobody's to type, how many are sent again is.
        for line_sudo in self.sudo().filtered("is_continuity_replacement"):
            line_sudo.continuity_settled_qty = line_sudo.product_uom_qty

    def _prepare_continuity_replacement(self, quantity):
        """Prepare the line that sends goods of this one again, at price 0.

        :param float quantity: how many, in the unit of the line
        :rtype: dict
        """
        self.ensure_one()
        language = self.order_id.partner_id._continuity_get_lang()
        name = self.with_context(lang=language).env._("Replacement: %s", self.name)
        return {
            "order_id": self.order_id.id,
            "product_id": self.product_id.id,
            "product_uom_id": self.product_uom_id.id,
            "product_uom_qty": quantity,
            "name": name,
            "price_unit": 0.0,
            "technical_price_unit": 0.0,
            "discount": 0.0,
            "tax_ids": [Command.set(self.tax_ids.ids)],
            "is_continuity_replacement": True,
            # Taken back before it is sent, so to speak: never invoiced.
            "continuity_settled_qty": quantity,
        }

    def _get_continuity_cap(self):
        """Return the most that can still be invoiced of a line, goods taken back apart.

        :rtype: float
        """
        self.ensure_one()
        settled = self.continuity_settled_qty
        return max(self.product_uom_qty - settled - self.qty_invoiced, 0.0)
