# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError
from odoo.tools import float_compare

#: What a document does to the units: a note takes them, its reversal gives them back
SIGNS = {"out_refund": 1, "out_invoice": -1}


class ContinuityShipmentLine(models.Model):
    """The shipment product: which of its prepaid units were credited (rules BR2)."""

    _inherit = "continuity.shipment.line"

    def _update_credited(self):
        """Count the units on posted credit notes.

        Counted from the documents and not added up: posting, resetting and reversing
        in any order end in the truth. A note that repeats the up-front invoice, ours or
        one made by hand, credits everything that was not released (rules C5).
        """
        precision = self.env["decimal.precision"].precision_get("Product Unit")
        # Counted from credit notes, which only accountants see all of
        lines_sudo = self.sudo().filtered("prepaid_quantity")
        on_notes = lines_sudo._sum_credits("units", ("posted",))
        reversed_orders = lines_sudo._get_reversed_orders(("posted",))
        for line_sudo in lines_sudo:
            credited = on_notes.get(line_sudo, 0.0)
            if line_sudo.shipment_id.continuity_order_id in reversed_orders:
                credited = line_sudo.prepaid_quantity - line_sudo.released_quantity
            if float_compare(
                credited, line_sudo.credited_quantity, precision_digits=precision
            ):
                line_sudo.credited_quantity = credited

    def _is_prepaid_unbilled(self):
        """Say whether it was paid and waits for its up-front invoice (rules D-1).

        :rtype: bool
        """
        self.ensure_one()
        order = self.shipment_id.continuity_order_id
        return bool(
            order.submit_date
            and order.bill_upfront
            and not order.upfront_invoice_id
            and self.shipment_id.state == "planned"
            and order._has_amount()
        )

    def _get_open_quantity(self):
        """Return the prepaid units that were neither released nor credited.

        :rtype: float
        """
        self.ensure_one()
        if self._is_prepaid_unbilled():
            return self.quantity
        return self.open_quantity - self._get_unreleased_quantity()

    def _get_unreleased_quantity(self):
        """Return the prepaid units the customer has got and no invoice has released.

        They are no money to give back: the close job releases them tonight. An invoice
        that is not posted has released nothing, either.

        :return: in the unit of the shipment product
        :rtype: float
        """
        self.ensure_one()
        # Deliveries stand on the child order, which may be hidden from the user
        goods_sudo = self.sudo().sale_order_line_id
        if not self.prepaid_quantity or goods_sudo.state != "sale":
            return 0.0
        day = self.company_id._continuity_today()
        unreleased = goods_sudo._get_continuity_unreleased_quantity(day)
        unreleased += goods_sudo._sum_continuity_documents("out_invoice", ("draft",))
        return min(
            goods_sudo.product_uom_id._compute_quantity(
                unreleased, self.uom_id, round=False
            ),
            self.open_quantity,
        )

    def _has_ended_units(self):
        """Say whether prepaid units have come to their end, or were delivered.

        :rtype: bool
        """
        return any(
            line.released_quantity
            or line.credited_quantity
            or line._get_unreleased_quantity() > 0
            for line in self.filtered("prepaid_quantity")
        )

    def _get_prepaid_price(self):
        """Return the price at which a unit was, or will be, prepaid.

        :rtype: float
        """
        self.ensure_one()
        if self._is_prepaid_unbilled():
            return self.price_unit
        return self.prepaid_price_unit

    def _get_drafted_quantities(self):
        """Units that a draft note is going to credit.

        :return: units by shipment product
        :rtype: dict[continuity.shipment.line, float]
        """
        # Drafts are the accountants'; what they take the seller cannot credit again
        lines_sudo = self.sudo()
        result = lines_sudo._sum_credits("units", ("draft",))
        reversed_orders = lines_sudo._get_reversed_orders(("draft",))
        for line_sudo in lines_sudo:
            if line_sudo.shipment_id.continuity_order_id in reversed_orders:
                result[line_sudo] = line_sudo.open_quantity
        return result

    def _get_free_quantities(self):
        """Return the prepaid units that wait, and that no draft note takes.

        :return: units by shipment product, without those that have none
        :rtype: dict[continuity.shipment.line, float]
        """
        drafted = self._get_drafted_quantities()
        return {
            line: units
            for line in self
            if float_compare(
                units := line.open_quantity - drafted.get(line, 0.0),
                0.0,
                precision_digits=6,
            )
            > 0
        }

    def _get_price_credits(self):
        """Return the lines of notes that made the units cheaper (N48).

        :rtype: account.move.line
        """
        # Sellers credit less where units became cheaper; the notes they may not open
        return (
            self.env["account.move.line"]
            .sudo()
            .search(
                [
                    ("continuity_shipment_line_id", "in", self.ids),
                    ("continuity_credit", "=", "difference"),
                    ("parent_state", "!=", "cancel"),
                ]
            )
        )

    def _sum_credits(self, kind, states):
        """Add up the quantities on notes, less those on reversals of notes.

        :param str kind: units or difference
        :param tuple states: states of the documents that count
        :rtype: dict[continuity.shipment.line, float]
        """
        result = {}
        # Only sums leave this method: the lines are in the accountants' books
        items_sudo = self.env["account.move.line"].sudo()
        for item_sudo in items_sudo.search(
            [
                ("continuity_shipment_line_id", "in", self.ids),
                ("continuity_credit", "=", kind),
                ("parent_state", "in", states),
            ]
        ):
            line_sudo = item_sudo.continuity_shipment_line_id
            sign = SIGNS.get(item_sudo.move_id.move_type, 0)
            result[line_sudo] = result.get(line_sudo, 0.0) + sign * item_sudo.quantity
        return result

    def _get_reversed_orders(self, states):
        """Return the orders whose up-front invoice was reversed as a whole.

        :param tuple states: states of the note
        :rtype: continuity.order
        """
        # Whose invoice was taken back is told; the notes are in the accountants' books
        orders_sudo = self.sudo().shipment_id.continuity_order_id
        notes_sudo = (
            self.env["account.move"]
            .sudo()
            .search(
                [
                    ("reversed_entry_id", "in", orders_sudo.upfront_invoice_id.ids),
                    ("move_type", "=", "out_refund"),
                    ("state", "in", states),
                    ("invoice_line_ids.continuity_shipment_line_id", "=", False),
                ]
            )
        )
        whole_sudo = notes_sudo.filtered(
            lambda note: (
                not note.invoice_line_ids.continuity_shipment_line_id
                and not note.reversal_move_ids.filtered(lambda m: m.state == "posted")
            )
        )
        return whole_sudo.continuity_order_id

    # === PRICE DIFFERENCE === #

    def _restore_prepaid_price(self, difference):
        """Take back a price difference that will not be credited (rules N48).

        :param float difference: what the units had become cheaper by
        :raise UserError: the units were delivered at the lower price
        """
        self.ensure_one()
        # The accountant drops his note; prices of shipments are the sellers'
        line_sudo = self.sudo()
        if line_sudo.sale_order_line_id or line_sudo.released_quantity:
            raise UserError(
                self.env._(
                    "%(shipment)s was ordered at the lower price: the difference has"
                    " to be credited. Post the note.",
                    shipment=line_sudo.shipment_id.display_name,
                )
            )
        price = line_sudo.prepaid_price_unit + difference
        line_sudo.write({"prepaid_price_unit": price, "price_unit": price})
