# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, sql


class ResPartner(models.Model):
    _inherit = "res.partner"

    continuity_allow_on_account = fields.Boolean(
        string="Continuity on account",
        company_dependent=True,
        copy=False,
        tracking=True,
        help="The customer may pay continuity orders of this company by invoice.",
    )

    def _auto_init(self):
        """Override of `base`: what was allowed everywhere is allowed per company."""
        self._split_continuity_allowances()
        return super()._auto_init()

    def _split_continuity_allowances(self):
        """Turn the one answer of older databases into one for each company.

        Customers keep it in every company that has programs; those who belong to a
        company, in that one. The other companies have never used it.
        """
        name = "continuity_allow_on_account"
        column = sql.table_columns(self.env.cr, self._table).get(name)
        if not column or column["udt_name"] != "bool":
            return
        self.env.cr.execute("SELECT DISTINCT company_id FROM continuity_program")
        everywhere = {company_id: True for (company_id,) in self.env.cr.fetchall()}
        self.env.cr.execute(
            SQL(
                """ALTER TABLE res_partner
                  ALTER COLUMN %(name)s TYPE jsonb
                  USING CASE
                        WHEN NOT %(name)s THEN NULL
                        WHEN company_id IS NOT NULL AND %(name)s
                        THEN jsonb_build_object(company_id::text, TRUE)
                        WHEN %(name)s THEN NULLIF(%(everywhere)s::jsonb, '{}')
                        END""",
                name=SQL.identifier(name),
                everywhere=json.dumps(everywhere),
            )
        )

    def _get_continuity_language_problem(self):
        """Say of whom the language is not active: nothing can be written to him.

        :return: a sentence with the way out; empty when all of them can be addressed
        :rtype: str
        """
        languages = self.env["res.lang"]
        for partner in self:
            code = partner.lang
            # The language of the sources is always there
            if code and code != "en_US" and not languages._get_data(code=code):
                return self.env._(
                    "The language %(code)s of %(customer)s is not active. Activate it"
                    " under Settings ‣ Languages, or choose another language on the"
                    " contact.",
                    code=code,
                    customer=partner.name or partner.display_name,
                )
        return ""

    def _continuity_get_lang(self):
        """Return the language in which a contact is written to.

        :rtype: str | bool
        :raise UserError: it is not active; Odoo names its code only
        """
        problem = self._get_continuity_language_problem()
        if problem:
            raise UserError(problem)
        return self.lang

    def _check_may_allow_on_account(self):
        """Refuse everybody who does not keep the books.

        :raise AccessError: the user is no accountant
        """
        is_accountant = self.env.user.has_group("account.group_account_invoice")
        if not self.env.su and not is_accountant:
            raise AccessError(
                self.env._("Only an accountant can allow a customer to pay on account.")
            )

    def _continuity_get_credit_refusal(self, amount, currency, company):
        """Say why a customer may not owe more (rules F5).

        :param float amount: what the customer would owe more
        :param res.currency currency: currency of the amount
        :param res.company company: company that would be owed
        :rtype: str | bool
        """
        self.ensure_one()
        # Sellers may not read what is owed; they are told the limit, as by Odoo itself.
        partner_sudo = self.sudo().with_company(company)
        if not company.sudo().account_use_credit_limit or not partner_sudo.credit_limit:
            return False
        today = company._continuity_today()
        more = currency._convert(amount, company.currency_id, company, today)
        owed = partner_sudo.credit + partner_sudo.credit_to_invoice + more
        if company.currency_id.compare_amounts(owed, partner_sudo.credit_limit) <= 0:
            return False
        return self.env._(
            "%(customer)s would pass the credit limit of %(limit)s. Take a card, or ask"
            " an accountant to raise the limit.",
            customer=self.display_name,
            limit=company.currency_id.format(partner_sudo.credit_limit),
        )
