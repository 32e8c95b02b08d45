# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ...arguments import public, read_text
from ..agreement.close_check import CloseCheck
from ..agreement.prepayment_rest import PrepaymentRest, Residue, read_residues
from .rest_booking import book_rest, has_shipments_left

_logger = logging.getLogger(__name__)


class ContinuityOrder(models.Model):
    """The continuity order: its accounts, one per claim.

    And what an accountant books when more is left on the prepayment account than
    rounding explains.
    """

    _inherit = "continuity.order"

    balance_ids = fields.One2many(
        comodel_name="continuity.balance",
        inverse_name="continuity_order_id",
        string="Accounts",
        readonly=True,
    )
    amount_account_open = fields.Monetary(
        string="Open on account",
        compute="_compute_amount_account_open",
        compute_sudo=True,
        help="What the customer is still to be asked, by the accounts of the order.",
    )
    has_rest_to_book = fields.Boolean(
        compute="_compute_has_rest_to_book",
        compute_sudo=True,
        help="Nothing is left to send, and more is left on the prepayment account than"
        " rounding explains.",
    )

    @api.depends("balance_ids.amount_open")
    def _compute_amount_account_open(self):
        groups = dict(
            self.env["continuity.balance"]._read_group(
                [("continuity_order_id", "in", self.ids)],
                ["continuity_order_id"],
                ["amount_open:sum"],
            )
        )
        for order in self:
            order.amount_account_open = groups.get(order._origin, 0.0)

    def _get_account_lines(self):
        """Say what of an order is paid and what is left, as its customer reads it.

        By the accounts that are stored. What is held for a person is no matter of the
        customer's, and ordinary goods are the parent order's.

        :return: name, label and amount of each line; none of a draft, nor while nothing
            is claimed
        :rtype: list[dict[str, str]]
        """
        self.ensure_one()
        if self.state == "draft":
            return []
        # Whoever may see the order may see what was paid for it
        balances_sudo = self.sudo().balance_ids
        labels = {
            "received": self.env._("Paid so far"),
            "returned": self.env._("Given back"),
            "in_flight": self.env._("Payment under way"),
            "open": self.env._("Still to pay"),
            "to_refund": self.env._("To be given back"),
        }
        amounts = {name: sum(balances_sudo.mapped(f"amount_{name}")) for name in labels}
        amounts["open"] += sum(balances_sudo.mapped("amount_later"))
        return [
            {"name": name, "label": labels[name], "amount": self._format(amount)}
            for name, amount in amounts.items()
            if not self.currency_id.is_zero(amount)
        ]

    @public()
    def action_view_account(self):
        """Open the accounts of the orders, as documents and payments are now.

        :rtype: dict
        """
        self.check_access("read")
        balances = self.env["continuity.balance"]
        try:
            with self.env.cr.savepoint():
                balances._check_orders(self)
        except AssertionError:
            # Nothing is wrong that a person could mend here: the last one is shown
            _logger.exception("The accounts of %s cannot be made", self)
        except UniqueViolation:
            _logger.info("The accounts of %s are being made by somebody else", self)
        balances = balances.search(balances._get_orders_domain(self))
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "continuity_program.continuity_balance_action"
        )
        action["domain"] = [("id", "in", balances.ids)]
        action["context"] = {}
        if len(balances) == 1:
            action.update(res_id=balances.id, views=[(False, "form")])
        return action

    # === WHAT IS LEFT OF A PREPAYMENT (rules BR11) === #

    @api.depends("shipment_ids.state", "move_ids.state", "state")
    def _compute_has_rest_to_book(self):
        ended = self.filtered(
            lambda order: (
                order.upfront_invoice_id
                and not has_shipments_left(order)
                and not CloseCheck(order).get_units_refusal()
            )
        )
        residues = read_residues(ended._origin)
        for order in self:
            residue = residues.get(order._origin, Residue())
            order.has_rest_to_book = order in ended and bool(
                PrepaymentRest(order, residue).get_refusal()
            )

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
            book_rest(order_sudo, residues[order_sudo], reason.strip())
