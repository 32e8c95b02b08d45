# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command, models

#: What a new row takes from the row before it: what was sold, changes included.
COPIED_FIELDS = (
    "price_unit",
    "discount",
    "price_overridden",
    "product_changed",
    "quantity_changed",
    "price_changed",
    "price_reason",
)


class ContinuityShipment(models.Model):
    """The shipment as the pattern of the next one of its event."""

    _inherit = "continuity.shipment"

    def _is_pattern(self):
        """Tell whether the next row of the event repeats what this one sends.

        A row without goods was left out; it says nothing about the next one.

        :rtype: bool
        """
        self.ensure_one()
        return any(self.line_ids.mapped("quantity"))

    def _prepare_repeat(self, day):
        """Return the goods of the next row: what was sold, with what was changed.

        :param date day: the day it leaves; a dearer price may have been announced
        :rtype: dict
        """
        self.ensure_one()
        wanted = self.continuity_order_id.quantity
        factor = wanted / self.parent_quantity if self.parent_quantity else 1.0
        return {
            "payment_schedule_id": self.payment_schedule_id.id,
            "schedule_changed": self.schedule_changed,
            "is_customized": any(line._is_changed() for line in self.line_ids),
            "line_ids": [
                Command.create(
                    {
                        **{name: line[name] for name in COPIED_FIELDS},
                        "quantity": line._get_repeated_quantity(factor),
                        **line._get_repeat_price(day),
                        **line._get_repeated_distribution(),
                        "company_id": self.company_id.id,
                        "event_line_id": line.event_line_id.id,
                        "product_id": line.product_id.id,
                        "uom_id": line.uom_id.id,
                    }
                )
                for line in self.line_ids
                if line.quantity
            ],
        }
