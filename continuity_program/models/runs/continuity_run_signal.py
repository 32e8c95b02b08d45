# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ContinuityRunSignal(models.Model):
    """What a person asks of a run that somebody else is working off.

    Rows are only added: whoever wrote the run itself would make the worker's chunk fail
    with a serialization error. The last one counts.
    """

    _name = "continuity.run.signal"
    _description = "Request to a Continuity Run"
    _order = "id desc"
    _check_company_auto = True

    run_id = fields.Many2one(
        comodel_name="continuity.run",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="run_id.company_id", store=True, index=True, precompute=True
    )
    user_id = fields.Many2one(
        comodel_name="res.users", string="Asked by", required=True, readonly=True
    )
    action = fields.Selection(
        selection=[("stop", "Stop"), ("continue", "Continue")],
        required=True,
        readonly=True,
    )
