# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from ..arguments import public


class ContinuityPrepaymentMovement(models.Model):
    """What moved deferred revenue: one posted item on a prepayment account, and why.

    Amounts are in the currency of the company. A prepayment is a debt of the company,
    and positive here: an up-front invoice adds, a release takes away.
    """

    _name = "continuity.prepayment.movement"
    _inherit = ["continuity.virtual.mixin"]
    _description = "Movement of Deferred Revenue"
    _auto = False
    _rec_name = "move_id"
    _order = "date desc, id desc"

    date = fields.Date(readonly=True)
    move_id = fields.Many2one("account.move", string="Journal entry", readonly=True)
    kind = fields.Selection(
        selection=[
            ("billed", "Billed"),
            ("released", "Released"),
            ("taken_back", "Taken back"),
            ("credited", "Credited"),
            ("rounding", "Rounding"),
            ("other", "Other"),
        ],
        readonly=True,
        help="Billed: up-front invoice. Released: goods delivered, moved to sales."
        " Taken back: a release that was reversed. Credited: given back to the"
        " customer. Rounding: what was left when an order was closed. Other: booked"
        " outside the programs.",
    )
    continuity_order_id = fields.Many2one("continuity.order", readonly=True)
    program_id = fields.Many2one("continuity.program", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    account_id = fields.Many2one(
        "account.account", string="Prepayment account", readonly=True
    )
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount = fields.Monetary(readonly=True)
    entered_at = fields.Datetime(
        string="Entered on",
        readonly=True,
        help="When the item was made, whatever its accounting date says.",
    )

    _depends = {
        "account.move": [
            "continuity_order_id",
            "invoice_currency_rate",
            "move_type",
            "reversed_entry_id",
        ],
        "account.move.line": [
            "account_id",
            "balance",
            "company_id",
            "create_date",
            "date",
            "move_id",
            "parent_state",
            "partner_id",
            "sale_line_ids",
        ],
        "continuity.order": [
            "currency_id",
            "program_id",
            "sale_order_line_id",
            "state",
            "upfront_invoice_id",
        ],
        "res.company": ["continuity_prepayment_account_id", "currency_id"],
    }

    # === QUERY === #

    @property
    def _table_query(self):
        return self._get_movement_sql(
            self.env["continuity.prepayment.report"]._get_upfront_sql()
        )

    @api.model
    def _get_movement_sql(self, invoiced):
        """Select what moved deferred revenue.

        :param SQL invoiced: rows with the accounts of the up-front invoices
        :rtype: SQL
        """
        return SQL(
            """
            WITH RECURSIVE item AS (%(item)s),
                 origin AS (%(origin)s),
                 upfront AS (
                     SELECT DISTINCT upfront_invoice_id AS move_id
                       FROM continuity_order
                      WHERE upfront_invoice_id IS NOT NULL
                 )
            SELECT item.id,
                   item.date,
                   item.move_id,
                   item.partner_id,
                   item.account_id,
                   item.company_id,
                   company.currency_id,
                   item.create_date AS entered_at,
                   -item.balance AS amount,
                   o.id AS continuity_order_id,
                   o.program_id,
                   %(kind)s AS kind,
                   %(tolerance)s AS tolerance
              FROM item
              JOIN account_move move ON move.id = item.move_id
              JOIN res_company company ON company.id = item.company_id
              JOIN res_currency currency ON currency.id = company.currency_id
              LEFT JOIN (
                  SELECT DISTINCT ON (move_id) move_id, origin_id
                    FROM origin
                   ORDER BY move_id, depth DESC
              ) undone ON undone.move_id = move.id
              JOIN account_move first ON first.id = COALESCE(undone.origin_id, move.id)
              LEFT JOIN continuity_order o
                ON o.id = COALESCE(move.continuity_order_id, first.continuity_order_id)
              LEFT JOIN res_currency order_currency ON order_currency.id = o.currency_id
              LEFT JOIN upfront ON upfront.move_id = first.id
              LEFT JOIN upfront credited ON credited.move_id = first.reversed_entry_id
            """,
            item=self._get_item_sql(invoiced),
            origin=self._get_origin_sql(),
            kind=self._get_kind_sql(),
            tolerance=self._get_tolerance_sql(),
        )

    @api.model
    def _get_item_sql(self, invoiced):
        """Posted items on the accounts of the up-front invoices and of the setting.

        :param SQL invoiced: rows with the accounts of the invoices
        :rtype: SQL
        """
        return SQL(
            """
            SELECT line.id, line.date, line.move_id, line.partner_id, line.account_id,
                   line.company_id, line.create_date, line.balance
              FROM account_move_line line
             WHERE line.parent_state = 'posted'
               AND line.account_id IN (
                   SELECT account_id FROM (%s) invoiced
                    UNION
                   SELECT continuity_prepayment_account_id FROM res_company
               )
            """,
            invoiced,
        )

    @api.model
    def _get_origin_sql(self):
        """Walk from what undoes a document to that document.

        A credit note is a document of its own: the walk goes through it only where it
        undoes something that undid something itself.
        """
        step = SQL(
            """JOIN account_move undone ON undone.id = move.reversed_entry_id
                AND (move.move_type != 'out_refund'
                     OR undone.reversed_entry_id IS NOT NULL)"""
        )
        return SQL(
            """
            SELECT move.id AS move_id, undone.id AS origin_id, 1 AS depth
              FROM (SELECT DISTINCT move_id FROM item) found
              JOIN account_move move ON move.id = found.move_id
              %(step)s
             UNION ALL
            SELECT origin.move_id, undone.id, origin.depth + 1
              FROM origin
              JOIN account_move move ON move.id = origin.origin_id
              %(step)s
            """,
            step=step,
        )

    @api.model
    def _get_kind_sql(self):
        """Say why the item was booked; what undoes a document is of its kind."""
        return SQL(
            """CASE
                   WHEN upfront.move_id IS NOT NULL THEN 'billed'
                   WHEN first.move_type = 'out_refund'
                        AND credited.move_id IS NOT NULL THEN 'credited'
                   WHEN o.id IS NULL THEN 'other'
                   WHEN first.move_type = 'out_invoice' THEN 'released'
                   WHEN first.move_type = 'out_refund' THEN 'taken_back'
                   WHEN first.move_type = 'entry' THEN 'rounding'
                   ELSE 'other'
               END"""
        )

    @api.model
    def _get_tolerance_sql(self):
        """How much rounding may leave of the item until its order is closed.

        One unit of the currency; of an order in another currency half a unit of the
        company's, and the unit of the order at the rate of the document.
        """
        return SQL(
            """CASE
                   WHEN o.state IN ('closed', 'cancelled') OR upfront.move_id = move.id
                        OR move.move_type NOT IN ('out_invoice', 'out_refund')
                   THEN 0
                   WHEN o.currency_id = company.currency_id THEN currency.rounding
                   WHEN o.id IS NOT NULL
                   THEN currency.rounding / 2 + order_currency.rounding
                        / COALESCE(NULLIF(move.invoice_currency_rate::numeric, 0), 1)
                   ELSE 0
               END"""
        )

    # === ACTIONS === #

    @public(one=True)
    def action_view_entry(self):
        """Open the journal entry; who may not read it gets the continuity order.

        :rtype: dict
        """
        self.ensure_one()
        if self.continuity_order_id and not self.move_id.has_access("read"):
            return self.continuity_order_id._get_records_action()
        return self.move_id._get_records_action()
