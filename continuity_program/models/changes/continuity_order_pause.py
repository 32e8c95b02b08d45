# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ... import planning
from ...arguments import public, read_date
from ..agreement.continuity_order import ACTIVE_STATES
from .resumption import Resumption


class ContinuityOrder(models.Model):
    """The continuity order: pause and resume (rules R15, F1)."""

    _inherit = "continuity.order"

    # === ACTIONS === #

    @public(resume_date=read_date)
    def action_pause(self, resume_date=None):
        """Pause active orders: no children, no charges, no extension.

        Pausing a paused order gives it another resume date.

        :param date resume_date: day the extension job resumes them; None = a person
            does
        :raise UserError: the order is not active, or the date has passed
        """
        self.check_access("write")
        self._check_can_pause(resume_date)
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
        self._check_can_pause(None)
        return self.env["continuity.pause"]._show(
            self.env._("Pause %s", self.name), default_order_id=self.id
        )

    @public()
    def action_resume(self):
        """Resume paused orders today (rules R15)."""
        self.check_access("write")
        paused = self.filtered(lambda o: o.pause_date and o.state in ACTIVE_STATES)
        if running := self - paused:
            raise UserError(self.env._("%s is not paused.", running[0].display_name))
        for company, orders in paused.grouped("company_id").items():
            # The seller may change the order (checked); the plan is rewritten by us
            orders.sudo()._resume(company._continuity_today())

    def _check_can_pause(self, resume_date):
        """Refuse what cannot be paused, and a day that has passed.

        :param date resume_date: day they are resumed, or None
        :raise UserError: naming the order
        """
        for order in self:
            if order.state not in ACTIVE_STATES:
                raise UserError(
                    self.env._(
                        "%s is not running. Only a running order can be paused.",
                        order.display_name,
                    )
                )
            today = order.company_id._continuity_today()
            if resume_date and resume_date > planning.last_day(today):
                raise UserError(
                    self.env._(
                        "%(order)s cannot be resumed on %(date)s: that is more than 50"
                        " years ahead.",
                        order=order.display_name,
                        date=format_date(self.env, resume_date),
                    )
                )
            if resume_date and resume_date < today:
                raise UserError(
                    self.env._(
                        "%(order)s cannot be resumed on %(date)s, that day has passed.",
                        order=order.display_name,
                        date=format_date(self.env, resume_date),
                    )
                )

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
