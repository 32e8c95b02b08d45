# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from ..base.of_order import OfOrder, Said
from ..facts.continuity_billing import to_amount, to_units
from ..payments.continuity_payment import OPEN_STATES
from ..payments.continuity_payment_credit import WAITING_STATES
from ..prepaid.credit_note import CreditNote


class Effect(OfOrder):
    """What crediting or cancelling a continuity order will come to, in exact figures,
    before it is done (rules H10). Nothing is written."""

    def get_of_cancel(self, kind, when, children):
        """Say what cancelling the order, or children of it, means.

        :param str kind: *order* or *child*
        :param str when: *now* or *next*, see :meth:`continuity.order._cancel_orders`
        :param sale.order children: child orders that are cancelled
        :return: name, dropped shipments, texts of children and documents, and money
        :rtype: dict
        """
        mine = children & self.order.child_order_ids
        dropped = self.env["continuity.shipment"]
        if kind == "order":
            dropped = self.order._get_open_shipments()
            if when == "next":
                dropped -= self.order._get_next_shipment()
        undone = self.order.shipment_ids.filtered(lambda s: s.child_order_id in mine)
        quantities = self._get_quantities(kind, dropped, undone)
        said = Said(self.order)
        return {
            "name": self.order.display_name,
            "shipments": [shipment._describe(said) for shipment in dropped],
            "children": self._describe_children(kind, when, mine),
            "documents": self._describe_documents(mine),
            "money": self.get_of_units(quantities, mine),
        }

    def get_of_draft(self):
        """Say what cancelling the quotation of the draft means.

        :return: as :meth:`get_of_cancel`
        :rtype: dict
        """
        sale_order = self.order.sale_order_id
        is_first = self.order == sale_order.continuity_order_ids[:1]
        sentences = sale_order._get_continuity_cancel_sentences() if is_first else []
        said = Said(self.order)
        return {
            "name": self.order.display_name,
            "shipments": [
                shipment._describe(said)
                for shipment in self.order._get_open_shipments()
            ],
            "children": [],
            "documents": [],
            "money": {"credit": "", "rows": [], "sentences": sentences},
        }

    def _get_quantities(self, kind, dropped, undone):
        """Return the units a note is proposed over.

        A child order that is cancelled on its own keeps its units open: it can be
        planned again (rules N50).

        :rtype: dict[continuity.shipment.line, float]
        """
        if kind == "child" or not self.order.bill_upfront:
            return {}
        ended = self.order.shipment_ids.filtered(
            lambda s: s.state in ("cancelled", "skipped", "done")
        )
        quantities = self.order._get_creditable((dropped | ended) - undone)
        for line in undone.line_ids:
            quantity = line.prepaid_quantity - line.credited_quantity
            if quantity > 0:
                quantities[line] = quantity
        return quantities

    def _describe_children(self, kind, when, cancelled):
        """Say of each child order what becomes of it.

        :rtype: list[str]
        """
        living = self.order.child_order_ids.filtered(
            lambda child: child.state != "cancel"
        )
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
            f"{move.name}: {self.order._format(amount)}"
            for move, amount in amounts.items()
            if amount or move.currency_id.is_zero(move.amount_total)
        ]

    # === MONEY === #

    def get_of_units(self, quantities, children=None):
        """Say what a note over these units does to the payments (H10, C7).

        :param dict quantities: units to credit
        :param sale.order children: child orders that are cancelled with it
        :return: text of the credit note, rows before and after, sentences
        :rtype: dict
        """
        return self.get_of_total(
            *CreditNote(self.order).get_totals(quantities), children
        )

    def get_of_total(self, net, tax, total, children=None):
        """Say what a note of this total does to the payments.

        :rtype: dict
        """
        rows, back = self._preview_payments(total, children)
        credit = ""
        if not self.order.currency_id.is_zero(total):
            credit = self.env._(
                "%(total)s (%(net)s + tax %(tax)s)",
                total=self.order._format(total),
                net=self.order._format(net),
                tax=self.order._format(tax),
            )
        return {
            "credit": credit,
            "rows": [self._describe_row(*row) for row in rows],
            "sentences": self._get_sentences(rows, back, bool(credit)),
        }

    def _preview_payments(self, total, children=None):
        """Say what a credit note, and cancelled child orders, make of the payments.

        :param float total: gross amount of the note
        :param sale.order children: child orders that are cancelled with it
        :return: rows with what they would ask, and what is to be given back
        :rtype: tuple[list[tuple[continuity.payment, float]], float]
        """
        units = to_units(total, self.order.currency_id)
        previews = self.env["continuity.billing"]._preview(
            {("upfront", self.order.id): units} if units else {},
            [("child", child.id) for child in children or ()],
        )
        rows, back = [], 0
        for (kind, _id), (now, then) in previews.items():
            back += max(0, then.sums.to_refund - now.sums.to_refund)
            asked = {row.key: row.amount for row in then.rows if row.is_open}
            states = OPEN_STATES if kind == "upfront" else (*OPEN_STATES, "authorized")
            known = self.order.payment_ids.browse(row.key for row in then.rows)
            rows += [
                (row, to_amount(asked.get(row.id, 0), self.order.currency_id))
                for row in known.sorted(lambda row: (row.due_date, row.sequence))
                if row.state in states
            ]
        rows += self._get_untouched(previews, children)
        return rows, to_amount(back, self.order.currency_id)

    def _get_untouched(self, previews, children):
        """Return the payments that stay as they are: up front, of parcels that stay.

        :param previews: claims that are asked anew, by kind and id
        :param sale.order children: child orders that are cancelled
        :rtype: list[tuple[continuity.payment, float]]
        """
        order = self.order
        children = children or order.child_order_ids.browse()
        rows = order.payment_ids.filtered(
            lambda row: row.state in OPEN_STATES and row.child_order_id not in children
        )
        if ("upfront", order.id) in previews or not order.bill_upfront:
            rows = rows.filtered("child_order_id")
        return [
            (row, row.amount)
            for row in rows.sorted(lambda row: (row.due_date, row.sequence))
        ]

    def _describe_row(self, row, amount):
        """Return a row of the table *now* and *then*.

        :rtype: dict
        """
        return {
            "name": row.display_name,
            "date_text": self.order._format_day(row.due_date),
            "before_text": self.order._format(row.amount),
            "after_text": self.order._format(amount),
        }

    def _get_sentences(self, rows, back, is_credited):
        """Say what goes back, what is still owed, and when it takes effect (H10).

        :param list rows: rows with their new amounts
        :param float back: what is to be given back
        :param bool is_credited: a credit note is proposed
        :rtype: list[str]
        """
        texts = []
        owed = [(row, amount) for row, amount in rows if amount]
        if not self.order.currency_id.is_zero(back):
            texts.append(
                self.env._("%s back to the customer.", self.order._format(back))
            )
        texts += [
            self.env._(
                "%(amount)s still due on %(date)s.",
                amount=self.order._format(amount),
                date=self.order._format_day(row.due_date),
            )
            for row, amount in owed
        ]
        if any(row.state in WAITING_STATES for row in self.order.payment_ids):
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
