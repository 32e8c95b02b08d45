# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..facts.continuity_billing import to_units


class ContinuityShipment(models.Model):
    """The shipment: what leaves tonight counts for what leaves after it."""

    _inherit = "continuity.shipment"

    def _note_in_guard(self, book, day):
        """Note that these shipments of one order leave, before they have left.

        :param planning.guard.Book book: what the guards know
        :param date day: the day they leave
        """
        order = self.continuity_order_id
        if order.id not in book.facts:
            return
        amount = sum(self.mapped("amount_total"))
        currency = order.company_id.currency_id
        value = order.currency_id._convert(amount, currency, order.company_id, day)
        book.send(
            order.id,
            to_units(amount, order.currency_id),
            to_units(value, currency),
            # A card is asked before its parcel leaves
            is_owed=order.payment_method != "card",
        )
