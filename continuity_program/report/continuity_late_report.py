# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from ..arguments import public
from ..jobs.create_child_orders import SETTLED
from ..models.runs.continuity_run_line import REASONS

#: Days late of a column, with the day it begins with
BUCKETS = [
    ("01", "1–3 days"),
    ("04", "4–7 days"),
    ("08", "8–14 days"),
    ("15", "15–30 days"),
    ("31", "More than 30 days"),
]
#: What is late, with what tells the ids of one kind from those of the others
KINDS = [
    ("shipment", "Shipment"),
    ("payment", "Payment"),
    ("child", "Draft child order"),
    ("credit", "Draft credit note"),
    ("process", "Process"),
]


class ContinuityLateReport(models.Model):
    """What should have happened before today and has not: one row each.

    Shipments that did not leave, payments that did not come in, child orders that are
    quotations still, credit notes that nobody posted, and processes of the night that
    did not finish. A draft child order stands beside its payment: kinds are not added.

    The reason is the one of the last run, or what the record itself says.
    """

    _name = "continuity.late.report"
    _inherit = ["continuity.virtual.mixin"]
    _description = "Late Work"
    _auto = False
    _rec_name = "continuity_order_id"
    _order = "days_late desc, id"

    kind = fields.Selection(selection=KINDS, string="What", readonly=True)
    job = fields.Selection(
        selection=lambda self: self.env["continuity.run"]._fields["job"].selection,
        string="Process",
        readonly=True,
    )
    company_id = fields.Many2one("res.company", readonly=True)
    program_id = fields.Many2one("continuity.program", readonly=True)
    continuity_order_id = fields.Many2one("continuity.order", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    shipment_id = fields.Many2one("continuity.shipment", readonly=True)
    payment_id = fields.Many2one("continuity.payment", readonly=True)
    child_order_id = fields.Many2one("sale.order", readonly=True)
    move_id = fields.Many2one("account.move", string="Credit note", readonly=True)
    run_id = fields.Many2one("continuity.run", string="Last run", readonly=True)
    due_date = fields.Date(
        readonly=True,
        help="The planned date of a shipment, the due date of a payment, the day a"
        " credit note was made, the last day a process finished.",
    )
    days_late = fields.Integer(readonly=True, aggregator="max")
    bucket = fields.Selection(selection=BUCKETS, string="Late by", readonly=True)
    reason = fields.Selection(
        selection=[
            *REASONS,
            ("not_reached", "Not reached by a run yet"),
            ("overdue", "Customer has not paid"),
            ("not_finished", "Not finished for 26 hours"),
            ("inactive", "Scheduled action switched off"),
            ("copy", "Copied database"),
        ],
        readonly=True,
    )
    message = fields.Char(readonly=True)
    tried_date = fields.Date(string="Last looked at", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    # Kinds overlap, and currencies may differ
    amount = fields.Monetary(readonly=True, aggregator=None)
    late_count = fields.Integer(string="Late", readonly=True)

    _depends = {
        "account.move": [
            "amount_total",
            "continuity_order_id",
            "create_date",
            "currency_id",
            "move_type",
            "state",
        ],
        "continuity.order": ["partner_id", "program_id", "state", "user_id"],
        "continuity.payment": [
            "amount",
            "company_id",
            "continuity_order_id",
            "currency_id",
            "due_date",
            "sequence",
            "shipment_id",
            "state",
            "state_message",
        ],
        "continuity.program": ["company_id", "create_date"],
        "continuity.run": [
            "company_id",
            "date",
            "dry_run",
            "finished_at",
            "job",
            "limit",
            "message",
            "product_id",
            "product_tmpl_id",
            "program_id",
            "sale_order_id",
            "state",
        ],
        "continuity.run.line": [
            "child_order_id",
            "continuity_order_id",
            "job",
            "message",
            "outcome",
            "payment_id",
            "reason",
            "run_id",
            "shipment_id",
        ],
        "continuity.shipment": [
            "action",
            "amount_total",
            "child_order_id",
            "company_id",
            "continuity_order_id",
            "currency_id",
            "failure_message",
            "number",
            "planned_date",
            "state",
        ],
        "ir.cron": ["active"],
        "res.company": ["active", "partner_id"],
        "res.partner": ["tz"],
        "sale.order": ["amount_total", "continuity_order_id", "currency_id", "state"],
    }

    # === COMPUTE METHODS === #

    @api.depends("kind", "job", "continuity_order_id", "shipment_id", "payment_id")
    def _compute_display_name(self):
        jobs = dict(self._fields["job"]._description_selection(self.env))
        for row in self:
            # As a link shows the name of what a person may not read
            record_sudo = row._get_record().sudo()
            row.display_name = jobs.get(row.job) or record_sudo.display_name

    # === QUERY === #

    @property
    def _table_query(self):
        return SQL(
            """
            WITH today AS (%(today)s),
                 late AS (
                     %(shipments)s UNION ALL %(payments)s UNION ALL %(children)s
                     UNION ALL %(credits)s UNION ALL %(processes)s
                 )
            SELECT late.record_id * 8 + late.place AS id,
                   (%(kinds)s)[late.place] AS kind,
                   late.job, late.company_id, o.program_id, late.continuity_order_id,
                   o.partner_id, o.user_id, late.shipment_id, late.payment_id,
                   late.child_order_id, late.move_id, late.run_id, late.due_date,
                   GREATEST(today.day - late.due_date, 1) AS days_late,
                   CASE WHEN today.day - late.due_date > 30 THEN '31'
                        WHEN today.day - late.due_date > 14 THEN '15'
                        WHEN today.day - late.due_date > 7 THEN '08'
                        WHEN today.day - late.due_date > 3 THEN '04'
                        ELSE '01'
                   END AS bucket,
                   late.reason, late.message, late.tried_date,
                   late.currency_id, late.amount,
                   1 AS late_count
              FROM late
              JOIN today ON today.company_id = late.company_id
              LEFT JOIN continuity_order o ON o.id = late.continuity_order_id
            """,
            today=self._get_today_sql(),
            shipments=self._get_shipments_sql(),
            payments=self._get_payments_sql(),
            children=self._get_children_sql(),
            credits=self._get_credits_sql(),
            processes=self._get_processes_sql(),
            kinds=SQL(
                "ARRAY[%s]", SQL(", ").join(SQL("%s", kind) for kind, _ in KINDS)
            ),
        )

    def _get_today_sql(self):
        """Today is that of the company: its days begin in its own zone.

        :rtype: SQL
        """
        return SQL(
            """
            SELECT company.id AS company_id, company.active,
                   COALESCE(partner.tz, 'UTC') AS tz,
                   (%s::timestamp AT TIME ZONE 'UTC'
                       AT TIME ZONE COALESCE(partner.tz, 'UTC'))::date AS day
              FROM res_company company
              JOIN res_partner partner ON partner.id = company.partner_id
            """,
            fields.Datetime.now(),
        )

    def _get_last_line_sql(self, condition):
        """Select what the last run that counts has said about a record.

        :param SQL condition: on `l`, the line of the run
        :rtype: SQL
        """
        return SQL(
            """
            SELECT l.run_id, l.reason, l.message, r.date
              FROM continuity_run_line l
              JOIN continuity_run r ON r.id = l.run_id
             WHERE %s AND NOT COALESCE(r.dry_run, FALSE)
             ORDER BY l.id DESC LIMIT 1
            """,
            condition,
        )

    def _get_shipments_sql(self):
        """Shipments that have not left on their day, for the reason of the last run."""
        return SQL(
            """
            SELECT 1 AS place, s.id AS record_id, NULL AS job, s.company_id,
                   s.continuity_order_id, s.id AS shipment_id, NULL::int AS payment_id,
                   NULL::int AS child_order_id, NULL::int AS move_id, line.run_id,
                   s.planned_date AS due_date,
                   COALESCE(line.reason, 'not_reached') AS reason,
                   COALESCE(line.message, s.failure_message) AS message,
                   line.date AS tried_date, s.currency_id, s.amount_total AS amount
              FROM today
              JOIN continuity_shipment s
                ON s.company_id = today.company_id AND s.planned_date < today.day
               AND s.state = 'planned' AND s.action != 'skip'
              JOIN continuity_order o
                ON o.id = s.continuity_order_id
               AND o.state IN ('running', 'paused', 'on_hold')
              LEFT JOIN LATERAL (%s) line ON TRUE
            """,
            self._get_last_line_sql(
                SQL(
                    """l.continuity_order_id = s.continuity_order_id
                       AND (l.shipment_id = s.id OR l.shipment_id IS NULL)
                       AND l.job = 'create_child_orders' AND l.outcome != 'done'"""
                )
            ),
        )

    def _get_payments_sql(self):
        """Payments that are due and have not come in."""
        return SQL(
            """
            SELECT 2, p.id, NULL, p.company_id, p.continuity_order_id, p.shipment_id,
                   p.id, NULL::int, NULL::int, line.run_id, p.due_date,
                   %(reason)s,
                   COALESCE(NULLIF(p.state_message, ''), line.message),
                   line.date, p.currency_id, p.amount
              FROM today
              JOIN (
                   SELECT * FROM continuity_payment
                    WHERE state IN ('scheduled', 'declined')
                    UNION ALL
                   SELECT * FROM continuity_payment
                    WHERE state IN ('billed', 'processing', 'pending', 'unknown')
              ) p ON p.company_id = today.company_id AND p.due_date < today.day
              JOIN continuity_order o
                ON o.id = p.continuity_order_id AND o.state != 'draft'
              LEFT JOIN LATERAL (%(line)s) line ON TRUE
            """,
            reason=self._get_payment_reason_sql(),
            line=self._get_last_line_sql(SQL("l.payment_id = p.id")),
        )

    def _get_payment_reason_sql(self):
        """Say why a payment `p` is open; of one nobody asked for, its last run `line`.

        :rtype: SQL
        """
        return SQL(
            """CASE WHEN p.state = 'billed' THEN 'overdue'
                    WHEN p.state = 'scheduled'
                    THEN COALESCE(NULLIF(line.reason, 'created'), 'not_reached')
                    ELSE p.state
               END"""
        )

    def _get_children_sql(self):
        """Child orders that are quotations still, for the payment they wait for."""
        return SQL(
            """
            SELECT 3, c.id, NULL, c.company_id, s.continuity_order_id, s.id, p.id, c.id,
                   NULL::int, line.run_id, s.planned_date,
                   CASE WHEN p.id IS NULL
                        THEN COALESCE(NULLIF(line.reason, 'created'), 'not_reached')
                        ELSE %(reason)s
                   END,
                   COALESCE(NULLIF(p.state_message, ''), line.message),
                   line.date, c.currency_id, c.amount_total
              FROM today
              JOIN sale_order c
                ON c.company_id = today.company_id AND c.continuity_order_id IS NOT NULL
               AND c.state IN ('draft', 'sent')
              JOIN LATERAL (
                   SELECT * FROM continuity_shipment
                    WHERE child_order_id = c.id AND state = 'ordered'
                    ORDER BY planned_date, number, id LIMIT 1
              ) s ON s.planned_date < today.day
              LEFT JOIN LATERAL (
                   SELECT payment.*
                     FROM continuity_payment payment
                    WHERE payment.child_order_id = c.id
                      AND payment.state NOT IN %(settled)s
                      AND payment.due_date <= today.day
                    ORDER BY payment.due_date, payment.sequence, payment.id LIMIT 1
              ) p ON TRUE
              LEFT JOIN LATERAL (%(line)s) line ON TRUE
            """,
            reason=self._get_payment_reason_sql(),
            settled=SETTLED,
            line=self._get_last_line_sql(SQL("l.child_order_id = c.id")),
        )

    def _get_credits_sql(self):
        """Credit notes that were proposed, and that nobody has posted."""
        return SQL(
            """
            SELECT 4, m.id, NULL, m.company_id, m.continuity_order_id, NULL::int,
                   NULL::int, NULL::int, m.id, NULL::int, made.day,
                   'draft_credit', NULL, NULL::date, m.currency_id, m.amount_total
              FROM today
              JOIN account_move m
                ON m.company_id = today.company_id AND m.continuity_order_id IS NOT NULL
               AND m.move_type = 'out_refund' AND m.state = 'draft'
              JOIN LATERAL (
                   SELECT (m.create_date AT TIME ZONE 'UTC'
                       AT TIME ZONE today.tz)::date AS day
              ) made ON made.day < today.day
            """
        )

    # === ACTIONS === #

    def _get_record(self):
        """Return the record that is late; of a process, its last run.

        :rtype: odoo.models.BaseModel
        """
        self.ensure_one()
        return {
            "shipment": self.shipment_id,
            "payment": self.payment_id,
            "child": self.child_order_id,
            "credit": self.move_id,
            "process": self.run_id,
        }.get(self.kind, self.continuity_order_id)

    @public(one=True)
    def action_open_record(self):
        """Open what is late; who may not read it gets the continuity order.

        :rtype: dict
        """
        self.ensure_one()
        record = self._get_record()
        if self.kind == "process" and not record:
            return self.env["ir.actions.act_window"]._for_xml_id(
                "continuity_program.continuity_run_action"
            )
        if not record.has_access("read"):
            record = self.continuity_order_id
        return record._get_records_action()
