# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import format_date, html2plaintext, is_html_empty

from ..agreement.states import ACTIVE_STATES
from ..entry.summary import Summary
from .continuity_customer_service import LIST_LIMIT

#: Parcels of one series in its line: those that left, those to come
PAST_PARCELS = 4
COMING_PARCELS = 8
MESSAGE_LIMIT = 5
MESSAGE_LENGTH = 160
ACTIVITY_LIMIT = 5


class ContinuityCustomerService(models.AbstractModel):
    """One card per series: what comes, until when it can be changed, what was."""

    _inherit = "continuity.customer.service"

    # === CUSTOMER === #

    def _get_owed_values(self, partner):
        """Say what a customer owes by all series that the user may see.

        :param res.partner partner: the customer, whose contacts count, too
        :return: what he owes, and whether something of it is late
        :rtype: dict
        """
        orders = self.env["continuity.order"]._search(
            [("partner_id", "child_of", partner.id), ("state", "!=", "draft")]
        )
        # Sellers are told the sum, and read no accounts
        groups = (
            self.env["continuity.balance"]
            .sudo()
            ._read_group(
                [("continuity_order_id", "in", orders), ("amount_open", ">", 0)],
                ["currency_id"],
                ["amount_open:sum"],
            )
        )
        owed = ", ".join(
            currency.format(amount)
            for currency, amount in groups
            if currency.compare_amounts(amount, 0) > 0
        )
        late = Domain("continuity_order_id", "in", orders)
        late &= self._get_late_domain(self.env.company)
        # Neither do they read payments
        payments_sudo = self.env["continuity.payment"].sudo()
        is_late = bool(owed and payments_sudo.search_count(late, limit=1))
        return {"owed": owed, "is_late": is_late}

    def _get_late_domain(self, company):
        """Say which payments of a company should have come already.

        :rtype: Domain
        """
        due = Domain("state", "in", ("scheduled", "billed"))
        due &= Domain("due_date", "<", company._continuity_today())
        return Domain("state", "=", "declined") | due

    # === SERIES === #

    def _get_series_domain(self, partner):
        """Say which series of a customer go on.

        :param res.partner partner: the customer, whose contacts count, too
        :rtype: Domain
        """
        going_on = Domain("state", "in", ("draft", *ACTIVE_STATES))
        going_on &= Domain("sale_order_id.state", "!=", "cancel")
        return Domain("partner_id", "child_of", partner.id) & going_on

    def _get_series(self, partner):
        """Return the series of a customer that go on, the next parcel first.

        :param res.partner partner: the customer, whose contacts count, too
        :rtype: continuity.order
        """
        return self.env["continuity.order"].search(
            self._get_series_domain(partner),
            order="next_ship_date, id",
            limit=LIST_LIMIT,
        )

    def _get_finished_domain(self, partner):
        """Say which series of a customer have ended.

        :param res.partner partner: the customer, whose contacts count, too
        :rtype: Domain
        """
        ended = Domain("state", "in", ("closed", "cancelled"))
        return Domain("partner_id", "child_of", partner.id) & ended

    def _get_finished_rows(self, partner):
        """Return a line for every series that has ended, the last one first."""
        orders = self.env["continuity.order"].search(
            self._get_finished_domain(partner), limit=LIST_LIMIT
        )
        return [
            {
                "id": order.id,
                "name": order.name,
                "product": order.product_id.name,
                "state": order.state,
                "state_label": self._get_label(order, "state"),
                "ended": order._format_day(order.ended_date)
                if order.ended_date
                else "",
                "reason": order.end_reason_id.name or "",
            }
            for order in orders
        ]

    def _get_series_cards(self, orders):
        """Describe series for their cards.

        :param continuity.order orders: series that go on
        :rtype: list[dict]
        """
        shipments = orders.shipment_ids
        shipments.fetch(
            ["state", "planned_date", "number", "amount_total", "child_order_id"]
        )
        shown = {order: self._get_shown_shipments(order) for order in orders}
        every = self.env["continuity.shipment"].union(*shown.values())
        delivered = every._get_delivery_values()
        paid = self._get_paid_texts(every)
        return [
            self._get_card(order, shown[order], delivered, paid) for order in orders
        ]

    def _get_paid_texts(self, shipments):
        """Say of parcels that left what became of their payments.

        :param continuity.shipment shipments: those that are shown
        :return: per id of a shipment; none where nothing is paid for it alone
        :rtype: dict[int, str]
        """
        left = shipments.filtered(lambda row: row.state in ("ordered", "done"))
        # Sellers are told the state, and read no payments. What was paid for a child
        # that was cancelled says nothing of the next one
        left_sudo = left.sudo()
        rows_sudo = left_sudo.env["continuity.payment"].search_fetch(
            [
                ("shipment_id", "in", left.ids),
                ("child_order_id", "in", left_sudo.child_order_id.ids),
            ],
            ["shipment_id", "state"],
        )
        return {
            shipment.id: ", ".join(
                dict.fromkeys(self._get_label(row_sudo, "state") for row_sudo in rows)
            )
            for shipment, rows in rows_sudo.grouped("shipment_id").items()
        }

    def _get_shown_shipments(self, order):
        """Return the last parcels that left, and the next ones, in their order.

        What was skipped long ago takes no place from what comes.
        """
        rows = order.shipment_ids._sorted_by_leaving()
        left = rows.filtered(lambda row: row.state in ("ordered", "done"))
        others = rows.filtered(lambda row: row.state in ("planned", "skipped"))
        planned = (i for i, row in enumerate(others) if row.state == "planned")
        following = next(planned, len(others))
        begin = max(following - PAST_PARCELS, 0)
        shown = left[-PAST_PARCELS:] + others[begin : following + COMING_PARCELS]
        return shown._sorted_by_leaving()

    def _get_card(self, order, shown, delivered, paid):
        following = order._get_next_shipment()
        left = shown.filtered(lambda row: row.state in ("ordered", "done"))
        returnable = left.filtered("is_returnable")[-1:]
        return {
            "id": order.id,
            "name": order.name,
            "product": order.product_id.name,
            "program": order.program_id.code,
            "order_id": order.sale_order_id.id,
            "order": order.sale_order_id.name,
            "company": self._get_company_name(order.company_id),
            "state": order.state,
            "state_label": self._get_label(order, "state"),
            "planned_text": order._get_planned_text(),
            "payment": order._get_payment_method_text(),
            "alerts": self._get_alerts(order),
            "open": self._get_open_text(order),
            "is_late": self._is_late(order),
            # What is open stands apart, in red when it is late
            "account": [
                line for line in order._get_account_lines() if line["name"] != "open"
            ],
            "next": self._get_next(order, following),
            "parcels": [
                self._get_parcel(order, row, delivered.get(row.id), paid.get(row.id))
                for row in shown
            ],
            "last": delivered.get(left[-1:].id) or [],
            "actions": self._get_actions(order, following, returnable),
            "shipment_id": following.id,
            "returnable_id": returnable.id,
        }

    def _get_company_name(self, company):
        """Name a company where the agent works in several at once.

        :rtype: str
        """
        return company.name if len(self.env.companies) > 1 else ""

    def _get_next(self, order, shipment):
        """Say what comes next, and until when it can be changed."""
        if not shipment or order.state not in ACTIVE_STATES:
            return False
        return {
            "number": shipment.number,
            "day": order._format_day(shipment.planned_date),
            "products": ", ".join(self._get_product_names(shipment)),
            "product_id": shipment.line_ids.product_id[:1].id,
            "amount": order._format(shipment.amount_total),
            "until": self._get_until_text(order, shipment),
        }

    def _get_product_names(self, shipment):
        """Name the products as the customer knows them, without their codes."""
        return [
            line.product_id.name
            if line.quantity == 1
            else f"{line.quantity:g} × {line.product_id.name}"
            for line in shipment.line_ids
            if line.quantity
        ]

    def _get_until_text(self, order, shipment):
        """Say until when the parcel can be changed: the night of its day makes it."""
        company = order.company_id
        # The setting holds for every agent, whatever he may see of the company
        ahead = timedelta(days=company.sudo().continuity_delivery_days + 1)
        last = shipment.planned_date - ahead
        if last < company._continuity_today():
            return self.env._("It is made with the next run: change it now.")
        return self.env._("Can be changed until %s.", order._format_day(last))

    def _get_parcel(self, order, shipment, delivery, paid):
        """Describe one parcel of the line of a card."""
        texts = [
            order._format_day(shipment.planned_date),
            ", ".join(self._get_product_names(shipment)),
            *[line["text"] for line in delivery or []],
            paid,
        ]
        return {
            "id": shipment.id,
            "number": shipment.number,
            "day": self._get_short_day(shipment.planned_date),
            "state": shipment.state,
            "state_label": self._get_label(shipment, "state"),
            "title": " · ".join(filter(None, texts)),
        }

    def _get_short_day(self, day):
        """Name a day of a line of many."""
        return format_date(self.env, day, date_format="d MMM")

    def _get_alerts(self, order):
        """Say what the agent should not overlook, the most pressing first."""
        # Sellers see the sentences, not the ledger they come from
        order_sudo = order.sudo()
        alerts = []
        if order.hold_manual:
            alerts.append(self.env._("On hold: %s", order.hold_reason or ""))
        if declined := order_sudo._get_declined_text():
            alerts.append(" ".join(declined))
        elif order.hold_payment:
            alerts.append(order.hold_payment_reason or self.env._("Payment hold"))
        if order.state == "paused":
            alerts.append(
                self.env._("Paused until %s", order._format_day(order.resume_date))
                if order.resume_date
                else self.env._("Paused until somebody resumes it")
            )
        if last := self._get_agreed_last(order):
            alerts.append(last._get_kept_text())
        if order.state in ACTIVE_STATES and order.payment_method == "card":
            # Not the whole summary: hundreds of parcels are described there
            summary = Summary(order)
            alerts += summary.get_card_warning(summary.get_payments()[0])
        return alerts

    def _get_agreed_last(self, order):
        """Return the shipment that a series ends with, if the customer has said so.

        :rtype: continuity.shipment
        """
        planned = order._get_open_shipments()
        return planned[-1:] if order.end_reason else planned[:0]

    def _is_late(self, order):
        """Tell whether something that the customer owes should have come already.

        :rtype: bool
        """
        # Sellers are told that it is late, and read no payments
        rows_sudo = order.sudo().payment_ids
        return bool(rows_sudo.filtered_domain(self._get_late_domain(order.company_id)))

    def _get_open_text(self, order):
        """Say what the customer owes."""
        amount = order.amount_account_open
        if order.state == "draft" or order.currency_id.compare_amounts(amount, 0) <= 0:
            return ""
        return order._format(amount)

    def _get_actions(self, order, following, returnable):
        """List what can be done, by the names of the buttons."""
        if order.state == "draft":
            return ["complete"]
        actions = ["skip", "move", "swap", "postpone"] if following else []
        if following and following != self._get_agreed_last(order):
            actions.append("end")
        actions.append("resume" if order.pause_date else "pause")
        actions += ["cancel", "address"]
        if order.payment_method != "on_account":
            actions += ["card", "link"]
        if order._get_rows_to_authenticate():
            actions.append("authenticate")
        if returnable:
            actions.append("return")
        actions.append("release" if order.hold_manual else "hold")
        return actions

    # === LAST CONTACT === #

    def _get_messages(self, partner, orders):
        """Return what was written last to the customer, or about his series.

        :param res.partner partner: the customer
        :param continuity.order orders: his series
        :rtype: list[dict]
        """
        messages = self.env["mail.message"].search(
            [
                ("message_type", "in", ("comment", "email", "email_outgoing")),
                "|",
                "&",
                ("model", "=", "res.partner"),
                ("res_id", "=", partner.id),
                "|",
                "&",
                ("model", "=", "continuity.order"),
                ("res_id", "in", orders.ids),
                "&",
                ("model", "=", "sale.order"),
                ("res_id", "in", orders.sale_order_id.ids),
            ],
            order="id desc",
            limit=MESSAGE_LIMIT,
        )
        return [
            {
                "id": message.id,
                "day": self._get_day_text(message.date),
                "author": message.author_id.name or "",
                "subject": message.subject or "",
                "text": ""
                if is_html_empty(message.body)
                else html2plaintext(message.body)[:MESSAGE_LENGTH],
            }
            for message in messages
        ]

    def _get_activities(self, partner, orders):
        """Return what is to be done for the customer, or about his series.

        :param res.partner partner: the customer
        :param continuity.order orders: his series
        :rtype: list[dict]
        """
        activities = self.env["mail.activity"].search(
            Domain.OR(
                Domain("res_model", "=", records._name)
                & Domain("res_id", "in", records.ids)
                for records in (partner, orders, orders.sale_order_id)
            ),
            order="date_deadline, id",
            limit=ACTIVITY_LIMIT,
        )
        today = fields.Date.context_today(self)
        return [
            {
                "id": activity.id,
                "day": self.env["continuity.order"]._format_day(activity.date_deadline),
                "is_late": activity.date_deadline < today,
                "user": activity.user_id.name or "",
                "text": activity.summary or activity.activity_type_id.name or "",
                "res_model": activity.res_model,
                "res_id": activity.res_id,
                "record": activity.res_name or "",
            }
            for activity in activities
        ]


class ContinuityShipment(models.Model):
    """The shipment: where its parcel is."""

    _inherit = "continuity.shipment"

    def _get_delivery_values(self):
        """Say where the parcels are, with the rights of the order.

        :return: per id of a shipment: lines with `text`, and `url` of the carrier
        :rtype: dict[int, list[dict]]
        """
        self.check_access("read")
        return {}
