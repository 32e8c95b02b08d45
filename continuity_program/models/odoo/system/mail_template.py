# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ...base.sealed import unseal


class MailTemplate(models.Model):
    """Where `mail.template` meets continuity programs."""

    _inherit = "mail.template"

    def _generate_template_static_values(
        self, res_ids, render_fields, render_results=None
    ):
        """Override of `mail` to keep notices in the chatter of the continuity order.

        They are written about payments and child orders; who looks after the customer
        looks at the order.
        """
        results = super()._generate_template_static_values(
            res_ids, render_fields, render_results=render_results
        )
        if unseal(self.env, "continuity_notice"):
            for record in self.env[self.model].browse(res_ids):
                order = record._get_notice_order()
                results[record.id].update(model=order._name, res_id=order.id)
        return results

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
            # None, in sudo as Odoo returns the mails
            return self.env["mail.mail"].sudo()
        return super().send_mail_batch(res_ids, *args, **kwargs)
