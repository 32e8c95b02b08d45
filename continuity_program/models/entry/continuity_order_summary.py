# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import format_date

from .summary import Summary


class ContinuityOrder(models.Model):
    """The continuity order in words, for screens, mails and papers.

    What they ask of the order; `Summary` says it.
    """

    _inherit = "continuity.order"

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
