# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ..billing import give_backs
from .continuity_billing import to_amount


class ContinuityBilling(models.AbstractModel):
    """What goes back: shown on the rows, and told to an accountant."""

    _inherit = "continuity.billing"

    @api.model
    def _apply(self, answers):
        """Override to say of each row what is to be given back of it, and what was."""
        known = self.env["continuity.balance"]._find_stored(answers)
        before = {
            scope: (balance_sudo.amount_to_refund, balance_sudo.reasons)
            for scope, balance_sudo in known.items()
        }
        result = super()._apply(answers)
        self._write_row_backs(answers)
        stored = self.env["continuity.balance"]._find_stored(answers)
        changed = [
            balance_sudo.id
            for scope, balance_sudo in stored.items()
            if before.get(scope, (0.0, False))
            != (balance_sudo.amount_to_refund, balance_sudo.reasons)
        ]
        balances_sudo = self.env["continuity.balance"].sudo().browse(changed)
        balances_sudo._get_refund_orders()._tell_to_refund()
        return result

    def _write_row_backs(self, answers):
        """Write what is to be given back of rows, and what was given back.

        :param dict answers: facts and settlement per scope
        """
        backs = {}
        for facts, settlement in answers.values():
            backs.update(give_backs(facts, settlement))
        rows_sudo = self.env["continuity.payment"].sudo().browse(backs)
        for row_sudo in rows_sudo.exists():
            currency = row_sudo.currency_id
            vals = {
                f"amount_{name}": to_amount(units, currency)
                for name, units in backs[row_sudo.id].items()
            }
            changed = {
                name: amount
                for name, amount in vals.items()
                if currency.compare_amounts(row_sudo[name], amount)
            }
            if changed:
                row_sudo.write(changed)
