# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from typing import NamedTuple

import psycopg2

from odoo import models

from ...conflicts import is_database_gone
from .of_order import Notices
from .sealed import Sealed, unseal

_logger = logging.getLogger(__name__)

LAYOUT = "continuity_program.mail_layout_notice"


class Notice(NamedTuple):
    """A mail to the customer: its template, and the company's switch."""

    template: str
    switch: str


def _notice(kind):
    return Notice(f"continuity_program.mail_template_{kind}", f"continuity_mail_{kind}")


NOTICES = {
    kind: _notice(kind)
    for kind in (
        "order_submitted",
        "child_created",
        "payment_charged",
        "payment_billed",
        "payment_declined",
        "payment_authenticate",
        "card_warning",
        "order_ended",
    )
}


class ContinuityNoticeMixin(models.AbstractModel):
    """A record the customer of a continuity order is mailed about.

    Mails are queued in the transaction of what they tell: rolled back with it, and sent
    after it by Odoo's mail queue. Whatever goes wrong with a mail, money and
    parcels go on; what went wrong is shown on the continuity order.
    """

    _name = "continuity.notice.mixin"
    _description = "Continuity Notice"

    def _send_continuity_notice(self, kind):
        """Queue one mail per record, in the language of its customer.

        Nothing is queued when the company is archived or has switched it off, when an
        administrator has archived or deleted its template, in a preview, and in a
        copied database.

        :param str kind: a key of `NOTICES`
        """
        if unseal(self.env, "continuity_preview"):
            return
        if not self.env["continuity.database"]._is_confirmed():
            return
        notice = NOTICES[kind]
        # Customers, sellers and providers cause mails; the company writes them.
        records_sudo = self.sudo().filtered(
            lambda record: record.company_id.active and record.company_id[notice.switch]
        )
        template_sudo = self.env.ref(notice.template, raise_if_not_found=False)
        # Templates are not for customers, who cause most of the mails
        template_sudo = template_sudo and template_sudo.sudo()
        if records_sudo and template_sudo and template_sudo.active:
            records_sudo._mail_continuity_notice(template_sudo)

    def _mail_continuity_notice(self, template_sudo):
        """Queue mails, and have the queue worked off at once.

        :param mail.template template_sudo: the template of the notice
        """
        self._queue_continuity_notice(template_sudo)
        # Whoever causes a mail may not see scheduled actions
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    def _get_notice_order(self):
        """Return the continuity orders whose chatter shows the mails.

        :rtype: continuity.order
        """
        return self.continuity_order_id

    def _queue_continuity_notice(self, template):
        """Queue the mails; find the one that cannot be made by halving.

        :param mail.template template: the template of the notice
        """
        try:
            with self.env.cr.savepoint():
                mails = template.with_context(
                    continuity_notice=Sealed(Notices())
                ).send_mail_batch(self.ids, email_layout_xmlid=LAYOUT)
                self._report_missing_address(template, mails)
            return
        except psycopg2.OperationalError:
            # Somebody else wrote the same rows: the caller begins again.
            raise
        # Broad on purpose: the template is written by the administrator, who may have
        # put anything in it, and the money it tells of has been taken.
        except Exception as error:
            if is_database_gone(error):
                # No template is to blame, and nothing can be shown
                raise
            # It is shown on the order, and logged
            if len(self) == 1:
                self._report_broken_template(template, error)
                return
        middle = len(self) // 2
        self[:middle]._queue_continuity_notice(template)
        self[middle:]._queue_continuity_notice(template)

    def _report_missing_address(self, template, mails):
        """Take mails back that nobody would get, and say so on the order.

        :param mail.template template: the template of the notice
        :param mail.mail mails: one per record, in the same order
        """
        lost = {
            record: mail
            for record, mail in zip(self, mails, strict=True)
            if not mail.email_to and not any(mail.recipient_ids.mapped("email"))
        }
        orders = self.browse().union(*lost)._get_notice_order()
        orders._message_log_batch(
            {
                order.id: self.env._(
                    "“%(subject)s” was not mailed: %(customer)s has no e-mail address.",
                    subject=template.name,
                    customer=order.partner_id.display_name,
                )
                for order in orders
            }
        )
        mails.browse().union(*lost.values()).unlink()

    def _report_broken_template(self, template, error):
        """Show that a mail could not be made; what it tells has happened all the same.

        :param mail.template template: the template of the notice
        :param Exception error: why
        """
        order = self._get_notice_order()
        reason = str(error).strip().splitlines() or [type(error).__name__]
        text = order._speak_to_responsible().env._(
            "The mail “%(mail)s” could not be made: %(error)s Nothing else is affected."
            " Mend the mail template, and tell the customer by hand.",
            mail=template.name,
            error=reason[-1],
        )
        _logger.warning(
            "The mail %s could not be made for %s", template, self, exc_info=error
        )
        order._message_log(body=text)
        order._schedule_continuity_activity(
            "continuity_program.mail_activity_notice_failed", text
        )
