# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from ...arguments import public, read_date
from ..agreement.states import ACTIVE_STATES
from ..base.of_order import Once
from ..payments.continuity_payment import CHARGED_STATES
from .order_update import OrderUpdate, OrderUpdater
from .pending import PendingWrites
from .resumption import Resumption, check_can_pause


class ContinuityOrder(models.Model):
    """The continuity order: paused, resumed, and brought to its program as it is now.

    Only what has not left yet is brought to the program, and nothing a person changed
    for the customer. The same code previews and applies, see
    :meth:`continuity.program._preview_update`.
    """

    _inherit = "continuity.order"

    update_number = fields.Integer(
        readonly=True,
        copy=False,
        help="The last release of the program this order was brought to.",
    )
    kept_text = fields.Text(
        string="Kept as it was sold",
        readonly=True,
        copy=False,
        help="Where the last release of the program differs, and why the order stays as"
        " it was sold. Until somebody has accepted it.",
    )

    # === PAUSE (rules R15, F1) === #

    @public(resume_date=read_date)
    def action_pause(self, resume_date=None):
        """Pause active orders: no children, no charges, no extension.

        Pausing a paused order gives it another resume date.

        :param date resume_date: day the extension job resumes them; None = a person
            does
        :raise UserError: the order is not active, or the date has passed
        """
        self.check_access("write")
        check_can_pause(self, resume_date)
        # Whoever may write the order may pause it; state and dates are ours
        for order_sudo in self.sudo():
            today = order_sudo.company_id._continuity_today()
            order_sudo.write(
                {
                    "pause_date": order_sudo.pause_date or today,
                    "resume_date": resume_date,
                }
            )
        self._refresh_active_state()

    @public(one=True)
    def action_open_pause(self):
        """Ask until when, and show what it does.

        :rtype: dict
        """
        self.ensure_one()
        self.check_access("write")
        check_can_pause(self, None)
        return self.env["continuity.pause"]._show(
            self.env._("Pause %s", self.name), default_order_id=self.id
        )

    @public()
    def action_resume(self):
        """Resume paused orders today (rules R15).

        :return: says what was done
        :rtype: dict
        """
        self.check_access("write")
        paused = self.filtered(lambda o: o.pause_date and o.state in ACTIVE_STATES)
        if running := self - paused:
            raise UserError(self.env._("%s is not paused.", running[0].display_name))
        for company, orders in paused.grouped("company_id").items():
            # The seller may change the order (checked); the plan is rewritten by us
            orders.sudo()._resume(company._continuity_today())
        dialog = self.env["continuity.dialog"]
        return dialog._get_done_action(self.env._("The series goes on."))

    # === RESUME === #

    def _resume_due(self):
        """Let paused orders go on from the resume date of each (rules R15)."""
        for day, orders in self.grouped("resume_date").items():
            orders._resume(day)

    def _resume(self, day):
        """Let paused orders go on from a day (rules R15).

        What fell into the pause is moved or left out, as the program says. Left out of
        an order billed up front, it leaves behind the last shipment: it has been paid,
        and nobody is asked now whether it should be credited (rules C5).

        :param date day: the resume date
        """
        for order in self:
            resumption = Resumption(order)
            changes = resumption.get_changes(day)
            resumption.shift_rows(changes)
            warning = order._get_end_warning(changes)
            for shipment, change in changes:
                if change.action != "keep":
                    shipment._apply_change(change, day)
            resumed = self.env._("Resumed as of %s.", format_date(self.env, day))
            order.message_post(body=f"{resumed} {warning}".strip())
        self.write({"pause_date": False, "resume_date": False})
        self._refresh_active_state()

    # === THE PROGRAM AS IT IS NOW === #

    @public()
    def action_accept_kept(self):
        """Take it that these orders stay as they were sold.

        :raise AccessError: the user is no manager
        """
        if not self.env.user.has_group("sales_team.group_sale_manager"):
            raise AccessError(
                self.env._(
                    "Only a sales administrator can accept what an update left"
                    " as it was."
                )
            )
        self.check_access("write")
        kept = self.filtered("kept_text")
        kept._message_log_batch(
            {
                order.id: self.env._("Accepted as it was sold: %s", order.kept_text)
                for order in kept
            },
            author_id=self.env.user.partner_id.id,
        )
        # The manager has decided (checked); what an update has left nobody types
        kept.sudo().kept_text = False

    def _update_from_program(self, today, notice_date=None):
        """Bring the open shipments to the program as it is now.

        Doing it again changes nothing.

        :param date today: local date; nothing is planned before it
        :param date notice_date: a dearer price counts from this day on (rules N85);
            None = at once
        :return: what was changed and what was kept, by order
        :rtype: dict[continuity.order, OrderUpdate]
        :raise UserError: an event has no timing any more
        """
        # Read for all orders at once what the walk through each of them asks for
        self.shipment_ids.line_ids.product_id.mapped("display_name")
        self.shipment_ids.child_order_id.mapped("name")
        before = {order: order.amount_planned for order in self}
        say = Once()
        updates = {order: OrderUpdate(say=say) for order in self}
        charged = self.payment_ids.filtered(lambda row: row.state in CHARGED_STATES)
        scope = {
            "today": today,
            "notice_date": notice_date,
            "plans": {},
            "prices": {},
            # A payment was made for them, and they have no child yet
            "paid": charged.shipment_id.filtered(lambda s: s.state == "planned"),
            "shipments": [],
            "lines": [],
            "gone": [],
            "pending": PendingWrites(),
        }
        for order, update in updates.items():
            OrderUpdater(order, update, scope).apply()
        scope["pending"].write_all()
        self.env["continuity.shipment"]._create_or_revive(scope["shipments"])
        self.env["continuity.shipment.line"].create(scope["lines"])
        self.env["continuity.shipment.line"].union(*scope["gone"]).unlink()
        self._refresh_has_more()
        for order, update in updates.items():
            update.amount_change = order.currency_id.round(
                order.amount_planned - before[order]
            )
        return updates
