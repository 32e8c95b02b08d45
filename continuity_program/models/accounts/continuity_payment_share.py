# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ...billing import Share, allocate
from ..base.continuity_scope_mixin import SCOPE_CHECK, SCOPE_RECORD
from ..facts.continuity_billing import to_amount, to_units
from ..payments.continuity_payment import OPEN_STATES


class ContinuityPaymentShare(models.Model):
    """What a payment was made for: so much of this claim, by that row.

    Written together with each claim of our own, before the provider is asked, and when
    money that a customer paid for a whole order is first seen. What becomes of the
    money afterwards changes no share, but for a double charge that pays the next row.
    """

    _name = "continuity.payment.share"
    _description = "Share of a Continuity Payment"
    _inherit = ["continuity.scope.mixin"]
    _order = "transaction_id, id"
    _check_company_auto = True

    transaction_id = fields.Many2one(
        comodel_name="payment.transaction",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    continuity_payment_id = fields.Many2one(
        comodel_name="continuity.payment",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        check_company=True,
        help="Empty: it was paid for no row of the plan.",
    )
    amount = fields.Monetary(required=True, readonly=True)

    _scope_check = models.Constraint(
        SCOPE_CHECK, "A share belongs to one claim, of one kind."
    )
    _amount_positive = models.Constraint(
        "CHECK(amount > 0)", "A share has a positive amount."
    )
    _once = models.UniqueIndex(
        f"(transaction_id, kind, {SCOPE_RECORD}, COALESCE(continuity_payment_id, 0))",
        "This payment has its share in the claim already.",
    )

    # === OUR OWN CHARGES === #

    @api.model
    def _create_for_rows(self, tx, rows):
        """Write what a charge is made for: each row its amount.

        :param payment.transaction tx: of all the rows
        :param continuity.payment rows: the rows it charges
        :rtype: continuity.payment.share
        """
        # Nobody writes shares but our own methods
        return self.sudo().create(
            [
                {**vals, "transaction_id": tx.id, "amount": row.amount}
                for row in rows
                if (vals := self._prepare_row_vals(row))
            ]
        )

    @api.model
    def _prepare_row_vals(self, row):
        """Return whose claim a row asks for.

        :param continuity.payment row: the row
        :return: empty for a row whose child order is gone
        :rtype: dict
        """
        if not row.shipment_id:
            kind, child = "upfront", self.env["sale.order"]
        elif child := row.child_order_id:
            kind = "child"
        else:
            return {}
        return {
            "kind": kind,
            "continuity_order_id": row.continuity_order_id.id,
            "child_order_id": child.id,
            "continuity_payment_id": row.id,
        }

    @api.model
    def _create_for_ordinary(self, tx, order):
        """Write what a charge of the ordinary goods of a parent order is made for.

        :param payment.transaction tx: the charge
        :param sale.order order: the parent order
        :rtype: continuity.payment.share
        """
        # Nobody writes shares but our own methods
        return self.sudo().create(
            {
                "kind": "ordinary",
                "ordinary_order_id": order.id,
                "transaction_id": tx.id,
                "amount": tx.amount,
            }
        )

    @api.model
    def _pass_on(self, tx, row, other, amount):
        """Let a payment pay another row of the same claim: it came twice.

        :param payment.transaction tx: the payment
        :param continuity.payment row: what it was made for
        :param continuity.payment other: what it pays now
        :param float amount: how much of it
        :return: whether nothing of it is left for the first row
        :rtype: bool
        """
        # Nobody writes shares but our own methods
        share_sudo = self.sudo().search(
            [("transaction_id", "=", tx.id), ("continuity_payment_id", "=", row.id)]
        )
        if share_sudo.currency_id.compare_amounts(share_sudo.amount, amount) <= 0:
            share_sudo.continuity_payment_id = other
            return True
        share_sudo.amount -= amount
        share_sudo.copy({"continuity_payment_id": other.id, "amount": amount})
        return False

    # === MONEY THAT CUSTOMERS PAID FOR A WHOLE ORDER === #

    @api.model
    def _take_in(self, transactions):
        """Give what customers paid for parent orders its shares, once.

        The rows a payment is linked with have what they ask. Of the rest the ordinary
        goods have what is open of them, then the rows that are billed up front, by due
        date; what is left stays with the ordinary goods.

        :param payment.transaction transactions: pending, authorised or done
        :return: the new shares
        :rtype: continuity.payment.share
        """
        # Whoever pays reads no transactions
        foreign_sudo = transactions.sudo().filtered(
            lambda tx: (
                tx.amount > 0
                and tx.operation != "validation"
                and not tx.source_transaction_id
                and self._get_parents(tx)
            )
        )
        known = self.sudo().search([("transaction_id", "in", foreign_sudo.ids)])
        vals_list = []
        for tx_sudo in foreign_sudo - known.transaction_id:
            vals_list += self._prepare_take_in(tx_sudo)
        return self.sudo().create(vals_list)

    @api.model
    def _forget(self, tx):
        """Forget what a payment was made for: it was taken in too early.

        :param payment.transaction tx: paid for a quotation
        """
        # Nobody writes shares but our own methods
        self.sudo().search([("transaction_id", "=", tx.id)]).unlink()

    @api.model
    def _prepare_take_in(self, tx):
        """Return the shares of one payment for parent orders.

        :param payment.transaction tx: linked with at least one parent order
        :rtype: list[dict]
        """
        currency = tx.currency_id
        rows = tx.continuity_payment_ids
        vals_list = [
            {**vals, "amount": row.amount}
            for row in rows
            if (vals := self._prepare_row_vals(row))
        ]
        left = to_units(tx.amount, currency)
        left -= sum(to_units(vals["amount"], currency) for vals in vals_list)
        parents = self._get_parents(tx)
        for parent in parents:
            ordinary, wanted = self._get_wanted(tx, parent)
            amount = left
            if parent != parents[-1]:
                # What nobody asks for stays with the last order
                amount = min(left, ordinary + sum(share.amount for share in wanted))
            scope = ("ordinary", parent.id)
            shares = allocate(max(amount, 0), scope, ordinary, wanted)
            left -= sum(share.amount for share in shares)
            vals_list += [self._prepare_allocated(tx, share) for share in shares]
        return [{**vals, "transaction_id": tx.id} for vals in vals_list]

    @api.model
    def _get_wanted(self, tx, parent):
        """Say what a parent order asks for beside what the payment is linked with.

        :return: open amount of the ordinary goods, and of rows billed up front
        :rtype: tuple[int, list[Share]]
        """
        ordinary = parent._get_continuity_ordinary_due(without=tx)
        rows = parent.continuity_order_ids.payment_ids.filtered(
            lambda row: not row.shipment_id and row.state in OPEN_STATES
        )
        wanted = [
            Share(
                ("upfront", row.continuity_order_id.id),
                to_units(row.amount, tx.currency_id),
                row.id,
                row.due_date,
            )
            for row in rows - tx.continuity_payment_ids
        ]
        return to_units(ordinary, tx.currency_id), wanted

    @api.model
    def _prepare_allocated(self, tx, share):
        """Return the values of a share that was allocated.

        :param payment.transaction tx: the payment
        :param Share share: of ordinary goods, or of what is billed up front
        :rtype: dict
        """
        return {
            **self._prepare_scope_vals([share.scope])[share.scope],
            "continuity_payment_id": share.row,
            "amount": to_amount(share.amount, tx.currency_id),
        }

    @api.model
    def _get_parents(self, tx):
        """Return the parent orders a payment is linked with.

        :rtype: sale.order
        """
        return tx.sale_order_ids.filtered(
            lambda order: order.continuity_type == "parent"
        )
