# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError

from ...arguments import public


class ContinuityBalance(models.Model):
    """The account: a rest that is too little to be charged is written off at once."""

    _inherit = "continuity.balance"

    @public()
    def action_write_off_rest(self):
        """Give up what is too little to be charged alone, when nothing follows it.

        :raise UserError: not an accountant, or one of them has no such rest
        """
        self.check_access("read")
        rests = {balance: balance._get_small_rest() for balance in self}
        without = [balance.display_name for balance, rows in rests.items() if not rows]
        if without:
            raise UserError(
                self.env._(
                    "%s: there is no rest that is too small to be charged. Open"
                    " payments are charged when they are due.",
                    ", ".join(without),
                )
            )
        self.env["continuity.payment"].union(*rests.values()).action_write_off(
            self.env._("Too little to be charged, and no payment follows.")
        )

    def _get_small_rest(self):
        """Return the payments that are too little alone, and that nothing follows.

        :rtype: continuity.payment
        """
        self.ensure_one()
        scope = self._get_scope()
        settlement = self.env["continuity.billing"]._answer([scope]).get(scope)
        rows = self.env["continuity.payment"]
        if not settlement or "small_rest" not in settlement.reasons:
            return rows
        keys = {row.sequence: row.key for row in settlement.rows}
        small = {
            keys[number]
            for number, code in settlement.refused
            if code == "small_amount" and number in keys
        }
        return rows.browse(small)
