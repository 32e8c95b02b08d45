# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..runs.continuity_run_cron import NIGHT


class ResCompany(models.Model):
    """What a company still lacks before its call center can work (the check list)."""

    _inherit = "res.company"

    def _continuity_get_checks(self):
        """Say point by point what is ready, and where to mend what is not.

        :return: per point `key`, `is_done`, `text`, and, where the user may open it,
            `action` (XML id) with `label`
        :rtype: list[dict]
        """
        self.ensure_one()
        account = self._continuity_get_prepayment_account()
        has_account = bool(account) and self._continuity_is_prepayment_account(account)
        return [
            self._continuity_get_database_check(),
            self._continuity_get_cron_check(),
            self._continuity_get_provider_check(),
            self._continuity_prepare_check(
                "account",
                has_account,
                self.env._("The prepayment account is set."),
                self.env._(
                    "No prepayment account: programs cannot be billed upfront. An"
                    " accountant chooses it under “Invoices”, or creates it first."
                ),
                ("account.action_account_form", self.env._("Chart of accounts")),
            ),
            self._continuity_prepare_check(
                "journal",
                bool(self.continuity_revenue_journal_id),
                self.env._("The revenue journal is set."),
                self.env._(
                    "No revenue journal: programs cannot be billed upfront. An"
                    " accountant chooses it under “Invoices”, or creates it first."
                ),
                ("account.action_account_journal_form", self.env._("Journals")),
            ),
            self._continuity_get_mail_check(),
            self._continuity_prepare_check(
                "print",
                self.env["continuity.payment"]._can_print_bills(),
                self.env._("Bills on account are mailed with their PDF."),
                self.env._(
                    "This server prints no PDF: bills on account are mailed without"
                    " their invoice. A system administrator installs wkhtmltopdf."
                ),
            ),
            self._continuity_prepare_check(
                "zone",
                # The contact may be hidden; only whether it has a zone is told
                bool(self.partner_id.sudo().tz),
                self.env._("The time zone of the company is set."),
                self.env._(
                    "No time zone: the company's days begin and end in UTC. Choose it"
                    " under “Shipments”."
                ),
            ),
            self._continuity_prepare_check(
                "responsible",
                # So may the user; only whether there is one is told
                bool(self.sudo().continuity_responsible_id.active),
                self.env._("A manager looks after orders without a salesperson."),
                self.env._(
                    "No responsible manager: what there is to do for orders whose"
                    " salesperson has left goes to a sales administrator. Choose one"
                    " under “Shipments”."
                ),
            ),
        ]

    def _continuity_get_database_check(self):
        refusal = self.env["continuity.database"]._get_refusal()
        return self._continuity_prepare_check(
            "database",
            not refusal,
            self.env._("This database charges cards and mails customers."),
            refusal,
            (
                "continuity_program.continuity_database_action",
                self.env._("Copied database"),
            ),
            "sales_team.group_sale_manager",
        )

    def _continuity_get_cron_check(self):
        # Scheduled actions are the administrator's; their names are told
        crons_sudo = self.env["ir.cron"].sudo()
        for job, name in {
            **NIGHT,
            "resolve_payments": "ir_cron_resolve_payments",
        }.items():
            if f"continuity.job.{job}" in self.env:
                crons_sudo |= self._continuity_get_cron(name)
        crons_sudo |= self._continuity_get_cron("ir_cron_background_runs")
        sleeping = crons_sudo.filtered(lambda cron: not cron.active)
        late = self.env["continuity.run"]._get_late_text()
        return self._continuity_prepare_check(
            "crons",
            crons_sudo and not sleeping and not late,
            self.env._("All scheduled actions are active."),
            late
            or self.env._(
                "Switched off: %s. Nobody does this work until the scheduled action is"
                " active again.",
                ", ".join(sleeping.mapped("name")),
            ),
            ("base.ir_cron_act", self.env._("Scheduled actions")),
            "base.group_system",
        )

    def _continuity_get_cron(self, name):
        return (
            self.env.ref(f"continuity_program.{name}", raise_if_not_found=False)
            or self.env["ir.cron"]
            # See above: only whether it is active is asked
        ).sudo()

    def _continuity_get_provider_check(self):
        return self._continuity_prepare_check(
            "provider",
            bool(self._continuity_get_card_providers()),
            self.env._("A payment provider stores cards."),
            self.env._(
                "No payment provider of the company stores cards: enable one and its"
                " option to save payment methods."
            ),
            ("payment.action_payment_provider", self.env._("Payment providers")),
            "base.group_system",
        )

    def _continuity_get_mail_check(self):
        # That there is one is no secret; its password is.
        servers_sudo = self.env["ir.mail_server"].sudo()
        return self._continuity_prepare_check(
            "mail",
            bool(servers_sudo.search_count([], limit=1)),
            self.env._("There is an outgoing mail server."),
            self.env._(
                "No outgoing mail server is set up here: confirmations, card links and"
                " bills may not reach the customers."
            ),
            ("base.action_ir_mail_server_list", self.env._("Outgoing mail servers")),
            "base.group_system",
        )

    def _continuity_prepare_check(
        self,
        key,
        is_done,
        done,
        missing,
        link=None,
        group="account.group_account_invoice",
    ):
        """Prepare one point of the check list.

        :param str key: name of the point
        :param bool is_done: whether the point is in order
        :param str done: what to say then
        :param str missing: what to say otherwise
        :param tuple link: XML id of an action and its label
        :param str group: who may open that action
        :rtype: dict
        """
        may_open = link and self.env.user.has_group(group)
        return {
            "key": key,
            "is_done": bool(is_done),
            "text": done if is_done else missing,
            "action": link[0] if may_open else False,
            "label": link[1] if may_open else False,
        }
