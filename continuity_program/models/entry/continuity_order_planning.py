# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ... import planning
from ..base.sealed import Sealed
from ..payments.continuity_payment import CHARGED_STATES
from .extension import Extension
from .layout import Layout, ToldLayout, prepare_lines
from .line_follower import LineFollower, prepare_from_line
from .parent_price import add_amounts, divide_total, get_line_terms, read_price


class ContinuityOrder(models.Model):
    """The continuity order: which shipments it has and when they leave.

    A quotation line with a parent product owns exactly one draft continuity order,
    whoever wrote the line. All dates come from ``planning``; this file only carries
    them into the ledger.
    """

    _inherit = "continuity.order"

    # Decided when the order is submitted: what the program gets afterwards reaches
    # running orders by the update only (rules N85).
    has_more = fields.Boolean(
        string="More to come",
        readonly=True,
        copy=False,
        help="The program goes on after the shipments laid out so far; the extension"
        " adds them in time.",
    )

    # Of a draft: nothing of the program was left to lay out then. What it gets
    # afterwards was not told to the customer
    is_laid_out = fields.Boolean(string="All laid out", readonly=True, copy=False)

    # Who has enough of them ready is never looked at, however many there are
    _extendable = models.Index("(company_id, planned_count) WHERE has_more")

    # === FOLLOWING THE SALE ORDER LINE === #

    @api.model
    def _sync_lines(self, lines, repicked=()):
        """Bring the draft continuity orders in step with their sale order lines.

        Called once per call of the hooks, after ``super()``. Callers pass lines that
        have, or had, a parent product, so that ordinary orders cost no query.

        :param sale.order.line lines: lines that were written
        :param sale.order.line repicked: those that have got another product; the others
            keep the program they were offered with
        :raise UserError: the line cannot be sold as it stands
        """
        # Customers, visitors of the web shop and accountants may not write the ledger
        if not lines:
            return
        lines_sudo = lines.sudo()
        obsolete = self.sudo().browse()
        to_create, to_plan = [], self.sudo().browse()
        for line in lines_sudo:
            # Of a line that was just made Odoo knows that there is none
            order, is_repicked = line.continuity_order_ids, line in repicked
            program = line._get_continuity_program(is_repicked)
            line._check_continuity_parent(program)
            if line.state not in ("draft", "sent"):
                if order:
                    LineFollower(order).follow_sold(is_repicked)
            elif not line._get_continuity_quantity():
                obsolete |= order
            elif order:
                order._check_not_frozen()
                LineFollower(order).follow_draft(program)
                to_plan |= order
            else:
                to_create.append(prepare_from_line(line, program))
        obsolete._unlink_draft()
        to_plan |= self.sudo().create(to_create)
        to_plan._plan()

    def _check_not_frozen(self):
        """Refuse changes while money is on its way (rules N15).

        :raise UserError: a payment of the draft was sent to the provider
        """
        for order in self:
            # A row under way freezes the draft for all, whether or not they see it
            states = set(order.sudo().payment_ids.mapped("state"))
            if states & set(CHARGED_STATES):
                raise UserError(
                    self.env._(
                        "A payment of %(order)s is being checked or has been made."
                        " It cannot be changed until that is settled: submit it"
                        " again, or wait for the answer.",
                        order=order.name,
                    )
                )

    # === PLANNING === #

    def _plan(self, today=None):
        """Lay out the shipments of draft orders anew (rules R1–R9, F1).

        Rows the seller changed keep their change where event and occurrence remain.

        :param date today: local date that decides what is missed; None = the company's
        :raise UserError: the program has nothing to send
        """
        drafts, plans = self.filtered(lambda o: o.state == "draft"), {}
        for order in drafts:
            order._set_base(order._get_local_order_date(), order._get_plan(plans))
        drafts._replace_rows(plans, today)

    def _replace_rows(self, plans, today=None):
        """Bring the rows in step with the plan from the base that is stored.

        :param dict plans: programs read before
        :param date today: local date that decides what is missed; None = the company's
        :raise UserError: the program has nothing to send
        """
        create_vals, prices = [], {}
        dropped = self.env["continuity.shipment"]
        for order in self:
            day = today or order.company_id._continuity_today()
            layout = Layout(order, order._get_plan(plans))
            vals_list, obsolete = layout.lay_out(day, prices)
            if order.is_laid_out != layout.is_complete:
                order.is_laid_out = layout.is_complete
            create_vals += add_amounts(order, vals_list, prices)
            dropped |= obsolete
        dropped.unlink()
        self.env["continuity.shipment"].create(create_vals)
        self._update_parent_price()

    def _move_plan_to(self, day, as_told=False):
        """Count from the submit date where the order date is the base (R18).

        :param date day: local date of Submit, which decides what is missed
        :param bool as_told: nobody has seen a new plan: goods, prices and the number of
            shipments stay as the customer was told
        :raise UserError: the program has nothing to send
        """
        drafts, plans = self.filtered(lambda o: o.state == "draft"), {}
        if as_told:
            for order in drafts.filtered(lambda o: o._to_ledger()[0]):
                ToldLayout(order, order._get_plan(plans)).move_to(day)
            return
        for order in drafts:
            plan = order._get_plan(plans)
            order._set_base(Layout(order, plan).get_base(day), plan)
        drafts._replace_rows(plans, day)

    def _get_local_order_date(self):
        """Return the order date in the company's zone (rules R1).

        :rtype: date
        """
        self.ensure_one()
        company = self.company_id
        moment = self.sale_order_id.date_order
        if not moment:
            return company._continuity_today()
        return company._continuity_local_date(moment)

    def _set_base(self, order_date, plan):
        """Store the day the plan counts from (rules R2).

        :param date order_date: local order date
        :param planning.Program plan: its program
        """
        self.ensure_one()
        vals = {"order_date": order_date}
        if not self.start_date_entered:
            vals["start_date"] = planning.proposed_start(plan, order_date)
        # Mostly it counts from that day already
        if any(self[name] != value for name, value in vals.items()):
            self.with_context(continuity_sync=Sealed()).update(vals)

    def _get_request(self):
        """Return the order as the planning module knows it.

        :rtype: planning.Request
        """
        self.ensure_one()
        return planning.Request(
            order_date=self.order_date,
            start_date=self.start_date if self.start_date_entered else None,
            duration=self.event_duration,
        )

    def _prepare_row(self, occurrence, number):
        """Return what the plan says about one row, its date left out.

        :param planning.Occurrence occurrence: the shipment
        :param int number: its running number
        :rtype: dict
        """
        return {
            "continuity_order_id": self.id,
            "company_id": self.company_id.id,
            "currency_id": self.currency_id.id,
            "program_id": self.program_id.id,
            "number": number,
            "event_id": occurrence.event.key,
            "event_number": occurrence.event.number,
            "occurrence": occurrence.occurrence,
            "parent_quantity": self.quantity,
        }

    def _get_shipment_schedule(self, event):
        """Choose the schedule of a shipment (rules N26).

        :param continuity.event event: the event that ships
        :return: seller's choice, else the event's, else the program's; none for
            orders billed up front, whose own schedule decides
        :rtype: continuity.payment.schedule
        """
        self.ensure_one()
        if self.bill_upfront:
            return self.env["continuity.payment.schedule"]
        if self.payment_schedule_entered:
            return self.payment_schedule_id
        return event.payment_schedule_id or self.program_id.payment_schedule_id

    def _to_ledger(self):
        """Return the shipments as the planning module knows them, in order.

        Rows that were removed with their event are absent for the chain (R6).

        :return: the rows, and the shipments they stand for
        :rtype: tuple[list[planning.LedgerRow], list[continuity.shipment]]
        """
        self.ensure_one()
        shipments = self.shipment_ids.sorted("number")
        # A list, because the rows of all orders stay together to be read
        kept = [
            shipment
            for shipment in shipments
            if not shipment.is_removed
            and (shipment.state != "cancelled" or shipment.event_id.active)
        ]
        return [shipment._to_planning() for shipment in kept], kept

    # === EXTENSION (rules R9, R10) === #

    def _refresh_has_more(self):
        """Store whether shipments are left to lay out, as the program stands now."""
        plans = {}
        for order in self:
            # All that is billed up front is laid out when it is sold
            has_more = not order.bill_upfront and not planning.is_complete(
                order._get_plan(plans), order._to_ledger()[0], order.event_duration
            )
            if order.has_more != has_more:
                order.has_more = has_more

    def _get_plan(self, plans):
        """Return the program as the planning module knows it, read once per call.

        :param dict plans: programs read before
        :rtype: planning.Program
        """
        self.ensure_one()
        if self.program_id not in plans:
            plans[self.program_id] = self.program_id._to_planning()
        return plans[self.program_id]

    def _extend_lines(self):
        """Append planned shipments until enough of them are ready (rules R10).

        Repeating it appends nothing: it counts what is there.

        :return: the new shipments
        :rtype: continuity.shipment
        :raise UserError: an event has no timing any more
        """
        plans, prices, vals_list = {}, {}, []
        complete = self.browse()
        for order in self:
            extension = Extension(order, order._get_plan(plans))
            occurrences = extension.get_occurrences()
            vals_list += extension.prepare(occurrences, prices)
            if extension.is_complete_with(occurrences):
                complete |= order
        complete.has_more = False
        return self.env["continuity.shipment"]._create_or_revive(vals_list)

    def _prepare_first(self, event, prices):
        """Return what the first row of an event sends, at the prices of the order."""
        return {
            "payment_schedule_id": self._get_shipment_schedule(event).id,
            "line_ids": prepare_lines(self, event, prices),
        }

    # === WHAT LEAVES === #

    def _get_billing_mode(self, shipment=None):
        """Return the billing mode (rules BR15).

        :param continuity.shipment shipment: of an order that is not billed up front,
            the shipment asked for; None = the one that leaves
            first
        :return: A per shipment, B per shipment by schedule, C up front, D up front by
            schedule
        :rtype: str
        """
        self.ensure_one()
        if self.bill_upfront:
            return "D" if self.payment_schedule_id else "C"
        shipment = shipment or self.shipment_ids._sorted_by_leaving()[:1]
        return "B" if shipment.payment_schedule_id else "A"

    def _get_open_shipments(self):
        """Return the shipments that will still leave, in the order they do.

        :rtype: continuity.shipment
        """
        self.ensure_one()
        planned = self.shipment_ids.filtered(lambda s: s.state == "planned")
        return planned._sorted_by_leaving()

    def _get_next_shipment(self):
        """Return the shipment that leaves next, whatever its number is.

        :return: empty when nothing is planned
        :rtype: continuity.shipment
        """
        return self._get_open_shipments()[:1]

    # === WHAT ITS SHIPMENTS COST === #

    def _prepare_line_once(self, event_line, prices):
        """Return the values of one product of a shipment, for each row that has it.

        Orders on the same terms share them.

        :param continuity.event.line event_line: what the program says
        :param dict prices: what was asked before, filled by this method
        :return: values of its own, which may be changed
        :rtype: dict
        """
        self.ensure_one()
        mine = "terms", self.id
        if mine not in prices:
            prices[mine] = get_line_terms(self)
        key = "line", event_line.id, *prices[mine]
        if key not in prices:
            prices[key] = self._prepare_line(event_line, prices)
        return dict(prices[key])

    def _prepare_line(self, event_line, prices):
        """Return the values of one product of a shipment (rules N45, N83).

        :param continuity.event.line event_line: what the program says
        :param dict prices: prices asked for before
        :rtype: dict
        """
        quantity = event_line.quantity * self.quantity
        product, uom = event_line.product_id, event_line.uom_id
        if event_line.price_overridden:
            price, discount = event_line._get_price(self, day=self.order_date), 0.0
        else:
            price, discount = self._get_price(product, uom, quantity, prices)
        return {
            "company_id": self.company_id.id,
            "event_line_id": event_line.id,
            "product_id": product.id,
            "quantity": quantity,
            "uom_id": uom.id,
            "price_unit": price,
            "discount": discount,
            "price_overridden": event_line.price_overridden,
        }

    def _get_price(self, product, uom, quantity, prices=None, day=None, position=None):
        """Ask the price list, as an ordinary sale order line would.

        :param product.product product: the product
        :param uom.uom uom: unit of the quantity
        :param float quantity: quantity of one shipment
        :param dict prices: prices asked for before, filled by this method
        :param date day: day of the price; None = the order date
        :param account.fiscal.position position: None = the one of the order
        :return: price per unit in the tax mode of the position, and discount in percent
        :rtype: tuple[float, float]
        """
        self.ensure_one()
        prices = {} if prices is None else prices
        day = day or self.order_date or self._get_local_order_date()
        seller = self.company_id, self.currency_id
        if position is None:
            position = self.fiscal_position_id
        terms = self.pricelist_id, position
        key = product, uom, quantity, *seller, *terms, day
        if key not in prices:
            prices[key] = read_price(self, product, uom, quantity, day, position)
        return prices[key]

    # === TAXES AND TOTALS === #

    def _get_goods_taxes(self, product):
        """Return the taxes of a product for this customer.

        :param product.product product: a product of a shipment
        :rtype: account.tax
        """
        self.ensure_one()
        taxes = product.taxes_id._filter_taxes_by_company(self.company_id)
        return self.fiscal_position_id.map_tax(taxes)

    # === THE PARENT LINE (rules N13) === #

    def _get_parent_price(self):
        """Return the unit price of the parent line.

        Up front: Σ of the rounded line amounts, in the tax mode of the parent's
        taxes, per unit of the parent line. Otherwise 0.

        :rtype: float
        """
        self.ensure_one()
        line = self.sale_order_line_id
        if not self.bill_upfront or not line.product_uom_qty:
            return 0.0
        included = line.tax_ids._is_continuity_included()
        shipments = self.shipment_ids.filtered(
            lambda s: s.state not in ("skipped", "cancelled")
        )
        total = sum(
            shipment_line._get_rounded_amount(included)
            for shipment_line in shipments.line_ids
        )
        return divide_total(self.currency_id, total, line.product_uom_qty)

    def _update_parent_price(self):
        """Write the price of the parent lines of drafts.

        ``price_unit`` and ``technical_price_unit`` go together: a lone price would
        make the line *manual* for ever.
        """
        for order in self.filtered(lambda o: o.state == "draft"):
            line = order.sale_order_line_id
            price = order._get_parent_price()
            if line.price_unit != price or line.technical_price_unit != price:
                line.with_context(continuity_price=Sealed()).write(
                    {"price_unit": price, "technical_price_unit": price}
                )
