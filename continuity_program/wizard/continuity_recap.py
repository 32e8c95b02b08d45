# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..arguments import public
from ..fingerprint import take_fingerprint
from ..models.base.sealed import Sealed

#: What the dialog itself changes of the order: who does it sees what follows
OWN_FIELDS = {"ordinary_method", "ordinary_token_id"}


class ContinuityRecap(models.TransientModel):
    """The recap before Submit: what the seller reads to the customer.

    It shows and it submits; what may be submitted is decided by the order.
    """

    _name = "continuity.recap"
    _inherit = ["continuity.dialog"]
    _description = "Sales Order Summary"
    _dialog_results = frozenset({"result", "message", "shown"})

    sale_order_id = fields.Many2one(
        comodel_name="sale.order", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="sale_order_id.company_id")
    partner_id = fields.Many2one(related="sale_order_id.partner_id")
    currency_id = fields.Many2one(related="sale_order_id.currency_id")
    evaluation = fields.Selection(related="sale_order_id.continuity_evaluation")
    ordinary_total = fields.Monetary(
        string="Ordinary goods", compute="_compute_amounts"
    )
    upfront_total = fields.Monetary(
        string="Billed up front", compute="_compute_amounts"
    )
    amount_today = fields.Monetary(
        string="Today",
        compute="_compute_summary",
        help="What the customer pays today: at Submit, or when the first parcel is"
        " made.",
    )
    ordinary_method = fields.Selection(
        related="sale_order_id.continuity_ordinary_method", readonly=False
    )
    ordinary_token_id = fields.Many2one(
        related="sale_order_id.continuity_ordinary_token_id",
        readonly=False,
        domain="[('id', 'in', available_token_ids)]",
    )
    available_token_ids = fields.Many2many(
        comodel_name="payment.token", compute="_compute_available_token_ids"
    )
    has_ordinary = fields.Boolean(compute="_compute_amounts")
    summary_html = fields.Html(
        string="What the customer gets", compute="_compute_summary", sanitize=False
    )
    is_read = fields.Boolean(
        string="Read to the customer",
        help="Tick it when the customer has heard all of this. Your name and the time"
        " are kept on the order.",
    )
    refusal = fields.Text(compute="_compute_refusal")
    result = fields.Selection(
        selection=[
            ("declined", "Declined"),
            ("unknown", "No answer"),
            ("error", "Charged, not confirmed"),
            ("changed", "Changed since it was shown"),
        ],
        readonly=True,
    )
    message = fields.Text(readonly=True)
    shown = fields.Char(
        readonly=True,
        help="What the dialog has shown last, as a fingerprint: nothing else is"
        " submitted.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Override: what it shows is what is read."""
        recaps = super().create(vals_list)
        recaps._note_shown()
        return recaps

    def write(self, vals):
        """Override: what is changed in the dialog is seen in it."""
        current = self.browse()
        if OWN_FIELDS.intersection(vals):
            current = self.filtered(lambda recap: recap._is_current())
        result = super().write(vals)
        current._note_shown()
        return result

    # === COMPUTE METHODS === #

    @api.depends("sale_order_id")
    def _compute_amounts(self):
        without = self.filtered(lambda recap: not recap.sale_order_id)
        without.update(
            {
                "ordinary_total": 0.0,
                "upfront_total": 0.0,
                "has_ordinary": False,
            }
        )
        for recap in self - without:
            order = recap.sale_order_id
            recap.ordinary_total = order._get_continuity_ordinary_total()
            recap.upfront_total = sum(
                order.continuity_order_ids.filtered(
                    "bill_upfront"
                ).sale_order_line_id.mapped("price_total")
            )
            recap.has_ordinary = bool(order._get_continuity_ordinary_lines())

    @api.depends("sale_order_id")
    def _compute_available_token_ids(self):
        for recap in self:
            orders = recap.sale_order_id.continuity_order_ids
            recap.available_token_ids = orders.available_token_ids

    @api.depends("sale_order_id", "ordinary_method", "result")
    def _compute_summary(self):
        """All that the seller reads aloud, from the same summary as everywhere."""
        without = self.filtered(lambda recap: not recap.sale_order_id)
        without.update({"summary_html": False, "amount_today": 0.0})
        for recap in self - without:
            order = recap.sale_order_id
            orders = order.continuity_order_ids._sorted_by_line()
            summaries = [one._get_schedule_summary() for one in orders]
            recap.amount_today = order._get_continuity_ordinary_today() + sum(
                summary["amount_today"] for summary in summaries
            )
            recap.summary_html = self.env["ir.qweb"]._render(
                "continuity_program.recap_summary",
                {
                    "recap": recap,
                    "order": order,
                    "summaries": summaries,
                    "ordinary_lines": order._get_continuity_ordinary_lines(),
                },
            )

    @api.depends("sale_order_id", "ordinary_method", "ordinary_token_id", "result")
    def _compute_refusal(self):
        """Why Submit would be refused, so that it is seen before it is pressed."""
        for recap in self:
            order = recap.sale_order_id
            recap.refusal = (order and order._get_continuity_refusal()) or False

    # === ACTIONS === #

    @public(one=True)
    def action_submit(self):
        """Submit the order: charge what is due, then confirm (rules N15).

        Works at the top of the button, so that each step of the charge can be
        committed. A decline or a missing answer is shown in place, with the order
        intact.

        :return: closes the dialog, or shows it again with what happened
        :rtype: dict
        """
        self.ensure_one()
        order = self.sale_order_id
        order.check_access("write")
        order._check_continuity_not_submitted()
        if order.state not in ("draft", "sent"):
            return {"type": "ir.actions.act_window_close"}
        # First of all: it knows what this very call has asked before it began again
        run = self.env["continuity.payment"]._get_committing_run()
        # A new day moves what is due, as opening the recap does
        order._move_continuity_plans(order.company_id._continuity_today())
        if not self._is_current():
            self._show_changed()
            return self._get_action()
        shown = self._is_as_shown() or order._is_continuity_begun_again()
        if self.is_read and shown:
            order._note_continuity_read()
        if order._continuity_prepare_submit():
            self._show_problem()
            return self._get_action()
        unpaid = order._continuity_charge(run)
        if not unpaid and order.state in ("draft", "sent"):
            # What it has shown is offered today
            order.with_context(continuity_recap=Sealed()).action_confirm()
            # What somebody else decides about is begun again while it still can be
            self.env["continuity.billing"]._settle_touched(is_last=True)
            run._checkpoint()
        if order.state == "sale":
            # Providers' answers are dated to the second
            opened = self.create_date.replace(microsecond=0)
            return order._get_continuity_submitted_action(opened)
        self._show_problem()
        return self._get_action()

    @public(one=True)
    def action_open_payment(self):
        """Go back to the wizard of the line whose payment failed; it leads here again.

        :rtype: dict
        """
        self.ensure_one()
        orders = self.sale_order_id.continuity_order_ids._sorted_by_line()
        # The state of a payment may be read by everybody who reads the order.
        failed = orders.filtered(
            lambda order: "declined" in order.sudo().payment_ids.mapped("state")
        )
        return (failed or orders)[:1]._get_completing_action()

    # === WHAT WAS SHOWN === #

    def _is_current(self):
        """Say whether the order is still what the dialog has shown.

        Somebody else, or the same seller in another tab, may have changed it since.

        :rtype: bool
        """
        self.ensure_one()
        order = self.sale_order_id
        if order._get_continuity_frozen_refusal() or order._is_continuity_begun_again():
            # Nobody can have changed it since it was asked for
            return True
        return self._is_as_shown()

    def _is_as_shown(self):
        """Say whether the order reads as the dialog has shown it last.

        :rtype: bool
        """
        self._forget_texts()
        return self.shown == self._get_fingerprint()

    def _forget_texts(self):
        """Have the texts made anew: they depend on all of the order."""
        self.invalidate_recordset(
            ["summary_html", "amount_today", "ordinary_total", "upfront_total"]
        )

    def _note_shown(self):
        """Keep what is shown now."""
        for recap in self:
            # Nobody types it
            recap.sudo().shown = recap._get_fingerprint()

    def _get_fingerprint(self):
        """Put all that is read aloud, and which card pays, into a short word.

        :rtype: str
        """
        self.ensure_one()
        orders = self.sale_order_id.continuity_order_ids
        parts = (
            self.summary_html,
            self.amount_today,
            self.ordinary_total,
            self.upfront_total,
            self.ordinary_method,
            self.ordinary_token_id.id,
            *((one.payment_method, one.payment_token_id.id) for one in orders),
        )
        return take_fingerprint(parts)

    def _show_changed(self):
        """Show the order as it is now, and say that it is not what was read."""
        self.is_read = False
        self._tell(
            "changed",
            self.env._(
                "%s has changed since this summary was opened. This is what it comes"
                " to now: read it to the customer, then submit.",
                self.sale_order_id.name,
            ),
        )

    def _show_problem(self):
        """Say in the dialog what happened, and what to do (rules H9)."""
        order = self.sale_order_id
        result = "error"
        if order._get_continuity_frozen_refusal() or (
            order._get_continuity_open_transaction()
        ):
            result = "unknown"
        elif order._is_continuity_declined():
            result = "declined"
        self._tell(result, order._get_continuity_problem())

    def _tell(self, result, message):
        """Say what has happened; what the dialog shows with it is made anew."""
        # What happened is said by this method alone, nobody types it
        self.sudo().write({"result": result, "message": message})
        self._forget_texts()
        self._note_shown()

    def _get_action(self):
        """Show this recap in a dialog.

        :rtype: dict
        """
        self.ensure_one()
        return self._show(
            self.env._("Sales order summary: %s", self.sale_order_id.name),
            dialog_size="extra-large",
        )
