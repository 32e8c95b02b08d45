# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64

from odoo import api, models


class ContinuityPayment(models.Model):
    """The payment row on account: billed once, before it is due (rules R16)."""

    _inherit = "continuity.payment"

    def _bill(self, today):
        """Send the bills of instalments that are due for it, each once.

        Children billed by schedule get their invoice now, because it is the bill: no
        other job makes it.

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
        billed._send_continuity_notice("payment_billed")
        return billed

    def _ensure_invoice(self, today):
        """Make and post the invoice of a child that is billed by instalments.

        :param date today: date of the invoice
        """
        self.ensure_one()
        child = self.child_order_id
        if self.invoice_id or not child:
            return
        moves = child.with_company(self.company_id)._create_continuity_final_invoices()
        moves.invoice_date = today
        moves.action_post()

    def _follow_payment_method(self):
        """Billed rows are charged by the new card, and billed again without one.

        The bill went out once: back on account, the row is *billed* as it was.
        """
        # A seller changes how it is paid; the rows are not his to write
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
        return child._get_continuity_down_payment_refusal()

    # === THE MAIL === #

    def _process_attachments_for_template_post(self, mail_template):
        """Override of `mail`: the bill carries the invoice behind it.

        :param mail.template mail_template: what is being sent
        :return: attachments by id of the row
        :rtype: dict[int, dict]
        """
        bill = self.env.ref(
            "continuity_program.mail_template_payment_billed", raise_if_not_found=False
        )
        if mail_template != bill:
            return {}
        rows = self if self.env.su else self._filter_printable()
        # The scheduled actions mail the bill; a person prints what he may read
        printed = {row.id: row._print_invoice() for row in rows.sudo()}
        return {id_: {"attachments": [pdf]} for id_, pdf in printed.items() if pdf}

    def _filter_printable(self):
        """Return the rows whose invoice the user may read.

        :rtype: continuity.payment
        """
        rows = self.filtered(lambda row: row.has_access("read"))
        # Who may not read an invoice learns no more than that there is one
        return rows.filtered(
            lambda row: row.sudo().invoice_id.sudo(False).has_access("read")
        )

    @api.model
    def _can_print_bills(self):
        """Say whether the server makes a PDF of an invoice.

        :rtype: bool
        """
        return self.env["ir.actions.report"].get_wkhtmltopdf_state() == "ok"

    def _print_invoice(self):
        """Print the invoice of the row, when a renderer is there.

        :return: name and content, or None
        :rtype: tuple[str, bytes] | None
        """
        self.ensure_one()
        if not self.invoice_id or not self._can_print_bills():
            return None
        content, _format = self.env["ir.actions.report"]._render_qweb_pdf(
            "account.account_invoices", self.invoice_id.ids
        )
        name = f"{self.invoice_id.name.replace('/', '_')}.pdf"
        return name, base64.b64encode(content)
