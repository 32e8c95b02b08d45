# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError

from ... import planning


class ContinuityOrder(models.Model):
    """The continuity order: its end that was agreed with the customer (rules R13), and
    why it ended before its time.

    Nothing leaves behind the shipment the customer ended with, unless somebody was told
    so and wants it.
    """

    _inherit = "continuity.order"

    end_reason_id = fields.Many2one(
        comodel_name="continuity.end.reason",
        string="Reason for the end",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="Chosen by who cancelled or ended the order. Empty: nobody was asked.",
    )
    ended_date = fields.Date(
        string="Ended on",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The day it was cancelled or ended; what leaves after it had left the"
        " warehouse, or is the last one.",
    )

    def _goes_on(self):
        """Tell whether shipments are still to be laid out.

        :rtype: bool
        """
        self.ensure_one()
        if self.state != "draft":
            return self.has_more
        rows, _shipments = self._to_ledger()
        # Whoever may postpone a shipment need not be able to open the program
        plan = self.program_id.sudo()._to_planning()
        return not self.bill_upfront and not planning.is_complete(
            plan, rows, self.event_duration
        )

    def _get_end_warning(self, changes):
        """Say which shipments would leave behind the one the customer ended with.

        :param list changes: shipments of the order, and what is about to become of them
        :return: a sentence, or nothing
        :rtype: str
        """
        self.ensure_one()
        rows, shipments = self._to_ledger()
        passing = planning.passes_end(rows, [change for _shipment, change in changes])
        if not passing:
            return ""
        ends = [i for i, row in enumerate(rows) if row.is_end]
        last = shipments[max(ends, key=lambda i: shipments[i]._get_leaving_key())]
        return self.env._(
            "%(order)s was ended with shipment %(last)s of %(day)s: shipment"
            " %(numbers)s would leave after it.",
            order=self.name,
            last=last.number,
            day=self._format_day(last.planned_date),
            numbers=", ".join(str(shipments[i].number) for i in passing),
        )

    def _check_end(self, changes):
        """Refuse to send something behind the end that nobody was asked about.

        :param list changes: shipments of the order, and what is about to become of them
        :raise UserError: naming the shipments and the way out
        """
        if warning := self._get_end_warning(changes):
            raise UserError(
                self.env._(
                    "%(warning)s Choose a day before, or “Skip”. “Move” and “Postpone”"
                    " show it and ask first.",
                    warning=warning,
                )
            )

    def _write_end(self, text, reason=None):
        """Write down that orders end, today.

        :param str text: why, in words
        :param continuity.end.reason reason: why, to count by; None = nobody was asked
        """
        for company, orders in self.grouped("company_id").items():
            orders.write(
                {
                    "end_reason": text,
                    "end_reason_id": reason.id if reason else False,
                    "ended_date": company._continuity_today(),
                }
            )
