# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import api, fields, models

from ..arguments import public


class ContinuityShipmentDrop(models.TransientModel):
    """Leave out a shipment or end the series: first what it means (rules H10)."""

    _name = "continuity.shipment.drop"
    _inherit = ["continuity.undo.mixin"]
    _description = "Drop Continuity Shipments"

    shipment_id = fields.Many2one(
        comodel_name="continuity.shipment",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    kind = fields.Selection(
        selection=[
            ("skip", "Skip this one"),
            ("postpone", "Send it after the last one"),
            ("end", "End after this one"),
        ],
        required=True,
        readonly=True,
    )
    is_prepaid = fields.Boolean(compute="_compute_is_prepaid")
    choice = fields.Selection(
        selection=[
            ("credit", "Credit: a credit note is proposed"),
            ("postpone", "Postpone: it is sent after the last one"),
        ],
        string="What is paid in advance",
        required=True,
        default="credit",
    )
    end_reason_id = fields.Many2one(
        comodel_name="continuity.end.reason",
        string="Reason",
        help="Why the customer wants no more.",
    )
    order_state = fields.Selection(related="shipment_id.order_state")
    effect_html = fields.Html(
        string="What it means", compute="_compute_effect", sanitize=False
    )

    @api.depends("shipment_id", "kind")
    def _compute_is_prepaid(self):
        for drop in self:
            drop.is_prepaid = drop.kind == "skip" and drop.shipment_id._is_prepaid()

    @api.depends("shipment_id", "kind", "choice", "is_prepaid")
    def _compute_effect(self):
        without = self.filtered(lambda drop: not drop.shipment_id)
        without.effect_html = False
        for drop in self - without:
            if drop._is_postponed():
                effect = drop.shipment_id._get_postpone_effect()
            else:
                effect = drop.shipment_id._get_drop_effect(drop.kind)
            drop.effect_html = Markup(
                self.env["ir.qweb"]._render(
                    "continuity_program.continuity_shipment_drop_table",
                    {"effect": effect},
                )
            )

    def _is_postponed(self):
        """Tell whether the shipment is sent after the last one.

        :rtype: bool
        """
        self.ensure_one()
        chosen = self.is_prepaid and self.choice == "postpone"
        return self.kind == "postpone" or chosen

    @public(one=True)
    def action_apply(self):
        """Do it, and go back to where the dialog was opened.

        :rtype: dict
        """
        self.ensure_one()
        message = self._get_done_text()
        # What is drafted for accountants a seller is told, and does not read
        order_sudo = self.shipment_id.continuity_order_id.sudo()
        notes_sudo = order_sudo.move_ids
        self._remember()
        if self._is_postponed():
            # What it shows was read
            self.shipment_id._postpone(may_pass_end=True)
        elif self.kind == "skip":
            self.shipment_id.action_skip()
        else:
            self.shipment_id._end_here(self.end_reason_id)
        # Its invoice may have been made on the way
        drafted_sudo = (order_sudo.move_ids - notes_sudo).filtered(
            lambda move: move.move_type == "out_refund" and move.state == "draft"
        )
        if drafted_sudo:
            message = f"{message} {order_sudo._get_proposed_text(drafted_sudo)}"
        # Who ended a series is counted by the reason
        can_undo = self.kind != "end" and self._note_done()
        return self._get_done_action(message, can_undo, self.action_back())

    def _get_done_text(self):
        """Say what is done, with the date, while it is not yet done.

        :rtype: str
        """
        order = self.shipment_id.continuity_order_id
        texts = {
            "number": self.shipment_id.number,
            "day": order._format_day(self.shipment_id.planned_date),
        }
        if self._is_postponed():
            texts["new"] = order._format_day(self.shipment_id._get_postponed_date())
            return self.env._(
                "Shipment %(number)s of %(day)s is postponed to %(new)s.", **texts
            )
        if self.kind == "skip" and self.shipment_id.state == "skipped":
            # Somebody else did, or the same person in another tab
            return self.env._(
                "Shipment %(number)s of %(day)s was skipped already.", **texts
            )
        if self.kind == "skip":
            return self.env._("Shipment %(number)s of %(day)s is skipped.", **texts)
        return self.env._(
            "The series ends with shipment %(number)s of %(day)s.", **texts
        )

    @public(one=True)
    def action_back(self):
        """Go back to the Continuity wizard if it was opened from there.

        :rtype: dict
        """
        if not self.env.context.get("continuity_in_wizard"):
            return {"type": "ir.actions.act_window_close"}
        return self.shipment_id.continuity_order_id._reopen_wizard()
