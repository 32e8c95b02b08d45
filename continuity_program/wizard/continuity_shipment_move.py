# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..arguments import public


class ContinuityShipmentMove(models.TransientModel):
    """Move a shipment: this one only, or this and all later (rules H7, R13).

    It shows the old and the new date of every row before anything is saved.
    """

    _name = "continuity.shipment.move"
    _inherit = ["continuity.undo.mixin"]
    _description = "Move a Continuity Shipment"

    shipment_id = fields.Many2one(
        comodel_name="continuity.shipment",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    # As all other days that are read out: with the day of the week
    old_day = fields.Char(string="Planned now", compute="_compute_old_day")
    new_date = fields.Date(required=True)
    scope = fields.Selection(
        selection=[("one", "This one only"), ("later", "This and all later")],
        required=True,
        default="one",
    )
    preview_html = fields.Html(
        string="Dates", compute="_compute_preview", sanitize=False
    )
    problem = fields.Char(compute="_compute_preview")
    warning = fields.Char(string="Please check", compute="_compute_preview")

    @api.depends("shipment_id.planned_date")
    def _compute_old_day(self):
        """Say the planned day as everything else on the dialog says days."""
        for move in self:
            order = move.shipment_id.continuity_order_id
            move.old_day = order._format_day(move.shipment_id.planned_date)

    @api.depends("new_date", "scope", "shipment_id")
    def _compute_preview(self):
        """List old and new dates from the same call that will write them."""
        for move in self:
            move.preview_html = move.problem = move.warning = False
            if not move.new_date:
                continue
            shipment = move.shipment_id
            try:
                changes = shipment._get_date_changes(move.new_date, move.scope)
            except UserError as error:
                move.problem = str(error)
                continue
            move.warning = shipment.continuity_order_id._get_end_warning(changes)
            rows = move._get_rows(changes)
            move.preview_html = Markup(
                self.env["ir.qweb"]._render(
                    "continuity_program.continuity_shipment_move_table", {"rows": rows}
                )
            )

    def _get_rows(self, changes):
        """Return every open row of the order with its old and new date.

        :param list changes: shipments and what is about to become of them
        :rtype: list[dict]
        """
        order = self.shipment_id.continuity_order_id
        changes = dict(changes)
        rows = []
        for row in order._get_open_shipments():
            change = changes.get(row)
            new = change.planned_date if change else row.planned_date
            rows.append(
                {
                    "number": row.number,
                    "products": row.line_ids._get_products_text(with_code=True),
                    "old": order._format_day(row.planned_date),
                    "new": order._format_day(new),
                    "changed": new != row.planned_date,
                }
            )
        return rows

    @public(one=True)
    def action_apply(self):
        """Move the shipment, and the later ones where the seller said so.

        :rtype: dict
        """
        self.ensure_one()
        self._remember()
        # What it shows was read
        self.shipment_id._set_planned_date(self.new_date, self.scope, may_pass_end=True)
        can_undo = self._note_done()
        return self._get_done_action(
            self._get_done_text(), can_undo, self.action_back()
        )

    def _get_done_text(self):
        """Say what was done.

        :rtype: str
        """
        texts = {
            "number": self.shipment_id.number,
            "day": self.shipment_id.continuity_order_id._format_day(self.new_date),
        }
        if self.scope == "later":
            return self.env._(
                "Shipment %(number)s leaves on %(day)s, and all later ones follow.",
                **texts,
            )
        return self.env._("Shipment %(number)s leaves on %(day)s.", **texts)

    @public(one=True)
    def action_back(self):
        """Go back to the Continuity wizard if it was opened from there.

        :rtype: dict
        """
        if not self.env.context.get("continuity_in_wizard"):
            return {"type": "ir.actions.act_window_close"}
        return self.shipment_id.continuity_order_id._reopen_wizard()
