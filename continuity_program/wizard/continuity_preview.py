# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace

from odoo import api, fields, models
from odoo.exceptions import UserError

from .. import planning
from ..models.base.continuity_bounds_mixin import MOST_PAYMENTS, MOST_SHIPMENTS

# Rows that are shown; a program may have thousands
SHOWN_ROWS = 60


class ContinuityPreview(models.TransientModel):
    """What an order of a program would ship and cost, before anybody has ordered it.

    It asks the same planning code as order entry and the jobs.
    """

    _name = "continuity.preview"
    _inherit = ["continuity.dialog"]
    _description = "Preview of a Continuity Program"
    _check_company_auto = True

    program_id = fields.Many2one(
        comodel_name="continuity.program",
        string="Continuity program",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="program_id.company_id")
    order_date = fields.Date(
        compute="_compute_order_date",
        store=True,
        readonly=False,
        precompute=True,
        string="Order date",
        required=True,
        help="The day the customer orders.",
    )
    start_date = fields.Date(
        string="Start date",
        help="The start date the customer asks for. Empty: the program decides.",
    )
    quantity = fields.Float(
        digits="Product Unit", default=1.0, help="Quantity of the parent product."
    )
    product_id = fields.Many2one(
        comodel_name="product.product",
        string="Parent product",
        domain="[('continuity_program_id', '=', program_id)]",
        check_company=True,
        help="Says how many events are sold. Empty: all of them.",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        check_company=True,
        help="For the customer's price list and taxes.",
    )
    pricelist_id = fields.Many2one(
        comodel_name="product.pricelist",
        compute="_compute_pricelist_id",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
    )
    fiscal_position_id = fields.Many2one(
        comodel_name="account.fiscal.position", compute="_compute_fiscal_position_id"
    )
    currency_id = fields.Many2one(
        comodel_name="res.currency", compute="_compute_currency_id"
    )
    preview_html = fields.Html(compute="_compute_preview_html", sanitize=False)

    # === COMPUTE METHODS === #

    @api.depends("program_id")
    def _compute_order_date(self):
        for preview in self:
            company = preview.company_id or self.env.company
            preview.order_date = company._continuity_today()

    @api.depends("partner_id")
    def _compute_pricelist_id(self):
        for preview in self:
            partner = preview.partner_id.with_company(preview.company_id)
            preview.pricelist_id = partner.property_product_pricelist

    @api.depends("partner_id")
    def _compute_fiscal_position_id(self):
        for preview in self:
            positions = self.env["account.fiscal.position"].with_company(
                preview.company_id
            )
            preview.fiscal_position_id = (
                positions._get_fiscal_position(preview.partner_id)
                if preview.partner_id
                else False
            )

    @api.depends("pricelist_id", "program_id")
    def _compute_currency_id(self):
        for preview in self:
            preview.currency_id = (
                preview.pricelist_id.currency_id or preview.company_id.currency_id
            )

    @api.depends(
        "program_id",
        "order_date",
        "start_date",
        "quantity",
        "product_id",
        "partner_id",
        "pricelist_id",
    )
    def _compute_preview_html(self):
        # Every day as the customer is going to be told it
        format_day = self.env["continuity.order"]._format_day
        for preview in self:
            if not preview.order_date or not preview.program_id:
                preview.preview_html = False
                continue
            preview.preview_html = self.env["ir.qweb"]._render(
                "continuity_program.continuity_preview_content",
                {
                    "preview": preview,
                    "format_day": format_day,
                    **preview._get_preview(),
                },
            )

    # === BUSINESS METHODS === #

    def _get_preview(self):
        """Plan an order and say what it ships and costs.

        :return: shipments, payments, their totals and the warnings to show
        :rtype: dict
        """
        self.ensure_one()
        warnings = [*self.program_id._get_opening_problems()]
        plan = self._get_plan()
        request = self._get_request(plan)
        shipments = []
        try:
            rows = planning.lay_out(
                plan,
                request,
                # What a manager has set for the company shapes every seller's preview
                threshold=self.company_id.sudo().continuity_repeat_threshold,
                bill_upfront=self.program_id.bill_upfront,
            )
            if len(rows) > MOST_SHIPMENTS:
                raise UserError(self.program_id._get_size_refusal(len(rows)))
            shipments = self._get_shipments(rows)
            payments = self._get_payments(shipments, plan, request)
        except planning.TooFar as error:
            # Of a program that is sold today, it is the date that was entered.
            shipments, payments = [], []
            problem = self.program_id._get_far_problem(error)
            warnings += [problem] if problem not in warnings else []
        except planning.PlanningError:
            # What is missing stands in the opening problems
            shipments, payments = [], []
        except UserError as error:
            payments = []
            warnings.append(str(error))
        refusal = self.program_id._get_end_refusal(self.order_date)
        if refusal:
            warnings.append(refusal)
        warnings += self._get_size_warnings(plan, request, len(shipments))
        return {
            "shipments": shipments[:SHOWN_ROWS],
            "payments": payments[:SHOWN_ROWS],
            "shipment_total": sum(shipment["amount"] for shipment in shipments),
            "payment_total": sum(payment["amount"] for payment in payments),
            "shipment_count": len(shipments),
            "warnings": warnings,
        }

    def _get_plan(self):
        """Return the program, its calendar moved to the order date (rules R17)."""
        plan = self.program_id._to_planning()
        anchor = planning.calendar_anchor(
            plan, self.program_id.calendar_anchor or self.order_date
        )
        try:
            pointer = planning.pointer(plan, anchor, self.order_date)
        except planning.PlanningError:
            return plan
        return replace(
            plan,
            current_number=pointer.number,
            current_occurrence=pointer.occurrence,
        )

    def _get_request(self, plan):
        """Return the order to plan; confirming the proposal enters nothing (N28)."""
        proposal = planning.proposed_start(plan, self.order_date)
        entered = self.start_date if self.start_date != proposal else None
        return planning.Request(
            order_date=self.order_date,
            start_date=entered or None,
            duration=self.product_id.continuity_event_duration,
        )

    def _get_shipments(self, rows):
        """Return one dict per shipment: date, event, products and amount."""
        events = self.env["continuity.event"].browse({row.event.key for row in rows})
        known = {event.id: event for event in events}
        amounts = {event.id: self._get_event_amount(event) for event in events}
        return [
            {
                "number": number,
                "event": known[row.event.key],
                "repeat": row.occurrence,
                "date": row.date,
                "missed": row.date < self.order_date,
                "amount": amounts[row.event.key],
            }
            for number, row in enumerate(rows, start=1)
        ]

    def _get_event_amount(self, event):
        """Return what one shipment of an event costs, tax included."""
        return self._get_taxed_amount(self._get_items(event.line_ids))

    def _get_items(self, lines):
        """Return what the products of shipments cost, as many as the order sends.

        :param lines: lines of events, each as often as it is sent
        :type lines: continuity.event.line | list[continuity.event.line]
        :return: tuples of product, price per unit, quantity
        :rtype: list[tuple]
        """
        items = {}
        for line in dict.fromkeys(lines):
            quantity = line.quantity * self.quantity
            price = line._get_price(self, self.order_date, quantity)
            items[line] = line.product_id, price, quantity
        return [items[line] for line in lines]

    def _get_taxed_amount(self, items):
        """Add up products with Odoo's tax engine, as a document would.

        :param list items: tuples of product, price per unit, quantity
        :rtype: float
        """
        tax_model, company = self.env["account.tax"], self.company_id
        base_lines = [
            tax_model._prepare_base_line_for_taxes_computation(
                {},
                product_id=product,
                price_unit=price,
                quantity=quantity,
                tax_ids=self.program_id._get_sale_taxes(
                    product, company, self.fiscal_position_id
                ),
                currency_id=self.currency_id,
                partner_id=self.partner_id,
            )
            for product, price, quantity in items
        ]
        tax_model._add_tax_details_in_base_lines(base_lines, company)
        tax_model._round_base_lines_tax_details(base_lines, company)
        totals = tax_model._get_tax_totals_summary(
            base_lines, self.currency_id, company
        )
        return self.currency_id.round(totals["total_amount_currency"])

    def _get_payments(self, shipments, plan, request):
        """Return one dict per payment in the four billing modes."""
        if not self.program_id.bill_upfront:
            return [
                payment
                for parcel in self._get_parcels(shipments)
                for payment in self._split_parcel(parcel)
            ]
        schedule, first = self.program_id.payment_schedule_id, self.order_date
        if schedule:
            start = request.start_date or planning.proposed_start(plan, self.order_date)
            first = planning.first_due_date(start, self.order_date)
        amount = self._get_upfront_amount(shipments)
        return self._split(amount, schedule, first)

    def _get_parcels(self, shipments):
        """Group the shipments by the child order they will share (rules N34).

        :return: the missed ones together when the program consolidates, the others
            alone
        :rtype: list[list[dict]]
        """
        missed = [shipment for shipment in shipments if shipment["missed"]]
        if not missed or not self.program_id.consolidate_missed:
            return [[shipment] for shipment in shipments]
        return [missed, *([s] for s in shipments if not s["missed"])]

    def _split_parcel(self, parcel):
        """Return the payments of one child order; what was missed leaves at once.

        :param list[dict] parcel: the shipments that share it
        :rtype: list[dict]
        """
        first = parcel[0]
        amount = first["amount"]
        if len(parcel) > 1:
            lines = [line for shipment in parcel for line in shipment["event"].line_ids]
            amount = self._get_taxed_amount(self._get_items(lines))
        day = planning.commitment_date(first["date"], self.order_date)
        return self._split(amount, first["event"]._get_payment_schedule(), day, first)

    def _split(self, amount, schedule, day, shipment=None):
        """Split one amount by a schedule; nothing is owed for nothing (rules N66).

        :param float amount: what is owed
        :param continuity.payment.schedule schedule: empty = one payment
        :param date day: the first due date
        :param dict | None shipment: what it is for; None = the whole order
        :rtype: list[dict]
        """
        if self.currency_id.compare_amounts(amount, 0.0) <= 0:
            return []
        rows = schedule._split(amount, day, self.currency_id, MOST_PAYMENTS)
        return [
            {"date": row.date, "amount": float(row.amount), "shipment": shipment}
            for row in rows
        ]

    def _get_upfront_amount(self, shipments):
        """Return the total of the one up-front invoice (rules N13).

        Its tax is computed once, on the sum of the shipments' line amounts.
        """
        lines = [line for shipment in shipments for line in shipment["event"].line_ids]
        total = sum(
            self.currency_id.round(price * quantity)
            for _product, price, quantity in self._get_items(lines)
        )
        if not lines:
            return 0.0
        return self._get_taxed_amount([(lines[0].product_id, total, 1.0)])

    def _get_size_warnings(self, plan, request, shown):
        """Say when the order has more, or less, than the table shows."""
        events = planning.active_events(plan, request.duration)
        warnings = []
        if events and len(events) < request.duration:
            warnings.append(
                self.env._(
                    "The parent product contains %(duration)s events, but only"
                    " %(left)s are left in the program.",
                    duration=request.duration,
                    left=len(events),
                )
            )
        if shown > SHOWN_ROWS:
            warnings.append(
                self.env._(
                    "Only the first %(rows)s of %(shown)s shipments are shown.",
                    rows=SHOWN_ROWS,
                    shown=shown,
                )
            )
        if any(event.is_endless for event in events):
            warnings.append(
                self.env._(
                    "The order goes on until it is cancelled; later shipments are added"
                    " as it goes."
                )
            )
        elif shown and shown < sum(event.shipments for event in events):
            warnings.append(
                self.env._(
                    "The repeat threshold lays out %(shown)s shipments at order entry;"
                    " later ones are added as the order goes.",
                    shown=shown,
                )
            )
        return warnings
