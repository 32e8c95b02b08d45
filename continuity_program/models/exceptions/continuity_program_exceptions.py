# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from ...arguments import public


class ContinuityProgram(models.Model):
    """The program: what stands in the way of its orders."""

    _inherit = "continuity.program"

    exception_count = fields.Integer(
        string="Exceptions", compute="_compute_exception_count"
    )

    def _compute_exception_count(self):
        counts = self.env["continuity.exception"]._count_open("program_id", self)
        for program in self:
            program.exception_count = counts.get(program.id, 0)

    @public(one=True)
    def action_view_exceptions(self):
        """Open what stands in the way of the orders of the program.

        :rtype: dict
        """
        self.ensure_one()
        return self.env["continuity.exception"]._get_inbox(
            self, [("program_id", "=", self.id)]
        )
