# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime, html2plaintext

from ...reading import PAGE_OPEN, is_page_open
from ..payments.payment_transaction import GOOD_STATES

#: Kind of activity that says: the money is there, the order is not confirmed
UNCONFIRMED_ACTIVITY = "continuity_program.mail_activity_paid_unconfirmed"


class SaleOrder(models.Model):
    """The quotation that was paid by another door: a link, the portal, the web shop.

    What has come, or is on its way, is counted before anything is asked, whether Odoo
    has booked it already or not. Only the rest of the claim is charged.
    """

    _inherit = "sale.order"

    # === TAKE IN === #

    def _continuity_take_in(self):
        """Let what was paid for quotations pay their rows, before anything is asked.

        Under the mutex of their orders: Odoo takes in the same payments by itself, and
        of two one comes later. Repeating it changes nothing.

        :raise psycopg2.errors.SerializationFailure: see `continuity.billing._lock`
        """
        # A customer has paid by a link, and a seller only sells
        drafts_sudo = self.sudo().filtered(lambda order: order._is_continuity_draft())
        # Who sells reads no transactions
        good_sudo = drafts_sudo.transaction_ids.filtered(
            lambda tx: tx.state in GOOD_STATES
        )
        if good_sudo:
            drafts_sudo._lock_continuity()
            good_sudo._continuity_allocate()
            good_sudo.continuity_payment_ids._refresh_from_transactions()

    def _lock_continuity(self):
        """Be alone with the money of the orders; a person waits for whoever is at it.

        :raise psycopg2.errors.SerializationFailure: see `continuity.billing._lock`
        """
        # The mutex is a column of the ledger
        orders_sudo = self.sudo().continuity_order_ids
        self.env["continuity.billing"]._lock(orders_sudo, wait=True)

    def _get_continuity_paid(self):
        """Say what was paid for the quotation by any door, or is on its way.

        :return: less what was given back
        :rtype: float
        """
        self.ensure_one()
        # Payments are counted by whoever may read the quotation, and shown to nobody
        orders_sudo = self.sudo()
        foreign_sudo = orders_sudo.transaction_ids.filtered(
            lambda tx: tx.state in GOOD_STATES and tx.operation != "validation"
        )
        own_sudo = orders_sudo.continuity_order_ids.payment_ids.filtered(
            lambda row: (
                row.state in ("pending", "authorized", "paid")
                and row.transaction_id not in foreign_sudo
            )
        )
        return self.currency_id.round(
            sum(tx._continuity_get_kept() for tx in foreign_sudo)
            + sum(row.amount - row.amount_refunded for row in own_sudo)
        )

    def _get_continuity_surplus(self):
        """Say what was paid for the quotation, and no row was told of yet.

        :return: what is left when the ordinary goods are paid
        :rtype: float
        """
        self.ensure_one()
        paid = sum(
            tx_sudo._continuity_get_loose()
            # Sellers may not read transactions; what is left of them lowers what is due
            for tx_sudo in self.sudo().transaction_ids
            if tx_sudo.state in GOOD_STATES and tx_sudo.operation != "validation"
        )
        return max(paid - self._get_continuity_ordinary_total(), 0.0)

    # === PAID, NOT CONFIRMED === #

    def _continuity_prepare_submit(self):
        """Do what comes before the first charge: take in, then refuse.

        :return: the orders that are paid and cannot be confirmed: nothing is asked of
            them, and somebody was told
        :rtype: sale.order
        :raise UserError: an order that is not paid cannot be submitted
        :raise psycopg2.errors.SerializationFailure: see `continuity.billing._lock`
        """
        # Before the first charge: what fails then is begun again by Odoo
        self._lock_continuity()
        self._continuity_take_in()
        refused = self._continuity_tell_unconfirmed()
        (self - refused)._check_continuity_confirmation()
        (self - refused)._check_continuity_page()
        return refused

    def _check_continuity_page(self):
        """Refuse to charge a card while the customer may be paying on a page himself.

        :raise UserError: a page is open, and something is due
        """
        now = fields.Datetime.now()
        for order in self:
            # Who sells reads no transactions
            opened = order.sudo().transaction_ids.filtered(
                lambda tx: (
                    (tx.operation or "").startswith("online")
                    and is_page_open(tx.state, tx.create_date, now)
                )
            )
            if opened and not order.currency_id.is_zero(
                order._get_continuity_due_now()
            ):
                raise UserError(order._get_continuity_page_text(opened[:1]))

    def _get_continuity_page_text(self, tx):
        """Say that the customer may be paying, and until when.

        :param payment.transaction tx: begun on a page, in sudo
        :rtype: str
        """
        self.ensure_one()
        return self.env._(
            "%(order)s: the customer has opened a page to pay %(amount)s and may be"
            " paying just now. Nothing was charged. Submit again when it is paid, or"
            " after %(time)s.",
            order=self.name,
            amount=self.currency_id.format(tx.amount),
            time=format_datetime(
                self.env, tx.create_date + PAGE_OPEN, dt_format="short"
            ),
        )

    def _continuity_tell_unconfirmed(self):
        """Tell who looks after quotations that are paid, and why they are none yet.

        :return: the orders
        :rtype: sale.order
        """
        told = self.browse()
        for order in self.filtered(lambda o: o._is_continuity_paid()):
            if reason := order._get_continuity_refusal():
                order._note_continuity_unconfirmed(reason)
                told |= order
        return told

    def _is_continuity_paid(self):
        """Say whether nothing is due any more of a quotation that money came for.

        :rtype: bool
        """
        self.ensure_one()
        return (
            self._is_continuity_draft()
            and not self.currency_id.is_zero(self._get_continuity_paid())
            and self.currency_id.is_zero(self._get_continuity_due_now())
        )

    def _note_continuity_unconfirmed(self, reason):
        """Write down why a quotation is not confirmed, once for each reason.

        :param str reason: what stands in the way
        """
        self.ensure_one()
        text = self._get_continuity_unconfirmed_text(reason)
        known = self._get_continuity_unconfirmed_note()
        if known.split() == text.split():
            return
        # Noted also when it was the customer who paid, and nobody looks
        self.sudo().message_post(body=text)
        if activity_sudo := self._get_continuity_unconfirmed_activity():
            activity_sudo.note = text
            return
        # One for the quotation, however many programs it sells; it is for whoever looks
        # after the order, whoever has paid
        self.sudo().continuity_order_ids[:1]._schedule_continuity_activity(
            UNCONFIRMED_ACTIVITY, text
        )

    def _get_continuity_unconfirmed_activity(self):
        """Return the activity that says why a paid quotation is not confirmed.

        :rtype: mail.activity
        """
        self.ensure_one()
        kind = self.env.ref(UNCONFIRMED_ACTIVITY)
        # It is for whoever looks after the order, whoever has paid
        return (
            self.sudo()
            .continuity_order_ids[:1]
            .activity_ids.filtered(lambda activity: activity.activity_type_id == kind)
        )

    def _get_continuity_unconfirmed_note(self):
        """Say what was written down last about a paid quotation.

        :rtype: str
        """
        activity_sudo = self._get_continuity_unconfirmed_activity()
        return html2plaintext(activity_sudo.note or "").strip()

    def _get_continuity_unconfirmed_text(self, reason):
        """Say what was paid, and why the order is not confirmed.

        :param str reason: what stands in the way
        :rtype: str
        """
        self.ensure_one()
        paid = self._get_continuity_paid()
        reason = reason.strip().rstrip(".")
        if self.currency_id.is_zero(paid):
            return self.env._(
                "%(order)s could not be confirmed: %(reason)s.",
                order=self.name,
                reason=reason,
            )
        return self.env._(
            "%(order)s: Paid %(amount)s, not confirmed: %(reason)s. Mend it, then"
            " submit again. Nothing will be charged twice.",
            order=self.name,
            amount=self.currency_id.format(paid),
            reason=reason,
        )
