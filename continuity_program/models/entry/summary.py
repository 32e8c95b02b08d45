# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict
from functools import cached_property
from itertools import zip_longest

from markupsafe import Markup

from odoo.exceptions import UserError
from odoo.fields import Command

from ..agreement.states import ACTIVE_STATES
from ..base.of_order import OnDemand
from ..payments.continuity_payment import CHARGED_STATES
from .layout import Layout
from .parent_price import add_amounts, make_preview, preview_parent_price
from .planned_payments import PlannedPayments
from .sentences import Sentences

#: What there is to say, each made of a summary
PARTS = {
    "order": lambda s: s.order,
    "name": lambda s: s.order.name,
    "mode": lambda s: s.order._get_billing_mode(),
    # Customers read this about their order, and may open nothing behind it
    "program": lambda s: s.order.program_id.sudo().name,
    "product": lambda s: s.order.product_id._continuity_get_name(),
    "tax": lambda s: s.tax_name,
    "duration": lambda s: s.get_duration_text(),
    "is_endless": lambda s: s.is_endless,
    "headline": lambda s: s.get_headline(s.shipments, s.due_now, s.later),
    "first_parcel": lambda s: s.get_first_parcel_text(),
    "charge": lambda s: s.get_charge_text(s.payments, s.due_now, s.later),
    "pieces": lambda s: s.get_pieces_text(s.is_part),
    "balance": lambda s: s.get_balance_text(s.paid_total, s.is_part),
    "member": lambda s: s.get_member_text(),
    "cancel": lambda s: s.order._get_cancel_text(),
    "waiting": lambda s: s.get_waiting_text(),
    "warnings": lambda s: s.get_warnings() + s.listed[1],
    "card_warnings": lambda s: s.get_card_warning(s.payments),
    "shipments": lambda s: s.shipments,
    "payments": lambda s: s.payments,
    "rows": lambda s: s.align_rows(s.shipments, s.payments),
    "amount_now": lambda s: s.due_now,
    "amount_today": lambda s: s.due_now + s.later,
    "shipments_total": lambda s: s.goods_total,
    "shipments_total_text": lambda s: s.order._format(s.goods_total),
    "payments_total": lambda s: s.paid_total,
    "payments_total_text": lambda s: s.order._format(s.paid_total),
    "delivery_address": lambda s: s.get_delivery_address(),
    # The same: names and addresses of his own order, whoever keeps the contacts
    "delivery_name": lambda s: s.order.partner_shipping_id.sudo().display_name,
    "email": lambda s: s.order.partner_id.sudo().email or "",
    "payment_missing": lambda s: s.order._is_payment_method_missing(),
    "payment_method": lambda s: s.order._get_payment_method_text(),
}


class Summary(Sentences):
    """A continuity order in words: what wizard, recap, portal, mail and print say.

    All from one place, so that what a seller reads aloud is what the customer finds in
    the mail.
    """

    def get(self):
        """Return everything there is to say about an order (rules H1–H10).

        :return: see :meth:`continuity.order._get_schedule_summary`
        :rtype: dict
        """
        return dict(self.get_on_demand())

    def get_on_demand(self):
        """Return the same, each part made when it is asked for: a mail says less.

        :rtype: OnDemand
        """
        return OnDemand(PARTS, self)

    # === WHAT SEVERAL PARTS ARE MADE OF === #

    @cached_property
    def listed(self):
        """The payments, and the problem when the schedule does not fit."""
        return self.get_payments()

    @cached_property
    def payments(self):
        """The described payments."""
        return self.listed[0]

    @cached_property
    def shipments(self):
        """The described shipments, in the order they leave."""
        rows = self.order.shipment_ids._sorted_by_leaving()
        return [shipment._describe(self.said) for shipment in rows]

    @cached_property
    def due_now(self):
        """What is charged at Submit."""
        return self.get_amount_now(self.payments)

    @cached_property
    def later(self):
        """What is charged later on the same day."""
        return self.get_amount_later_today(self.payments, self.due_now)

    @cached_property
    def is_part(self):
        """Whether pieces and money of the lists are those of a part."""
        return bool(self.get_waiting_text()) or self.is_endless

    @cached_property
    def paid_total(self):
        """The total of the payments."""
        total = sum(row["amount"] for row in self.payments)
        return self.order.currency_id.round(total)

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


def preview_planned_text(line):
    """Say what a series comes to that is offered, and not chosen yet.

    :param sale.order.line line: line of quantity 0 with a parent product, in sudo
    :return: see :meth:`Sentences.get_planned_text`; empty when it cannot be sold
    :rtype: str
    """
    draft, plan = make_preview(line)
    today, prices = draft.company_id._continuity_today(), {}
    try:
        vals_list, _obsolete = Layout(draft, plan).lay_out(today, prices)
        vals_list = add_amounts(draft, vals_list, prices)
        price = line.price_unit or preview_parent_price(line)
    except UserError:
        # Whoever chooses it is told why not
        return ""
    for vals in vals_list:
        del vals["continuity_order_id"]
    draft.shipment_ids = [Command.create(vals) for vals in vals_list]
    summary = Summary(draft, today)
    if draft.bill_upfront:
        # As on the line: the tax of the one invoice
        taxes = line.tax_ids.compute_all(
            price, draft.currency_id, 1.0, line.product_id, draft.partner_shipping_id
        )
        summary.goods_total = taxes["total_included"]
    return summary.get_planned_text()
