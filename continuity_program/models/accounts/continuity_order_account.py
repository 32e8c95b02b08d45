# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models

from ...arguments import public

_logger = logging.getLogger(__name__)


class ContinuityOrder(models.Model):
    """The continuity order: its accounts (one per claim)."""

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
