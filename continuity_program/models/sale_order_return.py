# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_compare


class SaleOrder(models.Model):
    """The child order: goods that came back (rules N49, A16, MA9, MB8, MC13, MC14)."""

    _inherit = "sale.order"

    # === ACTIONS === #

    def action_open_continuity_return(self):
        """Ask what came back, and whether it is credited or replaced (N49).

        :rtype: dict
        """
        self.ensure_one()
        self.check_access("write")
        if not self._get_continuity_returnable():
            raise UserError(
                self.env._(
                    "Nothing of %s is invoiced: cancel it instead of taking it back.",
                    self.name,
                )
            )
        return self.env["continuity.return"]._open(self)

    # === WHAT CAN COME BACK === #

    def _get_continuity_returnable(self):
        """Return what is invoiced and was not taken back, by goods line.

        :rtype: dict[sale.order.line, float]
        """
        self.ensure_one()
        goods = self.order_line.filtered(
            lambda line: (
                not line.display_type
                and not line.continuity_prepaid_line_id
                and float_compare(line.qty_invoiced_posted, 0, precision_digits=6) > 0
            )
        )
        return {line: line.qty_invoiced_posted for line in goods}

    def _check_continuity_return(self, quantities):
        """Refuse more than was invoiced.

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
        never invoiced again. The plan of the order does not change.

        :param dict[sale.order.line, float] quantities: what came back, by goods line
        :param str reason: printed on the credit note
        :return: the credit notes proposed
        :rtype: account.move
        """
        self._check_continuity_return(quantities)
        # Sellers take goods back; the books are kept in the name of the company.
        child_sudo = self.sudo().with_context(continuity_return=True)
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

    def _reverse_continuity_goods(self, quantities, reason):
        """Reverse the invoices of goods, the latest first; zero ones are posted.

        :param dict quantities: units by goods line
        :return: the reversals
        :rtype: account.move
        """
        left = dict(quantities)
        notes = self.env["account.move"]
        for invoice in self._get_continuity_posted_invoices().sorted("id")[::-1]:
            vals_list = []
            for item in invoice.invoice_line_ids:
                line = item.sale_line_ids
                taken = min(left.get(line, 0.0), item.quantity)
                if taken > 0:
                    left[line] -= taken
                    vals_list += invoice._prepare_continuity_return_vals(item, taken)
            if vals_list:
                notes |= invoice._create_continuity_return(vals_list, reason)
        return notes

    # === REPLACE === #

    def _replace_continuity_goods(self, quantities, reason):
        """Exchange goods on the same child order: no ledger row, no entry (MC14).

        :param dict[sale.order.line, float] quantities: what came back
        :param str reason: logged
        :return: the deliveries, where the exchange is made; else nothing to do
        :rtype: dict
        """
        self._check_continuity_return(quantities)
        text = ", ".join(
            f"{quantity:g} × {line.product_id.display_name}"
            for line, quantity in quantities.items()
        )
        for record in self | self.continuity_order_id.sale_order_id:
            record.message_post(
                body=self.env._(
                    "Replaced: %(goods)s of %(child)s (%(reason)s)",
                    goods=text,
                    child=self.name,
                    reason=reason,
                )
            )
        return self._get_continuity_exchange_action()

    def _get_continuity_exchange_action(self):
        """Return where the exchange is made; without a warehouse nowhere.

        :rtype: dict
        """
        self.ensure_one()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    # === WHAT IT MEANS (H10) === #

    def _get_continuity_return_total(self, quantities):
        """Compute what the credit note over these goods will total.

        :param dict quantities: what came back
        :rtype: float
        """
        self.ensure_one()
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
                "The customer gets the same again with this child order. Nothing is"
                " charged and nothing is credited."
            )
        order_sudo = self.sudo().continuity_order_id
        units = {
            line.sudo().continuity_shipment_line_id: quantity
            for line, quantity in quantities.items()
        }
        if not order_sudo.bill_upfront:
            return self.env._(
                "Credit note: %s. It reduces unpaid instalments from the last, the"
                " rest is refunded. It takes effect when an accountant posts it.",
                order_sudo._format(self._get_continuity_return_total(quantities)),
            )
        money = order_sudo._get_money_effect(
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
        help="Came back and was credited: it is never invoiced again (rules N49).",
    )

    @api.depends("continuity_settled_qty")
    def _compute_qty_to_invoice(self):
        """Override of `sale`: what was taken back is never invoiced again (N49)."""
        result = super()._compute_qty_to_invoice()
        for line in self.filtered("continuity_settled_qty"):
            line.qty_to_invoice = min(line.qty_to_invoice, line._get_continuity_cap())
        return result

    @api.depends("continuity_settled_qty")
    def _compute_invoice_status(self):
        """Override of `sale`: what was taken back has been invoiced (N49)."""
        result = super()._compute_invoice_status()
        for line in self.filtered("continuity_settled_qty"):
            if line.invoice_status == "no" and not line._get_continuity_cap():
                line.invoice_status = "invoiced"
        return result

    def _get_continuity_cap(self):
        """Return the most that can still be invoiced of a line, goods taken back apart.

        :rtype: float
        """
        self.ensure_one()
        settled = self.continuity_settled_qty
        return max(self.product_uom_qty - settled - self.qty_invoiced, 0.0)
