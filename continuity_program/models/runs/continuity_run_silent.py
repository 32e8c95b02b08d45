# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_datetime

from ...arguments import public
from .continuity_run import UNFINISHED
from .continuity_run_again import TRIES, TROUBLE_DAYS
from .continuity_run_cron import NIGHT
from .continuity_run_progress import WORKER_LOCK, held_sql

#: Minutes after which nobody expects the scheduler any more: it looks every minute
SILENT_MINUTES = 2
#: Minutes within which the background runs take up what was broken off
TAKE_UP_MINUTES = 15
#: How late the night may begin
LATE = timedelta(hours=1)


class ContinuityRun(models.Model):
    """The run nobody works on: its server was ended, or no scheduler comes.

    A worker that was killed writes nothing down, and where no scheduler runs nobody
    else does. So it is looked up by whoever opens a screen: a worker that lives has a
    lock, and a run says when it was heard of last.
    """

    _inherit = "continuity.run"

    heard_at = fields.Datetime(
        string="Last heard of",
        readonly=True,
        default=fields.Datetime.now,
        help="When somebody has last worked on the run, or asked for it.",
    )
    is_at_work = fields.Boolean(
        compute="_compute_is_at_work", help="Somebody works on it right now."
    )

    def _compute_is_at_work(self):
        at_work = self._get_runs_at_work()
        for run in self:
            run.is_at_work = run in at_work

    @api.model
    def _get_runs_at_work(self):
        """Return the runs a worker holds, whatever company and process.

        Locks are no part of a snapshot: it is true now. Those whose payments workers
        are charging are at work, too.

        :rtype: continuity.run
        """
        rows = self.env.execute_query(held_sql(WORKER_LOCK))
        return self.browse(row[0] for row in rows) | self._get_runs_charging()

    # === SIGNS OF LIFE === #

    def _tell_broken_off(self, ended_at):
        """Say that the run was begun and not ended, and that it goes on.

        :param datetime ended_at: when it was heard of last
        """
        self.message = self.env._(
            "Its server went down at %(time)s while it worked. It goes on now: attempt"
            " %(number)s of %(most)s.",
            time=self.company_id._continuity_format_time(ended_at),
            number=self.try_count,
            most=TRIES,
        )
        self._tell_broken()

    # === STOP === #

    def _stop_at_once(self):
        """End the runs nobody works on; the others find the signal.

        What broke off stays *failed*: nobody has done its work. A worker that takes a
        run up in the meantime finds it ended.
        """
        at_work = self._get_runs_at_work()
        for run in self - at_work:
            if not run._is_left_alone():
                continue
            run.again_at = False
            if run.state == "failed":
                run._set_outlook(run._get_given_up_text(is_stopped=True))
            elif run.state in UNFINISHED:
                run._in_company()._end_unfinished()
            else:
                texts = [*run._get_result_texts(), run._get_stopped_text()]
                run.write({"state": "stopped", "message": " ".join(texts)})

    def _end_unfinished(self):
        """Say of a run that is stopped what it has done, and what each step left."""
        left = self._count_left()
        # What was never begun has no result
        texts = self._get_result_texts() if self.step_number else []
        self.write(
            {
                "state": "stopped",
                "finished_at": fields.Datetime.now(),
                "try_count": 0,
                "remaining_count": sum(count for _step, count in left),
                "message": " ".join(
                    [*texts, self._get_stopped_text(), *self._get_left_texts(left)]
                ),
            }
        )

    # === WHAT IT SAYS === #

    def _get_silent_text(self):
        """Say since when nobody works on the run, and who could.

        :return: False where somebody does, or is going to in a moment
        :rtype: str | bool
        """
        self.ensure_one()
        minutes = self._get_silent_minutes()
        if minutes < SILENT_MINUTES:
            return False
        at_work = self._get_runs_at_work()
        if self in at_work:
            return False
        if at_work:
            return self.env._(
                "The scheduler works on something else first: “%s”.",
                # Of whatever company: only which process it is
                at_work.sudo()[0].name,
            )
        if self.state == "queued":
            return self.env._(
                "Nothing has begun it for %s min: no scheduler is running, or it is"
                " busy. Ask a system administrator to check Odoo's scheduled actions."
                " “Stop” ends it at once.",
                minutes,
            )
        if minutes < TAKE_UP_MINUTES:
            return self.env._(
                "Its server went down %s min ago while it worked. The scheduler goes on"
                " with it within the next few minutes; what is done stays done.",
                minutes,
            )
        return self.env._(
            "Its server went down %s min ago while it worked, and no scheduler is"
            " running to go on with it. Ask a system administrator to check Odoo's"
            " scheduled actions; what is done stays done.",
            minutes,
        )

    def _get_silent_minutes(self):
        """Return for how long nobody was heard of who works on the run.

        :return: 0 where it has ended
        :rtype: int
        """
        if self.state not in UNFINISHED:
            return 0
        last = self.heard_at or self.started_at
        if self.state == "queued":
            # It may wait for its turn: behind other companies, between two calls
            last = max(last, self._get_last_sign_of_life() or last)
        return int((fields.Datetime.now() - last).total_seconds() // 60)

    def _get_last_sign_of_life(self):
        """Return when somebody has last worked on any run, of whatever company.

        :rtype: datetime | bool
        """
        begun = [("state", "!=", "queued"), ("heard_at", "!=", False)]
        # A run of any company shows that somebody works; only its time is told
        return self.sudo().search(begun, order="heard_at desc", limit=1).heard_at

    # === ABOVE THE SCREENS === #

    @api.model
    @public()
    def get_troubles(self):
        """Say which processes broke off and have not worked since, above the screens.

        And how many accounts of money differ, for whom that concerns.

        :return: `id` of the run, or False where none was begun, and a sentence; the
            last one first; then sentences with an `action` that leads to what they say
        :rtype: list[dict]
        """
        return self._list_troubles()

    @api.model
    def _list_troubles(self):
        """List what is said above the screens; see :meth:`get_troubles`."""
        troubles = [
            {
                "id": run.id,
                "text": self.env._(
                    "%(company)s: “%(run)s” broke off. %(message)s",
                    company=run.company_id.name,
                    run=run.display_name,
                    message=message,
                ),
            }
            for run, message in self._get_broken_runs().items()
        ]
        if late := self._get_late_text():
            troubles.append({"id": False, "text": late})
        # Accounts that are asked nothing are wrong, too
        return troubles + self.env["continuity.balance"]._get_troubles()

    def _get_broken_runs(self):
        """Find the runs that have failed, or that nobody goes on with.

        :return: what to say, by run
        :rtype: dict
        """
        since = fields.Datetime.subtract(fields.Datetime.now(), days=TROUBLE_DAYS)
        runs = self.search(
            [
                ("company_id", "in", self.env.companies.ids),
                ("dry_run", "=", False),
                ("started_at", ">=", since),
                ("state", "!=", "stopped"),
            ]
        )
        last = {}
        for run in runs:
            if run.state not in UNFINISHED:
                last.setdefault((run.company_id, run.job), run)
        broken = {
            run: run.message or "" for run in last.values() if run.state == "failed"
        }
        at_work = self._get_runs_at_work()
        for run in runs if not at_work else self.browse():
            patience = TAKE_UP_MINUTES if run.state == "queued" else SILENT_MINUTES
            if run._get_silent_minutes() >= patience:
                broken[run] = run._get_silent_text()
        return dict(sorted(broken.items(), key=lambda item: -item[0].id))

    def _get_late_text(self):
        """Say that the night has not begun, where the scheduler was to call it.

        :rtype: str | bool
        """
        # Every user is warned; of scheduled actions only when they are due is read
        crons_sudo = self.env["ir.cron"].sudo()
        for job in NIGHT:
            crons_sudo |= self._get_cron(job)
        due_at = min(crons_sudo.filtered("active").mapped("nextcall"), default=False)
        if not due_at or due_at + LATE > fields.Datetime.now():
            return False
        if self._get_runs_at_work():
            return False
        return self.env._(
            "The processes of the night were due at %(time)s and have not begun: no"
            " scheduler is running. Shipments and payments wait. Ask a system"
            " administrator to check Odoo's scheduled actions.",
            time=format_datetime(
                self.env, due_at, tz=self.env.company._continuity_timezone().zone
            ),
        )
