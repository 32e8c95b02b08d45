# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    """What a company needs before it can sell programs (rules BR12)."""

    _inherit = "res.company"

    @api.constrains("continuity_prepayment_account_id")
    def _check_continuity_prepayment_account(self):
        """Up-front money waits on a liability that nothing else moves (rules N16)."""
        for company in self:
            account = company.continuity_prepayment_account_id
            if account and not company._continuity_is_prepayment_account(account):
                raise ValidationError(
                    self.env._(
                        "Account %s cannot hold up-front money: choose a reconcilable"
                        " current liability that no tax uses.",
                        account.display_name,
                    )
                )

    @api.constrains("continuity_revenue_journal_id")
    def _check_continuity_revenue_journal(self):
        """Zero invoices are sales documents."""
        for company in self:
            journal = company.continuity_revenue_journal_id
            if journal and journal.type != "sale":
                raise ValidationError(
                    self.env._(
                        "Journal %s cannot take the revenue of up-front orders: choose"
                        " a sales journal.",
                        journal.display_name,
                    )
                )

    def _continuity_get_prepayment_account(self):
        """Return where up-front money waits (rules N16).

        :return: our account, else the company's down-payment account, else none
        :rtype: account.account
        """
        self.ensure_one()
        return self.continuity_prepayment_account_id or self.downpayment_account_id

    def _continuity_get_prepayment_problems(self):
        """List what keeps the company from selling up front (rules BR12).

        :return: sentences that name the setting
        :rtype: list[str]
        """
        self.ensure_one()
        where = self.env._("Continuity ▸ Configuration ▸ Call center parameters")
        problems = []
        account = self._continuity_get_prepayment_account()
        if not account:
            problems.append(
                self.env._(
                    "%(company)s has no account for up-front money. An accountant sets"
                    " the “Prepayment account” under %(where)s.",
                    company=self.name,
                    where=where,
                )
            )
        elif not self._continuity_is_prepayment_account(account):
            problems.append(
                self.env._(
                    "Account %(account)s cannot hold up-front money: it must be a"
                    " reconcilable current liability that no tax uses. Change the"
                    " account, or choose another under %(where)s.",
                    account=account.display_name,
                    where=where,
                )
            )
        if not self.continuity_revenue_journal_id:
            problems.append(
                self.env._(
                    "%(company)s has no journal for the revenue of up-front orders. An"
                    " accountant sets the “Revenue journal” under %(where)s.",
                    company=self.name,
                    where=where,
                )
            )
        return problems

    def _continuity_is_prepayment_account(self, account):
        """Tell whether an account may hold customers' up-front money (rules N16)."""
        tax_lines = self.env["account.tax.repartition.line"].search_count(
            [("account_id", "=", account.id)], limit=1
        )
        return (
            account.account_type == "liability_current"
            and account.reconcile
            and not tax_lines
        )

    def _continuity_get_card_providers(self):
        """Return the payment providers that can store a customer's card.

        :rtype: payment.provider
        """
        self.ensure_one()
        # Providers are for administrators; whether there is one is not a secret
        return (
            self.env["payment.provider"]
            .sudo()
            .search(
                [
                    ("company_id", "=", self.id),
                    ("state", "!=", "disabled"),
                    ("allow_tokenization", "=", True),
                ]
            )
        )
