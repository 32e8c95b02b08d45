# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class ContinuityEndReason(models.Model):
    """Why a customer gets no more shipments: who ends an order chooses it."""

    _name = "continuity.end.reason"
    _description = "Continuity End Reason"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        selection=[
            ("customer", "The customer wants no more"),
            ("payment", "The customer does not pay"),
            ("company", "We do not go on"),
            ("moved", "Sold as another program instead"),
        ],
        string="Who ends it",
        required=True,
        default="customer",
        help="What the reason counts as in figures about customers who leave.",
    )
    note = fields.Char(
        translate=True, help="When to choose it, for those who take the call."
    )

    @api.model
    def _get_unpaid(self):
        """Return what is proposed for who does not pay, unless it is archived.

        :rtype: continuity.end.reason
        """
        reason = self.env.ref(
            "continuity_program.continuity_end_reason_not_paid",
            raise_if_not_found=False,
        )
        return reason.filtered("active") if reason else self.browse()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        """Figures of the past keep their reasons."""
        # Orders of colleagues count, too
        used_sudo = self.env["continuity.order"].sudo()
        used_sudo = used_sudo.search([("end_reason_id", "in", self.ids)], limit=1)
        if used_sudo:
            raise UserError(
                self.env._(
                    "Orders have ended for the reason “%s”. Archive it: then it is not"
                    " offered any more.",
                    used_sudo.end_reason_id.name,
                )
            )
