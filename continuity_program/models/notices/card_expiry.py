# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from ..base.of_order import OfOrder


class CardExpiry(OfOrder):
    """What the card of an order is needed for when it is not valid any more."""

    def get_note(self, day):
        """Say which shipment or payment the card expires before.

        :param date day: local date; what is overdue counts from here
        :rtype: str
        """
        return self.env._(
            "The card %(card)s expires before %(what)s. Ask the customer for another"
            " one.",
            card=self.order._get_payment_method_text(),
            what=self.get_need(day)["text"],
        )

    def get_need(self, day):
        """Return the first shipment or payment after the expiry of the card.

        :param date day: local date; what is overdue counts from here
        :return: ``date``, ``amount``, their texts and the whole as ``text``; empty
            texts when the card lasts
        :rtype: dict
        """
        expiry = self.order.card_expiry_date
        needs = [
            (max(due, day), amount, is_shipment)
            for due, amount, is_shipment in self._get_dates()
            if expiry and max(due, day) > expiry
        ]
        if not needs:
            return {"date": False, "date_text": "", "amount_text": "", "text": ""}
        due, amount, is_shipment = min(needs, key=lambda need: need[0])
        values = {
            "date_text": self.order._format_day(due),
            "amount_text": self.order._format(amount),
        }
        # Both stand behind "before" only: a language may have to inflect them there
        if is_shipment:
            text = self.env._(
                "the shipment of %(date_text)s (%(amount_text)s)", **values
            )
        else:
            text = self.env._(
                "the payment of %(date_text)s (%(amount_text)s)", **values
            )
        return {**values, "date": due, "text": text}

    def _get_dates(self):
        """List when the card is needed: open payments, and shipments without them.

        :return: due date, amount, and whether it is a shipment
        :rtype: list[tuple[date, float, bool]]
        """
        # The mail is made for whoever caused it; it tells its customer what he owes
        rows = [
            (row.next_attempt_date or row.due_date, row.amount, False)
            for row in self.order.sudo().payment_ids
            if row.state in ("scheduled", "declined")
        ]
        if self.order.bill_upfront:
            return rows
        return rows + [
            (shipment.planned_date, shipment.amount_total, True)
            for shipment in self.order.shipment_ids
            if shipment.state == "planned" and shipment.amount_total > 0
        ]


def warn_of_card(orders, day):
    """Warn customer and salesperson once that the card is about to expire.

    :param continuity.order orders: the orders
    :param date day: local date
    :return: what each warning says, by order
    :rtype: dict[continuity.order, str]
    """
    notes = {
        order: CardExpiry(order._speak_to_responsible()).get_note(day)
        for order in orders
    }
    for token, paid_with_it in orders.grouped("payment_token_id").items():
        paid_with_it.write(
            {
                "card_warned_token_id": token.id,
                "card_warned_expiry": token.expiry_date,
            }
        )
    for order, note in notes.items():
        order._schedule_continuity_activity(
            "continuity_program.mail_activity_card_expired", note
        )
    orders._send_continuity_notice("card_warning")
    return notes
