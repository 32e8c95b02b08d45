# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import freeze_time, tagged

from ..insight.insight_world import DAY, InsightCase


@tagged("post_install", "-at_install")
@freeze_time(f"{DAY} 12:00:00")
class TestValueLost(InsightCase):
    """Who leaves behind the 24th shipment was worth something, too."""

    def _get_lost(self, got):
        """What is lost with K02, if he got so many shipments before he left."""
        got_by_him = self.members["K02"].shipment_ids.filtered(
            lambda shipment: shipment.state != "cancelled"
        )
        last = got_by_him.sorted("number")[-1]
        self.env.cr.execute(
            "UPDATE continuity_shipment SET number = %s WHERE id = %s", [got, last.id]
        )
        self.env.invalidate_all()
        row = self.env["continuity.churn.report"].browse(self.members["K02"].id)
        return row.lost_value

    def _compute(self):
        self.env["continuity.retention"]._refresh_company(self.company)
        values = self.env["continuity.value"].search(
            [("program_id", "=", self.coffee.id)]
        )
        self.assertEqual(values.mapped("turn"), list(range(1, 25)))

    def test_endless(self):
        """As many shipments lie ahead of him as before, whichever he has got."""
        self._compute()
        # 5.00 a pack, 1 of 215 comes back (-7.00), 2.76 % skip: 4.81 a shipment. Of 100
        # who are there 15 leave with each: Σ 0.85 ** n, n = 1 … 24, is 5.552
        for got in (23, 24, 60):
            self.assertAlmostEqual(self._get_lost(got), 26.69, 1, got)

    def test_with_an_end(self):
        """Of 26 shipments three are left with the 24th, then two, one and none."""
        self.coffee.event_ids.repeat_count = 25
        self._compute()
        # 4.81 × (0.85 + 0.7225 + 0.6141), without the last, without the last two
        for got, lost in ((23, 10.51), (24, 7.56), (25, 4.09), (26, 0.0), (60, 0.0)):
            self.assertAlmostEqual(self._get_lost(got), lost, 1, got)
