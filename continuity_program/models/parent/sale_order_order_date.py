# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class SaleOrder(models.Model):
    """The parent order: an order date that was entered, and one that grew old.

    A quotation gets the day it is made. When it is submitted weeks later that day is
    stale, and what counts from it is planned anew. A day that had passed when it was
    written is no such day: it was imported, or typed, and the plan counts from it.
    """

    _inherit = "sale.order"

    continuity_date_entered = fields.Boolean(
        string="Order date entered",
        readonly=True,
        copy=False,
        help="The order date had passed when it was written: the shipments of a"
        " continuity program count from it, also when the order is submitted later.",
    )

    def _note_continuity_date(self):
        """Note for quotations whether their order date lies in the past."""
        quotations = self.filtered(lambda o: o.state in ("draft", "sent"))
        past = quotations.filtered(lambda o: o._is_continuity_date_past())
        # It follows from the date; nobody types it.
        for orders, is_past in ((past, True), (quotations - past, False)):
            changed = orders.filtered(
                lambda o, flag=is_past: o.continuity_date_entered != flag
            )
            if changed:
                # By us, in whoever's name the quotation was saved
                changed.sudo().continuity_date_entered = is_past

    def _is_continuity_date_past(self):
        """Tell whether the order date has passed, in the company's zone.

        :rtype: bool
        """
        self.ensure_one()
        company = self.company_id
        day = self.date_order and company._continuity_local_date(self.date_order)
        return bool(day and day < company._continuity_today())
