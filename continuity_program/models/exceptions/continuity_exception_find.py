# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ...billing import NOT_ASKED
from ..agreement.close_check import CloseCheck, describe_open_units
from ..agreement.prepayment_rest import read_residues
from ..agreement.states import ACTIVE_STATES
from ..offer.continuity_program_check import UPFRONT_TAXES
from ..prepaid.credit_note import CreditNote

#: A card that is going to expire becomes one that has expired: it stays the same row
FAMILIES = {"card_expiring": "card_expired"}


class ContinuityException(models.Model):
    """What is found of orders: the reason comes from the checks of the processes."""

    _inherit = "continuity.exception"

    @api.model
    def _find_of_orders(self, orders, look):
        """Find what is wrong with orders of one company.

        :param continuity.order orders: the orders
        :param Look look: see `_get_look`
        :return: values of rows, by key; the first one of a key counts
        :rtype: dict[str, dict]
        """
        if not orders:
            return {}
        self.env.flush_all()
        found = {}
        for find in self._get_finders():
            for values in find(orders, look, found):
                found.setdefault(self._get_key(values), values)
        return found

    def _get_finders(self):
        """Who looks, in this order; each is given what was found before it.

        :rtype: list[Callable]
        """
        return [
            self._find_parcels,
            self._find_children,
            self._find_payments,
            self._find_held,
            self._find_closing,
            self._find_others,
            self._find_cards,
            self._find_warnings,
        ]

    def _get_key(self, values):
        """Name what a row is about, and the kind of its reason.

        :rtype: str
        """
        reason = FAMILIES.get(values["reason"], values["reason"])
        for name in ("shipment", "payment"):
            if record_id := values.get(f"{name}_id"):
                return f"{name}/{record_id}/{reason}"
        return f"order/{values['continuity_order_id']}/{reason}"

    def _get_last_planned(self, look):
        """Return the last planned date that is looked at."""
        return look.until + timedelta(days=look.company_id.continuity_delivery_days)

    def _prepare_parcel(self, shipments, reason, message, severity="blocks", **values):
        head = shipments[:1]
        return {
            "reason": reason,
            "message": message,
            "severity": severity,
            "continuity_order_id": head.continuity_order_id.id,
            "shipment_id": head.id,
            "currency_id": head.currency_id.id,
            "amount": sum(shipments.mapped("amount_total")),
            "due_date": head.planned_date,
            **values,
        }

    # === SHIPMENTS === #

    def _find_parcels(self, orders, look, found):
        """Shipments the next runs are going to leave out."""
        job = self.env["continuity.job.next_child_orders"]
        active = orders.filtered(lambda order: order.state in ACTIVE_STATES)
        left_out = job._find_left_out(active, look.date, look.until) if active else []
        return [
            self._prepare_parcel(shipments, reason, message, due_date=planned_date)
            for shipments, planned_date, reason, message in left_out
        ]

    def _find_children(self, orders, look, found):
        """Child orders that stay quotations: for their order, or for their payment."""
        job = self.env["continuity.job.create_child_orders"]
        rows = self.env.execute_query(self._get_children_sql(orders, look))
        payments = self.env["continuity.payment"].browse(
            row[1] for row in rows if row[1]
        )
        refused = dict(self._ask_account(payments, look))
        held = self._get_held_children(rows)
        values = []
        for shipment_id, payment_id, attention in rows:
            shipment = self.env["continuity.shipment"].browse(shipment_id)
            child = shipment.child_order_id
            payment = payments.browse(payment_id or ())
            refusal = job._get_state_refusal(shipment.continuity_order_id) or (
                payment and self._get_waiting_reason(payment, attention, refused)
            )
            refusal = refusal or held.get(child)
            if refusal:
                mine = shipment.continuity_order_id.shipment_ids.filtered(
                    lambda s, child=child: s.child_order_id == child
                )
                values.append(
                    self._prepare_parcel(
                        (shipment | mine), *refusal, payment_id=payment.id
                    )
                )
        return values

    def _get_held_children(self, rows):
        """Say which child orders wait because their money went back.

        :param list rows: with the shipment of each first
        :return: reason and message by child order
        :rtype: dict[sale.order, tuple[str, str]]
        """
        shipments = self.env["continuity.shipment"].browse(row[0] for row in rows)
        # What is found is the company's; who looks is shown his own
        children_sudo = shipments.sudo().child_order_id
        return {
            child: ("held", balance._get_held_text())
            for child, balance, _name in children_sudo._get_continuity_held_accounts()
        }

    def _find_held(self, orders, look, found):
        """Orders on hold of which nothing is due soon: nobody else thinks of them.

        A payment that was declined speaks for the hold it has made.
        """
        known = {
            values["continuity_order_id"]
            for values in found.values()
            if values["reason"] in ("on_hold", "declined")
        }
        held = orders.filtered(lambda o: o.state == "on_hold" and o.id not in known)
        job = self.env["continuity.job.create_child_orders"]
        values = []
        for order in held:
            refusal = job._get_state_refusal(order)
            ahead = order._get_open_shipments().filtered(lambda s: s.action != "skip")
            if shipment := ahead[:1]:
                values.append(self._prepare_parcel(shipment, *refusal))
            else:
                values.append(self._prepare_order(order, *refusal, severity="blocks"))
        return values

    def _get_children_sql(self, orders, look):
        """Select the shipments of draft children, and the payment each waits for."""
        job = self.env["continuity.job.create_child_orders"]
        return SQL(
            """
            SELECT DISTINCT ON (c.id) s.id, p.id, p.attention
              FROM sale_order c
              JOIN continuity_order o ON o.id = c.continuity_order_id
              JOIN continuity_shipment s
                ON s.child_order_id = c.id AND s.state = 'ordered'
              LEFT JOIN LATERAL (
                   SELECT p.id, %(attention)s AS attention
                     FROM continuity_payment p
                    WHERE p.child_order_id = c.id AND %(blocking)s
                    ORDER BY p.due_date, p.sequence, p.id LIMIT 1
              ) p ON TRUE
             WHERE o.id IN %(ids)s AND c.state IN ('draft', 'sent')
               AND o.state IN ('running', 'paused', 'on_hold')
             ORDER BY c.id, s.planned_date, s.number, s.id
            """,
            attention=self.env["continuity.payment"]._get_attention_sql("p"),
            blocking=job._get_blocking_sql(look.company_id, look.date),
            ids=tuple(orders.ids),
        )

    def _get_waiting_reason(self, payment, attention, refused):
        """Say what the payment of a draft child waits for.

        :return: reason and message, or None: the next run charges it
        :rtype: tuple[str, str] | None
        """
        if attention and attention != "card_expiring":
            return self._describe_attention(payment, attention)
        if payment.state in ("unknown", "pending", "declined"):
            return payment.state, payment.state_message or ""
        if payment.state == "processing":
            return self._get_processing_reason(payment)
        return refused.get(payment) or self._get_unasked_reason(payment)

    def _get_unasked_reason(self, payment):
        """The last request never reached the bank: for a setting, or on the way.

        It is tried again each night, and nothing is counted: nobody else tells of it.

        :rtype: tuple[str, str] | None
        """
        kind = payment.decline_kind
        if payment.state != "scheduled" or kind not in NOT_ASKED:
            return None
        return kind, payment.state_message or ""

    def _get_processing_reason(self, payment):
        """What was begun an hour ago has been forgotten, or is answered later."""
        # Captures are transactions, which sellers may not read
        if payment.sudo()._get_open_captures()._continuity_get_awaited():
            return None
        hour_ago = fields.Datetime.subtract(fields.Datetime.now(), hours=1)
        if payment.requested_at and payment.requested_at > hour_ago:
            return None
        return "processing", payment.state_message or ""

    # === OTHERS === #

    def _find_closing(self, orders, look, found):
        """Orders with nothing left to ship that cannot be closed."""
        query = SQL(
            "SELECT id FROM (%s) AS due WHERE id IN %s",
            self.env["continuity.job.close_orders"]._get_close_sql(look),
            tuple(orders.ids),
        )
        ready = orders.browse(row[0] for row in self.env.execute_query(query))
        residues = read_residues(ready)
        values = []
        for order in ready:
            refusal = CloseCheck(order).get_refusal(residues[order])
            if refusal:
                values.append(self._prepare_order(order, *refusal))
        return values

    def _find_others(self, orders, look, found):
        """Orders a process failed for, orders that nothing is laid out of, and those
        with goods paid in advance that nothing sends, or that are taxed by the piece.
        """
        query = SQL(
            """SELECT o.id, (%s) IS TRUE, (%s) IS TRUE, (%s) IS TRUE
                 FROM continuity_order o WHERE o.id IN %s""",
            self._get_extension_sql(),
            self._get_units_sql(),
            self._get_piece_tax_sql(),
            tuple(orders.ids),
        )
        rows = self.env.execute_query(query)
        bare = orders.browse(row[0] for row in rows if row[1])
        text = self.env._("The order goes on, and no shipment is laid out.")
        values = [
            self._prepare_order(order, "extension", text, severity="blocks")
            for order in bare
        ]
        values += self._find_units(orders.browse(row[0] for row in rows if row[2]))
        values += self._find_piece_taxes(
            orders.browse(row[0] for row in rows if row[3])
        )
        values += [
            self._prepare_order(order, "kept", order.kept_text, severity="warning")
            for order in orders
            if order.kept_text and order.state in ACTIVE_STATES
        ]
        failed = orders.filtered(lambda o: o.failure_job and o.state in ACTIVE_STATES)
        for order in failed:
            is_parcel = order.failure_job in ("create_child_orders", "extend_lines")
            severity = "blocks" if is_parcel else "money"
            values.append(
                self._prepare_order(
                    order, "error", order.failure_message, severity=severity
                )
            )
        return values

    def _find_units(self, orders):
        """Goods paid in advance that nothing will send any more (rules C5).

        The rest of a delivery that was called off, or a note that was deleted: nobody
        has to wait for the end of the series to give the money back.

        :param continuity.order orders: with units of shipments that have ended
        """
        active = orders.filtered(lambda order: order.state in ACTIVE_STATES)
        units = {}
        for line, quantity in active._get_units_to_credit().items():
            order = line.shipment_id.continuity_order_id
            units.setdefault(order.id, {})[line] = quantity
        values = []
        for order in active.filtered(lambda order: order.id in units):
            # The note is the accountants'; the row says what it would come to
            *_parts, amount = CreditNote(order.sudo()).get_totals(units[order.id])
            text = describe_open_units(self.env, units[order.id])
            row = self._prepare_order(order, "units_open", text)
            values.append({**row, "amount": amount})
        return values

    def _find_piece_taxes(self, orders):
        """Orders billed up front with a tax that is no percentage (rules N41).

        :param continuity.order orders: sold with such a tax
        """
        values = []
        for order in orders.filtered(lambda order: order.state in ACTIVE_STATES):
            # Whoever sees the order reads the names of its taxes, all companies' too
            taxes_sudo = order.sudo().sale_order_line_id.tax_ids
            by_piece_sudo = taxes_sudo.flatten_taxes_hierarchy().filtered(
                lambda tax: tax.amount_type not in UPFRONT_TAXES
            )
            text = self.env._(
                "%(taxes)s: not a percentage of the price. The up-front invoice counts"
                " programs, the parcels count their goods, so part of the prepayment is"
                " left over at the end: an accountant books it then. Nothing more is"
                " charged.",
                taxes=", ".join(by_piece_sudo.mapped("name")),
            )
            values.append(
                self._prepare_order(order, "piece_tax", text, severity="warning")
            )
        return values

    def _prepare_order(self, order, reason, message, severity="money"):
        return {
            "reason": reason,
            "message": message,
            "severity": severity,
            "continuity_order_id": order.id,
            "currency_id": order.currency_id.id,
        }

    def _find_cards(self, orders, look, found):
        """Warnings: the card of an order expires before its next shipment is due."""
        days = look.company_id.continuity_card_warning_days
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (o.id) s.id
                  FROM continuity_order o
                  JOIN payment_token t ON t.id = o.payment_token_id AND t.active
                  JOIN continuity_shipment s
                    ON s.continuity_order_id = o.id AND s.state = 'planned'
                   AND s.action != 'skip' AND s.amount_total > 0
                   AND s.planned_date > t.expiry_date
                   AND s.planned_date <= %s
                 WHERE o.id IN %s AND o.state = 'running'
                   AND o.payment_method = 'card'
                   AND NOT COALESCE(o.bill_upfront, FALSE)
                 ORDER BY o.id, s.planned_date, s.number, s.id
                """,
                look.today + timedelta(days=days),
                tuple(orders.ids),
            )
        )
        known = {values.get("shipment_id") for values in found.values()}
        shipments = self.env["continuity.shipment"].browse(
            row[0] for row in rows if row[0] not in known
        )
        return [
            self._prepare_parcel(
                shipment,
                "card_expiring",
                self.env._("The card expires before the shipment is due."),
                severity="warning",
            )
            for shipment in shipments
        ]
