# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

import psycopg2

from odoo import api, models
from odoo.exceptions import UserError

from ...accounts.continuity_billing_touch import FACTS
from ...base.sealed import Sealed, unseal
from ...base.seller_stays import check_seller_stays
from ...settlement.continuity_billing_settle import settling

_logger = logging.getLogger(__name__)


class SaleOrder(models.Model):
    """Where sale orders meet continuity programs: each hook of Odoo, step by step."""

    _inherit = "sale.order"

    # === WRITTEN, DELETED === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `sale` to note order dates that have passed already."""
        orders = super().create(vals_list)
        dated = [bool(vals.get("date_order")) for vals in vals_list]
        orders.browse(
            order.id for order, is_dated in zip(orders, dated, strict=True) if is_dated
        )._note_continuity_date()
        return orders

    def write(self, vals):
        """Override of `sale`: what may not be written, and what follows from it."""
        if not FACTS["sale.order"].isdisjoint(vals):
            self.env["continuity.billing"]._touch_records(self)
        cancelled = self._enter_continuity_state(vals.get("state"))
        check_seller_stays(self, vals)
        self._check_continuity_hold_typed(vals)
        self._check_continuity_write_frozen(vals)
        self._check_continuity_child_terms(vals)
        old_addresses = self._prepare_continuity_follow(vals)
        result = super().write(vals)
        if vals.get("state") == "draft":
            cancelled._reset_continuity_orders()
        self._follow_continuity_write(vals, old_addresses)
        if vals.get("date_order"):
            self._note_continuity_date()
        return result

    def unlink(self):
        """Override of `sale`: what hangs on the order is undone by the ORM."""
        self._cancel_continuity_deleted()
        self._unlink_continuity_drafts()
        return super().unlink()

    def _get_copiable_order_lines(self):
        """Override of `sale`: what was paid in advance is not copied."""
        lines = super()._get_copiable_order_lines()
        return lines.filtered(lambda line: not line.continuity_prepaid_line_id)

    # === CONFIRMED, CANCELLED === #

    @settling
    def action_confirm(self):
        """Override of `sale`: a program is submitted by a seller, and charged.

        Its charges commit what providers have answered: nothing may fail then. What a
        Submit changes is settled once. The state of the order is not typed.

        :raise AccessError: a program is sold by somebody who is no seller
        """
        self._check_continuity_seller()
        confirming = self.with_context(continuity_state=Sealed())
        return confirming._submit_continuity(
            lambda orders: super(SaleOrder, orders).action_confirm()  # noqa: UP008
        )

    def _confirmation_error_message(self):
        """Override of `sale` to refuse orders without secured payment (rules F5), and
        to say who was first."""
        if self.state == "sale" and self.continuity_submitted_at:
            return self._get_continuity_submitted_text()
        return super()._confirmation_error_message() or (
            self._is_continuity_draft() and self._get_continuity_refusal()
        )

    def _validate_order(self):
        """Override of `sale`: acceptance on the portal skips what is not secured.

        Raising would undo the customer's signature.
        """
        self._continuity_take_in()
        waiting = self._continuity_keep_waiting()
        others = self - waiting
        return super(SaleOrder, others)._validate_order() if others else None

    @settling
    def _action_confirm(self):
        """Override of `sale`: continuity orders start, children go on."""
        self._forget_continuity_cancellation()
        result = super()._action_confirm()
        self._start_continuity_orders()
        self._resume_continuity_children()
        self._announce_continuity_children()
        return result

    @settling
    def _action_cancel(self):
        """Override of `sale`: continuity orders and shipments are cancelled, too.

        What was paid is booked, so that it can be given back. The state of the order is
        not typed.
        """
        cancelling = self.with_context(continuity_state=Sealed())
        children = cancelling.filtered("continuity_order_id")
        children._check_continuity_child_cancel()
        paid = cancelling._check_continuity_withdrawal()
        cancelling._check_continuity_not_frozen()
        cancelling._cancel_continuity_orders()
        result = super(SaleOrder, cancelling)._action_cancel()
        for order in paid:
            order._continuity_post_process()
        # Whoever may cancel the child moves the ledger behind it
        children.sudo()._get_continuity_shipments()._cancel_with_child()
        return result

    def action_draft(self):
        """Override of `sale` to plan afresh, or refuse after Submit (N14)."""
        return super(
            SaleOrder, self.with_context(continuity_state=Sealed())
        ).action_draft()

    # === PAID === #

    def _get_prepayment_required_amount(self):
        """Override of `sale`: a parent order asks for what is due now."""
        if self._is_continuity_parent():
            return self._get_continuity_due_now()
        return super()._get_prepayment_required_amount()

    def _is_confirmation_amount_reached(self):
        """Override of `sale`: without a secured payment no amount is enough.

        A child order asks for no amount; what is due of it decides.
        """
        if self._is_continuity_parent():
            return self._is_continuity_secured()
        if self.continuity_order_id:
            return self._may_confirm_continuity_child()
        return super()._is_confirmation_amount_reached()

    def _has_to_be_paid(self):
        """Override of `sale`: a parent order is paid when money is due now."""
        if self._is_continuity_parent():
            return (
                self.state in ("draft", "sent")
                and not self.is_expired
                and not self.currency_id.is_zero(self._get_continuity_due_now())
                and not self._get_continuity_frozen_refusal()
            )
        return super()._has_to_be_paid()

    def _is_paid(self):
        """Override of `sale`: automatic invoicing looks at the ordinary goods."""
        if self._is_continuity_parent():
            left = self._get_continuity_ordinary_due(("done", "authorized"))
            return self.currency_id.is_zero(left)
        return super()._is_paid()

    # === INVOICED === #

    def _get_invoiceable_lines(self, final=False):
        """Override of `sale`: only the continuity order bills its parent line.

        The close job takes what the customer has got.
        """
        if unseal(self.env, "continuity_release_date"):
            return self._get_continuity_release_lines()
        lines = super()._get_invoiceable_lines(final=final)
        return lines.filtered(lambda line: not line.is_continuity_parent)

    def _force_lines_to_invoice_policy_order(self):
        """Override of `sale`: automatic invoicing never takes parent lines."""
        result = super()._force_lines_to_invoice_policy_order()
        own = self.order_line.filtered(
            lambda line: line.is_continuity_parent or line.continuity_prepaid_line_id
        )
        own._compute_qty_to_invoice()
        return result

    def _prepare_invoice(self):
        """Override of `sale` to bill children as their continuity order says.

        Children billed up front take journal, fiscal position and rate from the
        up-front invoice and have no terms: nothing is due (rules BR3).
        Children paid by schedule have its dates on the receivable (rules N47).
        """
        # Whoever invoices a child need not see the series, nor the books behind it
        vals = super()._prepare_invoice()
        order_sudo = self.sudo().continuity_order_id
        vals["continuity_order_id"] = order_sudo.id
        if not order_sudo:
            return vals
        upfront_sudo = order_sudo.upfront_invoice_id
        if upfront_sudo:
            journal = self.company_id.sudo().continuity_revenue_journal_id
            vals.update(
                {
                    "journal_id": journal.id or vals.get("journal_id"),
                    "fiscal_position_id": upfront_sudo.fiscal_position_id.id,
                    "invoice_payment_term_id": False,
                }
            )
        elif instalments := self._get_continuity_instalments():
            vals["continuity_instalments"] = instalments
            vals["invoice_payment_term_id"] = False
        return vals

    def _get_invoice_grouping_keys(self):
        """Override of `sale`: no invoice is for two continuity orders (N11)."""
        return [*super()._get_invoice_grouping_keys(), "continuity_order_id"]

    def _create_invoices(self, grouped=False, final=False, date=None):
        """Override of `sale`: each child has its own invoice.

        Nothing to invoice is an error only when nobody has anything to invoice.
        """
        self.continuity_order_id._ensure_upfront_invoice()
        own = self.filtered("continuity_order_id")
        if not own:
            return super()._create_invoices(grouped=grouped, final=final, date=date)
        moves = self.env["account.move"]
        for children, apart in ((own, True), (self - own, grouped)):
            quiet = children.with_context(raise_if_nothing_to_invoice=False)
            moves |= super(SaleOrder, quiet)._create_invoices(
                grouped=apart, final=final, date=date
            )
        if not moves and self.env.context.get("raise_if_nothing_to_invoice", True):
            raise UserError(self._nothing_to_invoice_error_message())
        return moves.with_env(self.env)

    # === MAILED === #

    def _send_order_confirmation_mail(self):
        """Override of `sale`: our own notices go out for children."""
        return super(
            SaleOrder, self.filtered(lambda order: not order.continuity_order_id)
        )._send_order_confirmation_mail()

    def _get_lang(self):
        """Override of `sale`: the refusal of a language says whose it is."""
        language = super()._get_lang()
        if language and language == self.partner_id.lang:
            return self.partner_id._continuity_get_lang()
        return language

    def _send_payment_succeeded_for_order_mail(self):
        """Override of `sale`: our own notices go out for children."""
        return super(
            SaleOrder, self.filtered(lambda order: not order.continuity_order_id)
        )._send_payment_succeeded_for_order_mail()

    def _send_order_notification_mail(self, mail_template, **kwargs):
        """Override of `sale`: a mail that cannot be made stops no confirmation.

        It is sent between the charge and the confirmation. A broken template, or a
        server that cannot print a PDF, must not keep an order that is paid from being
        confirmed (rules N15).
        """
        if not self._is_continuity_parent():
            return super()._send_order_notification_mail(mail_template, **kwargs)
        try:
            with self.env.cr.savepoint():
                return super()._send_order_notification_mail(mail_template, **kwargs)
        except psycopg2.OperationalError:
            # Somebody else wrote the same rows: Odoo begins the whole call again.
            raise
        # Broad on purpose: template, report and printer are the administrator's and
        # may raise anything, and the order that is being confirmed has been paid.
        except Exception as error:
            _logger.warning(
                "A mail of order %s could not be made", self.name, exc_info=True
            )
            # A customer has confirmed, and may write nothing on the order
            self.sudo().message_post(
                body=self.env._(
                    "The mail “%(mail)s” could not be made: %(error)s The order itself"
                    " is not affected. Send the mail by hand.",
                    # Of the template its name is told
                    mail=mail_template.sudo().name,
                    error=error,
                )
            )
        return None
