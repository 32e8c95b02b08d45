# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...arguments import public, read_text
from ...forecast.demand import get_week
from .continuity_overview import (
    AHEAD_DAYS,
    BACK_DAYS,
    PROCESS_REASONS,
    STICK_TURN,
    WEEKS,
)

#: The list behind each figure: its model, and the action that shows it
DOORS = {
    "members": ("continuity.order", "continuity_order_action"),
    "joined": ("continuity.order", "continuity_order_action"),
    "left": ("continuity.churn.report", "continuity_churn_report_action"),
    "months": ("continuity.churn.month", "continuity_churn_month_action"),
    "due": ("continuity.shipment", "continuity_shipment_action"),
    "late": ("continuity.late.report", "continuity_late_report_action"),
    "blocked": ("continuity.exception", "continuity_exception_action"),
    "exceptions": ("continuity.exception", "continuity_exception_action"),
    "processes": ("continuity.exception", "continuity_exception_action"),
    "cash": ("continuity.cash.line", "continuity_cash_line_action"),
    "deferred": (
        "continuity.prepayment.rollforward",
        "continuity_prepayment_rollforward_action",
    ),
    "stick": ("continuity.retention", "continuity_retention_action"),
    "value": ("continuity.value", "continuity_value_action"),
    "demand": ("continuity.forecast.line", "continuity_forecast_line_action"),
}


class ContinuityOverview(models.Model):
    """What stands behind each figure: it is counted by the list that it opens."""

    _inherit = "continuity.overview"

    @api.model
    def _get_doors(self):
        """Return the list behind each figure: its model, and the action that shows it.

        :rtype: dict[str, tuple[str, str]]
        """
        return DOORS

    @public(one=True, key=read_text)
    def action_open(self, key):
        """Open the list that a figure is made of, as it stands now.

        :param str key: the figure, one of `_get_doors`
        :rtype: dict
        :raise UserError: no such figure
        """
        self.ensure_one()
        doors = self._get_doors()
        if key not in doors:
            raise UserError(self.env._("There is nothing here that you could open."))
        _model, action_id = doors[key]
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"continuity_program.{action_id}"
        )
        name = f"{action['name']}, {self.display_name}"
        return {
            **action,
            # Not the address of the whole list
            "path": False,
            "name": name,
            "display_name": name,
            "context": {},
            "domain": list(self._get_domain(key)),
        }

    def _get_domain(self, key):
        """Say what a figure counts.

        :param str key: the figure, one of `_get_doors`
        :rtype: Domain
        """
        self.ensure_one()
        domain = self._get_company_domain(key, self.company_id, self.date)
        if self.program_id:
            domain &= Domain("program_id", "=", self.program_id.id)
        return domain

    @api.model
    def _get_company_domain(self, key, company, day):
        """Say what a figure counts, over all programs.

        :param str key: the figure, one of `_get_doors`
        :param res.company company: the company
        :param date day: the day it is counted for
        :rtype: Domain
        """
        domain = getattr(self, f"_get_{key}_domain")(day)
        return domain & Domain("company_id", "=", company.id)

    # === MEMBERS === #

    @api.model
    def _get_members_domain(self, _day):
        return Domain("is_member", "=", True)

    @api.model
    def _get_joined_domain(self, day):
        return (
            Domain("submit_date", ">", day - timedelta(days=BACK_DAYS))
            & Domain("submit_date", "<=", day)
            & Domain("state", "!=", "draft")
        )

    @api.model
    def _get_left_domain(self, day):
        return (
            Domain("ended_date", ">", day - timedelta(days=BACK_DAYS))
            & Domain("ended_date", "<=", day)
            & Domain("kind", "!=", "moved")
        )

    @api.model
    def _get_months_domain(self, day):
        return Domain("month", "<=", day)

    # === WHAT IS TO BE DONE === #

    @api.model
    def _get_due_domain(self, day):
        return (
            Domain("state", "=", "planned")
            & Domain("action", "!=", "skip")
            & Domain("planned_date", ">=", day)
            & Domain("planned_date", "<", day + timedelta(days=AHEAD_DAYS))
            & Domain("continuity_order_id.state", "in", ("running", "on_hold"))
        )

    @api.model
    def _get_late_domain(self, _day):
        return Domain("kind", "=", "shipment")

    @api.model
    def _get_blocked_domain(self, day):
        return self._get_exceptions_domain(day) & Domain("severity", "=", "blocks")

    @api.model
    def _get_exceptions_domain(self, _day):
        return Domain("closed_on", "=", False)

    @api.model
    def _get_processes_domain(self, day):
        return self._get_exceptions_domain(day) & Domain(
            "reason", "in", PROCESS_REASONS
        )

    # === MONEY, WORTH, DEMAND === #

    def _get_cash_domain(self, day):
        return self._get_weeks_domain(day, "program" if self.program_id else "total")

    @api.model
    def _get_weeks_domain(self, day, level):
        """This week and the next one; each level holds all the money."""
        return (
            Domain("is_current", "=", True)
            & Domain("level", "=", level)
            & Domain("week", ">=", get_week(day))
            & Domain("week", "<", get_week(day) + timedelta(weeks=2))
        )

    @api.model
    def _get_deferred_domain(self, _day):
        return Domain("is_current", "=", True)

    @api.model
    def _get_stick_domain(self, _day):
        return Domain("turn", "=", STICK_TURN)

    @api.model
    def _get_value_domain(self, _day):
        return Domain.TRUE

    @api.model
    def _get_demand_domain(self, day):
        return (
            Domain("is_current", "=", True)
            & Domain("level", "=", "program")
            & Domain("week", ">=", get_week(day))
            & Domain("week", "<", get_week(day) + timedelta(weeks=WEEKS))
        )
