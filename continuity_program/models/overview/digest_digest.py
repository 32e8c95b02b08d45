# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date
from typing import NamedTuple

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..forecasts.continuity_forecast_fact import Look

#: Who is told
READERS = "sales_team.group_sale_manager,account.group_account_invoice"


class Period(NamedTuple):
    """A period of a company.

    :param res.company company: the company
    :param date begin: its first day
    :param date end: the day after its last one: the day it is told
    """

    company: models.BaseModel
    begin: date
    end: date


class DigestDigest(models.Model):
    """The digest: members, who left, what is blocked, what came in.

    It compares periods: each figure is counted by dates, never by what a record is
    today. What lasts is told as of the day that is told; what happens, of the whole
    days before it.
    """

    _inherit = "digest.digest"

    kpi_continuity_members = fields.Boolean("Continuity Members")
    kpi_continuity_members_value = fields.Integer(
        compute="_compute_kpi_continuity_members_value"
    )
    kpi_continuity_left = fields.Boolean("Continuity Leavers")
    kpi_continuity_left_value = fields.Integer(
        compute="_compute_kpi_continuity_left_value"
    )
    kpi_continuity_blocked = fields.Boolean("Continuity Shipments Blocked")
    kpi_continuity_blocked_value = fields.Integer(
        compute="_compute_kpi_continuity_blocked_value"
    )
    kpi_continuity_cash = fields.Boolean("Continuity Cash Received")
    kpi_continuity_cash_value = fields.Monetary(
        compute="_compute_kpi_continuity_cash_value"
    )

    # === COMPUTE METHODS === #

    def _compute_kpi_continuity_members_value(self):
        for digest, period in self._get_continuity_periods():
            moves = digest._count_continuity_moves(period)
            digest.kpi_continuity_members_value = sum(one.members for one in moves)

    def _compute_kpi_continuity_left_value(self):
        for digest, period in self._get_continuity_periods():
            # Today is not over
            whole = period._replace(
                begin=fields.Date.subtract(period.begin, days=1),
                end=fields.Date.subtract(period.end, days=1),
            )
            moves = digest._count_continuity_moves(whole)
            digest.kpi_continuity_left_value = sum(one.left for one in moves)

    def _compute_kpi_continuity_blocked_value(self):
        for digest, period in self._get_continuity_periods():
            # Who may be told was asked
            exceptions_sudo = self.env["continuity.exception"].sudo()
            digest.kpi_continuity_blocked_value = exceptions_sudo.search_count(
                [
                    ("company_id", "=", period.company.id),
                    ("severity", "=", "blocks"),
                    ("first_seen", "<=", period.end),
                    "|",
                    ("closed_on", "=", False),
                    ("closed_on", ">", period.end),
                ]
            )

    def _compute_kpi_continuity_cash_value(self):
        for digest, period in self._get_continuity_periods():
            digest.kpi_continuity_cash_value = digest._sum_continuity_cash(period)

    # === WHO, WHEN, OF WHAT === #

    def _get_continuity_periods(self):
        """Return the digests with their periods, if the person may be told.

        :rtype: list[tuple[digest.digest, Period]]
        :raise AccessError: no, of one of the companies; Odoo leaves the figure out then
        """
        user = self.env.user
        result = []
        for digest in self:
            company = digest.company_id or self.env.company
            if not user.has_groups(READERS) or (
                company.id not in user._get_company_ids()
            ):
                raise AccessError(
                    self.env._("Figures of continuity programs are not for everybody.")
                )
            now = fields.Datetime.now()
            begin, end = (
                # Odoo's moments may have a zone of their own; they are UTC all the same
                fields.Datetime.to_datetime(
                    fields.Datetime.to_string(self.env.context.get(key) or now)
                )
                for key in ("start_datetime", "end_datetime")
            )
            result.append(
                (
                    digest,
                    Period(
                        company,
                        company._continuity_local_date(begin),
                        company._continuity_local_date(end),
                    ),
                )
            )
        return result

    def _count_continuity_moves(self, period):
        # Who may be told was asked
        months_sudo = self.env["continuity.churn.month"].sudo()
        return months_sudo._count_moves(period.company, period.begin, period.end)

    def _sum_continuity_cash(self, period):
        """Sum up the payments that were made in a period, in the company's currency.

        :rtype: float
        :raise AccessError: a currency has no rate: nothing is told, rather than guessed
        """
        # Who may be told was asked
        facts_sudo = self.env["continuity.forecast.fact"].sudo()
        look = Look(period.company, period.company._continuity_today(), 1)
        known, total = {}, 0.0
        try:
            for currency_id, amount in facts_sudo._fetch_collected(
                period.company, period.begin, period.end
            ):
                total += amount * facts_sudo._get_rate(currency_id, look, known)
        except UserError as error:
            raise AccessError(str(error)) from error
        return total
