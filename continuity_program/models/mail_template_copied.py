# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import models

from .sealed import unseal

_logger = logging.getLogger(__name__)


class MailTemplate(models.Model):
    _inherit = "mail.template"

    def send_mail(self, res_id, *args, **kwargs):
        """Override of `mail`: a copied database mails none of our customers.

        :return: id of the mail; False in a copy
        :rtype: int | bool
        """
        if self._is_continuity_stopped():
            return False
        return super().send_mail(res_id, *args, **kwargs)

    def send_mail_batch(self, res_ids, *args, **kwargs):
        """Override of `mail`: a copied database mails none of our customers.

        :return: the mails; none in a copy
        :rtype: mail.mail
        """
        if self._is_continuity_stopped():
            return self.env["mail.mail"].sudo()
        return super().send_mail_batch(res_ids, *args, **kwargs)

    def _is_continuity_stopped(self):
        """Say whether the mail is one of ours, and this database a copy.

        :rtype: bool
        """
        is_ours = unseal(self.env, "continuity_notice") or (
            (self.model or "").startswith("continuity.")
        )
        if not is_ours or self.env["continuity.database"]._is_confirmed():
            return False
        _logger.info("%s is not sent: the database is a copy", self.name)
        return True
