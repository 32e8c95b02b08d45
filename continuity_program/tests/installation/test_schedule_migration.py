# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import importlib.util
from pathlib import Path

from odoo.tests import tagged

from ..common import ContinuityCommon

NAME = "pre-schedule-currency.py"


@tagged("post_install", "-at_install")
class TestScheduleMigration(ContinuityCommon):
    """An upgrade gives schedules the currency their amounts always meant."""

    def test_currency_of_schedules(self):
        """What was typed as 10 was 10 in the currency of the orders."""
        own = self.company.currency_id
        euro = self.env.ref("base.EUR")
        other = euro if own != euro else self.env.ref("base.USD")
        other.active = True
        pricelists = self.env["product.pricelist"].create(
            [{"name": c.name, "currency_id": c.id} for c in (own, other)]
        )
        sold_in = {"none": (), "other": (1,), "both": (0, 1), "own": (0,)}
        schedules = self.env["continuity.payment.schedule"].create(
            [
                {"name": code, "code": code, "allocation": "fixed_amount", "amount": 10}
                for code in sold_in
            ]
        )
        for schedule, numbers in zip(schedules, sold_in.values(), strict=True):
            product = self._create_parent_product(
                self._create_program(schedule.code, payment_schedule_id=schedule.id)
            )
            for number in numbers:
                # A quotation in a currency the schedule does not hold is refused now
                schedule.currency_id = pricelists[number].currency_id
                self._create_order(product, pricelist_id=pricelists[number].id)
        self.env.flush_all()
        self.env.cr.execute(
            "ALTER TABLE continuity_payment_schedule"
            " ALTER COLUMN currency_id DROP NOT NULL"
        )
        self.env.cr.execute("UPDATE continuity_payment_schedule SET currency_id = NULL")
        path = Path(__file__).parents[2] / "migrations" / "19.0.1.1.0" / NAME
        spec = importlib.util.spec_from_file_location("schedule_currency", path)
        script = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(script)
        # A repetition changes nothing
        for _time in range(2):
            script.migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()
        self.assertEqual(
            [schedule.currency_id for schedule in schedules], [own, other, own, own]
        )
