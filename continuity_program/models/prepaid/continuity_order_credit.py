# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.fields import Command
from odoo.tools import float_compare, format_date

from ...arguments import public


class ContinuityOrder(models.Model):
    """The continuity order: document K, the credit note over prepaid units (BR7).

    A note is proposed as a draft, by whoever may change the order; posting it is the
    act of an accountant. Nothing it does happens before it is posted.
    """

    _inherit = "continuity.order"

    # === WHAT CAN BE CREDITED === #

    def _get_creditable(self, shipments):
        """Return the prepaid units of shipments that can still be credited.

        :param continuity.shipment shipments: shipments that will not be sent
        :return: open units that no draft note takes already, by shipment product
        :rtype: dict[continuity.shipment.line, float]
        """
        # The seller proposes; what accountants have drafted already he may not see
        lines_sudo = shipments.sudo().line_ids
        drafted = lines_sudo._get_drafted_quantities()
        result = {}
        for line_sudo in lines_sudo:
            quantity = line_sudo._get_open_quantity() - drafted.get(line_sudo, 0.0)
            if float_compare(quantity, 0.0, precision_digits=6) > 0:
                result[line_sudo] = quantity
        return result

    # === THE NOTE === #

    def _create_credit_notes(self, quantities, reason=None):
        """Propose credit notes over prepaid units: one draft per order (C3 K).

        Prices are those that were prepaid; taxes, fiscal position, account, journal
        and rate are those of the up-front invoice. Its total comes from Odoo's tax
        engine and is the claim of the customer.

        :param dict[continuity.shipment.line, float] quantities: units to credit
        :param str reason: printed on the note as its reference
        :return: the drafts; empty when there is nothing to credit
        :rtype: account.move
        """
        vals_list = []
        for order in self:
            mine = {
                line: quantity
                for line, quantity in quantities.items()
                if line.shipment_id.continuity_order_id == order
            }
            # The invoice may be hidden from the seller; whether there is one decides
            if mine and order.sudo().upfront_invoice_id:
                vals_list.append(
                    order._prepare_credit_note_vals(
                        order._prepare_unit_credit_vals(mine), reason
                    )
                )
        return self._create_drafts(vals_list)

    def _create_drafts(self, vals_list):
        """Make draft notes and tell the accountants about them.

        :rtype: account.move
        """
        # Proposing is the seller's, who keeps no books.
        notes_sudo = self.env["account.move"].sudo()
        for vals in vals_list:
            notes_sudo |= notes_sudo.with_company(vals["company_id"]).create(vals)
        for note_sudo in notes_sudo:
            note_sudo.continuity_order_id.message_post(
                body=self.env._(
                    "A credit note of %(amount)s was proposed. It takes effect when an"
                    " accountant posts it.",
                    amount=note_sudo.currency_id.format(note_sudo.amount_total),
                )
            )
        return notes_sudo.with_env(self.env)

    def _prepare_credit_note_vals(self, line_vals_list, reason=None):
        """Values of a draft credit note on the up-front invoice.

        :param list[dict] line_vals_list: values of its lines
        :param str reason: reference of the note
        :rtype: dict
        """
        self.ensure_one()
        # The note copies an invoice that the proposing seller may not open
        upfront_sudo = self.sudo().upfront_invoice_id
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
            "continuity_order_id": self.id,
            "ref": self.env._(
                "%(invoice)s: %(reason)s",
                invoice=upfront_sudo.name,
                reason=reason or self.env._("shipments that are not sent"),
            ),
            "invoice_line_ids": [Command.create(vals) for vals in line_vals_list],
        }

    def _prepare_unit_credit_vals(self, quantities):
        """Values of the lines over units.

        A note over everything that was ever prepaid repeats the line of the up-front
        invoice, so that it totals the same whichever way taxes are rounded.

        :param dict quantities: see :meth:`_create_credit_notes`
        :rtype: list[dict]
        """
        self.ensure_one()
        if self._is_everything(quantities):
            upfront_line = self._get_upfront_line()
            return [
                {
                    **self._prepare_credit_line_base(),
                    "name": upfront_line.name,
                    "quantity": upfront_line.quantity,
                    "product_uom_id": upfront_line.product_uom_id.id,
                    "price_unit": upfront_line.price_unit,
                    "discount": upfront_line.discount,
                }
            ]
        return [
            self._prepare_credit_line_vals(line, quantity, line.prepaid_price_unit)
            for line, quantity in quantities.items()
        ]

    def _is_everything(self, quantities):
        """Say whether these units are all that was ever prepaid.

        :rtype: bool
        """
        self.ensure_one()
        # Notes that made units cheaper count, whether or not the seller sees them
        lines_sudo = self.sudo().shipment_ids.line_ids.filtered("prepaid_quantity")
        return not lines_sudo._get_price_credits() and all(
            not float_compare(
                quantities.get(line_sudo, 0.0),
                line_sudo.prepaid_quantity,
                precision_digits=6,
            )
            for line_sudo in lines_sudo
        )

    def _prepare_credit_line_base(self):
        """Values every line of a note takes from the up-front invoice (BR3).

        :rtype: dict
        """
        upfront_line = self._get_upfront_line()
        return {
            "product_id": upfront_line.product_id.id,
            "account_id": upfront_line.account_id.id,
            "tax_ids": [Command.set(upfront_line.tax_ids.ids)],
            "analytic_distribution": upfront_line.analytic_distribution,
        }

    def _prepare_credit_line_vals(self, line, quantity, price, kind="units"):
        """Values of one line over the units of one shipment product.

        :param continuity.shipment.line line: the shipment product
        :param float quantity: units, in the unit of the shipment product
        :param float price: what is credited per unit
        :param str kind: units or difference
        :rtype: dict
        """
        language = self.partner_invoice_id.lang
        return {
            **self._prepare_credit_line_base(),
            "name": self.with_context(lang=language).env._(
                "%(date)s: %(product)s",
                date=format_date(
                    self.env, line.shipment_id.planned_date, lang_code=language
                ),
                product=line.product_id.with_context(lang=language).display_name,
            ),
            "quantity": quantity,
            "product_uom_id": line.uom_id.id,
            "price_unit": price,
            "discount": line.discount,
            "continuity_shipment_line_id": line.id,
            "continuity_credit": kind,
        }

    # === WHAT IT WILL COME TO (H10) === #

    def _get_credit_totals(self, quantities):
        """Compute what a note over these units would total, without making one.

        :param dict quantities: see :meth:`_create_credit_notes`
        :return: net, tax and gross, in the order's currency
        :rtype: tuple[float, float, float]
        """
        self.ensure_one()
        if not quantities:
            return 0.0, 0.0, 0.0
        upfront_line = self._get_upfront_line()
        taxes = upfront_line.tax_ids or self.sale_order_line_id.tax_ids
        if self._is_everything(quantities) and upfront_line:
            parts = [
                (upfront_line.quantity, upfront_line.price_unit, upfront_line.discount)
            ]
        else:
            parts = [
                (quantity, line._get_prepaid_price(), line.discount)
                for line, quantity in quantities.items()
            ]
        return self._compute_credit_totals(parts, taxes)

    def _compute_credit_totals(self, parts, taxes):
        """Ask Odoo's tax engine for the totals of a document.

        :param list parts: quantity, price and discount of each line
        :param account.tax taxes: of all lines
        :rtype: tuple[float, float, float]
        """
        # The seller is shown totals, also of taxes that he may not read
        engine = self.env["account.tax"].sudo().with_company(self.company_id)
        base_lines = [
            engine._prepare_base_line_for_taxes_computation(
                {},
                tax_ids=taxes,
                quantity=quantity,
                price_unit=price,
                discount=discount,
                currency_id=self.currency_id,
                partner_id=self.partner_invoice_id,
            )
            for quantity, price, discount in parts
        ]
        engine._add_tax_details_in_base_lines(base_lines, self.company_id)
        engine._round_base_lines_tax_details(base_lines, self.company_id)
        totals = engine._get_tax_totals_summary(
            base_lines, self.currency_id, self.company_id
        )
        return (
            totals["base_amount_currency"],
            totals["tax_amount_currency"],
            totals["total_amount_currency"],
        )

    # === BUTTON === #

    @public()
    def action_credit_open(self):
        """Propose a credit note over what will not be sent any more (C5, F4).

        Open units of shipments that are skipped, cancelled or done: the rest of a
        delivery that was called off, a cancelled child order, an early end.

        :return: the draft, for those who may read it
        :rtype: dict | bool
        """
        self.check_access("write")
        ended = self.shipment_ids.filtered(
            lambda s: s.state in ("skipped", "cancelled", "done")
        )
        notes = self._create_credit_notes(self._get_creditable(ended))
        if not notes:
            return self._notify(
                self.env._("Nothing that is paid in advance can be credited.")
            )
        if not notes.has_access("read"):
            return self._notify(
                self.env._("A credit note was proposed to the accountants.")
            )
        return notes._get_records_action(name=self.env._("Credit note"))

    def _notify(self, message):
        """Show a message and load the form again.

        :rtype: dict
        """
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
