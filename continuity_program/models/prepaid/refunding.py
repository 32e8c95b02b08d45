# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import Counter

from odoo.exceptions import UserError

from ..base.of_order import OfOrder
from ..base.sealed import Sealed
from ..facts.continuity_billing import to_amount
from ..payments.continuity_payment_credit import WAITING_STATES
from ..payments.payment_transaction import GOOD_STATES

#: Reasons for which nothing of an account is given back yet
REFUND_WAITS = frozenset({"refund_waits", "refund_waits_draft"})


class Refunding(OfOrder):
    """Money of an order that goes back, through the providers it came by.

    :param continuity.order order: the order, in sudo: that the user is an accountant
        was checked, the ledger is the company's
    """

    def give_back(self):
        """Give back one payment after the other, until nothing is left to be done.

        Before each one the accounts are made anew, alone: of two accountants at once
        the second one waits, begins again, and finds nothing to give back. What the
        provider is asked for is committed before he is asked, so that no failure makes
        it be asked twice; what he answers before it is booked, so that it is not lost.

        :return: amounts: *given* back, *unbooked* of that, *unanswered*, and *left* to
            a person
        :rtype: collections.Counter
        :raise UserError: everything waits for an answer
        """
        payments = self.env["continuity.payment"]
        run = payments._get_committing_run()
        sums = Counter()
        seen = set()
        while True:
            refunds = self.get_refunds()
            todo = [
                found
                for found in refunds
                if not found[1].by_hand and self._get_key(found[1]) not in seen
            ]
            if not todo:
                break
            scope, refund, is_noted = todo[0]
            seen.add(self._get_key(refund))
            amount = to_amount(refund.amount, self.order.currency_id)
            refund_sudo = self._claim(scope, refund, is_noted)
            payments._checkpoint(run)
            with payments._committing_answer(run):
                refund_sudo._continuity_send_refund()
            is_booked = refund_sudo._continuity_book_refund()
            payments._checkpoint(run)
            if refund_sudo.state in GOOD_STATES:
                sums["given"] += amount
                sums["unbooked"] += amount * (not is_booked)
            elif refund_sudo._continuity_waits_for_answer():
                sums["unanswered"] += amount
        units = sum(refund.amount for _scope, refund, _is_noted in refunds)
        sums["left"] = to_amount(units, self.order.currency_id)
        if not any(sums.values()):
            self._check_nothing_waited_for()
        return sums

    @staticmethod
    def _get_key(refund):
        """Say what a refund gives back, whatever its amount."""
        return refund.money, refund.row, refund.capture

    def get_refunds(self):
        """Say what is given back of which payment now, with the mutex of the order.

        :return: scope, refund, and whether credit notes may explain it; in the order
            they are made
        :rtype: list[tuple[tuple[str, int], Refund, bool]]
        """
        # The accountant was checked; the mutex and the rows are the ledger's
        billing_sudo = self.env["continuity.billing"].sudo()
        billing_sudo._lock(self.order, wait=True)
        scopes = billing_sudo._get_scopes(self.order)
        if self.order.sale_order_id._get_continuity_first_order() != self.order:
            scopes = [scope for scope in scopes if scope[0] != "ordinary"]
        answers = billing_sudo._settle(scopes)
        result = []
        for scope, (_facts, settlement) in answers.items():
            # What came twice stands first, and no note is about it
            aside = settlement.sums.aside
            for refund in settlement.refunds:
                result.append((scope, refund, refund.amount > aside))
                aside = max(0, aside - refund.amount)
        return result

    def _claim(self, scope, refund, is_noted):
        """Write down what a provider is going to be asked to give back.

        :param tuple scope: whose money it is
        :param Refund refund: of which payment, or of which capture of it
        :param bool is_noted: credit notes may explain it
        :return: the refund, not asked for yet
        :rtype: payment.transaction
        """
        # Only `action_refund` gets here: the accountant was checked, the claim is ours
        _kind, tx_id = refund.money
        tx_sudo = self.env["payment.transaction"].sudo()
        tx_sudo = tx_sudo.browse(refund.capture or tx_id)
        if tx_sudo.state == "done" and not tx_sudo.is_post_processed:
            # Odoo books no payment for what is given back before it was booked
            tx_sudo._post_process()
        notes_sudo = self.env["account.move"].sudo()
        if is_noted:
            stored = self.env["continuity.balance"]._find_stored([scope])
            notes_sudo = stored[scope]._get_open_notes()
        tie = Sealed((refund.row or False, notes_sudo._ids))
        tx_sudo = tx_sudo.with_context(continuity_refund=tie)
        tx_sudo._ensure_provider_is_not_disabled()
        refund_sudo = tx_sudo._create_child_transaction(
            to_amount(refund.amount, self.order.currency_id), is_refund=True
        )
        return refund_sudo.with_env(self.env)

    def _check_nothing_waited_for(self):
        """Wait for the answers of providers before money goes back.

        :raise UserError: naming the payment
        """
        waits = self.order._get_own_balances().filtered(
            lambda balance: not REFUND_WAITS.isdisjoint(balance._get_reasons())
        )
        waiting = self.order.payment_ids.filtered(
            lambda row: row.state in WAITING_STATES
        )
        if waiting:
            raise UserError(
                self.env._(
                    "Payment %(payment)s is not answered yet. Refund when it is known"
                    " whether the customer has paid it.",
                    payment=waiting[0].display_name,
                )
            )
        if waits:
            raise UserError("\n".join(waits.mapped("reason_text")))


def explain_refunds(currency, sums):
    """Say what has become of the refunds.

    :param res.currency currency: what they are in, in the language of the answer
    :param collections.Counter sums: see :meth:`Refunding.give_back`
    :rtype: str
    """
    env = currency.env
    if not any(sums.values()):
        return env._("Nothing is left to give back.")
    texts = {kind: currency.format(amount) for kind, amount in sums.items()}
    given = currency.format(sums["given"])
    sentences = [
        env._(
            "Refunded: %(given)s. Not possible through the provider, left as credit"
            " of the customer: %(kept)s.",
            given=given,
            kept=texts["left"],
        )
        if sums["left"]
        else env._("Refunded: %s.", given)
    ]
    if sums["unbooked"]:
        sentences.append(
            env._(
                "%s of it has gone back and is not booked yet. Odoo tries again by"
                " itself; the log of the server says why.",
                texts["unbooked"],
            )
        )
    if sums["unanswered"]:
        sentences.append(
            env._(
                "No answer: %s. Ask the provider, and say on the refund whether it"
                " has gone back.",
                texts["unanswered"],
            )
        )
    return " ".join(sentences)
