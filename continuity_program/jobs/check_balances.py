# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, time, timedelta

from markupsafe import Markup

from odoo import models
from odoo.tools import SQL

#: An order that has ended is looked at until nothing has happened to it for so long
CHANGED_DAYS = 35
DIFFERS = "continuity_program.mail_activity_balance_differs"


class CheckBalances(models.AbstractModel):
    """Compare what the ledgers say about money with documents and payments.

    Each night the orders that go on, and those that have changed lately; on the first
    of the month all of them. It brings their accounts up to date and lists those that
    differ. It changes nothing else, asks nobody for money and stops nothing.
    """

    _name = "continuity.job.check_balances"
    _inherit = "continuity.job.look"
    _description = "Check Continuity Balances"

    def _work_off(self, run):
        """Override to tell an accountant in the end, once."""
        is_finished = super()._work_off(run)
        if is_finished and not run.dry_run and not self._get_rest_text(run):
            self._tell_accountant(run)
        return is_finished

    # === WHAT IS DUE === #

    def _get_looked_at_sql(self, run):
        """Override: those a person has asked for, all of them on the first of the
        month, else those that something may have happened to."""
        if self._is_narrowed(run) or run.date.day == 1:
            return SQL("TRUE")
        since = datetime.combine(run.date - timedelta(days=CHANGED_DAYS), time.min)
        return SQL(
            """(
                   o.state IN ('running', 'paused', 'on_hold')
                   OR o.write_date >= %(since)s
                   OR EXISTS (
                       SELECT FROM continuity_payment p
                        WHERE p.continuity_order_id = o.id
                          AND p.write_date >= %(since)s
                   )
                   OR EXISTS (
                       SELECT FROM account_move m
                        WHERE m.continuity_order_id = o.id
                          AND m.write_date >= %(since)s
                   )
               )""",
            since=since,
        )

    # === WORK === #

    def _look(self, run, orders):
        balances = self.env["continuity.balance"]._check_orders(orders)
        differing = balances.filtered("differs")
        first_of = orders.sorted("id").grouped("sale_order_id")
        run._log(
            "done",
            [
                {
                    "continuity_order_id": (
                        balance.continuity_order_id
                        or first_of[balance.sale_order_id][:1]
                    ).id,
                    "child_order_id": balance.child_order_id.id,
                    "reason": "balance_differs",
                    "message": self._describe(balance),
                    "amount": balance.amount_claim,
                    "currency_id": balance.currency_id.id,
                }
                for balance in differing
            ],
            is_counted=False,
        )

    def _describe(self, balance):
        """Say in a run line what differs, in one line."""
        text = balance.difference_text.replace("\n", " ")
        return f"{balance.display_name}: {text}"

    # === WHO IS TOLD === #

    def _tell_accountant(self, run):
        """Give an accountant of the company one activity; it stands on its contact.

        However many accounts differ: the list shows them. It goes when none does.
        """
        company = run.company_id
        # The contact of a company and its activities are not for the processes' users
        partner_sudo = company.partner_id.sudo()
        balances_sudo = self.env["continuity.balance"].sudo()
        count = balances_sudo.search_count(
            [("company_id", "=", company.id), ("differs", "=", True)]
        )
        known_sudo = partner_sudo.activity_search([DIFFERS])
        if not count:
            known_sudo.unlink()
            return
        note = Markup('<a href="/odoo/continuity-balances">%s</a>') % self.env._(
            "Accounts that differ: %s. See the list of balances.", count
        )
        if known_sudo:
            known_sudo[0].write({"note": note})
        else:
            partner_sudo.activity_schedule(
                DIFFERS,
                date_deadline=company._continuity_today(),
                note=note,
                user_id=company._continuity_get_accountant().id,
            )

    # === RESULT === #

    def _get_message(self, run):
        differing = run._count_reasons().get("balance_differs", 0)
        texts = [self.env._("Continuity orders checked: %s.", run.done_count)]
        if differing:
            texts.append(self.env._("Accounts that differ: %s.", differing))
        return " ".join([*texts, *self._get_rest_texts(run)])
