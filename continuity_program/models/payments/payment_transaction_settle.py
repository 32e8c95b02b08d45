# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import ValidationError


class PaymentTransaction(models.Model):
    """A capture or a void of one payment row."""

    _inherit = "payment.transaction"

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

    def _continuity_request(self, send):
        """Send one request of the settlement as `payment` does for its own buttons.

        :param callable send: the request of the provider
        """
        self._log_sent_message()
        try:
            send()
        except ValidationError as error:
            self._set_error(str(error))


class PaymentProvider(models.Model):
    _inherit = "payment.provider"

    def _continuity_get_authorization_days(self):
        """How long an authorisation can be captured; providers may override it.

        Card schemes guarantee a charge without the customer for seven days.

        :rtype: int
        """
        self.ensure_one()
        return 7
