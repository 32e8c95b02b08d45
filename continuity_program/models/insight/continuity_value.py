# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import format_date

from ...arguments import public
from ..base.titled import entitle


class ContinuityValue(models.Model):
    """What a member has brought up to each turn, and when he has paid back his cost.

    One row per program and turn, made anew with the stick rate. *Observed* counts by
    the members there were; *expected* is what a new one will bring, by the rates of
    leaving, skipping and sending back.
    """

    _name = "continuity.value"
    _description = "Break-Even"
    _rec_name = "program_id"
    _order = "program_id, turn, id"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    program_id = fields.Many2one(
        "continuity.program", required=True, readonly=True, ondelete="cascade"
    )
    turn = fields.Integer(string="Shipment no.", readonly=True, aggregator=None)
    computed_on = fields.Date(readonly=True, help="Figures are as of that day.")
    due_count = fields.Integer(
        string="Due",
        readonly=True,
        aggregator=None,
        help="Members the observed value is made of.",
    )
    contribution = fields.Monetary(
        string="Contribution per member",
        readonly=True,
        aggregator=None,
        help="What this shipment has brought, by the members due.",
    )
    value = fields.Monetary(
        string="Value so far",
        readonly=True,
        aggregator="max",
        help="What a member has brought up to this shipment, leavers included.",
    )
    has_value = fields.Boolean(
        string="Observed", readonly=True, help="Some members were due for it."
    )
    hazard = fields.Float(
        string="Leave %",
        readonly=True,
        aggregator=None,
        help="Of those who reach this shipment, how many leave with it: learned from"
        " this program, and from all programs where it has little to say.",
    )
    expected_value = fields.Monetary(
        string="Expected value",
        readonly=True,
        aggregator="max",
        help="What a new member will bring up to this shipment. Nothing is discounted.",
    )
    ahead_value = fields.Monetary(
        string="Still to come",
        readonly=True,
        aggregator=None,
        help="What a member who reaches this shipment will still bring, this one"
        " included: up to the end of the program, or over 24 shipments.",
    )
    later_values = fields.Json(
        readonly=True,
        help="On the 24th shipment of a program with an end: the same of this one and"
        " of each later one. Empty: each later one is like this one.",
    )
    acquisition_cost = fields.Monetary(
        readonly=True,
        aggregator="max",
        help="What it has cost to win a member, on average.",
    )
    is_break_even = fields.Boolean(
        string="Break-even", readonly=True, help="By this shipment it is paid back."
    )
    is_expected_break_even = fields.Boolean(
        string="Break-even expected",
        readonly=True,
        help="By this shipment a new member will have paid it back.",
    )
    verdict = fields.Char(compute="_compute_verdict")

    @api.depends("program_id", "value", "expected_value", "acquisition_cost")
    def _compute_verdict(self):
        """Say it in one sentence, for the program as a whole.

        Every row says it: whatever is filtered, it stands there.
        """
        rows = self.search([("program_id", "in", self.program_id.ids)])
        texts = {
            program: mine._get_verdict()
            for program, mine in rows.grouped("program_id").items()
        }
        for row in self:
            row.verdict = texts.get(row.program_id, "")

    def _get_verdict(self):
        """Say when a member of the program of these rows pays back what he cost.

        :rtype: str
        """
        first = self[:1]
        cost = first.acquisition_cost
        if not cost:
            return self.env._("Enter what a new member costs, on the program.")
        seen = self.filtered("has_value")
        observed = seen.filtered("is_break_even")[:1]
        expected = self.filtered("is_expected_break_even")[:1]
        texts = []
        if observed:
            texts.append(self.env._("Paid back by shipment %s.", observed.turn))
        else:
            last = seen[-1:]
            texts.append(
                self.env._(
                    "Not yet: %(short)s short after shipment %(turn)s.",
                    short=first.currency_id.format(cost - last.value),
                    turn=last.turn,
                )
            )
        if expected:
            texts.append(
                self.env._(
                    "A new member is expected to pay it back by shipment %s.",
                    expected.turn,
                )
            )
        else:
            texts.append(self.env._("A new member is not expected to pay it back."))
        return " ".join(texts)

    # === ACTIONS === #

    @api.model
    @public()
    def action_open_value(self):
        """Open the break-even; the title says since when it is known.

        :rtype: dict
        """
        return self._get_titled("continuity_program.continuity_value_action")

    @api.model
    def _get_titled(self, action_id):
        """Return an action whose title says the day of the figures.

        Of several companies the oldest day: nothing is newer than it seems.

        :param str action_id: a screen of figures that are made with these
        :rtype: dict
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(action_id)
        # Whoever may open a screen may know the day of its figures
        groups = self.sudo()._read_group(
            [("company_id", "in", self.env.companies.ids)],
            ["company_id"],
            ["computed_on:max"],
        )
        days = [day for _company, day in groups if day]
        if days:
            when = format_date(self.env, min(days))
            entitle(self.env, action, action["name"], when)
        return action

    @public(one=True)
    def action_view_retention(self):
        """Open the figures the row is made of.

        :rtype: dict
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "continuity_program.continuity_retention_action"
        )
        name = self.env._(
            "%(program)s: shipment %(number)s",
            program=self.program_id.display_name,
            number=self.turn,
        )
        return {
            **action,
            # Not the address of all figures
            "path": False,
            "name": name,
            "display_name": name,
            "domain": [
                ("program_id", "=", self.program_id.id),
                ("turn", "=", self.turn),
            ],
            "context": {},
            "views": [(False, "list"), (False, "pivot"), (False, "graph")],
            "view_mode": "list,pivot,graph",
        }
