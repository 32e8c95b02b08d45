# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from .payment_transaction_answer import DECLINE_KINDS

#: Who reads transactions and what providers say
GATEWAY_READERS = "account.group_account_invoice,sales_team.group_sale_manager"
#: A row in one of these states may have taken the customer's money already.
CHARGED_STATES = ("processing", "pending", "authorized", "paid", "unknown")
#: A row in one of these states can still be changed.
OPEN_STATES = ("scheduled", "billed", "declined")


class ContinuityPayment(models.Model):
    """One row of the billing ledger: an amount that falls due on a date (rules F3)."""

    _name = "continuity.payment"
    _description = "Continuity Payment"
    _inherit = ["mail.thread", "continuity.notice.mixin"]
    _order = "due_date, continuity_order_id, shipment_id, sequence, id"
    _check_company_auto = True

    continuity_order_id = fields.Many2one(
        comodel_name="continuity.order",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="continuity_order_id.company_id",
        store=True,
        index=True,
        precompute=True,
    )
    currency_id = fields.Many2one(
        related="continuity_order_id.currency_id",
        store=True,
        precompute=True,
        required=True,
    )
    partner_id = fields.Many2one(related="continuity_order_id.partner_id")
    program_id = fields.Many2one(related="continuity_order_id.program_id")
    shipment_id = fields.Many2one(
        comodel_name="continuity.shipment",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="Empty: the payment is for the whole continuity order.",
    )
    order_state = fields.Selection(
        related="continuity_order_id.state", string="Order state"
    )
    sale_order_id = fields.Many2one(
        related="continuity_order_id.sale_order_id", string="Parent order"
    )
    # The one it was written for: a shipment that is planned again has another one
    child_order_id = fields.Many2one(
        comodel_name="sale.order",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    sequence = fields.Integer(string="No.", required=True, readonly=True, default=1)
    due_date = fields.Date(required=True, readonly=True)
    amount = fields.Monetary(required=True, readonly=True)
    amount_planned = fields.Monetary(
        string="Planned",
        readonly=True,
        copy=False,
        help="What the plan says. Credit notes and payments made another way leave it"
        " as it is.",
    )
    kind = fields.Selection(
        selection=[("plan", "Plan"), ("extra", "Difference")],
        required=True,
        default="plan",
        readonly=True,
        help="A difference is what documents ask for beyond the plan.",
    )
    basis = fields.Selection(
        selection=[("plan", "Plan"), ("documents", "Invoices")],
        required=True,
        default="plan",
        readonly=True,
        help="What the payment was made by: a plan, or an invoice that was posted.",
    )
    state = fields.Selection(
        selection=[
            ("scheduled", "Scheduled"),
            ("billed", "Billed"),
            ("processing", "Processing"),
            ("pending", "Pending"),
            ("authorized", "Authorized"),
            ("paid", "Paid"),
            ("declined", "Declined"),
            ("unknown", "No answer"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="scheduled",
        readonly=True,
        index=True,
        tracking=True,
    )
    attempts = fields.Integer(readonly=True, copy=False)
    next_attempt_date = fields.Date(readonly=True, copy=False)
    # The gateway's own words are for people who keep the books
    transaction_id = fields.Many2one(
        comodel_name="payment.transaction",
        string="Live transaction",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups=GATEWAY_READERS,
    )
    transaction_ids = fields.Many2many(
        comodel_name="payment.transaction",
        relation="continuity_payment_transaction_rel",
        column1="payment_id",
        column2="transaction_id",
        string="Transactions",
        readonly=True,
        copy=False,
        groups=GATEWAY_READERS,
    )
    decline_kind = fields.Selection(
        selection=DECLINE_KINDS,
        string="Kind of answer",
        readonly=True,
        copy=False,
        help="What the last answer of the provider means, if it was not a good one.",
    )
    state_message = fields.Char(string="Answer", readonly=True, copy=False)
    requested_at = fields.Datetime(
        readonly=True, copy=False, help="When the provider was first asked."
    )
    invoice_id = fields.Many2one(
        comodel_name="account.move", readonly=True, copy=False, check_company=True
    )
    receivable_line_id = fields.Many2one(
        comodel_name="account.move.line",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    billed_date = fields.Date(readonly=True, copy=False)
    amount_refunded = fields.Monetary(readonly=True, copy=False)
    cancel_kind = fields.Selection(
        selection=[
            ("plan", "The plan has changed"),
            ("quotation", "The quotation was cancelled"),
            ("order", "The order was cancelled"),
            ("child", "The child order was cancelled"),
            ("credited", "Credited"),
            ("corrected", "Not needed any more"),
            ("books", "Settled in the books"),
            ("written_off", "Written off"),
        ],
        string="Cancelled because",
        readonly=True,
        copy=False,
        help="What cancelled the payment, and so what may bring it back.",
    )
    cancel_reason = fields.Char(
        readonly=True, copy=False, help="The same in words, for people."
    )

    _order_row = models.UniqueIndex(
        "(continuity_order_id, sequence) WHERE shipment_id IS NULL",
        "This payment of the order is in the ledger already.",
    )
    _shipment_row = models.UniqueIndex(
        "(continuity_order_id, shipment_id, sequence) WHERE shipment_id IS NOT NULL",
        "This payment of the shipment is in the ledger already.",
    )
    _due = models.Index(
        "(company_id, due_date, id) WHERE state IN ('scheduled', 'declined')"
    )
    _next_attempt = models.Index(
        "(company_id, next_attempt_date) WHERE state = 'declined'"
    )
    _amount_positive = models.Constraint(
        "CHECK(amount > 0 OR state = 'cancelled')",
        "A payment has a positive amount.",
    )

    # === COMPUTE METHODS === #

    @api.depends("continuity_order_id.name", "shipment_id.number", "sequence")
    def _compute_display_name(self):
        for row in self:
            parts = [row.continuity_order_id.name or ""]
            if row.shipment_id:
                parts.append(str(row.shipment_id.number))
            row.display_name = " / ".join([*parts, f"P{row.sequence}"])

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override to note what was planned, and for which child order.

        What is asked first is the plan.
        """
        shipments = self.env["continuity.shipment"].browse(
            {vals.get("shipment_id") for vals in vals_list} - {None, False}
        )
        # Whoever causes a row need not read the child order it is for
        children = {s.id: s.child_order_id.id for s in shipments.sudo()}
        for vals in vals_list:
            vals.setdefault("amount_planned", vals.get("amount"))
            vals.setdefault("child_order_id", children.get(vals.get("shipment_id")))
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_charged(self):
        """The ledger of money is history as soon as a provider was asked."""
        if any(row.state in CHARGED_STATES for row in self):
            raise UserError(
                self.env._("A payment that may have been charged cannot be deleted.")
            )

    # === BUSINESS METHODS === #

    def _update_from_plan(self, due_date, amount):
        """Bring a row that was not charged in step with the plan (rules F3).

        :param date due_date: due date
        :param float amount: amount
        """
        self.ensure_one()
        vals = {"due_date": due_date, "amount": amount, "amount_planned": amount}
        if self.state == "cancelled":
            vals.update(state="scheduled", cancel_kind=False, cancel_reason=False)
        changed = {name: value for name, value in vals.items() if self[name] != value}
        if changed:
            self.write(changed)

    def _cancel_open(self, kind, reason):
        """Cancel the rows that were not charged.

        :param str kind: one of `cancel_kind`
        :param str reason: why, for the list of payments
        """
        rows = self.filtered(lambda row: row.state in OPEN_STATES)
        rows.write({"state": "cancelled", "cancel_kind": kind, "cancel_reason": reason})

    def _link_receivable_lines(self):
        """Find the receivable line that each row pays, by its due date (rules N9)."""
        for row in self.filtered(lambda r: r.invoice_id.state == "posted"):
            lines = row.invoice_id.line_ids.filtered(
                lambda line: line.display_type == "payment_term"
            )
            same_day = lines.filtered(
                lambda line, day=row.due_date: line.date_maturity == day
            )
            row.receivable_line_id = (same_day or lines)[:1]

    def _prepare_run_line(self, **values):
        """Return what a run writes down about the row.

        :param values: outcome, reason and what else differs from the row
        :rtype: dict
        """
        self.ensure_one()
        return {
            "continuity_order_id": self.continuity_order_id.id,
            "shipment_id": self.shipment_id.id,
            "payment_id": self.id,
            "child_order_id": self.child_order_id.id,
            "amount": self.amount,
            "currency_id": self.currency_id.id,
            "message": self.state_message,
            **values,
        }
