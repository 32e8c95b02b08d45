# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

from freezegun import freeze_time

from odoo.tests import Form, tagged

from ..common import MANAGER, ContinuityCommon

#: What is read of the lists in the form
COLUMNS = {"continuity.run.line": "reason", "continuity.charge.chunk": "state"}


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestRunForm(ContinuityCommon):
    """The form of a run with very many lines, and what it says of a provider."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2027-09-10 12:00:00"):
            cls.product = cls._create_parent_product(cls._create_program())
            cls.order = cls._create_sold_order(cls.product).continuity_order_ids
        cls.manager = cls._create_user("form_manager", MANAGER)

    def _read_form(self, run):
        """Read a run as the web client does when its form is opened.

        :return: values, and the number of bytes sent
        """
        form = Form(run.with_user(self.manager))
        specification = {
            name: (
                {"fields": {column: {}}, "limit": 40}
                if (column := COLUMNS.get(field.get("relation")))
                else {}
            )
            for name, field in form._view["fields"].items()
            if name != "id"
        }
        values = run.with_user(self.manager).web_read(specification)[0]
        return values, len(json.dumps(values, default=str))

    def test_many_lines(self):
        """5 000 lines: the form carries the first 80, and leads to all of them."""
        run = self._execute("process_payments")
        few = self._read_form(run)[0]
        self.assertEqual(few["shown_line_ids"], [])
        self.assertFalse(few["has_more_lines"])
        run._log("skipped", [{"reason": "paused"}] * 80)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertFalse(self._read_form(run)[0]["has_more_lines"])
        run._log("skipped", [{"reason": "paused"}] * 4920)
        self.env.flush_all()
        self.env.invalidate_all()
        values, size = self._read_form(run)
        self.assertTrue(values["has_more_lines"])
        self.assertEqual(len(values["shown_line_ids"]), 80)
        self.assertLess(size, 10_000)
        action = run.with_user(self.manager).action_view_lines()
        self.assertEqual(
            self.env[action["res_model"]].search_count(action["domain"]), 5000
        )
        self.assertNotIn("search_default_skipped", action["context"])

    def test_child_orders_of_a_run(self):
        """The list of the child orders a run has made names the run, not the orders."""
        run = self._execute("create_child_orders", sale_order=self.order.sale_order_id)
        other = self._execute("create_child_orders")
        action = run.with_user(self.manager).action_view_child_orders()
        self.assertEqual(
            action["domain"], [("continuity_run_line_ids.run_id", "=", run.id)]
        )
        orders = self.env["sale.order"].with_user(self.manager)
        self.assertEqual(orders.search(action["domain"]), self.order.child_order_ids)
        action = other.action_view_child_orders()
        self.assertFalse(orders.search(action["domain"]))

    def _disable_provider(self):
        self.order.payment_token_id.provider_id.state = "disabled"

    def test_disabled_provider(self):
        """Odoo archives the cards of a disabled provider: no customer removed them."""
        self._disable_provider()
        self.assertFalse(self.order.payment_token_id.active)
        run = self._execute("create_child_orders", sale_order=self.order.sale_order_id)
        line = run.line_ids
        self.assertEqual(line.reason, "provider_off")
        self.assertIn("its payment provider is disabled", line.message)
        self.assertNotIn("was removed", line.message)
        self.assertIn("its payment provider is disabled", self.order.activity_ids.note)

    def test_provider_disabled_in_mid_run(self):
        """Disabled between look and charge: nothing is charged, the reason is told."""
        self.company.continuity_authorize_child = False
        self._execute("create_child_orders", sale_order=self.order.sale_order_id)
        self.order.child_order_ids._create_invoices().action_post()
        row = self.order.payment_ids
        self.assertEqual(row.state, "scheduled")
        job = type(self.env["continuity.job.process_payments"])
        get_refusal = job._get_asking_refusal
        looks = []

        def look(self_job, run, payment):
            refusal = get_refusal(self_job, run, payment)
            if not looks:
                self._disable_provider()
            looks.append(refusal)
            return refusal

        self.patch(job, "_get_asking_refusal", look)
        run = self._execute("process_payments")
        self.assertFalse(looks[0])
        self.assertEqual(row.state, "scheduled")
        self.assertEqual(run.line_ids.reason, "provider_off")

    def test_removed_card(self):
        """A card that was removed is told as removed, with a provider that works."""
        self.order.payment_token_id.active = False
        run = self._execute("create_child_orders", sale_order=self.order.sale_order_id)
        self.assertEqual(run.line_ids.reason, "card_archived")
        self.assertIn("was removed", run.line_ids.message)
