# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from ...arguments import SHOWN_TEXT, public, read_flag
from ..base.sealed import Sealed, unseal
from .shutdown import at_work, is_stopping

#: Who may start a process besides the sales manager
ACCOUNTANT_JOBS = (
    "process_payments",
    "resolve_payments",
    "close_orders",
    "check_balances",
    "refresh_insight",
)

#: States of a run that somebody works off, or is going to
UNFINISHED = ("queued", "running")


#: What a process can be narrowed to; see `_prepare_inputs`
INPUTS = {"company", "date", "product", "program", "sale_order", "limit"}


class ContinuityRun(models.Model):
    """One execution of one batch process: what went in, what came out, and why.

    Cron, dialog, RPC and tests all enter by `execute`. What a process does
    stands in ``jobs/``; this model knows who may start it, when it may commit, and what
    to remember of it.
    """

    _name = "continuity.run"
    _description = "Continuity Run"
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name")
    job = fields.Selection(
        selection=[
            ("update_current_event", "Update continuity current event period"),
            ("update_orders", "Continuity update"),
            ("extend_lines", "Extend continuity lines"),
            ("process_payments", "Process continuity payments"),
            ("create_child_orders", "Create continuity child orders"),
            ("close_orders", "Close continuity parent lines and orders"),
            ("resolve_payments", "Resolve continuity payments"),
            ("check_balances", "Check continuity balances"),
            ("refresh_insight", "Refresh continuity insight"),
            ("apply_late_items", "Apply late items"),
        ],
        string="Process",
        required=True,
        readonly=True,
        index=True,
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, index=True
    )
    user_id = fields.Many2one(
        comodel_name="res.users", string="Started by", readonly=True
    )
    origin = fields.Selection(
        selection=[
            ("manual", "By hand"),
            ("background", "In the background"),
            ("scheduled", "Scheduled"),
        ],
        required=True,
        default="manual",
        readonly=True,
        help="A run in the background and a scheduled one are continued by their"
        " scheduled action until they are finished.",
    )
    # Filters
    date = fields.Date(
        required=True,
        readonly=True,
        help="The day the process works for: what is due on it or before is done.",
    )
    program_id = fields.Many2one(
        comodel_name="continuity.program", readonly=True, check_company=True
    )
    product_id = fields.Many2one(
        comodel_name="product.product", string="Continuity item", readonly=True
    )
    product_tmpl_id = fields.Many2one(
        comodel_name="product.template", string="Any variant of", readonly=True
    )
    sale_order_id = fields.Many2one(
        comodel_name="sale.order",
        string="Sales order",
        readonly=True,
        check_company=True,
    )
    limit = fields.Integer(readonly=True, help="0 = no limit.")
    dry_run = fields.Boolean(
        string="Preview",
        readonly=True,
        help="Nothing was done: the lines say what would have happened.",
    )
    # Result
    state = fields.Selection(
        selection=[
            ("queued", "Queued"),
            ("running", "Running"),
            ("done", "Done"),
            ("stopped", "Stopped"),
            ("failed", "Failed"),
        ],
        required=True,
        default="running",
        readonly=True,
        index=True,
    )
    started_at = fields.Datetime(string="Started at", readonly=True)
    finished_at = fields.Datetime(string="Finished", readonly=True)
    done_count = fields.Integer(string="Done", readonly=True)
    skipped_count = fields.Integer(
        string="Left out", readonly=True, help="Due, but left out for a reason."
    )
    failed_count = fields.Integer(string="Failed", readonly=True)
    remaining_count = fields.Integer(
        string="Remaining", readonly=True, help="Due, but not reached by this run."
    )
    message = fields.Text(string="Result", readonly=True)
    line_ids = fields.One2many(
        comodel_name="continuity.run.line",
        inverse_name="run_id",
        string="Lines",
        readonly=True,
    )

    _unfinished = models.Index("(job, company_id) WHERE state IN ('queued', 'running')")

    @api.depends("job", "dry_run")
    def _compute_name(self):
        labels = dict(self._fields["job"]._description_selection(self.env))
        for run in self:
            label = labels.get(run.job, run.job)
            run.name = (
                self.env._("%(job)s (preview)", job=label) if run.dry_run else label
            )

    @api.depends("name", "date")
    def _compute_display_name(self):
        for run in self:
            run.display_name = self.env._(
                "%(job)s, %(date)s",
                job=run.name,
                date=format_date(self.env, run.date),
            )

    # === THE ENTRY === #

    @api.model
    @public(dry_run=read_flag, commit=read_flag)
    def execute(self, job, *, dry_run=False, commit=False, **inputs):
        """Run one batch process.

        :param str job: a key of `job`
        :param bool dry_run: say what would happen, leave nothing behind
        :param bool commit: commit after every chunk and every step of a charge
        :param inputs: `company`, `date`, `product`, `program`, `sale_order`, `limit`:
            what the process is narrowed to; see `_prepare_inputs`
        :return: the run, with its counts, its message and its lines
        :rtype: continuity.run
        :raise AccessError: when the user may not start this process
        :raise UserError: when the input makes no sense
        """
        run = self._create_run(job, inputs, dry_run=dry_run)
        # The right was checked; the work is the company's, whoever asked for it.
        run.sudo()._in_company()._work(commit=commit)
        return run

    @api.model
    @public()
    def queue(self, job, **inputs):
        """Leave a batch process to the scheduler, which starts it at once.

        :param str job: a key of `job`
        :param inputs: what the process is narrowed to; see `_prepare_inputs`
        :return: the run, which is going to be worked off
        :rtype: continuity.run
        :raise AccessError: when the user may not start this process
        """
        run = self._create_run(job, inputs, state="queued", origin="background")
        # Who may start it was checked; scheduled actions are the administrator's
        self.env.ref("continuity_program.ir_cron_background_runs").sudo()._trigger()
        return run

    def _check_may_execute(self, job, company):
        """Refuse unknown processes and people who may not start them."""
        labels = dict(self._fields["job"]._description_selection(self.env))
        if not isinstance(job, str) or job not in labels:
            raise UserError(
                self.env._(
                    "There is no process “%(job)s”. Choose one of: %(jobs)s.",
                    job=str(job)[:SHOWN_TEXT],
                    jobs=", ".join(labels),
                )
            )
        if f"continuity.job.{job}" not in self.env:
            raise UserError(
                self.env._(
                    "The process “%(job)s” cannot be run yet: this version of the"
                    " addon does not contain it.",
                    job=labels[job],
                )
            )
        if self.env.su:
            return
        user = self.env.user
        may_run = user.has_group("sales_team.group_sale_manager") or (
            job in ACCOUNTANT_JOBS and user.has_group("account.group_account_invoice")
        )
        if company not in user.company_ids:
            raise AccessError(
                self.env._(
                    "You cannot start “%(job)s” for a company you do not belong to.",
                    job=labels[job],
                )
            )
        if not may_run:
            raise AccessError(
                self.env._(
                    "Only a sales administrator of %(company)s may run “%(job)s”.",
                    company=company.name,
                    job=labels[job],
                )
            )

    def _create_run(self, job, inputs, **values):
        """Check who asks and what for, and write it down; see `execute`.

        :param dict inputs: see `_prepare_inputs`
        :param values: further values of the run
        :rtype: continuity.run
        """
        if unknown := set(inputs) - INPUTS:
            raise UserError(
                self.env._(
                    "A process cannot be narrowed to: %(inputs)s. Choose from:"
                    " %(all)s.",
                    inputs=", ".join(sorted(unknown))[:80],
                    all=", ".join(sorted(INPUTS)),
                )
            )
        vals = self._prepare_inputs(job, **inputs)
        # Nobody writes runs but the jobs: the log is theirs.
        run_sudo = self.sudo().create(
            {
                **vals,
                "user_id": self.env.uid,
                "started_at": fields.Datetime.now(),
                **values,
            }
        )
        return run_sudo.sudo(self.env.su)

    def _in_company(self):
        """Return the run in the environment its work is done in.

        One company only, so that no sequence, journal or tax of another one is taken.
        """
        company = self.company_id
        context = {"allowed_company_ids": company.ids}
        if not company.active:
            # Else its accounts do not know that they are its own, and nothing is booked
            context["active_test"] = False
        return self.sudo().with_company(company).with_context(**context)

    # === THE WORK === #

    def _work(self, commit=False):
        """Do the work, or go on with it, as far as the time of this call allows.

        A server that is about to stop begins nothing that it commits, and waits for
        what was begun.

        :param bool commit: commit after every chunk and every step of a charge
        :return: True when the run is finished
        :rtype: bool
        """
        self.ensure_one()
        if commit and not self.dry_run and is_stopping():
            return False
        with at_work():
            return self._work_or_preview(commit)

    def _work_or_preview(self, commit):
        run = self.with_context(
            continuity_commit=Sealed(commit and not self.dry_run),
            continuity_preview=Sealed(self.dry_run),
            # Mails wait in their queue: the transaction may still be rolled back.
            mail_notify_force_send=False,
        )
        if run.dry_run:
            run.state = "running"
            with run._rolled_back():
                run._work_off()
            return True
        with run._held() as is_held:
            # Somebody else is working on it, or has done so in the meantime.
            if not is_held or not run._is_to_work():
                return True
            return run._work_or_break()

    def _work_or_break(self):
        try:
            self._begin_try()
            # Whoever is killed from here on leaves a run that was begun.
            self._checkpoint()
            return self._work_off()
        except Exception as error:
            # Whatever it was: the log must not say *Running* for ever. It goes on to
            # the caller, who knows what to make of it.
            self._register_crash(error)
            raise

    def _work_off(self):
        job = self.env[f"continuity.job.{self.job}"]
        is_finished = job._work_off(self)
        resting = job._get_rest_text(self)
        if resting:
            self._log_rest(resting)
        # Who came to the end without a limit has left nothing but what somebody else
        # held. Counted before anything is written, so that the result is one statement.
        is_complete = is_finished and not self.limit and not resting
        is_nothing_due = is_complete or not self.company_id.active
        left = [] if is_nothing_due else job._count_left(self)
        self.remaining_count = sum(count for _step, count in left) or self.held_count
        is_stopped = not is_finished and self._is_stop_requested()
        if is_finished or is_stopped:
            state = "done" if is_finished else "stopped"
            self.write({"state": state, "finished_at": fields.Datetime.now()})
        self._end_try(is_finished)
        texts = self._get_result_texts()
        if is_stopped:
            texts.append(self._get_stopped_text())
        if not is_finished:
            texts += self._get_left_texts(left)
        self.message = " ".join(texts)
        self._checkpoint()
        return is_finished or is_stopped

    def _get_result_texts(self):
        """Say what came out, what somebody else was working on, and what waits.

        :rtype: list[str]
        """
        job = self.env[f"continuity.job.{self.job}"]
        text = job._get_rest_text(self) or job._get_message(self)
        return [text, *self._get_held_texts(), *self._get_pause_texts()]

    def _register_crash(self, error):
        """Leave a trace of a process that broke down, where that can be kept.

        Where the connection is gone, nothing has failed and nothing can be written. The
        run stays *running*, and the next call goes on with it.
        """
        if self.env.cr.closed or not self._may_commit():
            return
        self.env.cr.rollback()
        left = self._count_left()
        texts = [self.env._("Broken off: %(error)s", error=error)]
        self.write(
            {
                "state": "failed",
                "finished_at": fields.Datetime.now(),
                "remaining_count": sum(count for _step, count in left),
                "message": " ".join(texts + self._get_left_texts(left)),
            }
        )
        self._checkpoint()

    # === COMMITS === #

    def _may_commit(self):
        """Tell whether this run owns its transaction.

        :rtype: bool
        """
        return bool(unseal(self.env, "continuity_commit"))

    def _checkpoint(self, processed=0, remaining=None):
        """Commit what was done so far, if this run may; the only place that does.

        :param int processed: records done since the last time
        :param int remaining: what is left to the scheduled action; without it, what
            was left the last time less what was processed
        :return: seconds left in this call of a scheduled action; 0 = stop now, as when
            the server is about to
        :rtype: float
        """
        if not self._may_commit():
            return float("inf")
        left = self.env["ir.cron"]._commit_progress(processed, remaining=remaining)
        return 0 if is_stopping() else left
