# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class ContinuityException(models.Model):
    """What is found of a company: processes that do not work."""

    _inherit = "continuity.exception"

    @api.model
    def _find_of_company(self, look):
        """Find the processes of the night that are late, switched off, or at rest.

        :param Look look: see `_get_look`
        :return: values of rows, by key
        :rtype: dict[str, dict]
        """
        late = self.env["continuity.late.report"]
        # Rows without a table keep what was read of them
        late.invalidate_model()
        late = late.search(
            [("kind", "=", "process"), ("company_id", "=", look.company_id.id)]
        )
        found = {}
        jobs = dict(late._fields["job"]._description_selection(self.env))
        # This look is a part of the process that would be told to be late
        for row in late.filtered(
            lambda row: (row.job, row.reason) != ("refresh_insight", "not_finished")
        ):
            # One row says of a copy that it is one, whatever rests in it
            is_copy = row.reason == "copy"
            job = "" if is_copy else row.job
            refusal = is_copy and self.env["continuity.database"]._get_refusal()
            key = f"company/{look.company_id.id}/{row.reason}/{job}"
            found[key] = {
                "reason": row.reason,
                "severity": "blocks",
                "message": refusal or jobs[row.job],
                "company_id": look.company_id.id,
                "run_id": not is_copy and row.run_id.id,
                # Nothing is at stake by itself, and totals have one currency
                "currency_id": look.company_id.currency_id.id,
                "due_date": row.due_date,
            }
        return found
