# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...forecast.demand import get_week
from ..forecasts.continuity_forecast_fact import Look
from .continuity_overview import BACK_DAYS


class ContinuityOverview(models.Model):
    """How the rows are made: from the lists they open, company by company."""

    _inherit = "continuity.overview"

    @api.model
    def _refresh_company(self, company):
        """Make the rows of a company anew; made twice, they are the same.

        A company without programs has none.

        :param res.company company: the company
        :raise UserError: exceptions in a currency that has no rate
        """
        # Figures are the system's own, and made of what nobody may see all of
        rows_sudo = self.sudo().with_company(company)
        day = company._continuity_today()
        programs_sudo = rows_sudo.env["continuity.program"].search(
            [("company_id", "=", company.id)]
        )
        figures = rows_sudo._get_figures(company, day)
        shared = {
            "company_id": company.id,
            "date": day,
            "computed_at": fields.Datetime.now(),
        }
        vals_list = [
            {
                **shared,
                # Of nobody nothing is known: that is 0
                **rows_sudo._prepare_members(0, 0, 0, 0, 0),
                **figures[program_sudo],
                "program_id": program_sudo.id,
                "sequence": 1,
            }
            for program_sudo in programs_sudo.filtered(lambda p: p.state == "open")
        ]
        if programs_sudo:
            vals_list.append({**shared, **rows_sudo._sum_up(company, day, figures)})
        rows_sudo.search([("company_id", "=", company.id)]).unlink()
        rows_sudo.create(vals_list)

    @api.model
    def _get_figures(self, company, day):
        """Return what is known of each program; empty = of none of them.

        :param res.company company: the company
        :param date day: its today
        :rtype: dict[continuity.program, dict]
        """
        figures = defaultdict(dict)
        for add in (
            self._add_members,
            self._add_counts,
            self._add_blocked,
            self._add_demand,
            self._add_cash,
            self._add_stick,
            self._add_value,
        ):
            add(figures, company, day)
        return figures

    def _group(self, key, model, company, day, groups=(), aggregates=("__count",)):
        """Group the list behind a figure by program.

        :rtype: list[tuple]
        """
        return self.env[model]._read_group(
            self._get_company_domain(key, company, day),
            ["program_id", *groups],
            list(aggregates),
        )

    def _add_members(self, figures, company, day):
        """Members today, and what changed in the days before."""
        programs = self.env["continuity.program"]
        back = day - timedelta(days=BACK_DAYS)
        for moves in self.env["continuity.churn.month"]._count_moves(
            company, back, day
        ):
            figures[programs.browse(moves.program_id)].update(
                self._prepare_members(
                    moves.members,
                    moves.before,
                    moves.joined,
                    moves.left,
                    moves.finished,
                )
            )

    @api.model
    def _prepare_members(self, members, before, joined, left, finished):
        return {
            "member_count": members,
            "member_change": members - before,
            "joined_count": joined,
            "left_count": left,
            "finished_count": finished,
            "churn_rate": left / before if before else 0.0,
        }

    def _add_counts(self, figures, company, day):
        """Shipments that are due or late, and exceptions."""
        for name, key, model in (
            ("due_count", "due", "continuity.shipment"),
            ("late_count", "late", "continuity.late.report"),
            ("exception_count", "exceptions", "continuity.exception"),
        ):
            for program, count in self._group(key, model, company, day):
                figures[program][name] = count

    def _add_blocked(self, figures, company, day):
        """Exceptions that keep a shipment here, with what is at stake."""
        facts, known = self.env["continuity.forecast.fact"], {}
        look = Look(company, day, 1)
        for program, currency, count, amount in self._group(
            "blocked",
            "continuity.exception",
            company,
            day,
            ["currency_id"],
            ["__count", "amount:sum"],
        ):
            figure = figures[program]
            figure["blocked_count"] = figure.get("blocked_count", 0) + count
            if currency and amount:
                amount *= facts._get_rate(currency.id, look, known)
                figure["blocked_amount"] = figure.get("blocked_amount", 0.0) + amount

    def _add_demand(self, figures, company, day):
        """Units of the next weeks."""
        groups = self._group(
            "demand",
            "continuity.forecast.line",
            company,
            day,
            ["week:day"],
            ["expected:sum"],
        )
        for program, week, expected in groups:
            figure = figures[program].setdefault("demand", [])
            figure.append([fields.Date.to_string(week), expected])

    def _add_cash(self, figures, company, day):
        """Money of this week and the next one; empty = of all of them.

        Each level is rounded for itself: the company's own is no sum of its programs.
        """
        monday = get_week(day)
        for level in ("program", "total"):
            rows = self.env["continuity.cash.line"]._read_group(
                self._get_weeks_domain(day, level)
                & Domain("company_id", "=", company.id),
                ["program_id", "week:day"],
                ["expected:sum"],
            )
            for program, week, expected in rows:
                name = "cash_week" if week == monday else "cash_next_week"
                figures[program][name] = expected

    def _add_stick(self, figures, company, day):
        for program, rate, due in self._group(
            "stick",
            "continuity.retention",
            company,
            day,
            aggregates=["stick_rate:avg", "due_count:sum"],
        ):
            figures[program].update(stick_rate=rate or 0.0, stick_due_count=due)

    def _add_value(self, figures, company, day):
        """What a new member brings, and when he has paid back what he cost."""
        rows = self.env["continuity.value"].search(
            self._get_company_domain("value", company, day)
        )
        for program, turns in rows.grouped("program_id").items():
            figures[program].update(
                expected_value=turns[-1:].expected_value,
                acquisition_cost=turns[:1].acquisition_cost,
                break_even_turn=turns.filtered("is_break_even")[:1].turn,
            )

    # === THE COMPANY === #

    @api.model
    def _sum_up(self, company, day, figures):
        """Return the row of the company: all programs, and what belongs to none.

        :param dict figures: by program
        :rtype: dict
        """

        def total(name):
            return sum(figure.get(name, 0) for figure in figures.values())

        members = total("member_count")
        accounts = self.env["continuity.prepayment.rollforward"].search(
            self._get_company_domain("deferred", company, day)
        )
        return {
            **self._prepare_members(
                members,
                members - total("member_change"),
                total("joined_count"),
                total("left_count"),
                total("finished_count"),
            ),
            **{
                name: total(name)
                for name in (
                    *("due_count", "late_count", "exception_count", "blocked_count"),
                    "blocked_amount",
                )
            },
            **{
                name: figures[self.env["continuity.program"]].get(name, 0.0)
                for name in ("cash_week", "cash_next_week")
            },
            "program_id": False,
            "sequence": 0,
            "deferred_amount": sum(accounts.mapped("amount_closing")),
        }
