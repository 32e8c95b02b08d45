# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import ValidationError

from ...billing import LawBroken, settle_chunk
from ..facts.continuity_billing import to_amount, to_units

#: A charge of ours in one of these states has no answer yet
WITHOUT_ANSWER = frozenset({"processing", "pending", "unknown"})


class ContinuityBilling(models.AbstractModel):
    """What a customer may pay on a page of his own: by link, portal or web shop."""

    _inherit = "continuity.billing"

    @api.model
    def _check_page(self, orders, moves, amount):
        """Refuse a payment that would come too much, before it is begun.

        With the mutex: a card is not charged at the same moment for what the customer
        pays himself.

        :param sale.order orders: what the payment is for
        :param account.move moves: what the payment is for
        :param float amount: in the currency of these documents
        :raise ValidationError: a charge has no answer yet, or less is open; the text
            is for the customer
        """
        # A visitor has a link and no rights
        billing_sudo = self.sudo()
        scopes, others = billing_sudo._get_page_scopes(orders.sudo(), moves.sudo())
        if not scopes:
            return
        billing_sudo._lock(scopes, wait=True)
        documents = orders.sudo() or moves.sudo()
        name = ", ".join(documents.mapped("display_name"))
        try:
            answers = settle_chunk(*billing_sudo._read(scopes))
        except LawBroken:
            # Nobody pays for what contradicts itself before a person has looked
            raise ValidationError(self._get_wait_text(name)) from None
        mine = [answers[scope] for scope in scopes if scope in answers]
        if any(self._is_waiting(*answer) for answer in mine):
            raise ValidationError(self._get_wait_text(name))
        currency = documents[:1].currency_id
        payable = sum(self._get_payable(*answer) for answer in mine)
        payable += to_units(others, currency)
        if to_units(amount, currency) > payable:
            raise ValidationError(self._get_open_text(name, payable, currency))

    def _get_page_scopes(self, orders, moves):
        """Say whose claims a customer is about to pay.

        :param sale.order orders: children, or parent orders with their ordinary goods
        :param account.move moves: invoices
        :return: scopes, and what is left to pay of documents that are nobody's
        :rtype: tuple[list[tuple[str, int]], float]
        """
        scopes = [("child", o.id) for o in orders if o.continuity_order_id]
        for order in orders.filtered("continuity_order_ids"):
            scopes.append(("ordinary", order.id))
            upfront = order.continuity_order_ids.filtered("bill_upfront")
            scopes += [("upfront", order_id) for order_id in upfront.ids]
        if not moves:
            return scopes, 0.0
        self._flush_facts()
        known = set()
        for row in self._read_documents(move_ids=moves.ids):
            if row.move_id in moves._ids and row.kind:
                known.add(row.move_id)
                scopes.append((row.kind, row.res_id))
        others = moves.filtered(lambda move: move.id not in known)
        return list(dict.fromkeys(scopes)), sum(others.mapped("amount_residual"))

    def _is_waiting(self, facts, settlement):
        """Say whether a charge of ours has no answer yet; goods have no rows."""
        states = {row.state for row in settlement.rows}
        if facts.scope.kind == "ordinary":
            states = {
                i.state for i in facts.money if i.state in ("processing", "unknown")
            }
        return not states.isdisjoint(WITHOUT_ANSWER)

    def _get_payable(self, facts, settlement):
        """Say what a customer may pay, be it before the day, in smallest units.

        What he has paid by a page and is not answered yet counts. A transfer that was
        announced does not: he may have changed his mind.
        """
        sums = settlement.sums
        sent = sum(
            item.under_way
            for item in facts.money
            if item.row is None and item.state != "draft" and not item.is_transfer
        )
        payable = sums.open + sums.held + sums.later + sums.written_off
        return max(0, payable - sent)

    def _get_wait_text(self, name):
        return self.env._(
            "A payment of %s is under way already. Please wait for its answer: you do"
            " not have to pay twice.",
            name,
        )

    def _get_open_text(self, name, units, currency):
        if not units:
            return self.env._(
                "Nothing is left to pay of %s: it is paid, or being paid.", name
            )
        return self.env._(
            "Only %(amount)s of %(name)s is left to pay. Please reload the page.",
            amount=currency.format(to_amount(units, currency)),
            name=name,
        )
