# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from ..arguments import public


class ContinuityPrepaymentReport(models.Model):
    """What customers have paid in advance, order by order (rules C6, D-7).

    Two sources meet in a row: the prepaid units of the shipments, which know nothing
    of bookkeeping, and the posted entries on the prepayment account. The difference is
    what rounding has left, or a mistake. What was booked on a prepayment account for
    no continuity order is a row of its own, so that the total of *Ledger balance* is
    always the balance of the account.

    All amounts are in the currency of the company, at the rate of the up-front invoice
    (rules BR10): a prepayment is a debt of the company, and positive here.
    """

    _name = "continuity.prepayment.report"
    _inherit = ["continuity.virtual.mixin"]
    _description = "Open Prepayment per Continuity Order"
    _auto = False
    _rec_name = "continuity_order_id"
    _order = "continuity_order_id desc, id desc"

    continuity_order_id = fields.Many2one("continuity.order", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    program_id = fields.Many2one("continuity.program", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    sale_order_id = fields.Many2one("sale.order", string="Parent order", readonly=True)
    invoice_id = fields.Many2one(
        "account.move", string="Up-front invoice", readonly=True
    )
    invoice_date = fields.Date(readonly=True)
    account_id = fields.Many2one(
        "account.account", string="Prepayment account", readonly=True
    )
    state = fields.Selection(
        selection=lambda self: (
            self.env["continuity.order"]
            ._fields["state"]
            ._description_selection(self.env)
        ),
        string="Order state",
        readonly=True,
    )
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount_prepaid = fields.Monetary(
        string="Prepaid", readonly=True, help="Units billed up front, without tax."
    )
    amount_released = fields.Monetary(
        string="Released",
        readonly=True,
        help="Units delivered and invoiced: moved to sales.",
    )
    amount_credited = fields.Monetary(
        string="Credited",
        readonly=True,
        help="Units, or a part of their price, given back by credit note.",
    )
    amount_open = fields.Monetary(
        string="Open", readonly=True, help="Units the customer has still to get."
    )
    amount_waiting = fields.Monetary(
        string="Waits for delivery",
        readonly=True,
        help="The part of Open whose child orders are made and not delivered yet. It"
        " moves to sales with the delivery, not with the date.",
    )
    amount_ledger = fields.Monetary(
        string="Ledger balance",
        readonly=True,
        help="Posted on the prepayment account. The total is its balance.",
    )
    amount_difference = fields.Monetary(
        string="Difference",
        readonly=True,
        help="Ledger balance less open units. Rounding leaves at most one unit of the"
        " currency per delivered line until the order is closed; more is a mistake.",
    )
    amount_not_due = fields.Monetary(
        string="Instalments not due",
        readonly=True,
        help="Receivables of the up-front invoice that fall due later than today: for"
        " netting with the prepayment in the balance sheet.",
    )

    # The view reads stored columns: what is in the cache is written first
    _depends = {
        "account.move": [
            "continuity_order_id",
            "invoice_currency_rate",
            "invoice_date",
            "move_type",
            "state",
        ],
        "account.move.line": [
            "account_id",
            "balance",
            "company_id",
            "continuity_credit",
            "move_id",
            "parent_state",
            "price_subtotal",
            "price_unit",
            "quantity",
            "sale_line_ids",
        ],
        "continuity.order": [
            "company_id",
            "currency_id",
            "partner_id",
            "program_id",
            "sale_order_id",
            "sale_order_line_id",
            "state",
            "upfront_invoice_id",
        ],
        "continuity.payment": ["amount", "due_date", "invoice_id", "state"],
        "continuity.shipment": ["continuity_order_id", "state"],
        "continuity.shipment.line": [
            "credited_quantity",
            "discount",
            "prepaid_price_unit",
            "prepaid_quantity",
            "released_quantity",
            "shipment_id",
        ],
        "res.company": ["continuity_prepayment_account_id", "currency_id"],
    }

    # === QUERY === #

    @property
    def _table_query(self):
        return SQL(
            """
            WITH upfront AS (%(upfront)s),
                 units AS (%(units)s),
                 differences AS (%(differences)s),
                 ledger AS (%(ledger)s),
                 not_due AS (%(not_due)s)
            SELECT COALESCE(upfront.order_id * 2, ledger.first_line_id * 2 + 1) AS id,
                   upfront.order_id AS continuity_order_id,
                   COALESCE(upfront.company_id, ledger.company_id) AS company_id,
                   COALESCE(upfront.account_id, ledger.account_id) AS account_id,
                   company.currency_id,
                   upfront.program_id,
                   upfront.partner_id,
                   upfront.sale_order_id,
                   upfront.invoice_id,
                   upfront.invoice_date,
                   upfront.state,
                   COALESCE(units.prepaid, 0) + COALESCE(differences.agreed, 0)
                       AS amount_prepaid,
                   COALESCE(units.released, 0) AS amount_released,
                   COALESCE(units.credited, 0) + COALESCE(differences.credited, 0)
                       AS amount_credited,
                   %(open)s AS amount_open,
                   COALESCE(units.waiting, 0) AS amount_waiting,
                   COALESCE(ledger.balance, 0) AS amount_ledger,
                   COALESCE(ledger.balance, 0) - (%(open)s) AS amount_difference,
                   COALESCE(not_due.amount, 0) AS amount_not_due
              FROM upfront
              FULL JOIN ledger
                ON ledger.order_id = upfront.order_id
               AND ledger.account_id = upfront.account_id
               AND ledger.company_id = upfront.company_id
              LEFT JOIN units ON units.order_id = upfront.order_id
              LEFT JOIN differences ON differences.order_id = upfront.order_id
              LEFT JOIN not_due ON not_due.order_id = upfront.order_id
              JOIN res_company company
                ON company.id = COALESCE(upfront.company_id, ledger.company_id)
            """,
            upfront=self._get_upfront_sql(),
            units=self._get_units_sql(),
            differences=self._get_differences_sql(),
            ledger=self._get_ledger_sql(),
            not_due=self._get_not_due_sql(),
            open=self._get_open_sql(),
        )

    @api.model
    def _get_open_sql(self):
        """Value of what an order has still to get."""
        return SQL(
            """COALESCE(units.prepaid - units.released - units.credited, 0)
               + COALESCE(differences.agreed - differences.credited, 0)"""
        )

    @api.model
    def _get_open_total_sql(self, upfront):
        """Total of *Open* per company and account, without what stands beside it.

        :param SQL upfront: rows of :meth:`_get_upfront_sql`
        :rtype: SQL
        """
        return SQL(
            """
            WITH upfront AS (%(upfront)s),
                 units AS (%(units)s),
                 differences AS (%(differences)s)
            SELECT upfront.company_id, upfront.account_id, SUM(%(open)s) AS amount
              FROM upfront
              LEFT JOIN units ON units.order_id = upfront.order_id
              LEFT JOIN differences ON differences.order_id = upfront.order_id
             GROUP BY upfront.company_id, upfront.account_id
            """,
            upfront=upfront,
            units=self._get_units_sql(),
            differences=self._get_differences_sql(),
            open=self._get_open_sql(),
        )

    @api.model
    def _get_upfront_sql(self):
        """One row per order with an up-front invoice, and how its prices are booked.

        *net_share* leads from the price in the tax mode of the goods to what was
        booked: 1 for prices without tax (rules N13).

        Order by order: joined by two columns at once, the database takes all of it for
        one row, and looks everything else through once for each of them.
        """
        return SQL(
            """
            SELECT o.id AS order_id, o.company_id, o.program_id, o.partner_id,
                   o.sale_order_id, o.state,
                   move.id AS invoice_id, move.invoice_date,
                   line.account_id,
                   line.price_subtotal::numeric / NULLIF(
                       line.price_unit::numeric * line.quantity::numeric, 0
                   ) AS net_share,
                   COALESCE(NULLIF(move.invoice_currency_rate::numeric, 0), 1) AS rate,
                   order_currency.decimal_places AS order_digits,
                   company_currency.decimal_places AS company_digits
              FROM continuity_order o
              JOIN account_move move ON move.id = o.upfront_invoice_id
              JOIN LATERAL (
                  SELECT line.account_id, line.price_subtotal, line.price_unit,
                         line.quantity
                    FROM sale_order_line_invoice_rel rel
                    JOIN account_move_line line
                      ON line.id = rel.invoice_line_id AND line.move_id = move.id
                   WHERE rel.order_line_id = o.sale_order_line_id
                   ORDER BY line.id LIMIT 1
                  ) line ON TRUE
              JOIN res_currency order_currency ON order_currency.id = o.currency_id
              JOIN res_company company ON company.id = o.company_id
              JOIN res_currency company_currency
                ON company_currency.id = company.currency_id
            """
        )

    @api.model
    def _get_units_sql(self):
        """Value of the prepaid units per order, each line rounded like a document."""
        return SQL(
            """
            SELECT upfront.order_id,
                   SUM(%(prepaid)s) AS prepaid,
                   SUM(%(released)s) AS released,
                   SUM(%(credited)s) AS credited,
                   SUM(%(prepaid)s - %(released)s - %(credited)s)
                       FILTER (WHERE shipment.state = 'ordered') AS waiting
              FROM upfront
              JOIN continuity_shipment shipment
                ON shipment.continuity_order_id = upfront.order_id
              JOIN continuity_shipment_line line ON line.shipment_id = shipment.id
             WHERE line.prepaid_quantity != 0
             GROUP BY upfront.order_id
            """,
            prepaid=self._get_value_sql(SQL.identifier("line", "prepaid_quantity")),
            released=self._get_value_sql(SQL.identifier("line", "released_quantity")),
            credited=self._get_value_sql(SQL.identifier("line", "credited_quantity")),
        )

    @api.model
    def _get_value_sql(self, quantity):
        """Value of units of a line in company currency.

        :param SQL quantity: column of the units
        """
        return SQL(
            """ROUND(
                   ROUND(
                       COALESCE(%s, 0)::numeric
                       * COALESCE(line.prepaid_price_unit, 0)::numeric
                       * (100 - COALESCE(line.discount, 0)::numeric) / 100
                       * COALESCE(upfront.net_share, 1),
                       upfront.order_digits
                   ) / upfront.rate,
                   upfront.company_digits
               )""",
            quantity,
        )

    @api.model
    def _get_differences_sql(self):
        """What cheaper substitutes give back of the prepaid price (rules N48).

        The price of the units falls when the swap is agreed; the ledger follows when
        the accountant posts the note.
        """
        return SQL(
            """
            SELECT upfront.order_id,
                   SUM(%(value)s) AS agreed,
                   COALESCE(
                       SUM(%(value)s) FILTER (WHERE line.parent_state = 'posted'), 0
                   ) AS credited
              FROM upfront
              JOIN account_move move ON move.continuity_order_id = upfront.order_id
              JOIN account_move_line line ON line.move_id = move.id
             WHERE move.move_type = 'out_refund'
               AND line.continuity_credit = 'difference'
               AND line.parent_state != 'cancel'
             GROUP BY upfront.order_id
            """,
            value=SQL(
                """ROUND(
                       line.price_subtotal::numeric / upfront.rate,
                       upfront.company_digits
                   )"""
            ),
        )

    @api.model
    def _get_ledger_sql(self):
        """Balance of the prepayment accounts per continuity order."""
        return SQL(
            """
            SELECT move.continuity_order_id AS order_id,
                   line.company_id,
                   line.account_id,
                   MIN(line.id) AS first_line_id,
                   -SUM(line.balance) AS balance
              FROM account_move_line line
              JOIN account_move move ON move.id = line.move_id
             WHERE line.parent_state = 'posted'
               AND (
                   line.account_id IN (SELECT account_id FROM upfront)
                   OR line.account_id IN (
                       SELECT continuity_prepayment_account_id FROM res_company
                   )
               )
             GROUP BY move.continuity_order_id, line.company_id, line.account_id
            """
        )

    @api.model
    def _get_not_due_sql(self):
        """Instalments of the up-front invoice that fall due after today (D-7)."""
        return SQL(
            """
            SELECT upfront.order_id,
                   SUM(ROUND(
                       row.amount::numeric / upfront.rate, upfront.company_digits
                   )) AS amount
              FROM upfront
              JOIN continuity_payment row ON row.invoice_id = upfront.invoice_id
             WHERE row.state IN ('scheduled', 'billed')
               AND row.due_date > %s
             GROUP BY upfront.order_id
            """,
            self.env.company._continuity_today(),
        )

    # === ACTIONS === #

    @public(one=True)
    def action_view_order(self):
        """Open the continuity order of the row, else what was booked without one.

        :rtype: dict
        """
        self.ensure_one()
        if not self.continuity_order_id:
            return self.action_view_entries()
        return self.continuity_order_id._get_records_action()

    @public(one=True)
    def action_view_entries(self):
        """Open the posted items on the prepayment account behind *Ledger balance*.

        :rtype: dict
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Prepayment of %s", self.display_name),
            "res_model": "account.move.line",
            "views": [(False, "list"), (False, "form")],
            "domain": [
                ("account_id", "=", self.account_id.id),
                ("company_id", "=", self.company_id.id),
                ("parent_state", "=", "posted"),
                ("move_id.continuity_order_id", "=", self.continuity_order_id.id),
            ],
        }

    @api.depends("continuity_order_id", "account_id")
    def _compute_display_name(self):
        for row in self:
            order = row.continuity_order_id
            row.display_name = (
                order.display_name
                if order
                else self.env._("%s: no continuity order", row.account_id.display_name)
            )
