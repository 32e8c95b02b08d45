# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..entry.summary import Summary

#: What a charge has led to, and is worth being told
TOLD_STATES = ("pending", "authorized", "done")


class SaleOrder(models.Model):
    """The parent order: what it comes to, and what is said when it was submitted."""

    _inherit = "sale.order"

    continuity_has_ordinary = fields.Boolean(
        string="Has ordinary goods",
        compute="_compute_continuity_has_ordinary",
        # Who reads the order may know what it comes to; not all of them read programs
        compute_sudo=True,
        help="Something on the order is billed as in any order.",
    )
    continuity_planned_total = fields.Monetary(
        string="Planned total",
        compute="_compute_continuity_planned_total",
        compute_sudo=True,
        help="The total of the order, and of all shipments that are billed later.",
    )
    continuity_planned_so_far = fields.Monetary(
        string="Planned so far",
        compute="_compute_continuity_planned_so_far",
        compute_sudo=True,
        help="The total of the order, and of all shipments laid out so far that are"
        " billed later.",
    )
    continuity_is_endless = fields.Boolean(
        string="Runs until cancelled",
        compute="_compute_continuity_planned_total",
        compute_sudo=True,
    )

    @api.depends("order_line.is_continuity_parent", "order_line.display_type")
    def _compute_continuity_has_ordinary(self):
        for order in self:
            order.continuity_has_ordinary = bool(order._get_continuity_ordinary_lines())

    @api.depends(
        "amount_total",
        "continuity_order_ids.amount_planned",
        "continuity_order_ids.bill_upfront",
        "continuity_order_ids.state",
    )
    def _compute_continuity_planned_total(self):
        for order in self:
            later = order.continuity_order_ids.filtered(
                lambda o: not o.bill_upfront and o.state != "cancelled"
            )
            words = [Summary(o) for o in later]
            order.continuity_planned_total = order.amount_total + sum(
                summary.planned_total for summary in words
            )
            order.continuity_is_endless = any(summary.is_endless for summary in words)

    @api.depends(
        "amount_total",
        "continuity_order_ids.amount_planned",
        "continuity_order_ids.bill_upfront",
        "continuity_order_ids.state",
    )
    def _compute_continuity_planned_so_far(self):
        """For lists: what stands in the database, asked once for all rows."""
        rows = self.env["continuity.order"]._read_group(
            [
                ("sale_order_id", "in", self.ids),
                ("bill_upfront", "=", False),
                ("state", "!=", "cancelled"),
            ],
            ["sale_order_id"],
            ["amount_planned:sum"],
        )
        later = {order.id: amount for order, amount in rows}
        for order in self:
            amount = order.amount_total + later.get(order._origin.id, 0.0)
            order.continuity_planned_so_far = amount

    # === WHAT IS SAID AFTER SUBMIT === #

    def _get_continuity_submitted_action(self, since):
        """Say that the order was submitted, and lead on to the next call.

        :param datetime since: UTC, when the dialog that submits was opened. When the
            order was submitted is no measure: it is written down again with the
            confirmation, after the charge
        :return: client action that closes the dialog it was asked from
        :rtype: dict
        """
        self.ensure_one()
        facts = [
            *self._get_continuity_charged_texts(since),
            self._get_continuity_mail_text(since),
        ]
        message = " · ".join(filter(None, facts))
        return {
            "type": "ir.actions.client",
            "tag": "continuity_submitted",
            "params": {
                "title": self.env._("%s submitted", self.name),
                "message": message[:1].upper() + message[1:],
            },
        }

    def _get_continuity_charged_texts(self, since):
        """Say what this Submit has taken, card by card.

        :param datetime since: UTC, see :meth:`_get_continuity_submitted_action`
        :rtype: list[str]
        """
        # Sellers may know what was charged to which card, and read no transaction
        rows_sudo = self.sudo().continuity_order_ids.payment_ids
        transactions_sudo = (
            rows_sudo.transaction_id | self.sudo().transaction_ids
        ).filtered(
            lambda tx: (
                tx.token_id
                and tx.operation == "offline"
                and tx.state in TOLD_STATES
                and tx.last_state_change >= since
            )
        )
        groups = transactions_sudo.grouped(lambda tx: (tx.token_id, tx.state))
        texts = [
            self._get_continuity_charged_text(token_sudo, state, found)
            for (token_sudo, state), found in groups.items()
        ]
        return texts or [self.env._("nothing charged now")]

    def _get_continuity_charged_text(self, token_sudo, state, transactions_sudo):
        values = {
            "amount": self.currency_id.format(sum(transactions_sudo.mapped("amount"))),
            "card": token_sudo._get_continuity_label(),
        }
        if state == "done":
            return self.env._("%(amount)s charged to %(card)s", **values)
        if state == "authorized":
            return self.env._("%(amount)s reserved on %(card)s", **values)
        return self.env._("%(amount)s asked of %(card)s, no answer yet", **values)

    def _get_continuity_mail_text(self, since):
        """Say what the mail queue knows of the mails of this Submit.

        :param datetime since: UTC, see :meth:`_get_continuity_submitted_action`
        :return: a part of a sentence, empty when the company mails nothing
        :rtype: str
        """
        if not self.company_id.continuity_mail_order_submitted:
            return ""
        if not self.partner_id.email:
            return self.env._("no mail: no e-mail address")
        # Of the queue nobody but its administrator reads more than this
        mails_sudo = self.env["mail.mail"].sudo()
        queued_sudo = mails_sudo.search(
            [
                ("model", "=", "continuity.order"),
                ("res_id", "in", self.continuity_order_ids.ids),
                ("state", "in", ("outgoing", "sent")),
                ("date", ">=", since),
            ],
            limit=1,
        )
        if queued_sudo:
            return self.env._("mail on its way to %s", self.partner_id.email)
        return self.env._("no mail was made")
