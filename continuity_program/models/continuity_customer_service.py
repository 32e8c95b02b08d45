# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date
from odoo.tools.sql import escape_psql

from ..arguments import public, read_id, read_text
from .continuity_order import ACTIVE_STATES

RESULT_LIMIT = 40
ORDER_LIMIT = 20
SHIPMENT_LIMIT = 10
# Fewer digits would find half of all telephones.
MIN_PHONE_DIGITS = 4


class ContinuityCustomerService(models.AbstractModel):
    """What the *Customer service* screen asks the server (rules H2).

    Everything is read with the rights of the seller, never in sudo: who may see his own
    documents only finds every customer, but only his own orders.
    """

    _name = "continuity.customer.service"
    _description = "Continuity Customer Service"

    # === SEARCH === #

    @api.model
    @public(term=read_text)
    def search_customers(self, term):
        """Find customers by name, e-mail, telephone or order number (rules N88).

        :param str term: what the seller typed
        :return: the customers, told apart by address, telephone and last order, and
            whether there are more than are shown
        :rtype: dict
        """
        term = (term or "").strip()
        partners = self.env["res.partner"]
        if term:
            partners = partners.search(
                self._get_search_domain(term),
                order="complete_name, id",
                limit=RESULT_LIMIT + 1,
            )
        shown = partners[:RESULT_LIMIT]
        return {
            "customers": self._get_result_rows(shown),
            "has_more": len(partners) > RESULT_LIMIT,
        }

    def _get_search_domain(self, term):
        """Customers that match the term in any of the four ways."""
        literal = escape_psql(term)
        matches = Domain.OR(
            [
                [("complete_name", "ilike", literal)],
                [("email", "ilike", literal)],
                self._get_phone_domain(term),
                [("id", "in", self._search_order_partners(term))],
            ]
        )
        # Addresses of a person are reached through the person. A contact without a
        # name is such an address, whatever its type.
        person = Domain("type", "in", ["contact", "other", False])
        is_customer = self._get_customer_domain()
        return matches & person & is_customer & Domain("name", "!=", False)

    @api.model
    def _get_customer_domain(self):
        """Leave out colleagues, unless they ordered something themselves."""
        is_colleague = Domain("user_ids.share", "=", False)
        # Every customer is found, whoever sold him something; no order is shown
        orders_sudo = self.env["sale.order"].sudo()
        ordered = orders_sudo._search([("partner_id.user_ids.share", "=", False)])
        return ~is_colleague | Domain("id", "in", ordered.subselect("partner_id"))

    @api.model
    def _get_phone_domain(self, term):
        """Compare digits only: nobody types a number as it was written down."""
        digits = re.sub(r"\D", "", term)
        if len(digits) < MIN_PHONE_DIGITS or re.search(r"[^\d\s+()./-]", term):
            return Domain.FALSE
        # What is dialled in the country starts with 0, what is stored often with +49
        digits = digits.lstrip("0") or digits
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                r"regexp_replace(%s, '\D', '', 'g') LIKE %s",
                model._field_to_sql(alias, "phone", query),
                f"%{digits}%",
            )
        )

    def _search_order_partners(self, term):
        """Customers of the orders, and continuity orders, with this number.

        The letters and zeros in front may be left out: "0042" finds "S00042".
        """
        pattern = escape_psql(term)
        if term.isdigit() and len(term) >= MIN_PHONE_DIGITS:
            pattern = f"%{pattern}"
        domain = Domain("name", "=ilike", pattern)
        orders = self.env["sale.order"].search(domain, limit=RESULT_LIMIT)
        continuity_orders = self.env["continuity.order"].search(
            domain, limit=RESULT_LIMIT
        )
        return (orders.partner_id | continuity_orders.partner_id).ids

    def _get_result_rows(self, partners):
        last_orders = self._get_last_orders(partners)
        return [
            {
                **self._get_customer_values(partner),
                "last_order": last_orders.get(partner.id, False),
            }
            for partner in partners
        ]

    def _get_customer_values(self, partner):
        lines = partner._display_address(without_company=True).split("\n")
        return {
            "id": partner.id,
            "name": partner.display_name,
            "email": partner.email or "",
            "phone": partner.phone or "",
            "address": ", ".join(" ".join(line.split()) for line in lines if line),
        }

    def _get_last_orders(self, partners):
        """Last order the customer made himself: the children are made at night."""
        rows = self.env["sale.order"]._read_group(
            [
                ("partner_id", "in", partners.ids),
                ("state", "!=", "cancel"),
                ("continuity_order_id", "=", False),
            ],
            groupby=["partner_id"],
            aggregates=["id:max"],
        )
        orders = self.env["sale.order"].browse([last_id for __, last_id in rows])
        orders.fetch(["name", "date_order", "partner_id"])
        return {
            order.partner_id.id: {
                "name": order.name,
                "date": self._local_date(order.date_order),
            }
            for order in orders
        }

    # === CUSTOMER === #

    @api.model
    @public(partner_id=read_id)
    def get_customer(self, partner_id):
        """Tell everything the screen shows of one customer.

        :param int partner_id: the customer selected
        :return: customer, banners, orders, continuity orders, next shipments
        :rtype: dict
        :raise MissingError: if the customer was deleted meanwhile
        """
        partner = self.env["res.partner"].browse(partner_id)
        partner.check_access("read")
        continuity_orders = self._get_continuity_orders(partner)
        return {
            "customer": self._get_customer_values(partner),
            "banners": self._get_banners(partner, continuity_orders),
            "orders": self._get_order_rows(partner),
            "continuity_orders": self._get_continuity_rows(continuity_orders),
            "shipments": self._get_shipment_rows(continuity_orders),
        }

    def _get_continuity_orders(self, partner):
        return self.env["continuity.order"].search(
            [("partner_id", "child_of", partner.id), ("state", "!=", "cancelled")],
            limit=ORDER_LIMIT,
        )

    def _get_banners(self, partner, continuity_orders):
        """Who is a member already must not be sold the same again (H2)."""
        active = continuity_orders.filtered(lambda o: o.state in ACTIVE_STATES)
        # One per program: that of the order whose parcel leaves first
        active = active.sorted(lambda o: (not o.next_ship_date, o.next_ship_date or 0))
        first = {}
        for order in active:
            first.setdefault(order.program_id, order)
        return [self._get_banner(partner, order) for order in first.values()]

    def _get_banner(self, partner, order):
        values = {
            "customer": partner.name,
            "program": order.program_id.code,
            "order": order.name,
            "state": self._get_label(order, "state"),
        }
        if order.next_ship_date:
            text = self.env._(
                "%(customer)s already has %(program)s (%(order)s): %(state)s, next"
                " shipment %(day)s",
                day=format_date(self.env, order.next_ship_date),
                **values,
            )
        else:
            text = self.env._(
                "%(customer)s already has %(program)s (%(order)s): %(state)s", **values
            )
        return {"id": order.id, "text": text}

    def _get_order_rows(self, partner):
        orders = self.env["sale.order"].search(
            [("partner_id", "child_of", partner.id)],
            order="date_order desc, id desc",
            limit=ORDER_LIMIT,
        )
        return [
            {
                "id": order.id,
                "name": order.name,
                "date": self._local_date(order.date_order),
                "type": order.continuity_type,
                "type_label": self._get_label(order, "continuity_type"),
                "state": order.state,
                "state_label": self._get_label(order, "state"),
                "amount": order.amount_total,
                "currency_id": order.currency_id.id,
            }
            for order in orders
        ]

    def _get_continuity_rows(self, continuity_orders):
        return [
            {
                "id": order.id,
                "name": order.name,
                "program": order.program_id.display_name,
                "order": order.sale_order_id.name,
                "state": order.state,
                "state_label": self._get_label(order, "state"),
                "next_date": order.next_ship_date,
                "amount": order.amount_planned,
                "currency_id": order.currency_id.id,
            }
            for order in continuity_orders
        ]

    def _get_shipment_rows(self, continuity_orders):
        shipments = self.env["continuity.shipment"].search(
            [
                ("continuity_order_id", "in", continuity_orders.ids),
                ("continuity_order_id.state", "in", ACTIVE_STATES),
                ("state", "in", ["planned", "ordered"]),
            ],
            order="planned_date, number, id",
            limit=SHIPMENT_LIMIT,
        )
        return [
            {
                "id": shipment.id,
                "continuity_order_id": shipment.continuity_order_id.id,
                "program": shipment.program_id.code,
                "date": shipment.planned_date,
                "products": ", ".join(shipment.line_ids.product_id.mapped("name")),
                "child": shipment.child_order_id.name or "",
                "state_label": self._get_label(shipment, "state"),
                "amount": shipment.amount_total,
                "currency_id": shipment.currency_id.id,
            }
            for shipment in shipments
        ]

    @api.model
    def _get_label(self, record, name):
        selection = record._fields[name]._description_selection(self.env)
        return dict(selection)[record[name]]

    @api.model
    def _local_date(self, moment):
        return fields.Datetime.context_timestamp(self, moment).date()

    # === NEW ORDER === #

    @api.model
    @public(partner_id=read_id)
    def create_order(self, partner_id):
        """Save an empty quotation, so that its number is known at once (rules N88).

        :param int partner_id: the customer selected
        :return: id and number of the quotation
        :rtype: dict
        """
        partner = self.env["res.partner"].browse(partner_id)
        partner.check_access("read")
        order = self.env["sale.order"].create({"partner_id": partner.id})
        return {"id": order.id, "name": order.name}
