# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from ..arguments import public
from ..billing.providers import AUTHENTICATE, HARD
from ..ratios import select_ratio

#: Ratios of amounts: the sums are divided, each in one currency
AMOUNT_RATES = {
    "recovery_amount_rate:avg": ("amount_recovered", "amount_decided"),
    "chargeback_rate:avg": ("amount_charged_back", "amount_charged"),
}


class ContinuityDunningReport(models.Model):
    """What became of the payments a card was asked for: one row per payment.

    An attempt is a request that got an answer. Refunds, captures and the look at a new
    card are none. A payment nobody answered for counts by its final answer.

    Amounts are in the currency of the company: at the rate of the invoice, else of
    today.
    """

    _name = "continuity.dunning.report"
    _inherit = ["continuity.virtual.mixin"]
    _description = "Declined Payments"
    _auto = False
    _rec_name = "continuity_payment_id"
    _order = "tried_date desc, id desc"

    continuity_payment_id = fields.Many2one(
        "continuity.payment", string="Payment", readonly=True
    )
    continuity_order_id = fields.Many2one("continuity.order", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    program_id = fields.Many2one("continuity.program", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    turn = fields.Integer(
        string="Shipment no.",
        readonly=True,
        aggregator=None,
        help="Number of the shipment it pays for; 0: the whole order.",
    )
    provider_id = fields.Many2one("payment.provider", readonly=True)
    payment_method_id = fields.Many2one("payment.method", string="Brand", readonly=True)
    tried_date = fields.Date(
        string="First attempt on", readonly=True, help="Day of the first answer."
    )
    refused_date = fields.Date(string="First refusal on", readonly=True)
    charged_date = fields.Date(
        string="Charged on", readonly=True, help="Day of the first charge."
    )
    attempt_count = fields.Integer(string="Attempts", readonly=True)
    decline_code = fields.Char(
        readonly=True, help="The provider's own word for the first refusal."
    )
    decline_kind = fields.Selection(
        selection=[("soft", "Soft"), ("hard", "Hard")],
        string="Hard or soft",
        readonly=True,
        help="Hard: trying the same card again is useless, or costs fees.",
    )
    outcome = fields.Selection(
        selection=[
            ("smooth", "Not refused"),
            ("recovered", "Recovered"),
            ("lost", "Lost"),
            ("open", "Open"),
        ],
        readonly=True,
        help="Lost: cancelled or written off after a refusal, or the order was ended"
        " because the customer does not pay. Open: refused, and not decided yet.",
    )
    recovered_by = fields.Selection(
        selection=[
            ("same", "Same card"),
            ("new", "New card"),
            ("otherwise", "Other way"),
        ],
        readonly=True,
        help="Other way: by transfer, by cheque, in cash.",
    )
    recovered_attempt = fields.Integer(
        string="Recovered at attempt", readonly=True, aggregator=None
    )
    recovered_days = fields.Integer(
        string="Recovered after days",
        readonly=True,
        aggregator="avg",
        help="Days from the first refusal until it was paid.",
    )
    is_mistake = fields.Boolean(
        string="Hard decline tried again",
        readonly=True,
        help="The same card was asked again after a hard decline. There must be none.",
    )
    is_charged_back = fields.Boolean(string="Charged back", readonly=True)

    tried_count = fields.Integer(string="Tried", readonly=True)
    refused_count = fields.Integer(string="Refused", readonly=True)
    recovered_count = fields.Integer(string="Recovered", readonly=True)
    lost_count = fields.Integer(string="Lost", readonly=True)
    open_count = fields.Integer(string="Open", readonly=True)
    chargeback_count = fields.Integer(string="Chargebacks", readonly=True)
    amount = fields.Monetary(readonly=True, help="What the payment is about.")
    amount_refused = fields.Monetary(string="Amount refused", readonly=True)
    amount_recovered = fields.Monetary(string="Amount recovered", readonly=True)
    amount_lost = fields.Monetary(string="Amount lost", readonly=True)
    amount_open = fields.Monetary(string="Amount open", readonly=True)
    amount_decided = fields.Monetary(
        string="Amount decided", readonly=True, help="Recovered and lost."
    )
    amount_charged = fields.Monetary(string="Amount charged", readonly=True)
    amount_charged_back = fields.Monetary(string="Amount charged back", readonly=True)
    # Rows that do not count are empty, so the mean of these two is a ratio of sums
    first_rate = fields.Float(
        string="First-attempt success",
        readonly=True,
        aggregator="avg",
        help="Payments that were not refused at the first attempt, of those tried.",
    )
    recovery_rate = fields.Float(
        string="Recovery",
        readonly=True,
        aggregator="avg",
        help="Recovered, of those recovered or lost: by number.",
    )
    recovery_amount_rate = fields.Float(
        string="Recovery by amount",
        readonly=True,
        aggregator="avg",
        help="Recovered, of what was recovered or lost.",
    )
    chargeback_rate = fields.Float(
        string="Share charged back",
        readonly=True,
        aggregator="avg",
        help="Charged back, of what was charged.",
    )

    _depends = {
        "account.move": ["invoice_currency_rate"],
        "account.partial.reconcile": ["debit_move_id", "max_date"],
        "continuity.end.reason": ["kind"],
        "continuity.order": [
            "company_id",
            "end_reason_id",
            "ended_date",
            "partner_id",
            "program_id",
        ],
        "continuity.payment": [
            "amount",
            "company_id",
            "continuity_order_id",
            "currency_id",
            "invoice_id",
            "is_paid_otherwise",
            "receivable_line_id",
            "shipment_id",
            "state",
            "transaction_id",
            "transaction_ids",
        ],
        "continuity.payment.share": [
            "amount",
            "continuity_payment_id",
            "transaction_id",
        ],
        "continuity.shipment": ["number"],
        "payment.transaction": [
            "continuity_charged_back",
            "continuity_decline_code",
            "continuity_decline_kind",
            "continuity_no_answer",
            "last_state_change",
            "operation",
            "payment_method_id",
            "provider_id",
            "provider_reference",
            "source_transaction_id",
            "state",
            "token_id",
        ],
        "res.company": ["currency_id", "partner_id"],
        "res.partner": ["tz"],
    }

    # === QUERY === #

    @property
    def _table_query(self):
        return SQL(
            """
            WITH attempt AS (%(attempt)s),
                 tried AS (%(tried)s),
                 fact AS (%(fact)s)
            SELECT fact.*,
                   1 AS tried_count,
                   (outcome != 'smooth')::int AS refused_count,
                   (outcome = 'recovered')::int AS recovered_count,
                   (outcome = 'lost')::int AS lost_count,
                   (outcome = 'open')::int AS open_count,
                   is_charged_back::int AS chargeback_count,
                   CASE WHEN outcome != 'smooth' THEN amount ELSE 0 END
                       AS amount_refused,
                   CASE WHEN outcome = 'recovered' THEN amount ELSE 0 END
                       AS amount_recovered,
                   CASE WHEN outcome = 'lost' THEN amount ELSE 0 END AS amount_lost,
                   CASE WHEN outcome = 'open' THEN amount ELSE 0 END AS amount_open,
                   CASE WHEN outcome IN ('recovered', 'lost') THEN amount ELSE 0 END
                       AS amount_decided,
                   CASE outcome WHEN 'recovered' THEN 1.0 WHEN 'lost' THEN 0.0 END
                       AS recovery_rate,
                   CASE outcome WHEN 'recovered' THEN 1.0 WHEN 'lost' THEN 0.0 END
                       AS recovery_amount_rate,
                   amount_charged_back / NULLIF(amount_charged, 0) AS chargeback_rate
              FROM fact
            """,
            attempt=self._get_attempt_sql(),
            tried=self._get_tried_sql(),
            fact=self._get_fact_sql(),
        )

    @api.model
    def _get_attempt_sql(self):
        """One row per request that got an answer, numbered from 1 for each payment."""
        return SQL(
            """
            SELECT rel.payment_id,
                   ROW_NUMBER() OVER (PARTITION BY rel.payment_id ORDER BY tx.id)
                       AS number,
                   tx.id AS transaction_id, tx.token_id, tx.provider_id,
                   tx.payment_method_id,
                   tx.state IN ('cancel', 'error') AS is_refused,
                   tx.state = 'done' AS is_charged,
                   tx.continuity_decline_code AS code,
                   %(hard)s AS is_hard,
                   COALESCE(tx.continuity_charged_back, FALSE) AS is_charged_back,
                   tx.token_id IS NOT NULL AND COALESCE(BOOL_OR(
                       tx.state IN ('cancel', 'error') AND %(hard)s
                   ) OVER same_card, FALSE) AS is_after_hard,
                   (COALESCE(tx.last_state_change, tx.create_date)
                       AT TIME ZONE 'UTC'
                       AT TIME ZONE COALESCE(partner.tz, 'UTC'))::date AS day,
                   share.amount
              FROM continuity_payment_transaction_rel rel
              JOIN payment_transaction tx ON tx.id = rel.transaction_id
              JOIN res_company company ON company.id = tx.company_id
              JOIN res_partner partner ON partner.id = company.partner_id
              LEFT JOIN LATERAL (
                  SELECT SUM(amount) AS amount
                    FROM continuity_payment_share
                   WHERE transaction_id = tx.id
                     AND continuity_payment_id = rel.payment_id
              ) share ON TRUE
             WHERE tx.source_transaction_id IS NULL
               AND tx.operation NOT IN ('validation', 'refund')
               AND tx.state != 'draft'
               AND NOT (tx.state = 'error' AND COALESCE(tx.continuity_no_answer, FALSE))
               -- Withdrawn before anybody was asked
               AND NOT (tx.state = 'cancel' AND tx.provider_reference IS NULL)
            WINDOW same_card AS (
                   PARTITION BY rel.payment_id, tx.token_id ORDER BY tx.id
                   ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                   )
            """,
            hard=SQL(
                "COALESCE(tx.continuity_decline_kind IN %s, FALSE)",
                (HARD, AUTHENTICATE),
            ),
        )

    @api.model
    def _get_tried_sql(self):
        """One row per payment: its first attempt, first refusal, and what it lives by.

        In one pass: joined with themselves, attempts nobody has counted would be looked
        through once for each.
        """
        return SQL(
            """
            SELECT attempt.payment_id,
                   %(first_columns)s,
                   %(refused_columns)s,
                   %(live_columns)s,
                   BOOL_OR(attempt.is_refused) AS is_refused,
                   COUNT(*) AS attempt_count,
                   MIN(attempt.day) AS tried_date,
                   BOOL_OR(attempt.is_refused AND attempt.number = 1)
                       AS is_first_refused,
                   MIN(attempt.day) FILTER (WHERE attempt.is_charged) AS charged_date,
                   SUM(COALESCE(attempt.amount, p.amount))
                       FILTER (WHERE attempt.is_charged) AS charged,
                   SUM(COALESCE(attempt.amount, p.amount))
                       FILTER (WHERE attempt.is_charged_back) AS charged_back,
                   BOOL_OR(attempt.is_charged_back) AS is_charged_back,
                   BOOL_OR(attempt.is_after_hard) AS is_mistake
              FROM attempt
              JOIN continuity_payment p ON p.id = attempt.payment_id
             GROUP BY attempt.payment_id
            """,
            first_columns=self._get_first_sql(
                "first", ("provider_id", "payment_method_id", "amount")
            ),
            refused_columns=self._get_first_sql(
                "refused",
                ("day", "code", "is_hard", "token_id"),
                SQL("attempt.is_refused"),
            ),
            live_columns=self._get_first_sql(
                "live",
                ("number", "token_id", "day"),
                SQL(
                    """attempt.transaction_id = p.transaction_id
                       AND NOT COALESCE(p.is_paid_otherwise, FALSE)"""
                ),
            ),
        )

    @api.model
    def _get_first_sql(self, name, columns, condition=None):
        """Select columns of the first attempt of a kind.

        :param str name: what the columns begin with
        :param tuple[str, ...] columns: of an attempt
        :param SQL condition: which attempts; None = all
        :rtype: SQL
        """
        return SQL(", ").join(
            SQL(
                "(ARRAY_AGG(%s ORDER BY attempt.number) FILTER (WHERE %s))[1] AS %s",
                SQL.identifier("attempt", column),
                condition or SQL("TRUE"),
                SQL.identifier(f"{name}_{column}"),
            )
            for column in columns
        )

    @api.model
    def _get_fact_sql(self):
        """The payment, its first attempt, its first refusal and what came of it."""
        return SQL(
            """
            SELECT p.id, p.id AS continuity_payment_id, p.continuity_order_id,
                   p.company_id, company.currency_id,
                   o.partner_id, o.program_id,
                   COALESCE(shipment.number, 0) AS turn,
                   tried.first_provider_id AS provider_id,
                   tried.first_payment_method_id AS payment_method_id,
                   tried.attempt_count, tried.tried_date, tried.charged_date,
                   tried.is_mistake, tried.is_charged_back,
                   (NOT tried.is_first_refused)::int::numeric AS first_rate,
                   tried.refused_day AS refused_date,
                   tried.refused_code AS decline_code,
                   CASE WHEN tried.refused_is_hard THEN 'hard'
                        WHEN tried.is_refused THEN 'soft'
                   END AS decline_kind,
                   result.outcome,
                   CASE WHEN result.outcome != 'recovered' THEN NULL
                        WHEN p.is_paid_otherwise THEN 'otherwise'
                        WHEN tried.live_token_id = tried.refused_token_id THEN 'same'
                        ELSE 'new'
                   END AS recovered_by,
                   CASE WHEN result.outcome = 'recovered' THEN tried.live_number END
                       AS recovered_attempt,
                   CASE WHEN result.outcome = 'recovered' THEN
                       COALESCE(tried.live_day, matched.day) - tried.refused_day
                   END AS recovered_days,
                   %(amount)s AS amount,
                   %(charged)s AS amount_charged,
                   %(charged_back)s AS amount_charged_back
              FROM tried
              JOIN continuity_payment p ON p.id = tried.payment_id
              JOIN continuity_order o ON o.id = p.continuity_order_id
              JOIN res_company company ON company.id = p.company_id
              JOIN res_currency currency ON currency.id = company.currency_id
              LEFT JOIN LATERAL (
                  SELECT MAX(max_date) AS day FROM account_partial_reconcile
                   WHERE debit_move_id = p.receivable_line_id AND p.is_paid_otherwise
              ) matched ON TRUE
              LEFT JOIN continuity_shipment shipment ON shipment.id = p.shipment_id
              LEFT JOIN continuity_end_reason reason
                ON reason.id = o.end_reason_id AND o.ended_date IS NOT NULL
              LEFT JOIN account_move invoice ON invoice.id = p.invoice_id
              LEFT JOIN (%(rates)s) rate (company_id, currency_id, rate)
                ON rate.company_id = p.company_id AND rate.currency_id = p.currency_id
             CROSS JOIN LATERAL (
                  SELECT CASE
                             WHEN NOT tried.is_refused THEN 'smooth'
                             WHEN p.state IN ('paid', 'authorized') THEN 'recovered'
                             WHEN p.state = 'cancelled' OR reason.kind = 'payment'
                             THEN 'lost'
                             ELSE 'open'
                         END AS outcome
                  ) result
            """,
            amount=self._get_amount_sql(SQL("COALESCE(tried.first_amount, p.amount)")),
            charged=self._get_amount_sql(SQL("COALESCE(tried.charged, 0)")),
            charged_back=self._get_amount_sql(SQL("COALESCE(tried.charged_back, 0)")),
            rates=self._get_rates_sql(),
        )

    @api.model
    def _get_amount_sql(self, amount):
        """Lead an amount over into the currency of the company.

        :param SQL amount: in the currency of the payment
        :rtype: SQL
        """
        return SQL(
            """ROUND(
                   (%s)::numeric / CASE
                       WHEN p.currency_id = company.currency_id THEN 1
                       ELSE COALESCE(
                           NULLIF(invoice.invoice_currency_rate::numeric, 0),
                           rate.rate::numeric
                       )
                   END,
                   currency.decimal_places
               )""",
            amount,
        )

    def _read_group_select(self, aggregate_spec, query):
        """Override: a ratio of amounts is made of sums, never a mean of ratios."""
        if aggregate_spec not in AMOUNT_RATES:
            return super()._read_group_select(aggregate_spec, query)
        sums = (f"{name}:sum_currency" for name in AMOUNT_RATES[aggregate_spec])
        return select_ratio(super()._read_group_select, query, *sums)

    # === ACTIONS === #

    @public(one=True)
    def action_view_payment(self):
        """Open the payment with its attempts.

        :rtype: dict
        """
        self.ensure_one()
        return self.continuity_payment_id._get_records_action()
