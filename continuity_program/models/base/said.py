# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Days, amounts, goods and states in words: rows of an order have most in common."""

from .of_order import OfOrder


class Said(OfOrder):
    """What is said in the words of one language, each made once for one answer."""

    def __init__(self, order):
        super().__init__(order)
        self._texts = {}

    def day(self, day):
        """Return a day with its weekday.

        :param date day: the day
        :rtype: str
        """
        return self._once(("day", day), lambda: self.order._format_day(day))

    def amount(self, amount):
        """Return an amount in the currency of the order.

        :param float amount: the amount
        :rtype: str
        """
        return self._once(("amount", amount), lambda: self.order._format(amount))

    def product(self, product):
        """Return a product as its customer knows it.

        :param product.product product: the product
        :rtype: str
        """
        return self._once(("product", product), product._continuity_get_name)

    def state(self, record):
        """Return the state of a record as people know it.

        :param odoo.models.BaseModel record: one record with a state
        :rtype: str
        """
        field, known = record._fields["state"], ("states", record._name)
        states = self._once(known, lambda: dict(field._description_selection(self.env)))
        return states[record.state]

    def _once(self, key, make):
        if key not in self._texts:
            self._texts[key] = make()
        return self._texts[key]
