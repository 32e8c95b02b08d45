# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..arguments import public
from ..models.changes.resumption import Resumption, check_can_pause

#: Months that are offered; any other day is typed
MONTHS = 6


class ContinuityPause(models.TransientModel):
    """Ask until when an order is paused, and show what that does (rules R15).

    It collects; the rules stand in `continuity.order`.
    """

    _name = "continuity.pause"
    _inherit = ["continuity.dialog"]
    _description = "Pause a Continuity Order"

    order_id = fields.Many2one(
        comodel_name="continuity.order",
        string="Continuity order",
        required=True,
        readonly=True,
    )
    resume_date = fields.Date(
        string="Resume on",
        help="The order goes on by itself on this day. Empty: until somebody"
        " resumes it.",
    )
    month = fields.Selection(
        selection="_get_months",
        string="Until the first of",
        help="One click for what customers say most often.",
    )
    effect = fields.Text(string="What happens", compute="_compute_effect")
    problem = fields.Char(compute="_compute_effect")

    @api.model
    def _get_months(self):
        """Offer the first day of the months to come.

        :return: the day as a text for computers, and its month in words
        :rtype: list[tuple[str, str]]
        """
        today = self.env.company._continuity_today()
        days = [
            today + relativedelta(day=1, months=ahead) for ahead in range(1, MONTHS + 1)
        ]
        return [
            (str(day), format_date(self.env, day, date_format="MMMM y")) for day in days
        ]

    @api.onchange("month")
    def _onchange_month(self):
        if self.month:
            self.resume_date = self.month

    @api.onchange("resume_date")
    def _onchange_resume_date(self):
        if self.month != str(self.resume_date):
            self.month = False

    @api.depends("resume_date", "order_id")
    def _compute_effect(self):
        for pause in self:
            pause.effect = pause.problem = False
            try:
                pause.effect = pause._get_effect()
            except UserError as error:
                pause.problem = str(error)

    def _get_effect(self):
        """Say what becomes of the planned shipments.

        :rtype: str
        :raise UserError: the order cannot be paused until then
        """
        self.ensure_one()
        nothing = self.env._("Until then nothing is sent, charged or added.")
        if not self.resume_date:
            return nothing
        order = self.order_id
        check_can_pause(order, self.resume_date)
        # Sellers may not read every program; the plan of their own order they may
        changes = Resumption(order.sudo()).get_changes(self.resume_date)
        texts = [self._describe(*pair) for pair in changes]
        if warning := order._get_end_warning(changes):
            texts.append(warning)
        return "\n".join([nothing, *texts])

    def _describe(self, shipment, change):
        """Say what becomes of one shipment.

        :rtype: str
        """
        texts = {
            "number": shipment.number,
            "old": self.order_id._format_day(shipment.planned_date),
            "new": self.order_id._format_day(change.planned_date),
        }
        if change.action == "skip":
            return self.env._("Shipment %(number)s: %(old)s → left out", **texts)
        if change.planned_date != shipment.planned_date:
            return self.env._("Shipment %(number)s: %(old)s → %(new)s", **texts)
        return self.env._("Shipment %(number)s: %(old)s, unchanged", **texts)

    @public(one=True)
    def action_pause(self):
        """Pause the order; see the order for what is refused."""
        self.ensure_one()
        self.order_id.action_pause(self.resume_date)
        texts = {"order": self.order_id.name}
        if not self.resume_date:
            message = self.env._(
                "%(order)s is paused until somebody resumes it.", **texts
            )
        else:
            message = self.env._(
                "%(order)s is paused until %(day)s.",
                day=self.order_id._format_day(self.resume_date),
                **texts,
            )
        return self._get_done_action(message)
