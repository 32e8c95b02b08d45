# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models, tools


class IrQweb(models.AbstractModel):
    _inherit = "ir.qweb"

    # Told apart as views are in `_generate_code_cached`, by the text instead of an id
    @tools.ormcache(
        "source",
        "tuple(self.env.context.get(k) or False"
        " for k in self._get_template_cache_keys())",
        cache="templates",
    )
    def _compile_continuity_notice(self, template, source):
        as_usual = self.with_context(continuity_notice=False)
        return as_usual._generate_code_uncached(template)
