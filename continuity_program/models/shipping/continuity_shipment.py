# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ... import planning
from ..base.differing import get_differing
from ..base.typed import always
from ..entry.parent_price import get_amount_terms, get_totals


class ContinuityShipment(models.Model):
    """One row of the shipping ledger: this order, this event, this occurrence.

    The database holds it once. It is planned before its child order exists and carries
    the child order afterwards (rules F2).
    """

    _name = "continuity.shipment"
    _inherit = ["continuity.typed.mixin"]
    _description = "Continuity Shipment"
    _order = "continuity_order_id, number, id"
    _check_company_auto = True

    continuity_order_id = fields.Many2one(
        comodel_name="continuity.order",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    # Not precomputed, because that makes a new record in memory for every row; what
    # plans and extends gives them, see `_prepare_row`.
    company_id = fields.Many2one(
        related="continuity_order_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="continuity_order_id.currency_id", store=True)
    partner_id = fields.Many2one(related="continuity_order_id.partner_id")
    program_id = fields.Many2one(
        related="continuity_order_id.program_id", store=True, index=True
    )
    sale_order_id = fields.Many2one(related="continuity_order_id.sale_order_id")
    order_state = fields.Selection(
        related="continuity_order_id.state", string="Order state"
    )
    number = fields.Integer(
        string="No.", readonly=True, help="Running number in this order."
    )
    event_id = fields.Many2one(
        comodel_name="continuity.event",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    # The Event ID on the day it was planned. References of payments are made from it,
    # so it stays when the events of the program are put in another order.
    event_number = fields.Integer(string="Event ID", readonly=True)
    occurrence = fields.Integer(
        readonly=True, help="0 = first shipment of the event, 1 = first repeat …"
    )
    scheduled_date = fields.Date(
        required=True,
        readonly=True,
        help="The date of the plan; later shipments count from it.",
    )
    planned_date = fields.Date(
        required=True, help="The day the shipment is going to leave."
    )
    actual_date = fields.Date(readonly=True, copy=False)
    is_anchor = fields.Boolean(
        readonly=True,
        help="Month steps count from this date: it was set, not calculated.",
    )
    is_missed = fields.Boolean(
        string="Missed",
        readonly=True,
        help="Its date had passed when the order was submitted.",
    )
    # What a repeat sends follows the quantity of the parent line (rules N45)
    parent_quantity = fields.Float(
        digits="Product Unit",
        readonly=True,
        copy=False,
        help="The quantity of the parent line these products were laid out for.",
    )
    action = fields.Selection(
        selection=[("send", "Send"), ("skip", "Skip"), ("end", "End")],
        string="Action code",
        required=True,
        default="send",
        readonly=True,
    )
    is_customized = fields.Boolean(
        string="Changed",
        readonly=True,
        copy=False,
        help="Somebody changed this shipment for this customer.",
    )
    payment_schedule_id = fields.Many2one(
        comodel_name="continuity.payment.schedule",
        check_company=True,
        ondelete="restrict",
        help="Pay this shipment in instalments. Empty: pay it when it is ordered.",
    )
    schedule_changed = fields.Boolean(
        readonly=True, copy=False, help="Somebody chose the schedule of this shipment."
    )
    state = fields.Selection(
        selection=[
            ("planned", "Planned"),
            ("ordered", "Ordered"),
            ("done", "Done"),
            ("skipped", "Skipped"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="planned",
        readonly=True,
        index=True,
    )
    failure_message = fields.Char(string="Left out because", readonly=True, copy=False)
    line_ids = fields.One2many(
        comodel_name="continuity.shipment.line",
        inverse_name="shipment_id",
        string="Products",
    )
    products_text = fields.Char(string="Contents", compute="_compute_products_text")
    child_order_id = fields.Many2one(
        comodel_name="sale.order",
        readonly=True,
        copy=False,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    amount_untaxed = fields.Monetary(compute="_compute_amounts", store=True)
    amount_total = fields.Monetary(
        string="Total", compute="_compute_amounts", store=True, help="Tax included."
    )

    _occurrence_unique = models.Constraint(
        "UNIQUE(continuity_order_id, event_id, occurrence)",
        "This occurrence of the event is in the ledger already.",
    )
    _due = models.Index("(company_id, planned_date, id) WHERE state = 'planned'")

    # === COMPUTE METHODS === #

    @api.depends(
        "line_ids.quantity",
        "line_ids.price_unit",
        "line_ids.discount",
        "line_ids.product_id",
    )
    def _compute_amounts(self):
        """Net and gross of the shipment as a document of its own (rules C1).

        Other taxes of the customer do not trigger it: what was ordered stays. The
        order asks for planned ones, see :meth:`_recompute_planned_amounts`.
        """
        # The shipments of an event that repeats cost the same, for all its customers.
        known, plain = {}, {}
        for shipment in self:
            order, lines = shipment.continuity_order_id, shipment.line_ids
            goods = tuple(line._get_amount_key() for line in lines)
            key = get_amount_terms(order, [row[0] for row in goods], plain), goods
            if key not in known:
                known[key] = get_totals(order, lines) if order else (0.0, 0.0)
            shipment.amount_untaxed, shipment.amount_total = known[key]

    def _recompute_planned_amounts(self):
        """Compute the amounts of shipments that have not left, with today's taxes."""
        waiting = self.filtered(lambda s: s.state in ("planned", "skipped"))
        for name in ("amount_untaxed", "amount_total"):
            self.env.add_to_compute(self._fields[name], waiting)

    @api.depends("line_ids.product_id", "line_ids.quantity")
    def _compute_products_text(self):
        for shipment in self:
            lines = shipment.line_ids
            shipment.products_text = lines._get_products_text(with_code=True)

    @api.depends("continuity_order_id.name", "number")
    def _compute_display_name(self):
        for shipment in self:
            shipment.display_name = (
                f"{shipment.continuity_order_id.name} / {shipment.number}"
            )

    # === CRUD METHODS === #

    def write(self, vals):
        """Keep people to what they may change, by any door.

        The ledger itself is written by our methods and by the jobs, in sudo.
        """
        if self.env.su:
            result = super().write(vals)
            self._touch_exceptions(vals)
            return result
        self.check_access("write")
        self._check_continuity_typing(vals)
        flags = self._get_typed_fields()
        self._check_can_change()
        vals = dict(vals)
        if "planned_date" in vals:
            self._write_planned_date(vals.pop("planned_date"))
        if not vals:
            return True
        result = super().write(vals)
        chosen = {flags[name]: True for name in vals if flags.get(name)}
        # The flags belong to the ledger.
        super(ContinuityShipment, self.sudo()).write({**chosen, "is_customized": True})
        return result

    def _write_planned_date(self, planned_date):
        """Move shipments to a date that was typed.

        :param planned_date: the date, as it is written
        :raise UserError: there is none
        """
        day = self._fields["planned_date"].convert_to_cache(planned_date, self)
        if not day:
            raise UserError(
                self.env._(
                    "Shipment %s needs a date. Skip it if it should not leave.",
                    self[:1].display_name,
                )
            )
        for shipment in self.filtered(lambda s: s.planned_date != day):
            shipment._set_planned_date(day)

    @api.model
    def _get_continuity_typed(self):
        """Override: what may be changed for a customer."""
        return {**super()._get_continuity_typed(), **always(*self._get_typed_fields())}

    @api.model
    def _get_continuity_way_out(self):
        """Override: how a shipment is changed."""
        return self.env._("Use the buttons of the shipment.")

    @api.model
    def _get_typed_fields(self):
        """Return what people may type, and the flag that keeps their choice.

        :return: name of the flag, or None, by name of the field
        :rtype: dict[str, str | None]
        """
        return {
            "planned_date": None,
            "payment_schedule_id": "schedule_changed",
            "line_ids": None,
        }

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ledger(self):
        """A row of the ledger is skipped or cancelled, never deleted."""
        kept = self.filtered(
            lambda s: s.child_order_id or s.continuity_order_id.submit_date
        )
        if kept:
            raise UserError(
                self.env._(
                    "Shipment %(shipment)s belongs to the history of the order. Skip"
                    " it instead of deleting it.",
                    shipment=kept[0].display_name,
                )
            )

    # === PLANNING === #

    def _to_planning(self):
        """Return the shipment as the planning module knows it.

        :rtype: planning.LedgerRow
        """
        self.ensure_one()
        return planning.LedgerRow(
            key=self.event_id.id,
            occurrence=self.occurrence,
            scheduled_date=self.scheduled_date,
            planned_date=self.planned_date,
            is_open=self.state == "planned",
            number=self.event_number,
            is_anchor=self.is_anchor,
            is_end=self.action == "end",
            is_kept=self.is_customized,
            has_left=bool(self.child_order_id),
        )

    def _sorted_by_leaving(self):
        """Sort shipments in the order they leave: *next*, *last* and *later* go by it.

        The number is the place in the plan; what was postponed leaves after shipments
        with higher numbers.

        :rtype: continuity.shipment
        """
        return self.sorted(lambda shipment: shipment._get_leaving_key())

    def _get_leaving_key(self):
        """Return what shipments of one order are sorted by in the order they leave.

        :rtype: tuple
        """
        self.ensure_one()
        return planning.leaving_key(self.planned_date, self.number)

    def _get_later(self):
        """Return the shipments of the order that leave after this one.

        :rtype: continuity.shipment
        """
        self.ensure_one()
        key = self._get_leaving_key()
        return self.continuity_order_id.shipment_ids.filtered(
            lambda shipment: shipment._get_leaving_key() > key
        )

    def _follow_plan(self, vals, event, prices, ended):
        """Bring the row of a draft in step with its plan, its changes kept (F1).

        :param dict vals: what the plan says about the row
        :param continuity.event event: its event
        :param dict prices: prices asked for before
        :param bool ended: the customer ended the order with an earlier row
        """
        self.ensure_one()
        if self.planned_date == self.scheduled_date:
            vals["planned_date"] = vals["scheduled_date"]
        if not self.schedule_changed:
            order = self.continuity_order_id
            vals["payment_schedule_id"] = order._get_shipment_schedule(event).id
        if ended:
            vals["state"] = "cancelled"
        elif self.state == "cancelled":
            vals["state"] = "planned"
        self._write_changed(vals)
        self.line_ids._follow_event(self, event, prices)

    def _write_changed(self, vals):
        """Write what differs, so that an unchanged plan costs no write."""
        self.ensure_one()
        if changed := get_differing(self, vals):
            self.write(changed)

    # === TEXTS === #

    def _describe(self, said):
        """Return the shipment as data and text.

        :param Said said: texts of the order that were made before
        :rtype: dict
        """
        self.ensure_one()
        lines = self.line_ids.filtered("quantity")
        return {
            "id": self.id,
            "number": self.number,
            "event_number": self.event_number,
            "date": self.planned_date,
            "date_text": said.day(self.planned_date),
            "products": [
                {
                    "name": said.product(line.product_id),
                    "quantity": line.quantity,
                    # The customer may not read units of measure; their names he may
                    "uom": line.uom_id.sudo().name,
                    "price_unit": line.price_unit,
                    "price_text": said.amount(line.price_unit),
                    "discount": line.discount,
                }
                for line in lines
            ],
            "products_text": lines._get_products_text(),
            "amount": self.amount_total,
            "amount_text": said.amount(self.amount_total),
            "state": self.state,
            "state_text": said.state(self),
            "is_missed": self.is_missed,
            "is_customized": self.is_customized,
            "counts": self.state not in ("skipped", "cancelled"),
        }
