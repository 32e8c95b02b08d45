# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Money that is given back, and what else a person may press."""

from freezegun import freeze_time

from odoo.service.model import call_kw

from ..common import ACCOUNTANT, MANAGER, SELLER
from ..money.billing_read import DAY
from .flow import FlowCase

REFUND = "continuity_program.mail_activity_payment_refund"


class RefundCase(FlowCase):
    """Orders money goes back of, by the button and by other doors."""

    def _refund(self, order, day=DAY):
        with freeze_time(f"{day} 12:00:00"):
            return order.action_refund()["params"]["message"]

    def _get_refunds(self, order):
        """What providers were asked to give back: of which payment, how much."""
        refunds = self.env["payment.transaction"].search(
            [
                ("operation", "=", "refund"),
                ("partner_id", "child_of", order.partner_id.id),
            ],
            order="id",
        )
        return [(tx.source_transaction_id, -tx.amount) for tx in refunds]

    def _get_activity(self, order):
        return order.activity_search([REFUND])

    def _check_books(self, order, left=0.0):
        """Nothing is left on the receivable of the customer."""
        lines = self.env["account.move.line"].search(
            [
                ("partner_id", "=", order.partner_id.commercial_partner_id.id),
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
            ]
        )
        self.assertAlmostEqual(sum(lines.mapped("amount_currency")), left, 3)
        return lines.filtered(lambda line: not line.reconciled)


class WayOutCase(RefundCase):
    """People press the buttons as the web client does."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.books = cls._create_user("ways_books", ACCOUNTANT)
        cls.manager = cls._create_user("ways_manager", MANAGER)
        cls.seller = cls._create_user("ways_seller", SELLER)

    def _press(self, user, records, name):
        mine = records.with_user(user)
        return call_kw(mine.browse(), name, [records.ids], {"context": {}})

    def _answer(self, user, records, name, reason="It said so on the phone"):
        """Press a button, type the reason into its dialog, and confirm."""
        action = self._press(user, records, name)
        dialog = self.env[action["res_model"]].with_user(user)
        ids = [action["res_id"]]
        call_kw(dialog, "web_save", [ids, {"reason": reason}], {"specification": {}})
        return call_kw(dialog, "action_answer", [ids], {"context": {}})
