# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ...arguments import public

#: An authorisation this old is about to be worth nothing
AUTHORIZATION_DAYS = 6


class ContinuityPayment(models.Model):
    """The work list *Payments to look after*: what a person has to do.

    Most of it depends on today, so nothing is stored: one expression of the database
    answers the list, its filters and its groups.
    """

    _inherit = "continuity.payment"

    attention = fields.Selection(
        selection=[
            ("unknown", "No answer"),
            ("lost_refund", "Refund without an answer"),
            ("refund", "Refund proposed"),
            ("declined", "Declined"),
            ("provider_off", "Payment provider or its journal off"),
            ("no_method", "No payment method"),
            ("card_not_owner", "Card of somebody else"),
            ("card_expired", "Card expired"),
            ("lapsed", "Authorization ends"),
            ("pending", "Pending too long"),
            ("overdue", "Overdue"),
            ("card_expiring", "Card expires before"),
        ],
        string="To do",
        compute="_compute_attention",
        search="_search_attention",
        help="Why a person should look at the payment.",
    )
    user_id = fields.Many2one(
        related="continuity_order_id.user_id", string="Salesperson", store=True
    )

    @api.depends_context("uid")
    @api.depends("state", "due_date", "amount_overpaid", "requested_at")
    def _compute_attention(self):
        self.env.flush_all()
        kinds = {}
        if self.ids:
            kinds = dict(
                self.env.execute_query(
                    SQL(
                        "SELECT p.id, %s FROM continuity_payment p WHERE p.id IN %s",
                        self._get_attention_sql("p"),
                        tuple(self.ids),
                    )
                )
            )
        for row in self:
            row.attention = kinds.get(row.id, False)

    # === ACTIONS === #

    @public(one=True)
    def action_open_order(self):
        """Open the continuity order, where the card is entered and the hold is.

        :rtype: dict
        """
        self.ensure_one()
        return self.continuity_order_id._get_records_action()

    @public(one=True)
    def action_open_lost_refund(self):
        """Open the refunds nobody knows the answer of, to say what became of them.

        :rtype: dict
        :raise UserError: not an accountant, or each refund has its answer
        """
        self.ensure_one()
        self._check_accountant(self.env._("Only an accountant refunds payments."))
        # One of Odoo's own dialog names no row: it is of what its payment pays
        source = "source_transaction_id"
        paid = Domain(f"{source}.continuity_payment_ids", "in", self.ids)
        paid |= Domain(f"{source}.{source}.continuity_payment_ids", "in", self.ids)
        named = Domain("continuity_refund_payment_id", "=", self.id)
        unnamed = Domain("continuity_refund_payment_id", "=", False)
        refunds = self.env["payment.transaction"].search(
            Domain("operation", "=", "refund") & (named | unnamed & paid)
        )
        lost = refunds.filtered(lambda tx: tx.continuity_wait == "refund")
        if not lost:
            raise UserError(
                self.env._(
                    "%s: each refund has its answer, or none was asked for.",
                    self.display_name,
                )
            )
        return lost._get_records_action(name=self.env._("Refunds without an answer"))

    @public(one=True)
    def action_refund(self):
        """Give back what is proposed for the order of the payment.

        :return: what was given back, and what a person has to do
        :rtype: dict
        """
        self.ensure_one()
        self._check_accountant(self.env._("Only an accountant refunds payments."))
        return self.continuity_order_id.action_refund()

    # === TO DO === #

    def _search_attention(self, operator, value):
        if operator not in ("in", "not in"):
            return NotImplemented
        self.env.flush_all()
        kinds = [kind for kind in value if kind]
        matches = SQL("attention IN %s", tuple(kinds) or ("",))
        if len(kinds) < len(list(value)):
            matches = SQL("(attention IS NULL OR %s)", matches)
        query = SQL(
            """(SELECT id FROM (
                    SELECT p.id, %s AS attention FROM continuity_payment p
                ) AS work WHERE %s)""",
            self._get_attention_sql("p"),
            matches,
        )
        return [("id", "in" if operator == "in" else "not in", query)]

    def _field_to_sql(self, alias, field_expr, query=None):
        """Override of `base` to group by what there is to do."""
        if field_expr == "attention":
            return self._get_attention_sql(alias)
        return super()._field_to_sql(alias, field_expr, query)

    def _get_attention_sql(self, alias):
        """Say why a person should look at a row, the most urgent reason first.

        :param str alias: of the table in the query
        :rtype: SQL
        """
        cases = [
            SQL("WHEN %s THEN %s", condition, kind)
            for kind, condition in self._get_attention_conditions(alias).items()
        ]
        return SQL("(CASE %s END)", SQL(" ").join(cases))

    def _get_attention_conditions(self, alias):
        """The conditions in the order they are looked at; today is the company's.

        :param str alias: of the table in the query
        :rtype: dict[str, SQL]
        """
        row = SQL.identifier(alias)
        due = SQL("%(p)s.state IN ('scheduled', 'declined')", p=row)
        by_card = self._get_order_sql(row, SQL("o.payment_method = 'card'"))
        expiry = SQL(
            """(SELECT t.expiry_date FROM continuity_order o
                  JOIN payment_token t ON t.id = o.payment_token_id
                 WHERE o.id = %s.continuity_order_id)""",
            row,
        )
        without_card = self._get_order_sql(
            row,
            SQL(
                """(o.payment_method IS NULL OR o.payment_method = 'card'
                    AND NOT EXISTS (SELECT FROM payment_token t
                                     WHERE t.id = o.payment_token_id AND t.active))"""
            ),
        )
        today = self._get_per_company_sql(row)
        pending_since = self._get_per_company_sql(
            row, lambda company: company.continuity_pending_days
        )
        warned = self._get_per_company_sql(
            row, lambda company: -company.continuity_card_warning_days
        )
        values = {
            "p": row,
            "due": due,
            "by_card": by_card,
            "expiry": expiry,
            "today": today,
            "pending_since": pending_since,
            "days": AUTHORIZATION_DAYS,
        }
        return {
            "unknown": SQL("%(p)s.state = 'unknown'", **values),
            "lost_refund": self._get_lost_refund_sql(row),
            "refund": SQL(
                "(%(p)s.amount_overpaid > 0 OR %(p)s.amount_to_refund > 0)", **values
            ),
            "declined": SQL(
                """%(p)s.state = 'declined' AND %(any)s
                   AND (%(p)s.authenticate_until IS NULL
                        OR %(p)s.authenticate_until < %(today)s)""",
                any=self._get_order_sql(row, SQL("TRUE"), closed=True),
                **values,
            ),
            "provider_off": SQL(
                "%s AND %s", due, self._get_order_sql(row, self._get_provider_off_sql())
            ),
            "no_method": SQL("%s AND %s", due, without_card),
            "card_not_owner": SQL(
                "%s AND %s", due, self._get_order_sql(row, self._get_not_owner_sql())
            ),
            "card_expired": SQL(
                """%(due)s AND %(by_card)s AND %(expiry)s < %(today)s""", **values
            ),
            "lapsed": SQL(
                """%(p)s.state = 'authorized'
                   AND %(p)s.requested_at <= %(now)s""",
                now=self._get_lapse_moment(AUTHORIZATION_DAYS),
                **values,
            ),
            "pending": SQL(
                "%s.state = 'pending' AND %s.requested_at < %s",
                row,
                row,
                pending_since,
            ),
            "overdue": SQL(
                "%(p)s.state = 'billed' AND %(p)s.due_date < %(today)s", **values
            ),
            "card_expiring": SQL(
                """%(due)s AND %(by_card)s AND %(expiry)s < %(p)s.due_date
                   AND %(p)s.due_date <= %(warned)s""",
                warned=warned,
                **values,
            ),
        }

    def _get_lost_refund_sql(self, row):
        """The same as `action_open_lost_refund` finds: of the row, or of a payment, or
        a capture of it, that pays the row and was given back by Odoo's own dialog."""
        refund = SQL.identifier("r")
        is_lost = SQL(
            """r.operation = 'refund' AND r.state IN ('draft', 'error')
               AND (r.state = 'draft'
                    AND (r.provider_reference IS NULL
                         OR r.create_date::date <= %s)
                    OR r.state = 'error' AND r.continuity_no_answer)""",
            self._get_per_company_sql(
                refund, lambda company: company.continuity_pending_days
            ),
        )
        return SQL(
            """(EXISTS (SELECT FROM payment_transaction r
                         WHERE r.continuity_refund_payment_id = %(p)s.id
                           AND %(is_lost)s)
                OR %(p)s.id IN (
                    SELECT paid.payment_id
                      FROM payment_transaction r
                      JOIN payment_transaction s ON s.id = r.source_transaction_id
                      JOIN continuity_payment_transaction_rel paid
                        ON paid.transaction_id = COALESCE(s.source_transaction_id, s.id)
                     WHERE r.continuity_refund_payment_id IS NULL
                       AND %(is_lost)s))""",
            p=row,
            is_lost=is_lost,
        )

    def _get_awaited_sql(self):
        """The same as `payment.transaction._continuity_get_awaited`, of rows `p`.

        :rtype: SQL
        """
        return SQL(
            """(p.state = 'processing' AND EXISTS (
                SELECT FROM payment_transaction taken
                 WHERE taken.continuity_settle_payment_id = p.id
                   AND taken.source_transaction_id = p.transaction_id
                   AND taken.continuity_settle_kind = 'capture'
                   AND taken.state = 'draft'
                   AND taken.provider_reference IS NOT NULL
                   AND taken.last_state_change::date > %s
            ))""",
            self._get_per_company_sql(
                SQL.identifier("p"), lambda company: company.continuity_pending_days
            ),
        )

    def _get_order_sql(self, row, condition, closed=False):
        """A condition on the continuity order of the row, which was submitted."""
        states = ("running", "paused", "on_hold") + (("closed",) if closed else ())
        return SQL(
            """EXISTS (SELECT FROM continuity_order o
                        WHERE o.id = %s.continuity_order_id
                          AND o.state IN %s AND %s)""",
            row,
            states,
            condition,
        )

    def _get_provider_off_sql(self):
        """The provider is disabled, its journal archived, or it takes no such money."""
        takes_currency = self.env["payment.token"]._continuity_get_currency_sql(
            SQL.identifier("o", "currency_id")
        )
        return SQL(
            """o.payment_method = 'card' AND EXISTS (
                SELECT FROM payment_token t
                  JOIN payment_provider v ON v.id = t.provider_id
                  LEFT JOIN account_payment_method_line l
                    ON l.payment_provider_id = v.id
                  LEFT JOIN account_journal j ON j.id = l.journal_id
                 WHERE t.id = o.payment_token_id
                   AND (v.state = 'disabled' OR NOT j.active OR NOT %s))""",
            takes_currency,
        )

    def _get_not_owner_sql(self):
        """The same as `payment.token._continuity_get_refusal` says of the owner."""
        return SQL(
            """o.payment_method = 'card' AND EXISTS (
                SELECT FROM payment_token t, res_partner c, res_partner i
                 WHERE t.id = o.payment_token_id
                   AND c.id = o.partner_id
                   AND i.id = o.partner_invoice_id
                   AND (t.company_id = o.company_id AND (
                       t.partner_id IN (c.id, c.commercial_partner_id)
                       OR t.partner_id IN (i.id, i.commercial_partner_id)
                       AND (i.commercial_partner_id
                            IN (c.commercial_partner_id, o.approved_payer_id)
                            OR %s)
                   )) IS NOT TRUE
            )""",
            self._get_card_given_sql(),
        )

    def _get_card_given_sql(self):
        """The same as `continuity.order._get_cards_given`, of card t and order o."""
        return SQL(
            """EXISTS (
                SELECT FROM payment_transaction x
                  JOIN continuity_order g ON g.id = x.continuity_order_id
                 WHERE g.sale_order_id = o.sale_order_id
                   AND x.token_id = t.id
                   AND x.operation = 'validation'
                   AND x.state IN ('authorized', 'done'))"""
        )

    def _get_per_company_sql(self, row, get_days=None):
        """Today of the company of the row, less a number of days.

        :param SQL row: alias of the row
        :param callable get_days: days to go back, of a company; None = none
        :rtype: SQL
        """
        # Each row is judged by its own company's day, also one not chosen just now
        companies_sudo = self.env["continuity.job.process_payments"].sudo()
        companies_sudo = companies_sudo._get_companies()
        cases = [
            SQL(
                "WHEN %s THEN %s::date",
                company.id,
                fields.Date.subtract(
                    company._continuity_today(),
                    days=get_days(company) if get_days else 0,
                ),
            )
            for company in companies_sudo
        ]
        # A database without programs has no rows either, and no case to write.
        cases = cases or [SQL("WHEN NULL THEN NULL::date")]
        return SQL("(CASE %s.company_id %s END)", row, SQL(" ").join(cases))
