# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import importlib.util
from pathlib import Path

from odoo.tests import freeze_time, tagged
from odoo.tools.translate import code_translations

from ..common import ContinuityCommon

FRENCH = {
    "the child order was cancelled": "la commande fille a été annulée",
    "credited": "crédité",
    "written off: %s": "passé en perte : %s",
}


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestCancelKind(ContinuityCommon):
    """What cancelled a payment decides whether it comes back, in every language."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        translate = code_translations.get_python_translations
        cls.classPatch(
            code_translations,
            "get_python_translations",
            lambda module, language: (
                {**translate(module, language), **FRENCH}
                if (module, language) == ("continuity_program", "fr_FR")
                else translate(module, language)
            ),
        )
        schedule = cls.env["continuity.payment.schedule"].create(
            {
                "name": "3 monthly",
                "code": "3M",
                "allocation": "fixed_quantity",
                "unit": "months",
                "interval": 1,
                "number_of_payments": 3,
            }
        )
        product = cls._create_parent_product(
            cls._create_program(payment_schedule_id=schedule.id)
        )
        cls.order = cls._create_sold_order(product).continuity_order_ids
        cls._execute("create_child_orders")
        cls.child = cls.order.child_order_ids
        cls.rows = cls.order.payment_ids.sorted("sequence")

    def _get_rows(self):
        self.rows.invalidate_recordset()
        return [(row.amount, row.state, row.cancel_kind) for row in self.rows]

    def test_cancelled_in_french_confirmed_in_english(self):
        """20 of 30 are asked for all the same."""
        self.assertEqual(
            self._get_rows(),
            [
                (10.0, "paid", False),
                (10.0, "scheduled", False),
                (10.0, "scheduled", False),
            ],
        )
        self.child.with_context(lang="fr_FR")._action_cancel()
        self.assertEqual(
            self._get_rows(),
            [
                (10.0, "paid", False),
                (10.0, "cancelled", "child"),
                (10.0, "cancelled", "child"),
            ],
        )
        self.assertEqual(self.rows[1].cancel_reason, "la commande fille a été annulée")
        self.child.action_draft()
        self.child.with_context(lang="en_US").action_confirm()
        self.assertEqual(
            self._get_rows(),
            [
                (10.0, "paid", False),
                (10.0, "scheduled", False),
                (10.0, "scheduled", False),
            ],
        )
        self.assertFalse(self.rows[1].cancel_reason)
        self._execute("process_payments", date="2027-11-10")
        self.assertEqual(self.rows.mapped("state"), ["paid"] * 3)

    def test_what_was_written_off_does_not_come_back(self):
        self.rows[2].action_write_off("gone")
        self.child._action_cancel()
        self.child.action_draft()
        self.child.action_confirm()
        self.assertEqual(
            self._get_rows()[1:],
            [(10.0, "scheduled", False), (10.0, "cancelled", "written_off")],
        )

    def test_migration(self):
        """The sentences of all installed languages; else the state of the child."""
        texts = {
            "the plan has changed": "plan",
            "the quotation was cancelled": "quotation",
            "the order was cancelled": "order",
            "the child order was cancelled": "child",
            "la commande fille a été annulée": "child",
            "credited": "credited",
            "crédité": "credited",
            "written off: he moved": "written_off",
            "passé en perte : parti": "written_off",
            "der Kindauftrag wurde storniert": None,
        }
        row = self.rows[2]
        for text, kind in texts.items():
            self.assertEqual(self._migrate(row, text), kind or False, text)
        self.child._action_cancel()
        self.assertEqual(self._migrate(row, "der Kindauftrag wurde storniert"), "child")

    def _migrate(self, row, text):
        row.write({"state": "cancelled", "cancel_kind": False, "cancel_reason": text})
        self.env.flush_all()
        name = "post-cancel-kind.py"
        path = Path(__file__).parents[2] / "migrations" / "19.0.1.1.0" / name
        spec = importlib.util.spec_from_file_location("migration", path)
        migration = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(migration)
        migration.migrate(self.env.cr, "19.0.1.0.0")
        row.invalidate_recordset()
        return row.cancel_kind
