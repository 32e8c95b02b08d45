# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What flows from one document to the next, and why a thing stands as it stands."""

from unittest.mock import patch

from freezegun import freeze_time

from odoo.service.model import call_kw

from ..common import ACCOUNTANT, MANAGER
from ..money.billing_read import DAY, ReadCase

TRANSACTION = (
    "odoo.addons.continuity_program.models.payments.payment_transaction_answer"
)


class FlowCase(ReadCase):
    """Children in mode A that are charged, delivered in parts and invoiced."""

    def _sell_child(self, product=None, quantity=1, token=None):
        """Submit, and make the first child: it is charged at once."""
        order = self._submit(product or self.club_a, quantity=quantity, token=token)
        with freeze_time("2027-09-10 12:00:00"):
            child = self._create_child(order)
        child.order_line.product_id.invoice_policy = "delivery"
        return order, child

    def _create_unasked_child(self, order):
        """Make the first child while the provider is left in peace."""
        job = type(self.env["continuity.job"])
        paused = ("provider_paused", "The provider is left in peace.")
        with (
            patch.object(job, "_get_asking_refusal", lambda *_args: paused),
            freeze_time("2027-09-10 12:00:00"),
        ):
            return self._create_child(order)

    def _send(self, child, quantity=1, day=DAY, cancel_rest=False):
        """The warehouse sends a part; without one the seller types it."""
        with freeze_time(f"{day} 12:00:00"):
            if "picking_ids" not in child._fields:
                child.order_line[0].qty_delivered += quantity
                return
            moves = child.picking_ids.move_ids.filtered(
                lambda move: move.state not in ("done", "cancel")
            )
            moves.quantity = quantity
            moves.picked = True
            action = moves.picking_id.button_validate()
            if isinstance(action, dict):
                wizard = self.env[action["res_model"]]
                wizard = wizard.with_context(**action["context"]).create({})
                if cancel_rest:
                    wizard.process_cancel_backorder()
                else:
                    wizard.process()

    def _bill(self, child, price=None, day=DAY):
        """Invoice what may be invoiced, at another price if somebody types one."""
        with freeze_time(f"{day} 12:00:00"):
            invoice = child._create_invoices()
            if price is not None:
                invoice.invoice_line_ids.price_unit = price
            invoice.action_post()
        return invoice

    def _get_payment(self, order):
        return order.payment_ids.transaction_id.payment_id


class ReasonCase(FlowCase):
    """People press the buttons of an account as the web client does."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.books = cls._create_user("reason_books", ACCOUNTANT)
        cls.manager = cls._create_user("reason_manager", MANAGER)

    def _get_account(self, scope, user=None):
        balance = self.env["continuity.balance"]._find_stored([scope])[scope]
        return balance.with_user(user or self.books)

    def _get_block(self, child, day="2027-09-21"):
        """What the warehouse reads; a search finds the same."""
        with freeze_time(f"{day} 12:00:00"):
            text = child._get_continuity_blocks().get(child)
            query = child._get_continuity_blocked_sql()
            found = {row[0] for row in self.env.execute_query(query)}
        self.assertEqual(child.id in found, bool(text), text)
        return text

    def _press(self, balance, name, day="2027-09-21"):
        with freeze_time(f"{day} 12:00:00"):
            return call_kw(balance.browse(), name, [balance.ids], {"context": {}})

    def _give_back(self, payment, amount):
        """By Odoo's own dialog: no credit note says why."""
        with freeze_time("2027-09-20 12:00:00"):
            self._refund_by_wizard(payment, amount)
