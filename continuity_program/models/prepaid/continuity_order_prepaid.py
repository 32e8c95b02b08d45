# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_compare

from ...arguments import public
from .credit_note import CreditNote
from .note_matching import NoteMatching
from .refunding import REFUND_WAITS, Refunding, explain_refunds
from .upfront_invoice import create_upfront_invoice, waits_for_first_shipment

#: Kind of activity that asks for a refund
REFUND_ACTIVITY = "continuity_program.mail_activity_payment_refund"
#: States of a shipment that sends nothing any more
ENDED_STATES = ("skipped", "cancelled", "done")


class ContinuityOrder(models.Model):
    """The continuity order: paid in advance, credited, and given back (rules C3, BR7).

    What is billed up front has one invoice, document U: children take account and taxes
    from it.

    A credit note over prepaid units, document K, is proposed as a draft, by whoever may
    change the order; posting it is the act of an accountant. Nothing it does happens
    before it is posted. Then it lowers what is owed, and an accountant gives back what
    was paid beyond it.
    """

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
        help="What the customer has paid beyond what documents ask for, in whatever"
        " way, and has not got back. For the ordinary goods it is shown on the first"
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
            order.has_units_to_credit = bool(order._get_units_to_credit())

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

    # === UP-FRONT INVOICE === #

    def _bill_upfront(self, today):
        """Write the rows of orders billed up front and post their invoice.

        :param date today: day of Submit
        """
        orders = self.filtered("bill_upfront")
        self.env["continuity.payment"]._sync_order_rows(orders, today)
        create_upfront_invoice(
            orders.filtered(lambda order: not waits_for_first_shipment(order)), today
        )

    def _ensure_upfront_invoice(self):
        """Make the up-front invoice that waited for the first shipment (D-1)."""
        waiting = self.filtered(
            lambda order: order.submit_date and not order.upfront_invoice_id
        )
        for company, orders in waiting.grouped("company_id").items():
            # Skipping and ending make the invoice that waited; sellers keep no books
            create_upfront_invoice(orders.sudo(), company._continuity_today())

    def _get_upfront_line(self):
        """The line of the up-front invoice: children take account and taxes from it.

        :return: empty while there is no up-front invoice
        :rtype: account.move.line
        """
        self.ensure_one()
        # A seller may ship what an accountant has invoiced.
        lines_sudo = self.sudo().upfront_invoice_id.invoice_line_ids
        own_sudo = lines_sudo.filtered(
            lambda line: self.sale_order_line_id in line.sale_line_ids
        )[:1]
        # What was filtered out of many orders is still read with them
        return own_sudo.with_prefetch(lines_sudo._prefetch_ids)

    def _get_upfront_taxes(self):
        """Return the taxes of the up-front invoice, or those it is going to have.

        :rtype: account.tax
        """
        self.ensure_one()
        return self._get_upfront_line().tax_ids or self.sale_order_line_id.tax_ids

    def _get_upfront_taxes_of(self, product):
        """Return the taxes a product would have on the up-front invoice, as of today.

        :param product.product product: the product
        :rtype: account.tax
        """
        self.ensure_one()
        position = self.upfront_invoice_id.fiscal_position_id or self.fiscal_position_id
        return self.program_id._get_sale_taxes(product, self.company_id, position)

    # === WHAT CAN BE CREDITED === #

    def _get_creditable(self, shipments):
        """Return the prepaid units of shipments that can still be credited.

        :param continuity.shipment shipments: shipments that will not be sent
        :return: open units that no draft note takes already, by shipment product
        :rtype: dict[continuity.shipment.line, float]
        """
        # The seller proposes; what accountants have drafted already he may not see
        lines_sudo = shipments.sudo().line_ids
        drafted = lines_sudo._get_drafted_quantities()
        result = {}
        for line_sudo in lines_sudo:
            quantity = line_sudo._get_open_quantity() - drafted.get(line_sudo, 0.0)
            if float_compare(quantity, 0.0, precision_digits=6) > 0:
                result[line_sudo] = quantity
        return result

    def _get_units_to_credit(self):
        """Return the prepaid units that nothing will send any more.

        :return: open units that no draft note takes already, by shipment product
        :rtype: dict[continuity.shipment.line, float]
        """
        return self._get_creditable(
            self.shipment_ids.filtered(lambda s: s.state in ENDED_STATES)
        )

    # === THE NOTE === #

    def _create_credit_notes(self, quantities, reason=None):
        """Propose credit notes over prepaid units: one draft per order (C3 K).

        Prices are those that were prepaid; taxes, fiscal position, account, journal
        and rate are those of the up-front invoice. Its total comes from Odoo's tax
        engine and is the claim of the customer.

        :param dict[continuity.shipment.line, float] quantities: units to credit
        :param str reason: printed on the note as its reference
        :return: the drafts; empty when there is nothing to credit
        :rtype: account.move
        """
        vals_list = []
        for order in self:
            mine = {
                line: quantity
                for line, quantity in quantities.items()
                if line.shipment_id.continuity_order_id == order
            }
            # The invoice may be hidden from the seller; whether there is one decides
            if mine and order.sudo().upfront_invoice_id:
                note = CreditNote(order)
                vals_list.append(note.prepare(note.prepare_units(mine), reason))
        return self._create_drafts(vals_list)

    @api.model
    def _get_proposed_text(self, notes):
        """Say that credit notes were drafted.

        :param account.move notes: of one currency
        :rtype: str
        """
        return self.env._(
            "A credit note of %(amount)s was proposed. It takes effect when an"
            " accountant posts it.",
            amount=notes.currency_id.format(sum(notes.mapped("amount_total"))),
        )

    def _create_drafts(self, vals_list):
        """Make draft notes and tell the accountants about them.

        :rtype: account.move
        """
        # Proposing is the seller's, who keeps no books.
        notes_sudo = self.env["account.move"].sudo()
        for vals in vals_list:
            notes_sudo |= notes_sudo.with_company(vals["company_id"]).create(vals)
        for note_sudo in notes_sudo:
            note_sudo.continuity_order_id.message_post(
                body=self._get_proposed_text(note_sudo)
            )
        # What was listed as not credited waits for the accountants now
        self.env["continuity.exception"]._touch(notes_sudo.continuity_order_id)
        return notes_sudo.with_env(self.env)

    # === BUTTON === #

    @public()
    def action_credit_open(self):
        """Propose a credit note over what will not be sent any more (C5, F4).

        Open units of shipments that are skipped, cancelled or done: the rest of a
        delivery that was called off, a cancelled child order, an early end.

        :return: the draft, for those who may read it
        :rtype: dict | bool
        """
        # Accountants change no order; the note that is proposed here is theirs
        is_accountant = self.env.user.has_group("account.group_account_invoice")
        self.check_access("read" if is_accountant else "write")
        notes = self._create_credit_notes(self._get_units_to_credit())
        if not notes:
            return self._notify(
                self.env._("Nothing that is paid in advance can be credited.")
            )
        if not notes.has_access("read"):
            return self._notify(
                self.env._("A credit note was proposed to the accountants.")
            )
        return notes._get_records_action(name=self.env._("Credit note"))

    def _notify(self, message):
        """Show a message and load the form again.

        :rtype: dict
        """
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # === ROWS === #

    def _settle_credit(self):
        """Match posted credit notes with what they leave unpaid, the last first.

        A row the provider was asked about is waited for: this is called again with its
        answer. Repeating it changes nothing.
        """
        # Posting a note or a provider's answer gets here; neither may write rows
        for order_sudo in self.sudo():
            matching = NoteMatching(order_sudo)
            for note_sudo in order_sudo._get_open_notes():
                matching.match_note(note_sudo)
            order_sudo._release_settled_hold()

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
                lambda balance: REFUND_WAITS.isdisjoint(balance._get_reasons())
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
            sums.update(Refunding(order_sudo).give_back())
        currency = self.currency_id[:1] or self.env.company.currency_id
        return self._notify(explain_refunds(currency, sums))

    def _check_may_refund(self):
        """Only accountants give money back.

        :raise UserError: anybody else
        """
        if not self.env.user.has_group("account.group_account_invoice"):
            raise UserError(self.env._("Only an accountant can refund a payment."))
        self.check_access("read")

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
