# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial, wraps
from weakref import WeakKeyDictionary

import psycopg2
import psycopg2.errorcodes
import psycopg2.errors

from odoo import api, models
from odoo.tools import SQL, ormcache

from ...billing import settle_chunk

_logger = logging.getLogger(__name__)

#: What was touched, by cursor. Odoo empties `cr.cache` at every savepoint that is
#: rolled back, in the middle of a call that has touched something before.
TOUCHED = WeakKeyDictionary()
#: The note in `precommit.data` that the callback is registered
REGISTERED = "continuity_program.touched"
#: What is settled at once
CHUNK = 500


class SomebodyElseDecides(psycopg2.errors.SerializationFailure):
    """Somebody else has the mutex until the end: the whole call is begun again.

    Odoo and our processes know it by the code of the database.
    """

    pgcode = psycopg2.errorcodes.SERIALIZATION_FAILURE


@dataclass(slots=True)
class Touched:
    """What a transaction has touched and not settled yet.

    Only ids: what a rollback leaves here is settled once for nothing, and that is all.

    :param set scopes: claims
    :param dict records: ids by model; which claims they reach is asked when settling
    :param int depth: calls that are open and settle when the outermost one ends
    :param bool is_writing: what is written now are answers, not facts
    :param tuple[set, dict] owed: what was not settled when its facts were committed
    :param dict put_off: what is settled when its answer is booked, by payment row
    """

    scopes: set = field(default_factory=set)
    records: dict = field(default_factory=dict)
    depth: int = 0
    is_writing: bool = False
    owed: tuple = field(default_factory=lambda: (set(), {}))
    put_off: dict = field(default_factory=dict)

    def __bool__(self):
        return bool(self.scopes) or any(self.records.values())

    def take(self):
        """Hand over the keys, and begin anew.

        :rtype: tuple[set, dict]
        """
        taken = self.scopes, self.records
        self.scopes, self.records = set(), {}
        return taken

    def note_commit(self):
        """Facts that are committed cannot be undone: their accounts are owed."""
        self.owed = self._copy(self.scopes, self.records)

    def forget_put_off(self, ids):
        """Forget what was put off of payment rows: it was settled."""
        for row_id in ids:
            self.put_off.pop(row_id, None)

    def touch_put_off(self, ids):
        """Touch what was put off of payment rows; a rollback leaves it put off."""
        for row_id in ids:
            scopes, records = self.put_off.get(row_id, ((), {}))
            self.scopes.update(scopes)
            for model, touched in records.items():
                self.records.setdefault(model, set()).update(touched)

    def take_up(self):
        """Touch what was put off of all rows."""
        self.touch_put_off(list(self.put_off))
        self.put_off = {}

    def note_rollback(self):
        """Forget what was undone: what is done again is touched again."""
        self.scopes, self.records = self._copy(*self.owed)

    def _copy(self, scopes, records):
        return set(scopes), {model: set(ids) for model, ids in records.items()}


def settling(method):
    """Settle what a method touches, when the outermost of such calls ends.

    :param callable method: of a model
    :rtype: callable
    """

    @wraps(method)
    def settled(self, *args, **kwargs):
        with self.env["continuity.billing"]._settling():
            return method(self, *args, **kwargs)

    return settled


class ContinuityBilling(models.AbstractModel):
    """Accounts are made anew in the transaction that has changed a fact.

    Whatever changes a fact *touches* it: that writes down an id and does nothing else.
    What was touched is settled once: by the outermost of the calls that say so, such as
    posting an invoice, and before the end of the transaction for every other door.
    """

    _inherit = "continuity.billing"

    # === TOUCH === #

    @api.model
    def _touch(self, scopes):
        """Note that something about claims has changed.

        :param scopes: kind and id of each
        :type scopes: collections.abc.Iterable[tuple[str, int]]
        """
        touched = self._get_touched()
        if not touched.is_writing:
            touched.scopes.update(scopes)
            self._await_settling(touched)

    @api.model
    def _touch_records(self, records):
        """Note that records have changed that facts are about.

        It asks nothing: which claims they reach is looked up when they are settled.

        :param records: of a model that :meth:`_get_reached` follows
        :type records: odoo.models.BaseModel
        """
        if not records or not self._is_used():
            return
        touched = self._get_touched()
        if not touched.is_writing:
            ids = touched.records.setdefault(records._name, set())
            ids.update(record.id for record in records if isinstance(record.id, int))
            self._await_settling(touched)

    @api.model
    def _touch_reached(self, records):
        """Note the claims that records reach which are about to be deleted.

        :param records: of a model that :meth:`_get_reached` follows
        :type records: odoo.models.BaseModel
        """
        if records and self._is_used():
            self._touch(self._get_reached({records._name: records.ids}))

    @api.model
    def _turn_on(self, orders):
        """Note in all processes that there are continuity orders, at the first ones.

        :param continuity.order orders: what was just created
        """
        if orders and not self._is_used():
            self.env.registry.clear_cache()
            self._touch_records(orders)

    @ormcache()
    def _is_used(self):
        """Say whether there are continuity orders: without, nothing is touched.

        :rtype: bool
        """
        query = SQL("SELECT EXISTS (SELECT FROM continuity_order)")
        return self.env.execute_query(query)[0][0]

    def _get_touched(self):
        """Return what this transaction has touched.

        :rtype: Touched
        """
        return TOUCHED.setdefault(self.env.cr, Touched())

    def _await_settling(self, touched):
        """Have it settled before the end of the transaction, if no call will do it.

        Odoo runs what is registered here at every savepoint, too. Within an open call
        half-made entries would be settled.
        """
        self._watch_end(touched)
        precommit = self.env.cr.precommit
        if touched and not touched.depth and REGISTERED not in precommit.data:
            precommit.data[REGISTERED] = True
            precommit.add(self._settle_before_commit)

    def _watch_end(self, touched):
        """Have it noted what the end of the transaction makes of what was touched."""
        cr = self.env.cr
        for callbacks, note in (
            (cr.postcommit, self._note_commit),
            (cr.postrollback, self._note_rollback),
        ):
            if REGISTERED not in callbacks.data:
                callbacks.data[REGISTERED] = True
                callbacks.add(partial(note, touched))

    def _note_commit(self, touched):
        """Keep what was committed unsettled; it is looked at before the next commit.

        :param Touched touched: of this transaction
        """
        touched.note_commit()
        self._await_settling(touched)
        self._await_owed(touched)

    def _note_rollback(self, touched):
        """Forget what was undone; what was committed before is still owed.

        :param Touched touched: of this transaction
        """
        touched.note_rollback()
        self._await_settling(touched)

    def _settle_before_commit(self):
        # What the callback was registered by is over: it is registered again at need
        self.env.cr.precommit.data.pop(REGISTERED, None)
        if not self._get_touched().depth:
            self._settle_touched(is_last=True)

    # === SETTLE WHAT WAS TOUCHED === #

    @contextmanager
    def _settling(self):
        """Settle what is touched within, when the outermost such block ends.

        A block that fails settles nothing: what it has done is mostly undone.
        """
        touched = self._get_touched()
        touched.depth += 1
        try:
            yield
        except BaseException:
            touched.depth -= 1
            self._await_settling(touched)
            raise
        touched.depth -= 1
        if touched and not touched.depth:
            self._settle_touched()

    @api.model
    def _settle_touched(self, is_last=False):
        """Settle what was touched so far, also what settling it touches.

        Whoever posts an invoice waits for nobody: what somebody else decides about is
        settled before the end of the transaction. Where the fact was committed before,
        nothing can be begun again: that is tried again by whatever is settled next
        here, and by the check of the night.

        :param bool is_last: the transaction ends
        :raise SomebodyElseDecides: to the end; Odoo repeats the call, a process begins
            its chunk again
        """
        touched = self._get_touched()
        self._watch_end(touched)
        # As the company, and with nothing a caller has put into the context but the
        # language that people are told in why
        context = {"lang": self.env.lang} if self.env.lang else {}
        billing_sudo = self.env(su=True, context=context)["continuity.billing"]
        settled, held = set(), set()
        while touched:
            scopes, records = touched.take()
            scopes.update(self._get_reached(records))
            todo = sorted(scopes - settled - held)
            touched.depth += 1
            try:
                for start in range(0, len(todo), CHUNK):
                    chunk = todo[start : start + CHUNK]
                    held.update(billing_sudo._settle_free(chunk))
            except BaseException:
                touched.scopes.update(held, todo)
                raise
            finally:
                touched.depth -= 1
            settled.update(todo)
        touched.scopes.update(held)
        if not is_last:
            self._await_settling(touched)
        elif held and held - self._get_owed(touched):
            # Whoever catches it does not commit without
            self._await_settling(touched)
            raise SomebodyElseDecides(
                "Somebody else decides about the money of these orders"
            )

    def _get_owed(self, touched):
        """Return the claims whose facts were committed before they were settled.

        :rtype: set[tuple[str, int]]
        """
        scopes, records = touched.owed
        return scopes | self._get_reached(records)

    def _settle_free(self, scopes):
        """Settle claims nobody else decides about.

        :param list[tuple[str, int]] scopes: some hundred at once
        :return: the other ones
        :rtype: set[tuple[str, int]]
        """
        mutexes = self._get_mutexes(scopes)
        taken = self._take_free_mutexes(set(mutexes.values()))
        if missing := set(mutexes.values()) - taken:
            # What is gone is held by nobody
            missing = set(self.env["continuity.order"].browse(missing).exists().ids)
        held = {scope for scope in scopes if mutexes.get(scope) in missing}
        if free := [scope for scope in scopes if scope not in held]:
            self._settle(free)
        return held

    def _take_free_mutexes(self, order_ids):
        """Take what nobody else has, and fail only where that undoes nothing.

        :return: ids of those that were locked
        :rtype: set[int]
        """
        if not any(self._get_touched().owed):
            return self._take_mutexes(order_ids, wait=False)
        try:
            with self.env.cr.savepoint(flush=False):
                return self._take_mutexes(order_ids, wait=False)
        except psycopg2.errors.SerializationFailure:
            # Decided since this transaction began: like what is held to its end
            return set()

    # === SETTLE === #

    @api.model
    def _settle(self, scopes, is_final=False):
        """Make the accounts of claims anew, of all facts, and store them.

        Whoever calls it has the mutex of the claims: see :meth:`_lock`.

        What cannot be made leaves the stored account as it is, marked as differing:
        whoever posts an invoice is not kept from it by what is wrong elsewhere. What
        an upgrade has found to differ is compared once more, and nothing else: an
        accountant says when its payments are to follow.

        :param list[tuple[str, int]] scopes: some hundred at once
        :param bool is_final: an accountant has said so
        :return: per scope its facts and its settlement
        :rtype: dict[tuple[str, int], tuple[Facts, Settlement]]
        """
        answers = self._answer_each(scopes)
        with self._writing_answers():
            if broken := [scope for scope in answers if answers[scope] is None]:
                self.env["continuity.balance"]._mark_broken(broken)
            answers = {scope: answer for scope, answer in answers.items() if answer}
            waiting = {} if is_final else self._get_waiting(answers)
            self._apply(
                {scope: answers[scope] for scope in answers if scope not in waiting}
            )
            self.env["continuity.balance"]._store(waiting)
        return answers

    @contextmanager
    def _writing_answers(self):
        """What is written within are answers: it touches nothing."""
        touched = self._get_touched()
        touched.is_writing = True
        try:
            yield
        finally:
            touched.is_writing = False

    @api.model
    def _answer_each(self, scopes):
        """Say everything about claims; one that makes no sense spoils no other one.

        :param list[tuple[str, int]] scopes: some hundred at once
        :return: facts and settlement per scope; None where they cannot be made; a scope
            whose record is gone is left out
        :rtype: dict[tuple[str, int], tuple[Facts, Settlement] | None]
        """
        try:
            answers = settle_chunk(*self._read(scopes))
        except psycopg2.Error:
            # The transaction is over, or is to be repeated
            raise
        # Broad on purpose: no fault in the ledger may stop the books
        except Exception:  # pylint: disable=broad-except
            if len(scopes) == 1:
                _logger.exception("The account of %s cannot be made", scopes[0])
                return {scopes[0]: None}
            return {
                scope: answer
                for alone in scopes
                for scope, answer in self._answer_each([alone]).items()
            }
        return {scope: answers[scope] for scope in scopes if scope in answers}

    @api.model
    def _apply(self, answers):
        """Write what follows from settlements: the rows, the accounts that know them,
        and what goes back of each row.

        What is written here are answers: it touches nothing.

        :param dict answers: facts and settlement per scope
        """
        answers = {**answers, **self._apply_to_rows(answers)}
        self.env["continuity.balance"]._store(answers)
        self._write_backs(answers)
