# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The guard of a program: how far parcels run ahead of the money.

``Rules`` is what a program says, ``Facts`` what a customer has got, paid and sent back,
``broken_rule`` which rule keeps the next parcel in the house. Amounts are numbers of
the smallest coin, so nothing is compared that was rounded twice: what belongs to the
series in the currency of the order, the balance in that of the company.
"""

from dataclasses import dataclass, field, replace
from datetime import date


@dataclass(frozen=True)
class Rules:
    """What a program allows; 0 and False are off.

    ``by_customer``: what the customer owes and has not got counts over all his orders.
    """

    max_unpaid: int = 0
    max_balance: int = 0
    days_overdue: int = 0
    max_undelivered: int = 0
    first_paid: bool = False
    stop_refused: bool = False
    by_customer: bool = False

    def __bool__(self):
        return replace(self, by_customer=False) != Rules()


@dataclass(frozen=True)
class Facts:
    """What is known of a customer in one continuity order, or in all of them.

    ``unpaid`` and ``balance`` are about what has been shipped. ``oldest_due`` is the
    due date of the oldest payment that has not come in. ``shipped`` and ``covered`` are
    what was sent of an order that is paid in advance, and what has been paid of it;
    None says that nothing of it is open.
    """

    unpaid: int = 0
    balance: int = 0
    oldest_due: date | None = None
    undelivered: int = 0
    shipped_count: int = 0
    is_first_unpaid: bool = False
    is_refused: bool = False
    is_upfront: bool = False
    shipped: int = 0
    covered: int | None = 0

    def covers(self, amount):
        """Say whether a parcel is paid for already.

        :param int amount: value of the parcel
        :rtype: bool
        """
        return self.is_upfront and (
            self.covered is None or self.shipped + amount <= self.covered
        )

    def with_parcel(self, amount, value, is_owed):
        """Return what is known once another parcel has left.

        :param int amount: value of the parcel, in the currency of the order
        :param int value: the same in the currency of the company
        :param bool is_owed: it leaves before it is paid
        :rtype: Facts
        """
        owed = is_owed and not self.covers(amount)
        return replace(
            self,
            unpaid=self.unpaid + owed,
            balance=self.balance + owed * value,
            undelivered=self.undelivered + 1,
            shipped_count=self.shipped_count + 1,
            is_first_unpaid=self.is_first_unpaid or (owed and not self.shipped_count),
            is_refused=False,
            shipped=self.shipped + amount,
        )

    def __add__(self, other):
        """Add what the same customer owes and has not got elsewhere.

        The series stays that of the first: its first parcel, what was paid in advance.
        """
        dues = [due for due in (self.oldest_due, other.oldest_due) if due]
        return replace(
            self,
            unpaid=self.unpaid + other.unpaid,
            balance=self.balance + other.balance,
            oldest_due=min(dues, default=None),
            undelivered=self.undelivered + other.undelivered,
        )


@dataclass
class Book:
    """What a night knows of the customers whose parcels are due.

    ``others`` names the other orders of the same customer. What leaves is noted, so
    that two parcels of one night are not let pass by the money of one.
    """

    rules: dict = field(default_factory=dict)
    facts: dict = field(default_factory=dict)
    others: dict = field(default_factory=dict)

    def check(self, order, amount, day):
        """Say which rule keeps a parcel of an order in the house.

        :param order: key of the order
        :param int amount: value of the parcel, in the currency of the order
        :param date day: the day it would leave
        :rtype: tuple[str, int, int] | None
        """
        rules = self.rules.get(order)
        if not rules:
            return None
        facts = self.facts[order]
        for other in self.others.get(order, ()) if rules.by_customer else ():
            facts += self.facts[other]
        return broken_rule(rules, facts, amount, day)

    def send(self, order, amount, value, is_owed):
        """Note that a parcel leaves; see :meth:`Facts.with_parcel`."""
        if order in self.facts:
            self.facts[order] = self.facts[order].with_parcel(amount, value, is_owed)


def broken_rule(rules, facts, amount, day):
    """Say which rule keeps a parcel in the house, the first that does.

    Numbers and amounts stop where they are reached, days where they are exceeded. Money
    says nothing about a parcel that was paid for in advance.

    :param Rules rules: of the program
    :param Facts facts: of the customer
    :param int amount: value of the parcel
    :param date day: the day it would leave
    :return: name of the rule, what was found and what is allowed; None = it may leave
    :rtype: tuple[str, int, int] | None
    """
    overdue = (day - facts.oldest_due).days if facts.oldest_due else 0
    money = (
        ("max_unpaid", facts.unpaid, rules.max_unpaid),
        ("max_balance", facts.balance, rules.max_balance),
        # The last day that is allowed is still allowed
        ("days_overdue", overdue, rules.days_overdue and rules.days_overdue + 1),
    )
    goods = (
        ("max_undelivered", facts.undelivered, rules.max_undelivered),
        ("stop_refused", int(facts.is_refused), int(rules.stop_refused)),
    )
    first = (("first_paid", int(facts.is_first_unpaid), int(rules.first_paid)),)
    checks = goods if facts.covers(amount) else (*money, *first, *goods)
    for name, value, limit in checks:
        if limit and value >= limit:
            return name, value, getattr(rules, name)
    return None
