# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ContinuityReturn(models.TransientModel):
    """The return: the warehouse expects the goods."""

    _inherit = "continuity.return"

    is_receipt_wanted = fields.Boolean(
        string="Expect the goods",
        help="The warehouse gets a receipt for what comes back. Off: the customer keeps"
        " the goods or throws them away, or they are here already.",
    )

    def _finish(self, quantities):
        """Override of `continuity_program`: make the receipts that are asked for."""
        text = super()._finish(quantities)
        if not self.is_receipt_wanted:
            return text
        child = self.child_order_id
        receipts_sudo = child._receive_continuity_goods(quantities)
        if not receipts_sudo:
            return text
        expected = self.env._(
            "Receipt of what comes back: %s.", ", ".join(receipts_sudo.mapped("name"))
        )
        child.message_post(body=expected)
        return f"{text} {expected}".strip()
