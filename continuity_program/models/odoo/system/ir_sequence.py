# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import uuid

from odoo import models

from ...base.sealed import unseal


class IrSequence(models.Model):
    """Where `ir.sequence` meets continuity programs."""

    _inherit = "ir.sequence"

    def _next(self, sequence_date=None):
        """Override of `base`: a preview takes no number.

        PostgreSQL does not take a number back when the preview is rolled back. What is
        previewed gets a text instead, another one each time: names can be unique.
        """
        if unseal(self.env, "continuity_preview"):
            return self.env._("Preview %s", uuid.uuid4())
        return super()._next(sequence_date)
