# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A payment in parts, and the figures of each."""

from .flow import FlowCase

#: Plan, parts of the receivable of two invoices, what the rows charge in the end
FIGURES = {
    "EUR": {
        "plan": [9.96, 9.96, 9.97],
        "first": [("2027-09-10", 9.96), ("2027-10-10", 4.98)],
        "second": [("2027-10-10", 4.98), ("2027-11-10", 9.96)],
        "charged": [9.96, 9.96, 9.96],
        "total": 29.88,
    },
    "JPY": {
        "plan": [996, 996, 997],
        "first": [("2027-09-10", 996), ("2027-10-10", 498)],
        "second": [("2027-10-10", 498), ("2027-11-10", 996)],
        "charged": [996, 996, 996],
        "total": 2988,
    },
    "KWD": {
        "plan": [9.963, 9.963, 9.963],
        "first": [("2027-09-10", 9.963), ("2027-10-10", 4.982)],
        "second": [
            ("2027-09-20", 0.001),
            ("2027-10-10", 4.981),
            ("2027-11-10", 9.963),
        ],
        "charged": [9.963, 9.963, 9.963, 0.001],
        "total": 29.89,
    },
}


class PartsCase(FlowCase):
    """Children that are paid by three monthly instalments and delivered in parts."""

    def _sell_parts(self, currency="EUR", quantity=2):
        self.currency = self._set_currency(currency)
        schedule = self.env["continuity.payment.schedule"].create(
            {
                "name": "3 monthly",
                "code": "3P",
                "allocation": "fixed_quantity",
                "unit": "months",
                "number_of_payments": 3,
            }
        )
        product = self._create_club(code="CLUBP", payment_schedule_id=schedule.id)
        order, child = self._sell_child(product, quantity=quantity)
        self.rows = order.payment_ids.sorted("sequence")
        return order, child

    def _get_terms(self, move):
        lines = self._get_receivable(move)
        return [
            (f"{line.date_maturity}", line.amount_currency)
            for line in lines.sorted("date_maturity")
        ]

    def _get_residuals(self, move):
        return self._get_receivable(move).mapped("amount_residual_currency")

    def _send_and_bill(self, child, quantity=1, **values):
        self._send(child, quantity)
        return self._bill(child, **values)
