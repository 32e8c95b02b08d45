# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.fields import Command
from odoo.tools import float_is_zero

#: A note that counts when something is credited: a draft will take its part, too
LIVING_STATES = ("draft", "posted")


class AccountMove(models.Model):
    """The invoice of a child order: what of it no credit note is about yet (N50).

    A note may be about a part of the goods, a part of the price, or both. What is left
    is the difference of the documents, line by line.
    """

    _inherit = "account.move"

    # === WHAT IS LEFT === #

    def _is_continuity_credited(self, children):
        """Say whether posted notes give the invoice back, as far as it is theirs.

        :param sale.order children: child orders
        :rtype: bool
        """
        self.ensure_one()
        if not self._get_continuity_rest(children, ("posted",)):
            return True
        # A zero invoice moves value all the same: of it the lines decide
        amount = self._get_continuity_rest_amount(children, ("posted",))
        is_paid_back = self.currency_id.compare_amounts(amount, 0.0) <= 0
        return is_paid_back and not self.currency_id.is_zero(self.amount_total)

    def _get_continuity_rest(self, children, states=LIVING_STATES):
        """Return what of the invoice is on no credit note, goods of children only.

        Goods that were credited at a lower price are left with both prices: once to be
        credited, once credited.

        :param sale.order children: child orders
        :param tuple states: states of the notes that count
        :return: quantity by what equal lines have in common, and one of the lines
        :rtype: list[tuple[account.move.line, float]]
        """
        self.ensure_one()
        rest = {}
        for item, sign in self._get_continuity_items(children, states):
            key = item._get_continuity_rest_key()
            first, quantity = rest.get(key, (item, 0.0))
            rest[key] = first, quantity + sign * item.quantity
        return [
            (item, quantity)
            for item, quantity in rest.values()
            if not float_is_zero(quantity, precision_digits=6)
        ]

    def _get_continuity_rest_amount(self, children, states=LIVING_STATES):
        """Return how much of the invoice is on no credit note, tax included.

        :param sale.order children: child orders
        :param tuple states: states of the notes that count
        :rtype: float
        """
        self.ensure_one()
        if self._is_continuity_of(children):
            notes = self._get_continuity_notes(states)
            rest = self.amount_total - sum(notes.mapped("amount_total"))
        else:
            rest = sum(
                sign * item.price_total
                for item, sign in self._get_continuity_items(children, states)
            )
        return self.currency_id.round(rest)

    def _get_continuity_notes(self, states):
        """Return the credit notes on this invoice.

        :param tuple states: states of the notes that count
        :rtype: account.move
        """
        return self.reversal_move_ids.filtered(
            lambda move: move.move_type == "out_refund" and move.state in states
        )

    def _get_continuity_items(self, children, states):
        """Return the lines of the invoice and of its notes, as far as they count.

        What belongs to no order line counts where nobody else is on the invoice.

        :return: lines, and 1 for the invoice, -1 for a note
        :rtype: list[tuple[account.move.line, int]]
        """
        is_whole = self._is_continuity_of(children)
        documents = [(self, 1)]
        documents += [(note, -1) for note in self._get_continuity_notes(states)]
        return [
            (item, sign)
            for document, sign in documents
            for item in document.invoice_line_ids
            if item.display_type == "product"
            and (is_whole or item.sale_line_ids.order_id & children)
        ]

    def _is_continuity_of(self, children):
        """Say whether the invoice is about these child orders and no others.

        :rtype: bool
        """
        orders = self.invoice_line_ids.sale_line_ids.order_id
        return all(order in children or order.state == "cancel" for order in orders)

    # === CREDITED === #

    def _credit_continuity_rest(self, children, reason):
        """Credit what is left of invoices, and nothing twice (rules N50).

        A zero invoice is reversed at once; of any other a draft is proposed. What
        another draft is about already is left to it.

        :param sale.order children: child orders that are cancelled
        :param str reason: printed on the notes
        """
        noted = self.filtered(
            lambda move: (
                move._get_continuity_notes(LIVING_STATES)
                or not move._is_continuity_of(children)
            )
        )
        for move in noted:
            move._propose_continuity_rest(children, reason)
        untouched = self - noted
        zero = untouched.filtered(
            lambda move: move.currency_id.is_zero(move.amount_total)
        )
        zero._reverse_continuity_zero()
        rest = untouched - zero
        rest._reverse_moves([{"ref": f"{move.name}: {reason}"} for move in rest])

    def _propose_continuity_rest(self, children, reason):
        """Make the note over what is left; none when nothing is.

        :param sale.order children: child orders that are cancelled
        :param str reason: printed on the note
        """
        self.ensure_one()
        rest = self._get_continuity_rest(children)
        amount = self._get_continuity_rest_amount(children)
        is_zero = self.currency_id.is_zero(self.amount_total)
        if not rest or not (is_zero or self.currency_id.compare_amounts(amount, 0) > 0):
            return
        note = self._create_continuity_return(
            [item._prepare_continuity_rest_vals(quantity) for item, quantity in rest],
            reason,
        )
        if note.state == "draft":
            note._set_continuity_total(amount)

    def _set_continuity_total(self, amount):
        """Let the last of several notes take the cents the others have left.

        Tax is rounded on each document: two halves may give less than the whole.

        :param float amount: what the note is to total
        """
        self.ensure_one()
        missing = self.currency_id.round(amount - self.amount_total)
        taxes = self.line_ids.filtered("tax_line_id").sorted(
            lambda line: abs(line.amount_currency)
        )
        most = self.currency_id.rounding * len(self.invoice_line_ids) * 2
        if taxes and missing and abs(missing) <= most:
            taxes[-1].amount_currency += missing


class AccountMoveLine(models.Model):
    """A line of such an invoice, or of a credit note on it."""

    _inherit = "account.move.line"

    def _get_continuity_rest_key(self):
        """Return what lines have in common that take each other away.

        :rtype: tuple
        """
        self.ensure_one()
        return (
            self.sale_line_ids,
            self.product_id,
            self.product_uom_id,
            self.account_id,
            self.tax_ids,
            self.price_unit,
            self.discount,
        )

    def _prepare_continuity_rest_vals(self, quantity):
        """Values of the line over what is left of this one.

        :param float quantity: negative where it was credited at another price
        :rtype: dict
        """
        self.ensure_one()
        return {
            "product_id": self.product_id.id,
            "name": self.name,
            "quantity": quantity,
            "product_uom_id": self.product_uom_id.id,
            "price_unit": self.price_unit,
            "discount": self.discount,
            "tax_ids": [Command.set(self.tax_ids.ids)],
            "account_id": self.account_id.id,
            "analytic_distribution": self.analytic_distribution,
            "sale_line_ids": [Command.set(self.sale_line_ids.ids)],
        }
