# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...arguments import public
from ..base.sealed import Sealed
from ..facts.continuity_billing import to_amount
from ..payments.continuity_payment import CHARGED_STATES
from ..payments.continuity_payment_credit import WAITING_STATES
from ..payments.payment_transaction import GOOD_STATES

#: Kind of activity that asks for a refund
REFUND_ACTIVITY = "continuity_program.mail_activity_payment_refund"


class ContinuityOrder(models.Model):
    """The continuity order: what a credit note does to its rows, and the money that
    goes back."""

    _inherit = "continuity.order"

    move_ids = fields.One2many(
        comodel_name="account.move",
        inverse_name="continuity_order_id",
        string="Invoices",
        readonly=True,
    )
    amount_to_refund = fields.Monetary(
        string="To refund",
        compute="_compute_amount_to_refund",
        store=True,
        compute_sudo=True,
        help="What the customer has paid beyond what documents ask for, by whatever"
        " door, and has not got back. That of the ordinary goods stands on the first"
        " program of the order.",
    )
    refund_requested_at = fields.Datetime(
        readonly=True, copy=False, help="When a refund was asked for last."
    )
    move_count = fields.Integer(compute="_compute_move_count", compute_sudo=True)
    has_units_to_credit = fields.Boolean(
        compute="_compute_has_units_to_credit",
        compute_sudo=True,
        help="Units were paid in advance and are neither sent nor credited.",
    )

    @api.depends("move_ids")
    def _compute_move_count(self):
        for order in self:
            order.move_count = len(order.move_ids)

    @api.depends("shipment_ids.state", "move_ids.state")
    def _compute_has_units_to_credit(self):
        for order in self:
            ended = order.shipment_ids.filtered(
                lambda s: s.state in ("skipped", "cancelled", "done")
            )
            order.has_units_to_credit = bool(order._get_creditable(ended))

    @api.depends(
        "balance_ids.amount_to_refund",
        "sale_order_id.continuity_balance_ids.amount_to_refund",
    )
    def _compute_amount_to_refund(self):
        for order in self:
            balances = order._get_own_balances()
            order.amount_to_refund = sum(balances.mapped("amount_to_refund"))

    def _get_own_balances(self):
        """Return the accounts whose money the order gives back.

        The ordinary goods of a parent order are those of its first program.

        :return: in sudo: that of the parent order may belong to a colleague
        :rtype: continuity.balance
        """
        self.ensure_one()
        order_sudo = self.sudo()
        balances_sudo = order_sudo.balance_ids
        parent_sudo = order_sudo.sale_order_id
        if parent_sudo._get_continuity_first_order() == order_sudo:
            balances_sudo |= parent_sudo.continuity_balance_ids
        return balances_sudo

    def _get_open_notes(self):
        """Return the posted credit notes that something is left of, oldest first.

        :rtype: account.move
        """
        self.ensure_one()
        # Sellers may not see every note; what is left of them lowers what is owed
        return self.sudo().move_ids._filter_continuity_open_notes()

    # === ROWS === #

    def _settle_credit(self):
        """Match posted credit notes with what they leave unpaid, the last first.

        A row the provider was asked about is waited for: this is called again with its
        answer. Repeating it changes nothing.
        """
        # Posting a note or a provider's answer gets here; neither may write rows
        for order_sudo in self.sudo():
            for note_sudo in order_sudo._get_open_notes():
                order_sudo._match_credit_note(note_sudo)
            order_sudo._release_settled_hold()

    def _match_credit_note(self, note):
        """Match one note with the open receivable lines, latest due date first.

        First those of the invoice it reverses, then those of other invoices of the same
        child order. What the provider was asked for has its own money, which is waited
        for; what was given up comes last.

        :param account.move note: posted credit note
        """
        mine = note.reversed_entry_id
        rows = self.payment_ids.filtered(lambda row: mine in row._get_documents())
        charged = rows.filtered(lambda row: row.state in CHARGED_STATES)
        given_up = rows.filtered(lambda row: row.cancel_kind == "written_off")
        last = given_up._get_own_lines()
        lines = (mine | rows._get_documents()).line_ids.filtered(
            lambda line: line.display_type == "payment_term"
        )
        lines -= charged._get_own_lines()
        for line in lines.sorted(
            lambda item: (
                item not in last,
                item.move_id == mine,
                item.date_maturity,
                item.id,
            ),
            reverse=True,
        ):
            credit = note._get_continuity_credit_lines(line.account_id)
            if credit and not line.reconciled:
                (credit | line).reconcile()

    def _match_open_notes(self, move):
        """Let what is left of earlier notes pay what is invoiced now (rules C7).

        :param account.move move: the invoice of a child that was just posted
        """
        children = move._get_continuity_children()
        for note in self._get_open_notes():
            if note.reversed_entry_id._get_continuity_children() != children:
                continue
            for account in note.line_ids.account_id:
                credit = note._get_continuity_credit_lines(account)
                lines = move.line_ids.filtered(
                    lambda line, account=account: (
                        line.account_id == account and not line.reconciled
                    )
                )
                if credit and lines:
                    (credit | lines).reconcile()

    # === WHO IS TOLD === #

    def _tell_to_refund(self):
        """Ask an accountant for what is to be given back; never refund alone.

        One activity of each order, of what can be given back now; none when there is
        nothing any more.
        """
        kind = self.env.ref(REFUND_ACTIVITY)
        for order in self:
            # Whoever changed the account, the responsible is told in his own language
            order_sudo = order.sudo()._speak_to_responsible()
            balances_sudo = order_sudo._get_own_balances().filtered(
                lambda balance: "refund_waits" not in balance._get_reasons()
            )
            amount = sum(balances_sudo.mapped("amount_to_refund"))
            known_sudo = order_sudo.activity_ids.filtered(
                lambda activity: activity.activity_type_id == kind
            )
            if order_sudo.currency_id.compare_amounts(amount, 0.0) <= 0:
                known_sudo.unlink()
                continue
            text = order_sudo.env._(
                "%s is to be given back. An accountant refunds it from the order.",
                order_sudo.currency_id.format(amount),
            )
            if known_sudo:
                known_sudo.note = text
            else:
                order_sudo._schedule_continuity_activity(REFUND_ACTIVITY, text)

    # === REFUND === #

    @public()
    def action_refund(self):
        """Give back what the accounts say, each payment through its provider.

        What no provider can give back is left to the accountant: a payment to the
        customer, by bank or in cash.

        :return: a notification that says what was given back and what was not
        :rtype: dict
        :raise UserError: not an accountant, a copied database, or a payment is under
            way
        """
        self._check_may_refund()
        self.env["continuity.database"]._check_confirmed()
        # The accountant was checked; the order is not his to write
        self.sudo().refund_requested_at = fields.Datetime.now()
        sums = Counter()
        # Only an accountant gets here; the ledger is the company's
        for order_sudo in self.sudo():
            sums.update(order_sudo._refund_all())
        return self._notify(self._explain_refunds(sums))

    def _explain_refunds(self, sums):
        """Say what has become of the refunds.

        :param collections.Counter sums: see :meth:`_refund_all`
        :rtype: str
        """
        currency = self.currency_id[:1] or self.env.company.currency_id
        texts = {kind: currency.format(amount) for kind, amount in sums.items()}
        given = currency.format(sums["given"])
        sentences = [
            self.env._(
                "Refunded: %(given)s. Not possible through the provider, left as credit"
                " of the customer: %(kept)s.",
                given=given,
                kept=texts["left"],
            )
            if sums["left"]
            else self.env._("Refunded: %s.", given)
        ]
        if sums["unbooked"]:
            sentences.append(
                self.env._(
                    "%s of it has gone back and is not booked yet. Odoo tries again by"
                    " itself; the log of the server says why.",
                    texts["unbooked"],
                )
            )
        if sums["unanswered"]:
            sentences.append(
                self.env._(
                    "No answer: %s. Ask the provider, and say on the refund whether it"
                    " has gone back.",
                    texts["unanswered"],
                )
            )
        return " ".join(sentences)

    def _refund_all(self):
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
        self.ensure_one()
        payments = self.env["continuity.payment"]
        run = payments._get_committing_run()
        sums = Counter()
        seen = set()
        while True:
            refunds = self._get_refunds()
            todo = [
                found
                for found in refunds
                if not found[1].by_hand and self._get_refund_key(found[1]) not in seen
            ]
            if not todo:
                break
            scope, refund, is_noted = todo[0]
            seen.add(self._get_refund_key(refund))
            amount = to_amount(refund.amount, self.currency_id)
            refund_sudo = self._claim_refund(scope, refund, is_noted)
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
        sums["left"] = to_amount(units, self.currency_id)
        if not any(sums.values()):
            self._check_nothing_waited_for()
        return sums

    @api.model
    def _get_refund_key(self, refund):
        """Say what a refund gives back, whatever its amount."""
        return refund.money, refund.row, refund.capture

    def _get_refunds(self):
        """Say what is given back of which payment now, with the mutex of the order.

        :return: scope, refund, and whether credit notes may explain it; in the order
            they are made
        :rtype: list[tuple[tuple[str, int], Refund, bool]]
        """
        self.ensure_one()
        # The accountant was checked; the mutex and the rows are the ledger's
        billing_sudo = self.env["continuity.billing"].sudo()
        billing_sudo._lock(self, wait=True)
        scopes = billing_sudo._get_scopes(self)
        if self.sale_order_id._get_continuity_first_order() != self:
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

    def _claim_refund(self, scope, refund, is_noted):
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
            to_amount(refund.amount, self.currency_id), is_refund=True
        )
        return refund_sudo.with_env(self.env)

    def _check_may_refund(self):
        """Only accountants give money back.

        :raise UserError: anybody else
        """
        if not self.env.user.has_group("account.group_account_invoice"):
            raise UserError(self.env._("Only an accountant can refund a payment."))
        self.check_access("read")

    def _check_nothing_waited_for(self):
        """Wait for the answers of providers before money goes back.

        :raise UserError: naming the payment
        """
        waits = self._get_own_balances().filtered(
            lambda balance: "refund_waits" in balance._get_reasons()
        )
        waiting = self.payment_ids.filtered(lambda row: row.state in WAITING_STATES)
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

    # === NAVIGATION === #

    @public()
    def action_view_moves(self):
        """Open all documents of the order: invoices, credit notes, entries.

        :rtype: dict
        """
        return self.move_ids._get_records_action(name=self.env._("Invoices"))


class SaleOrder(models.Model):
    """The parent order: what its ordinary goods claim."""

    _inherit = "sale.order"

    continuity_balance_ids = fields.One2many(
        comodel_name="continuity.balance",
        inverse_name="ordinary_order_id",
        string="Accounts of ordinary goods",
        readonly=True,
    )

    def _get_continuity_first_order(self):
        """Return the program that gives back what was paid for ordinary goods.

        Its row is the mutex of their claim, too. A form that is not saved has none.

        :rtype: continuity.order
        """
        return self.continuity_order_ids.sorted("id")[:1]
