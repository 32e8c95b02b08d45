# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ..base.sealed import Sealed


class AccountAnalyticDistributionModel(models.Model):
    """Analytic distribution models: nothing is looked for where there are none.

    Odoo asks twice for every line of a new order. A chunk of child orders asks once
    whether there is any model at all.
    """

    _inherit = "account.analytic.distribution.model"

    @api.model
    def _continuity_skip_if_empty(self):
        """Return context for a chunk: whether lines need not look for a model.

        :rtype: dict
        """
        return {
            "continuity_no_distribution": Sealed(not self.search_count([], limit=1))
        }
