# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...arguments import public, read_text
from ..facts.continuity_billing import to_units
from . import guard_facts
from .continuity_order import ACTIVE_STATES


class ContinuityOrder(models.Model):
    """The continuity order: how far its parcels run ahead of the money.

    The guard of the program decides from what was shipped, paid and sent back. It
    changes nothing: what is owed is charged as ever.
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

    # === COMPUTE METHODS === #

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

    # === ACTIONS === #

    @public(one=True)
    def action_open_guard_release(self):
        """Ask why the next shipment may leave all the same.

        :rtype: dict
        """
        self.ensure_one()
        self._check_may_release_guard()
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
        self._check_may_release_guard()
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

    def _check_may_release_guard(self):
        """Refuse people who may not, and orders that no guard can stop."""
        if not self.env.user.has_group("sales_team.group_sale_manager"):
            raise AccessError(
                self.env._("Only a sales administrator releases what the guard stops.")
            )
        for order in self:
            if order.state not in ACTIVE_STATES or not order._get_guard_rules():
                raise UserError(
                    self.env._(
                        "No guard stops %s: there is nothing to release.", order.name
                    )
                )

    # === DECISIONS === #

    def _get_guard_rules(self):
        """Return what the program of the order allows.

        :rtype: planning.guard.Rules
        """
        self.ensure_one()
        # Whoever may read the order may read what stops it
        return self.program_id.sudo()._get_guard_rules()

    def _find_guarded(self, rules=None):
        """Say which of these orders the guard stops with their next shipment.

        :param planning.guard.Rules rules: tried out instead of the program's own
        :return: what stops it, and the value of the shipment, by order
        :rtype: dict[continuity.order, tuple[str, float]]
        """
        orders = self._origin
        if rules is None:
            orders = orders.filtered(lambda order: order._get_guard_rules())
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
