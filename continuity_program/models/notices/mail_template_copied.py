# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import models

from ..base.sealed import unseal

_logger = logging.getLogger(__name__)


class MailTemplate(models.Model):
    _inherit = "mail.template"

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
