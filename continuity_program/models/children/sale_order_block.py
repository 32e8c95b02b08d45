# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import models
from odoo.tools import SQL, format_date

from ..facts.continuity_billing import to_units

#: A row in one of these states is due and not secured (rules BR9). *Billed* is on
#: account and never blocks; *cancelled* is settled, also when it was written off.
BLOCKING_STATES = ("scheduled", "processing", "pending", "unknown", "declined")
#: … whenever it is due: the provider was asked, and the money is not there
ASKED_STATES = ("processing", "pending", "unknown", "declined")
#: States of a transaction that hold the customer's money
SECURED_STATES = ("authorized", "done")


class SaleOrder(models.Model):
    """The child order: may it leave the house, and be invoiced before (rules BR9)?"""

    _inherit = "sale.order"

    def _get_continuity_blocks(self):
        """Say why the goods of these orders may not leave (rules BR9).

        Whoever asks may not see payments: the answer is text only (rules N55).

        :return: text by blocked order; orders that are free are left out
        :rtype: dict[sale.order, str]
        """
        return {
            order: next(iter(texts.values()))
            for order, texts in self._get_continuity_block_reasons().items()
        }

    def _get_continuity_block_reasons(self):
        """Say all that keeps the goods of these orders in the house, holds first.

        :return: texts by what they stand for, by blocked order; orders that are free
            are left out
        :rtype: dict[sale.order, dict[str, str]]
        """
        # The warehouse reads why; payments and series it may not open
        reasons = {order: order._get_continuity_hold_reasons() for order in self.sudo()}
        for company, orders in self.sudo().grouped("company_id").items():
            day = company._continuity_today()
            for order, rows in orders._get_continuity_blocking_rows(
                company, day
            ).items():
                for row in rows.sorted(lambda r: (r.due_date, r.id)):
                    text = order._get_continuity_payment_text(row)
                    reasons[order][f"payment {row.id}"] = text
        for order, balance, name in self.sudo()._get_continuity_held_accounts():
            reasons[order][name] = balance._get_held_text()
        return {
            order.with_env(self.env): texts for order, texts in reasons.items() if texts
        }

    def _get_continuity_hold_reasons(self):
        """Say that somebody put the order, or its parent, on hold.

        :rtype: dict[str, str]
        """
        self.ensure_one()
        return {
            f"hold {held.id} {held.continuity_hold_reason or ''}": self.env._(
                "%(order)s is on hold (do not process): %(reason)s",
                order=held.name,
                reason=held.continuity_hold_reason or self.env._("no reason given"),
            )
            for held in (self, self.continuity_parent_id)
            if held.continuity_hold
        }

    def _get_continuity_payment_text(self, row):
        """Say which payment is missing.

        :param continuity.payment row: due and not secured
        :rtype: str
        """
        if self._is_continuity_too_little(row):
            return self.env._(
                "payment %(payment)s of %(amount)s, due on %(date)s, is too little to"
                " be charged alone; it is charged with the next payment, if one"
                " follows. An accountant can write it off, so that the goods may leave",
                payment=row.display_name,
                amount=row._format_amount(),
                date=format_date(self.env, row.due_date),
            )
        states = dict(row._fields["state"]._description_selection(self.env))
        return self.env._(
            "payment %(payment)s of %(amount)s, due on %(date)s, is not secured"
            " (%(state)s)",
            payment=row.display_name,
            amount=row._format_amount(),
            date=format_date(self.env, row.due_date),
            state=states[row.state],
        )

    def _is_continuity_too_little(self, row):
        """Say whether no process asks a card for a payment alone.

        :param continuity.payment row: in sudo
        :rtype: bool
        """
        smallest = self.env["continuity.billing"]._get_company_smallest_charge(
            row.company_id, row.currency_id
        )
        return (
            row.state == "scheduled"
            and to_units(row.amount, row.currency_id) < smallest
        )

    def _get_continuity_blocking_rows(self, company, day):
        """Find the payments that keep child orders in the house (rules BR9).

        :param res.company company: of the orders
        :param date day: company-local day; rows due later that were never tried do not
            count
        :return: rows by child order; only orders that have some
        :rtype: dict[sale.order, continuity.payment]
        """
        if not self.continuity_order_id:
            return {}
        self.env.flush_all()
        condition = SQL(
            "%s AND c.id IN %s", self._get_blocking_sql(company, day), self._ids
        )
        found = {}
        for order_id, row_id in self.env.execute_query(
            SQL("SELECT c.id, p.id %s", condition)
        ):
            found.setdefault(self.browse(order_id), []).append(row_id)
        return {
            order: self.env["continuity.payment"].browse(ids)
            for order, ids in found.items()
        }

    def _get_blocking_sql(self, company, day):
        """Join child orders `c` with the payments `p` that block them.

        Rows belong to the child they were written for, those without a shipment to
        every child of their order. An authorisation that lapsed secures nothing. What
        is too little for a card is asked with a later row, and keeps nothing in the
        house.

        :param res.company company: of the orders
        :param date day: company-local day
        :return: FROM and WHERE
        :rtype: SQL
        """
        return SQL(
            """FROM sale_order c
               JOIN continuity_order o ON o.id = c.continuity_order_id
               JOIN continuity_payment p ON p.continuity_order_id = o.id
          LEFT JOIN payment_transaction t ON t.id = p.transaction_id
              WHERE o.payment_method = 'card'
                AND (p.shipment_id IS NULL OR p.child_order_id = c.id)
                AND (p.due_date <= %(day)s OR p.state IN %(asked)s)
                AND p.amount > 0
                AND NOT %(little)s
                AND (
                    p.state IN %(blocking)s
                    OR p.state = 'authorized'
                       AND COALESCE(t.state, '') NOT IN %(secured)s
                )""",
            day=day,
            little=self.env["continuity.payment"]._get_too_little_sql(company, day),
            asked=ASKED_STATES,
            blocking=BLOCKING_STATES,
            secured=SECURED_STATES,
        )

    def _get_continuity_blocked_sql(self):
        """Select the orders whose goods may not leave, for a search (rules BR9).

        :return: a SELECT of ids, over the companies of the environment
        :rtype: SQL
        """
        self.env.flush_all()
        held = SQL(
            """SELECT c.id
                 FROM sale_order c
            LEFT JOIN sale_order parent ON parent.id = c.continuity_parent_id
                WHERE c.continuity_hold OR parent.continuity_hold"""
        )
        unpaid = [
            SQL(
                "SELECT c.id %s AND c.company_id = %s",
                self._get_blocking_sql(company, company._continuity_today()),
                company.id,
            )
            for company in self.env.companies
        ]
        given_back = SQL(
            "SELECT c.id %s AND c.company_id IN %s",
            self._get_held_account_sql(),
            self.env.companies._ids or (0,),
        )
        return SQL(" UNION ").join([held, *unpaid, given_back])

    def _is_continuity_supplied(self, day):
        """Say whether the customer has got something of the order (rules BR4, BR9).

        With stock that is what was delivered; what no transfer moves is taken as
        delivered on the day it was promised for.

        :param date day: company-local day
        :rtype: bool
        """
        self.ensure_one()
        moment = self.commitment_date or self.date_order
        is_promised = self.company_id._continuity_local_date(moment) <= day
        return any(
            line._get_continuity_delivered_quantity() > 0
            or (is_promised and line.qty_delivered_method != "stock_move")
            for line in self.order_line
            if not line.display_type and not line.continuity_prepaid_line_id
        )

    def _get_continuity_window_start(self):
        """First day the child may be invoiced: planned date less the window (N38).

        :return: None for an order that is the child of no shipment any more
        :rtype: date | None
        """
        self.ensure_one()
        shipments = self.continuity_order_id.shipment_ids.filtered(
            lambda shipment: shipment.child_order_id == self
        )
        days = self.company_id.continuity_delivery_days
        planned = max(shipments.mapped("planned_date"), default=None)
        return planned and planned - timedelta(days=days)
