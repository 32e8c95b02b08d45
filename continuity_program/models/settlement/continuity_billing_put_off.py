# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from functools import partial

from odoo import api, models


class ContinuityBilling(models.AbstractModel):
    """The accounts of what was charged are made with its entries, many at once.

    The facts are committed, and whoever decides reads them; what waits is the account
    that is stored. Whoever books an answer settles it, so a worker that dies loses
    nothing.
    """

    _inherit = "continuity.billing"

    @api.model
    def _put_off(self, row):
        """Settle what was touched so far when the answer to a payment is booked.

        :param continuity.payment row: was answered, and is to be booked
        """
        touched = self._get_touched()
        if touched:
            touched.put_off[row.id] = touched.take()

    @api.model
    def _settle_booked(self, rows, may_commit):
        """Settle what was put off of payments, with what booking them changes.

        :param continuity.payment rows: are being booked
        :param bool may_commit: the caller commits: until then it stays put off
        """
        self._touch_records(rows)
        touched = self._get_touched()
        # Claims of other payments may wait with them: who had those was busy then
        touched.touch_put_off(rows.ids)
        forget = partial(touched.forget_put_off, rows.ids)
        if may_commit:
            self.env.cr.postcommit.add(forget)
        else:
            forget()

    @api.model
    def _settle_put_off(self, may_commit):
        """Settle what was put off and not booked: somebody has it, or it failed.

        :param bool may_commit: the caller commits, and has: nobody is kept waiting
        :return: whether something was settled that is to be committed
        :rtype: bool
        """
        touched = self._get_touched()
        if not touched.put_off:
            return False
        touched.take_up()
        if may_commit:
            touched.note_commit()
            return self._settle_owed()
        self._settle_touched()
        return False
