# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from functools import cached_property

from ..base.of_order import OfOrder, Said
from ..payments.continuity_payment import CHARGED_STATES
from .outlook import Outlook

#: More amounts than this are not read aloud one by one.
SPOKEN_AMOUNTS = 6


class Sentences(OfOrder):
    """The sentences about a continuity order, ready to be read aloud (rules H1–H6).

    They are read from the order and nothing is written. They are made for one answer
    and thrown away: what is asked for twice is worked out once.

    :param continuity.order order: the order, in the language of the sentences
    :param date today: local date; None = the company's today
    """

    def __init__(self, order, today=None):
        super().__init__(order)
        self._today = today

    # === FACTS === #

    @cached_property
    def said(self):
        """Days, amounts and states in words."""
        return Said(self.order)

    @cached_property
    def today(self):
        """The local date that decides what is said."""
        return self._today or self.order.company_id._continuity_today()

    @cached_property
    def outlook(self):
        """What is sold, but not laid out yet."""
        return Outlook(self.order)

    @cached_property
    def is_endless(self):
        """Whether the order runs until it is cancelled."""
        return self.outlook.is_endless

    @cached_property
    def counted(self):
        """The shipments the customer gets, or got."""
        return self.order.shipment_ids.filtered(
            lambda s: s.state not in ("skipped", "cancelled")
        )

    @cached_property
    def waiting_amounts(self):
        """The totals of the shipments that are sold and not laid out yet."""
        return self.outlook.amounts

    @cached_property
    def goods_total(self):
        """The total of all shipments as it is billed (rules C1).

        Up front that of the one invoice, else the sum of the shipments.
        """
        if self.order.bill_upfront:
            return self.order.sale_order_line_id.price_total
        total = sum(self.counted.mapped("amount_total"))
        return self.order.currency_id.round(total)

    @property
    def planned_total(self):
        """The total of all that is sold, laid out or not."""
        return self.goods_total + sum(self.waiting_amounts)

    @cached_property
    def tax_name(self):
        """The taxes in the prices by their own words; there may be none.

        As on the invoice, for instance "VAT 21%".
        """
        untaxed = sum(self.counted.mapped("amount_untaxed"))
        total = sum(self.counted.mapped("amount_total"))
        if not self.order.currency_id.compare_amounts(untaxed, total):
            return ""
        # Whoever hears the price may know what the tax in it is called
        order_sudo = self.order.sudo()
        taxes_sudo = order_sudo.env["account.tax"].union(
            *map(
                order_sudo._get_goods_taxes, order_sudo.shipment_ids.line_ids.product_id
            )
        )
        return ", ".join(dict.fromkeys(taxes_sudo.tax_group_id.mapped("name")))

    # === SENTENCES === #

    def get_headline(self, shipments, due_now, later=0.0):
        """Say what it costs, ready to be read aloud (rules H1).

        :param list[dict] shipments: the described shipments
        :param float due_now: what is charged at Submit
        :param float later: what is charged later on the same day
        :rtype: str
        """
        counted = [s for s in shipments if s["counts"]]
        today = ""
        if self.order.state == "draft":
            today = self.get_today_text(due_now, later)
        if self.is_endless:
            return " · ".join(filter(None, [today, self.get_endless_text()]))
        if not counted:
            return today
        amounts = self.join_amounts([s["amount"] for s in counted])
        each = self.env._("each shipment %s", self.add_tax(amounts))
        number = len(counted) + len(self.waiting_amounts)
        total = self.order._format(self.planned_total)
        if number == 1:
            count = self.env._("1 shipment, %s in all", total)
        else:
            count = self.env._(
                "%(count)s shipments, %(total)s in all", count=number, total=total
            )
        text = " · ".join(filter(None, [today, each, count]))
        return text[:1].upper() + text[1:]

    def get_today_text(self, due_now, later):
        """Say what is charged on the day of Submit.

        :param float due_now: what is charged at Submit
        :param float later: what is charged later on the same day
        :rtype: str
        """
        if later and not self.order.bill_upfront:
            return self.env._(
                "%s today, when the first parcel is made", self.order._format(later)
            )
        return self.env._("Today %s", self.order._format(due_now or later))

    def get_endless_text(self):
        """Say what an order without an end costs, and how often.

        :rtype: str
        """
        # The last of the plan, not the last to leave: its event goes on for ever, one
        # that was postponed behind it does not.
        last = self.counted.sorted("number")[-1:]
        if not last:
            return ""
        return self.env._(
            "until cancelled, %(amount)s (%(rhythm)s)",
            amount=self.add_tax(self.order._format(last.amount_total)),
            # The customer is told how often; he may not read events
            rhythm=self.get_rhythm_text(last.event_id.sudo()),
        )

    def get_rhythm_text(self, event_sudo):
        """Say how often an event is repeated.

        :param continuity.event event_sudo: the event
        :rtype: str
        """
        if event_sudo.date_interval_id:
            return event_sudo.date_interval_id.name
        days = event_sudo.days_from_last
        if days == 7:
            return self.env._("every week")
        if days % 7 == 0:
            return self.env._("every %s weeks", days // 7)
        return self.env._("every %s days", days)

    def join_amounts(self, amounts):
        """Write amounts one after the other; equal ones once."""
        if len(set(amounts)) == 1:
            return self.said.amount(amounts[0])
        texts = [self.said.amount(amount) for amount in amounts[:SPOKEN_AMOUNTS]]
        if len(amounts) > SPOKEN_AMOUNTS:
            texts.append("…")
        return " / ".join(texts)

    def get_delivery_address(self):
        """Return the delivery address without the lines it leaves empty.

        :rtype: str
        """
        # The address is printed on the order, for those who may not open the contact
        address = self.order.partner_shipping_id.sudo()._display_address()
        return "\n".join(filter(str.strip, address.splitlines()))

    def get_first_parcel_text(self):
        """Say when the first parcel leaves and with which event it starts (H3).

        :rtype: str
        """
        planned = self.order._get_open_shipments()
        if not planned:
            return self.env._("Nothing is planned to leave.")
        first = planned[0]
        missed = planned.filtered("is_missed")
        day = max(first.planned_date, self.today)
        values = {
            "day": self.order._format_day(day),
            "event": first.event_number,
            "product": first.line_ids._get_products_text(),
        }
        if any(s.state in ("ordered", "done") for s in self.order.shipment_ids):
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
        elif self.order.program_id.sudo().consolidate_missed:
            late = self.env._(
                "%s missed shipments leave today in one parcel", len(missed)
            )
        else:
            late = self.env._(
                "%(count)s missed shipments leave today in %(count)s parcels",
                count=len(missed),
            )
        return f"{text}; {late}"

    def get_amount_now(self, payments):
        """Return what is charged at Submit (rules H4).

        :param list[dict] payments: the described payments
        :rtype: float
        """
        if not self.order.bill_upfront or self.order.payment_method == "on_account":
            return 0.0
        if not self.order.payment_schedule_id and self.order.state == "draft":
            # What was paid by another door is not asked again
            return self.order.sale_order_id._get_continuity_upfront_dues().get(
                self.order, 0.0
            )
        open_rows = [p for p in payments if p["state"] not in CHARGED_STATES]
        if not self.order.payment_schedule_id:
            return sum(p["amount"] for p in open_rows)
        if not self.order.company_id.continuity_charge_first_at_submit:
            return 0.0
        return sum(p["amount"] for p in open_rows if p["due_date"] <= self.today)

    def get_amount_later_today(self, payments, due_now):
        """Return what the runs of the day of Submit charge to the card.

        :param list[dict] payments: the described payments
        :param float due_now: what is charged at Submit
        :rtype: float
        """
        if (
            due_now
            or self.order.payment_method == "on_account"
            or self.order.child_order_ids
        ):
            return 0.0
        return self.order.currency_id.round(
            sum(
                p["amount"]
                for p in payments
                if p["state"] == "scheduled" and p["due_date"] <= self.today
            )
        )

    def get_charge_text(self, payments, due_now, later):
        """Say what is charged now, what next, and on which card (rules H4).

        :param list[dict] payments: the described payments
        :param float due_now: what is charged at Submit
        :param float later: what is charged later on the same day
        :rtype: str
        """
        method = self.order._get_payment_method_text()
        if later:
            return f"{self.get_today_text(due_now, later)} · {method}"
        upfront_now = self.order.bill_upfront and not self.order.payment_schedule_id
        ahead = [
            p
            for p in payments
            if p["state"] not in CHARGED_STATES
            and not upfront_now
            and not (due_now and p["due_date"] <= self.today)
        ]
        texts = []
        if self.order.state == "draft":
            texts.append(self.env._("Now %s", self.order._format(due_now)))
        elif not ahead:
            texts.append(self.get_paid_text(payments))
        if ahead:
            texts.append(
                self.env._(
                    "next charge %(amount)s on %(day)s",
                    amount=ahead[0]["amount_text"],
                    day=ahead[0]["date_text"],
                )
            )
        return " · ".join(filter(None, [*texts, method]))

    def get_paid_text(self, payments):
        """Say what was paid for an order that was submitted.

        :param list[dict] payments: the described payments
        :return: empty as long as nothing was
        :rtype: str
        """
        paid = sum(p["amount"] for p in payments if p["state"] == "paid")
        if self.order.currency_id.is_zero(paid):
            return ""
        return self.env._("%s paid", self.order._format(paid))

    def get_pieces_text(self, is_part=False):
        """Say how many pieces the customer gets in all (rules H6).

        :param bool is_part: more is sold than is laid out so far
        :rtype: str
        """
        shipments = self.counted
        pieces = sum(shipments.line_ids.mapped("quantity"))
        values = {
            "quantity": f"{self.order.quantity:g}",
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

    def get_balance_text(self, paid_total, is_part=False):
        """Say that goods and payments come to the same (rules H5).

        :param float paid_total: total of the payments
        :param bool is_part: more is sold than is laid out so far
        :rtype: str
        """
        goods = self.order._format(self.goods_total)
        if self.order.currency_id.compare_amounts(self.goods_total, paid_total):
            return self.env._(
                "shipments %(goods)s, payments so far %(paid)s",
                goods=goods,
                paid=self.order._format(paid_total),
            )
        if is_part:
            return self.env._("shipments and payments laid out so far: %s each", goods)
        return self.env._("shipments and payments both come to %s", goods)

    def get_duration_text(self):
        """Say how long the series is.

        :rtype: str
        """
        if self.is_endless:
            return self.env._("until cancelled")
        count = len(self.counted) + len(self.waiting_amounts)
        if count == 1:
            return self.env._("1 shipment")
        return self.env._("%s shipments", count)

    def get_planned_text(self):
        """Say under the parent line what is planned.

        :rtype: str
        """
        if self.is_endless:
            return self.get_endless_text()
        return self.env._(
            "%(duration)s, planned value %(amount)s",
            duration=self.get_duration_text(),
            amount=self.add_tax(self.order._format(self.planned_total)),
        )

    def get_waiting_text(self):
        """Say under the table of the shipments what comes behind them.

        :return: a sentence, empty when nothing waits
        :rtype: str
        """
        amounts = self.waiting_amounts
        if not amounts:
            return ""
        total = self.order._format(sum(amounts))
        if len(amounts) == 1:
            return self.env._("… and 1 more shipment, %s", total)
        return self.env._(
            "… and %(count)s more shipments, %(total)s", count=len(amounts), total=total
        )

    def add_tax(self, amount_text):
        """Say which tax is in an amount.

        :param str amount_text: one amount or several
        :rtype: str
        """
        if self.tax_name:
            return self.env._(
                "%(amount)s incl. %(tax)s", amount=amount_text, tax=self.tax_name
            )
        return amount_text
