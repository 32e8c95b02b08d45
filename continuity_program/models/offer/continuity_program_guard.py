# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ...arguments import public
from ...planning.guard import Rules
from ..agreement.states import ACTIVE_STATES
from ..facts.continuity_billing import to_units

#: The rules of a guard, as the program and the dialog have them
GUARD_FIELDS = (
    "guard_max_unpaid",
    "guard_max_balance",
    "guard_days_overdue",
    "guard_max_undelivered",
    "guard_first_paid",
    "guard_stop_refused",
    "guard_scope",
)


class ContinuityGuardMixin(models.AbstractModel):
    """The rules of a guard: of a program, and as they are tried out in its dialog."""

    _name = "continuity.guard.mixin"
    _description = "Rules of a Guard"

    guard_max_unpaid = fields.Integer(
        string="Shipments not paid",
        help="This many shipments that left and are not paid stop the next one. 0 ="
        " off.",
    )
    guard_max_balance = fields.Monetary(
        string="Balance not paid",
        help="This much that left and is not paid, tax included, stops the next"
        " shipment. 0 = off.",
    )
    guard_days_overdue = fields.Integer(
        string="Days overdue",
        help="A payment that is overdue for more days than this stops the next"
        " shipment. 0 = off.",
    )
    guard_max_undelivered = fields.Integer(
        string="Child orders not delivered",
        help="This many child orders that are confirmed and not delivered stop the next"
        " shipment. 0 = off.",
    )
    guard_first_paid = fields.Boolean(
        string="Wait for the first payment",
        help="The second shipment waits until the first one is paid.",
    )
    guard_stop_refused = fields.Boolean(
        string="Stop after a return",
        help="Nothing more is sent after the last shipment came back as a whole, or its"
        " child order was cancelled.",
    )
    guard_scope = fields.Selection(
        selection=[("order", "This order"), ("customer", "All orders of the customer")],
        string="Counted over",
        required=True,
        default="order",
        help="Where to look for what is not paid and not delivered.",
    )
    currency_id = fields.Many2one(comodel_name="res.currency")

    def _get_guard_rules(self):
        """Return the rules as plain numbers, in the currency of the company.

        :rtype: planning.guard.Rules
        """
        self.ensure_one()
        balance = self.guard_max_balance
        return Rules(
            max_unpaid=self.guard_max_unpaid,
            max_balance=to_units(balance, self.currency_id) if balance else 0,
            days_overdue=self.guard_days_overdue,
            max_undelivered=self.guard_max_undelivered,
            first_paid=self.guard_first_paid,
            stop_refused=self.guard_stop_refused,
            by_customer=self.guard_scope == "customer",
        )

    def _get_guard_values(self):
        """Return the rules as values to write.

        :rtype: dict
        """
        self.ensure_one()
        return {name: self[name] for name in GUARD_FIELDS}


class ContinuityProgram(models.Model):
    """The program: its guard keeps parcels from running ahead of the money.

    It is asked before a child order is made, and changes no state. What is owed is
    charged as ever.
    """

    _name = "continuity.program"
    _inherit = ["continuity.program", "continuity.guard.mixin"]

    guard_max_unpaid = fields.Integer(tracking=True)
    guard_max_balance = fields.Monetary(tracking=True)
    guard_days_overdue = fields.Integer(tracking=True)
    guard_max_undelivered = fields.Integer(tracking=True)
    guard_first_paid = fields.Boolean(tracking=True)
    guard_stop_refused = fields.Boolean(tracking=True)
    guard_scope = fields.Selection(tracking=True)
    has_guard = fields.Boolean(compute="_compute_has_guard")

    @api.depends(*GUARD_FIELDS)
    def _compute_has_guard(self):
        for program in self:
            program.has_guard = bool(program._get_guard_rules())

    @public(one=True)
    def action_view_guarded(self):
        """List the orders that the guard stops with their next shipment.

        :rtype: dict
        """
        self.ensure_one()
        orders = self.env["continuity.order"].search(
            [("program_id", "=", self.id), ("state", "in", ACTIVE_STATES)]
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Stopped by the guard of %s", self.display_name),
            "res_model": "continuity.order",
            "view_mode": "list,form",
            "domain": [("id", "in", [order.id for order in orders._find_guarded()])],
            "context": {"create": False},
        }

    @public(one=True)
    def action_open_guard(self):
        """Change the guard: the dialog says first whom it stops.

        :rtype: dict
        """
        self.ensure_one()
        self.check_access("write")
        return self.env["continuity.guard"]._show(
            self.env._("Guard of %s", self.display_name), default_program_id=self.id
        )
