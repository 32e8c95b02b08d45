# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..agreement.continuity_order import ACTIVE_STATES
from ..payments.continuity_payment import CHARGED_STATES
from .payment_token_check import CARD_ACTIVITIES

#: A row in one of these states secures the Submit of an order billed up front (F5).
SECURED_STATES = ("paid", "authorized", "pending")
#: A row in one of these states freezes the quotation: nobody knows (rules N15).
FROZEN_STATES = ("processing", "unknown")


class ContinuityOrder(models.Model):
    """The continuity order: what is owed, and how it is paid."""

    _inherit = "continuity.order"

    available_token_ids = fields.Many2many(
        comodel_name="payment.token",
        compute="_compute_available_token_ids",
        compute_sudo=True,
        help="The cards of the customer the order may be charged to.",
    )
    is_on_account_allowed = fields.Boolean(compute="_compute_is_on_account_allowed")

    # === COMPUTE METHODS === #

    @api.depends(
        "partner_id",
        "partner_invoice_id",
        "company_id",
        "approved_payer_id",
        "payment_token_id",
    )
    def _compute_available_token_ids(self):
        """Cards of those who may pay, in the company of the order."""
        for order in self:
            tokens = self.env["payment.token"].search(
                order._get_card_domain()
                & Domain("company_id", "=", order.company_id.id)
                & Domain("provider_id.state", "!=", "disabled")
            )
            order.available_token_ids = tokens._continuity_once(order.payment_token_id)

    @api.depends(
        "company_id", "partner_id.commercial_partner_id.continuity_allow_on_account"
    )
    def _compute_is_on_account_allowed(self):
        """Each company decides for itself whom it sells to on account."""
        for company, orders in self.grouped("company_id").items():
            for order in orders.with_company(company):
                customer = order.partner_id.commercial_partner_id
                order.is_on_account_allowed = customer.continuity_allow_on_account

    # === CONSTRAINT METHODS === #

    @api.constrains("payment_token_id", "partner_id", "company_id")
    def _check_payment_token(self):
        """A card works, and belongs to who pays, in the company of the order."""
        for order in self.filtered("payment_token_id"):
            if refusal := order._get_card_problem():
                raise ValidationError(refusal[1])

    # === CRUD METHODS === #

    def _get_payment_methods(self, vals):
        """Remember how orders are paid before that is written.

        :param dict vals: values that are written
        :return: method and card by order; empty when nothing of them is written
        :rtype: dict
        """
        if not {"payment_token_id", "payment_method"} & set(vals):
            return {}
        return {order: (order.payment_method, order.payment_token_id) for order in self}

    def _follow_payment_methods(self, before):
        """Give a new card, or another method, a fresh start (rules F3).

        :param dict before: see :meth:`_get_payment_methods`
        """
        changed = self.filtered(
            lambda order: (
                order in before
                and before[order] != (order.payment_method, order.payment_token_id)
            )
        )
        if changed:
            changed._on_payment_method_changed()

    # === PAYMENT METHOD === #

    def _on_payment_method_changed(self):
        """Start declined rows anew and lift the payment hold, never a manual one.

        :raise UserError: a running order is put on account of a customer who may not
        """
        for order in self.filtered(lambda o: o.state in ACTIVE_STATES):
            if order.payment_method == "on_account" and not order.is_on_account_allowed:
                raise UserError(order._get_on_account_refusal(0.0))
        self.payment_ids._reset_for_new_card()
        self.payment_ids._follow_payment_method()
        self._release_payment_hold()
        # Whoever chose the card may not see to the salesperson's activities.
        self.sudo().activity_unlink(list(CARD_ACTIVITIES))

    def _set_payment_token(self, token):
        """Put a stored card on the orders.

        :param payment.token token: a card of the customer
        """
        self.write({"payment_method": "card", "payment_token_id": token.id})

    def _set_card_expiry(self, expiry_date):
        """Note until when the card is valid; the provider does not tell.

        :param date expiry_date: the last day the card is valid
        :raise UserError: the card is somebody else's, since the payer has changed
        """
        # A visitor with a link gets here, too, and may read no card
        self.ensure_one()
        self.check_access("write")
        if refusal := self.payment_token_id.sudo()._continuity_get_owner_refusal(self):
            raise UserError(refusal[1])
        # Nobody below the settings may write a card.
        self.payment_token_id.sudo().expiry_date = expiry_date

    def _get_card_problem(self, day=None, is_new=False):
        """Say why the order's card may not be charged.

        :param date day: see `payment.token._continuity_get_refusal`
        :param bool is_new: see `payment.token._continuity_get_refusal`
        :return: reason and sentence, or None
        :rtype: tuple[str, str] | None
        """
        self.ensure_one()
        return self.payment_token_id._continuity_get_refusal(self, day, is_new)

    # === WHAT SECURES THE ORDER (rules F5) === #

    def _get_payment_refusal(self, today):
        """Say why the order cannot be submitted yet, before any money moves.

        :param date today: company-local date
        :return: a message for the seller that names the way out, or False
        :rtype: str | bool
        """
        self.ensure_one()
        # A seller submits; providers and limits behind a refusal are not his to read
        order_sudo = self.sudo().with_company(self.company_id)
        # A row left behind by a worker that died is taken up by Submit itself.
        return (
            order_sudo._get_frozen_refusal(("unknown",))
            or order_sudo._get_given_back_refusal()
            or order_sudo._get_plan_refusal(today)
            or order_sudo._get_upfront_refusal()
            or order_sudo._get_method_refusal(today)
        )

    def _get_frozen_refusal(self, states=FROZEN_STATES):
        """While nobody knows whether the customer paid, nothing is changed (N15).

        :param tuple states: states of a row that freeze the quotation
        :rtype: str | bool
        """
        # It stops all who may change the quotation, whether or not they see the row
        rows_sudo = self.sudo().payment_ids
        if any(row.state in states for row in rows_sudo):
            return self.env._(
                "The payment of %s is being checked: the provider has not answered."
                " Do not take another card. You get a message when it is known.",
                self.display_name,
            )
        return False

    def _get_plan_refusal(self, today):
        """A plan that cannot be billed is refused before it is sold."""
        shipments = self.shipment_ids.filtered(lambda s: s.state == "planned")
        if not shipments:
            return self.env._(
                "%s has no shipment left. Change the plan or remove the line.",
                self.display_name,
            )
        try:
            self._get_order_payments(today)
        except UserError as error:
            return str(error)
        return False

    def _get_upfront_refusal(self):
        """Accounts, journal and taxes of money taken in advance (rules BR12)."""
        if not self.bill_upfront:
            return False
        problems = self.company_id._continuity_get_prepayment_problems()
        if problems:
            return "\n".join(problems)
        if self._is_sold_tax_free():
            return self.env._(
                "%(order)s cannot be billed up front: with fiscal position %(position)s"
                " the goods bear no tax, and an exempt delivery is declared when it is"
                " made. Sell a program that is billed per shipment.",
                order=self.display_name,
                position=self.sale_order_id.fiscal_position_id.display_name,
            )
        try:
            self.program_id._check_upfront_taxes(
                self.product_id, self.company_id, self.sale_order_id.fiscal_position_id
            )
        except UserError as error:
            return str(error)
        return self._get_swapped_refusal()

    def _is_sold_tax_free(self):
        """Say whether the fiscal position takes the taxes away: an export, or a supply
        to a business in another member state (rules D-10)."""
        position = self.sale_order_id.fiscal_position_id
        taxes = self.product_id.taxes_id._filter_taxes_by_company(self.company_id)
        mapped = position.map_tax(taxes)
        return any(taxes.flatten_taxes_hierarchy().mapped("amount")) and not any(
            mapped.flatten_taxes_hierarchy().mapped("amount")
        )

    def _get_method_refusal(self, today):
        """The payment method, and whether it may be used (rules F5)."""
        if self._is_charged():
            return False
        if not self.payment_method:
            return self.env._(
                "A payment must be entered for %s: choose a card or on account.",
                self.display_name,
            )
        if self.payment_method == "on_account":
            return self._get_on_account_refusal(self._get_amount_on_account())
        return self._get_card_refusal(today)

    def _get_card_refusal(self, today):
        """A card that cannot be charged on the first due date is no security."""
        if not self.payment_token_id:
            return self.env._(
                "%s has no card yet: add one, or choose on account.", self.display_name
            )
        due_date = self._get_first_due_date(today)
        reason, text = self._get_card_problem(due_date, is_new=True) or (None, None)
        if reason == "card_expired":
            return self.env._(
                "The card %(card)s of %(order)s is not valid on %(date)s, when the"
                " first payment is due. Take another card.",
                card=self.payment_token_id.display_name,
                order=self.display_name,
                date=self._format_day(due_date),
            )
        if reason:
            return text
        if self._is_card_tried(today):
            return self.env._(
                "The card %(card)s of %(order)s was declined. Take another card.",
                card=self.payment_token_id.display_name,
                order=self.display_name,
            )
        return False

    def _is_card_tried(self, today):
        """Say whether this card was declined at Submit and may not be tried again now.

        A new card starts anew; the same card may be tried once more if the company
        allows it, and again on the day after the retry days.
        """
        tries = 2 if self.company_id.continuity_retry_on_submit else 1
        return any(
            row.state == "declined"
            and row.attempts >= tries
            and not (row.next_attempt_date and row.next_attempt_date <= today)
            for row in self.payment_ids
        )

    def _get_on_account_refusal(self, amount):
        """On account is for customers an accountant has allowed, within their limit.

        :param float amount: what the customer would owe more, in the order's currency
        :rtype: str | bool
        """
        if not self.is_on_account_allowed:
            return self.env._(
                "%s may not pay on account. Take a card, or ask an accountant to allow"
                " it on the customer.",
                self.partner_id.display_name,
            )
        return self.partner_id.commercial_partner_id._continuity_get_credit_refusal(
            amount, self.currency_id, self.company_id
        )

    def _get_amount_on_account(self):
        """What the customer owes first: the whole order, or one shipment (F5)."""
        if self.bill_upfront:
            return self.sale_order_line_id.price_total - self._get_amount_covered()
        return self.shipment_ids.filtered(lambda s: s.state == "planned")[
            :1
        ].amount_total

    def _is_charged(self):
        """Say whether the money of an order billed up front is there, or on its way."""
        # All rows of the order count, whoever sells or signs
        rows = self.sudo().payment_ids.filtered(lambda row: row.state != "cancelled")
        return bool(rows) and all(row.state in SECURED_STATES for row in rows)

    def _is_secured(self, today):
        """Say whether nothing is missing any more (rules F5).

        :param date today: company-local date
        :rtype: bool
        """
        self.ensure_one()
        if self._get_payment_refusal(today) or self._get_frozen_refusal():
            return False
        if self._is_charged_at_submit() and self._has_amount():
            return self._is_charged()
        return True

    def _is_charged_at_submit(self):
        """Mode C with a card pays at Submit (rules BR8, BR13)."""
        return (
            self.bill_upfront
            and not self.payment_schedule_id
            and self.payment_method != "on_account"
        )

    def _has_amount(self):
        """A gift has nothing to charge and never waits for a payment (rules N66)."""
        total = self.sale_order_line_id.price_total
        return not self.currency_id.is_zero(total)

    def _is_prepaid(self):
        """Say whether what is sent is paid in advance: billed up front, and not free.

        A gift has no up-front invoice, so nothing is released and nothing credited. Its
        children are billed by themselves when something gets dearer.

        :rtype: bool
        """
        self.ensure_one()
        return self.bill_upfront and self._has_amount()

    def _get_first_due_date(self, today):
        """First day money is due (rules BR14)."""
        if self.bill_upfront and not self.payment_schedule_id:
            return today
        if self.bill_upfront:
            days = [payment["due_date"] for payment in self._get_order_payments(today)]
            return min(days, default=today)
        shipments = self.shipment_ids.filtered(lambda s: s.state == "planned")
        return max(min(shipments.mapped("planned_date"), default=today), today)

    def _is_anything_charged(self):
        """Say whether money may have moved (rules N14)."""
        # Whether money moved is asked of all rows, whoever resets or cancels
        rows_sudo = self.sudo().payment_ids
        return any(row.state in CHARGED_STATES for row in rows_sudo)
