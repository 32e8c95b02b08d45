# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import format_date

from ..base.continuity_notice_mixin import NOTICES
from ..entry.summary import Summary
from .card_expiry import CardExpiry


class ContinuityOrder(models.Model):
    """The continuity order in words, for screens, mails and papers (rules N76, N86).

    What they ask of the order; `Summary` says it.
    """

    _name = "continuity.order"
    _inherit = ["continuity.order", "continuity.notice.mixin"]

    card_warned_token_id = fields.Many2one(
        comodel_name="payment.token",
        string="Card the customer was warned of",
        readonly=True,
        copy=False,
        ondelete="set null",
        help="There is one warning for each card; another card gets a new one.",
    )
    card_warned_expiry = fields.Date(
        readonly=True,
        copy=False,
        help="The expiry date of that warning: providers renew cards in place.",
    )
    payment_method_text = fields.Char(
        string="Paid with", compute="_compute_payment_method_text", compute_sudo=True
    )

    @api.depends("payment_method", "payment_token_id", "card_expiry_date")
    def _compute_payment_method_text(self):
        for order in self:
            order.payment_method_text = order._get_payment_method_text()

    def _get_schedule_summary(self, today=None, lang=None):
        """Return everything there is to say about an order (rules H1–H10).

        :param date today: local date; None = the company's today
        :param str lang: language of the texts; None = of the user
        :return: sentences (``headline``, ``first_parcel``, ``charge``, ``pieces``,
            ``balance``, ``member``, ``cancel``,
            ``waiting``), the name of the ``tax``, ``warnings`` and ``card_warnings``,
            lists ``shipments``, ``payments``, ``rows`` (both, aligned by date), totals
            and flags
        :rtype: dict
        """
        return Summary(self.with_context(lang=lang) if lang else self, today).get()

    def _get_payment_method_text(self):
        """Name the payment method as the customer knows it (rules N57).

        :rtype: str
        """
        self.ensure_one()
        if self.payment_method == "on_account":
            return self.env._("on account")
        if self.payment_method == "card" and self.payment_token_id:
            # Brand, last digits and expiry may be seen; the rest stays closed
            return self.payment_token_id.sudo()._get_continuity_label()
        return self.env._("payment missing")

    def _get_cancel_text(self):
        """Say how and until when the customer can cancel (rules N67).

        :rtype: str
        """
        if self.bill_upfront:
            return self.env._(
                "The order can be cancelled at any time. What was paid for shipments"
                " that have not left is returned."
            )
        return self.env._(
            "The order can be cancelled at any time before the next shipment leaves."
            " Nothing is charged for what has not left."
        )

    def _get_planned_text(self):
        """Say under the parent line what is planned.

        :rtype: str
        """
        return Summary(self).get_planned_text()

    # === FACTS === #

    def _is_payment_method_missing(self):
        """Tell whether the seller still has to enter how it is paid (rules H8).

        :rtype: bool
        """
        self.ensure_one()
        if self.state in ("closed", "cancelled"):
            return False
        if self.payment_method == "on_account":
            # The seller is told whether; the customer may be hidden from him
            return not self.sudo().is_on_account_allowed
        return self.payment_method != "card" or bool(self._get_card_problem())

    def _format(self, amount):
        """Format an amount in the language of the environment."""
        return self.currency_id.format(amount)

    def _format_day(self, day):
        """Format a date in the language of the environment, with its weekday."""
        return format_date(self.env, day, date_format="EEE d MMM y")

    # === NOTICES === #

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

        :return: see :meth:`_get_schedule_summary`; each part is made when the mail
            says it
        :rtype: list[Mapping]
        """
        self.ensure_one()
        orders = self.sale_order_id.continuity_order_ids._get_orders_to_show()
        return [Summary(order).get_on_demand() for order in orders or self]

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
