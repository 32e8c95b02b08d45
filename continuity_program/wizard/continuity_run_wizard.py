# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..arguments import public


class ContinuityRunWizard(models.TransientModel):
    """The dialog of a batch process: what it is narrowed to, and how it runs.

    It collects; the rules stand in `continuity.run`.
    """

    _name = "continuity.run.wizard"
    _inherit = ["continuity.dialog"]
    _description = "Run a Continuity Process"

    job = fields.Selection(
        selection=lambda self: (
            self.env["continuity.run"]._fields["job"]._description_selection(self.env)
        ),
        required=True,
        readonly=True,
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        default=lambda self: self.env.company,
    )
    product_id = fields.Many2one(
        comodel_name="product.product",
        string="Continuity item",
        domain="[('continuity_program_id', '!=', False),"
        " ('continuity_program_id.company_id', '=', company_id)]",
        help="Only orders of this parent product. Empty: all of them.",
    )
    program_id = fields.Many2one(
        comodel_name="continuity.program",
        string="Continuity program",
        domain="[('company_id', '=', company_id)]",
        help="Only orders of this program. Empty: all of them.",
    )
    sale_order_id = fields.Many2one(
        comodel_name="sale.order",
        string="Sales order",
        domain="[('continuity_order_ids', '!=', False), ('state', '=', 'sale'),"
        " ('company_id', '=', company_id)]",
        help="Only this parent order. Empty: all of them.",
    )
    date = fields.Date(
        required=True,
        compute="_compute_date",
        store=True,
        readonly=False,
        precompute=True,
        help="What is due on this day or before is done.",
    )
    database_refusal = fields.Char(compute="_compute_database_refusal")
    limit = fields.Integer(
        string="Number of orders to create",
        compute="_compute_limit",
        store=True,
        readonly=False,
        precompute=True,
        help="Most child orders to create, the oldest first. 0 = no limit.",
    )

    @api.depends("company_id")
    def _compute_date(self):
        for wizard in self:
            wizard.date = wizard.company_id._continuity_today()

    @api.depends("job")
    def _compute_database_refusal(self):
        for wizard in self:
            job = self.env.get(f"continuity.job.{wizard.job}")
            asks = job is not None and job._asks_providers
            wizard.database_refusal = (
                asks and self.env["continuity.database"]._get_refusal()
            )

    @api.depends("company_id", "job")
    def _compute_limit(self):
        for wizard in self:
            makes_orders = wizard.job == "create_child_orders"
            # Proposed by what the company has set, whoever opens the dialog
            limit = wizard.company_id.sudo().continuity_max_child_orders
            wizard.limit = limit if makes_orders else 0

    @public(one=True)
    def action_preview(self):
        """Show what would happen; nothing is left behind."""
        return self._get_run_action(self._execute(dry_run=True))

    @public(one=True)
    def action_run(self):
        """Run the process now, committed in steps."""
        return self._get_run_action(self._execute(commit=True))

    @public(one=True)
    def action_run_in_background(self):
        """Leave the process to the scheduler, which starts it at once."""
        run = self.env["continuity.run"].queue(self.job, **self._prepare_inputs())
        return self._get_run_action(run)

    def _execute(self, **how):
        return self.env["continuity.run"].execute(
            self.job, **self._prepare_inputs(), **how
        )

    def _prepare_inputs(self):
        """Return the filters as `execute` takes them."""
        self.ensure_one()
        return {
            "company": self.company_id,
            "product": self.product_id,
            "program": self.program_id,
            "sale_order": self.sale_order_id,
            "date": self.date,
            "limit": self.limit,
        }

    def _get_run_action(self, run):
        return {
            "type": "ir.actions.act_window",
            "name": run.display_name,
            "res_model": "continuity.run",
            "res_id": run.id,
            "views": [(False, "form")],
            "target": "current",
        }
