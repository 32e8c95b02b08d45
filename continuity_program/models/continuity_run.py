# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class ContinuityRun(models.Model):
    """One execution of one batch process: what went in, what came out, and why."""

    _name = "continuity.run"
    _description = "Continuity Run"
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name")
    job = fields.Selection(
        selection=[
            ("update_current_event", "Update continuity current event period"),
            ("update_orders", "Continuity update"),
            ("extend_lines", "Extend continuity lines"),
            ("process_payments", "Process continuity payments"),
            ("create_child_orders", "Create continuity child orders"),
            ("close_orders", "Close continuity parent lines and orders"),
            ("resolve_payments", "Resolve continuity payments"),
        ],
        required=True,
        readonly=True,
        index=True,
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, index=True
    )
    user_id = fields.Many2one(
        comodel_name="res.users", string="Started by", readonly=True
    )
    # Filters
    date = fields.Date(required=True, readonly=True)
    program_id = fields.Many2one(
        comodel_name="continuity.program", readonly=True, check_company=True
    )
    product_id = fields.Many2one(
        comodel_name="product.product", string="Continuity item", readonly=True
    )
    product_tmpl_id = fields.Many2one(
        comodel_name="product.template", string="Any variant of", readonly=True
    )
    sale_order_id = fields.Many2one(
        comodel_name="sale.order", readonly=True, check_company=True
    )
    limit = fields.Integer(readonly=True, help="0 = no limit.")
    dry_run = fields.Boolean(string="Preview", readonly=True)
    # Result
    state = fields.Selection(
        selection=[
            ("queued", "Queued"),
            ("running", "Running"),
            ("done", "Done"),
            ("stopped", "Stopped"),
            ("failed", "Failed"),
        ],
        required=True,
        default="running",
        readonly=True,
        index=True,
    )
    started_at = fields.Datetime(readonly=True)
    finished_at = fields.Datetime(readonly=True)
    done_count = fields.Integer(string="Done", readonly=True)
    skipped_count = fields.Integer(string="Left out", readonly=True)
    failed_count = fields.Integer(string="Failed", readonly=True)
    remaining_count = fields.Integer(string="Remaining", readonly=True)
    message = fields.Text(readonly=True)
    line_ids = fields.One2many(
        comodel_name="continuity.run.line", inverse_name="run_id", readonly=True
    )

    @api.depends("job")
    def _compute_name(self):
        labels = dict(self._fields["job"]._description_selection(self.env))
        for run in self:
            run.name = labels.get(run.job, run.job)
