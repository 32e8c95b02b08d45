# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import psycopg2
import psycopg2.errors

from odoo import api, models
from odoo.tools import SQL

#: How long is waited for whoever decides about what is committed already, and how often
#: that is begun anew because he has decided
OWED_WAIT = "3s"
OWED_TRIES = 5


class ContinuityBilling(models.AbstractModel):
    """What was committed without its account, while somebody else decided about it."""

    _inherit = "continuity.billing"

    def _await_owed(self, touched):
        """Have settled what a call has committed without its account when it is over.

        Who commits by himself has nobody who looks at it again.

        :param Touched touched: of this transaction
        """
        is_over = touched and not touched.depth
        if is_over and self._may_wait():
            # First what others have to do after this commit: a rollback forgets it
            self.env.cr.postcommit.add(self._settle_committed)

    def _settle_committed(self):
        """Settle what a button has committed without, and commit that."""
        if self._settle_owed():
            self.env["continuity.payment"]._get_button_run()._checkpoint()

    @api.model
    def _settle_owed(self):
        """Settle what was committed without, once whoever decides about it has done.

        For what commits by itself, right after it has: nothing is locked here, so this
        waiting keeps nobody waiting, and to begin anew undoes nothing. Who takes longer
        is not waited for: the check of the night finds what he has left.

        :return: whether something was settled
        :rtype: bool
        """
        touched = self._get_touched()
        for _time in range(OWED_TRIES if touched else 0):
            self._watch_end(touched)
            try:
                self._wait_for_touched(touched)
                self._settle_touched()
                return True
            except psycopg2.errors.LockNotAvailable:
                self.env.cr.rollback()
                return False
            except psycopg2.OperationalError:
                # He has decided: what he has done is read, too
                self.env.cr.rollback()
        return False

    def _wait_for_touched(self, touched):
        """Take the mutexes of all that was touched, and wait for them for a moment.

        :param Touched touched: of this transaction
        :raise psycopg2.errors.LockNotAvailable: somebody takes longer
        :raise psycopg2.errors.SerializationFailure: somebody has decided meanwhile
        """
        cr = self.env.cr
        # As the company: whoever has pressed the button need not see them all
        billing_sudo = self.sudo()
        scopes = touched.scopes | billing_sudo._get_reached(touched.records)
        order_ids = tuple(set(billing_sudo._get_mutexes(scopes).values())) or (0,)
        cr.execute(SQL("SET LOCAL lock_timeout = %s", OWED_WAIT))
        query = SQL(
            "SELECT FROM continuity_order WHERE id IN %s ORDER BY id FOR NO KEY UPDATE",
            order_ids,
        )
        cr.execute(query, log_exceptions=False)
        cr.execute("SET LOCAL lock_timeout TO DEFAULT")
