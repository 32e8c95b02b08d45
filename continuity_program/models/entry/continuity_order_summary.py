# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from itertools import zip_longest

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..agreement.continuity_order import ACTIVE_STATES


class ContinuityOrder(models.Model):
    """The continuity order in words: what wizard, recap, portal and print say.

    All from one place, so that what a seller reads aloud is what the
    customer finds in the mail.
    """

    _inherit = "continuity.order"

    def _get_schedule_summary(self, today=None, lang=None):
        """Return everything there is to say about an order (rules H1–H10).

        :param date today: local date; None = the company's today
        :param str lang: language of the texts; None = of the user
        :return: sentences (``headline``, ``first_parcel``, ``charge``, ``pieces``,
            ``balance``, ``member``, ``cancel``,
            ``waiting``), the name of the ``tax``, ``warnings`` and ``card_warnings``,
            lists ``shipments``, ``payments``, ``rows`` (both, aligned by date), totals
            and flags
        :rtype: dict
        """
        # Customers read this about their order, and may open nothing behind it
        self.ensure_one()
        order = self.with_context(lang=lang) if lang else self
        today = today or order.company_id._continuity_today()
        payments, problem = order._get_payment_rows(today)
        shipments = [
            order._describe_shipment(s) for s in order.shipment_ids._sorted_by_leaving()
        ]
        due_now = order._get_amount_now(payments, today)
        later = order._get_amount_later_today(payments, due_now, today)
        waiting = order._get_waiting_text()
        # Then pieces and money of the lists are those of a part
        is_part = bool(waiting) or order._is_endless()
        goods_total = order._get_goods_total()
        paid_total = order.currency_id.round(sum(row["amount"] for row in payments))
        return {
            "order": order,
            "name": order.name,
            "mode": order._get_billing_mode(),
            "program": order.program_id.sudo().name,
            "product": order._get_product_name(order.product_id),
            "tax": order._get_tax_name(),
            "duration": order._get_duration_text(),
            "is_endless": order._is_endless(),
            "headline": order._get_headline(shipments, due_now, later),
            "first_parcel": order._get_first_parcel_text(today),
            "charge": order._get_charge_text(payments, due_now, later, today),
            "pieces": order._get_pieces_text(is_part),
            "balance": order._get_balance_text(goods_total, paid_total, is_part),
            "member": order._get_member_text(),
            "cancel": order._get_cancel_text(),
            "waiting": waiting,
            "warnings": order._get_warnings(today) + problem,
            "card_warnings": order._get_card_warning(payments),
            "shipments": shipments,
            "payments": payments,
            "rows": order._align_rows(shipments, payments),
            "amount_now": due_now,
            "amount_today": due_now + later,
            "shipments_total": goods_total,
            "shipments_total_text": order._format(goods_total),
            "payments_total": paid_total,
            "payments_total_text": order._format(paid_total),
            "delivery_address": order._get_delivery_address(),
            "delivery_name": order.partner_shipping_id.sudo().display_name,
            "email": order.partner_id.sudo().email or "",
            "payment_missing": order._is_payment_method_missing(),
            "payment_method": order._get_payment_method_text(),
        }

    # === LISTS === #

    def _describe_shipment(self, shipment):
        """Return one shipment as data and text.

        :param continuity.shipment shipment: one shipment of the order
        :rtype: dict
        """
        lines = shipment.line_ids.filtered("quantity")
        return {
            "id": shipment.id,
            "number": shipment.number,
            "event_number": shipment.event_number,
            "date": shipment.planned_date,
            "date_text": self._format_day(shipment.planned_date),
            "products": [
                {
                    "name": self._get_product_name(line.product_id),
                    "quantity": line.quantity,
                    # The customer may not read units of measure; their names he may
                    "uom": line.uom_id.sudo().name,
                    "price_unit": line.price_unit,
                    "price_text": self._format(line.price_unit),
                    "discount": line.discount,
                }
                for line in lines
            ],
            "products_text": self._get_products_text(lines),
            "amount": shipment.amount_total,
            "amount_text": self._format(shipment.amount_total),
            "state": shipment.state,
            "state_text": shipment._get_state_label(),
            "is_missed": shipment.is_missed,
            "is_customized": shipment.is_customized,
            "counts": shipment.state not in ("skipped", "cancelled"),
        }

    def _get_product_name(self, product):
        """Name a product as its customer knows it, without our number.

        :param product.product product: the product
        :rtype: str
        """
        # Customers read what they get, not the catalogue
        return product.sudo().with_context(display_default_code=False).display_name

    def _get_products_text(self, lines, with_code=False):
        """Name the products of a shipment, with the quantity where it is not one.

        :param continuity.shipment.line lines: what is in it
        :param bool with_code: with our numbers, for people of the house
        :rtype: str
        """
        texts = []
        for line in lines:
            # What is not published is still named to whoever ordered it
            product_sudo = line.product_id.sudo()
            name = (
                product_sudo.display_name
                if with_code
                else self._get_product_name(product_sudo)
            )
            quantity = f"{line.quantity:g} × " if line.quantity != 1 else ""
            texts.append(f"{quantity}{name}")
        return ", ".join(texts)

    def _get_payment_rows(self, today):
        """List the payments: rows of the ledger, then what is planned behind them.

        :param date today: local date
        :return: payments, and a list with the problem when the schedule does not fit
        :rtype: tuple[list[dict], list[str]]
        """
        # Customers see their payments, never the ledger itself
        rows_sudo = self.sudo().payment_ids.filtered(lambda r: r.state != "cancelled")
        known = [self._describe_payment_row(row) for row in rows_sudo]
        if known and (self.bill_upfront or self.state not in ("draft", *ACTIVE_STATES)):
            return known, []
        if self.state not in ("draft", *ACTIVE_STATES):
            return [], []
        try:
            planned = self._get_planned_payments(today)
        except UserError as error:
            return known, [str(error)]
        return known + [self._describe_planned(p) for p in planned], []

    def _describe_payment_row(self, row_sudo):
        """Return a row of the ledger as data and text."""
        state = dict(row_sudo._fields["state"]._description_selection(self.env))
        return {
            "id": row_sudo.id,
            "due_date": row_sudo.due_date,
            "amount": row_sudo.amount,
            "shipment_id": row_sudo.shipment_id.id,
            "sequence": row_sudo.sequence,
            "state": row_sudo.state,
            "label": state[row_sudo.state],
            **self._get_payment_texts(row_sudo.due_date, row_sudo.amount),
        }

    def _describe_planned(self, payment):
        """Return a planned payment as data and text."""
        shipment = payment["shipment"]
        if shipment:
            label = self.env._("for shipment %s", shipment.number)
        elif self.payment_schedule_id:
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
            **self._get_payment_texts(payment["due_date"], payment["amount"]),
        }

    def _get_payment_texts(self, day, amount):
        return {"date_text": self._format_day(day), "amount_text": self._format(amount)}

    def _align_rows(self, shipments, payments):
        """Put shipments and payments of one day side by side (rules H5).

        :return: one dict per line of the table: date_text, shipment, payment
        :rtype: list[dict]
        """
        days = {s["date"] for s in shipments} | {p["due_date"] for p in payments}
        rows = []
        for day in sorted(days):
            left = [s for s in shipments if s["date"] == day]
            right = [p for p in payments if p["due_date"] == day]
            pairs = zip_longest(left, right)
            rows += [
                {
                    "date": day,
                    "date_text": "" if index else self._format_day(day),
                    "shipment": shipment,
                    "payment": payment,
                }
                for index, (shipment, payment) in enumerate(pairs)
            ]
        return rows

    # === HELPERS === #

    def _is_payment_method_missing(self):
        """Tell whether the seller still has to enter how it is paid (rules H8).

        :rtype: bool
        """
        self.ensure_one()
        if self.state in ("closed", "cancelled"):
            return False
        if self.payment_method == "on_account":
            # The seller is told whether; the customer may be hidden from him
            return not self.sudo().is_on_account_allowed
        return self.payment_method != "card" or bool(self._get_card_problem())

    def _is_endless(self):
        """Tell whether the order runs until it is cancelled (decision 1).

        :rtype: bool
        """
        self.ensure_one()
        if any(s.action == "end" for s in self.shipment_ids):
            return False
        # The customer is told whether it ends; he may not read events
        return any(s.event_id.sudo().repeat_count < 0 for s in self.shipment_ids)

    def _get_counted_shipments(self):
        """Return the shipments the customer gets, or got.

        :rtype: continuity.shipment
        """
        self.ensure_one()
        return self.shipment_ids.filtered(
            lambda s: s.state not in ("skipped", "cancelled")
        )

    def _get_goods_total(self):
        """Return the total of all shipments as it is billed (rules C1).

        :return: up front the total of the one invoice, else the sum of the shipments
        :rtype: float
        """
        self.ensure_one()
        if self.bill_upfront:
            return self._get_upfront_total()
        total = sum(self._get_counted_shipments().mapped("amount_total"))
        return self.currency_id.round(total)

    def _format(self, amount):
        """Format an amount in the language of the environment."""
        return self.currency_id.format(amount)

    def _format_day(self, day):
        """Format a date in the language of the environment, with its weekday."""
        return format_date(self.env, day, date_format="EEE d MMM y")
