# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from ..base.continuity_notice_mixin import NOTICES
from .card_expiry import CardExpiry


class ContinuityOrder(models.Model):
    """The continuity order: what its customer is told (rules N76, N86)."""

    _name = "continuity.order"
    _inherit = ["continuity.order", "continuity.notice.mixin"]

    card_warned_token_id = fields.Many2one(
        comodel_name="payment.token",
        string="Card the customer was warned of",
        readonly=True,
        copy=False,
        ondelete="set null",
        help="Each card is warned of once; another card is warned of again.",
    )
    card_warned_expiry = fields.Date(
        readonly=True,
        copy=False,
        help="The expiry date of that warning: providers renew cards in place.",
    )

    def _get_notice_order(self):
        """Override: the order itself."""
        return self

    def _get_billing_contact(self):
        """Return who is told about payments: the invoice address, if it has an e-mail.

        :rtype: res.partner
        """
        self.ensure_one()
        contact = self.partner_invoice_id
        return contact if contact.email else self.partner_id

    # === CARD EXPIRY === #

    def _warn_of_card(self, day):
        """Warn customer and salesperson once that the card is about to expire.

        :param date day: local date
        :return: what each warning says, by order
        :rtype: dict[continuity.order, str]
        """
        notes = {
            order: CardExpiry(order._speak_to_responsible()).get_note(day)
            for order in self
        }
        for token, orders in self.grouped("payment_token_id").items():
            orders.write(
                {
                    "card_warned_token_id": token.id,
                    "card_warned_expiry": token.expiry_date,
                }
            )
        for order, note in notes.items():
            order._schedule_continuity_activity(
                "continuity_program.mail_activity_card_expired", note
            )
        self._send_continuity_notice("card_warning")
        return notes

    def _get_card_need(self):
        """Return what the card is needed for after its last day, for the mail.

        :return: see :meth:`CardExpiry.get_need`
        :rtype: dict
        """
        return CardExpiry(self).get_need(self.company_id._continuity_today())

    def _get_parcel_products_text(self, shipment):
        """Name what is in the parcel a payment pays for: missed shipments share one.

        :param continuity.shipment shipment: the shipment the payment hangs on
        :rtype: str
        """
        parcel = self.shipment_ids.filtered(
            lambda s: s.child_order_id and s.child_order_id == shipment.child_order_id
        )
        return (parcel | shipment).line_ids._get_products_text()

    # === SUBMITTED === #

    def _send_submitted_notice(self):
        """Queue one mail for each sales order, whatever it is made of.

        A template that was changed by hand before there was one mail for all programs
        tells of its own program only: then each gets its mail.
        """
        xmlid = NOTICES["order_submitted"].template
        template_sudo = self.env.ref(xmlid, raise_if_not_found=False)
        # A customer's acceptance gets here; of the template one word is looked for
        body = (template_sudo and template_sudo.sudo().body_html) or ""
        told = self
        if "_get_mail_summaries" in body:
            told = self.browse().union(
                *(
                    orders._sorted_by_line()[:1]
                    for orders in self.grouped("sale_order_id").values()
                )
            )
        told._send_continuity_notice("order_submitted")

    def _get_mail_summaries(self):
        """Return what the customer bought: all programs of the sales order.

        :return: see :meth:`_get_schedule_summary`
        :rtype: list[dict]
        """
        self.ensure_one()
        orders = self.sale_order_id.continuity_order_ids._get_orders_to_show()
        return [order._get_schedule_summary() for order in orders or self]

    # === END === #

    def _get_end_text(self):
        """Say how the order ended and what the customer got.

        :rtype: str
        """
        self.ensure_one()
        sent = len(
            self.shipment_ids.filtered(lambda s: s.state == "done").child_order_id
        )
        if sent == 1:
            parcels = self.env._("You got 1 parcel.")
        else:
            parcels = self.env._("You got %s parcels.", sent)
        rest = self.env._("Nothing more is sent, and nothing more is charged.")
        if self.payment_ids.filtered(
            lambda row: row.state not in ("paid", "cancelled")
        ):
            rest = self.env._("Nothing more is sent. Open payments stay due.")
        return f"{parcels} {rest}"
