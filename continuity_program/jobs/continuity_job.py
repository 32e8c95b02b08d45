# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ContinuityJob(models.AbstractModel):
    """The contract of a batch process: what it selects and does, never when."""

    _name = "continuity.job"
    _description = "Continuity Batch Process"
