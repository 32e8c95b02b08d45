# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError

from ...forecast.demand import get_week
from ...forecast.late import get_worth, is_close
from ..forecasts.continuity_forecast_fact import Look
from .continuity_late_item import OPTIONS, SHOWN


class ContinuityLateItem(models.Model):
    """The late item: what each option would do, worked out and not written."""

    _inherit = "continuity.late.item"

    def _get_options(self):
        """Return what each option does to the shipments that are chosen.

        :return: values of options
        :rtype: list[dict]
        """
        shipments = self._get_chosen()
        if not shipments:
            return []
        return [self._get_option(option, shipments) for option, _name in OPTIONS]

    def _get_option(self, option, shipments):
        """Return what one option does; one that cannot be done says why.

        :rtype: dict
        """
        values = {
            "option": option,
            "member_count": len(shipments.continuity_order_id),
            "shipment_count": len(shipments),
        }
        try:
            shipments._check_may_update()
            values.update(getattr(self, f"_get_option_{option}")(shipments))
        except UserError as error:
            values["problem"] = str(error)
        return values

    def _get_option_one(self, shipments):
        return self._get_moves(shipments, "one")

    def _get_option_later(self, shipments):
        return self._get_moves(shipments, "later")

    def _get_moves(self, shipments, scope):
        """Ask the plan where the shipments go, and who gets two at once by it."""
        changes = self._get_changes(shipments, scope)
        days = {
            shipment: change.planned_date
            for shipment, change in changes
            if shipment.planned_date != change.planned_date
        }
        close = 0
        for order in shipments.continuity_order_id:
            mine = order.shipment_ids.filtered(lambda s: s.state == "planned")
            after = {s.id: days.get(s, s.planned_date) for s in mine}
            close += is_close(after, {s.id for s in mine if s in days})
        return {
            "shipment_count": len(days),
            "close_count": close,
            "last_date": max(days.values(), default=False),
        }

    def _get_changes(self, shipments, scope):
        """Ask the plan what becomes of shipments, and of those that follow them.

        What is left out, or is not as it is shown, does not follow either.

        :return: shipment and change of every row concerned
        :rtype: list[tuple]
        :raise UserError: one would leave behind the end its customer agreed to
        """
        kept = self._get_kept(shipments)
        changes = [
            pair
            for pair in shipments._get_bulk_moves(self.available_date, scope=scope)
            if pair[0] not in kept
        ]
        if warnings := shipments._get_end_warnings(changes):
            raise UserError(
                self.env._(
                    "%(warnings)s\nLeave them out here, and move them on their orders.",
                    warnings="\n".join(warnings[:SHOWN]),
                )
            )
        return changes

    def _get_option_swap(self, shipments):
        """No parcel moves, so none comes closer to another one."""
        pairs = self._get_swaps(shipments)
        days = [slot.planned_date for shipment, slot in pairs if shipment in shipments]
        return {"shipment_count": len(pairs), "last_date": max(days, default=False)}

    def _get_swaps(self, shipments):
        """Ask the plan which shipments change places.

        What is left out, or is not as it is shown, keeps its place.

        :rtype: list[tuple[continuity.shipment, continuity.shipment]]
        :raise UserError: somebody's shipments cannot change places
        """
        kept = self._get_kept(shipments)
        return shipments._get_swaps(self.available_date, kept)

    def _get_option_substitute(self, shipments):
        self._check_substitute(shipments)
        return {}

    def _check_substitute(self, shipments):
        """Refuse what cannot be sent instead.

        :param continuity.shipment shipments: of the late product
        :raise UserError: naming the first shipment
        """
        if not (self.product_id and self.new_product_id):
            raise UserError(
                self.env._("Choose the product that is late, and what to send instead.")
            )
        lines = shipments._get_substituted_lines(self.product_id)
        lines._check_bulk_substitution(self.product_id, self.new_product_id, 0.0, None)

    def _get_option_skip(self, shipments):
        amounts = {s.id: s.amount_total * self._get_rate(s) for s in shipments}
        planned, expected = get_worth(amounts, self._get_shares(shipments))
        currency = self.company_id.currency_id
        prepaid = shipments.filtered(lambda shipment: shipment._is_prepaid())
        return {
            "amount_planned": -currency.round(planned),
            "amount_expected": -currency.round(expected),
            "credit_count": len(prepaid.continuity_order_id),
        }

    def _get_rate(self, shipment):
        """Return what money of a shipment is worth in the currency of the company.

        :rtype: float
        :raise UserError: there is no rate
        """
        company = self.company_id
        if shipment.currency_id == company.currency_id:
            return 1.0
        # A rate is no secret, whoever asks
        facts_sudo = self.env["continuity.forecast.fact"].sudo()
        look = Look(company, company._continuity_today(), 1)
        return facts_sudo._get_rate(shipment.currency_id.id, look, {})

    def _get_shares(self, shipments):
        """Say which share of shipments is going to leave, as it is forecast.

        :return: share by id of the shipment; what is not forecast is missing
        :rtype: dict[int, float]
        """
        # The manager sees the forecast; an item says no more of it than a sum
        lines_sudo = (
            self.env["continuity.forecast.line"]
            .sudo()
            .search(
                [
                    ("forecast_id.is_current", "=", True),
                    ("company_id", "=", self.company_id.id),
                    ("level", "=", "event"),
                    # Who has not joined yet is another line of the same week
                    ("kind", "=", "member"),
                    ("event_id", "in", shipments.event_id.ids),
                ]
            )
        )
        known = {
            (line.event_id.id, line.product_id.id, line.week): (
                line.expected / line.open_quantity
            )
            for line in lines_sudo
            if line.open_quantity
        }
        first = min(lines_sudo.mapped("week"), default=None)
        shares = {}
        for shipment in shipments if known else ():
            week = max(get_week(shipment.planned_date), first)
            products = self.product_id or shipment.line_ids.product_id[:1]
            share = known.get((shipment.event_id.id, products.id, week))
            if share is not None:
                shares[shipment.id] = share
        return shares
