# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from ...arguments import public
from ..agreement.states import ACTIVE_STATES
from ..payments.continuity_payment import CHARGED_STATES
from .payment_check import PaymentCheck
from .payment_token_check import CARD_ACTIVITIES

#: A row in one of these states secures the Submit of an order billed up front (F5).
SECURED_STATES = ("paid", "authorized", "pending")
#: A row in one of these states freezes the quotation: nobody knows (rules N15).
FROZEN_STATES = ("processing", "unknown")
#: Who allows the cards of a payer
APPROVERS = ("sales_team.group_sale_manager", "account.group_account_invoice")


class ContinuityOrder(models.Model):
    """The continuity order: how it is paid, by whom, and what secures it.

    Somebody else than the customer may pay: a parent company for a branch, a giver for
    a gift. Whoever sells names the payer; that the payer's stored cards may be charged
    is for others to say.
    """

    _name = "continuity.order"
    _inherit = ["continuity.order", "continuity.payer.mixin"]

    available_token_ids = fields.Many2many(
        comodel_name="payment.token",
        compute="_compute_available_token_ids",
        compute_sudo=True,
        help="The cards of the customer that the order may be charged to.",
    )
    is_on_account_allowed = fields.Boolean(compute="_compute_is_on_account_allowed")
    approved_payer_id = fields.Many2one(
        comodel_name="res.partner",
        string="Payer allowed",
        readonly=True,
        copy=False,
        help="Whose stored cards may pay for the order besides those of the customer:"
        " an accountant or a sales administrator allowed it.",
    )
    payer_text = fields.Char(compute="_compute_payer_text", compute_sudo=True)
    is_authentication_open = fields.Boolean(
        string="Bank asks for the customer",
        compute="_compute_is_authentication_open",
        compute_sudo=True,
        help="The bank wants to see the customer.",
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "partner_id",
        "partner_invoice_id",
        "company_id",
        "approved_payer_id",
        "payment_token_id",
        "currency_id",
    )
    def _compute_available_token_ids(self):
        """Cards of those who may pay, in the company and currency of the order."""
        for order in self:
            tokens = self.env["payment.token"].search(
                order._get_card_domain()
                & Domain("company_id", "=", order.company_id.id)
                & Domain("provider_id.state", "!=", "disabled")
            )
            tokens = tokens.filtered(
                lambda token, order=order: token._continuity_takes_currency(
                    order.currency_id
                )
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

    @api.depends("partner_id", "partner_invoice_id", "approved_payer_id")
    def _compute_payer_text(self):
        for order in self:
            order.payer_text = (
                not order._is_payer_allowed() and order._get_payer_refusal()
            )

    def _get_payer_orders(self):
        """Override: each order has its own payer."""
        return self

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
                raise UserError(PaymentCheck(order).get_on_account_refusal(0.0))
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

    # === WHO PAYS === #

    @public()
    def action_approve_payer(self):
        """Let the stored cards of who gets the invoice pay for the orders.

        It holds for this payer only, whatever contact of his is named, and for this
        customer.

        :return: the dialog again, for the button in it
        :rtype: dict | bool
        :raise AccessError: the user is neither accountant nor sales administrator
        :raise UserError: no other payer is named
        """
        self.check_access("read")
        if not any(self.env.user.has_group(group) for group in APPROVERS):
            raise AccessError(
                self.env._(
                    "Only an accountant or a sales administrator can allow that stored"
                    " cards of somebody else pay for an order."
                )
            )
        # Accountants do not write orders, this alone they decide
        waiting_sudo = self.sudo().filtered(lambda order: not order._is_payer_allowed())
        if not waiting_sudo:
            raise UserError(
                self.env._(
                    "Nothing to allow: first enter who pays as the invoice address; the"
                    " cards of the customer's own company may pay anyway."
                )
            )
        for order_sudo in waiting_sudo:
            payer = order_sudo.partner_invoice_id.commercial_partner_id
            order_sudo.approved_payer_id = payer
            order_sudo.message_post(
                body=self.env._(
                    "%(user)s allowed that stored cards of %(payer)s pay for"
                    " %(customer)s.",
                    user=self.env.user.name,
                    payer=payer.display_name,
                    customer=order_sudo.partner_id.display_name,
                ),
                author_id=self.env.user.partner_id.id,
            )
        if self.env.context.get("continuity_in_wizard") and len(self) == 1:
            return self._reopen_wizard()
        return True

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
        return PaymentCheck(order_sudo).get_refusal(today)

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

    def _is_anything_charged(self):
        """Say whether money may have moved (rules N14)."""
        # Whether money moved is asked of all rows, whoever resets or cancels
        rows_sudo = self.sudo().payment_ids
        return any(row.state in CHARGED_STATES for row in rows_sudo)

    # === THE BANK ASKS FOR THE CUSTOMER === #

    @api.depends("payment_ids.state", "payment_ids.decline_kind", "state")
    def _compute_is_authentication_open(self):
        for order in self:
            order.is_authentication_open = bool(order._get_rows_to_authenticate())

    def _get_authenticate_url(self):
        """Return the link of the page for who is not logged in.

        :rtype: str
        """
        self.ensure_one()
        return f"{self.access_url}/authenticate?access_token={self._get_card_token()}"

    def _get_rows_to_authenticate(self):
        """Return the payments whose bank wants to see the customer.

        :return: in sudo, in due order; those that are being paid just now, too
        :rtype: continuity.payment
        """
        self.ensure_one()
        # The customer sees what he owes, never the ledger
        order_sudo = self.sudo()
        if order_sudo.state not in ACTIVE_STATES:
            return order_sudo.payment_ids.browse()
        rows_sudo = order_sudo.payment_ids.filtered(
            lambda row: row._is_authentication_open()
        )
        return rows_sudo.sorted(lambda row: (row.due_date, row.sequence, row.id))

    # === WHAT HE IS TOLD === #

    def _get_authentication(self, row_sudo):
        """Say what the bank asks the customer for, to the customer.

        :param continuity.payment row_sudo: the payment
        :return: `amount`, `day`, `parcel` and `until`, each as a text, and as sentences
            `what` and `please`; what is not known, or over, is empty
        :rtype: dict[str, str]
        """
        self.ensure_one()
        today = self.company_id._continuity_today()
        shipment = row_sudo.shipment_id
        until = row_sudo._is_waited_for(today) and row_sudo.authenticate_until
        parcel = shipment and self._get_parcel_products_text(shipment)
        day = self._format_day(row_sudo.due_date)
        until = until and self._format_day(until)
        return {
            "amount": self._format(row_sudo.amount),
            "day": day,
            "parcel": parcel,
            "until": until,
            "what": self.env._(
                "For your parcel: %(parcel)s, due on %(day)s.", parcel=parcel, day=day
            )
            if parcel
            else self.env._("Due on %s.", day),
            "please": until and self.env._("Please confirm it by %s.", until),
        }

    # === THE LINK === #

    @public(one=True)
    def action_send_authenticate_link(self):
        """Mail the customer once more that his bank asks for him.

        :return: notification that names the address
        :rtype: dict
        :raise UserError: nothing is asked, or there is no address
        """
        self.ensure_one()
        self.check_access("write")
        rows_sudo = self._get_rows_to_authenticate()
        if not rows_sudo:
            raise UserError(
                self.env._(
                    "No bank wants to see the customer of %s just now.",
                    self.display_name,
                )
            )
        partner = self._get_billing_contact()
        if not partner.email:
            raise UserError(
                self.env._(
                    "%(customer)s has no e-mail address. Enter one on the contact.",
                    customer=partner.display_name,
                )
            )
        rows_sudo._mail_authentication()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "The link to %s is on its way. If the mail fails, the chatter says"
                    " so.",
                    partner.email,
                ),
            },
        }
