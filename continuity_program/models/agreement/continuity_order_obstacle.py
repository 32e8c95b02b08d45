# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...arguments import public, read_text
from ..facts.continuity_billing import to_units
from . import guard_facts
from .states import ACTIVE_STATES

FAILED = "continuity_program.mail_activity_run_failed"


class ContinuityOrder(models.Model):
    """The continuity order: what stands in its way.

    The guard of its program, which decides from what was shipped, paid and sent back,
    and changes nothing: what is owed is charged as ever. A process that failed. And
    what the inbox says of it.
    """

    _inherit = "continuity.order"

    guard_released_number = fields.Integer(
        string="Released shipment",
        readonly=True,
        copy=False,
        help="Number of the shipment that a manager let pass the guard. Only that one.",
    )
    guard_text = fields.Char(
        string="Guard",
        compute="_compute_guard_text",
        help="What keeps the next shipment from leaving on its day.",
    )
    run_line_count = fields.Integer(
        string="Process runs", compute="_compute_run_line_count"
    )
    failure_job = fields.Selection(
        selection=lambda self: (
            self.env["continuity.run"]._fields["job"]._description_selection(self.env)
        ),
        string="Failed process",
        readonly=True,
        copy=False,
    )
    failure_message = fields.Char(
        string="Failed because",
        readonly=True,
        copy=False,
        help="Why the last run of a process could not do its work for this order. Empty"
        " as soon as it can.",
    )
    exception_count = fields.Integer(
        string="Exceptions", compute="_compute_exception_count"
    )

    # === THE GUARD === #

    @api.depends(
        "state",
        "guard_released_number",
        "program_id",
        "payment_ids.state",
        "shipment_ids.state",
        "shipment_ids.planned_date",
    )
    def _compute_guard_text(self):
        stopped = self.filtered(
            lambda order: order.state in ACTIVE_STATES
        )._find_guarded()
        for order in self:
            order.guard_text = stopped.get(order._origin, (False,))[0]

    @public(one=True)
    def action_open_guard_release(self):
        """Ask why the next shipment may leave all the same.

        :rtype: dict
        """
        self.ensure_one()
        _check_may_release(self)
        return self.env["continuity.guard.release"]._show(
            self.env._("Release the next shipment of %s", self.name),
            default_order_id=self.id,
        )

    @public(reason=read_text)
    def action_release_guard(self, reason=None):
        """Let the next shipment pass the guard, and none after it.

        Releasing the same shipment again changes nothing.

        :param str reason: why; it stands in the chatter
        :raise AccessError: only a manager may
        :raise UserError: no reason, nothing to release, or a program without a guard
        """
        self.check_access("write")
        _check_may_release(self)
        if not (reason or "").strip():
            raise UserError(
                self.env._(
                    "Say why the shipment may leave although the guard stops it."
                )
            )
        parcels = guard_facts.read_next_parcels(self)
        for order in self:
            if order not in parcels:
                raise UserError(
                    self.env._("%s has no planned shipment to release.", order.name)
                )
        for order in self:
            shipment = self.env["continuity.shipment"].browse(parcels[order][0])
            if order.guard_released_number == shipment.number:
                continue
            # The right was checked; the field is ours
            order.sudo().guard_released_number = shipment.number
            order.message_post(
                body=self.env._(
                    "Guard: shipment %(number)s is released once. %(reason)s",
                    number=shipment.number,
                    reason=reason.strip(),
                )
            )

    def _find_guarded(self, rules=None):
        """Say which of these orders the guard stops with their next shipment.

        :param planning.guard.Rules rules: tried out instead of the program's own
        :return: what stops it, and the value of the shipment, by order
        :rtype: dict[continuity.order, tuple[str, float]]
        """
        orders = self._origin
        if rules is None:
            orders = orders.filtered(lambda order: guard_facts.get_rules(order))
        stopped = {}
        for company, mine in orders.grouped("company_id").items():
            today = company._continuity_today()
            # The company's setting decides, whoever looks at the order
            ahead = timedelta(days=company.sudo().continuity_delivery_days)
            book = guard_facts.read_book(mine, today, rules)
            for order, parcel in guard_facts.read_next_parcels(mine).items():
                _shipment, number, planned_date, amount = parcel
                if rules is None and number == order.guard_released_number:
                    continue
                day = max(today, planned_date - ahead)
                coins = to_units(amount, order.currency_id)
                if broken := book.check(order.id, coins, day):
                    stopped[order] = (guard_facts.describe(company, broken), amount)
        return stopped

    # === PROCESSES === #

    def _compute_run_line_count(self):
        groups = self.env["continuity.run.line"]._read_group(
            [*self._get_run_line_domain()], ["continuity_order_id"], ["__count"]
        )
        counts = dict(groups)
        for order in self:
            order.run_line_count = counts.get(order, 0)

    def _get_run_line_domain(self):
        return [
            ("continuity_order_id", "in", self.ids),
            ("run_id.dry_run", "=", False),
        ]

    @public()
    def action_view_run_lines(self):
        """Open what the processes did with the order, and what they left out.

        :rtype: dict
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "continuity_program.continuity_run_line_action"
        )
        return {
            **action,
            "name": self.env._("Process runs"),
            "domain": self._get_run_line_domain(),
            "context": {},
        }

    def _note_failure(self, job, message):
        """Show on the orders that a process failed, with one activity.

        :param str job: the process
        :param str message: why
        """
        self.write({"failure_job": job, "failure_message": message})
        self._schedule_continuity_activity(FAILED, message)

    def _clear_failure(self, job):
        """Take back what `_note_failure` showed: the process works again.

        :param str job: the process
        """
        mended = self.filtered(lambda order: order.failure_job == job)
        if mended:
            mended.write({"failure_job": False, "failure_message": False})
            mended.activity_unlink([FAILED])

    # === EXCEPTIONS === #

    def _compute_exception_count(self):
        counts = self.env["continuity.exception"]._count_open(
            "continuity_order_id", self
        )
        for order in self:
            order.exception_count = counts.get(order.id, 0)

    @public(one=True)
    def action_view_exceptions(self):
        """Open what stands in the way of the order.

        :rtype: dict
        """
        self.ensure_one()
        return self.env["continuity.exception"]._get_inbox(
            self, [("continuity_order_id", "=", self.id)]
        )


def _check_may_release(orders):
    """Refuse people who may not, and orders that no guard can stop.

    :param continuity.order orders: the orders
    """
    if not orders.env.user.has_group("sales_team.group_sale_manager"):
        raise AccessError(
            orders.env._("Only a sales administrator releases what the guard stops.")
        )
    for order in orders:
        if order.state not in ACTIVE_STATES or not guard_facts.get_rules(order):
            raise UserError(
                orders.env._(
                    "No guard stops %s: there is nothing to release.", order.name
                )
            )
