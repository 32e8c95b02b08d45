# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.fields import Command


class ContinuityPayment(models.Model):
    """The payment row on account: billed once, before it is due (rules R16, MD11)."""

    _inherit = "continuity.payment"

    def _bill(self, today):
        """Send the bills of instalments that are due for it, each once.

        Children billed by schedule get their invoice now, because it is the bill: no
        other job makes it (implementation 38).

        :param date today: day of the bill
        :return: the rows that were billed
        :rtype: continuity.payment
        """
        rows_sudo = self._lock("scheduled")
        for row_sudo in rows_sudo:
            row_sudo._ensure_invoice(today)
        billed = rows_sudo.filtered(lambda row: row.state == "scheduled")
        for row_sudo in billed:
            row_sudo.write(
                {"state": "billed", "billed_date": row_sudo.billed_date or today}
            )
        billed._send_bill()
        return billed

    def _ensure_invoice(self, today):
        """Make and post the invoice of a child that is billed by instalments.

        :param date today: date of the invoice
        """
        self.ensure_one()
        child = self.child_order_id
        if self.invoice_id or not child:
            return
        moves = child.with_company(self.company_id)._create_invoices()
        moves.invoice_date = today
        moves.action_post()

    def _follow_payment_method(self):
        """Billed rows are charged by the new card, and billed again without one.

        The bill went out once: back on account, the row is *billed* as it was.
        """
        for row_sudo in self.sudo().filtered("billed_date"):
            by_card = row_sudo.continuity_order_id.payment_method == "card"
            if by_card and row_sudo.state == "billed":
                row_sudo.state = "scheduled"
            elif not by_card and row_sudo.state == "scheduled":
                row_sudo.state = "billed"

    def _get_bill_refusal(self):
        """Say why an instalment cannot be billed yet.

        :return: a message, or False
        :rtype: str | bool
        """
        self.ensure_one()
        child = self.child_order_id
        if self.invoice_id.state == "posted" or not (self.invoice_id or child):
            return False
        if self.invoice_id:
            return self.env._("The invoice %s is not posted.", self.invoice_id.name)
        if child.state != "sale":
            return self.env._("The child order %s is not confirmed.", child.name)
        if child.invoice_status != "to invoice":
            return self.env._("Nothing of %s can be invoiced yet.", child.name)
        return False

    def _send_bill(self):
        """Mail the bills: the instalment that is due, and the invoice behind it."""
        template_sudo = self.env.ref(
            "continuity_program.mail_template_payment_billed", raise_if_not_found=False
        )
        if not template_sudo:
            return
        for row in self:
            template_sudo.sudo().send_mail(
                row.id,
                email_layout_xmlid="mail.mail_notification_light",
                email_values={
                    "attachment_ids": [Command.link(id_) for id_ in row._get_bill_pdf()]
                },
            )

    def _get_bill_pdf(self):
        """Print the invoice, once per document, when a renderer is there.

        :return: ids of attachments
        :rtype: list[int]
        """
        self.ensure_one()
        reports_sudo = self.env["ir.actions.report"].sudo()
        if not self.invoice_id or reports_sudo.get_wkhtmltopdf_state() != "ok":
            return []
        name = f"{self.invoice_id._get_move_display_name()}.pdf"
        content, _kind = reports_sudo._render_qweb_pdf(
            "account.account_invoices", self.invoice_id.ids
        )
        attachment_sudo = (
            self.env["ir.attachment"]
            .sudo()
            .create(
                {
                    "name": name,
                    "raw": content,
                    "mimetype": "application/pdf",
                    "res_model": self._name,
                    "res_id": self.id,
                }
            )
        )
        return attachment_sudo.ids
