# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ...forecast.rates import FEW_DECISIONS, LAST_TURN


class ContinuityRate(models.Model):
    """How many of those who reach a turn leave with it, as a forecast took it."""

    _name = "continuity.rate"
    _description = "Continuity Rate"
    _order = "program_id, turn, id"
    _rec_name = "turn"

    forecast_id = fields.Many2one(
        "continuity.forecast",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    program_id = fields.Many2one(
        "continuity.program",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    turn = fields.Integer(
        string="Shipment number",
        readonly=True,
        aggregator=None,
        help="Shipments after the 24th count like the 24th.",
    )
    decision_count = fields.Integer(
        string="Decisions", readonly=True, help="Members who took, skipped or left."
    )
    left_count = fields.Integer(string="Left", readonly=True)
    hazard = fields.Float(
        string="Leave",
        readonly=True,
        aggregator=None,
        help="Share of those who reach it that leaves with it.",
    )
    hazard_low = fields.Float(
        string="Low",
        readonly=True,
        aggregator=None,
        help="In eight cases of ten, the share lies between Low and High.",
    )
    hazard_high = fields.Float(
        string="High",
        readonly=True,
        aggregator=None,
        help="In eight cases of ten, the share lies between Low and High.",
    )
    prior = fields.Float(
        string="Assumed",
        readonly=True,
        aggregator=None,
        help="What is assumed before anybody has decided: it weighs like the decisions"
        " set in the parameters of the company.",
    )
    prior_source = fields.Selection(
        selection=[
            ("company", "All programs"),
            ("typed", "Probability of the event"),
        ],
        string="Assumed from",
        readonly=True,
    )
    skip_count = fields.Integer(
        string="Skipped", readonly=True, aggregator=None, help="In the whole program."
    )
    skip_rate = fields.Float(
        string="Skipped %",
        readonly=True,
        aggregator=None,
        help="Share of those who stay that skips a shipment of the program.",
    )
    is_assumed = fields.Boolean(
        string="Mostly assumed",
        compute="_compute_is_assumed",
        help="Fewer than 30 members have decided.",
    )

    @api.depends("decision_count")
    def _compute_is_assumed(self):
        for rate in self:
            rate.is_assumed = rate.decision_count < FEW_DECISIONS

    def _get_sentence(self):
        """Say what is known of those who leave with a turn.

        :rtype: str
        """
        self.ensure_one()
        values = {
            # Who may read a rate may know what it is the rate of
            "program": self.program_id.sudo().display_name,
            "turn": self.turn if self.turn < LAST_TURN else f"{LAST_TURN}+",
            "left": self.left_count,
            "count": self.decision_count,
            "percent": f"{self.hazard:.1%}".rstrip("%"),
        }
        if self.is_assumed:
            return self.env._(
                "%(program)s, shipment %(turn)s: %(left)s of %(count)s left, taken as"
                " %(percent)s %%. Mostly an assumption: it weighs like %(weight)s.",
                **values,
                weight=self.forecast_id.strength,
            )
        return self.env._(
            "%(program)s, shipment %(turn)s: %(left)s of %(count)s left, taken as"
            " %(percent)s %%.",
            **values,
        )
