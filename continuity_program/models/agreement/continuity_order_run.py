# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from ...arguments import public

FAILED = "continuity_program.mail_activity_run_failed"


class ContinuityOrder(models.Model):
    """The continuity order: what the batch processes did with it, and what failed."""

    _inherit = "continuity.order"

    run_line_count = fields.Integer(
        string="Process runs", compute="_compute_run_line_count"
    )
    failure_job = fields.Selection(
        selection=lambda self: (
            self.env["continuity.run"]._fields["job"]._description_selection(self.env)
        ),
        string="Failed process",
        readonly=True,
        copy=False,
    )
    failure_message = fields.Char(
        string="Failed because",
        readonly=True,
        copy=False,
        help="Why the last run of a process could not do its work for this order. Empty"
        " as soon as it can.",
    )

    def _compute_run_line_count(self):
        groups = self.env["continuity.run.line"]._read_group(
            [*self._get_run_line_domain()], ["continuity_order_id"], ["__count"]
        )
        counts = dict(groups)
        for order in self:
            order.run_line_count = counts.get(order, 0)

    def _get_run_line_domain(self):
        return [
            ("continuity_order_id", "in", self.ids),
            ("run_id.dry_run", "=", False),
        ]

    @public()
    def action_view_run_lines(self):
        """Open what the processes did with the order, and what they left out.

        :rtype: dict
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "continuity_program.continuity_run_line_action"
        )
        return {
            **action,
            "name": self.env._("Process runs"),
            "domain": self._get_run_line_domain(),
            "context": {},
        }

    def _note_failure(self, job, message):
        """Show on the orders that a process failed, with one activity.

        :param str job: the process
        :param str message: why
        """
        self.write({"failure_job": job, "failure_message": message})
        self._schedule_continuity_activity(FAILED, message)

    def _clear_failure(self, job):
        """Take back what `_note_failure` showed: the process works again.

        :param str job: the process
        """
        mended = self.filtered(lambda order: order.failure_job == job)
        if mended:
            mended.write({"failure_job": False, "failure_message": False})
            mended.activity_unlink([FAILED])
