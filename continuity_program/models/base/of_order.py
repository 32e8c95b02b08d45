# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is made of one order for one answer; words that are made once for it."""

from collections.abc import Mapping

from .sealed import unseal


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


class OnDemand(Mapping):
    """Parts that are made when they are asked for first.

    :param dict parts: by name, callables that get the whole
    :param whole: what the parts are made of
    """

    def __init__(self, parts, whole):
        self._parts, self._whole, self._once = parts, whole, Once()

    def __getitem__(self, name):
        make = self._parts[name]
        return self._once(name, lambda: make(self._whole))

    def __iter__(self):
        return iter(self._parts)

    def __len__(self):
        return len(self._parts)


class Notices:
    """Words that mails made together have in common, handed on in their context."""

    def __init__(self):
        self.said = Once()


class Said(OfOrder):
    """What is said of an order in one language: its rows have most words in common.

    So have mails that are made together: their days, amounts and products are made
    once for all orders in one language and currency.
    """

    def __init__(self, order):
        super().__init__(order)
        notices = unseal(self.env, "continuity_notice")
        if isinstance(notices, Notices):
            key = self.env.lang, order.currency_id
            self._once = notices.said(key, Once)
        else:
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
