# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL

from ... import billing
from ..cards.payment_token_check import CARD_REASONS
from ..facts.continuity_billing import to_amount

#: What a run line says, where it has a word of its own for a code of the account
RUN_REASONS = {
    "company_archived": "company_archived",
    "database_copy": "nothing_done",
    "double_used": "done_elsewhere",
    "hold_manual": "on_hold",
    "hold_payment": "on_hold",
    "no_card": "card_missing",
    "nothing_open": "nothing_done",
    "order_state": "paused",
    "other_payment": "not_now",
    "paid": "done_elsewhere",
    "paid_otherwise": "done_elsewhere",
    "to_bill": "nothing_done",
    "under_way": "not_now",
    "working": "not_now",
}
#: Codes that the state of the order explains
STATE_CODES = ("order_state", "hold_manual", "hold_payment", "parent_hold")


class ContinuityPayment(models.Model):
    """The payment row: what the account lets a card be asked for.

    Two keys: never more than the row says, never more than the account says.
    """

    _inherit = "continuity.payment"

    def _get_billing_scopes(self):
        """Name the claims the rows belong to.

        :return: see `continuity.billing`
        :rtype: list[tuple[str, int]]
        """
        scopes = {
            ("child", row.child_order_id.id)
            if row.child_order_id
            else ("upfront", row.continuity_order_id.id)
            for row in self
        }
        return sorted(scopes)

    def _has_differing_account(self):
        """Say whether the stored account of the row differs: nothing is asked then.

        :rtype: bool
        """
        self.ensure_one()
        (scope,) = self._get_billing_scopes()
        # Sellers read the accounts of their own orders only
        balances_sudo = self.sudo().continuity_order_id.balance_ids
        return any(
            balance_sudo.differs and balance_sudo._get_scope() == scope
            for balance_sudo in balances_sudo
        )

    def _judge(self, today, submitting=False, by_hand=False, on_session=False):
        """Say which rows a card may be asked for now, and why not the others.

        :param date today: company-local date
        :param bool submitting: see :meth:`_charge`
        :param bool by_hand: see :meth:`_charge`
        :param bool on_session: the customer pays himself, before the eyes of his bank
        :return: the rows that may be asked with what the account says of each, and of
            the others a code
        :rtype: tuple[dict[continuity.payment, Verdict], dict[continuity.payment, str]]
        """
        known = self.env["continuity.billing"]._judge_rows(
            self, today, submitting, by_hand, on_session
        )
        asked, refused = {}, {}
        for row in self:
            verdict = known[row.id]
            if code := verdict.code or row._get_card_code(today):
                refused[row] = code
            else:
                asked[row] = verdict
        return asked, refused

    def _get_card_code(self, today):
        """Say why the card of the order is not asked, whatever the account says.

        The journal its money would be booked in may be archived.
        """
        self.ensure_one()
        order = self.continuity_order_id
        problem = order._get_card_problem(max(self.due_date, today))
        return problem and problem[0]

    # === THE LESSER AMOUNT === #

    def _lower_to(self, units):
        """Ask for less: other money has paid a part, or less is claimed.

        :param int units: what the account lets be asked, in smallest units
        """
        self.ensure_one()
        amount = to_amount(units, self.currency_id)
        if self.currency_id.compare_amounts(amount, self.amount) >= 0:
            return
        before = self.amount
        self.amount = amount
        self._note(
            self.env._(
                "Less is open: %(after)s of %(before)s is charged.",
                before=self.currency_id.format(before),
                after=self.currency_id.format(amount),
            )
        )

    def _follow_code(self, code):
        """Bring a row to what the account says of it: it is paid already.

        :param str code: why it is not asked
        """
        self.ensure_one()
        if code == "paid_otherwise":
            # Rows that an earlier version has left, say; nobody may write the ledger
            billing_sudo = self.env["continuity.billing"].sudo()
            billing_sudo._settle(self._get_billing_scopes())
        elif code == "paid":
            self._refresh_from_transactions()

    # === WHY NOT === #

    def _explain(self, code, today):
        """Say why a card is not asked, and what to do.

        :param str code: see `billing.verdicts`, or one of `CARD_REASONS`
        :param date today: company-local date
        :return: reason of a run line, and a sentence
        :rtype: tuple[str, str]
        """
        self.ensure_one()
        order = self.continuity_order_id
        known = None
        if code in STATE_CODES:
            known = self.env["continuity.job"]._get_state_refusal(order)
        elif RUN_REASONS.get(code, code) in CARD_REASONS:
            known = order._get_card_problem(max(self.due_date, today))
        return known or (RUN_REASONS.get(code, code), self._get_sentences()[code])

    def _get_sentences(self):
        """Say in one sentence per code why a card is not asked, and what to do.

        :rtype: dict[str, str]
        """
        return {
            **self._get_money_sentences(),
            **self._get_order_sentences(),
            **self._get_card_sentences(),
        }

    def _get_money_sentences(self):
        """The sentences about what was paid, or is going to be."""
        return {
            "other_payment": self.env._(
                "Another payment of the same order or invoice is under way. Wait for"
                " its answer."
            ),
            "customer_is_paying": self.env._(
                "The customer has a payment page open. The card is charged once the"
                " hour is over in which the customer may still pay there."
            ),
            "under_way": self.env._("It was asked already. Wait for the answer."),
            "working": self.env._("Somebody else works on it just now."),
            "paid": self.env._("It is paid already."),
            "paid_otherwise": self.env._("Paid another way; not charged."),
            "held": self.env._(
                "Money of the order went back, or is matched elsewhere, and nothing"
                " says why. See the account of the order."
            ),
            "use_double_charge": self.env._(
                "Another payment of the same order was charged twice. The second charge"
                " pays this one; nothing is charged."
            ),
            "double_used": self.env._(
                "The second charge of another payment pays it; nothing was charged."
            ),
            "nothing_open": self.env._(
                "Nothing is open of what it is for. See the account of the order."
            ),
            "small_amount": self.env._(
                "It is too little to be charged alone. It is charged together with the"
                " next payment for the same goods; write it off if none follows."
            ),
            "draft_credit": self.env._(
                "A credit note that reduces it is not posted yet."
            ),
            "balance_differs": self.env._(
                "The account of the order differs from what the books say. Nothing is"
                " asked until an accountant has looked at it."
            ),
        }

    def _get_order_sentences(self):
        """The sentences about dates, and the state of orders and companies."""
        return {
            "not_due": self.env._("It is not due yet."),
            "next_attempt": self.env._(
                "The card was declined, and the day of the next attempt has not come."
            ),
            "earlier_open": self.env._(
                "An earlier payment of the same document is not settled."
            ),
            "order_state": self.env._("The continuity order is not running."),
            "hold_manual": self.env._("The continuity order is on hold."),
            "hold_payment": self.env._("The continuity order is on hold."),
            "parent_hold": self.env._("The parent order is not to be processed."),
            "company_archived": self.env._("The company is archived: nothing is due."),
            "database_copy": self.env._(
                "This database is a copy and charges no card until it is confirmed."
            ),
            "to_bill": self.env._("It is not paid by card."),
            "no_document": self.env._("There is no invoice yet."),
        }

    def _get_card_sentences(self):
        """The sentences about the card, where the card itself has none."""
        return {
            "no_card": self.env._("The continuity order has no card."),
            "card_expired": self.env._("The card has expired."),
            "card_archived": self.env._("The card was removed."),
            "card_not_owner": self.env._("The card does not belong to the customer."),
            "provider_off": self.env._("The payment provider is disabled."),
        }

    # === NO ANSWER YET === #

    @api.model
    def _get_open_capture_sql(self):
        """The same as `_get_open_captures`, of transactions `capture`; what was told
        of their source is not looked at.

        :rtype: SQL
        """
        return SQL(
            """capture.continuity_settle_kind = 'capture'
               AND (capture.state = 'draft'
                    OR capture.state = 'error' AND capture.continuity_no_answer)"""
        )

    # === REFUSED BEFORE === #

    def _was_taken_back(self):
        """Say whether a charge of the row was declined, or charged back: it does not go
        out again by itself like one that was never tried.

        :rtype: bool
        """
        self.ensure_one()
        return bool(
            self.attempts or self.transaction_ids.filtered("continuity_charged_back")
        )

    def _prepare_free_vals(self):
        """Values of a row that is free again without an answer: what was refused
        before still is, and in the same way.

        :rtype: dict
        """
        self.ensure_one()
        if not self._was_taken_back():
            return {"state": "scheduled", "transaction_id": False}
        # Whoever frees it may not read transactions
        refused_sudo = self.sudo().transaction_ids.filtered(
            lambda tx: tx.continuity_decline_kind in billing.DECLINED
        )
        last_sudo = refused_sudo.sorted("id")[-1:]
        return {
            "state": "declined",
            "transaction_id": last_sudo.id,
            "decline_kind": last_sudo.continuity_decline_kind,
        }
