# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from functools import partial

import psycopg2

from odoo import models
from odoo.exceptions import UserError

from ... import billing
from ...arguments import public
from ...billing.answers import FAILED
from ..cards.payment_check import PaymentCheck
from .sale_order_take_in import UNCONFIRMED_ACTIVITY

_logger = logging.getLogger(__name__)


class SaleOrder(models.Model):
    """The parent order: Complete and Submit (rules BR13).

    The order of work never changes: everything that can refuse, then claim and charge,
    then confirmation, up-front invoice and post-processing together. A decline never
    raises and never loses its trace.
    """

    _inherit = "sale.order"

    # === ACTIONS === #

    @public(one=True)
    def action_continuity_complete(self):
        """Open what is missing: the wizard of a line without payment, else the recap.

        :return: action of the Continuity wizard, or of the recap (rules N56)
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("write")
        self._check_continuity_seller()
        self._check_continuity_not_submitted()
        if self.state not in ("draft", "sent"):
            raise UserError(self.env._("%s has been submitted already.", self.name))
        self._continuity_take_in()
        today = self.company_id._continuity_today()
        drafts = self.continuity_order_ids.filtered(lambda o: o.state == "draft")
        for order in drafts._sorted_by_line():
            # The seller is led to what is missing; providers and limits he may not read
            if PaymentCheck(order.sudo()).get_method_refusal(today):
                return order._get_completing_action()
        return self._get_continuity_recap_action()

    def _get_continuity_recap_action(self):
        """Open the recap in a dialog, with the plan as Submit would leave it (R18).

        :rtype: dict
        """
        self._move_continuity_plans(self.company_id._continuity_today())
        recap = self.env["continuity.recap"].create({"sale_order_id": self.id})
        return recap._get_action()

    def _submit_continuity(self, confirm):
        """Charge what is due before parent orders are confirmed.

        Every order of the call is checked before the first charge. After a request has
        gone out nothing raises: a declined order stays a quotation, the others are
        confirmed.

        :param confirm: confirms the orders it gets, as Odoo does
        :return: a notification if an order was not confirmed, else as `sale`
        """
        parents = self.filtered(lambda o: o._is_continuity_draft())
        if not parents:
            return confirm(self)
        refused = self._continuity_prepare_submit()
        parents -= refused
        parents._check_continuity_offered()
        unpaid = parents._continuity_charge()
        ready = (self - unpaid - refused).filtered(
            lambda o: o.state in ("draft", "sent")
        )
        charged = (ready & parents).filtered(lambda o: o._is_anything_charged())
        # Once a request has gone out, no order of the call may raise any more.
        guarded = ready if charged or unpaid or refused else charged
        plain = ready - guarded
        result = confirm(plain) if plain else True
        failed = self.browse()
        for order in guarded:
            if order._continuity_finish(partial(confirm, order)):
                continue
            failed |= order
        return (refused | unpaid | failed)._get_continuity_answer() or result

    def _is_continuity_draft(self):
        """Say whether confirming this order submits continuity orders.

        :rtype: bool
        """
        self.ensure_one()
        return self.state in ("draft", "sent") and self._is_continuity_parent()

    # === STEP 1: EVERYTHING THAT CAN REFUSE === #

    def _check_continuity_confirmation(self):
        """Refuse before the first charge of the call.

        :raise UserError: the first reason found; nothing was charged
        """
        # Read for all orders at once what is asked of each of them, for a seller who
        # may not see all of it
        orders_sudo = self.sudo().continuity_order_ids
        for name in ("amount_total", "state"):
            orders_sudo.shipment_ids.mapped(name)
        orders_sudo.shipment_ids.line_ids.mapped("quantity")
        orders_sudo.payment_ids.mapped("state")
        orders_sudo.partner_id.commercial_partner_id.mapped("name")
        orders_sudo.mapped("is_on_account_allowed")
        for order in self:
            if message := order._confirmation_error_message():
                raise UserError(message)

    def _get_continuity_refusal(self):
        """Say why the order cannot be submitted, before any money moves.

        :return: a message that names the way out, or False
        :rtype: str | bool
        """
        self.ensure_one()
        today = self.company_id._continuity_today()
        if self.continuity_hold:
            return self.env._(
                "%(order)s is on hold: %(reason)s. Release the hold first.",
                order=self.name,
                reason=self.continuity_hold_reason or self.env._("no reason given"),
            )
        drafts = self.continuity_order_ids.filtered(lambda o: o.state == "draft")
        for order in drafts._sorted_by_line():
            refusal = order.program_id._get_sale_refusal(
                self.company_id, today
            ) or order._get_payment_refusal(today)
            if refusal:
                return refusal
        return (
            self._get_continuity_ordinary_refusal(today)
            or self._get_continuity_credit_refusal()
        )

    def _get_continuity_frozen_refusal(self):
        """Say whether a payment of the order is being checked (rules N15)."""
        for order in self.continuity_order_ids:
            if refusal := order._get_frozen_refusal():
                return refusal
        return False

    # === STEPS 2 AND 3: CLAIM, CHARGE === #

    def _continuity_charge(self, run=None):
        """Charge what is due at Submit, each card once.

        :param continuity.run run: gets a checkpoint after each step
        :return: the orders whose payment did not succeed
        :rtype: sale.order
        """
        self._note_continuity_submit()
        unpaid = self.browse()
        for company, parents in self.grouped("company_id").items():
            today = company._continuity_today()
            # The seller submits; what is charged, and how, is the ledger's
            drafts_sudo = parents.continuity_order_ids.sudo().filtered(
                lambda order: order.state == "draft"
            )
            # Who has not seen a new plan gets what was told
            parents._move_continuity_plans(today, as_told=True)
            parents._forget_continuity_read()
            rows_sudo = self.env["continuity.payment"]._get_rows_of_submit(
                drafts_sudo, today
            )
            left_out = {}
            rows_sudo.filtered(
                lambda row: row.state in ("scheduled", "declined", "processing")
            )._charge(run, post_process=False, submitting=True, left_out=left_out)
            rows_sudo._retry_on_submit(run)
            for order in parents:
                mine = order.continuity_order_ids & drafts_sudo
                # Whether it is paid is asked of transactions that he may not read
                if not all(o._is_secured(today) for o in mine.sudo()) or not (
                    order._continuity_charge_ordinary(today, run)
                ):
                    unpaid |= order
                    order._note_continuity_left_out(left_out)
        return unpaid

    def _note_continuity_left_out(self, left_out):
        """Write down why a card was not asked at Submit.

        :param dict left_out: the code of each payment row that was left out
        """
        self.ensure_one()
        today = self.company_id._continuity_today()
        sentences = [
            row._explain(code, today)[1]
            for row, code in left_out.items()
            # A decline has its own text
            if row.sale_order_id == self and row.state == "scheduled"
        ]
        for sentence in dict.fromkeys(sentences):
            # The one who submits may be the customer: he writes nothing himself
            self.sudo().message_post(body=sentence)

    def _move_continuity_plans(self, today, as_told=False):
        """Move plans that hang on a stale order date to today (rules R18).

        What was charged stays as it was sold.

        :param date today: company-local date
        :param bool as_told: only days move; without it the plan is laid out anew, for
            whoever is shown it before anything is sold
        """
        # Sellers may sell, the ledger is written for them.
        drafts_sudo = self.sudo().continuity_order_ids.filtered(
            lambda order: order.state == "draft" and not order._is_anything_charged()
        )
        drafts_sudo._move_plan_to(today, as_told=as_told)

    # === STEP 4: CONFIRM, INVOICE, POST-PROCESS === #

    def _start_continuity_orders(self):
        """Start the continuity orders of orders that are confirmed (rules BR13)."""
        self.continuity_order_ids._activate()
        # The activity was a colleague's; it ends with the confirmation
        self.sudo().continuity_order_ids.activity_unlink([UNCONFIRMED_ACTIVITY])

    def _continuity_finish(self, confirm):
        """Confirm an order that was charged, and book the charge with it.

        When something fails now the money has been taken: the rows stay paid, the
        error is shown, and the next Submit does this step only (rules N15).

        :param callable confirm: confirms the order
        :return: whether it worked
        :rtype: bool
        """
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                confirm()
                if self.state != "sale":
                    # Refused in there, and written down
                    return False
                self._continuity_post_process()
        except psycopg2.OperationalError:
            # Somebody else wrote the same rows: Odoo begins the whole call again, and
            # the charge is not repeated, it is found by its row.
            raise
        # Broad on purpose: whatever stands in the way of the confirmation, any module's
        # fault included, must not roll back the trace of a charge that was made.
        except Exception as error:
            _logger.exception("Order %s could not be confirmed", self.name)
            self._note_continuity_unconfirmed(str(error))
            return False
        return True

    def _continuity_finish_submit(self):
        """Confirm quotations whose answer came after Submit, if all is secured."""
        for order in self:
            if order.state in ("draft", "sent") and order._is_continuity_secured():
                order._continuity_finish(order.action_confirm)

    def _continuity_post_process(self):
        """Book the answers of the order's transactions, ordinary goods included.

        A charge of a row pays its row; then other money pays the rest of the document.
        """
        # Payments are booked for whoever submits or cancels; they are accounting's
        rows_sudo = self.sudo().continuity_order_ids.payment_ids
        foreign_sudo = rows_sudo._get_foreign()
        (rows_sudo - foreign_sudo)._post_process()
        foreign_sudo._match_payers()
        for tx_sudo in self.sudo().transaction_ids:
            if not tx_sudo.is_post_processed and tx_sudo.state != "draft":
                tx_sudo._post_process()

    def _is_continuity_secured(self):
        """Say whether nothing has to be charged any more before confirmation.

        :rtype: bool
        """
        self.ensure_one()
        if self._get_continuity_refusal():
            return False
        today = self.company_id._continuity_today()
        drafts = self.continuity_order_ids.filtered(lambda o: o.state == "draft")
        # A customer who accepts is told whether it is paid, not by what
        return all(order.sudo()._is_secured(today) for order in drafts) and (
            self._is_continuity_ordinary_on_account()
            or self.currency_id.is_zero(self._get_continuity_ordinary_due())
        )

    def _is_continuity_begun_again(self):
        """Say whether this very call has asked for money before Odoo began it again.

        :rtype: bool
        """
        rows = self.continuity_order_ids.payment_ids
        return self._is_continuity_asked_before() or bool(rows._get_asked_before())

    def _is_anything_charged(self):
        """Say whether money may have moved for this quotation.

        :rtype: bool
        """
        # Sellers may not read transactions; that there is one stops the change
        transactions_sudo = self.sudo().transaction_ids.filtered(
            lambda tx: tx.state in ("pending", "authorized", "done")
        )
        return (
            bool(transactions_sudo) or self.continuity_order_ids._is_anything_charged()
        )

    def _get_continuity_answer(self):
        """Tell the user which orders were not confirmed, and what to do.

        :rtype: dict | bool
        """
        if not self:
            return False
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "sticky": True,
                "title": self.env._("Not submitted"),
                "message": "\n".join(order._get_continuity_problem() for order in self),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _get_continuity_problem(self):
        """Say in one sentence what became of an order that was not confirmed.

        :rtype: str
        """
        self.ensure_one()
        if frozen := self._get_continuity_frozen_refusal():
            return frozen
        if self._get_continuity_open_transaction():
            return self.env._(
                "%s: the provider has not answered. Do not take another card; submit"
                " again in some minutes.",
                self.name,
            )
        if self._is_continuity_paid() and (refusal := self._get_continuity_refusal()):
            return self._get_continuity_unconfirmed_text(refusal)
        if self._is_continuity_declined() and self._is_anything_charged():
            return self.env._(
                "%s: a part was declined by the bank, the other part is paid. Take"
                " another card for the rest and submit again.",
                self.name,
            )
        if reason := self._get_continuity_unasked_reason():
            return self.env._(
                "%(order)s: the bank could not be asked, and nothing was charged:"
                " %(reason)s Submit again later.",
                order=self.name,
                reason=reason,
            )
        if self._is_continuity_declined():
            return self.env._(
                "%s: declined by the bank. Nothing was charged; take another card.",
                self.name,
            )
        return self._get_continuity_unconfirmed_note() or self.env._(
            "%s is not confirmed yet: see its messages, then submit again. Nothing will"
            " be charged twice.",
            self.name,
        )

    def _is_continuity_declined(self):
        """Say whether a charge of this quotation was declined.

        :rtype: bool
        """
        # Sellers may not read transactions; that one was declined they are told
        rows_sudo = self.sudo().continuity_order_ids.payment_ids
        transactions_sudo = self.sudo().transaction_ids
        last_sudo = transactions_sudo.sorted("id")[-1:]
        return "declined" in rows_sudo.mapped("state") or (
            last_sudo.state in FAILED
            and last_sudo.continuity_decline_kind not in billing.NOT_ASKED
        )

    def _get_continuity_unasked_reason(self):
        """Say why the bank was not asked, where that is why the order stays.

        :return: empty when it was asked
        :rtype: str
        """
        # The sentence of a transaction is told to the seller, the rest is not
        rows_sudo = self.sudo().continuity_order_ids.payment_ids.filtered(
            lambda row: (
                row.state == "scheduled" and row.decline_kind in billing.NOT_ASKED
            )
        )
        last_sudo = (
            self.sudo()
            .transaction_ids.sorted("id")[-1:]
            .filtered(lambda tx: tx.continuity_decline_kind in billing.NOT_ASKED)
        )
        reasons = [*rows_sudo.mapped("state_message"), last_sudo.state_message]
        return next((reason for reason in reasons if reason), "")

    # === THE OTHER DOORS === #

    def _check_continuity_write_frozen(self, vals):
        """Freeze a quotation whose payment is checked (N15).

        :param dict vals: values that are written
        :raise UserError: naming the order
        """
        frozen_fields = {
            "order_line",
            "partner_id",
            "partner_invoice_id",
            "pricelist_id",
            "currency_id",
            "company_id",
            "fiscal_position_id",
        }
        if frozen_fields & set(vals):
            self._check_continuity_not_frozen()

    def _check_continuity_not_frozen(self):
        """Refuse changes while nobody knows whether the customer was charged.

        :raise UserError: a payment of a quotation is being checked
        """
        for order in self.filtered(lambda o: o._is_continuity_draft()):
            if refusal := order._get_continuity_frozen_refusal():
                raise UserError(refusal)
