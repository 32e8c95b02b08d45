# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import dataclass
from datetime import timedelta

from odoo import api, models

from ... import planning
from ...forecast.rates import Counts, Rates
from ...forecast.value import (
    Expected,
    Observed,
    break_even,
    expected_value,
    observed_value,
    return_rate,
    value_ahead,
)
from .continuity_fact import LAST_TURN


@dataclass
class Sums:
    """What the stick rate says of one turn, or of all of them."""

    due: int = 0
    shipped: int = 0
    returned: float = 0.0
    quantity: float = 0.0
    kept_quantity: float = 0.0
    revenue: float = 0.0
    goods_cost: float = 0.0
    fee: float = 0.0
    contribution: float = 0.0
    acquisition: float = 0.0

    def __add__(self, other):
        pairs = zip(vars(self).values(), vars(other).values(), strict=True)
        return Sums(*map(sum, pairs))


class ContinuityValue(models.Model):
    """How the value of a member is worked out: from the stick rate and the rates."""

    _inherit = "continuity.value"

    @api.model
    def _refresh_company(self, company):
        """Make the rows of a company anew.

        :param res.company company: the company
        """
        sums = self._read_sums(company)
        rates = self._get_rates(company, sums)
        vals_list = []
        for program, turns in sums.items():
            vals_list += self._prepare_program(program, turns, rates)
        # The rows are the company's, whoever asks for them
        rows_sudo = self.sudo()
        rows_sudo.search([("company_id", "=", company.id)]).unlink()
        today = company._continuity_today()
        rows_sudo.create(
            [
                {**vals, "company_id": company.id, "computed_on": today}
                for vals in vals_list
            ]
        )

    @api.model
    def _read_sums(self, company):
        """Read the stick rate by program and turn.

        :rtype: dict[continuity.program, dict[int, Sums]]
        """
        names = (
            *("due_count", "shipped_count", "returned_count", "quantity"),
            *("kept_quantity", "revenue", "goods_cost", "fee", "contribution"),
            "acquisition_cost",
        )
        # What goods cost is not for everybody who asks for the figures
        groups = (
            self.env["continuity.retention"]
            .sudo()
            ._read_group(
                [("company_id", "=", company.id)],
                ["program_id", "turn"],
                [f"{name}:sum" for name in names],
            )
        )
        sums = {}
        for program, turn, *figures in groups:
            sums.setdefault(program, {})[turn] = Sums(*(f or 0 for f in figures))
        return sums

    # === RATES === #

    @api.model
    def _get_rates(self, company, programs):
        """Learn the rates of leaving and skipping.

        :rtype: Rates
        """
        today = company._continuity_today()
        since = today - timedelta(days=company.continuity_forecast_window)
        facts = self.env["continuity.fact"]._get_count_sql(company, today, since)
        counts = {
            (program, turn): Counts(shipped + skipped + left, left, skipped)
            for program, turn, shipped, skipped, left in self.env.execute_query(facts)
        }
        meets = {}
        for program in programs:
            meets.update(self._get_meets(program))
        return Rates(counts, meets=meets, strength=company.continuity_forecast_strength)

    @api.model
    def _get_meets(self, program):
        """Say how likely a new member takes his turns, where somebody has an opinion.

        :rtype: dict[tuple, list]
        """
        probability = {event.id: event.probability for event in program.event_ids}
        return {
            (program.id, turn): [(probability[event.key], 1)]
            for turn, (event, occurrence) in enumerate(self._get_plan(program), start=1)
            if not occurrence and probability.get(event.key, 100) != 100
        }

    @api.model
    def _get_plan(self, program):
        """List the shipments of a new member, up to the 24th.

        :rtype: list[tuple]
        """
        return self._get_whole_plan(program)[:LAST_TURN]

    @api.model
    def _get_whole_plan(self, program):
        return planning.numbered(program._to_planning())

    # === ROWS === #

    @api.model
    def _prepare_program(self, program, turns, rates):
        """Return the values of the rows of a program.

        :param continuity.program program: the program
        :param dict turns: sums by turn
        :param Rates rates: of the company
        :rtype: list[dict]
        """
        plan = self._get_whole_plan(program)
        length = max(len(plan), *turns)
        count = min(length, LAST_TURN)
        every = sum(turns.values(), Sums())
        by_turn = [turns.get(turn, Sums()) for turn in range(1, count + 1)]
        hazards = [
            rates.get_hazard(program.id, turn).value for turn in range(1, count + 1)
        ]
        observed = observed_value(
            Observed(one.due, one.contribution) for one in by_turn
        )
        ahead = [
            self._expect(program, one if one.kept_quantity else every, hazard)
            for one, hazard in zip(by_turn, hazards, strict=True)
        ]
        shares = (
            rates.get_skip(program.id).value,
            return_rate(every.returned, every.shipped),
        )
        expected = expected_value(ahead, *shares)
        # Later ones than the 24th are like the 24th
        is_endless = any(event.is_endless for event, _occurrence in plan)
        more = LAST_TURN - 1 if is_endless else length - count
        still_to_come = value_ahead([*ahead, *ahead[-1:] * more], *shares)
        later = {} if is_endless else {LAST_TURN: still_to_come[LAST_TURN - 1 :]}
        first = by_turn[0]
        cost = first.acquisition / first.due if first.due else 0.0
        digits = program.currency_id.decimal_places
        reached = {
            "is_break_even": cost and break_even(observed, cost, digits),
            "is_expected_break_even": cost and break_even(expected, cost, digits),
        }
        return [
            {
                "program_id": program.id,
                "turn": turn,
                "due_count": one.due,
                "contribution": one.contribution / one.due if one.due else 0.0,
                "value": observed[min(turn, len(observed)) - 1] if observed else 0.0,
                "has_value": turn <= len(observed),
                "hazard": hazards[turn - 1],
                "expected_value": expected[turn - 1],
                "ahead_value": still_to_come[turn - 1],
                "later_values": later.get(turn),
                "acquisition_cost": cost,
                **{name: found == turn for name, found in reached.items()},
            }
            for turn, one in enumerate(by_turn, start=1)
        ]

    @api.model
    def _expect(self, program, sums, hazard):
        """Return what a turn will bring of one who takes the quantity 1.

        :param continuity.program program: what a parcel costs
        :param Sums sums: of the turn, or of all turns while nothing is known of it
        :param float hazard: who leaves with it
        :rtype: Expected
        """
        price = sums.revenue / sums.kept_quantity if sums.kept_quantity else 0.0
        goods = sums.goods_cost / sums.quantity if sums.quantity else 0.0
        # What charges have cost: not all is charged, and it is charged with the tax
        fee = sums.fee / sums.quantity if sums.quantity else 0.0
        parcel = program.fulfilment_cost
        return Expected(
            hazard=hazard,
            margin=price - goods - parcel - fee,
            loss=goods * (1 - program.resale_percent / 100) + parcel + fee,
        )
