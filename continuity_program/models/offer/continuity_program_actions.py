# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from ...arguments import public


class ContinuityProgram(models.Model):
    """The buttons of a program that only lead somewhere."""

    _inherit = "continuity.program"

    @public(one=True)
    def action_copy_schedule(self):
        """Copy the program with its events and open the copy."""
        self.ensure_one()
        copy = self.copy()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": copy.id,
            "view_mode": "form",
        }

    @public(one=True)
    def action_preview(self):
        """Open the preview of dates, products, prices and payments."""
        self.ensure_one()
        return self.env["continuity.preview"]._show(
            self.env._("Preview of %s", self.display_name), default_program_id=self.id
        )

    @public(one=True)
    def action_import_events(self):
        """Open Odoo's import for the events of the program.

        :rtype: dict
        """
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.client",
            "tag": "import",
            "name": self.env._("Events of %s", self.display_name),
            "params": {
                "model": "continuity.event",
                "context": {"default_program_id": self.id},
            },
        }

    @public(one=True)
    def action_view_orders(self):
        """Show the continuity orders of the program."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Continuity orders"),
            "res_model": "continuity.order",
            "view_mode": "list,form",
            "domain": [("program_id", "=", self.id)],
            "context": {"create": False},
        }

    @public(one=True)
    def action_view_products(self):
        """Show the parent products; a new one belongs to the program."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Parent products"),
            "res_model": "product.template",
            "view_mode": "kanban,list,form",
            "domain": [("continuity_program_id", "=", self.id)],
            "context": {
                "default_continuity_program_id": self.id,
                "default_type": "service",
                "default_name": self.name,
            },
        }

    @public(one=True)
    def action_view_due_shipments(self):
        """Show the planned shipments that may be ordered today."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Shipments due"),
            "res_model": "continuity.shipment",
            "view_mode": "list,form",
            "domain": self._get_due_shipment_domain(),
            "context": {"create": False},
        }

    def _get_due_shipment_domain(self):
        """Shipments of running orders within the delivery window (rules R16).

        The programs of `self` belong to one company; a new one may have none yet.
        """
        company = self.company_id or self.env.company
        # The setting holds for every reader, whatever he may see of the company
        last_day = fields.Date.add(
            company._continuity_today(), days=company.sudo().continuity_delivery_days
        )
        return [
            ("program_id", "in", self.ids),
            ("state", "=", "planned"),
            ("continuity_order_id.state", "=", "running"),
            ("planned_date", "<=", last_day),
        ]
