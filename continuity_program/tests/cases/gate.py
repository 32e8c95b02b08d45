# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A provider that answers over the wire what a test says."""

from unittest.mock import patch

from odoo.tests import freeze_time
from odoo.tools import mute_logger

from odoo.addons.payment_demo.models.payment_transaction import PaymentTransaction

from ..providers.gate import Gate
from .payment import PaymentCase

PROVIDER = "odoo.addons.payment.models.payment_provider"


class GateCase(PaymentCase):
    """Cards are charged over HTTP, at a provider that is a server of its own."""

    def setUp(self):
        super().setUp()
        self.gate = self._open_gate()
        urls = self.urls = {self.provider: self.gate.url}

        def send(transaction):
            """Send a request like a real provider's module does."""
            answer = transaction._send_api_request(
                "POST",
                "charge",
                json={
                    "reference": transaction.reference,
                    "amount": transaction.amount,
                },
            )
            transaction._process("demo", {"simulated_state": answer["state"]})

        self.startPatcher(
            patch.object(PaymentTransaction, "_send_payment_request", send)
        )
        self.startPatcher(
            patch.object(
                type(self.provider),
                "_build_request_url",
                lambda provider, *_args, **_values: urls[provider.sudo()],
            )
        )
        self.enterContext(mute_logger(PROVIDER))

    def _open_gate(self, answer=None):
        gate = Gate(answer)
        self.addCleanup(gate.close)
        return gate

    def _sell_many(self, count, **values):
        orders = self.env["continuity.order"]
        for _number in range(count):
            orders |= self._sell(self._create_token(**values))
        return orders

    def _first(self, orders):
        """The first row of each order, in the order they are charged."""
        return self.env["continuity.payment"].union(
            *(self._rows(order)[0] for order in orders)
        )

    def _count_mails(self):
        """What the customer was sent; whoever looks after things is told as well."""
        return self.env["mail.mail"].search_count(
            [("recipient_ids", "in", self.customer.ids)]
        )

    def _run_at(self, moment, job="process_payments", **values):
        with freeze_time(moment):
            return self._execute(job, **values)
