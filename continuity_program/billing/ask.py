# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Which rows may be asked now, and why the others are not."""

from .results import Ask, Move

#: An earlier row of the document in one of these states is still to be paid: books
#: match the oldest maturity first, whatever was meant.
NOT_SETTLED = frozenset({"scheduled", "declined", "processing", "unknown"})
#: What keeps everything of the scope from being asked, and its code.
ORDER_CODES = (
    ("hold_manual", lambda gate: gate.hold_manual),
    ("hold_payment", lambda gate: gate.hold_payment),
    ("parent_hold", lambda gate: gate.parent_hold),
)
#: What keeps a card from being charged.
CARD_CODES = (
    ("no_card", lambda gate: not gate.has_card),
    ("card_expired", lambda gate: gate.is_expired),
    ("card_archived", lambda gate: gate.is_archived),
    ("card_not_owner", lambda gate: not gate.is_owner),
    ("provider_off", lambda gate: not gate.provider_on),
)
#: What keeps a company, or a database, from asking anybody.
COMPANY_CODES = (
    ("company_archived", lambda gate: not gate.company_active),
    ("database_copy", lambda gate: not gate.database_confirmed),
    ("balance_differs", lambda gate: gate.balance_differs),
)


class Asking:
    """What may be asked of a scope now."""

    def __init__(self, facts, sums, rows, doubles, with_drafts, by_hand):
        """Look at the open rows.

        :param Facts facts: of the scope
        :param Sums sums: its account
        :param tuple[RowResult, ...] rows: its rows, those to be made, too
        :param Doubles doubles: rows that were paid twice
        :param dict with_drafts: amounts per sequence number if the draft notes were
            posted; None = there are none
        :param bool by_hand: a person asks: the date of the next attempt does not count
        """
        self.facts, self.sums, self.rows = facts, sums, rows
        self.doubles, self.with_drafts, self.by_hand = doubles, with_drafts, by_hand
        self.today = facts.scope.today
        self.asks, self.refused, self.moves = [], [], []
        self.small_rest = False
        self._documents = {
            term.line: doc.key for doc in facts.docs for term in doc.terms
        }
        self._before = {row.key: row for row in facts.rows}
        self._decide()

    def _decide(self):
        small = []
        usable = self._usable_doubles() if self.sums.aside else []
        # What is billed was asked already
        waiting = [row for row in self.rows if row.is_open and row.state != "billed"]
        waiting.sort(key=lambda row: (row.due, row.sequence))
        for row in waiting:
            code = self._code(row, usable)
            if code == "use_double_charge":
                self._use_double(row, usable)
            if code:
                self.refused.append((row.sequence, code))
            elif row.method == "account":
                self.asks.append(Ask((row.sequence,), row.amount, "bill"))
            else:
                small.append(row)
                amount = sum(part.amount for part in small)
                if amount >= self.facts.scope.smallest_charge:
                    rows = tuple(part.sequence for part in small)
                    self.asks.append(Ask(rows, amount, "charge"))
                    small = []
        self.refused += [(row.sequence, "small_amount") for row in small]
        # Nothing follows that it could be charged with
        self.small_rest = bool(small) and all(
            row in small or row.method == "account" for row in waiting
        )

    def _code(self, row, usable):
        """Why a row is not asked; None = it is."""
        gate = self.facts.scope.gate
        code = self._date_code(row)
        if code == "next_attempt" and sum(left for *_, left in usable) >= row.amount:
            # Money that has come already needs no new attempt. What a part leaves
            # would be a new row, and ask the card that has refused.
            code = self._earlier_code(row)
        code = code or self._money_code(row)
        if code:
            return code
        if not gate.is_running:
            return "order_state"
        if usable:
            return "use_double_charge"
        codes = [*ORDER_CODES, *COMPANY_CODES]
        if row.method == "card":
            codes[len(ORDER_CODES) : len(ORDER_CODES)] = CARD_CODES
        for name, is_so in codes:
            if is_so(gate):
                return name
        if row.method == "account" and not self._is_documented():
            return "no_document"
        return None

    def _date_code(self, row):
        """Whether it is too early."""
        if row.due > self.today:
            return "not_due"
        if row.state == "declined" and not self.by_hand and not self._is_small(row):
            next_attempt = self._before[row.key].next_attempt
            if not next_attempt or next_attempt > self.today:
                return "next_attempt"
        return self._earlier_code(row)

    def _earlier_code(self, row):
        """Whether an earlier row of its document comes first."""
        document = self._documents.get(row.line)
        is_blocked = any(
            other.state in NOT_SETTLED
            and other.due < row.due
            and self._documents.get(other.line) == document
            and not self._is_small(other)
            for other in self.rows
        )
        return "earlier_open" if is_blocked else None

    def _is_small(self, row):
        """A rest too small for a card waits for the next row, it does not block it."""
        return row.is_open and row.amount < self.facts.scope.smallest_charge

    def _money_code(self, row):
        """Whether other money may pay it, or a note is about to take it away."""
        if self.sums.other_under_way:
            is_sent = self.sums.other_under_way > self.sums.other_begun
            return "other_payment" if is_sent else "customer_is_paying"
        drafts = self.with_drafts
        if drafts is not None and drafts.get(row.sequence, 0) < row.amount:
            return "draft_credit"
        return None

    def _is_documented(self):
        return any(
            doc.state == "posted" and doc.kind == "invoice" for doc in self.facts.docs
        )

    def _usable_doubles(self):
        """What a row was paid twice and is not going back: payment, row, amount."""
        result, rest = [], self.sums.aside
        items = sorted(
            self.facts.money, key=lambda item: (item.date, item.key), reverse=True
        )
        for row in dict.fromkeys(item.row for item in items):
            left = self.doubles.left.get(row, 0)
            mine = [item for item in items if item.row == row]
            going = sum(b.amount for i in mine for b in i.returns if b.pending)
            left = min(left - going, rest)
            for item in mine:
                back = sum(back.amount for back in item.returns)
                amount = max(0, min(left, item.received - back))
                if amount:
                    result.append([item.key, row, amount])
                    left -= amount
                    rest -= amount
        return result

    def _use_double(self, row, usable):
        """Let a share of one double charge pay the row; a part pays a part of it.

        What was declined is paid by several of them: none of it asks the card again
        that has refused.
        """
        rest = row.amount
        while usable and rest:
            money, from_row, amount = usable.pop(0)
            taken = min(amount, rest)
            self.moves.append(Move(money, from_row, row.sequence, taken))
            rest = rest - taken if row.state == "declined" else 0
            if amount > taken:
                usable.insert(0, [money, from_row, amount - taken])


def get_too_little(rows, day, smallest):
    """Find the rows that hold no parcel: a rest of them is too little for a card.

    Nobody is asked for them before another row falls due. What reaches the smallest
    charge together is asked, and waited for. Of what nothing was paid there is no
    rest: a parcel that costs less waits for a person.

    :param Sequence[RowResult] rows: rows of the scope, those to be made, too
    :param date day: what is due by then
    :param int smallest: less is never asked of a card alone; 0 = no limit
    :rtype: list[RowResult]
    """
    is_begun = any(row.state in ("paid", "authorized") for row in rows)
    little = [
        row
        for row in rows
        if (is_begun or row.amount < row.base)
        and row.state in ("scheduled", "declined")
        and row.method == "card"
        and row.due <= day
        and row.amount < smallest
    ]
    return little if sum(row.amount for row in little) < smallest else []


def may_confirm(rows, day, smallest=0):
    """Say whether a child may be confirmed, as far as its payments are concerned.

    Not while one of its rows was refused, or waits for an answer, whatever its date;
    nor while one that was due is still to be charged. A bill waits for its own day,
    and a rest that is too little for a card for the next payment.

    :param Sequence[RowResult] rows: rows of the scope, those to be made, too
    :param date day: the later one of the run's date and today
    :param int smallest: less is never asked of a card alone; 0 = no limit
    :rtype: bool
    """
    little = get_too_little(rows, day, smallest)
    return not any(
        row.state in ("declined", "unknown", "pending", "processing")
        or (row.state == "scheduled" and row.method == "card" and row.due <= day)
        for row in rows
        if row not in little
    )
