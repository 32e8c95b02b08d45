# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from ...arguments import public

REASONS = [
    # done
    ("created", "Created"),
    ("resumed", "Completed"),
    ("paid", "Charged"),
    ("authorized", "Authorized"),
    ("captured", "Captured"),
    ("booked", "Booked late"),
    ("voided", "Authorization given back"),
    ("lapsed", "Authorization too old"),
    ("billed", "Billed"),
    ("pending", "Payment pending"),
    ("declined", "Payment declined"),
    ("unknown", "No answer about the payment"),
    ("processing", "Payment under way"),
    ("event_moved", "Current event moved"),
    ("program_ended", "Program ended"),
    ("pause_ended", "Resumed after a pause"),
    ("extended", "Extended"),
    ("updated", "Brought to the program"),
    ("invoiced", "Invoiced"),
    ("shipped", "Shipment completed"),
    ("closed", "Closed"),
    ("cancelled", "Cancelled"),
    ("card_warning", "Warned of an expiring card"),
    ("authenticate_mailed", "Reminded that the bank asks"),
    ("authenticate_over", "Not authenticated in time"),
    ("customer_left", "Customer left the payment page"),
    ("balance_differs", "Account differs"),
    ("late_item", "Late item"),
    # left out
    ("changed", "Changed in the meantime"),
    ("kept", "Kept as it was sold"),
    ("card_expired", "Card expired"),
    ("card_missing", "Card missing"),
    ("card_archived", "Card removed"),
    ("card_not_owner", "Card of somebody else"),
    ("provider_off", "Payment provider or its journal off"),
    ("company_archived", "Company archived"),
    ("on_hold", "On hold"),
    ("paused", "Paused"),
    ("parent_hold", "Parent order not to be processed"),
    ("parent_cancelled", "Parent order not confirmed"),
    ("nothing_to_send", "Nothing to send"),
    ("address", "Delivery address archived"),
    ("no_warehouse", "Warehouse missing"),
    ("guard", "Stopped by the guard"),
    ("earlier_open", "Earlier payment open"),
    ("not_now", "Another payment under way"),
    ("customer_is_paying", "Customer is paying"),
    ("next_attempt", "Next attempt later"),
    ("not_due", "Not due"),
    ("held", "Held for a person"),
    ("small_amount", "Too little alone"),
    ("small_rest", "Small rest"),
    ("use_double_charge", "Charged twice before"),
    ("not_sent", "Payment provider not reached"),
    ("configuration", "Refused for the settings of the provider"),
    ("provider_paused", "Payment provider paused"),
    ("card_tried", "Card declined already"),
    ("done_elsewhere", "Done by another run"),
    ("payment_open", "Payment open"),
    ("units_open", "Prepaid goods open"),
    ("not_delivered", "Waits for delivery"),
    ("draft_credit", "Credit note not posted"),
    ("residue", "Prepayment does not end at zero"),
    ("nothing_done", "Nothing to do"),
    # failed
    ("catchup", "Too many shipments due"),
    ("not_charged", "Charge failed"),
    ("not_confirmed", "Confirmation failed"),
    ("error", "Error"),
]


class ContinuityRunLine(models.Model):
    """What a run did with one record, or why it left it out."""

    _name = "continuity.run.line"
    _description = "Continuity Run Line"
    _order = "run_id, id"
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
    job = fields.Selection(related="run_id.job", store=True, precompute=True)
    continuity_order_id = fields.Many2one(
        comodel_name="continuity.order",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    program_id = fields.Many2one(
        comodel_name="continuity.program",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    shipment_id = fields.Many2one(
        comodel_name="continuity.shipment",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    payment_id = fields.Many2one(
        comodel_name="continuity.payment",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    child_order_id = fields.Many2one(
        comodel_name="sale.order",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    partner_id = fields.Many2one(related="continuity_order_id.partner_id")
    outcome = fields.Selection(
        selection=[("done", "Done"), ("skipped", "Left out"), ("failed", "Failed")],
        required=True,
        readonly=True,
        index=True,
    )
    reason = fields.Selection(selection=REASONS, readonly=True, index=True)
    message = fields.Char(readonly=True)
    item_count = fields.Integer(
        string="Items",
        readonly=True,
        help="Shipments added, invoices posted: what the process made of the order.",
    )
    is_uncounted = fields.Boolean(
        readonly=True,
        help="Listed only: the counts of the run are without it, because another run"
        " has it in its own, or because nothing was done.",
    )
    amount = fields.Monetary(readonly=True)
    currency_id = fields.Many2one(comodel_name="res.currency", readonly=True)

    _run_order = models.Index("(run_id, continuity_order_id, shipment_id)")

    def _add_precomputed_values(self, vals_list):
        """Override: give all lines what they have of their run at once.

        Odoo makes a record in memory for every line that lacks a value.
        """
        for vals in vals_list:
            run = self.env["continuity.run"].browse(vals.get("run_id"))
            vals.update(company_id=run.company_id.id, job=run.job)
        return super()._add_precomputed_values(vals_list)

    @public(one=True)
    def action_open_record(self):
        """Open what the line is about: the nearest of its records."""
        self.ensure_one()
        record = (
            self.child_order_id
            or self.payment_id
            or self.shipment_id
            or self.continuity_order_id
            or self.program_id
        )
        return record._get_records_action()

    def _add(self, values, keeps_reason):
        """Add to the line what else was done to its order in the same run.

        :param dict values: `reason`, `message` and `item_count`
        :param bool keeps_reason: leave the reason as it is
        """
        self.ensure_one()
        message = f"{self.message or ''} {values.get('message', '')}".strip()
        vals = {
            "message": message,
            "item_count": self.item_count + values.get("item_count", 0),
        }
        if not keeps_reason:
            vals["reason"] = values["reason"]
        self.write(vals)
