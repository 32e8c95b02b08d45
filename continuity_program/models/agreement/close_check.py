# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from ..base.of_order import OfOrder
from .prepayment_rest import PrepaymentRest


class CloseCheck(OfOrder):
    """What keeps an order without open shipments from being closed (rules F4)."""

    def get_refusal(self, residue):
        """Say what keeps the order from being closed.

        :param Residue residue: what is left on its prepayment account
        :return: reason and message, or None
        :rtype: tuple[str, str] | None
        """
        return (
            self.get_payment_refusal()
            or self.get_units_refusal()
            or PrepaymentRest(self.order, residue).get_refusal()
        )

    def get_payment_refusal(self):
        """Card rows are paid or cancelled, on-account rows at least billed.

        They say what the account says, unless the two differ.

        :return: reason and message, or None
        :rtype: tuple[str, str] | None
        """
        # Accounts are for accountants; sellers end orders, too
        if any(self.order.sudo().balance_ids.mapped("differs")):
            sentences = self.env["continuity.payment"]._get_money_sentences()
            return "balance_differs", sentences["balance_differs"]
        if text := self._get_undecided_text():
            return "held", text
        settled = {"paid", "cancelled"}
        if self.order.payment_method == "on_account":
            settled.add("billed")
        open_rows = self.order.payment_ids.filtered(
            lambda row: row.state not in settled
        )
        if open_rows:
            row = open_rows[0]
            return "payment_open", self.env._(
                "Payment %(payment)s of %(amount)s is %(state)s.",
                payment=row.display_name,
                amount=row._format_amount(),
                state=dict(row._fields["state"]._description_selection(self.env))[
                    row.state
                ],
            )
        return None

    def _get_undecided_text(self):
        """Say that money went back, and nobody has decided whether it is owed.

        Once the order has ended, no card is asked for it.

        :return: naming the first account; None if there is none
        :rtype: str | None
        """
        # Accounts are for accountants; sellers end orders, too
        for balance_sudo in self.order.sudo().balance_ids:
            is_undecided = "given_back_without_credit" in balance_sudo._get_reasons()
            if is_undecided and balance_sudo._may_ask_again():
                return balance_sudo._get_held_text()
        return None

    def get_units_refusal(self):
        """Prepaid units are released or credited, and no credit note is forgotten.

        :return: reason and message, or None
        :rtype: tuple[str, str] | None
        """
        # What a draft note takes already waits for its posting, see below
        units = self.order.shipment_ids.line_ids._get_free_quantities()
        if units:
            return "units_open", describe_open_units(self.env, units)
        drafts = self.env["account.move"].search_count(
            [
                ("continuity_order_id", "=", self.order.id),
                ("move_type", "=", "out_refund"),
                ("state", "=", "draft"),
            ],
            limit=1,
        )
        if drafts:
            return "draft_credit", self.env._(
                "A credit note of the order is not posted yet."
            )
        return None


def describe_open_units(env, units):
    """Say which units were paid in advance and are neither sent nor credited.

    :param Environment env: says the language
    :param dict[continuity.shipment.line, float] units: by shipment product
    :rtype: str
    """
    return env._(
        "Paid in advance and neither delivered nor credited: %(goods)s. Credit them, or"
        " send them.",
        goods=", ".join(
            f"{quantity:g} × {line.product_id.display_name}"
            for line, quantity in units.items()
        ),
    )
