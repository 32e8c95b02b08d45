# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.sql_db import db_connect
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ...jobs import refresh_insight
from ...jobs.refresh_insight import TABLES
from ..common import ContinuityCommon

DAY = date(2027, 9, 1)


@tagged("post_install", "-at_install")
class TestRefreshFigures(ContinuityCommon):
    """The nightly figures: what cannot be made stops nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # What other tests have left behind
        cls.env["continuity.order"].search([]).state = "draft"
        cls.program = cls._create_program("CP-FIGURES")
        product = cls._create_parent_product(cls.program)
        with freeze_time("2027-08-02 12:00:00"):
            cls.order = cls._create_sold_order(product).continuity_order_ids
            cls.quotation = cls._create_order(product).continuity_order_ids
        cls.foreign = cls.env["res.currency"].create({"name": "NOR", "symbol": "N"})

    def _sell_abroad(self, order):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE continuity_order SET currency_id = %s WHERE id = %s",
            [self.foreign.id, order.id],
        )
        self.env.invalidate_all()

    def _refresh(self):
        with freeze_time(f"{DAY} 04:00:00"):
            run = self._execute("refresh_insight", dry_run=True)
            self.env["continuity.job.refresh_insight"]._refresh_figures(run)

    def _get_refusal(self):
        """What the run says of the figures it could not make."""
        try:
            self._refresh()
        except UserError as error:
            return str(error)
        return ""

    def _get_forecast(self):
        return self.env["continuity.forecast"].search(
            [
                ("company_id", "=", self.company.id),
                ("is_current", "=", True),
                ("date", "=", DAY),
            ]
        )

    def _count_turns(self):
        return self.env["continuity.retention"].search_count(
            [("program_id", "=", self.program.id)]
        )

    def test_never_a_member(self):
        """A quotation needs no rate; of a member it is asked for by its name."""
        self._sell_abroad(self.quotation)
        self._refresh()
        forecast = self._get_forecast()
        self.assertEqual(forecast.member_count, 1)
        self.assertTrue(self._count_turns())
        self._sell_abroad(self.order)
        # The money planned is never taken 1 to 1
        for model in ("continuity.retention", "continuity.forecast"):
            with (
                self.assertRaisesRegex(UserError, "no rate of NOR"),
                self.cr.savepoint(),
                freeze_time(f"{DAY} 04:00:00"),
            ):
                self.env[model]._refresh_company(self.company)
        # Nothing is lost of what was there
        self.assertIn("no rate of NOR", self._get_refusal())
        self.assertEqual(self._get_forecast(), forecast)
        self.assertTrue(self._count_turns())

    def test_each_for_itself(self):
        """What fails is named at the end; the other kinds are made."""
        stick, forecast = "continuity.retention", "continuity.forecast"
        with self._breaking(stick, UserError("No cost.")):
            self.assertRegex(self._get_refusal(), "^Some figures .*: No cost.")
        self.assertEqual(self._get_forecast().member_count, 1)
        self.assertFalse(self._count_turns())
        # A fault of the code is written down in the log, and is no traceback
        with (
            self._breaking(forecast, KeyError("goods")),
            mute_logger("odoo.addons.continuity_program.jobs.refresh_insight"),
        ):
            self.assertRegex(self._get_refusal(), "^Some figures .*: goods")
        self.assertTrue(self._count_turns())

    def test_statistics(self):
        """Tables that were filled by the thousands are counted before they are read."""
        job = self.env["continuity.job.refresh_insight"]
        self.assertLessEqual(set(job._find_uncounted_tables()), set(TABLES))
        self.env.flush_all()
        counted = "SELECT reltuples FROM pg_class WHERE relname = 'continuity_order'"
        self.env.cr.execute(
            "UPDATE pg_class SET reltuples = -1 WHERE relname = 'continuity_order'"
        )
        with (
            patch.object(
                type(job), "_find_uncounted_tables", return_value=["continuity_order"]
            ),
            freeze_time(f"{DAY} 04:00:00"),
        ):
            for dry_run in (True, False):
                self._execute("refresh_insight", dry_run=dry_run)
                self.env.cr.execute(counted)
                # A preview leaves no trace, and nothing is locked for others
                self.assertEqual(self.env.cr.fetchone()[0], -1)
            with (
                db_connect(self.env.cr.dbname).cursor() as cleaner,
                patch.object(refresh_insight, "LOCK_SECONDS", 1),
            ):
                cleaner.execute(
                    "LOCK TABLE continuity_order IN SHARE UPDATE EXCLUSIVE MODE"
                )
                # Somebody cleans the table: nobody waits for him
                job._update_statistics()
            self.env.cr.execute(counted)
            self.assertEqual(self.env.cr.fetchone()[0], -1)
            job._update_statistics()
        self.env.cr.execute(counted)
        self.assertGreater(self.env.cr.fetchone()[0], 0)
        self.env.cr.execute("SHOW lock_timeout")
        self.assertEqual(self.env.cr.fetchone()[0], "0")

    def test_statistics_for_some(self):
        """So they are for who has some orders looked at; a preview counts nothing."""
        job = type(self.env["continuity.job.refresh_insight"])
        run = type(self.env["continuity.run"])
        with (
            patch.object(job, "_update_statistics") as count,
            # As where it owns its transaction
            patch.object(run, "_may_commit", return_value=True),
            patch.object(run, "_checkpoint", return_value=60.0),
            freeze_time(f"{DAY} 04:00:00"),
        ):
            self._execute("refresh_insight", program=self.program, dry_run=True)
            count.assert_not_called()
            self._execute("refresh_insight", program=self.program)
            count.assert_called_once_with()

    def _breaking(self, model, error):
        return patch.object(
            type(self.env[model]), "_refresh_company", side_effect=error
        )
