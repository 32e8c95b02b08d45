# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ...arguments import public
from .continuity_payment_fits import ASKABLE_STATES


class ContinuityPayment(models.Model):
    """The payment row: a person has the card asked at once."""

    _inherit = "continuity.payment"

    @public()
    def action_charge_now(self):
        """Charge the rows that are due, at once (manager, accountant).

        :return: a notification that says what became of it, and of each row that was
            not asked why
        :rtype: dict
        :raise UserError: neither manager nor accountant, or a card is never asked for
            one of them as it is
        """
        self._check_resolver_right()
        run = self._get_committing_run()
        # What this very call has asked before Odoo began it again has an answer by now
        (self - self._get_asked_before())._check_fits(*ASKABLE_STATES)
        left_out = {}
        asked = self._charge(run, by_hand=True, left_out=left_out)
        is_good = bool(asked) and asked == self._filter_secured() == self
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if is_good else "warning",
                "message": self._explain_charge(asked, left_out),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _filter_secured(self):
        """Return the rows whose money has come, or is reserved.

        :rtype: continuity.payment
        """
        return self.filtered(lambda row: row.state in ("paid", "authorized"))

    def _explain_charge(self, asked, left_out):
        """Say what became of rows that were to be charged.

        :param continuity.payment asked: those whose provider was asked
        :param dict left_out: the code of each other row
        :rtype: str
        """
        if not asked:
            first = self.env._("Nothing was charged.")
        elif asked == asked._filter_secured():
            first = self.env._("Charged.")
        else:
            first = self.env._("Not charged: see the state of the payment.")
        sentences = {
            row: row._explain(code, row.company_id._continuity_today())[1]
            for row, code in left_out.items()
        }
        if asked:
            lines = [
                self.env._(
                    "%(payment)s was not asked: %(why)s",
                    payment=row.display_name,
                    why=why,
                )
                for row, why in sentences.items()
            ]
        else:
            lines = dict.fromkeys(sentences.values())
        return "\n".join([first, *lines])
