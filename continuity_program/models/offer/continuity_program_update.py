# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from ...arguments import public
from ..agreement.states import ACTIVE_STATES

#: A change of one of these makes a release say something else than its preview did
UPDATE_FIELDS = {"days_after_order", "order_start", "payment_schedule_id"}


class ContinuityProgram(models.Model):
    """The program: released to be applied to running orders (rules N85).

    An edit of a program changes no running order. A manager looks at the difference,
    releases it, and the job `update_orders` carries it out.
    """

    _inherit = "continuity.program"

    update_notice_date = fields.Date(
        string="Notice date",
        readonly=True,
        copy=False,
        help="Shipments planned before this day keep their old price when the new one"
        " is dearer.",
    )
    # Each release has a number of its own: two of them in one second stay two.
    update_number = fields.Integer(readonly=True, copy=False)

    # === CRUD METHODS === #

    def _read_update_values(self, vals):
        names = UPDATE_FIELDS.intersection(vals)
        return [[program[name] for name in names] for program in self]

    def _withdraw_changed_update(self, is_changed):
        """Withdraw the release: its preview does not tell this change (N85).

        :param bool is_changed: the program says something else than before
        """
        if is_changed:
            self.filtered("update_requested_at")._withdraw_update(
                self.env._("the program was changed")
            )

    # === ACTIONS === #

    @public(one=True)
    def action_open_update(self):
        """Show what the program would change in running orders, then ask.

        :rtype: dict
        """
        self.ensure_one()
        self._check_may_release()
        dialog = self.env["continuity.update.release"].create({"program_id": self.id})
        dialog.action_preview()
        return dialog._get_action()

    @public()
    def action_withdraw_update(self):
        """Take back a release before the job has carried it out."""
        self._check_may_release()
        self.filtered("update_requested_at")._withdraw_update(
            self.env._("by %s", self.env.user.name)
        )

    def _check_may_release(self):
        """Only the manager changes running orders in bulk.

        :raise AccessError: the user is not one
        """
        self.check_access("write")
        if not self.env.user.has_group("sales_team.group_sale_manager"):
            raise AccessError(
                self.env._("Only a sales administrator applies a program to orders.")
            )

    # === RELEASE === #

    def _release_update(self, notice_date=None):
        """Release the program to the job, as the manager has seen it.

        :param date notice_date: see `update_notice_date`
        :raise UserError: no order runs
        """
        self._check_may_release()
        for program in self:
            if not program._get_orders_to_update():
                raise UserError(
                    self.env._(
                        "No order of program %s is running: there is nothing to"
                        " change.",
                        program.display_name,
                    )
                )
            # Released by this method alone, after its preview.
            program.sudo().write(
                {
                    "update_requested_at": fields.Datetime.now(),
                    "update_requested_uid": self.env.uid,
                    "update_notice_date": notice_date,
                    "update_number": program.update_number + 1,
                }
            )
            program._message_log(
                body=self.env._(
                    "Released to running orders by %(user)s. Dearer prices count from"
                    " %(date)s on.",
                    user=self.env.user.name,
                    date=format_date(self.env, notice_date)
                    if notice_date
                    else self.env._("now"),
                )
            )

    def _withdraw_update(self, reason):
        """Take the release back; orders that were changed already stay changed.

        :param str reason: why, for the log
        """
        self._clear_update()
        for program in self:
            program._message_log(
                body=self.env._("Release to running orders withdrawn: %s.", reason)
            )

    def _finish_update(self):
        """Clear the release when every order has been handled."""
        self._clear_update()
        for program in self:
            program._message_log(
                body=self.env._("The release was applied to all running orders.")
            )

    def _clear_update(self):
        # Whoever changes the program withdraws its release, which nobody types.
        self.sudo().write({"update_requested_at": False, "update_requested_uid": False})

    def _get_orders_to_update(self):
        """Return the running orders, whoever sold them.

        :rtype: continuity.order
        """
        # An update reaches every order, also those hidden from the manager
        return (
            self.env["continuity.order"]
            .sudo()
            .search(
                [("program_id", "in", self.ids), ("state", "in", ACTIVE_STATES)],
                order="id",
            )
        )

    # === PREVIEW === #

    def _preview_update(self, notice_date=None, limit=None):
        """Say what a release would change: the same code, rolled back.

        :param date notice_date: see `update_notice_date`
        :param int limit: most orders to look at, None = all of them
        :return: what would be changed and kept, by id of the order
        :rtype: dict[int, OrderUpdate]
        :raise UserError: an event has no timing any more
        """
        self.ensure_one()
        today = self.company_id._continuity_today()
        orders = self._get_orders_to_update()[:limit]
        orders = orders.with_company(self.company_id).with_context(
            allowed_company_ids=self.company_id.ids, tracking_disable=True
        )
        with self._rolled_back():
            updates = orders._update_from_program(today, notice_date)
            self.env.flush_all()
        return {order.id: update for order, update in updates.items()}

    @api.model
    @contextmanager
    def _rolled_back(self):
        savepoint = self.env.cr.savepoint()
        try:
            yield
        finally:
            savepoint.close(rollback=True)
