# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from ... import planning
from ..base.of_order import OfOrder


class BulkDates(OfOrder):
    """The dates that an update in bulk gives the shipments of an order."""

    def get(self, plans, rows, indices, how):
        """Ask the planning module for the new dates of one order.

        :param dict plans: programs read before
        :param list rows: the ledger
        :param list[int] indices: positions of the marked rows
        :param tuple how: new date or None, days, and scope
        :rtype: list[planning.RowChange]
        :raise ChangeRefused: a date before today
        """
        new_date, days, scope = how
        today = self.order.company_id._continuity_today()
        first = next(i for i in planning.leaving_order(rows) if i in indices)
        if scope == "later" and new_date:
            plan = self.order._get_plan(plans)
            return planning.move_all_later(plan, rows, first, new_date, today)
        if scope == "later":
            return planning.shift(rows, days, today, first)
        # Only a step back can lead into the past: a late row may be moved on.
        limit = today if new_date or days < 0 else None
        return [
            planning.move_one(
                rows, i, new_date or planning.add_days(rows[i], days, today), limit
            )
            for i in indices
        ]
