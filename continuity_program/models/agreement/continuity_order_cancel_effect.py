# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..facts.continuity_billing import to_amount, to_units
from ..payments.continuity_payment import OPEN_STATES
from ..payments.continuity_payment_credit import WAITING_STATES


class ContinuityOrder(models.Model):
    """The continuity order: what crediting or cancelling will come to, in exact
    figures, before it is done (rules H10)."""

    _inherit = "continuity.order"

    def _get_cancel_effect(self, kind, when, children):
        """Say what cancelling the order, or children of it, means.

        :param str kind: *order* or *child*
        :param str when: *now* or *next*, see :meth:`_cancel_orders`
        :param sale.order children: child orders that are cancelled
        :return: name, dropped shipments, texts of children and documents, and money
        :rtype: dict
        """
        self.ensure_one()
        mine = children & self.child_order_ids
        dropped = self.env["continuity.shipment"]
        if kind == "order":
            dropped = self._get_open_shipments()
            if when == "next":
                dropped -= self._get_next_shipment()
        undone = self.shipment_ids.filtered(lambda s: s.child_order_id in mine)
        quantities = self._get_quantities_to_credit(kind, dropped, undone)
        return {
            "name": self.display_name,
            "shipments": [self._describe_shipment(shipment) for shipment in dropped],
            "children": self._describe_children(kind, when, mine),
            "documents": self._describe_documents(mine),
            "money": self._get_money_effect(quantities, mine),
        }

    def _get_quantities_to_credit(self, kind, dropped, undone):
        """Return the units a note is proposed over.

        A child order that is cancelled on its own keeps its units open: it can be
        planned again (rules N50).

        :rtype: dict[continuity.shipment.line, float]
        """
        if kind == "child" or not self.bill_upfront:
            return {}
        ended = self.shipment_ids.filtered(
            lambda s: s.state in ("cancelled", "skipped", "done")
        )
        quantities = self._get_creditable((dropped | ended) - undone)
        for line in undone.line_ids:
            quantity = line.prepaid_quantity - line.credited_quantity
            if quantity > 0:
                quantities[line] = quantity
        return quantities

    def _describe_children(self, kind, when, cancelled):
        """Say of each child order what becomes of it.

        :rtype: list[str]
        """
        living = self.child_order_ids.filtered(lambda child: child.state != "cancel")
        texts = []
        for child in living.sorted("id"):
            if child in cancelled:
                texts.append(self.env._("%s is cancelled.", child.name))
            elif kind == "order":
                texts.append(self.env._("%s stays.", child.name))
        return texts

    def _describe_documents(self, children):
        """Say of each invoice how much of it is still to be credited.

        What another note is about already is not said again.

        :rtype: list[str]
        """
        amounts = {
            move: move._get_continuity_rest_amount(children)
            for move in children._get_continuity_posted_invoices()
        }
        return [
            f"{move.name}: {self._format(amount)}"
            for move, amount in amounts.items()
            if amount or move.currency_id.is_zero(move.amount_total)
        ]

    # === MONEY === #

    def _get_money_effect(self, quantities, children=None):
        """Say what a note over these units does to the payments (H10, C7).

        :param dict quantities: units to credit
        :param sale.order children: child orders that are cancelled with it
        :return: text of the credit note, rows before and after, sentences
        :rtype: dict
        """
        self.ensure_one()
        return self._get_total_effect(*self._get_credit_totals(quantities), children)

    def _get_total_effect(self, net, tax, total, children=None):
        """Say what a note of this total does to the payments.

        :rtype: dict
        """
        rows, back = self._preview_payments(total, children)
        credit = ""
        if not self.currency_id.is_zero(total):
            credit = self.env._(
                "%(total)s (%(net)s + tax %(tax)s)",
                total=self._format(total),
                net=self._format(net),
                tax=self._format(tax),
            )
        return {
            "credit": credit,
            "rows": [self._describe_reduced_row(*row) for row in rows],
            "sentences": self._get_money_sentences(rows, back, bool(credit)),
        }

    def _preview_payments(self, total, children=None):
        """Say what a credit note, and cancelled child orders, make of the payments.

        :param float total: gross amount of the note
        :param sale.order children: child orders that are cancelled with it
        :return: rows with what they would ask, and what is to be given back
        :rtype: tuple[list[tuple[continuity.payment, float]], float]
        """
        units = to_units(total, self.currency_id)
        previews = self.env["continuity.billing"]._preview(
            {("upfront", self.id): units} if units else {},
            [("child", child.id) for child in children or ()],
        )
        rows, back = [], 0
        for (kind, _id), (now, then) in previews.items():
            back += max(0, then.sums.to_refund - now.sums.to_refund)
            asked = {row.key: row.amount for row in then.rows if row.is_open}
            states = OPEN_STATES if kind == "upfront" else (*OPEN_STATES, "authorized")
            known = self.payment_ids.browse(row.key for row in then.rows)
            rows += [
                (row, to_amount(asked.get(row.id, 0), self.currency_id))
                for row in known.sorted(lambda row: (row.due_date, row.sequence))
                if row.state in states
            ]
        return rows, to_amount(back, self.currency_id)

    def _describe_reduced_row(self, row, amount):
        """Return a row of the table *now* and *then*.

        :rtype: dict
        """
        return {
            "name": row.display_name,
            "date_text": self._format_day(row.due_date),
            "before_text": self._format(row.amount),
            "after_text": self._format(amount),
        }

    def _get_money_sentences(self, rows, back, is_credited):
        """Say what goes back, what is still owed, and when it takes effect (H10).

        :param list rows: rows with their new amounts
        :param float back: what is to be given back
        :param bool is_credited: a credit note is proposed
        :rtype: list[str]
        """
        texts = []
        owed = [(row, amount) for row, amount in rows if amount]
        if not self.currency_id.is_zero(back):
            texts.append(self.env._("%s back to the customer.", self._format(back)))
        texts += [
            self.env._(
                "%(amount)s still due on %(date)s.",
                amount=self._format(amount),
                date=self._format_day(row.due_date),
            )
            for row, amount in owed
        ]
        if any(row.state in WAITING_STATES for row in self.payment_ids):
            texts.append(
                self.env._(
                    "A payment is under way: what goes back is known when it is"
                    " answered."
                )
            )
        if is_credited:
            texts.append(
                self.env._(
                    "Payments change when an accountant posts the credit note, not"
                    " before."
                )
            )
        if not texts:
            texts.append(self.env._("Nothing is owed and nothing comes back."))
        return texts
