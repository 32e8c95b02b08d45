# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict
from functools import cached_property
from itertools import zip_longest

from markupsafe import Markup

from odoo.exceptions import UserError

from ..agreement.states import ACTIVE_STATES
from ..base.of_order import Said
from ..payments.continuity_payment import CHARGED_STATES
from .planned_payments import PlannedPayments
from .sentences import Sentences


class Summary(Sentences):
    """A continuity order in words: what wizard, recap, portal, mail and print say.

    All from one place, so that what a seller reads aloud is what the customer finds in
    the mail.
    """

    @cached_property
    def said(self):
        """Days, amounts and states in words."""
        return Said(self.order)

    def get(self):
        """Return everything there is to say about an order (rules H1–H10).

        :return: see :meth:`continuity.order._get_schedule_summary`
        :rtype: dict
        """
        # Customers read this about their order, and may open nothing behind it
        order = self.order
        payments, problem = self.get_payments()
        rows = order.shipment_ids._sorted_by_leaving()
        shipments = [shipment._describe(self.said) for shipment in rows]
        due_now = self.get_amount_now(payments)
        later = self.get_amount_later_today(payments, due_now)
        waiting = self.get_waiting_text()
        # Then pieces and money of the lists are those of a part
        is_part = bool(waiting) or self.is_endless
        paid_total = order.currency_id.round(sum(row["amount"] for row in payments))
        return {
            "order": order,
            "name": order.name,
            "mode": order._get_billing_mode(),
            "program": order.program_id.sudo().name,
            "product": order.product_id._continuity_get_name(),
            "tax": self.tax_name,
            "duration": self.get_duration_text(),
            "is_endless": self.is_endless,
            "headline": self.get_headline(shipments, due_now, later),
            "first_parcel": self.get_first_parcel_text(),
            "charge": self.get_charge_text(payments, due_now, later),
            "pieces": self.get_pieces_text(is_part),
            "balance": self.get_balance_text(paid_total, is_part),
            "member": self.get_member_text(),
            "cancel": order._get_cancel_text(),
            "waiting": waiting,
            "warnings": self.get_warnings() + problem,
            "card_warnings": self.get_card_warning(payments),
            "shipments": shipments,
            "payments": payments,
            "rows": self.align_rows(shipments, payments),
            "amount_now": due_now,
            "amount_today": due_now + later,
            "shipments_total": self.goods_total,
            "shipments_total_text": order._format(self.goods_total),
            "payments_total": paid_total,
            "payments_total_text": order._format(paid_total),
            "delivery_address": self.get_delivery_address(),
            "delivery_name": order.partner_shipping_id.sudo().display_name,
            "email": order.partner_id.sudo().email or "",
            "payment_missing": order._is_payment_method_missing(),
            "payment_method": order._get_payment_method_text(),
        }

    def render(self, summary):
        """Draw shipments and payments side by side, aligned by date (rules H5).

        :param dict summary: see :meth:`get`
        :rtype: Markup
        """
        return Markup(
            self.env["ir.qweb"]._render(
                "continuity_program.continuity_schedule_table", {"summary": summary}
            )
        )

    # === LISTS === #

    def get_payments(self):
        """List the payments: rows of the ledger, then what is planned behind them.

        :return: payments, and a list with the problem when the schedule does not fit
        :rtype: tuple[list[dict], list[str]]
        """
        # Customers see their payments, never the ledger itself
        rows_sudo = self.order.sudo().payment_ids.filtered(
            lambda r: r.state != "cancelled"
        )
        known = [self._describe_payment_row(row) for row in rows_sudo]
        if known and (
            self.order.bill_upfront or self.order.state not in ("draft", *ACTIVE_STATES)
        ):
            return known, []
        if self.order.state not in ("draft", *ACTIVE_STATES):
            return [], []
        try:
            planned = PlannedPayments(self.order).get(self.today)
        except UserError as error:
            return known, [str(error)]
        return known + [self._describe_planned(p) for p in planned], []

    def _describe_payment_row(self, row_sudo):
        """Return a row of the ledger as data and text."""
        return {
            "id": row_sudo.id,
            "due_date": row_sudo.due_date,
            "amount": row_sudo.amount,
            "shipment_id": row_sudo.shipment_id.id,
            "sequence": row_sudo.sequence,
            "state": row_sudo.state,
            "label": self.said.state(row_sudo),
            **self._format_payment(row_sudo.due_date, row_sudo.amount),
        }

    def _describe_planned(self, payment):
        """Return a planned payment as data and text."""
        shipment = payment["shipment"]
        if shipment:
            label = self.env._("for shipment %s", shipment.number)
        elif self.order.payment_schedule_id:
            label = self.env._("payment %s", payment["sequence"])
        else:
            label = self.env._("in advance")
        return {
            "id": False,
            "due_date": payment["due_date"],
            "amount": payment["amount"],
            "shipment_id": shipment.id,
            "sequence": payment["sequence"],
            "state": "scheduled",
            "label": label,
            **self._format_payment(payment["due_date"], payment["amount"]),
        }

    def _format_payment(self, day, amount):
        return {
            "date_text": self.said.day(day),
            "amount_text": self.said.amount(amount),
        }

    def align_rows(self, shipments, payments):
        """Put shipments and payments of one day side by side (rules H5).

        :return: one dict per line of the table: date_text, shipment, payment
        :rtype: list[dict]
        """
        sides = defaultdict(lambda: ([], []))
        for shipment in shipments:
            sides[shipment["date"]][0].append(shipment)
        for payment in payments:
            sides[payment["due_date"]][1].append(payment)
        rows = []
        for day in sorted(sides):
            pairs = zip_longest(*sides[day])
            rows += [
                {
                    "date": day,
                    "date_text": "" if index else self.said.day(day),
                    "shipment": shipment,
                    "payment": payment,
                }
                for index, (shipment, payment) in enumerate(pairs)
            ]
        return rows

    # === WARNINGS === #

    def get_member_text(self):
        """Say that the customer has this program already (rules H2).

        It is a warning for who sells: of what is sold it says nothing any more.

        :return: a sentence, empty when he has not
        :rtype: str
        """
        if self.order.state != "draft":
            return ""
        other = self.order.search(
            [
                (
                    "partner_id",
                    "child_of",
                    self.order.partner_id.commercial_partner_id.id,
                ),
                ("program_id", "=", self.order.program_id.id),
                ("state", "in", ACTIVE_STATES),
                ("id", "!=", self.order.id),
            ],
            # One that runs before those that are paused or on hold
            order="state desc, next_ship_date, id",
            limit=1,
        )
        if not other:
            return self.order.partner_id._continuity_get_hidden_text()
        # Sellers may not read every program; the one they sell is named to them
        program_sudo = self.order.program_id.sudo()
        if other.state != "running":
            # What is planned for it does not leave as long as it stands still
            return self.env._(
                "%(customer)s already has %(program)s, order %(order)s: %(state)s.",
                customer=self.order.partner_id.name,
                program=program_sudo.code,
                order=other.name,
                state=self.said.state(other),
            )
        if not other.next_ship_date:
            return self.env._(
                "%(customer)s already has %(program)s running.",
                customer=self.order.partner_id.name,
                program=program_sudo.code,
            )
        return self.env._(
            "%(customer)s already has %(program)s running, next shipment %(day)s.",
            customer=self.order.partner_id.name,
            program=program_sudo.code,
            day=self.order._format_day(other.next_ship_date),
        )

    def get_warnings(self):
        """List what the seller should not overlook (rules H3, R8).

        :rtype: list[str]
        """
        leaving = [
            p
            for p in PlannedPayments(self.order).get_parcels()
            if p[0].planned_date <= self.today
        ]
        warnings = []
        if len(leaving) > 1:
            warnings.append(self.env._("%s parcels leave today.", len(leaving)))
        if self.order.start_date_entered and self.order.start_date < self.today:
            warnings.append(
                self.env._(
                    "The start date %s lies in the past.",
                    self.order._format_day(self.order.start_date),
                )
            )
        return warnings + self.get_duration_warning()

    def get_duration_warning(self):
        """Warn when the program has fewer events left than were sold (R8)."""
        if not self.order.event_duration:
            return []
        left = len(self.order.shipment_ids.event_id)
        if left >= self.order.event_duration or self.outlook.has_hidden_events:
            return []
        return [
            self.env._(
                "The program has %(left)s of %(sold)s events left.",
                left=left,
                sold=self.order.event_duration,
            )
        ]

    def get_card_warning(self, payments):
        """Name the shipment or payment a card expires before (rules H4)."""
        # The card may be another payer's, hidden from the customer; its date is told
        expiry = self.order.payment_token_id.sudo().expiry_date
        if self.order.payment_method != "card" or not expiry:
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
                expiry=self.order._format_day(expiry),
                amount=late[0]["amount_text"],
                day=late[0]["date_text"],
                what=late[0]["label"],
            )
        ]
