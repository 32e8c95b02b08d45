# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command

from ...billing import LawBroken
from ..cards.payment_check import PaymentCheck
from ..facts.continuity_billing import to_amount
from ..payments.continuity_payment_charge import RESEND_HOURS

_logger = logging.getLogger(__name__)


class SaleOrder(models.Model):
    """The ordinary goods of a parent order: secured and charged apart (rules N58).

    Their transaction is linked to the order, as any payment of a quotation; those of
    the programs never are (rules N10).
    """

    _name = "sale.order"
    _inherit = ["sale.order", "continuity.payer.mixin"]

    continuity_ordinary_method = fields.Selection(
        selection=[("card", "Card"), ("on_account", "On account")],
        string="Payment of ordinary goods",
        copy=False,
    )
    continuity_ordinary_token_id = fields.Many2one(
        comodel_name="payment.token",
        string="Card for ordinary goods",
        copy=False,
        ondelete="set null",
    )

    @api.constrains("continuity_ordinary_token_id")
    def _check_continuity_ordinary_token(self):
        """A card works, and belongs to who pays, in the company of the order."""
        for order in self.filtered("continuity_ordinary_token_id"):
            # Whether it works is asked of the provider, whom sellers may not read
            token_sudo = order.sudo().continuity_ordinary_token_id
            if refusal := token_sudo._continuity_get_refusal(order):
                raise ValidationError(refusal[1])

    def _get_payer_orders(self):
        """Override: whose cards may pay for the programs of the order, may for it."""
        return self.continuity_order_ids

    def _get_continuity_ordinary_refusal(self, today):
        """Say why the ordinary goods are not secured (rules F5)."""
        total = self._get_continuity_ordinary_total()
        if self.currency_id.compare_amounts(total, 0.0) < 0:
            # A claim of its own: what it lacks lowers no charge of a program
            return self.env._(
                "The ordinary lines of %(order)s come to %(amount)s: discounts and gift"
                " cards lower other goods, never the price of a continuity program,"
                " which is charged as the customer was told. Lower them, or add goods.",
                order=self.name,
                amount=self.currency_id.format(total),
            )
        due = self._get_continuity_ordinary_due()
        if self.currency_id.is_zero(due):
            return False
        if self._is_continuity_ordinary_on_account():
            order = self.continuity_order_ids[:1]
            # The seller is told why not; what else the customer owes he may not see
            return PaymentCheck(order.sudo()).get_on_account_refusal(due)
        token_sudo = self._get_continuity_ordinary_token()
        if refusal := token_sudo._continuity_get_refusal(self, today):
            return self.env._(
                "%(amount)s for the ordinary goods of %(order)s is not secured. Choose"
                " a valid card or on account in the recap. %(reason)s",
                amount=self.currency_id.format(due),
                order=self.name,
                reason=refusal[1],
            )
        return False

    def _is_continuity_ordinary_on_account(self):
        """On account when chosen, or when nothing on the order is paid by card."""
        if self.continuity_ordinary_method:
            return self.continuity_ordinary_method == "on_account"
        methods = set(self.continuity_order_ids.mapped("payment_method"))
        return methods == {"on_account"}

    def _get_continuity_ordinary_today(self):
        """What the ordinary goods cost today: nothing when they go on account.

        :rtype: float
        """
        self.ensure_one()
        if self._is_continuity_ordinary_on_account():
            return 0.0
        return self._get_continuity_ordinary_due()

    def _get_continuity_ordinary_token(self):
        """The card of the ordinary goods: the one chosen, else that of the program.

        :return: the card, in sudo
        :rtype: payment.token
        """
        # Its state and provider are read, which sellers may not.
        tokens_sudo = self.sudo().continuity_order_ids.payment_token_id
        return self.sudo().continuity_ordinary_token_id or tokens_sudo[:1]

    def _continuity_charge_ordinary(self, today, run=None):
        """Charge the ordinary goods by their own transaction (rules N10, N58).

        :param date today: company-local date
        :param continuity.run run: gets a checkpoint after each step
        :return: whether the ordinary goods are secured now
        :rtype: bool
        """
        self.ensure_one()
        due = self._get_continuity_ordinary_due()
        if self.currency_id.is_zero(due) or self._is_continuity_ordinary_on_account():
            return True
        self._lock_continuity()
        self.env["continuity.database"]._check_confirmed()
        payments = self.env["continuity.payment"]
        tx_sudo = self._get_continuity_open_transaction()
        if not tx_sudo and self._is_continuity_asked_before():
            return False
        if not tx_sudo:
            due, refusal = self._get_continuity_ordinary_ask(today)
            if refusal:
                self.message_post(body=refusal)
                return False
            if self.currency_id.is_zero(due):
                return True
            # The seller submits; transactions are for the company to create
            tx_sudo = (
                self.env["payment.transaction"]
                .sudo()
                .create(self._prepare_continuity_transaction_vals(due))
            )
            self.env["continuity.payment.share"]._create_for_ordinary(tx_sudo, self)
            payments._checkpoint(run)
            with payments._committing_answer(run):
                tx_sudo._continuity_send_charge()
        elif tx_sudo._continuity_can_be_asked_again(RESEND_HOURS):
            with payments._committing_answer(run):
                tx_sudo._continuity_ask_again()
        elif tx_sudo._continuity_can_be_queried(RESEND_HOURS):
            # Asking what became of it takes no money
            with payments._committing_answer(run):
                tx_sudo._continuity_query()
        return tx_sudo.state in ("pending", "authorized", "done")

    def _get_continuity_ordinary_ask(self, today):
        """Say what the card may be asked for the ordinary goods now.

        Two keys: never more than the order says, never more than the account says.

        :param date today: company-local date
        :return: amount, and why it may not be asked
        :rtype: tuple[float, str | None]
        """
        self.ensure_one()
        token_sudo = self._get_continuity_ordinary_token()
        if refusal := token_sudo._continuity_get_refusal(self, today):
            return 0.0, refusal[1]
        scope = ("ordinary", self.id)
        sentences = self.env["continuity.payment"]._get_sentences()
        try:
            sums = self.env["continuity.billing"]._answer([scope])[scope].sums
        except LawBroken:
            _logger.exception("The account of %s cannot be made", self.name)
            return 0.0, sentences["balance_differs"]
        if sums.other_begun:
            return 0.0, sentences["customer_is_paying"]
        # What is under way secures them
        left = to_amount(max(sums.open - sums.other_under_way, 0), self.currency_id)
        return min(self._get_continuity_ordinary_due(), left), None

    def _get_continuity_open_transaction(self):
        """A charge of the ordinary goods that was begun and has no answer yet.

        It is asked again, never charged anew: the reference says whose it is.
        """
        prefix = f"CPS{self.id}-"
        # The seller submits again; what was asked before he may not read
        return self.sudo().transaction_ids.filtered(
            lambda tx: (
                (tx.reference or "").startswith(prefix)
                and (tx.state == "draft" or tx.continuity_no_answer)
                and tx.state in ("draft", "error")
            )
        )[:1]

    def _is_continuity_asked_before(self):
        """Say whether this very call was answered before Odoo began it again.

        What was paid is not due any more, so it was declined.
        """
        # Sellers may not read transactions; that one was declined stops the second
        transactions_sudo = self.sudo().transaction_ids
        return bool(self.env["continuity.billing"]._filter_asked(transactions_sudo))

    def _prepare_continuity_transaction_vals(self, amount):
        """Values of the transaction of the ordinary goods.

        :param float amount: what is due
        :rtype: dict
        """
        token_sudo = self._get_continuity_ordinary_token()
        prefix = f"CPS{self.id}-"
        # Attempts are counted, for those who may read none of them
        attempts = self.sudo().transaction_ids.filtered(
            lambda tx: (tx.reference or "").startswith(prefix)
        )
        transactions = self.env["payment.transaction"]
        return {
            "provider_id": token_sudo.provider_id.id,
            "payment_method_id": token_sudo.payment_method_id.id,
            "token_id": token_sudo.id,
            "reference": transactions._continuity_get_reference(
                prefix, ("ordinary",), len(attempts) + 1
            ),
            "amount": amount,
            "currency_id": self.currency_id.id,
            "partner_id": self.partner_invoice_id.id,
            "operation": "offline",
            "continuity_asked_at": fields.Datetime.now(),
            "sale_order_ids": [Command.set(self.ids)],
        }
