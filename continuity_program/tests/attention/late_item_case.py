# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A product that comes late, and whom it concerns."""

from datetime import date

from ..forecast.forecast_case import ForecastCase

SEP_14, OCT_12, OCT_20 = date(2027, 9, 14), date(2027, 10, 12), date(2027, 10, 20)


class LateItemCase(ForecastCase):
    """The fourth book is there on 20 October: it concerns A10 and A11."""

    def setUp(self):
        super().setUp()
        self.uid = self.manager
        self.late = self.books[3]
        self.item = self._create_item()

    def _create_item(self, **values):
        item = self.env["continuity.late.item"].create(
            {"product_id": self.late.id, "available_date": OCT_20, **values}
        )
        item.action_compare()
        return item

    def _get_options(self):
        return {option.option: option for option in self.item.option_ids}

    def _get_dates(self, name):
        """The days of the fourth and later shipments."""
        shipments = self.members[name].shipment_ids.filtered(lambda s: s.number >= 4)
        return [
            str(shipment.planned_date)
            for shipment in shipments.sorted("number")
            if shipment.state == "planned"
        ]

    def _get_turn(self, name, number=4):
        return self.members[name].shipment_ids.filtered(lambda s: s.number == number)

    def _apply(self, option, **values):
        self.item.write({"option": option, **values})
        return self.item.action_apply()["params"]["message"]
