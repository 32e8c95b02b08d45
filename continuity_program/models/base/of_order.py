# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is made of one order for one answer; words that are made once for it."""


class OfOrder:
    """What is made of one continuity order, for one answer, and then thrown away.

    Texts, previews and documents are built by such classes, each in the room of its
    subject: the model keeps what the order is and what is done with it. What another
    addon is to extend stays a method of the model.

    :param continuity.order order: the order, in the language and with the rights of
        whoever is answered
    """

    def __init__(self, order):
        order.ensure_one()
        self.order = order
        self.env = order.env


class Once(dict):
    """What was made before, by what it is made of."""

    def __call__(self, key, make):
        """Return what belongs to the key; it is made when it is asked for first.

        :param key: what it is made of
        :param make: callable that makes it
        """
        if key not in self:
            self[key] = make()
        return self[key]


class Said(OfOrder):
    """What is said of an order in one language: its rows have most words in common."""

    def __init__(self, order):
        super().__init__(order)
        self._once = Once()

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
