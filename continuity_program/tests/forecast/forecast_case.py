# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the forecast says on a day, and to whom."""

from datetime import date, timedelta

from odoo.fields import Command
from odoo.tests import freeze_time, new_test_user

from ..common import ACCOUNTANT, MANAGER
from ..insight.insight_world import DAY, InsightCase

AUG_30 = date(2027, 8, 30)
SEP_27 = date(2027, 9, 27)


class ForecastCase(InsightCase):
    """26 members, what kept them back, what they paid, and the forecast of that day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(cls.env, "forecast_manager", groups=MANAGER)
        cls.accountant = new_test_user(cls.env, "forecast_books", groups=ACCOUNTANT)
        cls._write_blocks()
        cls._write_settled()
        cls.forecast = cls._refresh()

    @classmethod
    def _write_blocks(cls):
        """What kept members back, and what became of it: three mended, two lost.

        On the day A10, K05 and T05 are kept back, K07 is on pause.
        """
        now = (("A10", "card_expired"), ("K05", "declined"), ("T05", "address"))
        before = (
            *(("A05", "declined", "mended"), ("K03", "declined", "mended")),
            *(("T02", "declined", "mended"), ("A07", "declined", "left")),
            *(("K06", "declined", "left"),),
        )
        cls.env["continuity.exception"].search([]).unlink()
        cls.env["continuity.exception"].create(
            [
                cls._block_vals(name, reason)
                for name, reason in (*now, ("K07", "paused"))
            ]
            + [
                {
                    **cls._block_vals(name, reason),
                    "closed_on": date(2027, 7, 1),
                    "closed_as": end,
                }
                for name, reason, end in before
            ]
        )

    @classmethod
    def _block_vals(cls, name, reason):
        return {
            "key": f"test/{name}/{reason}",
            "company_id": cls.company.id,
            "continuity_order_id": cls.members[name].id,
            "reason": reason,
            "severity": "blocks",
            "first_seen": date(2027, 6, 1),
            "last_seen": DAY,
        }

    @classmethod
    def _write_settled(cls):
        """Card payments: 80 in their week, one a week later, two never."""
        rows = cls.env["continuity.payment"]
        cls.env.flush_all()
        cls.env.cr.execute(
            "DELETE FROM continuity_payment WHERE company_id = %s AND state = 'paid'",
            [cls.company.id],
        )
        cls.env.invalidate_all()
        cls.settled = rows.create(
            [
                {
                    "continuity_order_id": cls.members["A01"].id,
                    "sequence": 1000 + number,
                    "due_date": date(2027, 3, 1),
                    "amount": 20.0,
                    "state": "cancelled" if number > 80 else "paid",
                    "cancel_kind": "written_off" if number > 80 else False,
                }
                for number in range(83)
            ]
        )
        cls.settled[80].write(
            {
                "transaction_ids": [
                    Command.create(
                        {
                            "provider_id": cls.provider.id,
                            "payment_method_id": cls.card_method.id,
                            "reference": "a week later",
                            "amount": 20.0,
                            "currency_id": cls.company.currency_id.id,
                            "partner_id": cls.customer.id,
                            "operation": "offline",
                            "state": "done",
                            "last_state_change": "2027-03-09 12:00:00",
                        }
                    )
                ]
            }
        )

    @classmethod
    def _refresh(cls, day=DAY):
        with freeze_time(f"{day} 12:00:00"):
            return cls.env["continuity.forecast"]._refresh_company(cls.company)

    def _get_lines(self, level="product", forecast=None):
        return (forecast or self.forecast).line_ids.filtered(
            lambda line: line.level == level
        )

    def _get_demand(self, forecast=None):
        last = AUG_30 + timedelta(weeks=8)
        return {
            (line.product_id.name, line.week): (
                line.open_quantity,
                round(line.expected, 3),
            )
            for line in self._get_lines(forecast=forecast)
            if line.week < last
        }

    def _get_line(self, name, week):
        return self._get_lines().filtered(
            lambda line: (line.product_id.name, line.week) == (name, week)
        )
