# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

#: Whose methods do for several transactions what they do for one, read in Odoo 19. What
#: another addon adds to them is respected: then Odoo books one by one.
KNOWN_ADDONS = {
    "_create_payment": frozenset({"account_payment", "continuity_program"}),
    "_post_process": frozenset(
        {
            "account_payment",
            "continuity_program",
            "delivery",
            "payment",
            "pos_online_payment",
            "sale",
            "website_payment",
            "website_sale_collect",
        }
    ),
}


class PaymentTransaction(models.Model):
    """What many charges bring to the books is made at once.

    Odoo makes a payment, posts it and matches it while it post-processes a transaction,
    and makes none where there is one already. So those of plain charges are made
    before, with the same values, together; whatever is not plain is left to Odoo.
    """

    _inherit = "payment.transaction"

    def _continuity_get_rounds(self):
        """Split transactions into those that may be booked together, in their order.

        No two of a round are about the same order or invoice: what one of them leaves
        is what the next one finds.

        :rtype: list[payment.transaction]
        """
        if not all(map(self._continuity_is_known, KNOWN_ADDONS)):
            return list(self)
        rounds, last = [], {}
        for tx in self:
            keys = tx._continuity_get_documents()
            number = 1 + max((last.get(key, -1) for key in keys), default=-1)
            last.update(dict.fromkeys(keys, number))
            if number == len(rounds):
                rounds.append(self.browse())
            rounds[number] |= tx
        return rounds

    def _continuity_is_known(self, name):
        """Say whether no addon we do not know of has a part in a method.

        :param str name: a key of `KNOWN_ADDONS`
        :rtype: bool
        """
        homes = {
            home.__module__.removeprefix("odoo.addons.").partition(".")[0]
            for home in type(self).mro()
            if name in vars(home)
        }
        return homes <= KNOWN_ADDONS[name]

    def _continuity_get_documents(self):
        """Return what the booking of the transaction reads and changes.

        :return: model and id of orders and invoices
        :rtype: set[tuple[str, int]]
        """
        self.ensure_one()
        orders = self.continuity_payment_ids.continuity_order_id
        parents = orders.sale_order_id | self.sale_order_ids
        return {
            (records._name, record_id)
            for records in (orders, parents, self.invoice_ids)
            for record_id in records.ids
        }

    def _continuity_pay_together(self):
        """Make the payments of plain charges before Odoo makes them one by one.

        No two of them are about the same order: see :meth:`_continuity_get_rounds`.
        """
        if len(self) == 1 or not self._continuity_is_known("_create_payment"):
            return
        plain = self.filtered(lambda tx: tx._continuity_is_plain())
        for company, transactions in plain.grouped("company_id").items():
            transactions.with_company(company)._continuity_create_payments()

    def _continuity_is_plain(self):
        """Say whether booking it is one payment, and nothing has to come before.

        :rtype: bool
        """
        self.ensure_one()
        invoices = self.invoice_ids
        return bool(
            self.state == "done"
            and self.operation == "offline"
            and self.amount > 0
            and self.continuity_payment_ids
            and not (self.payment_id or self.source_transaction_id)
            and not self.child_transaction_ids
            and all(invoice.state == "posted" for invoice in invoices)
            # A discount for paying early has lines of its own
            and not any(invoices.invoice_payment_term_id.mapped("early_discount"))
            and all(order.state == "sale" for order in self.sale_order_ids)
        )

    def _continuity_create_payments(self):
        """Create, post and match the payments of plain charges of one company."""
        vals_list = [tx._prepare_continuity_payment_vals() for tx in self]
        payments = self.env["account.payment"].create(vals_list)
        payments.action_post()
        for tx, payment in zip(self, payments, strict=True):
            tx.payment_id = payment
        self._continuity_match_payments()

    def _prepare_continuity_payment_vals(self):
        """Values of the payment, as `account_payment` prepares them for one.

        :rtype: dict
        """
        self.ensure_one()
        provider = self.provider_id
        journal = provider.journal_id
        vals = {
            "amount": self.amount,
            "payment_type": "inbound",
            "currency_id": self.currency_id.id,
            "partner_id": self.partner_id.commercial_partner_id.id,
            "partner_type": "customer",
            "journal_id": journal.id,
            "company_id": provider.company_id.id,
            "payment_method_line_id": journal.inbound_payment_method_line_ids.filtered(
                lambda line: line.payment_provider_id == provider
            ).id,
            "payment_token_id": self.token_id.id,
            "payment_transaction_id": self.id,
            "memo": f"{self.reference} - {self.provider_reference or ''}",
            "invoice_ids": self.invoice_ids,
        }
        term_lines = self.invoice_ids.line_ids.filtered(
            lambda line: line.display_type == "payment_term"
        )
        if term_lines:
            vals["destination_account_id"] = term_lines[0].account_id.id
        return vals

    def _continuity_match_payments(self):
        """Let each payment pay its own instalment first, then what else is open."""
        own, everything = [], []
        for tx in self.filtered("invoice_ids"):
            payment = tx.payment_id
            lines = (payment.move_id.line_ids + tx.invoice_ids.line_ids).filtered(
                lambda line, payment=payment: (
                    line.account_id == payment.destination_account_id
                    and not line.reconciled
                )
            )
            own.append(lines._get_continuity_own(tx._get_continuity_receivables()._ids))
            everything.append(lines)
        if not own:
            return
        lines = self.env["account.move.line"]
        lines._reconcile_plan(own)
        rest = [
            mine._get_continuity_rest(first)
            for first, mine in zip(own, everything, strict=True)
        ]
        if any(rest):
            lines._reconcile_plan([mine for mine in rest if mine])
