# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import ValidationError

from ..base.sealed import Sealed
from .payment_transaction_answer import NOTHING_SEEN

#: A payment in one of these states has come, or is on its way.
GOOD_STATES = ("pending", "authorized", "done")


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    #: Providers that send an idempotency key made of the reference: asking them twice
    #: charges once. The demo provider moves no money at all. Mercado
    #: Pago is not among them: each try makes a new card token, so the same key comes
    #: with another request.
    _CONTINUITY_IDEMPOTENT_PROVIDERS = frozenset(
        {"stripe", "adyen", "worldline", "demo"}
    )

    continuity_payment_ids = fields.Many2many(
        comodel_name="continuity.payment",
        relation="continuity_payment_transaction_rel",
        column1="transaction_id",
        column2="payment_id",
        string="Continuity payments",
        copy=False,
        readonly=True,
    )
    continuity_order_id = fields.Many2one(
        comodel_name="continuity.order",
        string="Card for",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The continuity order whose card this transaction stores.",
    )
    continuity_asked_at = fields.Datetime(
        readonly=True,
        copy=False,
        help="When the provider was asked first.",
    )
    continuity_charged_back = fields.Boolean(
        readonly=True,
        copy=False,
        help="The bank took the money back later.",
    )
    continuity_charged_back_at = fields.Datetime(
        string="Charged back at",
        readonly=True,
        copy=False,
        help="What the provider gives back after this moment goes back in addition.",
    )
    continuity_settle_payment_id = fields.Many2one(
        comodel_name="continuity.payment",
        string="Settles",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The authorized payment that this transaction captures or gives back.",
    )
    continuity_settle_kind = fields.Selection(
        selection=[("capture", "Capture"), ("void", "Void")],
        readonly=True,
        copy=False,
    )

    # Looked for every five minutes, hardly ever there
    _continuity_unbooked = models.Index(
        "(id) WHERE is_post_processed IS NOT TRUE"
        " AND state IN ('pending', 'authorized', 'done')"
    )

    # === BUSINESS METHODS - ASKING === #

    def _continuity_send_charge(self, is_repeated=False):
        """Ask the provider for the money and never raise afterwards.

        :param bool is_repeated: it was asked before, and nobody knows the answer
        """
        self.ensure_one()
        self.env["continuity.billing"]._note_asked(self)
        self._continuity_send(lambda tx: tx._charge_with_token(), is_repeated)

    def _continuity_is_out(self):
        """Say whether our request may be out: there is nothing to be booked yet.

        :rtype: bool
        """
        self.ensure_one()
        is_asked = self.continuity_asked_at or self.continuity_settle_payment_id
        return bool(self.state == "draft" and is_asked)

    def _continuity_ask_again(self):
        """Send the same request again, after no answer came.

        Under manual capture an answer is only taken by a draft.
        """
        self.ensure_one()
        self.write({**NOTHING_SEEN, "state": "draft"})
        self._continuity_send_charge(is_repeated=True)

    def _continuity_send_capture(self):
        """Ask the provider to capture and never raise afterwards."""
        self.ensure_one()
        self._continuity_send(
            lambda tx: tx._continuity_request(tx._send_capture_request)
        )

    def _continuity_send_void(self):
        """Tell the provider that the authorisation is not needed, never raise."""
        self.ensure_one()
        self._continuity_send(lambda tx: tx._continuity_request(tx._send_void_request))

    def _continuity_get_awaited(self):
        """Return the captures that a provider has taken and carries out by itself.

        It has named them, and tells later what became of them; after the days a payment
        may be pending a person asks.

        :rtype: payment.transaction
        """
        return self.filtered(
            lambda tx: (
                tx.state == "draft"
                and tx.provider_reference
                and tx.last_state_change.date()
                > fields.Date.subtract(
                    tx.company_id._continuity_today(),
                    days=tx.company_id.continuity_pending_days,
                )
            )
        )

    def _continuity_request(self, send):
        """Send one request of the settlement as `payment` does for its own buttons.

        :param callable send: the request of the provider
        """
        self._log_sent_message()
        try:
            send()
        except ValidationError as error:
            self._set_error(str(error))

    def _continuity_can_be_asked_again(self, hours):
        """Say whether sending the request again is safe and useful.

        :param int hours: keys older than this may be forgotten by the provider
        :rtype: bool
        """
        self.ensure_one()
        is_open = self.state == "draft" or (
            self.state == "error" and self.continuity_no_answer
        )
        oldest = fields.Datetime.now() - timedelta(hours=hours)
        is_fresh = self.continuity_asked_at and self.continuity_asked_at > oldest
        return bool(
            is_open
            and is_fresh
            and self.provider_code in self._CONTINUITY_IDEMPOTENT_PROVIDERS
            # Nobody knows whether the first request went out: a second one may be the
            # one that charges
            and not self._continuity_get_card_refusal()
        )

    def _continuity_is_own_try(self):
        """Say whether a customer has asked his card himself, on his own pages.

        Transactions are made in sudo, which keeps who has pressed the button.

        :rtype: bool
        """
        self.ensure_one()
        return self.create_uid.share

    def _continuity_let_go(self, text):
        """Wait no longer for an answer, when no row waits for it any more.

        As an *error* it is not under way, and a late message of the provider that the
        money has come all the same is taken.

        :param str text: what a person has found out
        """
        for tx in self:
            rows = tx.continuity_payment_ids
            if tx.state in ("draft", "error") and tx not in rows.transaction_id:
                tx.write(
                    {
                        "state": "error",
                        "state_message": text,
                        "continuity_no_answer": False,
                        "last_state_change": fields.Datetime.now(),
                    }
                )

    def _continuity_get_card_refusal(self):
        """Say why the card of the request may not pay for what it was made for.

        :return: see `payment.token._continuity_get_refusal`
        :rtype: tuple[str, str] | None
        """
        self.ensure_one()
        orders = self.continuity_payment_ids.continuity_order_id or self.sale_order_ids
        for order in orders:
            if refusal := self.token_id._continuity_get_refusal(order):
                return refusal
        return None

    def _continuity_take_mutex(self):
        """Be alone with the claims of a payment before a provider is asked about it.

        Odoo's own buttons ask in the middle of a call: who has to begin it again, for
        somebody has decided meanwhile, does so before anybody was asked.

        :return: the claims; of no program: none
        :rtype: list[tuple[str, int]]
        :raise psycopg2.errors.SerializationFailure: see `continuity.billing._lock`
        """
        # Of all of them at once: the mutexes are taken in one order
        scopes = list(
            dict.fromkeys(scope for tx in self for scope in tx._continuity_get_scopes())
        )
        # The mutex is a column of the ledger
        self.env["continuity.billing"].sudo()._lock(scopes, wait=True)
        return scopes

    # === BUSINESS METHODS - POST-PROCESSING === #

    def _follow_continuity_answer(self):
        """Bring our ledger up to date before documents move.

        The check that refuses an unsecured order reads the rows, so they come first.
        Repeating it changes nothing.
        """
        self._continuity_allocate()
        # Customers and providers bring the answer; they may not read the ledger
        rows_sudo = (self | self.source_transaction_id).sudo().continuity_payment_ids
        rows_sudo._refresh_from_transactions()
        # What the provider had taken first, and refused later
        for void_sudo in self.sudo().filtered(
            lambda tx: (
                tx.continuity_settle_kind == "void"
                and tx.state == "error"
                and tx.provider_reference
                and tx.continuity_decline_kind
            )
        ):
            row_sudo = void_sudo.continuity_settle_payment_id
            row_sudo._note_void_failed(void_sudo, void_sudo.amount)
        self._continuity_confirm_orders(rows_sudo)

    def _tell_continuity_unconfirmed(self):
        """Say which orders are paid and could not be confirmed."""
        good = self.filtered(lambda t: t.state in GOOD_STATES)
        # The customer has paid; whom that concerns is told on orders he may not write
        good.sudo().sale_order_ids._continuity_tell_unconfirmed()

    def _continuity_allocate(self):
        """Let what a customer paid on the quotation cover its rows.

        Under the mutex of the orders: a seller may take it in at the same moment.

        :raise psycopg2.errors.SerializationFailure: see `continuity.billing._lock`
        """
        good = self.filtered(lambda t: t.state in GOOD_STATES)
        # Whoever is sent an answer has no rights
        good.sudo().sale_order_ids.filtered("continuity_order_ids")._lock_continuity()
        shares = self.env["continuity.payment.share"]
        for tx in good:
            if tx.operation == "validation":
                continue
            orders = tx.sale_order_ids.continuity_order_ids
            if self.env["continuity.payment"]._cover_by_transaction(orders, tx):
                # It was taken in while the quotation asked for less
                shares._forget(tx)
        shares._take_in(good)
        # The customer paid when it was cancelled already
        orders_sudo = good.sudo().sale_order_ids
        orders_sudo._filter_continuity_withdrawn()._continuity_give_back()

    def _continuity_get_kept(self):
        """Say what of a payment was not given back, and is not on its way back.

        :rtype: float
        """
        self.ensure_one()
        refunds = self.child_transaction_ids.filtered(
            lambda child: (
                child.operation == "refund"
                and child.state in ("draft", "pending", "authorized", "done")
            )
        )
        return self.currency_id.round(self.amount + sum(refunds.mapped("amount")))

    def _continuity_get_loose(self):
        """Say what of a payment for a quotation pays no row.

        :rtype: float
        """
        self.ensure_one()
        # All rows count that the payment pays, also for those who may not see them
        rows_sudo = self.sudo().continuity_payment_ids
        return self.currency_id.round(
            self._continuity_get_kept()
            - sum(row.amount - row.amount_refunded for row in rows_sudo)
        )

    def _continuity_confirm_orders(self, rows_sudo):
        """Finish the Submit of orders whose answer came late (rules N15)."""
        good = self.filtered(lambda t: t.state in GOOD_STATES)
        waiting = (
            rows_sudo & good.continuity_payment_ids
        ).continuity_order_id.filtered(lambda order: order.state == "draft")
        waiting.sale_order_id._continuity_finish_submit()

    def _with_continuity_receivables(self):
        """Let a charge pay its own instalment first.

        :return: the transaction, with what its payment is matched with
        :rtype: payment.transaction
        """
        return self.with_context(
            continuity_receivable_ids=Sealed(self._get_continuity_receivables()._ids)
        )

    def _get_continuity_receivables(self):
        """Return the receivable lines of the instalments that were charged.

        :return: in sudo
        :rtype: account.move.line
        """
        # Whoever books the payment need not be able to read whose instalment it is
        rows_sudo = (self | self.source_transaction_id).sudo().continuity_payment_ids
        return rows_sudo._get_own_lines()

    def _match_continuity_link(self, payment):
        """Let the link of a child order pay what is invoiced of it already.

        :param account.payment payment: of the transaction, just booked
        """
        # Whoever is sent an answer has no rights
        root_sudo = self.sudo() | self.sudo().source_transaction_id
        if not root_sudo.continuity_payment_ids:
            children_sudo = root_sudo.sale_order_ids.filtered("continuity_order_id")
            children_sudo._match_continuity_money(payments=payment)


class PaymentProvider(models.Model):
    _inherit = "payment.provider"

    def _continuity_get_authorization_days(self):
        """How long an authorisation can be captured; providers may override it.

        Card schemes guarantee a charge without the customer for seven days.

        :rtype: int
        """
        self.ensure_one()
        return 7
