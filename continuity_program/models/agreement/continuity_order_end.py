# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError

from ... import planning
from ...arguments import public
from ..cards.payment_token_check import CARD_ACTIVITIES
from .ending import (
    cancel_unsent_rows,
    check_nothing_under_way,
    credit_ended,
    end_after_next,
    end_called_off,
)
from .prepayment_rest import PrepaymentRest
from .states import ACTIVE_STATES

#: Activities that ask for something a closed order does not need any more
ACTIVITIES = (
    "continuity_program.mail_activity_payment_failed",
    "continuity_program.mail_activity_payment_unknown",
    *CARD_ACTIVITIES,
    "continuity_program.mail_activity_shipment_blocked",
)


class ContinuityOrder(models.Model):
    """The continuity order: its end, and why it ended before its time.

    It was agreed with the customer, it is cancelled after Submit (rules F1), or it is
    closed because nothing is left to do (rules F4). Nothing leaves behind the shipment
    the customer ended with, unless somebody was told so and wants it (rules R13). Money
    only moves when an accountant posts the credit note that is proposed here.
    """

    _inherit = "continuity.order"

    end_reason_id = fields.Many2one(
        comodel_name="continuity.end.reason",
        string="Reason for the end",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="Chosen by whoever cancelled or ended the order. Empty: nobody was asked.",
    )
    ended_date = fields.Date(
        string="Ended on",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The day it was cancelled or ended; what leaves after it had left the"
        " warehouse, or is the last one.",
    )

    # === AGREED === #

    def _get_end_warning(self, changes):
        """Say which shipments would leave behind the one the customer ended with.

        :param list changes: shipments of the order, and what is about to become of them
        :return: a sentence, or nothing
        :rtype: str
        """
        self.ensure_one()
        rows, shipments = self._to_ledger()
        passing = planning.passes_end(rows, [change for _shipment, change in changes])
        if not passing:
            return ""
        ends = [i for i, row in enumerate(rows) if row.is_end]
        last = shipments[max(ends, key=lambda i: shipments[i]._get_leaving_key())]
        return self.env._(
            "%(order)s was ended with shipment %(last)s of %(day)s: shipment"
            " %(numbers)s would leave after it.",
            order=self.name,
            last=last.number,
            day=self._format_day(last.planned_date),
            numbers=", ".join(str(shipments[i].number) for i in passing),
        )

    def _check_end(self, changes):
        """Refuse to send something behind the end that nobody was asked about.

        :param list changes: shipments of the order, and what is about to become of them
        :raise UserError: naming the shipments and the way out
        """
        if warning := self._get_end_warning(changes):
            raise UserError(
                self.env._(
                    "%(warning)s Choose a day before, or “Skip”. “Move” and “Postpone”"
                    " show it and ask first.",
                    warning=warning,
                )
            )

    def _write_end(self, text, reason=None):
        """Write down that orders end, today.

        :param str text: why, in words
        :param continuity.end.reason reason: why, to count by; None = nobody was asked
        """
        for company, orders in self.grouped("company_id").items():
            orders.write(
                {
                    "end_reason": text,
                    "end_reason_id": reason.id if reason else False,
                    "ended_date": company._continuity_today(),
                }
            )

    # === CANCELLED === #

    @public()
    def action_open_cancel(self):
        """Show what cancelling these orders means, then ask (rules H10).

        :rtype: dict
        """
        self.check_access("write")
        self._check_can_cancel()
        return self.env["continuity.cancel"]._open_on(self)

    def _cancel_orders(self, reason, when="now", children=None, end_reason=None):
        """Cancel submitted orders: nothing that has not left is sent any more (F1).

        Planned shipments are cancelled, or those after the next one. The children given
        are cancelled, all others stay. Unpaid rows of what was not sent are cancelled;
        of orders billed up front a credit note over the open units is proposed.

        :param str reason: why; shown on the order
        :param str when: *now*, or *next*: end after the next shipment
        :param sale.order children: child orders to cancel with it
        :param continuity.end.reason end_reason: why, to count by
        :return: the credit notes proposed
        :rtype: account.move
        :raise UserError: not active, or a payment is being made right now
        """
        self.check_access("write")
        self._check_can_cancel()
        # The seller may change the order (checked); rows and notes that follow are ours
        orders_sudo = self.sudo()
        # It counts what is prepaid, so it comes before anything is dropped (D-1)
        orders_sudo._ensure_upfront_invoice()
        if when == "next":
            return end_after_next(orders_sudo, reason, end_reason)
        if children:
            # Of the children given only those of these orders: more was not checked
            (children.sudo() & orders_sudo.child_order_ids)._undo_continuity_children(
                reason
            )
        orders_sudo.shipment_ids._get_droppable().state = "cancelled"
        cancel_unsent_rows(orders_sudo)
        notes = credit_ended(orders_sudo, reason)
        orders_sudo._end(reason, end_reason)
        return notes.with_env(self.env)

    def _end(self, reason, end_reason=None):
        """Write the end: cancelled if nothing has left, else closed later (F1).

        :param str reason: why
        :param continuity.end.reason end_reason: why, to count by
        """
        self._write_end(reason, end_reason)
        self.has_more = False
        for order in self:
            if not any(s.state in ("ordered", "done") for s in order.shipment_ids):
                order.state = "cancelled"
            order.message_post(body=self.env._("Cancelled: %s", reason))
        # The others are told when the close job ends them.
        cancelled = self.filtered(lambda order: order.state == "cancelled")
        cancelled._send_continuity_notice("order_ended")

    # === CHECKS === #

    def _check_can_cancel(self):
        """Refuse what is not active, or being charged (rules F1, F3).

        :raise UserError: naming the order and the way out
        """
        for order in self:
            if order.state not in ACTIVE_STATES:
                states = dict(order._fields["state"]._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "%(order)s is %(state)s. Only a submitted order that goes on"
                        " can be cancelled here.",
                        order=order.display_name,
                        state=states[order.state],
                    )
                )
        check_nothing_under_way(self)

    # === CLOSED === #

    def _close(self, day, residues):
        """Close orders whose guard holds (rules F1, F4, BR11).

        An order of which nothing was ever sent is cancelled instead.

        :param date day: date of the closing entries
        :param dict residues: see :func:`~.prepayment_rest.read_residues`
        """
        for order in self:
            PrepaymentRest(order, residues[order]).book(day)
        sent = self.filtered(lambda order: "done" in order.shipment_ids.mapped("state"))
        sent.write({"state": "closed", "has_more": False})
        (self - sent).write({"state": "cancelled", "has_more": False})
        end_called_off(self, day)
        self.activity_unlink(list(ACTIVITIES))
        self._send_continuity_notice("order_ended")
