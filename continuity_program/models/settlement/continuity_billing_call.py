# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from odoo import api, models

#: What the call of a person has asked, by cursor: Odoo begins it again with the same
CALLS = WeakKeyDictionary()
#: The note in `postrollback.data` that the callback is registered
WATCHED = "continuity_program.call"


@dataclass(slots=True)
class Call:
    """What a call of a person has asked providers for.

    :param set[int] asked: transactions
    :param set[int] before: those of them that were asked before Odoo began it again
    :param bool is_undone: it was rolled back: what begins next is the same call
    :param bool has_waited: for whoever decides about what it has committed
    """

    asked: set = field(default_factory=set)
    before: set = field(default_factory=set)
    is_undone: bool = False
    has_waited: bool = False

    def begin(self):
        """Begin a call, or begin it again."""
        self.before = set(self.asked) if self.is_undone else set()
        self.asked = set(self.before)
        self.is_undone = self.has_waited = False

    def note_rollback(self):
        """What was committed stays: Odoo begins the same call again."""
        self.is_undone = True


class ContinuityBilling(models.AbstractModel):
    """A call of a person asks a card once, however often Odoo begins it again.

    Odoo repeats a call that has met somebody else. What a provider has answered is
    committed by then, and a card that was declined may be asked by hand at any time: so
    the repetition would ask it a second time, and nobody has wanted that.
    """

    _inherit = "continuity.billing"

    @api.model
    def _begin_call(self):
        """Note that a call begins that commits what providers answer."""
        CALLS.setdefault(self.env.cr, Call()).begin()
        self._watch_call()

    def _may_wait(self):
        """Say whether this transaction is of a call that commits by itself, and may
        wait for somebody: each does once.

        :rtype: bool
        """
        call = CALLS.get(self.env.cr)
        may_wait = bool(call) and not call.has_waited
        if may_wait:
            call.has_waited = True
        return may_wait

    @api.model
    def _watch_call(self):
        """Notice a rollback of the transaction that begins here."""
        call = CALLS.get(self.env.cr)
        callbacks = self.env.cr.postrollback
        if call and WATCHED not in callbacks.data:
            callbacks.data[WATCHED] = True
            callbacks.add(call.note_rollback)

    @api.model
    def _note_asked(self, transactions):
        """Note what a provider is about to be asked.

        :param payment.transaction transactions: one of each charge
        """
        if call := CALLS.get(self.env.cr):
            call.asked.update(transactions.ids)

    @api.model
    def _filter_asked(self, transactions):
        """Return what this very call has asked before it was begun again.

        :param payment.transaction transactions: what may have been asked
        :rtype: payment.transaction
        """
        call = CALLS.get(self.env.cr, Call())
        return transactions.filtered(lambda tx: tx.id in call.before)
