# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import api, fields, models
from odoo.tools import format_date

from ...billing import settle_chunk
from ..facts.continuity_billing import to_amount

_logger = logging.getLogger(__name__)

#: Where the keys of payments and returns lead
MODELS = {
    "tx": "payment.transaction",
    "payment": "account.payment",
    "move": "account.move",
}
#: The terms of the equation, each with its sign
EQUATION = (
    ("received", "+"),
    ("returned", "−"),
    ("adjusted", "+"),
    ("open", "+"),
    ("in_flight", "+"),
    ("written_off", "+"),
    ("held", "+"),
    ("later", "+"),
    ("credit", "−"),
    ("aside", "−"),
)
#: Shown also when there is nothing of it
ALWAYS = ("received", "open")


class ContinuityBalance(models.Model):
    """The account card: the equation line by line, and what stands behind each line.

    It is made when it is looked at, of what documents and payments say then.
    """

    _inherit = "continuity.balance"

    card = fields.Html(
        string="Account card",
        compute="_compute_card",
        sanitize=False,
        help="What the customer owes, and what became of it.",
    )

    @api.depends("settled_at")
    @api.depends_context("lang", "uid")
    def _compute_card(self):
        stored = self.filtered("id")
        answers = self._settle_again(stored)
        for balance in self:
            answer = answers.get(stored and balance in stored and balance._get_scope())
            balance.card = answer and self.env["ir.qweb"]._render(
                "continuity_program.continuity_balance_card",
                balance._prepare_card(*answer),
            )

    @api.model
    def _settle_again(self, balances):
        """Settle the claims of accounts, for their cards.

        :param continuity.balance balances: stored accounts
        :return: facts and settlement by scope; none where they contradict themselves
        :rtype: dict
        """
        scopes = [balance._get_scope() for balance in balances]
        try:
            return settle_chunk(*self.env["continuity.billing"]._read(scopes))
        except AssertionError:
            # The card is for people: they see what is stored
            _logger.exception("The accounts %s cannot be made", balances)
            return {}

    # === WHAT IT SAYS === #

    def _prepare_card(self, facts, settlement):
        """Return what the card shows.

        :param Facts facts: what is known about the claim
        :param Settlement settlement: what follows from it
        :rtype: dict
        """
        self.ensure_one()
        sums = settlement.sums
        behind = {
            "received": self._list_money(facts, lambda item: item.received),
            "in_flight": self._list_money(facts, lambda item: item.under_way),
            "returned": self._list_returns(facts),
            "open": self._list_open(settlement),
        }
        terms = [
            self._prepare_line(name, sign, getattr(sums, name), behind.get(name, []))
            for name, sign in EQUATION
            if getattr(sums, name) or name in ALWAYS
        ]
        claim = [
            self._prepare_line("documents", "", sums.documents, self._list_docs(facts)),
            self._prepare_line("expected", "+", sums.expected, []),
        ]
        return {
            "claim": claim,
            "terms": terms,
            "total": self._prepare_line("claim", "=", sums.claim, []),
            "refund": sums.to_refund
            and self._prepare_line("to_refund", "", sums.to_refund, []),
        }

    def _prepare_line(self, name, sign, units, details):
        """Return one line of the card.

        :param str name: a term
        :param str sign: how it enters the equation
        :param int units: its amount
        :param list[dict] details: what stands behind it
        :rtype: dict
        """
        if name == "documents":
            label = self.env._("Invoices and credit notes")
        else:
            label = self._fields[f"amount_{name}"]._description_string(self.env)
        return {
            "name": name,
            "label": label,
            "sign": sign,
            "amount": self._format_units(units),
            "details": details,
        }

    def _list_docs(self, facts):
        """List the documents; drafts do not count yet."""
        docs = [doc for doc in facts.docs if doc.state in ("posted", "draft")]
        docs.sort(key=lambda doc: (doc.date, doc.key))
        return [
            self._prepare_detail(
                "move",
                doc.key,
                doc.date,
                doc.total,
                self.env._("draft, not counted") if doc.state == "draft" else "",
            )
            for doc in docs
        ]

    def _list_money(self, facts, get_units):
        """List payments, the oldest first.

        :param callable get_units: says how much of a payment belongs to the line
        """
        labels = self._get_labels()
        money = [item for item in facts.money if get_units(item)]
        money.sort(key=lambda item: (item.date, item.key))
        return [
            self._prepare_detail(
                *self._split(item.key),
                item.date,
                get_units(item),
                labels.get(item.door, ""),
                labels.get(item.state, ""),
            )
            for item in money
        ]

    def _list_returns(self, facts):
        """List what went back."""
        labels = self._get_labels()
        return [
            self._prepare_detail(
                *self._split(back.key), back.at, back.amount, labels.get(back.kind, "")
            )
            for item in facts.money
            for back in item.gone_back
            if not back.pending
        ]

    def _list_open(self, settlement):
        """List the rows that are still to be asked, as they should be."""
        return [
            {
                "name": self.env._("Payment %s", row.sequence),
                "url": False,
                "date": format_date(self.env, row.due),
                "note": self.env._("not planned yet") if row.is_new else "",
                "amount": self._format_units(row.amount),
            }
            for row in (*settlement.rows, *settlement.new_rows)
            if row.is_open
        ]

    def _prepare_detail(self, kind, res_id, day, units, *notes):
        """Return a document, a payment or a return behind a line.

        :param str kind: a key of `MODELS`
        :param int res_id: id of the record
        :param date day: when it was made
        :param int units: its amount
        :param tuple notes: what else there is to say
        :rtype: dict
        """
        model = MODELS[kind]
        # Its name belongs to the account, whoever may open it
        name = self.env[model].sudo().browse(res_id).display_name
        may_open = self.env[model].browse(res_id).has_access("read")
        return {
            "name": name,
            "url": may_open and f"/odoo/{model}/{res_id}",
            "date": format_date(self.env, day),
            "note": ", ".join(note for note in notes if note),
            "amount": self._format_units(units),
        }

    @api.model
    def _split(self, key):
        """Read the key of a payment; one in another currency has an addition."""
        kind, res_id = key
        return kind.partition(":")[0], res_id

    @api.model
    def _get_labels(self):
        """Name the doors of payments, and the states in which they may still come."""
        return {
            "own": self.env._("charge"),
            "link": self.env._("payment link"),
            "portal": self.env._("portal"),
            "pos": self.env._("till"),
            "register": self.env._("payment"),
            "bank": self.env._("bank"),
            "entry": self.env._("entry"),
            "refund": self.env._("refund"),
            "draft": self.env._("begun"),
            "processing": self.env._("asked"),
            "pending": self.env._("pending"),
            "authorized": self.env._("authorized"),
            "unknown": self.env._("no answer"),
        }

    def _format_units(self, units):
        return self._format(to_amount(units, self.currency_id))
