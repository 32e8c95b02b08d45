# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields
from odoo.exceptions import UserError

from ... import planning
from ..base.of_order import OfOrder


class Prompts(OfOrder):
    """What the Continuity wizard asks: when the series starts, and how it is paid."""

    def check(self):
        """Refuse new answers to the prompts after Submit.

        :raise UserError: naming the way out
        """
        if self.order.state != "draft":
            raise UserError(
                self.env._(
                    "%(order)s was submitted: its start date and payment schedule"
                    " stay. Move its shipments instead.",
                    order=self.order.display_name,
                )
            )
        self.order._check_not_frozen()

    def prepare(self, vals):
        """Tell what was entered from what was only confirmed (rules N28, N26).

        :param dict vals: answers to the prompts
        :return: values with the flags *entered*
        :rtype: dict
        :raise UserError: a schedule the program does not allow
        """
        prompted = {}
        program = self.order.program_id
        if "start_date" in vals:
            # The agent answers for a program that he need not be able to open
            proposal = planning.proposed_start(
                program.sudo()._to_planning(), self.order.order_date
            )
            start = fields.Date.to_date(vals["start_date"]) or proposal
            prompted["start_date"] = start
            prompted["start_date_entered"] = start != proposal
        if "payment_schedule_id" in vals:
            schedule = self.env["continuity.payment.schedule"].browse(
                vals["payment_schedule_id"] or []
            )
            if schedule and schedule not in self.order.allowed_payment_schedule_ids:
                raise UserError(
                    self.env._(
                        "Payment schedule %(schedule)s is not offered with program"
                        " %(program)s. Choose one of: %(allowed)s.",
                        schedule=schedule.display_name,
                        program=program.display_name,
                        allowed=", ".join(
                            self.order.allowed_payment_schedule_ids.mapped(
                                "display_name"
                            )
                        ),
                    )
                )
            prompted["payment_schedule_id"] = schedule.id
            prompted["payment_schedule_entered"] = (
                schedule != program.payment_schedule_id
            )
        return prompted
