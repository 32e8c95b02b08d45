# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The short notation of the tables of ``test_settle_*``: facts in, settlement out.

Facts, parts by ``;``::

    child 29.89 ×2, inv 1, back 1; +14.94 −14.94; rows 9.96 p/9.96/9.97
    expected 70.12 (ended)      what is billed up front, before there is an invoice
    by documents                nothing is asked before there is an invoice
    +14.94 −14.94 draft         documents in their order; notes reverse the last invoice
    rows 4.98 p/4.98→2.00 d     base, amount asked where it is another, state
    got link 25.00 pending, own 1 14.94 back 6.05
    adjusted 2.00

States of rows: p paid, p.o. paid otherwise, d declined, b billed, c cancelled, w.o.
written off, books, pending. A row *p* without money of its own in ``got`` has one
success of its amount. ``own 1`` is our charge of row 1; ``tx 1`` is our charge of the
first paid row, ``tx 2`` of the second, or of the last one paid.
"""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta

from ... import billing

SCOPE = re.compile(
    r"(?P<kind>child|expected) (?P<total>[\d.]+)"
    r"(?P<ended> cancelled| waiting| \(ended\))?(?: ×(?P<pieces>\d+))?(?P<rest>.*)"
)
QUANTITY = re.compile(r"(inv|draft|off|back|delivered) (\d+)")
ITEM = re.compile(
    r"(?P<name>own \d+|tx \d+(?:, late)?|link|bank) (?P<amount>[\d.]+)(?P<more>[^,]*)"
)
ROW = re.compile(r"(?P<base>[\d.]+)(?:→(?P<amount>[\d.]+))?(?: (?P<state>[a-z. ]+))?$")
STATES = {
    "": {},
    "p": {"state": "paid"},
    "p.o.": {"state": "paid", "otherwise": True},
    "d": {"state": "declined", "next_attempt": date(2027, 1, 1)},
    "b": {"state": "billed", "method": "account"},
    "c": {"state": "cancelled", "cancel": "credited"},
    "w.o.": {"state": "cancelled", "cancel": "written_off"},
    "pending": {"state": "pending"},
    "extra": {"kind": "extra"},
}
WORDS = {
    "back": {},
    "going back": {"pending": True},
    "back before re-opening": {"at": datetime(2026, 1, 1)},
}
RETURN = re.compile(r"(going back|back before re-opening|back) ([\d.]+)( on a note)?")
FIELDS = (
    *("adjusted", "open", "in flight", "written off", "held", "later", "aside"),
    "other under way",
)
#: Long after every date of a table: everything is due.
TODAY = date(2028, 1, 1)


class Case:
    """Facts in the notation, with the decimals of their currency."""

    def __init__(self, text):
        """Read the facts.

        :param str text: in the notation
        """
        amounts = re.findall(r"\d+\.\d+", text)
        self.decimals = len(amounts[0].split(".")[1]) if amounts else 0
        self.names = {}
        self.facts = self._read(text)

    def units(self, text):
        """Read an amount."""
        whole, _point, part = text.partition(".")
        return int(whole + part.ljust(self.decimals, "0"))

    def text(self, units):
        """Write an amount."""
        if not self.decimals:
            return str(units)
        whole, part = divmod(units, 10**self.decimals)
        return f"{whole}.{part:0{self.decimals}}"

    def _read(self, text):
        parts = [part.strip() for part in text.split(";")]
        values = {"scope": billing.Scope(1, "upfront", 0, today=TODAY)}
        money = ""
        for part in parts:
            if match := SCOPE.match(part):
                values.update(self._scope(match))
            elif part == "by documents":
                values["scope"] = replace(values["scope"], basis="documents")
            elif part[0] in "+−":
                values["docs"] = self._docs(part)
            elif part.startswith("rows "):
                values["rows"] = self._rows(part.removeprefix("rows "))
            elif part.startswith("got "):
                money = part.removeprefix("got ")
            elif part.startswith("adjusted "):
                values["adjusted"] = self.units(part.removeprefix("adjusted "))
            else:
                raise ValueError(part)
        rows = values.get("rows", ())
        values["money"] = self._money(money, rows)
        if "before re-opening" in money:
            reopened_at = datetime(2026, 6, 1)
            values["scope"] = replace(values["scope"], reopened_at=reopened_at)
        if values["scope"].basis == "documents":
            values["docs"], values["rows"] = _terms(values.get("docs", ()), rows)
        return billing.Facts(**values)

    def _scope(self, match):
        is_child = match["kind"] == "child"
        total = self.units(match["total"])
        scope = billing.Scope(
            1,
            "child" if is_child else "upfront",
            total,
            today=TODAY,
            alive=not match["ended"],
        )
        if not is_child:
            return {"scope": scope}
        names = {"inv": "invoiced", "draft": "drafted", "off": "called_off"}
        names["back"] = "taken_back"
        quantities = {
            names.get(name, name): int(number)
            for name, number in QUANTITY.findall(match["rest"])
        }
        line = billing.Line(total, int(match["pieces"] or 1), **quantities)
        return {"scope": scope, "lines": (line,)}

    def _docs(self, text):
        docs, last = [], None
        for word in re.findall(r"[+−][\d.]+(?: draft)?", text):
            sign, amount, *draft = word[0], *word[1:].split()
            number = len(docs) + 1
            is_note = sign == "−"
            docs.append(
                billing.Doc(
                    number,
                    self.units(amount) * (-1 if is_note else 1),
                    "draft" if draft else "posted",
                    date(2027, 1, number),
                    "note" if is_note else "invoice",
                    last if is_note else None,
                )
            )
            last = last if is_note else number
        return tuple(docs)

    def _rows(self, text):
        rows = []
        for number, word in enumerate(text.split("/"), 1):
            match = ROW.match(word.strip())
            state = match["state"] or ""
            values = {}
            if state.endswith("extra"):
                state = state.removesuffix("extra").strip()
                values["kind"] = "extra"
            values |= STATES[state]
            base = self.units(match["base"])
            amount = self.units(match["amount"]) if match["amount"] else base
            due = date(2027, number, 1)
            rows.append(billing.Row(number, number, due, base, amount, **values))
        return tuple(rows)

    def _money(self, text, rows):
        paid = [row for row in rows if row.state == "paid" and not row.otherwise]
        found = [self._item(match, paid) for match in ITEM.finditer(text)]
        named = {item.row for item, _name in found}
        money = [
            (billing.Money(0, "own", "done", row.amount, row.key), f"own {row.key}")
            for row in paid
            if row.key not in named
        ] + found
        self.names = {number: name for number, (_item, name) in enumerate(money, 1)}
        return tuple(
            replace(item, key=number, date=date(2027, 1, 1) + timedelta(number))
            for number, (item, _name) in enumerate(money, 1)
        )

    def _item(self, match, paid):
        name, amount = match["name"], self.units(match["amount"])
        more, row = match["more"].strip(), None
        state = more.partition(" ")[0]
        door, _space, number = name.partition(" ")
        if door == "own":
            row = int(number)
        elif door == "tx":
            row = paid[min(int(number[0]), len(paid)) - 1].key
        returns = tuple(
            billing.Return(
                place,
                self.units(back),
                noted=self.units(back) if noted else 0,
                **{"at": datetime(2027, 6, 1), **WORDS[word]},
            )
            for place, (word, back, noted) in enumerate(RETURN.findall(more))
        )
        elsewhere = re.search(r"elsewhere ([\d.]+)", more)
        return billing.Money(
            0,
            "own" if row else door,
            state if state in ("pending", "charged_back") else "done",
            amount,
            row,
            elsewhere=self.units(elsewhere[1]) if elsewhere else 0,
            returns=returns,
            refundable="none" if door == "bank" else "partial",
        ), name

    def settlement(self, settlement, with_expected=False):
        """Write a settlement as the tables do, without its codes.

        :param bool with_expected: the table names what is expected, too
        """
        sums = settlement.sums
        words = [f"C {self.text(sums.claim)}"]
        if with_expected:
            words.append(f"(E {self.text(sums.expected)})")
        values = {name: getattr(sums, name.replace(" ", "_")) for name in FIELDS}
        words += [
            f"{name} {self.text(value)}" for name, value in values.items() if value
        ]
        if sums.to_refund:
            words.append(f"refund {self.text(sums.to_refund)}")
        return " · ".join(words)

    def rows(self, settlement):
        """Write the rows of a settlement as the tables do."""
        rows = (*settlement.rows, *settlement.new_rows)
        return "/".join(map(self._row, rows)) or "–"

    def _row(self, row):
        amount = self.text(row.amount)
        if row.is_new:
            return f"new {amount}"
        words = {"written_off": "w.o.", "books": "books", "corrected": "corrected"}
        state = {
            "scheduled": "",
            "paid": "p.o." if row.otherwise else "p",
            "declined": "d",
            "billed": "b",
            "cancelled": words.get(row.cancel, "c"),
        }.get(row.state, row.state)
        return f"{amount} {state}".strip()


def _terms(docs, rows):
    """Let the rows be the receivable lines of the invoices, from the first on."""
    waiting, result = list(rows), []
    linked = []
    for doc in docs:
        terms, rest = [], doc.total
        while doc.kind == "invoice" and doc.state == "posted" and rest > 0:
            row = waiting.pop(0) if waiting else None
            line = (doc.key, len(terms))
            amount = row.base if row else rest
            day = row.due if row else doc.date
            terms.append(billing.Term(line, day, amount))
            rest -= amount
            if row:
                linked += [replace(row, line=line)]
        result.append(replace(doc, terms=tuple(terms)))
    return tuple(result), (*linked, *waiting)


def apply(facts, settlement):
    """The facts once a settlement is carried out."""
    return billing.apply(facts, (*settlement.rows, *settlement.new_rows))
