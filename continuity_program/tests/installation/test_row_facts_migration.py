# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import importlib.util
from pathlib import Path

from freezegun import freeze_time

from odoo.tests import tagged

from ..cases.flow import FlowCase

NAME = "post-row-facts.py"


@tagged("post_install", "-at_install")
class TestRowFactsMigration(FlowCase):
    """An upgrade finds in the books what payments were planned to be."""

    def _get_facts(self, rows):
        rows.invalidate_recordset()
        return [
            (row.amount_planned, row.kind, row.basis, row.amount)
            for row in rows.sorted("sequence")
        ]

    def _upgrade(self, rows):
        """Forget what is written down, and find it again, twice."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE continuity_payment"
            " SET amount_planned = NULL, kind = 'plan', basis = 'plan'"
            " WHERE id IN %s",
            [tuple(rows.ids)],
        )
        path = Path(__file__).parents[2] / "migrations" / "19.0.1.1.0" / NAME
        spec = importlib.util.spec_from_file_location("row_facts", path)
        script = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(script)
        for _time in range(2):
            script.migrate(self.env.cr, "19.0.1.0.0")

    def _assert_found(self, rows, facts):
        self.assertEqual(self._get_facts(rows), facts)
        self._upgrade(rows)
        self.assertEqual(self._get_facts(rows), facts)

    def test_credited(self):
        """A note has cut the last two of three instalments."""
        order = self._submit(self.club_by_schedule)
        self._post(self._credit(order, (2,)))
        self._assert_found(
            order.payment_ids,
            [
                (23.37, "plan", "plan", 23.37),
                (23.37, "plan", "plan", 23.37),
                (23.38, "plan", "plan", 1.06),
            ],
        )

    def test_difference(self):
        """The invoice asks for more than was charged when the child was made."""
        order, child = self._sell_child()
        self._send(child)
        self._bill(child, price=100.0)
        self._assert_found(
            order.payment_ids,
            [(14.94, "plan", "plan", 14.94), (106.06, "extra", "plan", 106.06)],
        )

    def test_on_account(self):
        """The invoice made the payment."""
        order = self._sell_on_account(self.club_a)
        with freeze_time("2027-09-10 12:00:00"):
            child = self._create_child(order)
        child.order_line.product_id.invoice_policy = "delivery"
        self._send(child)
        self._bill(child)
        self._assert_found(order.payment_ids, [(14.94, "plan", "documents", 14.94)])
