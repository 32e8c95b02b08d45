# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.fields import Command
from odoo.tools import float_compare, format_date

from ..base.of_order import OfOrder


class CreditNote(OfOrder):
    """What stands on a credit note over prepaid units, and what it comes to (C3 K)."""

    def prepare(self, line_vals_list, reason=None):
        """Values of a draft credit note on the up-front invoice.

        :param list[dict] line_vals_list: values of its lines
        :param str reason: reference of the note
        :rtype: dict
        """
        # The note copies an invoice that the proposing seller may not open
        upfront_sudo = self.order.sudo().upfront_invoice_id
        return {
            "move_type": "out_refund",
            "company_id": upfront_sudo.company_id.id,
            "journal_id": upfront_sudo.journal_id.id,
            "partner_id": upfront_sudo.partner_id.id,
            "partner_shipping_id": upfront_sudo.partner_shipping_id.id,
            "fiscal_position_id": upfront_sudo.fiscal_position_id.id,
            "currency_id": upfront_sudo.currency_id.id,
            "invoice_user_id": upfront_sudo.invoice_user_id.id,
            "team_id": upfront_sudo.team_id.id,
            "campaign_id": upfront_sudo.campaign_id.id,
            "medium_id": upfront_sudo.medium_id.id,
            "source_id": upfront_sudo.source_id.id,
            "invoice_origin": upfront_sudo.invoice_origin,
            "invoice_payment_term_id": False,
            "reversed_entry_id": upfront_sudo.id,
            "continuity_order_id": self.order.id,
            "ref": self.env._(
                "%(invoice)s: %(reason)s",
                invoice=upfront_sudo.name,
                reason=reason or self.env._("shipments that are not sent"),
            ),
            "invoice_line_ids": [Command.create(vals) for vals in line_vals_list],
        }

    def prepare_units(self, quantities):
        """Values of the lines over units.

        A note over everything that was ever prepaid repeats the line of the up-front
        invoice, so that it totals the same whichever way taxes are rounded.

        :param dict quantities: see :meth:`continuity.order._create_credit_notes`
        :rtype: list[dict]
        """
        if self._is_everything(quantities):
            upfront_line = self.order._get_upfront_line()
            return [
                {
                    **self._prepare_line_base(),
                    "name": upfront_line.name,
                    "quantity": upfront_line.quantity,
                    "product_uom_id": upfront_line.product_uom_id.id,
                    "price_unit": upfront_line.price_unit,
                    "discount": upfront_line.discount,
                }
            ]
        return [
            self.prepare_line(line, quantity, line.prepaid_price_unit)
            for line, quantity in quantities.items()
        ]

    def _is_everything(self, quantities):
        """Say whether these units are all that was ever prepaid.

        :rtype: bool
        """
        # Notes that made units cheaper count, whether or not the seller sees them
        lines_sudo = self.order.sudo().shipment_ids.line_ids.filtered(
            "prepaid_quantity"
        )
        # The notes are searched last: mostly, something is left that was sent
        return (
            all(
                not float_compare(
                    quantities.get(line_sudo, 0.0),
                    line_sudo.prepaid_quantity,
                    precision_digits=6,
                )
                for line_sudo in lines_sudo
            )
            and not lines_sudo._get_price_credits()
        )

    def _prepare_line_base(self):
        """Values every line of a note takes from the up-front invoice (BR3).

        :rtype: dict
        """
        upfront_line = self.order._get_upfront_line()
        return {
            "product_id": upfront_line.product_id.id,
            "account_id": upfront_line.account_id.id,
            "tax_ids": [Command.set(upfront_line.tax_ids.ids)],
            "analytic_distribution": upfront_line.analytic_distribution,
        }

    def prepare_line(self, line, quantity, price, kind="units"):
        """Values of one line over the units of one shipment product.

        :param continuity.shipment.line line: the shipment product
        :param float quantity: units, in the unit of the shipment product
        :param float price: what is credited per unit
        :param str kind: units or difference
        :rtype: dict
        """
        language = self.order.partner_invoice_id._continuity_get_lang()
        return {
            **self._prepare_line_base(),
            "name": self.order.with_context(lang=language).env._(
                "%(date)s: %(product)s",
                date=format_date(
                    self.env, line.shipment_id.planned_date, lang_code=language
                ),
                product=line.product_id.with_context(
                    lang=language
                )._continuity_get_name(),
            ),
            "quantity": quantity,
            "product_uom_id": line.uom_id.id,
            "price_unit": price,
            "discount": line.discount,
            "continuity_shipment_line_id": line.id,
            "continuity_credit": kind,
        }

    # === WHAT IT WILL COME TO (H10) === #

    def get_rest(self):
        """Say what the order still comes to: its up-front invoice, made or not, less
        all notes, those that wait for an accountant, too.

        :return: in the currency of the order
        :rtype: float
        """
        # Sellers see figures of documents they may not open
        order_sudo = self.order.sudo()
        if not order_sudo.upfront_invoice_id:
            return order_sudo.sale_order_line_id.price_total
        moves_sudo = order_sudo.move_ids.filtered(
            # A rest that was booked is an entry
            lambda move: move.state != "cancel" and move.is_sale_document()
        )
        return order_sudo.currency_id.round(
            sum(moves_sudo.mapped("amount_total_in_currency_signed"))
        )

    def get_totals(self, quantities):
        """Compute what a note over these units would total, without making one.

        :param dict quantities: see :meth:`continuity.order._create_credit_notes`
        :return: net, tax and gross, in the order's currency
        :rtype: tuple[float, float, float]
        """
        if not quantities:
            return 0.0, 0.0, 0.0
        upfront_line = self.order._get_upfront_line()
        taxes = upfront_line.tax_ids or self.order.sale_order_line_id.tax_ids
        if self._is_everything(quantities) and upfront_line:
            parts = [
                (upfront_line.quantity, upfront_line.price_unit, upfront_line.discount)
            ]
        else:
            parts = [
                (quantity, line._get_prepaid_price(), line.discount)
                for line, quantity in quantities.items()
            ]
        return self.compute_totals(parts, taxes)

    def compute_totals(self, parts, taxes):
        """Ask Odoo's tax engine for the totals of a document.

        :param list parts: quantity, price and discount of each line
        :param account.tax taxes: of all lines
        :rtype: tuple[float, float, float]
        """
        # The seller is shown totals, also of taxes that he may not read
        engine = self.env["account.tax"].sudo().with_company(self.order.company_id)
        base_lines = [
            engine._prepare_base_line_for_taxes_computation(
                {},
                tax_ids=taxes,
                quantity=quantity,
                price_unit=price,
                discount=discount,
                currency_id=self.order.currency_id,
                partner_id=self.order.partner_invoice_id,
            )
            for quantity, price, discount in parts
        ]
        engine._add_tax_details_in_base_lines(base_lines, self.order.company_id)
        engine._round_base_lines_tax_details(base_lines, self.order.company_id)
        totals = engine._get_tax_totals_summary(
            base_lines, self.order.currency_id, self.order.company_id
        )
        return (
            totals["base_amount_currency"],
            totals["tax_amount_currency"],
            totals["total_amount_currency"],
        )
