# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, models
from odoo.tools import format_date

from ... import planning

#: Days before it ends a program is told of
ENDS_WITHIN = 30


class ContinuityException(models.Model):
    """What is found of a company: processes that do not work, programs that end."""

    _inherit = "continuity.exception"

    @api.model
    def _find_of_company(self, look):
        """Find what is wrong with a company, and with no order of it.

        :param Look look: see `_get_look`
        :return: values of rows, by key
        :rtype: dict[str, dict]
        """
        return {
            **self._find_processes(look),
            **self._find_ending_programs(look),
            **self._find_late_items(look),
        }

    def _prepare_company(self, look, reason, message, **values):
        """Return the values of a row that is about no order.

        :rtype: dict
        """
        return {
            "reason": reason,
            "severity": "warning",
            "message": message,
            "company_id": look.company_id.id,
            # Nothing is at stake by itself, and totals have one currency
            "currency_id": look.company_id.currency_id.id,
            **values,
        }

    # === PROGRAMS === #

    def _find_ending_programs(self, look):
        """Find programs on sale that follow the calendar to its end, or are behind it.

        :param Look look: see `_get_look`
        :return: values of rows, by key
        :rtype: dict[str, dict]
        """
        programs = self.env["continuity.program"].search(
            [
                ("company_id", "=", look.company_id.id),
                ("state", "=", "open"),
                ("order_start", "=", "current"),
                ("calendar_anchor", "!=", False),
            ]
        )
        last = look.today + timedelta(days=ENDS_WITHIN)
        found = {}
        for program in programs:
            end = planning.calendar_end(program._to_planning(), program.calendar_anchor)
            if end and end <= last:
                found[f"program/{program.id}/program_ends"] = self._prepare_company(
                    look,
                    "program_ends",
                    self._get_end_text(look, end),
                    program_id=program.id,
                    due_date=end,
                )
        return found

    def _get_end_text(self, look, end):
        """Say since when, or from when on, a program takes no new orders.

        :rtype: str
        """
        day = format_date(self.env, end)
        if end <= look.today:
            return self.env._(
                "It takes no new orders since %s. Add events, or close it.", day
            )
        return self.env._("From %s on it takes no new orders. Add events.", day)

    # === LATE ITEMS === #

    def _find_late_items(self, look):
        """Find late items nobody has decided about, that are planned to be sent.

        :param Look look: see `_get_look`
        :return: values of rows, by key
        :rtype: dict[str, dict]
        """
        items = self.env["continuity.late.item"].search(
            [("company_id", "=", look.company_id.id), ("state", "=", "draft")]
        )
        found = {}
        for item in items:
            shipments = item._get_affected()
            if not shipments:
                continue
            currencies = shipments.currency_id
            is_one = len(currencies) == 1
            found[f"late/{item.id}/late_item"] = self._prepare_company(
                look,
                "late_item",
                self.env._(
                    "%(count)s shipments leave before it arrives on %(day)s.",
                    count=len(shipments),
                    day=format_date(self.env, item.available_date),
                ),
                late_item_id=item.id,
                product_id=item.product_id.id,
                program_id=item.event_id.program_id.id,
                due_date=min(shipments.mapped("planned_date")),
                # Money of several currencies is not added up
                amount=sum(shipments.mapped("amount_total")) if is_one else 0.0,
                currency_id=(currencies if is_one else look.company_id.currency_id).id,
            )
        return found

    # === PROCESSES === #

    def _find_processes(self, look):
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
