# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Runs that are stopped and gone on with."""

from ...models.runs.continuity_run_cron import NIGHT
from ..common import ContinuityCommon

CRON = "odoo.addons.continuity_program.models.runs.continuity_run_cron"


class RunCase(ContinuityCommon):
    """Runs as the scheduler works them off."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program = cls._create_program()
        cls.product = cls._create_parent_product(cls.program)
        cls.cron = cls.env.ref("continuity_program.ir_cron_create_child_orders")
        cls.background = cls.env.ref("continuity_program.ir_cron_background_runs")
        # The night of the days the tests play in has not come yet
        for name in NIGHT.values():
            cls.env.ref(f"continuity_program.{name}").nextcall = "2999-12-31 02:00:00"

    def _sell(self, count=1):
        orders = self.env["continuity.order"]
        for _number in range(count):
            orders |= self._create_sold_order(self.product).continuity_order_ids
        return orders

    def _trigger(self, cron=None):
        with self.enter_registry_test_mode():
            result = (cron or self.cron).method_direct_trigger()
        self.env.invalidate_all()
        self.assertIs(result, True, "the scheduled action did not fail")

    def _get_runs(self, job="create_child_orders", **values):
        domain = [("job", "=", job), *((k, "=", v) for k, v in values.items())]
        return self.env["continuity.run"].search(domain)
