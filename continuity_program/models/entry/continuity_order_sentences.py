# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..agreement.continuity_order import ACTIVE_STATES
from ..payments.continuity_payment import CHARGED_STATES

#: More amounts than this are not read aloud one by one.
SPOKEN_AMOUNTS = 6


class ContinuityOrder(models.Model):
    """The continuity order: the sentences of its summary (rules H1–H6)."""

    _inherit = "continuity.order"

    # === SENTENCES === #

    def _get_headline(self, shipments, due_now, later=0.0):
        """Say what it costs, ready to be read aloud (rules H1).

        :param list[dict] shipments: the described shipments
        :param float due_now: what is charged at Submit
        :param float later: what is charged later on the same day
        :rtype: str
        """
        counted = [s for s in shipments if s["counts"]]
        today = ""
        if self.state == "draft":
            today = self._get_today_text(due_now, later)
        if self._is_endless():
            return " · ".join(filter(None, [today, self._get_endless_text()]))
        if not counted:
            return today
        amounts = self._join_amounts([s["amount"] for s in counted])
        each = self.env._("each shipment %s", self._with_tax(amounts))
        waiting = self._get_waiting_amounts()
        number = len(counted) + len(waiting)
        total = self._format(self._get_goods_total() + sum(waiting))
        if number == 1:
            count = self.env._("1 shipment, %s in all", total)
        else:
            count = self.env._(
                "%(count)s shipments, %(total)s in all", count=number, total=total
            )
        text = " · ".join(filter(None, [today, each, count]))
        return text[:1].upper() + text[1:]

    def _get_today_text(self, due_now, later):
        """Say what is charged on the day of Submit.

        :param float due_now: what is charged at Submit
        :param float later: what is charged later on the same day
        :rtype: str
        """
        if later and not self.bill_upfront:
            return self.env._(
                "%s today, when the first parcel is made", self._format(later)
            )
        return self.env._("Today %s", self._format(due_now or later))

    def _get_endless_text(self):
        """Say what an order without an end costs, and how often.

        :rtype: str
        """
        # The last of the plan, not the last to leave: its event goes on for ever, one
        # that was postponed behind it does not.
        last = self._get_counted_shipments().sorted("number")[-1:]
        if not last:
            return ""
        return self.env._(
            "until cancelled, %(amount)s (%(rhythm)s)",
            amount=self._with_tax(self._format(last.amount_total)),
            # The customer is told how often; he may not read events
            rhythm=self._get_rhythm_text(last.event_id.sudo()),
        )

    def _get_rhythm_text(self, event_sudo):
        """Say how often an event is repeated."""
        if event_sudo.date_interval_id:
            return event_sudo.date_interval_id.name
        days = event_sudo.days_from_last
        if days == 7:
            return self.env._("every week")
        if days % 7 == 0:
            return self.env._("every %s weeks", days // 7)
        return self.env._("every %s days", days)

    def _join_amounts(self, amounts):
        """Write amounts one after the other; equal ones once."""
        if len(set(amounts)) == 1:
            return self._format(amounts[0])
        texts = [self._format(amount) for amount in amounts[:SPOKEN_AMOUNTS]]
        if len(amounts) > SPOKEN_AMOUNTS:
            texts.append("…")
        return " / ".join(texts)

    def _get_delivery_address(self):
        """Return the delivery address without the lines it leaves empty.

        :rtype: str
        """
        # The address is printed on the order, for those who may not open the contact
        address = self.partner_shipping_id.sudo()._display_address()
        return "\n".join(filter(str.strip, address.splitlines()))

    def _get_first_parcel_text(self, today):
        """Say when the first parcel leaves and with which event it starts (H3).

        :param date today: local date
        :rtype: str
        """
        planned = self._get_open_shipments()
        if not planned:
            return self.env._("Nothing is planned to leave.")
        first = planned[0]
        missed = planned.filtered("is_missed")
        day = max(first.planned_date, today)
        values = {
            "day": self._format_day(day),
            "event": first.event_number,
            "product": self._get_products_text(first.line_ids),
        }
        if any(s.state in ("ordered", "done") for s in self.shipment_ids):
            text = self.env._(
                "Next parcel leaves %(day)s, event %(event)s: %(product)s", **values
            )
        else:
            text = self.env._(
                "First parcel leaves %(day)s, it starts with event %(event)s:"
                " %(product)s",
                **values,
            )
        if not missed:
            return text
        if len(missed) == 1:
            late = self.env._("1 missed shipment leaves today")
        # The customer is told how many parcels; he may not read programs
        elif self.program_id.sudo().consolidate_missed:
            late = self.env._(
                "%s missed shipments leave today in one parcel", len(missed)
            )
        else:
            late = self.env._(
                "%(count)s missed shipments leave today in %(count)s parcels",
                count=len(missed),
            )
        return f"{text}; {late}"

    def _get_amount_now(self, payments, today):
        """Return what is charged at Submit (rules H4).

        :param list[dict] payments: the described payments
        :param date today: local date
        :rtype: float
        """
        if not self.bill_upfront or self.payment_method == "on_account":
            return 0.0
        if not self.payment_schedule_id and self.state == "draft":
            # What was paid by another door is not asked again
            return self.sale_order_id._get_continuity_upfront_dues().get(self, 0.0)
        open_rows = [p for p in payments if p["state"] not in CHARGED_STATES]
        if not self.payment_schedule_id:
            return sum(p["amount"] for p in open_rows)
        if not self.company_id.continuity_charge_first_at_submit:
            return 0.0
        return sum(p["amount"] for p in open_rows if p["due_date"] <= today)

    def _get_amount_later_today(self, payments, due_now, today):
        """Return what the runs of the day of Submit charge to the card.

        :param list[dict] payments: the described payments
        :param float due_now: what is charged at Submit
        :param date today: local date
        :rtype: float
        """
        if due_now or self.payment_method == "on_account" or self.child_order_ids:
            return 0.0
        return self.currency_id.round(
            sum(
                p["amount"]
                for p in payments
                if p["state"] == "scheduled" and p["due_date"] <= today
            )
        )

    def _get_charge_text(self, payments, due_now, later, today):
        """Say what is charged now, what next, and on which card (rules H4).

        :param list[dict] payments: the described payments
        :param float due_now: what is charged at Submit
        :param float later: what is charged later on the same day
        :param date today: local date
        :rtype: str
        """
        method = self._get_payment_method_text()
        if later:
            return f"{self._get_today_text(due_now, later)} · {method}"
        upfront_now = self.bill_upfront and not self.payment_schedule_id
        ahead = [
            p
            for p in payments
            if p["state"] not in CHARGED_STATES
            and not upfront_now
            and not (due_now and p["due_date"] <= today)
        ]
        texts = []
        if self.state == "draft":
            texts.append(self.env._("Now %s", self._format(due_now)))
        elif not ahead:
            texts.append(self._get_paid_text(payments))
        if ahead:
            texts.append(
                self.env._(
                    "next charge %(amount)s on %(day)s",
                    amount=ahead[0]["amount_text"],
                    day=ahead[0]["date_text"],
                )
            )
        return " · ".join(filter(None, [*texts, method]))

    def _get_paid_text(self, payments):
        """Say what was paid for an order that was submitted.

        :param list[dict] payments: the described payments
        :return: empty as long as nothing was
        :rtype: str
        """
        paid = sum(p["amount"] for p in payments if p["state"] == "paid")
        if self.currency_id.is_zero(paid):
            return ""
        return self.env._("%s paid", self._format(paid))

    def _get_payment_method_text(self):
        """Name the payment method as the customer knows it (rules N57).

        :rtype: str
        """
        self.ensure_one()
        if self.payment_method == "on_account":
            return self.env._("on account")
        if self.payment_method == "card" and self.payment_token_id:
            # Brand, last digits and expiry may be seen; the rest stays closed
            return self.payment_token_id.sudo()._get_continuity_label()
        return self.env._("payment missing")

    def _get_pieces_text(self, is_part=False):
        """Say how many pieces the customer gets in all (rules H6).

        :param bool is_part: more is sold than is laid out so far
        :rtype: str
        """
        shipments = self._get_counted_shipments()
        pieces = sum(shipments.line_ids.mapped("quantity"))
        values = {
            "quantity": f"{self.quantity:g}",
            "pieces": f"{pieces:g}",
            "parcels": len(shipments),
        }
        if is_part:
            return self.env._(
                "laid out so far, %(quantity)s of each: %(pieces)s pieces in"
                " %(parcels)s parcels",
                **values,
            )
        if len(shipments) != 1:
            return self.env._(
                "%(quantity)s of each: %(pieces)s pieces in %(parcels)s parcels",
                **values,
            )
        if pieces == 1:
            return self.env._("1 piece in 1 parcel")
        return self.env._(
            "%(quantity)s of each: %(pieces)s pieces in 1 parcel", **values
        )

    def _get_balance_text(self, goods_total, paid_total, is_part=False):
        """Say that goods and payments come to the same (rules H5).

        :param float goods_total: total of the shipments
        :param float paid_total: total of the payments
        :param bool is_part: more is sold than is laid out so far
        :rtype: str
        """
        if self.currency_id.compare_amounts(goods_total, paid_total):
            return self.env._(
                "shipments %(goods)s, payments so far %(paid)s",
                goods=self._format(goods_total),
                paid=self._format(paid_total),
            )
        total = self._format(goods_total)
        if is_part:
            return self.env._("shipments and payments laid out so far: %s each", total)
        return self.env._("shipments and payments both come to %s", total)

    def _get_member_text(self):
        """Say that the customer has this program already (rules H2).

        :return: a sentence, empty when he has not
        :rtype: str
        """
        # Of a program the customer has already, its code is told
        other = self.search(
            [
                ("partner_id", "child_of", self.partner_id.commercial_partner_id.id),
                ("program_id", "=", self.program_id.id),
                ("state", "in", ACTIVE_STATES),
                ("id", "!=", self.id),
            ],
            limit=1,
        )
        if not other:
            return self._get_hidden_text(self.partner_id.commercial_partner_id)
        if not other.next_ship_date:
            return self.env._(
                "%(customer)s already has %(program)s running.",
                customer=self.partner_id.name,
                program=self.program_id.sudo().code,
            )
        return self.env._(
            "%(customer)s already has %(program)s running, next shipment %(day)s.",
            customer=self.partner_id.name,
            program=self.program_id.sudo().code,
            day=self._format_day(other.next_ship_date),
        )

    def _get_cancel_text(self):
        """Say how and until when the customer can cancel (rules N67).

        :rtype: str
        """
        if self.bill_upfront:
            return self.env._(
                "The order can be cancelled at any time. What was paid for shipments"
                " that have not left is returned."
            )
        return self.env._(
            "The order can be cancelled at any time before the next shipment leaves."
            " Nothing is charged for what has not left."
        )

    def _get_duration_text(self):
        """Say how long the series is.

        :rtype: str
        """
        if self._is_endless():
            return self.env._("until cancelled")
        count = len(self._get_counted_shipments()) + len(self._get_waiting())
        if count == 1:
            return self.env._("1 shipment")
        return self.env._("%s shipments", count)

    def _get_planned_text(self):
        """Say under the parent line what is planned.

        :rtype: str
        """
        self.ensure_one()
        if self._is_endless():
            return self._get_endless_text()
        return self.env._(
            "%(duration)s, planned value %(amount)s",
            duration=self._get_duration_text(),
            amount=self._with_tax(
                self._format(self._get_goods_total() + sum(self._get_waiting_amounts()))
            ),
        )

    # === WARNINGS === #

    def _get_warnings(self, today):
        """List what the seller should not overlook (rules H3, R8).

        :param date today: local date
        :rtype: list[str]
        """
        leaving = [p for p in self._get_parcels() if p[0].planned_date <= today]
        warnings = []
        if len(leaving) > 1:
            warnings.append(self.env._("%s parcels leave today.", len(leaving)))
        if self.start_date_entered and self.start_date < today:
            warnings.append(
                self.env._(
                    "The start date %s lies in the past.",
                    self._format_day(self.start_date),
                )
            )
        return warnings + self._get_duration_warning()

    def _get_duration_warning(self):
        """Warn when the program has fewer events left than were sold (R8)."""
        if not self.event_duration:
            return []
        left = len(self.shipment_ids.event_id)
        if left >= self.event_duration or self._has_hidden_events():
            return []
        return [
            self.env._(
                "The program has %(left)s of %(sold)s events left.",
                left=left,
                sold=self.event_duration,
            )
        ]

    def _get_card_warning(self, payments):
        """Name the shipment or payment a card expires before (rules H4)."""
        # The card may be another payer's, hidden from the customer; its date is told
        expiry = self.payment_token_id.sudo().expiry_date
        if self.payment_method != "card" or not expiry:
            return []
        late = [
            payment
            for payment in payments
            if payment["state"] not in CHARGED_STATES and payment["due_date"] > expiry
        ]
        if not late:
            return []
        return [
            self.env._(
                "The card expires on %(expiry)s, before the payment of %(amount)s on"
                " %(day)s (%(what)s).",
                expiry=self._format_day(expiry),
                amount=late[0]["amount_text"],
                day=late[0]["date_text"],
                what=late[0]["label"],
            )
        ]
