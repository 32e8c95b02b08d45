# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Payments and bank lines that go out: what of them gives back whose money."""

from datetime import datetime, time

from ..billing import Back
from .emit import divide, get_noted


class OpenNotes:
    """What credit notes still have to give back, whoever does."""

    def __init__(self, chunk):
        """Look at the receivable lines of the notes.

        :param Chunk chunk: what was read
        """
        self._chunk = chunk
        self._left = {
            move_id: -chunk.units(
                sum(line.residual for line in document.lines.values()),
                document.row.currency_id,
            )
            for move_id, document in chunk.documents.items()
            if document.is_note
        }

    def take(self, move_id, units):
        """Give money back for a note that it is not matched with yet.

        :param int move_id: the note
        :param int units: of its currency
        :return: whose it is, as far as the note explains it; 0 = it is paid already
        :rtype: list[Applied]
        """
        taken = max(0, min(units, self._left[move_id]))
        self._left[move_id] -= taken
        return divide(self._chunk, move_id, taken, with_nothing=True)

    def __contains__(self, move_id):
        """Whether a document is a note that was read."""
        return move_id in self._left


def get_outbound(chunk, payment, notes, is_replaced):
    """Say what a payment that goes out gives back: all that nothing else has of it.

    Its rest waits beside the note it was registered on, or is matched with in part, and
    has gone all the same.

    :param Chunk chunk: what was read
    :param PaymentRow payment: an outbound one
    :param OpenNotes notes: is taken from
    :param bool is_replaced: a bank line was matched with its note in its place
    :rtype: list[Back]
    """
    noted = list(get_noted(chunk, payment))
    amount = sum(one.amount for one in noted if one.scope)
    matched = {line.other_move_id for line in chunk.payment_lines[payment.payment_id]}
    linked = [move_id for move_id in payment.move_ids if move_id in notes]
    known = [
        move_id for move_id in (*linked, *sorted(matched - {None})) if move_id in notes
    ]
    if known and not is_replaced:
        rest = _get_rest(chunk, payment, chunk.documents[known[0]].row.currency_id)
        amount += rest
        for move_id in linked:
            found = notes.take(move_id, rest)
            rest -= sum(one.amount for one in found)
            noted += found
    return make_back(("payment", payment.payment_id), amount, payment.date, noted)


def make_back(key, amount, day, noted):
    """Make the return of money that gives back for notes.

    :param tuple key: of the payment, or the entry
    :param int amount: what has gone
    :param date day: when it went
    :param list[Applied] noted: notes it is for
    :return: nothing when no note is of a scope: nobody knows whose money it is
    :rtype: list[Back]
    """
    if not amount or not any(one.scope for one in noted):
        return []
    return [Back(key, amount, datetime.combine(day, time.min), noted=tuple(noted))]


def _get_rest(chunk, payment, currency_id):
    """What nothing is matched with, in units of a currency."""
    rest = payment.amount
    if payment.has_entry:
        lines = {
            line.line_id: line.residual
            for line in chunk.payment_lines[payment.payment_id]
        }
        rest = sum(lines.values())
    return max(
        0,
        chunk.convert(
            rest, payment.currency_id, currency_id, payment.company_id, payment.date
        ),
    )


def get_bank_rest(chunk, matches):
    """Say what is left of a bank line that goes out and is matched with notes in part.

    :param Chunk chunk: what was read
    :param list[ReceivableRow] matches: of notes, with this bank line
    :return: units of the currency of the notes
    :rtype: int
    """
    lines = {match.other_line_id: match for match in matches}
    return sum(
        max(
            0,
            chunk.convert(
                match.other_residual or 0.0,
                match.other_currency_id,
                match.currency_id,
                chunk.documents[match.res_id].row.company_id,
                match.other_date,
            ),
        )
        for match in lines.values()
        if match.other_statement_id
    )
