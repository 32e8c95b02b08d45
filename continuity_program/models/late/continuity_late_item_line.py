# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ...arguments import public
from .continuity_late_item import OPTIONS


class ContinuityLateItemLine(models.Model):
    """A shipment a late item concerns, and how it was before something was done."""

    _name = "continuity.late.item.line"
    _description = "Shipment of a Late Item"
    _order = "old_date, id"

    late_item_id = fields.Many2one(
        "continuity.late.item",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="late_item_id.company_id", store=True)
    shipment_id = fields.Many2one(
        "continuity.shipment",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    continuity_order_id = fields.Many2one(related="shipment_id.continuity_order_id")
    partner_id = fields.Many2one(
        related="continuity_order_id.partner_id", string="Customer"
    )
    number = fields.Integer(related="shipment_id.number")
    products_text = fields.Char(related="shipment_id.products_text")
    planned_date = fields.Date(related="shipment_id.planned_date", string="Planned")
    old_date = fields.Date(string="Was planned", readonly=True)
    new_date = fields.Date(string="Moved to", readonly=True)
    before = fields.Json(
        readonly=True, help="What the shipment was like, to be able to go back."
    )
    is_left_out = fields.Boolean(
        string="Left out",
        readonly=True,
        help="Nothing is done to it. It stays open, with the day the product is"
        " available.",
    )
    is_handled = fields.Boolean(
        string="Handled",
        readonly=True,
        help="It was changed, or left as it is because somebody had changed it.",
    )
    is_done = fields.Boolean(string="Done", readonly=True)

    @public()
    def action_leave_out(self):
        """Leave these shipments out, or take them in again.

        What each option does is worked out when all are marked, by *Compare*.
        """
        items = self.late_item_id
        for item in items:
            item._check_may_change()
            if item.state != "draft":
                raise UserError(
                    self.env._("“%s” was decided already.", item.display_name)
                )
        for line in self:
            # Nobody types it; the manager was checked
            line.sudo().is_left_out = not line.is_left_out
        items._forget_compared()


class ContinuityLateItemOption(models.Model):
    """What may be done about a late item, and what it does to members."""

    _name = "continuity.late.item.option"
    _description = "Option of a Late Item"
    _order = "id"

    late_item_id = fields.Many2one(
        "continuity.late.item",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="late_item_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    option = fields.Selection(selection=OPTIONS, required=True, readonly=True)
    member_count = fields.Integer(string="Members", readonly=True)
    shipment_count = fields.Integer(
        string="Shipments",
        readonly=True,
        help="Shipments that change, with those that follow.",
    )
    close_count = fields.Integer(
        string="Too close",
        readonly=True,
        help="Members who would get two parcels within a week.",
    )
    last_date = fields.Date(
        string="Until",
        readonly=True,
        help="The last day something is moved to.",
    )
    amount_planned = fields.Monetary(
        string="Planned money", readonly=True, help="How the planned money changes."
    )
    amount_expected = fields.Monetary(
        string="Expected money",
        readonly=True,
        help="The same, of members who will be there.",
    )
    credit_count = fields.Integer(
        string="Credit notes",
        readonly=True,
        help="Orders that were paid in advance: what is skipped is proposed to be"
        " credited.",
    )
    problem = fields.Char(readonly=True, help="Why it cannot be done.")

    @api.model
    def _get_figures(self):
        """Return the fields that say what an option does.

        :rtype: set[str]
        """
        return {
            *("member_count", "shipment_count", "close_count", "last_date"),
            *("amount_planned", "amount_expected", "credit_count", "problem"),
        }
