# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime


class SaleOrder(models.Model):
    """Who submits a quotation: two may press the button at the same moment."""

    _inherit = "sale.order"

    continuity_submitted_at = fields.Datetime(
        string="Submitted at", readonly=True, copy=False
    )
    continuity_submit_uid = fields.Many2one(
        comodel_name="res.users", string="Submitted by", readonly=True, copy=False
    )

    def _note_continuity_submit(self):
        """Write down who submits: of two at once the second waits here for the first.

        Then Odoo begins his call again, and he reads what the first has done, instead
        of failing on a row of the ledger that he was about to write, too.
        """
        self._check_continuity_other_submit()
        # Who may submit was checked; that it was he is not his to type
        self.sudo().write(
            {
                "continuity_submit_uid": self.env.uid,
                "continuity_submitted_at": fields.Datetime.now(),
            }
        )
        self.env.flush_all()

    def _check_continuity_other_submit(self):
        """Refuse while somebody else's Submit asks the provider.

        A row whose worker has died is taken up by the next Submit: nobody holds it.

        :raise UserError: says who, and since when
        """
        for order in self:
            # Another seller's rows and name decide, though they may be hidden
            rows_sudo = order.sudo().continuity_order_ids.payment_ids
            asked_sudo = rows_sudo.filtered(lambda row: row.state == "processing")
            if not asked_sudo or order.sudo().continuity_submit_uid == self.env.user:
                continue
            if asked_sudo.try_lock_for_update(allow_referencing=True) != asked_sudo:
                raise UserError(order._get_continuity_submitted_text())

    def _check_continuity_not_submitted(self):
        """Refuse what was submitted already, unless by the same person.

        :raise UserError: says who, and when
        """
        for order in self:
            # The submitter may be a user whom this one cannot read
            submitter_sudo = order.sudo().continuity_submit_uid
            is_over = order.state not in ("draft", "sent")
            if is_over and submitter_sudo and submitter_sudo != self.env.user:
                raise UserError(order._get_continuity_submitted_text())

    def _check_continuity_still_draft(self):
        """Refuse what a dialog was opened on as a quotation, and is sold by now.

        :raise UserError: says who submitted it, and when
        """
        for order in self:
            if order.state == "sale":
                raise UserError(order._get_continuity_submitted_text())

    def _get_continuity_submitted_text(self):
        """Say who submitted the order, and when.

        :rtype: str
        """
        self.ensure_one()
        return self.env._(
            "%(order)s was submitted by %(user)s on %(moment)s. Reload the page to see"
            " what has become of it.",
            order=self.name,
            # The name of a colleague, whatever else of users may be read
            user=self.sudo().continuity_submit_uid.name,
            moment=format_datetime(self.env, self.continuity_submitted_at),
        )
