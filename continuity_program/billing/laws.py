# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What must hold of every settlement, whatever the facts are."""


class LawBroken(AssertionError):
    """A settlement contradicts itself: nothing of it may be carried out."""


def check(settlement):
    """Refuse a settlement that contradicts itself.

    :param Settlement settlement: the answer
    :raise LawBroken: naming the law
    """
    sums = settlement.sums
    terms = (
        (sums.received - sums.returned + sums.adjusted)
        + (sums.open + sums.in_flight + sums.written_off + sums.held + sums.later)
        - (sums.credit + sums.aside)
    )
    _require(sums.claim == terms, "the account does not add up to the claim")
    rows = (*settlement.rows, *settlement.new_rows)
    amounts = [row.amount for row in rows if row.is_open]
    _require(sum(amounts) == sums.open, "the open rows do not add up to what is open")
    _require(all(amount > 0 for amount in amounts), "an open row asks nothing")
    net = max(0, sums.received - sums.returned)
    _require(sums.to_refund <= max(0, net - sums.going_back), "more back than came")
    unpaid = sums.open + sums.in_flight + sums.written_off + sums.held
    _require(not (sums.credit and unpaid), "something is owed and too much was paid")
    given = sum(refund.amount for refund in settlement.refunds)
    _require(given <= sums.to_refund, "more is given back than may be")


def _require(is_kept, law):
    if not is_kept:
        raise LawBroken(law)
