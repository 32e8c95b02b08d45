# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import HttpCase, freeze_time

from ..cases.gate import GateCase

#: What a bank answers that wants to see the customer
ASKS = (402, {}, {"error": {"code": "authentication_required"}})
PAID = (200, {}, {"state": "done"})
SUBJECT = "your bank wants to see that it is you"


class AuthenticateCase(GateCase, HttpCase):
    """The bank asks for the customer when the second parcel is charged (22.32)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2027-09-10 12:00:00"):
            cls.club = cls._create_club("CLUBA")
            order = cls._quote(cls.club, cls._create_token())
            order.action_confirm()
            cls.order = order.continuity_order_ids

    def setUp(self):
        super().setUp()
        self.mail_days = []

    # === HELPERS === #

    def _night(self, day, *jobs, hour=2):
        """The processes of one night."""
        self._count_new_mails(day)
        with freeze_time(f"{day} {hour:02}:00:00"):
            for job in jobs or ("process_payments", "create_child_orders"):
                run = self._execute(job)
                self.assertFalse(run.failed_count, run.line_ids.mapped("message"))
        self._count_new_mails(day)
        return run

    def _count_new_mails(self, day):
        """Note on which night a mail was made: the database has a clock of its own."""
        self.mail_days += [day] * (len(self._get_mails()) - len(self.mail_days))

    def _ask(self, day="2027-10-01"):
        """The first parcel is paid, the bank asks for the customer at the second."""
        self._night("2027-09-10")
        self.gate.answer = lambda _number, _content: ASKS
        self._night(day)
        self.gate.answer = lambda _number, _content: PAID
        self.child = self.order.child_order_ids.sorted("id")[-1]
        return self._get_row(2)

    def _get_row(self, number):
        shipment = self.order.shipment_ids.filtered(lambda s: s.number == number)
        return self.order.payment_ids.filtered(lambda row: row.shipment_id == shipment)

    def _get_mails(self):
        mails = self.env["mail.mail"].search([("subject", "like", SUBJECT)])
        return mails.sorted("id")

    # === THE PAGE === #

    def _open(self, moment, url=None):
        with freeze_time(moment):
            return self.url_open(url or self.order._get_authenticate_url())

    def _press_pay(self, moment, **values):
        """What the form sends when the customer presses its button."""
        with freeze_time(moment):
            token = self.order._get_card_token()
            processing = self.make_jsonrpc_request(
                f"/my/continuity/{self.order.id}/authenticate/transaction",
                {
                    "provider_id": self.provider.id,
                    "payment_method_id": self.card_method.id,
                    "token_id": None,
                    "amount": 1.0,
                    "flow": "direct",
                    "tokenization_requested": False,
                    "landing_route": "/somewhere",
                    "is_validation": False,
                    "access_token": token,
                    **values,
                },
            )
        self.env.invalidate_all()
        return self.env["payment.transaction"].search(
            [("reference", "=", processing["reference"])]
        )

    def _answer(self, tx, moment, state="done", is_looked_at=True):
        """The provider answers; then the page of the customer asks Odoo."""
        with freeze_time(moment):
            self.make_jsonrpc_request(
                "/payment/demo/simulate_payment",
                {
                    "reference": tx.reference,
                    "payment_details": "4444",
                    "simulated_state": state,
                },
            )
            if is_looked_at:
                self.make_jsonrpc_request("/payment/status/poll", {})
        self.env.invalidate_all()
