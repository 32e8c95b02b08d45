# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..facts.continuity_billing import to_amount


class ContinuityBalance(models.Model):
    """The account in sentences: why a person should look at it, and the way out."""

    _inherit = "continuity.balance"

    reason_text = fields.Text(
        string="What to do",
        compute="_compute_reason_text",
        help="Why a person should look at it, and the way out.",
    )
    difference_text = fields.Text(
        string="Difference",
        compute="_compute_difference_text",
        help="What the ledgers say, and what the account says.",
    )

    @api.depends(
        "reasons",
        "amount_aside",
        "amount_held",
        "amount_to_refund",
        "continuity_order_id.state",
    )
    @api.depends_context("lang")
    def _compute_reason_text(self):
        for balance in self:
            sentences = balance._get_sentences() if balance.reasons else {}
            balance.reason_text = "\n".join(
                sentences[code] for code in balance._get_reasons()
            )

    def _get_sentences(self):
        """Say why a person should look at the account, and what he can do.

        :return: a sentence by code, the codes of `reason`
        :rtype: dict[str, str]
        """
        self.ensure_one()
        return {**self._get_return_sentences(), **self._get_other_sentences()}

    def _get_return_sentences(self):
        """The sentences about money that went back, or is to go back."""
        to_refund = self._format(self.amount_to_refund)
        kept = max(self.amount_received - self.amount_returned, 0.0)
        beyond = max(self.amount_credit + self.amount_aside - kept, 0.0)
        return {
            "charged_twice": self.env._(
                "%s came twice: two charges of one payment succeeded. Give the second"
                " one back: Payments to look after, Refund. What is not given back pays"
                " the next payment that is due.",
                self._format(self.amount_aside),
            ),
            "given_back_without_credit": self._get_given_back_sentence(),
            "lost_refund": self.env._(
                "A refund has no answer: nobody knows whether the money has gone back,"
                " and it is not given back once more. Ask the provider, then say on the"
                " refund, among the transactions, whether it has gone back."
            ),
            "refund_unassigned": self.env._(
                "Money of a payment for several orders went back, and nothing says for"
                " which of them. Match the refund with the credit note it was for."
            ),
            "refund_by_hand": self.env._(
                "%s is to be given back, and no provider can do it. Register a payment"
                " to the customer and match it with the credit note.",
                to_refund,
            ),
            "refund_waits": self.env._(
                "%s is to be given back as soon as it is known what becomes of the"
                " payment or the refund that is under way. Wait for its answer, or ask"
                " the provider and say on its transaction what has become of it.",
                to_refund,
            ),
            "refund_waits_draft": self.env._(
                "%s is to be given back, but a draft invoice asks for it. Correct the"
                " draft and post it, or delete it; then refund.",
                to_refund,
            ),
            "credit_without_money": self.env._(
                "Credit notes take %s more off than the customer has paid. It cannot be"
                " given back: reset the note, or match it with another invoice.",
                self._format(beyond),
            ),
        }

    def _get_given_back_sentence(self):
        """Say what went back, and how the money comes again if it is owed."""
        returned = self._format(self._split_held()[0])
        if self._may_ask_again():
            return self.env._(
                "%s is held: money went back to the customer, and no credit note says"
                " why. Post the credit note it was for, and match it with the refund."
                " If it is owed all the same, press Ask again.",
                returned,
            )
        return self.env._(
            "%s is held: money went back to the customer, and no credit note says why."
            " Post the credit note it was for, and match it with the refund. If it is"
            " owed all the same: no card is charged for it any more. Undo the match of"
            " the charge with the invoice, match the charge with the refund, and send"
            " the customer a payment link of the invoice.",
            returned,
        )

    def _split_held(self):
        """Say what of the held amount went back, and what other documents used.

        Both is rare; then the claim is looked at once more.

        :rtype: tuple[float, float]
        """
        self.ensure_one()
        reasons, held = self._get_reasons(), self.amount_held
        if "used_elsewhere" not in reasons:
            return held, 0.0
        if "given_back_without_credit" not in reasons:
            return 0.0, held
        answer = self._settle_again(self).get(self._get_scope())
        units = answer[1].sums.held_returned if answer else 0
        returned = to_amount(units, self.currency_id) if units else held
        return returned, held - returned

    def _get_other_sentences(self):
        """The sentences about all else."""
        return {
            "used_elsewhere": self.env._(
                "%s is held: a charge of this order is matched with a document of"
                " another one. Undo that match, and match it with its own document.",
                self._format(self._split_held()[1]),
            ),
            "in_flight_too_much": self.env._(
                "More is under way than the customer owes. Wait for the answers: what"
                " is paid in excess can be given back then."
            ),
            "unmatched_money": self.env._(
                "Money came days ago and is matched with no document. Match it with the"
                " open invoice."
            ),
            "transfer_missing": self.env._(
                "A transfer was announced long ago and has not come. Ask the customer;"
                " on the transaction, Do not wait any longer ends it."
            ),
            "mixed_document": self.env._(
                "A document is for this order and for something else: it is divided by"
                " the totals of its lines. Where that is wrong, credit it and invoice"
                " each order alone."
            ),
            "currency_differs": self.env._(
                "A payment or a document is in a different currency from the order, and"
                " counts at the rate of its day. Match the payment with its document."
            ),
            "negative_ordinary": self.env._(
                "The ordinary goods of the order are less than nothing. Correct the"
                " lines of the order."
            ),
            "balance_differs": self.env._(
                "The stored account differs from what the books say. Nothing is asked"
                " until it has been checked."
            ),
            "small_rest": self.env._(
                "%s is too little to be charged alone, and no payment follows. Write it"
                " off.",
                self._format(self.amount_open),
            ),
            "loose_credit": self.env._(
                "An exchange difference is left on a payment. There is nothing to do."
            ),
        }

    @api.depends("differences")
    @api.depends_context("lang")
    def _compute_difference_text(self):
        for balance in self:
            balance.difference_text = balance._describe_differences()

    def _describe_differences(self):
        """Say where the ledgers and the account differ, with both figures.

        :return: a sentence a line
        :rtype: str
        """
        self.ensure_one()
        texts = {
            "open": self.env._(
                "Open: %(ledger)s according to the payments, %(account)s according to"
                " the account."
            ),
            "paid": self.env._(
                "Paid: %(ledger)s according to the payments, %(account)s according to"
                " the money received."
            ),
        }
        found = self.differences or {}
        if "broken" in found:
            return self.env._(
                "It could not be made: what documents and payments say contradicts"
                " itself. It stays as it was. Report it; the log of the server says"
                " more."
            )
        lines = [
            text
            % {
                "ledger": self._format(found[term][0]),
                "account": self._format(found[term][1]),
            }
            for term, text in texts.items()
            if term in found
        ]
        return "\n".join([*lines, *self._describe_rows(found.get("rows", []))])

    def _describe_rows(self, rows):
        """Say which payments are another way than they should be.

        :param list rows: id, and state and amount as they are and as they should be
        :return: a sentence each
        :rtype: list[str]
        """
        # Whoever looks at the account is told about its payments
        payments_sudo = self.env["continuity.payment"].sudo()
        known_sudo = payments_sudo.browse(row[0] for row in rows).exists()
        states = dict(payments_sudo._fields["state"]._description_selection(self.env))
        return [
            self.env._(
                "%(payment)s: %(state)s, %(amount)s; according to the account:"
                " %(right_state)s, %(right_amount)s.",
                payment=payments_sudo.browse(row_id).display_name,
                state=states[state],
                amount=self._format(amount),
                right_state=states[right_state],
                right_amount=self._format(right_amount),
            )
            for row_id, (state, amount), (right_state, right_amount) in rows
            if row_id in known_sudo._ids
        ]

    def _format(self, amount):
        """Write an amount as people read it, in the currency of the order."""
        currency = self.currency_id
        # An account that is being made has no currency yet
        return currency.format(amount) if currency else str(amount)
