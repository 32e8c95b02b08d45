# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from psycopg2 import OperationalError
from psycopg2.errors import LockNotAvailable

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

#: Tables that the exceptions and the figures are made of
TABLES = (
    *("continuity_order", "continuity_shipment", "continuity_shipment_line"),
    *("continuity_payment", "continuity_exception", "sale_order", "sale_order_line"),
    *("sale_order_line_invoice_rel", "account_move_line"),
)
#: Rows of a table from which a wrong plan takes long: with 1 000 members, ten minutes
MANY_ROWS = 500
#: A table that was never counted and has fewer pages has fewer rows
MANY_PAGES = 8
#: So long a table is waited for that somebody else works on
LOCK_SECONDS = 5


class RefreshInsight(models.AbstractModel):
    """Bring what people decide with up to date: the exceptions, and the forecast.

    It reads ledgers and locks nothing of them. It asks nobody for money, so that it
    works in a copied database, too.
    """

    _name = "continuity.job.refresh_insight"
    _inherit = "continuity.job.look"
    _description = "Refresh Continuity Insight"

    # Whom to look at is found for all members at once, however many are taken of them
    _look_size = 1000

    def _get_look_name(self):
        return self.env._("exceptions")

    def _work_off(self, run):
        """Override: after the orders come the company and its processes.

        The forecast is made last: what stands in the way of an order is known then.
        """
        # What is counted is locked until the transaction ends: only in one of our own
        if run._may_commit() and not run.dry_run:
            self._update_statistics()
            run._checkpoint()
        is_finished = super()._work_off(run)
        if is_finished and not self._get_rest_text(run) and not self._is_narrowed(run):
            self.env["continuity.exception"]._refresh_company(run.company_id)
            if not run.dry_run:
                self._refresh_figures(run)
        return is_finished

    # === STATISTICS === #

    def _update_statistics(self):
        """Have the database count what a mass import, or a restored copy, has brought.

        It does so by itself, but not always before the night. Until then it takes the
        tables for empty, and a query of a second takes minutes. A table that is being
        cleaned, which may take hours, is left to the database.
        """
        for table in self._find_uncounted_tables():
            try:
                with self.env.cr.savepoint(flush=False):
                    self.env.cr.execute(
                        SQL("SET LOCAL lock_timeout = %s", f"{LOCK_SECONDS}s")
                    )
                    self.env.cr.execute(
                        SQL("ANALYZE %s", SQL.identifier(table)), log_exceptions=False
                    )
                    self.env.cr.execute("SET LOCAL lock_timeout TO DEFAULT")
            except LockNotAvailable:
                _logger.info("%s is being cleaned, and is not counted", table)

    def _find_uncounted_tables(self):
        """Find the tables that have changed by half since they were counted.

        Also those that never were: in a copied database nobody knows how many rows
        there are, only how much room they take.

        :rtype: list[str]
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT t.relname
                  FROM pg_stat_user_tables t
                  JOIN pg_class c ON c.oid = t.relid
                 WHERE t.schemaname = current_schema() AND t.relname IN %s
                   AND (t.n_live_tup >= %s
                        AND (COALESCE(t.last_analyze, t.last_autoanalyze) IS NULL
                             OR t.n_mod_since_analyze > t.n_live_tup / 2)
                        OR c.reltuples < 0 AND pg_relation_size(c.oid) >= %s)
                 ORDER BY t.relname
                """,
                TABLES,
                MANY_ROWS,
                MANY_PAGES * 8192,
            )
        )
        return [table for (table,) in rows]

    # === FIGURES === #

    def _refresh_figures(self, run):
        """Make the figures anew, each kind for itself.

        If some cannot be made, those of yesterday stay, with their day, and the others
        are made all the same.

        :param continuity.run run: the run
        :raise UserError: some could not be made
        """
        company = run.company_id
        kinds = {
            "continuity.retention": "_refresh_company",
            "continuity.forecast.check": "_check_company",
            "continuity.forecast": "_refresh_company",
            # Made of all the others
            "continuity.overview": "_refresh_company",
        }
        run._checkpoint()
        failures = []
        for model, method in kinds.items():
            text = self._refresh_figure(getattr(self.env[model], method), company)
            if text:
                name = self.env["ir.model"]._get(model).name
                failures.append(f"{name}: {text}")
            run._checkpoint()
        if failures:
            raise UserError(
                self.env._(
                    "Some figures could not be made; the earlier ones stay."
                    " %(reasons)s",
                    reasons=" ".join(failures),
                )
            )

    def _refresh_figure(self, refresh, company):
        """Make one kind of figures.

        :param Callable refresh: what makes them
        :param res.company company: whose
        :return: why they could not be made; empty = they are there
        :rtype: str
        """
        try:
            with self.env.cr.savepoint():
                refresh(company)
        except OperationalError:
            # The database has lost the thread: the run begins again as a whole
            raise
        except Exception as error:
            if not self._is_of_record(error):
                raise
            # Whatever it was: the other kinds are made, and the run names this one
            if not isinstance(error, UserError):
                _logger.error("%s failed", self._name, exc_info=error)
            return self._get_error_text(error)
        return ""

    def _get_looked_at_sql(self, run):
        """Override: those that may have an exception, or have one."""
        return self.env["continuity.exception"]._get_candidate_sql(run.company_id)

    def _look(self, run, orders):
        self.env["continuity.exception"]._refresh_orders(orders)

    # === RESULT === #

    def _get_message(self, run):
        """Say how many exceptions there are, and how many were not there before."""
        open_rows = [("company_id", "=", run.company_id.id), ("closed_on", "=", False)]
        exceptions = self.env["continuity.exception"]
        today = run.company_id._continuity_today()
        texts = [
            self.env._(
                "Exceptions: %(count)s, %(new)s of them new today.",
                count=exceptions.search_count(open_rows),
                new=exceptions.search_count([*open_rows, ("first_seen", "=", today)]),
            )
        ]
        return " ".join([*texts, *self._get_rest_texts(run)])
