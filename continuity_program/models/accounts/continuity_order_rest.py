# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ...arguments import public, read_text
from ..agreement.close_check import CloseCheck
from ..agreement.continuity_order import ACTIVE_STATES
from ..agreement.prepayment_rest import PrepaymentRest, Residue, read_residues


class ContinuityOrder(models.Model):
    """The continuity order: more is left on the prepayment account than rounding
    explains, and an accountant books it (rules BR11)."""

    _inherit = "continuity.order"

    has_rest_to_book = fields.Boolean(
        compute="_compute_has_rest_to_book",
        compute_sudo=True,
        help="Nothing is left to send, and more is left on the prepayment account than"
        " rounding explains.",
    )

    @api.depends("shipment_ids.state", "move_ids.state", "state")
    def _compute_has_rest_to_book(self):
        ended = self.filtered(
            lambda order: (
                order.upfront_invoice_id
                and not order._has_shipments_left()
                and not CloseCheck(order).get_units_refusal()
            )
        )
        residues = read_residues(ended._origin)
        for order in self:
            residue = residues.get(order._origin, Residue())
            order.has_rest_to_book = order in ended and bool(
                PrepaymentRest(order, residue).get_refusal()
            )

    # === ACTIONS === #

    @public(one=True)
    def action_open_book_rest(self):
        """Ask why the rest is booked.

        :rtype: dict
        """
        self.ensure_one()
        dialog = self.env["continuity.payment.answer"].create(
            {"order_ids": [Command.set(self.ids)], "kind": "rest"}
        )
        return dialog._get_action()

    @public(reason=read_text)
    def action_book_rest(self, reason=None):
        """Book what is left on the prepayment account to sales, whatever its size.

        An order that waited for nothing else is closed with it.

        :param str reason: why; shown on the order
        :raise UserError: not an accountant, no reason, or something is still to come
        """
        self.check_access("read")
        if not self.env.user.has_group("account.group_account_invoice"):
            raise UserError(self.env._("Only an accountant can book the rest."))
        if not (reason or "").strip():
            raise UserError(self.env._("Enter the reason why the rest is booked."))
        # The books are kept in the name of the company
        orders_sudo = self.sudo()
        residues = read_residues(orders_sudo)
        for order_sudo in orders_sudo:
            order_sudo._book_rest(residues[order_sudo], reason.strip())

    # === HELPERS === #

    def _book_rest(self, residue, reason):
        """Book the rest of one order, say so, and close it if that was all.

        :param Residue residue: what is left
        :param str reason: why
        """
        self.ensure_one()
        self._check_rest(residue)
        today = self.company_id._continuity_today()
        move = PrepaymentRest(self, residue).book(today)
        self.message_post(
            body=self.env._(
                "%(user)s booked the rest of the prepayment, %(amount)s: %(reason)s"
                " (%(entry)s)",
                user=self.env.user.name,
                amount=self.company_id.currency_id.format(residue.balance),
                reason=reason,
                entry=move.name,
            )
        )
        may_end = self.state in ACTIVE_STATES and (not self.has_more or self.end_reason)
        if may_end and not CloseCheck(self).get_refusal(Residue()):
            self._close(today, {self: Residue()})

    def _check_rest(self, residue):
        """Refuse to book what is no rest.

        :param Residue residue: what is left
        :raise UserError: units are still to be sent or credited, or nothing is left
        """
        if self._has_shipments_left():
            raise UserError(
                self.env._(
                    "%s has shipments to come: nothing is a rest yet.",
                    self.display_name,
                )
            )
        if refusal := CloseCheck(self).get_units_refusal():
            raise UserError(refusal[1])
        if all(
            currency.is_zero(value)
            for value, currency, _most in PrepaymentRest(self, residue).get_bounds()
        ):
            raise UserError(
                self.env._(
                    "Nothing is left on the prepayment account of %s.",
                    self.display_name,
                )
            )

    def _has_shipments_left(self):
        """Say whether something is still to be sent, or invoiced.

        :rtype: bool
        """
        self.ensure_one()
        return bool({"planned", "ordered"} & set(self.shipment_ids.mapped("state")))
