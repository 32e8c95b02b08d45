# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..base.continuity_scope_mixin import SCOPE_CHECK, SCOPE_RECORD

#: Why a person should look, the most urgent first
REASONS = [
    ("charged_twice", "Charged twice"),
    ("given_back_without_credit", "Given back without credit note"),
    ("used_elsewhere", "Used for another document"),
    ("lost_refund", "Refund without an answer"),
    ("refund_unassigned", "Refund not assigned"),
    ("in_flight_too_much", "Too much under way"),
    ("refund_by_hand", "Refund by hand"),
    ("refund_waits", "Refund waits for an answer"),
    ("refund_waits_draft", "Refund waits for a draft"),
    ("credit_without_money", "Credit beyond what was paid"),
    ("unmatched_money", "Money not matched"),
    ("transfer_missing", "Transfer missing"),
    ("mixed_document", "Document of several orders"),
    ("currency_differs", "Another currency"),
    ("negative_ordinary", "Ordinary goods below zero"),
    ("balance_differs", "Account differs"),
    ("small_rest", "Small rest"),
    ("loose_credit", "Exchange difference left"),
]


class ContinuityBalance(models.Model):
    """The account of one claim, as it was found when it was settled last.

    Nothing is decided by it: what is owed is derived from documents and payments each
    time. Here it can be listed, summed, and compared with what the ledgers say.

        claim = received − returned + adjusted
              + open + in flight + written off + held + later
              − credit − aside
    """

    _name = "continuity.balance"
    _description = "Account of a Continuity Order"
    _inherit = ["continuity.scope.mixin"]
    _order = "sale_order_id desc, id"
    _rec_names_search = [
        "sale_order_id.name",
        "continuity_order_id.name",
        "child_order_id.name",
        "partner_id.name",
    ]
    _check_company_auto = True

    # Who and where
    sale_order_id = fields.Many2one(
        comodel_name="sale.order",
        string="Parent order",
        compute="_compute_owner",
        store=True,
        index=True,
        ondelete="cascade",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        compute="_compute_owner",
        store=True,
        index=True,
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Salesperson",
        compute="_compute_owner",
        store=True,
        index="btree_not_null",
    )
    # The account
    amount_claim = fields.Monetary(
        string="Claim",
        readonly=True,
        help="Posted invoices less credit notes, and what documents will still ask.",
    )
    amount_expected = fields.Monetary(
        string="Not invoiced yet",
        readonly=True,
        help="The part of the claim that documents will still ask.",
    )
    amount_received = fields.Monetary(
        string="Received",
        readonly=True,
        help="Payments of every kind: cards, links, transfers, cash.",
    )
    amount_returned = fields.Monetary(
        string="Given back", readonly=True, help="What went back of the payments."
    )
    amount_adjusted = fields.Monetary(
        string="Settled in the books",
        readonly=True,
        help="Settled by entries that are no money: a discount, a write-off.",
    )
    amount_open = fields.Monetary(
        string="Open", readonly=True, help="What the customer is still to be asked."
    )
    amount_in_flight = fields.Monetary(
        string="Under way",
        readonly=True,
        help="Asked and not answered, or authorized: it is not asked again.",
    )
    amount_written_off = fields.Monetary(
        string="Written off", readonly=True, help="Given up by a person."
    )
    amount_held = fields.Monetary(
        string="Held",
        readonly=True,
        help="Covered by nothing, and not asked until a person has looked at it.",
    )
    amount_later = fields.Monetary(
        string="Later", readonly=True, help="Asked when there is an invoice."
    )
    amount_credit = fields.Monetary(
        string="Credit", readonly=True, help="What came beyond the claim."
    )
    amount_aside = fields.Monetary(
        string="Paid twice",
        readonly=True,
        help="What a charge that succeeded twice took the second time: it is offered"
        " back.",
    )
    amount_to_refund = fields.Monetary(
        string="To refund", readonly=True, help="What may be given back now."
    )
    reasons = fields.Char(
        readonly=True,
        help="Why a person should look at it: codes, separated by commas.",
    )
    reason = fields.Selection(
        selection=REASONS,
        string="To look at",
        compute="_compute_reason",
        store=True,
        index="btree_not_null",
        help="Why a person should look at it; the most urgent reason.",
    )
    settled_at = fields.Datetime(
        string="As of",
        readonly=True,
        help="When the account was found like this for the first time.",
    )
    # Compared with the ledgers
    differs = fields.Boolean(
        readonly=True,
        index=True,
        help="The payment rows, or the order, differ from the account.",
    )
    differences = fields.Json(
        readonly=True, help="What the ledgers say, and what the account says, by term."
    )

    _scope_check = models.Constraint(
        SCOPE_CHECK, "An account belongs to one claim, of one kind."
    )
    _once = models.UniqueIndex(
        f"(kind, {SCOPE_RECORD})", "This claim has its account already."
    )
    _to_refund = models.Index("(company_id, id) WHERE amount_to_refund > 0")

    # === COMPUTE METHODS === #

    @api.depends(
        "continuity_order_id.sale_order_id",
        "continuity_order_id.partner_id",
        "continuity_order_id.user_id",
        "ordinary_order_id.partner_id",
        "ordinary_order_id.user_id",
    )
    def _compute_owner(self):
        for balance in self:
            order, parent = balance.continuity_order_id, balance.ordinary_order_id
            balance.sale_order_id = parent or order.sale_order_id
            balance.partner_id = (order or parent).partner_id
            balance.user_id = (order or parent).user_id

    @api.depends("reasons")
    def _compute_reason(self):
        for balance in self:
            codes = balance._get_reasons()
            balance.reason = codes[0] if codes else False

    @api.depends(
        "kind",
        "child_order_id.name",
        "continuity_order_id.name",
        "ordinary_order_id.name",
    )
    def _compute_display_name(self):
        for balance in self:
            order = balance.continuity_order_id.name or ""
            if balance.kind == "child":
                name = f"{order} / {balance.child_order_id.name}"
            elif balance.kind == "upfront":
                name = self.env._("%s, billed up front", order)
            else:
                parent = balance.ordinary_order_id.name or ""
                name = self.env._("%s, ordinary goods", parent)
            balance.display_name = name

    def _get_reasons(self):
        """List the codes of what a person should look at, the most urgent first.

        :rtype: list[str]
        """
        self.ensure_one()
        found = set((self.reasons or "").split(","))
        return [code for code, _label in REASONS if code in found]

    # === WHAT BELONGS TO IT === #

    def _get_open_notes(self):
        """Return the posted credit notes of the claim that something is left of.

        :return: in sudo, the oldest first
        :rtype: account.move
        """
        self.ensure_one()
        # The books are the company's, whoever looks at the account
        balance_sudo = self.sudo()
        order_sudo = balance_sudo.child_order_id or balance_sudo.ordinary_order_id
        if order_sudo:
            moves_sudo = order_sudo.invoice_ids
        else:
            moves_sudo = balance_sudo.continuity_order_id.move_ids
        moves_sudo |= moves_sudo.reversal_move_ids
        notes_sudo = moves_sudo._filter_continuity_open_notes()
        if order_sudo:
            return notes_sudo
        # What is about a child order is none of what is billed up front
        parent_sudo = balance_sudo.sale_order_id
        return notes_sudo.filtered(
            lambda note: not note.invoice_line_ids.sale_line_ids.order_id - parent_sudo
        )

    def _get_refund_orders(self):
        """Return the continuity orders that give back what the accounts say.

        :return: in sudo; for ordinary goods the first one of the parent order
        :rtype: continuity.order
        """
        # Its order may be hidden from whoever changed the account
        orders_sudo = self.sudo().continuity_order_id
        for parent_sudo in self.sudo().ordinary_order_id:
            orders_sudo |= parent_sudo._get_continuity_first_order()
        return orders_sudo
