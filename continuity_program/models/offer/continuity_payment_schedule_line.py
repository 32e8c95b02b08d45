# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import api, fields, models

from ... import planning
from ..base.continuity_bounds_mixin import MOST_DAYS, MOST_MONEY


class ContinuityPaymentScheduleLine(models.Model):
    """One payment of a schedule whose allocation is *Specified*."""

    _name = "continuity.payment.schedule.line"
    _description = "Continuity Payment Schedule Line"
    _inherit = ["continuity.bounds.mixin"]
    _order = "schedule_id, sequence, id"
    _rec_name = "schedule_id"
    _bounds = {"quantity": (0, MOST_MONEY), "periods_after": (0, MOST_DAYS)}

    schedule_id = fields.Many2one(
        comodel_name="continuity.payment.schedule",
        string="Payment schedule",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="schedule_id.company_id", store=True, index=True, precompute=True
    )
    sequence = fields.Integer(default=10)
    value = fields.Selection(
        selection=[("percent", "Percent"), ("amount", "Amount")],
        required=True,
        default="percent",
    )
    quantity = fields.Float(
        string="Percent or amount",
        digits=(16, 4),
        help="The last line takes the rest, whatever it says.",
    )
    periods_after = fields.Integer(
        string="Periods after",
        help="Number of periods between the first due date and this payment.",
    )

    @api.constrains("value", "quantity", "periods_after", "sequence")
    def _check_schedule(self):
        """A line changed on its own must leave its schedule possible (rules C8)."""
        self.schedule_id._check_schedule()

    def _to_planning(self):
        """Return the lines as the planning module knows them.

        :rtype: tuple[planning.ScheduleLine, ...]
        """
        return tuple(
            planning.ScheduleLine(
                value=line.value,
                quantity=Decimal(str(line.quantity)),
                periods_after=line.periods_after,
            )
            for line in self
        )
