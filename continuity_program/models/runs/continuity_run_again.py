# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from .continuity_run import UNFINISHED

_logger = logging.getLogger(__name__)

#: How often a run is begun, when it breaks off each time, before it is left to a person
TRIES = 3
#: Minutes until a run that broke off is begun again
BROKEN_MINUTES = 20
#: Minutes until what somebody else held is looked at again, each time a little later
HELD_MINUTES = (2, 5, 15)
#: Records in the hands of others that a run names
SHOWN_HELD = 5
#: Days a run that broke off is shown above the list of runs
TROUBLE_DAYS = 7

BROKEN = "continuity_program.mail_activity_run_broken"


class ContinuityRun(models.Model):
    """The run that comes back: it broke off, or somebody held what was due.

    Its scheduled action does not fail: the other companies have had their turn, and
    Odoo must not switch the action off because of one of them. The action of the
    background runs begins it again.
    """

    _inherit = "continuity.run"

    try_count = fields.Integer(
        string="Times begun",
        readonly=True,
        help="How many times the run was begun without coming to an orderly end.",
    )
    held_count = fields.Integer(
        string="In use",
        readonly=True,
        help="Due, but somebody else was working on it.",
    )
    held_names = fields.Char(
        string="In use by others",
        readonly=True,
        help="The first of those that somebody else was working on.",
    )
    again_count = fields.Integer(
        string="Times looked at again",
        readonly=True,
        help="How often the run came back for what somebody else was working on.",
    )
    again_at = fields.Datetime(
        string="Goes on at",
        readonly=True,
        help="When the run goes on by itself: it broke off, or somebody else was"
        " working on what was due. Stop prevents it.",
    )
    is_waiting = fields.Boolean(
        compute="_compute_is_waiting", help="It has ended, and goes on by itself."
    )

    _again = models.Index("(again_at) WHERE again_at IS NOT NULL")

    @api.depends("state", "again_at")
    def _compute_is_waiting(self):
        for run in self:
            run.is_waiting = bool(run.again_at) and run.state not in UNFINISHED

    # === TRIES === #

    def _is_to_work(self):
        """Say whether there is something to do: not begun, not finished, or again.

        :rtype: bool
        """
        self.ensure_one()
        return self.state in UNFINISHED or self._is_due_again()

    def _is_due_again(self):
        return bool(self.again_at) and self.again_at <= fields.Datetime.now()

    def _is_complete(self):
        """Say whether the run has come to its end and has left nothing to anybody.

        :rtype: bool
        """
        self.ensure_one()
        return self.state == "done" and not self.held_count

    def _begin_try(self):
        """Note that the work begins; who is killed meanwhile leaves it like this.

        What waited for a provider is due again, and who finds a run that was begun and
        not ended tells somebody.

        :raise UserError: it was begun so often, and never came to an end
        """
        if self.try_count >= TRIES:
            raise UserError(
                self.env._("The server went down while it worked, %s times.", TRIES)
            )
        is_back = bool(self.again_at)
        is_broken_off = self.state == "running" and self.try_count
        ended_at = self.heard_at
        values = {
            "state": "running",
            "try_count": self.try_count + 1,
            "heard_at": fields.Datetime.now(),
        }
        if self.state not in UNFINISHED:
            values.update(step_number=0, finished_at=False)
        self.write(values)
        if is_back:
            self._ask_providers_again()
        if is_broken_off:
            self._tell_broken_off(ended_at)

    def _end_try(self, is_finished):
        """Note an orderly end, and come back for what somebody held.

        :param bool is_finished: False when the time was up or the run was stopped
        """
        values = {"try_count": max(self.try_count - 1, 0)}
        if is_finished or self.state == "stopped":
            values.update(try_count=0, again_at=False)
        if is_finished and self.held_count and self._may_come_back():
            minutes = HELD_MINUTES[self.again_count]
            values.update(
                again_count=self.again_count + 1,
                again_at=fields.Datetime.add(fields.Datetime.now(), minutes=minutes),
            )
        self.write(values)
        self._trigger_again()
        if is_finished:
            self._untell_broken()
            self._wait_for_providers()

    def _may_come_back(self):
        # Without commits the work is the caller's, who may roll it back
        return (
            self._may_commit()
            and self.again_count < len(HELD_MINUTES)
            and not self._is_stop_requested()
        )

    def _note_held(self, count, names=()):
        """Add to what was due and in the hands of somebody else.

        :param int count: records of one more pass; below zero = begin anew
        :param list[str] names: what the first of them are called
        """
        if not count:
            return
        known = (self.held_names or "").split(", ") if count > 0 else []
        shown = [*filter(None, known), *names][:SHOWN_HELD]
        self.write(
            {
                "held_count": self.held_count + count,
                "held_names": ", ".join(shown) or False,
            }
        )

    def _leave_broken(self, error):
        """Begin a run that broke off again within the hour, and tell a manager now.

        :param Exception error: what broke it
        """
        self.ensure_one()
        if self.state in UNFINISHED:
            # It broke before it was begun
            self.write(
                {
                    "state": "failed",
                    "finished_at": fields.Datetime.now(),
                    "try_count": self.try_count + 1,
                    "message": self.env._("Broken off: %(error)s", error=error),
                }
            )
        is_stopped = self._is_stop_signalled()
        if self.try_count < TRIES and not is_stopped:
            self.again_at = fields.Datetime.add(
                fields.Datetime.now(), minutes=BROKEN_MINUTES
            )
            text = self.env._("It is begun again at %s.", self._get_again_text())
        else:
            self.again_at = False
            text = self._get_given_up_text(is_stopped)
        self._set_outlook(text)
        self._tell_broken()
        self._trigger_again()

    def _trigger_again(self):
        """Wake the scheduled action of the background runs when the run goes on."""
        for run in self.filtered("again_at"):
            cron = self.env.ref("continuity_program.ir_cron_background_runs")
            # Scheduled actions are the administrator's; the run goes on for its user
            cron.sudo()._trigger(at=run.again_at)

    @api.model
    def _search_due_again(self):
        """Find the runs that go on by themselves now; those whose day is over do not.

        :rtype: continuity.run
        """
        now = fields.Datetime.now()
        # The scheduler goes on with runs of all companies
        runs_sudo = self.sudo().search([("again_at", "<=", now)], order="id")
        over = runs_sudo.filtered(
            lambda run: run.origin == "scheduled" and run._is_day_over()
        )
        over.again_at = False
        for run in over.filtered(lambda run: run.state == "failed"):
            run._set_outlook(run._get_over_text())
        return runs_sudo - over

    def _is_day_over(self):
        """Say whether the next night does its work.

        A night may begin shortly before midnight, and come back after it.

        :rtype: bool
        """
        self.ensure_one()
        day_ago = fields.Datetime.subtract(fields.Datetime.now(), days=1)
        is_of_today = self.date == self.company_id._continuity_today()
        return not is_of_today and self.started_at <= day_ago

    def _get_over_text(self):
        return self.env._("Not finished on its day; the next run goes on.")

    # === WHAT IT SAYS === #

    def _get_again_text(self):
        return self.company_id._continuity_format_time(self.again_at)

    def _set_outlook(self, text):
        """Say in the last line of the message what becomes of a run that broke off.

        :param str text: takes the place of what was said before
        """
        cause, _break, last = (self.message or "").rpartition("\n")
        self.message = f"{cause or last}\n{text}".strip()

    def _get_given_up_text(self, is_stopped=False):
        """Say that a run that broke off is left to a person.

        :param bool is_stopped: a person has asked for it
        :rtype: str
        """
        text = self.env._(
            "It is not begun again by itself: mend the cause, then press Continue."
        )
        return f"{self._get_stopped_text()} {text}" if is_stopped else text

    def _get_held_texts(self):
        """Say that somebody is working on what remains, and what becomes of it.

        :rtype: list[str]
        """
        if not self.held_count:
            return []
        names = []
        if self.held_names:
            names.append(self.env._("In use: %s.", self.held_names))
        if self.again_at:
            return [
                self.env._(
                    "Somebody is working on %(count)s of them: looked at again at"
                    " %(time)s.",
                    count=self.held_count,
                    time=self._get_again_text(),
                ),
                *names,
            ]
        return [
            self.env._(
                "Somebody is working on %s of them: left to the next run.",
                self.held_count,
            ),
            *names,
        ]

    def _get_left_texts(self, left):
        """Say, by step, what an interrupted run has not done.

        :param list left: see `_count_left` of the processes
        :rtype: list[str]
        """
        steps = [f"{name}: {count}" for name, count in left]
        return [self.env._("Still to do – %s.", "; ".join(steps))] if steps else []

    def _count_left(self):
        """Count what is left, by step, of a run that broke off.

        :return: empty where that breaks, too
        :rtype: list[tuple[str, int]]
        """
        try:
            with self.env.cr.savepoint():
                return self.env[f"continuity.job.{self.job}"]._count_left(self)
        # Broad on purpose: whatever broke the run may break the counting
        except Exception:  # noqa: BLE001
            _logger.warning("Run %s: what is left cannot be counted", self.id)
            return []

    # === WHO IS TOLD === #

    def _tell_broken(self):
        """Give a manager of the company one activity; it stands on its contact."""
        # The contact of a company and its activities are not for the processes' users
        partner_sudo = self.company_id.partner_id.sudo()
        if partner_sudo.activity_search([BROKEN]):
            return
        manager = self.company_id._continuity_get_responsible()
        partner_sudo.activity_schedule(
            BROKEN,
            date_deadline=self.company_id._continuity_today(),
            note=Markup("%s: %s") % (self._get_html_link(), self.message),
            user_id=manager.id,
        )

    def _untell_broken(self):
        """Take the activity back when what broke off was done, be it by a later run.

        One that a person narrows to a few orders does not do the work of a night.
        """
        # The activity hangs on the company's contact, which the user may not write
        partner_sudo = self.company_id.partner_id.sudo()
        if not partner_sudo.activity_search([BROKEN]):
            return
        since = fields.Datetime.subtract(fields.Datetime.now(), days=TROUBLE_DAYS)
        runs = self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("started_at", ">=", since),
                ("dry_run", "=", False),
                "|",
                ("state", "=", "failed"),
                "&",
                ("state", "=", "done"),
                "|",
                ("origin", "=", "scheduled"),
                ("id", "=", self.id),
            ]
        )
        last = {}
        for run in runs:
            last.setdefault(run.job, run)
        if all(run.state == "done" for run in last.values()):
            partner_sudo.activity_unlink([BROKEN])
