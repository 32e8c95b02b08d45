# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.sql import escape_psql

from ...arguments import public, read_id

#: So long an empty quotation of a call is kept
EMPTY_DAYS = 1
#: Quotations looked at by one vacuum
EMPTY_LIMIT = 1000
#: Customers named who may be the same
SAME_LIMIT = 3


class ContinuityCustomerService(models.AbstractModel):
    """What is begun on the *Customer service* screen: a quotation, a customer."""

    _inherit = "continuity.customer.service"

    @api.model
    @public(partner_id=read_id)
    def create_order(self, partner_id):
        """Save an empty quotation, so that its number is known at once.

        The empty one of a call that came to nothing is used again.

        :param int partner_id: the customer selected
        :return: id and number of the quotation
        :rtype: dict
        """
        partner = self.env["res.partner"].browse(partner_id)
        partner.check_access("read")
        orders = self.env["sale.order"]
        order = orders.search(
            [
                *orders._get_empty_call_domain(),
                ("partner_id", "=", partner.id),
                ("user_id", "=", self.env.uid),
                ("create_uid", "=", self.env.uid),
                ("company_id", "=", self.env.company.id),
            ],
            limit=1,
        )
        if not order:
            order = orders.create({"partner_id": partner.id})
            # It says where the quotation comes from: nobody types it
            order.sudo().continuity_from_call = True
        return {"id": order.id, "name": order.name}

    @api.model
    @public()
    def get_customer_defaults(self):
        """Tell what a new customer begins with: the country of the company.

        :return: view to open, and the context with the defaults
        :rtype: dict
        """
        view = self.env.ref("continuity_program.res_partner_view_form_call")
        return {
            "view_id": view.id,
            "country_id": self.env.company.country_id.id,
        }


class SaleOrder(models.Model):
    """The quotation begun by a call."""

    _inherit = "sale.order"

    continuity_from_call = fields.Boolean(
        string="From Customer service",
        readonly=True,
        copy=False,
        help="Begun with “New sales order”. While it is empty it is used again, and it"
        " is deleted after a day.",
    )

    @api.model
    def _get_empty_call_domain(self):
        """Return what is true of a quotation to which nothing was ever added.

        :rtype: list
        """
        return [
            ("continuity_from_call", "=", True),
            ("state", "=", "draft"),
            ("order_line", "=", False),
            ("client_order_ref", "=", False),
        ]

    @api.autovacuum
    def _gc_empty_calls(self):
        """Delete the empty quotations of calls that came to nothing.

        What somebody wrote on, or planned to do, is kept.
        """
        before = fields.Datetime.now() - timedelta(days=EMPTY_DAYS)
        empty = self.search(
            [*self._get_empty_call_domain(), ("write_date", "<", before)],
            limit=EMPTY_LIMIT,
        )
        kept = empty.filtered(
            lambda order: (
                order.activity_ids
                or order.transaction_ids
                or order.message_attachment_count
                or "comment" in order.message_ids.mapped("message_type")
            )
        )
        (empty - kept).unlink()


class ResPartner(models.Model):
    """The customer who is written down during a call."""

    _inherit = "res.partner"

    continuity_same_text = fields.Char(
        string="Known already?",
        compute="_compute_continuity_same_text",
        groups="sales_team.group_sale_salesman",
    )

    @api.depends("name", "email", "phone", "zip", "street")
    def _compute_continuity_same_text(self):
        for partner in self:
            # Looked for while he is new, and not in every list of contacts
            is_new = not partner._origin
            same = partner._get_continuity_same() if is_new else self.browse()
            partner.continuity_same_text = " · ".join(
                ", ".join(
                    filter(None, [p.display_name, p.street, p.city, p.phone, p.email])
                )
                for p in same
            )

    def _get_continuity_same(self):
        """Return customers who may be the one that is being written down.

        :return: by e-mail, by telephone, or by name and zip or street
        :rtype: res.partner
        """
        self.ensure_one()
        service = self.env["continuity.customer.service"]
        ways = []
        if self.email:
            ways.append(self._continuity_is("email"))
        if self.phone:
            ways.append(service._get_phone_domain(self.phone.strip()))
        if self.name:
            same_name = self._continuity_is("name")
            place = "zip" if self.zip else "street"
            ways.append(
                same_name & self._continuity_is(place) if self[place] else same_name
            )
        if not ways:
            return self.browse()
        domain = Domain.OR(ways) & Domain("id", "!=", self._origin.id)
        return self.search(
            domain & service._get_person_domain(), order="id", limit=SAME_LIMIT
        )

    def _continuity_is(self, name):
        """Say that a field is what was typed here, in capitals or not.

        :param str name: field with a text
        :rtype: Domain
        """
        return Domain(name, "=ilike", escape_psql(self[name].strip()))
