# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...arguments import public, read_date


class ContinuityException(models.Model):
    """What is not going to happen as things stand: a parcel, a charge, a closing.

    One open row for each thing and reason, from the day it was found to the day it is
    gone. Nobody writes or deletes them: a row closes when what it says is no longer so.
    """

    _name = "continuity.exception"
    _description = "Continuity Exception"
    _rec_name = "continuity_order_id"
    _order = "due_date, amount desc, id"
    _check_company_auto = True

    key = fields.Char(
        required=True,
        readonly=True,
        help="What it is about, and the kind of reason: one open row for each.",
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    reason = fields.Selection(selection="_get_reasons", required=True, readonly=True)
    severity = fields.Selection(
        selection=[("blocks", "Blocks"), ("money", "Money"), ("warning", "Warning")],
        required=True,
        readonly=True,
        help="Blocks: a shipment will not leave. Money: a payment, a bill or a closing"
        " waits. Warning: nothing is stopped yet.",
    )
    message = fields.Char(readonly=True)
    continuity_order_id = fields.Many2one(
        "continuity.order", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    shipment_id = fields.Many2one(
        "continuity.shipment", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    payment_id = fields.Many2one(
        "continuity.payment", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    run_id = fields.Many2one(
        "continuity.run",
        string="Last run",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    program_id = fields.Many2one(
        "continuity.program", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    product_id = fields.Many2one(
        "product.product", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    late_item_id = fields.Many2one(
        "continuity.late.item",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    partner_id = fields.Many2one(
        related="continuity_order_id.partner_id", string="Customer", store=True
    )
    owner_id = fields.Many2one(
        "res.users",
        readonly=True,
        index="btree_not_null",
        help="Who looks after the order.",
    )
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount = fields.Monetary(
        string="At stake",
        readonly=True,
        help="Value of the shipment, tax included, or the payment.",
    )
    due_date = fields.Date(
        readonly=True, help="The day the shipment or the payment is due."
    )
    first_seen = fields.Date(string="Since", required=True, readonly=True)
    last_seen = fields.Date(required=True, readonly=True)
    age = fields.Integer(
        string="Days",
        compute="_compute_age",
        help="How many days it has been so; of a closed one, how many it was.",
    )
    snoozed_until = fields.Date(
        string="Snoozed until",
        readonly=True,
        help="Out of the way until that day, for everybody.",
    )
    snoozed_by_id = fields.Many2one("res.users", string="Snoozed by", readonly=True)
    is_snoozed = fields.Boolean(
        compute="_compute_is_snoozed", search="_search_is_snoozed"
    )
    closed_on = fields.Date(string="Closed", readonly=True)
    closed_as = fields.Selection(
        string="Closed as",
        selection=[
            ("mended", "Mended"),
            ("left", "Ended or given up"),
            ("gone", "No longer due"),
        ],
        readonly=True,
        help="Mended: the reason is gone. Ended or given up: the order has ended, or"
        " the payment was given up. No longer due: it is not due any more.",
    )

    _one_open = models.UniqueIndex("(key) WHERE closed_on IS NULL")
    _inbox = models.Index("(company_id, severity, due_date) WHERE closed_on IS NULL")

    @api.model
    def _get_reasons(self):
        """List the words of the processes, those of the work list, and our own.

        :rtype: list[tuple[str, str]]
        """
        lines = self.env["continuity.run.line"]._fields["reason"]
        payments = self.env["continuity.payment"]._fields["attention"]
        reasons = {
            **dict(payments._description_selection(self.env)),
            **dict(lines._description_selection(self.env)),
            "extension": self.env._("No shipment laid out"),
            "copy": self.env._("Copied database"),
            "inactive": self.env._("Scheduled action switched off"),
            "not_finished": self.env._("Not finished for 26 hours"),
            "product_archived": self.env._("Product not for sale any more"),
            "address_incomplete": self.env._("Address incomplete"),
            "no_email": self.env._("No e-mail address"),
            "mail_failed": self.env._("Mail did not arrive"),
            "price_zero": self.env._("Costs nothing"),
            "program_ends": self.env._("Program ends"),
            "piece_tax": self.env._("Tax per piece, paid in advance"),
            "late_item": self.env._("Late item"),
        }
        return list(reasons.items())

    # === COMPUTE METHODS === #

    @api.depends("first_seen", "closed_on")
    @api.depends_context("uid")
    def _compute_age(self):
        for row in self:
            company = row.company_id or self.env.company
            day = row.closed_on or company._continuity_today()
            row.age = (day - row.first_seen).days if row.first_seen else 0

    @api.depends("snoozed_until")
    def _compute_is_snoozed(self):
        for row in self:
            today = (row.company_id or self.env.company)._continuity_today()
            row.is_snoozed = bool(row.snoozed_until) and row.snoozed_until > today

    def _search_is_snoozed(self, operator, value):
        if operator != "in":
            return NotImplemented
        snoozed = Domain.OR(
            Domain("company_id", "=", company.id)
            & Domain("snoozed_until", ">", company._continuity_today())
            for company in self.env.companies
        )
        wanted = Domain.FALSE
        if True in value:
            wanted |= snoozed
        if False in value:
            wanted |= ~snoozed
        return wanted

    @api.depends(
        *("continuity_order_id", "shipment_id", "payment_id", "run_id"),
        *("late_item_id", "product_id", "program_id"),
    )
    def _compute_display_name(self):
        for row in self:
            # As a link shows the name of what a person may not read
            record_sudo = row.sudo()._get_record()
            row.display_name = record_sudo.display_name or row.company_id.name

    @api.model
    def _count_open(self, name, records):
        """Count the open rows the person may read, by what they are about.

        :param str name: field of the row
        :param records: what they are about
        :return: number of rows by id
        :rtype: dict[int, int]
        """
        if not self.has_access("read"):
            return {}
        groups = self._read_group(
            [(name, "in", records.ids), ("closed_on", "=", False)], [name], ["__count"]
        )
        return {record.id: count for record, count in groups}

    # === ACTIONS === #

    @api.model
    def _get_inbox(self, record, domain):
        """Open the rows of an order or a program, the open ones first.

        :rtype: dict
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "continuity_program.continuity_exception_action"
        )
        return {
            **action,
            "name": self.env._("Exceptions of %s", record.display_name),
            "domain": domain,
            "context": {"search_default_filter_open": 1},
        }

    def _get_record(self):
        """Return what the row is about: the nearest of its records.

        :rtype: odoo.models.BaseModel
        """
        self.ensure_one()
        return (
            self.payment_id
            or self.shipment_id
            or self.continuity_order_id
            or self.late_item_id
            or self.product_id
            or self.program_id
            or self.run_id
        )

    @public(one=True)
    def action_open(self):
        """Open what the row is about; who may not read it gets the order.

        :rtype: dict
        """
        self.ensure_one()
        record = self._get_record()
        if not record or not record.has_access("read"):
            record = self.continuity_order_id
        if not record:
            return self.env["ir.actions.act_window"]._for_xml_id(
                "continuity_program.continuity_run_action"
            )
        return record._get_records_action()

    @public(until=read_date)
    def action_snooze(self, until=None):
        """Take rows out of the way until a day, for everybody.

        :param date until: the first day they are shown again; None = in a week
        :raise UserError: a day that has come, or a row that is closed
        """
        self._check_may_snooze()
        for company, rows in self.grouped("company_id").items():
            today = company._continuity_today()
            day = until or fields.Date.add(today, days=7)
            if day <= today:
                raise UserError(self.env._("Choose a day that has not come yet."))
            # Nobody writes rows: the right was checked
            rows.sudo().write({"snoozed_until": day, "snoozed_by_id": self.env.uid})

    @public()
    def action_wake(self):
        """Show rows again that were out of the way."""
        self._check_may_snooze()
        # Nobody writes rows: the right was checked
        self.sudo().write({"snoozed_until": False, "snoozed_by_id": False})

    def _check_may_snooze(self):
        """Refuse who only reads, and rows that are closed."""
        self.check_access("read")
        # Who may change nothing of an order may not put it out of others' sight
        if not self.env.user.has_groups(
            "sales_team.group_sale_salesman,account.group_account_invoice"
        ):
            raise UserError(
                self.env._("Ask a salesperson or an accountant to put it aside.")
            )
        for row in self.filtered("closed_on"):
            raise UserError(self.env._("%s is closed already.", row.display_name))

    @public()
    def action_check_again(self):
        """Look again at what the rows are about.

        What is mended is closed; the others say what is still wrong.
        """
        self.check_access("read")
        # Rows are the system's own
        rows_sudo = self.sudo()
        rows_sudo._refresh_orders(rows_sudo.continuity_order_id)
        for company in rows_sudo.filtered(
            lambda row: not row.continuity_order_id
        ).company_id:
            rows_sudo._refresh_company(company)
