# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ...arguments import public
from ..base.sealed import unseal
from .payment_choice import PaymentChoice
from .prompts import Prompts
from .summary import Summary
from .try_out import SAID, TRIED, TryOut

#: What the wizard says; made together
SUMMARY_FIELDS = (
    "headline",
    "first_parcel_text",
    "charge_text",
    "pieces_text",
    "balance_text",
    "member_text",
    "warning_text",
    "card_warning_text",
    "schedule_html",
)


class ContinuityOrder(models.Model):
    """The continuity order: what the Continuity wizard asks and shows.

    The dialog is a form of the draft itself: prompts, plan, payment. Discarding it
    drops unsaved edits and nothing else.
    """

    _inherit = "continuity.order"

    # === FIELDS OF THE DIALOG === #

    prompt_start_date = fields.Boolean(related="program_id.prompt_start_date")
    prompt_payment_schedule = fields.Boolean(
        related="program_id.prompt_payment_schedule"
    )
    allowed_payment_schedule_ids = fields.Many2many(
        comodel_name="continuity.payment.schedule",
        compute="_compute_allowed_payment_schedule_ids",
        string="Valid payment schedules",
    )
    card_expiry_date = fields.Date(
        string="Card valid until",
        compute="_compute_card_expiry_date",
        inverse="_inverse_card_expiry_date",
        search="_search_card_expiry_date",
        help="Ask the customer; the payment provider does not always tell. Any day of"
        " the last month counts as its last day.",
    )
    line_quantity = fields.Float(
        related="sale_order_line_id.product_uom_qty",
        string="How many of each",
        readonly=False,
        help="How many of each shipment the customer gets.",
    )
    payment_missing = fields.Boolean(compute="_compute_payment_missing")
    headline = fields.Char(string="To read aloud", compute="_compute_summary")
    first_parcel_text = fields.Char(string="First parcel", compute="_compute_summary")
    charge_text = fields.Char(string="Charge", compute="_compute_summary")
    pieces_text = fields.Char(string="Pieces", compute="_compute_summary")
    balance_text = fields.Char(string="Totals", compute="_compute_summary")
    member_text = fields.Char(compute="_compute_summary")
    warning_text = fields.Text(string="Please check", compute="_compute_summary")
    card_warning_text = fields.Char(compute="_compute_summary")
    schedule_html = fields.Html(
        string="Shipments and payments", compute="_compute_summary", sanitize=False
    )
    child_order_count = fields.Integer(compute="_compute_counts")
    payment_count = fields.Integer(compute="_compute_counts")
    proposed_token_id = fields.Many2one(
        comodel_name="payment.token",
        string="Proposed card",
        compute="_compute_proposed_token_id",
        help="The card the customer used last, or the only one there is.",
    )
    payment_for_all = fields.Boolean(
        string="Use for all programs of this order",
        default=True,
        copy=False,
        help="Programs of the order that have no payment yet are paid like this one.",
    )
    has_other_programs = fields.Boolean(
        string="Other programs on the order", compute="_compute_has_other_programs"
    )

    # === COMPUTE METHODS === #

    @api.depends("program_id.allowed_payment_schedule_ids", "company_id", "currency_id")
    def _compute_allowed_payment_schedule_ids(self):
        """What the seller may choose from; an empty list means every one (V8).

        One that holds amounts in another currency is not offered.
        """
        schedules = self.env["continuity.payment.schedule"]
        for company, orders in self.grouped("company_id").items():
            every = schedules.search([("company_id", "=", company.id)])
            for order in orders:
                program = order.program_id
                allowed = program.allowed_payment_schedule_ids
                if allowed:
                    allowed |= program.payment_schedule_id
                order.allowed_payment_schedule_ids = (allowed or every).filtered(
                    lambda schedule, order=order: (
                        not schedule._get_currency_refusal(order.currency_id)
                    )
                )

    @api.depends("payment_token_id.expiry_date")
    def _compute_card_expiry_date(self):
        for order in self:
            # Until when the card is valid is told to whoever reads the order
            order.card_expiry_date = order.payment_token_id.sudo().expiry_date

    def _inverse_card_expiry_date(self):
        for order in self.filtered("payment_token_id"):
            expiry = order.card_expiry_date
            if expiry:
                expiry = fields.Date.end_of(expiry, "month")
            order._set_card_expiry(expiry)

    def _search_card_expiry_date(self, operator, value):
        # Sellers search by the expiry date and read nothing else of the card
        return [("payment_token_id", "any!", [("expiry_date", operator, value)])]

    @api.depends("payment_method", "payment_token_id", "state")
    def _compute_payment_missing(self):
        for order in self:
            order.payment_missing = order._is_payment_method_missing()

    @api.depends(
        "amount_planned",
        "card_expiry_date",
        "line_quantity",
        "payment_method",
        "payment_token_id",
        "payment_schedule_id",
        "start_date",
        "state",
        "payment_ids.state",
        "payment_ids.amount",
        "shipment_ids.planned_date",
        "shipment_ids.state",
        "shipment_ids.line_ids",
    )
    def _compute_summary(self):
        """Put the summary into fields of the form (rules H1–H7)."""
        for order in self:
            if not order._origin:
                # Of an order that does not exist yet nothing is said
                order.update(dict.fromkeys(SUMMARY_FIELDS, False))
                continue
            words = Summary(order._origin)
            summary = words.get()
            order.headline = summary["headline"]
            order.first_parcel_text = summary["first_parcel"]
            order.charge_text = summary["charge"]
            order.pieces_text = summary["pieces"]
            order.balance_text = summary["balance"]
            order.member_text = summary["member"]
            order.warning_text = "\n".join(summary["warnings"])
            order.card_warning_text = " ".join(summary["card_warnings"])
            order.schedule_html = words.render(summary)

    @api.depends("child_order_ids", "payment_ids")
    def _compute_counts(self):
        for order in self:
            order.child_order_count = len(order.child_order_ids)
            order.payment_count = len(order.payment_ids)

    @api.depends("available_token_ids", "payment_method", "state")
    def _compute_proposed_token_id(self):
        for order in self:
            # Also while somebody types: what stands in the database is asked
            stored = order._origin
            if order.payment_method or not stored:
                order.proposed_token_id = False
            else:
                order.proposed_token_id = PaymentChoice(stored).propose()

    @api.depends("sale_order_id.continuity_order_ids.state")
    def _compute_has_other_programs(self):
        for order in self:
            others = order.sale_order_id.continuity_order_ids - order._origin
            order.has_other_programs = "draft" in others.mapped("state")

    @api.onchange("payment_token_id")
    def _onchange_payment_token_id(self):
        if self.payment_token_id:
            self.payment_method = "card"

    def onchange(self, values, field_names, fields_spec):
        """Override: the sentences follow what is typed in the wizard."""
        result = super().onchange(values, field_names, fields_spec)
        shown = [name for name in SAID if name in fields_spec]
        if not shown or not set(TRIED).intersection(field_names):
            return result
        order = self.exists()
        if len(order) == 1 and order.state == "draft" and order.has_access("write"):
            answer = result.setdefault("value", {})
            typed = {
                **values,
                **{name: answer[name] for name in TRIED if name in answer},
            }
            answer.update(TryOut(order).say(typed, shown))
        return result

    # === CRUD METHODS === #

    def _write_plan(self, vals, write):
        """Keep people to what they may change, and plan anew what depends on it.

        :param dict vals: values that are written
        :param write: writes the values on the orders it gets, as Odoo does
        :return: as Odoo does
        """
        if not self.env.su:
            # Here, too, for the answers to the prompts are written in `sudo`
            self._check_continuity_typing(vals)
        asked = {"start_date", "payment_schedule_id"}.intersection(vals)
        if not asked or unseal(self.env, "continuity_sync"):
            result = write(self, vals)
            if {"fiscal_position_id", "currency_id"}.intersection(vals):
                self.shipment_ids._recompute_planned_amounts()
            return result
        others = {name: value for name, value in vals.items() if name not in asked}
        for order in self:
            prompts = Prompts(order)
            prompts.check()
            prompted = prompts.prepare(vals)
            order.check_access("write")
            if others:
                # As who writes them: nothing else that was sent is the ledger's
                write(order, others)
            # The flags belong to the ledger, the answers to the seller
            write(order.sudo(), prompted)
            order.sudo()._plan()
        return True

    def _share_payment(self):
        """Pay the other programs of the order likewise, where nothing else works."""
        self.ensure_one()
        if not self.payment_for_all or self.state != "draft":
            return
        if others := PaymentChoice(self).get_others():
            others.write(
                {
                    "payment_method": self.payment_method,
                    "payment_token_id": self.payment_token_id.id,
                }
            )

    # === ACTIONS === #

    @public(one=True)
    def action_replan(self):
        """Show the plan for what was just entered; the form was saved before.

        :rtype: dict
        """
        self.ensure_one()
        self.check_access("write")
        return self._reopen_wizard()

    def _get_wizard_action(self):
        """Open the Continuity wizard, or the order itself once it was submitted.

        :return: action of a dialog on this record
        :rtype: dict
        """
        self.ensure_one()
        if self.state != "draft":
            return self._get_records_action()
        view = self.env.ref("continuity_program.continuity_order_view_form_wizard")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Continuity: %s", self.product_id.display_name),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(view.id, "form")],
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    def _get_completing_action(self):
        """Open the Continuity wizard on the way to the recap (rules N56).

        :rtype: dict
        """
        action = self._get_wizard_action()
        context = {**action.get("context", {}), "continuity_complete": 1}
        return {**action, "context": context}

    def _reopen_wizard(self):
        """Open the dialog again: Odoo closes it behind every button.

        :return: the dialog, on its way to the recap if it was (rules N56)
        :rtype: dict
        """
        self.ensure_one()
        action = self._get_wizard_action()
        action["context"] = {**action.get("context", {}), "continuity_reopened": 1}
        if self.env.context.get("continuity_complete"):
            action["context"]["continuity_complete"] = 1
        return action

    @public(one=True)
    def action_wizard_done(self):
        """Close the dialog; *Complete* goes on where it was interrupted (N56).

        :rtype: dict
        """
        self.ensure_one()
        self._share_payment()
        if self.env.context.get("continuity_complete"):
            return self.sale_order_id.action_continuity_complete()
        return {"type": "ir.actions.act_window_close"}

    @public()
    def action_view_sale_order(self):
        """Open the parent order.

        :rtype: dict
        """
        return self.sale_order_id._get_records_action(name=self.env._("Parent order"))

    @public()
    def action_view_child_orders(self):
        """Open the child orders made so far.

        :rtype: dict
        """
        return self.child_order_ids._get_records_action(name=self.env._("Child orders"))

    @public()
    def action_view_payments(self):
        """Open the payments of the order.

        :rtype: dict
        """
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Payments"),
            "res_model": "continuity.payment",
            "view_mode": "list,form",
            "domain": [("continuity_order_id", "in", self.ids)],
        }
