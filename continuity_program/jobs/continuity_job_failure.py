# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from psycopg2 import errors

from odoo import models
from odoo.exceptions import RedirectWarning, UserError

from ..conflicts import is_unavailable

_logger = logging.getLogger(__name__)


class ContinuityJob(models.AbstractModel):
    """What happens to a record that fails: seen by people, out of the way of others."""

    _inherit = "continuity.job"

    def _describe_failure(self, records, error):
        """Prepare the run line of a record that failed.

        :param records: the one record
        :param Exception error: why
        :return: values of the line, without outcome
        :rtype: dict
        """
        raise NotImplementedError

    def _is_of_record(self, error):
        """Say whether a record is to blame for an error: then the others go on.

        Where the server stops, the connection is lost or the disk is full, no record
        is. The run breaks off, instead of trying each of what is due, and comes back.

        :param Exception error: what was caught
        :rtype: bool
        """
        return not (self.env.cr.closed or is_unavailable(error))

    def _log_failure(self, run, record, error, is_counted=True):
        """Write down why a record could not be done; the others go on.

        :param bool is_counted: False for one more failure of the same record
        """
        values = self._describe_failure(record, error)
        if self._is_done_elsewhere(error):
            message = self.env._("Another run was faster.")
            values.update(reason="done_elsewhere", message=message)
            run._log("skipped", [values], is_counted)
            return
        # Sentences for people, the one of them with a button that leads somewhere
        if not isinstance(error, (UserError, RedirectWarning)):
            _logger.error("%s: %s failed", self._name, record, exc_info=error)
        values.setdefault("reason", "error")
        values["message"] = self._get_language_problem(
            record, error
        ) or self._get_error_text(error)
        run._log("failed", [values], is_counted)
        if not run.dry_run:
            self._get_orders(record)._note_failure(run.job, values["message"])

    def _clear_failures(self, run, records):
        """Take back what earlier runs have noted about records that are done now."""
        if not run.dry_run:
            self._get_orders(records)._clear_failure(run.job)

    def _get_orders(self, records):
        """Return the continuity orders the records belong to; programs have none."""
        if records._name == "continuity.order":
            return records
        if "continuity_order_id" in records._fields:
            return records.continuity_order_id
        return self.env["continuity.order"]

    def _is_done_elsewhere(self, error):
        """Tell whether a ledger key says that another worker did it."""
        return isinstance(error, errors.UniqueViolation) and (
            error.diag.constraint_name or ""
        ).startswith("continuity_")

    def _get_language_problem(self, record, error):
        """Say whose language is not active, where that is what went wrong.

        Odoo names the code only, wherever a text is to be made in it.
        """
        orders = self._get_orders(record)
        customers = orders.partner_id | orders.partner_invoice_id
        refused = customers.filtered(
            lambda customer: customer.lang and customer.lang in str(error)
        )
        return refused._get_continuity_language_problem()

    def _get_error_text(self, error):
        text = str(error.args[0]) if error.args else ""
        return text.strip().splitlines()[0] if text.strip() else type(error).__name__
