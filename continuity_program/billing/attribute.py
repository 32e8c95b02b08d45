# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Which scope has what of each payment, and of what went back of it.

The books come first: what is matched with a document of a scope is that scope's. The
rest follows the shares a payment was made with, then what it is linked to. Nothing is
counted twice and nothing is lost: over all scopes, a payment counts for its amount.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from .captured import distribute_captured, share_out
from .facts import Money, Return


@dataclass(frozen=True, slots=True)
class Share:
    """What a payment was made for.

    :param Any row: the row; None = foreign money
    :param date due: shares are filled by due date
    """

    scope: Any
    amount: int
    row: Any = None
    due: date = date.min


@dataclass(frozen=True, slots=True)
class Applied:
    """What the books matched a payment with.

    :param Any scope: None = a document of no scope
    :param int amount: in the currency of the document
    """

    scope: Any
    amount: int


@dataclass(frozen=True, slots=True)
class Link:
    """A document or an order a payment is linked to.

    :param int residual: what an invoice still asks; None = an order
    """

    scope: Any
    residual: int | None = None
    due: date = date.min


@dataclass(frozen=True, slots=True)
class Back:
    """Money that went back of a payment.

    :param tuple[Applied, ...] noted: credit notes it is matched with
    :param Any scope: of the row it was given back for; None = nobody knows
    :param Any row: that row
    :param date lost_on: see ``Return``
    """

    key: Any
    amount: int
    at: datetime = datetime.min
    pending: bool = False
    kind: str = "refund"
    noted: tuple[Applied, ...] = ()
    scope: Any = None
    row: Any = None
    lost_on: date | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """A payment, whatever the door: one identity for everything that belongs to it.

    :param str door: see ``Money``
    :param str state: see ``Money``
    :param int amount: in the currency of its scopes; of a captured one, its captures
    :param tuple[Applied, ...] applied: matched with documents
    :param int adjusted: units of rounding and exchange that were matched without money
    :param tuple[Captured, ...] captures: what was captured
    :param tuple[Captured, ...] claims: captures that have no answer yet
    :param bool is_replaced: a bank line was matched with its document in its place
    :param bool is_loose: an exchange difference is left on it
    :param bool differs: in another currency and not matched: converted by its date
    """

    key: Any
    door: str
    state: str
    amount: int
    shares: tuple[Share, ...] = ()
    applied: tuple[Applied, ...] = ()
    links: tuple[Link, ...] = ()
    returns: tuple[Back, ...] = ()
    date: date = date.min
    refundable: str = "none"
    captured: int = 0
    capturing: int = 0
    capture: str = "partial"
    captures: tuple = ()
    claims: tuple = ()
    adjusted: tuple[Applied, ...] = ()
    is_transfer: bool = False
    is_replaced: bool = False
    is_loose: bool = False
    differs: bool = False


@dataclass(frozen=True, slots=True)
class Attribution:
    """What the scopes of a chunk have.

    :param dict money: per scope, its Money
    :param dict adjusted: per scope, what was settled without money
    :param dict outside: per payment, what belongs to no scope
    :param dict notices: per scope, codes for a person
    """

    money: dict
    adjusted: dict
    outside: dict
    notices: dict


def attribute(items, credit=lambda _scope, _money, _adjusted: 0):
    """Say what each scope has of the payments of a chunk.

    :param Sequence[Item] items: every payment that reaches one of the scopes
    :param callable credit: called with a scope, its money and what was adjusted; says
        how much it has beyond its claim. Only asked for a return of a payment of
        several scopes that nothing else explains
    :rtype: Attribution
    :raise AssertionError: a payment is counted twice or in part
    """
    result = Attribution({}, {}, {}, {})
    open_returns = []
    for item in sorted(items, key=lambda item: (item.date, item.key)):
        places, adjusted, outside = _place(item)
        counted = sum(place.here for place in places) + outside
        if counted != _amount(item):
            raise AssertionError(f"{counted} counted of {item.key}: {_amount(item)}")
        result.outside[item.key] = outside
        for scope, amount in adjusted.items():
            result.adjusted[scope] = result.adjusted.get(scope, 0) + amount
        left = [(item, places, back, _assign(back, places)) for back in item.returns]
        open_returns += [one for one in left if one[-1]]
        _note(result.notices, item, places)
        for place in places:
            place.listed = result.money.setdefault(place.scope, [])
            place.position = len(place.listed)
            place.listed.append(place.money(item))
    for item, places, back, rest in open_returns:
        _assign_by_credit(result, item, places, back, rest, credit)
    for scope, money in result.money.items():
        result.money[scope] = tuple(money)
    return result


class _Place:
    """What one scope and row have of one payment."""

    def __init__(self, scope, row=None, wanted=0):
        self.scope, self.row, self.wanted = scope, row, wanted
        self.here = self.elsewhere = self.matched = self.unassigned = 0
        self.captured = self.capturing = 0
        self.captures = []
        self.returns = []
        self.listed = self.position = None

    def money(self, item):
        """The fact of it."""
        return Money(
            item.key,
            item.door,
            self._get_state(item),
            self.here,
            self.row,
            amount=item.amount,
            elsewhere=self.elsewhere,
            returns=tuple(self.returns),
            date=item.date,
            refundable="none" if item.differs else item.refundable,
            unassigned=self.unassigned,
            captured=self.captured,
            capturing=self.capturing,
            # Nobody captures what was converted by a rate of a day
            capture="none" if item.differs else item.capture,
            captures=tuple(self.captures),
            is_transfer=item.is_transfer,
            unmatched=self._get_unmatched(item),
        )

    def _get_state(self, item):
        """What was captured whole has come, whatever waits for the others."""
        is_whole = item.state == "authorized" and 0 < self.here <= self.captured
        return "done" if is_whole else item.state

    def _get_unmatched(self, item):
        """What has come and waits for a document; what went back waits for none."""
        come = self.captured if item.state == "authorized" else self.here
        gone = sum(
            back.amount - back.noted for back in self.returns if not back.pending
        )
        return max(0, come - self.matched - gone)

    def update(self, item):
        """Write the fact anew."""
        self.listed[self.position] = self.money(item)


def _amount(item):
    """What a payment counts for over everything."""
    return 0 if item.is_replaced else item.amount


# === WHAT CAME === #


def _place(item):
    """Distribute one payment.

    :return: places, what was adjusted per scope, and what belongs to no scope
    :rtype: tuple[list[_Place], dict, int]
    """
    amount = _amount(item)
    adjusted = {}
    for one in item.adjusted:
        adjusted[one.scope] = adjusted.get(one.scope, 0) + one.amount
    applied = _applied(item)
    worth, beyond = _worth(applied, amount)
    for scope, more in beyond.items():
        if scope is not None and more:
            adjusted[scope] = adjusted.get(scope, 0) + more
    outside = worth.pop(None, 0)
    shares = sorted(item.shares, key=lambda share: (share.due, str(share.row)))
    places = [_Place(share.scope, share.row, share.amount) for share in shares]
    for scope, here in worth.items():
        _fill_scope(places, scope, here)
    rest = amount - outside - sum(worth.values())
    wanted = [place.wanted - place.here for place in places]
    for place, taken in zip(
        places, share_out(places, rest, wanted, item.captures), strict=True
    ):
        place.here += taken
        rest -= taken
    rest = _follow_links(item, places, rest)
    # A rest that is linked to nothing is only left when every row has its money
    _mark_elsewhere(item, places, outside)
    distribute_captured(item, places)
    return places, adjusted, outside + rest


def _applied(item):
    """What is matched per scope, in the order of the scopes' names."""
    applied = {}
    for one in sorted(item.applied, key=lambda one: str(one.scope)):
        applied[one.scope] = applied.get(one.scope, 0) + one.amount
    return applied


def _worth(applied, amount):
    """Cut what is matched down to what the payment is worth.

    :return: per scope, what is money, and what is more than money
    :rtype: tuple[dict, dict]
    """
    if sum(applied.values()) <= amount:
        return dict(applied), {}
    parts = apportion(amount, applied)
    return parts, {scope: applied[scope] - parts[scope] for scope in applied}


def apportion(amount, weights):
    """Share out an amount by weights, what rounding leaves by largest remainder.

    :param int amount: 0 or more
    :param dict weights: weight per key, 0 or more, not all 0
    :return: amount per key; they add up
    :rtype: dict
    """
    total = sum(weights.values())
    parts = {key: amount * weight // total for key, weight in weights.items()}
    missing = amount - sum(parts.values())
    by_remainder = sorted(
        weights, key=lambda key: (-(amount * weights[key] % total), str(key))
    )
    for key in by_remainder[:missing]:
        parts[key] += 1
    return parts


def _fill_scope(places, scope, here):
    """Give a scope what the books say: its rows first, the rest is foreign to them."""
    for place in places:
        if place.scope == scope:
            taken = min(here, place.wanted - place.here)
            place.here += taken
            place.matched += taken
            here -= taken
    if here:
        place = _foreign(places, scope)
        place.here += here
        place.matched += here


def _foreign(places, scope):
    """The place for money of no row; it is made when there is none."""
    for place in places:
        if place.scope == scope and place.row is None:
            return place
    places.append(_Place(scope))
    return places[-1]


def _follow_links(item, places, rest):
    """Give what no share wants to what the payment is linked to.

    :return: what is linked to nothing
    :rtype: int
    """
    if rest <= 0 or not item.links:
        return rest
    orders = [link for link in item.links if link.residual is None]
    if orders:
        _foreign(places, orders[0].scope).here += rest
        return 0
    links = sorted(item.links, key=lambda link: (link.due, str(link.scope)))
    for link in links:
        taken = min(rest, link.residual)
        if taken > 0:
            _foreign(places, link.scope).here += taken
            rest -= taken
    if rest:
        _foreign(places, links[-1].scope).here += rest
    return 0


def _mark_elsewhere(item, places, outside):
    """Note what the books used of a row's money for something else.

    :param int outside: what is matched with documents of no scope
    """
    if item.state != "done":
        return
    beyond = outside + sum(max(0, place.here - place.wanted) for place in places)
    for place in places:
        if place.row is not None:
            place.elsewhere = max(0, min(beyond, place.wanted - place.here))
            beyond -= place.elsewhere


def _note(notices, item, places):
    """Note what reading the payment showed."""
    for place in places:
        codes = notices.setdefault(place.scope, set())
        if item.is_loose:
            codes.add("loose_credit")
        if item.differs:
            codes.add("currency_differs")


# === WHAT WENT BACK === #


def _assign(back, places):
    """Let a return follow its row, else its notes, else the only scope there is.

    :return: what nothing explains
    :rtype: int
    """
    scopes = {place.scope for place in places}
    if back.scope in scopes:
        noted = sum(one.amount for one in back.noted if one.scope == back.scope)
        _give(places, back, back.scope, back.amount, noted, back.row)
        return 0
    rest = back.amount
    for one in back.noted:
        if one.scope is not None and rest:
            taken = min(rest, one.amount)
            if one.scope not in scopes:
                _foreign(places, one.scope)
                scopes.add(one.scope)
            _give(places, back, one.scope, taken, taken)
            rest -= taken
    if rest and len(scopes) == 1:
        _give(places, back, scopes.pop(), rest, 0)
        return 0
    return rest


def _give(places, back, scope, amount, noted, row=None):
    """Take a return off the places of a scope, its row's first, then the last ones."""
    mine = [place for place in places if place.scope == scope]
    mine.reverse()
    mine.sort(key=lambda place: place.row != row)
    rest = amount
    for place in mine:
        gone = sum(one.amount for one in place.returns)
        taken = min(rest, max(0, place.here - gone))
        if taken:
            share = min(noted, taken)
            place.returns.append(_returned(back, taken, share))
            rest -= taken
            noted -= share
    if rest:
        mine[0].returns.append(_returned(back, rest, min(noted, rest)))


def _returned(back, amount, noted):
    return Return(
        *(back.key, amount, back.at, back.pending, back.kind, noted, back.lost_on)
    )


def _assign_by_credit(result, item, places, back, rest, credit):
    """Let a return go to the scope with the largest credit, else to a person."""
    scopes = sorted({place.scope for place in places}, key=str)
    credits_ = {
        scope: credit(scope, tuple(result.money[scope]), result.adjusted.get(scope, 0))
        for scope in scopes
    }
    best = max(scopes, key=lambda scope: credits_[scope], default=None)
    if best is None or credits_[best] <= 0:
        # Nobody gives back of it before a person has said whose it was
        for place in places:
            place.unassigned += rest
    else:
        _give(places, back, best, rest, 0)
    for place in places:
        place.update(item)
