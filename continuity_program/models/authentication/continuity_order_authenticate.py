# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ...arguments import public
from ..agreement.continuity_order import ACTIVE_STATES
from ..base.continuity_notice_mixin import NOTICES


class ContinuityOrder(models.Model):
    """The continuity order: the page on which the customer shows himself to his bank.

    It has the link of the card page: what is typed there is a card, too.
    """

    _inherit = "continuity.order"

    is_authentication_open = fields.Boolean(
        string="Bank asks for the customer",
        compute="_compute_is_authentication_open",
        compute_sudo=True,
        help="The bank wants to see the customer.",
    )

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

    # === SENTENCES === #

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

    def _get_authentication_text(self, rows_sudo):
        """Say that the bank wants to see the customer, and what comes next.

        :param continuity.payment rows_sudo: what is not paid, by due date
        :return: sentences
        :rtype: list[str]
        """
        texts = self._get_authentication(rows_sudo[0])
        sentences = [
            self.env._(
                "Your bank wants to see that it is you: %(amount)s, due on %(day)s, is"
                " not paid.",
                amount=self._format(sum(rows_sudo.mapped("amount"))),
                day=texts["day"],
            )
        ]
        if texts["please"]:
            sentences.append(texts["please"])
        elif self.hold_payment:
            sentences.append(self.env._("Nothing is sent until it is paid."))
        return sentences

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
                    "The link to %s is on its way. If the mail fails, it is said in the"
                    " chatter.",
                    partner.email,
                ),
            },
        }

    # === THE CARD IS KEPT === #

    def _take_card_of(self, tx):
        """Charge the card from now on that the customer has just paid with.

        :param payment.transaction tx: has stored it
        """
        for order in self:
            if refusal := tx.token_id._continuity_get_refusal(order):
                # Somebody else pays since the page was opened
                order.message_post(body=refusal[1])
                continue
            order._set_payment_token(tx.token_id)
            order.message_post(
                body=order.env._(
                    "The card %s is charged from now on: the customer has paid with it,"
                    " and his bank has seen him.",
                    tx.token_id.display_name,
                )
            )


class ContinuityPayment(models.Model):
    """The payment row: the mail with the link, asked for by a person."""

    _inherit = "continuity.payment"

    def _mail_authentication(self):
        """Mail the link, whether or not the company has the notice switched on."""
        template = self.env.ref(
            NOTICES["payment_authenticate"].template, raise_if_not_found=False
        )
        if not template or not self.env["continuity.database"]._is_confirmed():
            # A copied database mails nobody
            return
        # Sellers and visitors cause the mail; the company writes it, and sends it
        self._mail_continuity_notice(template.sudo())
