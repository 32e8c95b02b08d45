# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ... import planning


class ContinuityProgram(models.Model):
    """The program as the planning module sees it: its dates and where it has got to."""

    _inherit = "continuity.program"

    def _to_planning(self):
        """Return the program as the planning module knows it.

        Hidden events are left out. The key of an event is its database id.

        :rtype: planning.Program
        """
        self.ensure_one()
        events = self.event_ids.filtered("active")
        return planning.Program(
            # The events of all programs of the caller are read together.
            events=events.with_prefetch(self.event_ids._prefetch_ids)._to_planning(),
            order_start=self.order_start,
            days_after_order=self.days_after_order,
            current_number=self.current_event_id.number,
            current_occurrence=self.current_occurrence,
            current_start=self.current_start,
        )

    def _get_far_problem(self, error):
        """Say which event leads to a date nobody means (50 years ahead and more).

        :param planning.TooFar error: its event, and the last day that is planned
        :rtype: str
        """
        self.ensure_one()
        return self.env._(
            "Event ID %(number)s of program %(program)s would leave later than"
            " %(until)s. Nothing is planned more than 50 years ahead: check its dates,"
            " its interval and its repeats, and the date that was entered.",
            number=error.data["number"],
            program=self.display_name,
            until=format_date(self.env, error.data["until"]),
        )

    @contextmanager
    def _refusing_far_dates(self):
        """Say in the user's words which event leads too far, and what to look at.

        :raise UserError: the block planned something more than 50 years ahead
        """
        try:
            yield
        except planning.TooFar as error:
            # A visitor of the web shop gets here; of the program he reads this sentence
            raise UserError(self.sudo()._get_far_problem(error)) from error

    def _get_far_problems(self):
        """Say whether an order of today would ship more than 50 years ahead.

        :return: one sentence, none when it would not, or cannot be planned at all
        :rtype: list[str]
        """
        self.ensure_one()
        company = self.company_id
        try:
            planning.lay_out(
                self._to_planning(),
                planning.Request(company._continuity_today()),
                # What the company has set decides, whoever looks at the program
                threshold=company.sudo().continuity_repeat_threshold,
                bill_upfront=self.bill_upfront,
            )
        except planning.TooFar as error:
            return [self._get_far_problem(error)]
        except planning.PlanningError:
            # What is missing is told by the other checks.
            return []
        return []

    def _get_sale_refusal(self, company, order_date):
        """Tell why the program cannot be sold, and what to do about it (R17).

        :param res.company company: company of the order
        :param date order_date: local date of the order
        :return: a sentence for the seller, False when it can be sold
        :rtype: str or False
        """
        self.ensure_one()
        # A seller of another company may not read the program, but must be told why
        # it is refused.
        program_sudo = self.sudo()
        name = program_sudo.display_name
        if program_sudo.company_id != company:
            return self.env._(
                "Program %(program)s belongs to company %(company)s. Sell a program of"
                " %(own)s instead.",
                program=name,
                company=program_sudo.company_id.name,
                own=company.name,
            )
        if program_sudo.state == "draft":
            return self.env._(
                "Program %(program)s is still a draft. A sales manager opens it under"
                " Continuity ▸ Configuration ▸ Continuity programs.",
                program=name,
            )
        if program_sudo.state != "open" or not program_sudo.active:
            return self.env._(
                "Program %(program)s is closed and not sold any more. Offer another"
                " program, or have a sales manager open it again.",
                program=name,
            )
        return program_sudo._get_end_refusal(order_date)

    def _get_end_refusal(self, order_date):
        """Tell whether a program that follows the calendar has come to its end."""
        self.ensure_one()
        plan = self._to_planning()
        if self.order_start == "current":
            anchor = self.calendar_anchor
            end = anchor and planning.calendar_end(plan, anchor)
            if self.has_ended or (end and order_date >= end):
                return self.env._(
                    "Program %(program)s has ended: new orders would begin with its"
                    " current event, and there is none any more. Add events to the"
                    " program or offer another one.",
                    program=self.display_name,
                )
        if not planning.starting_point(plan):
            return self.env._(
                "Program %(program)s has no event to begin with. Add one, or take the"
                " “Skip” off an event.",
                program=self.display_name,
            )
        return False

    def _update_current_event(self, today=None):
        """Move each program to the event its calendar has reached (rules R17).

        It never moves back. Called when a program is opened or changed and by the
        nightly job; in any order and as often as one likes.

        :param date today: local date; None = today of each program's company
        :return: the programs whose current event changed
        :rtype: continuity.program
        """
        moved = self.browse()
        for program in self:
            before = program.current_event_id, program.current_occurrence
            program._move_pointer(today or program.company_id._continuity_today())
            if before != (program.current_event_id, program.current_occurrence):
                moved |= program
        return moved

    def _move_pointer(self, today):
        """Store the calendar's anchor and the event it has reached on a day."""
        self.ensure_one()
        plan = self._to_planning()
        anchor = planning.calendar_anchor(plan, self.calendar_anchor or today)
        pointer = planning.pointer(plan, anchor, today)
        values = {
            "calendar_anchor": anchor,
            "last_checked_date": today,
            "has_ended": pointer.ended,
        }
        event = self.event_ids.filtered(lambda event: event.number == pointer.number)
        if event:
            values["current_event_id"] = event.id
            values["current_occurrence"] = pointer.occurrence
        if pointer.date:
            values["current_event_date"] = pointer.date
        # Whoever opens or changes a program moves its calendar, which nobody types.
        self.sudo().write(values)
        self._stamp_events(pointer.passed)

    def _stamp_events(self, passed):
        """Note on each event the day it became the current one (rules N7)."""
        days = {}
        for item in passed:
            days.setdefault(item.event.key, item.date)
        events = self.env["continuity.event"].browse(days)
        for day, reached in events.grouped(lambda event: days[event.id]).items():
            new = reached.filtered(lambda event: not event.processed_date)
            # Nobody types what the calendar has passed.
            new.sudo().write({"processed_date": day})
