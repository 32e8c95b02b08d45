# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager

from odoo import api, fields, models

from ...arguments import public
from ..cards.payment_token_check import ASK_FOR_CARD, CARD_REASONS, ENABLE_PROVIDER

#: Lines that the form of a run shows; all of them are a click away
SHOWN_LINES = 80
BLOCKED = "continuity_program.mail_activity_shipment_blocked"
#: What a person has to do before the next run can go on
ACTIVITIES = {
    **dict.fromkeys(CARD_REASONS, ASK_FOR_CARD),
    "provider_off": ENABLE_PROVIDER,
    "catchup": BLOCKED,
    "address": BLOCKED,
    "no_warehouse": BLOCKED,
    "guard": BLOCKED,
}


class ContinuityRun(models.Model):
    """The run: what it writes down, and how a preview keeps that and nothing else."""

    _inherit = "continuity.run"

    # A list inside a form is sent the ids of all its records.
    shown_line_ids = fields.Many2many(
        comodel_name="continuity.run.line",
        string="First lines",
        compute="_compute_shown_line_ids",
    )
    has_more_lines = fields.Boolean(compute="_compute_shown_line_ids")

    @api.depends("line_ids")
    def _compute_shown_line_ids(self):
        for run in self:
            lines = self.env["continuity.run.line"].search(
                [("run_id", "in", run._origin.ids)], limit=SHOWN_LINES + 1
            )
            run.shown_line_ids = lines[:SHOWN_LINES]
            run.has_more_lines = len(lines) > SHOWN_LINES

    # === ACTIONS === #

    @public(one=True)
    def action_view_lines(self):
        """Open all lines of the run."""
        return self._get_lines_action()

    @public(one=True)
    def action_view_done(self):
        """Open the lines of what was done."""
        return self._get_lines_action("done")

    @public(one=True)
    def action_view_skipped(self):
        """Open the lines of what was left out, by reason."""
        return self._get_lines_action("skipped")

    @public(one=True)
    def action_view_failed(self):
        """Open the lines of what failed, by reason."""
        return self._get_lines_action("failed")

    @public(one=True)
    def action_view_child_orders(self):
        """Open the child orders the run has made."""
        self.ensure_one()
        action = self.env["sale.order"]._get_records_action(
            name=self.env._("Child orders")
        )
        return {
            **action,
            # Not their ids: a run of a large company makes many thousands
            "domain": [("continuity_run_line_ids.run_id", "=", self.id)],
        }

    def _get_lines_action(self, outcome=None):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "continuity_program.continuity_run_line_action"
        )
        return {
            **action,
            "name": self.display_name,
            "domain": [("run_id", "=", self.id)],
            "context": {
                **({f"search_default_{outcome}": 1} if outcome else {}),
                "search_default_group_reason": 1,
                "hide_run": True,
            },
        }

    # === LOG === #

    def _log(self, outcome, lines, is_counted=True):
        """Write down what happened to records, and count it.

        :param str outcome: done, skipped or failed
        :param list[dict] lines: values of the run lines: `continuity_order_id`,
            `shipment_id`, `payment_id`, `child_order_id`, `reason`, `message`
        :param bool is_counted: False for what another run has counted
        :return: the lines
        :rtype: continuity.run.line
        """
        self.ensure_one()
        if not lines:
            return self.env["continuity.run.line"]
        if is_counted:
            self._get_counter()[f"{outcome}_count"] += len(lines)
        return self.env["continuity.run.line"].create(
            [
                {
                    **line,
                    "run_id": self.id,
                    "outcome": outcome,
                    "is_uncounted": not is_counted,
                }
                for line in lines
            ]
        )

    def _log_rest(self, text):
        """Say in one line why nothing at all was done, where that is no copy.

        :param str text: see `_get_rest_text` of the processes
        """
        if not self.company_id.active and not self.line_ids:
            line = {"reason": "company_archived", "message": text}
            self._log("skipped", [line], is_counted=False)

    def _schedule_activities(self, notes):
        """Tell the people who look after these orders, once per order (N37, N54).

        :param dict notes: what there is to do, by reason and continuity order
        """
        for (reason, order), note in notes.items():
            xmlid = ACTIVITIES.get(reason)
            if xmlid and not self.dry_run:
                order._schedule_continuity_activity(xmlid, note)

    def _count_reasons(self):
        """Count the lines by reason, for the message.

        :rtype: dict[str, int]
        """
        groups = self.env["continuity.run.line"]._read_group(
            [("run_id", "=", self.id)], ["reason"], ["__count"]
        )
        return dict(groups)

    # === PREVIEW === #

    @contextmanager
    def _rolled_back(self):
        """Do the work and undo it, but keep what it says."""
        # Mails and bus messages of records that are not going to exist hang in here.
        callbacks = self.env.cr.postcommit._funcs
        length = len(callbacks)
        savepoint = self.env.cr.savepoint()
        try:
            yield
            self.env.flush_all()
            report = self._read_report()
        finally:
            savepoint.close(rollback=True)
            while len(callbacks) > length:
                callbacks.pop()
        self._write_report(report)

    def _read_report(self):
        """Read the result as plain values, which a rollback does not touch."""
        names = (
            "program_id",
            "continuity_order_id",
            "shipment_id",
            "payment_id",
            "currency_id",
        )
        return {
            "values": {
                name: self[name]
                for name in (
                    "state",
                    "finished_at",
                    "done_count",
                    "skipped_count",
                    "failed_count",
                    "remaining_count",
                    "message",
                )
            },
            "lines": [
                {
                    "outcome": line.outcome,
                    "reason": line.reason,
                    "message": line.message,
                    "amount": line.amount,
                    "item_count": line.item_count,
                    "is_uncounted": line.is_uncounted,
                    **{name: line[name].id for name in names},
                }
                for line in self.line_ids
            ],
        }

    def _write_report(self, report):
        payments = self.env["continuity.payment"].browse(
            line["payment_id"] for line in report["lines"] if line["payment_id"]
        )
        # A row that was made by the preview is gone again.
        known = set(payments.exists().ids)
        for line in report["lines"]:
            if line["payment_id"] not in known:
                line["payment_id"] = False
        self.env["continuity.run.line"].create(
            [{**line, "run_id": self.id} for line in report["lines"]]
        )
        self.write(report["values"])
