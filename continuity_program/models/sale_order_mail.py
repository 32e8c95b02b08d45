# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

import psycopg2

from odoo import models

_logger = logging.getLogger(__name__)


class SaleOrder(models.Model):
    """The mails Odoo sends about a parent order."""

    _inherit = "sale.order"

    def _send_order_notification_mail(self, mail_template, **kwargs):
        """Override of `sale`: a mail that cannot be made stops no confirmation.

        It is sent between the charge and the confirmation. A broken template, or a
        server that cannot print a PDF, must not keep an order that is paid from being
        confirmed (rules N15).
        """
        if not self._is_continuity_parent():
            return super()._send_order_notification_mail(mail_template, **kwargs)
        try:
            with self.env.cr.savepoint():
                return super()._send_order_notification_mail(mail_template, **kwargs)
        except psycopg2.OperationalError:
            # Somebody else wrote the same rows: Odoo begins the whole call again.
            raise
        # Broad on purpose: template, report and printer are the administrator's and
        # may raise anything, and the order that is being confirmed has been paid.
        except Exception as error:
            _logger.warning(
                "A mail of order %s could not be made", self.name, exc_info=True
            )
            self.sudo().message_post(
                body=self.env._(
                    "The mail “%(mail)s” could not be made: %(error)s The order itself"
                    " is not affected. Send the mail by hand.",
                    mail=mail_template.sudo().name,
                    error=error,
                )
            )
        return None
