# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager

from odoo import api, models
from odoo.tools import SQL


class ContinuityBilling(models.AbstractModel):
    """Who decides about money is alone with it: one mutex per continuity order.

    Locks are taken in this order, and in the order of ids within a table:
    ``continuity_order``, ``continuity_payment``, ``payment_transaction``.
    """

    _inherit = "continuity.billing"

    @api.model
    def _lock(self, wanted, wait=False):
        """Take the mutex of what somebody is about to decide about.

        A lock alone protects nothing: a transaction that waited for it goes on reading
        what was true when it began. So the row is **written**, too. Whoever began
        before that and takes the mutex later gets a serialization failure: a request
        is repeated by Odoo, a process begins the record again.

        What is read after this call is as fresh as it can be. Records of this
        transaction that were read before need no second look: either nobody has
        decided anything since then, or the call has failed.

        :param wanted: continuity orders, or scopes (see :meth:`_get_scopes`): the
            ordinary lines of a parent order have the mutex of its first order
        :type wanted: continuity.order | list[tuple[str, int]]
        :param bool wait: wait for whoever has it, as for a person; without, what
            somebody else has is left out
        :return: of `wanted`, what nobody else decides about until this transaction
            ends, in the same order
        :rtype: continuity.order | list[tuple[str, int]]
        :raise psycopg2.errors.SerializationFailure: somebody has decided since this
            transaction began
        """
        if isinstance(wanted, models.BaseModel):
            taken = self._take_mutexes(wanted.ids, wait)
            return wanted.filtered(lambda order: order.id in taken)
        mutexes = self._get_mutexes(wanted)
        taken = self._take_mutexes(set(mutexes.values()), wait)
        return [scope for scope in wanted if mutexes.get(scope) in taken]

    @contextmanager
    def _settling_after(self, checkpoint):
        """Keep what a provider answers, whoever decides about the order meanwhile.

        Nobody waits for a provider: while it is asked only the rows are locked. Making
        the account in the transaction of the answer would meet whoever has decided
        since then, and the answer would be lost with it. So the answer is committed
        first, and what it has touched is settled by the next transaction: nothing that
        happens there calls for asking again.

        :param callable checkpoint: commits, where the caller may
        """
        touched = self._get_touched()
        touched.depth += 1
        try:
            yield
            self.env.flush_all()
            self._watch_end(touched)
            checkpoint()
        finally:
            touched.depth -= 1
            self._await_settling(touched)

    @api.model
    def _take_reached(self, records):
        """Take what is free of what records reach, before it is worked on for long.

        In one statement; whoever posts waits for nobody: what somebody else has is
        looked at once more when it is settled.

        :param records: of a model that `_get_reached` follows
        :type records: odoo.models.BaseModel
        """
        if not self._is_used():
            return
        # Whoever posts need not see the orders
        billing_sudo = self.sudo()
        scopes = billing_sudo._get_reached({records._name: records.ids})
        mutexes = billing_sudo._get_mutexes(scopes)
        billing_sudo._take_mutexes(set(mutexes.values()), wait=False)

    def _take_mutexes(self, order_ids, wait):
        """Lock and write continuity orders, in one statement and in the order of ids.

        Not by `write`: nobody has changed the order. Its date of change, its chatter
        and what is computed from it stay as they are.

        :return: ids of those that were locked
        :rtype: set[int]
        """
        if not order_ids:
            return set()
        rows = self.env.execute_query(
            SQL(
                """
                WITH mine AS (
                    SELECT id
                      FROM continuity_order
                     WHERE id IN %(ids)s
                     ORDER BY id
                       FOR NO KEY UPDATE %(skip)s
                )
                UPDATE continuity_order o
                   SET settle_seq = COALESCE(o.settle_seq, 0) + 1
                  FROM mine
                 WHERE o.id = mine.id
             RETURNING o.id
                """,
                ids=tuple(order_ids),
                skip=SQL() if wait else SQL("SKIP LOCKED"),
            )
        )
        taken = {row[0] for row in rows}
        orders = self.env["continuity.order"].browse(taken)
        orders.invalidate_recordset(["settle_seq"], flush=False)
        return taken

    def _get_mutexes(self, scopes):
        """Say which continuity order is the mutex of a scope.

        :param list[tuple[str, int]] scopes: see :meth:`_get_scopes`
        :return: id of the order; a scope of no continuity order is left out
        :rtype: dict[tuple[str, int], int]
        """
        ids = {"child": [], "upfront": [], "ordinary": []}
        for kind, res_id in scopes:
            ids[kind].append(res_id)
        mutexes = {("upfront", res_id): res_id for res_id in ids["upfront"]}
        if not ids["child"] and not ids["ordinary"]:
            return mutexes
        self.env["sale.order"].flush_model(["continuity_order_id"])
        self.env["continuity.order"].flush_model(["sale_order_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT 'child', id, continuity_order_id
                  FROM sale_order
                 WHERE id = ANY(%(child)s) AND continuity_order_id IS NOT NULL
                 UNION ALL
                SELECT 'ordinary', sale_order_id, MIN(id)
                  FROM continuity_order
                 WHERE sale_order_id = ANY(%(ordinary)s)
                 GROUP BY sale_order_id
                """,
                child=ids["child"],
                ordinary=ids["ordinary"],
            )
        )
        return mutexes | {(kind, res_id): order for kind, res_id, order in rows}
