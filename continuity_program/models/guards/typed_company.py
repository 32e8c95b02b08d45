# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import AccessError, ValidationError

from ...arguments import get_model_name


class ContinuityTypedMixin(models.AbstractModel):
    """Nobody hands a record over to a company he does not work in.

    Odoo asks its rules before a record is written, not what becomes of it.
    """

    _inherit = "continuity.typed.mixin"

    @api.model
    def _check_continuity_company(self, company_id):
        """Refuse a company the user does not work in.

        :param int | bool company_id: the company that is typed
        :raise AccessError: naming what is written
        """
        if company_id and company_id not in self.env.user._get_company_ids():
            raise AccessError(
                self.env._("%s: choose a company you work in.", get_model_name(self))
            )


class ContinuityProgram(models.Model):
    """A program that was sold stays in its company."""

    _inherit = "continuity.program"

    @api.constrains("company_id")
    def _check_company_of_orders(self):
        # Orders of other sellers count as well
        for program_sudo in self.sudo():
            if program_sudo.continuity_order_ids.company_id - program_sudo.company_id:
                raise ValidationError(
                    self.env._(
                        "Program %s has continuity orders and stays in its company."
                        " Copy it for the other company.",
                        program_sudo.display_name,
                    )
                )


class ContinuityDateInterval(models.Model):
    """An interval that programs of a company use stays open to it."""

    _inherit = "continuity.date.interval"

    @api.constrains("company_id")
    def _check_company_of_programs(self):
        # Programs of companies the user does not work in count as well
        events_sudo = self.env["continuity.event"].sudo()
        for interval in self.filtered("company_id"):
            event_sudo = events_sudo.with_context(active_test=False).search(
                [
                    ("date_interval_id", "=", interval.id),
                    ("program_id.company_id", "!=", interval.company_id.id),
                ],
                limit=1,
            )
            if event_sudo:
                raise ValidationError(
                    self.env._(
                        "Programs of other companies use %s. Copy it for this company.",
                        interval.display_name,
                    )
                )


class ContinuityPaymentSchedule(models.Model):
    """A payment schedule that a company uses stays its own."""

    _inherit = "continuity.payment.schedule"

    @api.constrains("company_id")
    def _check_company_of_use(self):
        # Records of companies the user does not work in count as well
        programs_sudo = self.env["continuity.program"].sudo()
        orders_sudo = self.env["continuity.order"].sudo()
        for schedule in self:
            others = [("company_id", "!=", schedule.company_id.id)]
            mine = [("payment_schedule_id", "=", schedule.id), *others]
            if programs_sudo.with_context(active_test=False).search_count(
                mine, limit=1
            ) or orders_sudo.search_count(mine, limit=1):
                raise ValidationError(
                    self.env._(
                        "%s is used in its company and stays there. Copy it for the"
                        " other company.",
                        schedule.display_name,
                    )
                )
