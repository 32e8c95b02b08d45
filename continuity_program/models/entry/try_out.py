# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError

from ..base.of_order import OfOrder

#: What the seller types in the Continuity wizard, and what is said depends on
TRIED = (
    "line_quantity",
    "start_date",
    "payment_schedule_id",
    "payment_method",
    "payment_token_id",
    "card_expiry_date",
)
#: What is said
SAID = (
    "headline",
    "first_parcel_text",
    "charge_text",
    "pieces_text",
    "balance_text",
    "warning_text",
    "card_warning_text",
    "schedule_html",
    "payment_missing",
    "quantity",
)


class TryOut(OfOrder):
    """What the Continuity wizard says is true of what is typed, saved or not.

    Dates, prices and payments of a plan are made by the methods that save it. So what
    was typed is saved, read, and taken back, instead of being worked out twice.
    """

    def say(self, values, shown):
        """Say what the wizard would say if this were saved; nothing is.

        :param dict values: what stands in the form, a record as its id or as the web
            client gets it
        :param list shown: names of the fields to read
        :return: their values; why it cannot be saved as the warning
        :rtype: dict
        """
        typed = {
            name: values[name]["id"] if isinstance(values[name], dict) else values[name]
            for name in TRIED
            if name in values
        }
        typed = {
            name: value
            for name, value in typed.items()
            if self._is_typed_anew(name, value)
        }
        try:
            with self.env.cr.savepoint() as savepoint:
                if typed:
                    # A value that goes back leaves no line in the chatter
                    self.order.with_context(tracking_disable=True).write(typed)
                said = {name: self.order[name] for name in shown}
                savepoint.rollback()
        except UserError as error:
            said = {"warning_text": str(error)}
        return said

    def _is_typed_anew(self, name, value):
        field = self.order._fields[name]
        return field.convert_to_cache(
            value, self.order, validate=False
        ) != field.convert_to_cache(self.order[name], self.order, validate=False)
