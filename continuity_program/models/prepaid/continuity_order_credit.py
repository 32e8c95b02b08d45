# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import float_compare

from ...arguments import public
from .credit_note import CreditNote


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
                note = CreditNote(order)
                vals_list.append(note.prepare(note.prepare_units(mine), reason))
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
