# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError

#: States of a payment that a card may be asked for by hand; *processing* is taken up
#: where a worker has left it
ASKABLE_STATES = ("scheduled", "declined", "processing")
#: How many payments a refusal names
SHOWN = 10


class ContinuityPayment(models.Model):
    """The payment row: a button that is not for it says so, instead of doing nothing.

    Of a selection all are done, or none: who reads that nothing was done need not find
    out what was.
    """

    _inherit = "continuity.payment"

    def _check_fits(self, *states):
        """Refuse rows that a button is not for, before it does anything.

        :param str states: of rows it is for
        :raise UserError: naming each other row, what it is, and the way out
        """
        self._refuse_misfits(self.filtered(lambda row: row.state not in states))

    def _refuse_misfits(self, misfits):
        """Refuse a selection for some of its rows.

        :param continuity.payment misfits: rows of it; none = it is not refused
        :raise UserError: naming each of them, what it is, and the way out
        """
        if not misfits:
            return
        lines = [
            self.env._(
                "%(payment)s (%(state)s): %(way_out)s",
                payment=row.display_name,
                state=row._name_what_it_is(),
                way_out=row._get_way_out(),
            )
            for row in misfits[:SHOWN]
        ]
        if len(misfits) > SHOWN:
            lines.append(self.env._("And %s more.", len(misfits) - SHOWN))
        if len(self) > 1:
            first = self.env._(
                "Nothing was done: %(wrong)s of the %(count)s payments do not fit."
                " Take them out of the selection.",
                wrong=len(misfits),
                count=len(self),
            )
            lines.insert(0, first)
        raise UserError("\n".join(lines))

    def _get_situation(self):
        """Say what the row is: its state, or what stands behind it.

        :return: a key of :meth:`_get_ways_out`
        :rtype: str
        """
        self.ensure_one()
        if self.state == "paid" and self.is_paid_otherwise:
            return "paid_otherwise"
        if self.state == "cancelled" and self.cancel_kind == "written_off":
            return "written_off"
        return self.state

    def _name_what_it_is(self):
        """Say what the row is, in a word or two.

        :rtype: str
        """
        situation = self._get_situation()
        if situation == "paid_otherwise":
            return self.env._("Paid another way")
        field = "cancel_kind" if situation == "written_off" else "state"
        return dict(self._fields[field]._description_selection(self.env))[self[field]]

    def _get_way_out(self):
        """Say what can be done about a row as it is.

        :rtype: str
        """
        return {**self._get_open_ways(), **self._get_ended_ways()}[
            self._get_situation()
        ]

    def _get_open_ways(self):
        """The ways out of rows that are to be paid, or are being paid."""
        return {
            "scheduled": self.env._(
                "the card was not asked yet. Charge now asks it when the payment is"
                " due, Write off gives it up."
            ),
            "billed": self.env._(
                "the customer pays the bill. Register the payment on the invoice, or"
                " write it off."
            ),
            "processing": self.env._(
                "the card is being asked. Wait for the answer; Charge now takes it up"
                " if it was interrupted."
            ),
            "pending": self.env._(
                "the provider says later whether it is paid. Wait for the answer."
            ),
            "authorized": self.env._(
                "the money is reserved and taken when the goods leave. Cancelling the"
                " order releases it."
            ),
            "declined": self.env._(
                "the customer has not paid it. Charge now, take another card, or write"
                " it off."
            ),
            "unknown": self.env._(
                "nobody knows whether it is paid. Ask the provider, then say It was"
                " paid, or It was not, charge again."
            ),
        }

    def _get_ended_ways(self):
        """The ways out of rows nothing is asked for any more."""
        return {
            "paid": self.env._(
                "it is paid. A credit note and Refund give it back; what the bank took"
                " back is a Chargeback."
            ),
            "paid_otherwise": self.env._(
                "other money has paid it: a transfer, a link, cash. If a bank took back"
                " what came by a link, press Chargeback on that payment, among the"
                " payment transactions of the account. For a transfer, match the bank"
                " line with that payment, then press Ask again on the account."
            ),
            "written_off": self.env._(
                "it was given up, and nothing is asked for it. Money that comes all the"
                " same is registered on the invoice."
            ),
            "cancelled": self.env._(
                "nothing is asked for it. The account of the order says what is open."
            ),
        }
