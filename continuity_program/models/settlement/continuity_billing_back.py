# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ...billing import give_backs
from ..facts.continuity_billing import to_amount


class ContinuityBilling(models.AbstractModel):
    """What goes back: shown on the rows."""

    _inherit = "continuity.billing"

    @api.model
    def _write_backs(self, answers):
        """Say of each row what is to be given back of it, and what was.

        :param dict answers: facts and settlement per scope
        """
        backs = {}
        for facts, settlement in answers.values():
            backs.update(give_backs(facts, settlement))
        # The ledger is written by our own methods only
        rows_sudo = self.env["continuity.payment"].sudo().browse(backs).exists()
        for row_sudo in rows_sudo:
            currency = row_sudo.currency_id
            amounts = {
                f"amount_{name}": to_amount(units, currency)
                for name, units in backs[row_sudo.id].items()
            }
            changed = {
                name: amount
                for name, amount in amounts.items()
                if currency.compare_amounts(row_sudo[name], amount)
            }
            if changed:
                row_sudo.write(changed)
