# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from lxml import etree

from odoo import models

from ...base.sealed import unseal


class IrQweb(models.AbstractModel):
    """Where `ir.qweb` meets continuity programs."""

    _inherit = "ir.qweb"

    def _generate_code_uncached(self, template):
        """Override of `base`: what a notice says is compiled once, not for each mail.

        The body of a mail template is no view, which Odoo would keep compiled.
        """
        is_notice = unseal(self.env, "continuity_notice")
        if is_notice and isinstance(template, etree._Element):
            return self._compile_continuity_notice(template, etree.tostring(template))
        return super()._generate_code_uncached(template)
