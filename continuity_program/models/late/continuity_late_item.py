# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date

from ...arguments import public
from ..agreement.states import ACTIVE_STATES

#: What may be done about it
OPTIONS = [
    ("one", "Wait, this one only"),
    ("later", "Wait, all later move"),
    ("swap", "Swap order"),
    ("substitute", "Send another product"),
    ("skip", "Skip"),
]
#: Shipments or orders that are named; all of them are counted
SHOWN = 5
#: What the figures are made of
COMPARED = {"company_id", "product_id", "event_id", "available_date"}


class ContinuityLateItem(models.Model):
    """Something is there later than members are planned to get it.

    It finds whom that concerns, sets side by side what may be done, and does it to
    exactly the shipments it shows. What was there before is kept, so that it can be
    undone.
    """

    _name = "continuity.late.item"
    _description = "Late Item"
    _order = "available_date desc, id desc"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    product_id = fields.Many2one(
        "product.product",
        check_company=True,
        ondelete="cascade",
        domain="[('continuity_program_id', '=', False)]",
        help="What is late, in whatever event it is sent.",
    )
    event_id = fields.Many2one(
        "continuity.event",
        check_company=True,
        ondelete="cascade",
        index="btree_not_null",
        help="Only this event. With a product: only where this event sends it.",
    )
    available_date = fields.Date(
        string="Available on",
        required=True,
        help="Shipments that are planned before this day are affected.",
    )
    state = fields.Selection(
        selection=[
            ("draft", "Open"),
            ("applying", "Being applied"),
            ("applied", "Applied"),
            ("undone", "Undone"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
    )
    option = fields.Selection(selection=OPTIONS, string="What to do")
    new_product_id = fields.Many2one(
        "product.product",
        string="Send instead",
        check_company=True,
        domain="[('sale_ok', '=', True), ('continuity_program_id', '=', False),"
        " ('type', '!=', 'combo')]",
        help="At the price that was agreed.",
    )
    line_ids = fields.One2many(
        "continuity.late.item.line", "late_item_id", string="Shipments", readonly=True
    )
    option_ids = fields.One2many(
        "continuity.late.item.option",
        "late_item_id",
        string="Side by side",
        readonly=True,
    )
    compared_at = fields.Datetime(string="Compared", readonly=True, copy=False)
    applied_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    applied_at = fields.Datetime(string="Applied on", readonly=True, copy=False)
    affected_count = fields.Integer(
        string="Affected", compute="_compute_affected_count"
    )

    @api.depends("product_id", "event_id", "available_date", "state")
    def _compute_affected_count(self):
        for item in self:
            item.affected_count = item.env["continuity.shipment"].search_count(
                item._get_affected_domain()
            )

    @api.depends("product_id", "event_id", "available_date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for item in self:
            # Whoever may read the item may know what is late
            late_sudo = item.product_id.sudo() or item.event_id.sudo()
            item.display_name = item.env._(
                "%(item)s, available on %(day)s",
                item=late_sudo.display_name or "",
                day=format_date(item.env, item.available_date),
            )

    @api.constrains("product_id", "event_id", "available_date")
    def _check_item(self):
        """Something has to be late."""
        if any(not (item.product_id or item.event_id) for item in self):
            raise ValidationError(
                self.env._("Choose the product that is late, or the event.")
            )

    def write(self, vals):
        """Override: what was compared is another thing now, and is compared again."""
        result = super().write(vals)
        drafts = self.filtered(lambda item: item.state == "draft")
        if COMPARED & vals.keys():
            drafts._forget_compared()
        elif "new_product_id" in vals:
            drafts._compare_again("substitute")
        return result

    def _compare_again(self, option):
        """Say anew what one option would do, where they stand side by side.

        :param str option: one of :data:`OPTIONS`
        """
        for item in self:
            # As below: what is found is written by nobody else
            row_sudo = item.sudo().option_ids.filtered(lambda row: row.option == option)
            shipments = item._get_chosen()
            if row_sudo and shipments:
                empty = dict.fromkeys(row_sudo._get_figures(), False)
                row_sudo.write({**empty, **item._get_option(option, shipments)})

    def _forget_compared(self):
        """Take away figures that are not those of what would be done."""
        # What is found is written by nobody else; who writes the item was checked
        items_sudo = self.sudo()
        items_sudo.option_ids.unlink()
        items_sudo.compared_at = False

    @api.ondelete(at_uninstall=False)
    def _unlink_except_applied(self):
        for item in self:
            if item.state in ("applying", "applied"):
                raise UserError(
                    self.env._(
                        "“%s” was applied: it is kept, with the dates and products"
                        " there were before. Undo it, if it was a mistake.",
                        item.display_name,
                    )
                )

    # === WHO IS AFFECTED === #

    def _get_affected(self):
        """Return the shipments that are planned before the item is there.

        :return: those that leave first, first
        :rtype: continuity.shipment
        """
        self.ensure_one()
        return self.env["continuity.shipment"].search(
            self._get_affected_domain(), order="planned_date, number, id"
        )

    def _get_affected_domain(self):
        """Return which shipments are affected: none, before it is said what is late.

        :rtype: Domain
        """
        if not self.available_date or not (self.product_id or self.event_id):
            return Domain.FALSE
        domain = Domain("company_id", "=", self.company_id.id)
        domain &= Domain("state", "=", "planned") & Domain("action", "!=", "skip")
        domain &= Domain("planned_date", "<", self.available_date)
        domain &= Domain("continuity_order_id.state", "in", ACTIVE_STATES)
        if self.event_id:
            domain &= Domain("event_id", "=", self.event_id.id)
        if self.product_id:
            domain &= Domain(
                "line_ids",
                "any",
                [("product_id", "=", self.product_id.id), ("quantity", "!=", 0)],
            )
        return domain

    def _get_chosen(self):
        """Return the shipments that are shown and not left out.

        :rtype: continuity.shipment
        """
        return self.line_ids.filtered(lambda line: not line.is_left_out).shipment_id

    def _get_lines_of(self, orders):
        """Return the lines about shipments of some orders.

        :param continuity.order orders: orders
        :rtype: continuity.late.item.line
        """
        return self.env["continuity.late.item.line"].search(
            [
                ("late_item_id", "=", self.id),
                ("shipment_id.continuity_order_id", "in", orders.ids),
            ]
        )

    def _get_kept(self, shipments):
        """Return what stays as it is in the orders of these shipments.

        :param continuity.shipment shipments: what something is done about
        :rtype: continuity.shipment
        """
        return self._get_lines_of(shipments.continuity_order_id).shipment_id - shipments

    # === ACTIONS === #

    def _refuse_decided(self):
        raise UserError(
            self.env._("“%s” was decided already. Enter a new one.", self.display_name)
        )

    def _check_may_change(self):
        """Refuse who changes no shipments in bulk.

        :raise AccessError: the user is no manager
        """
        if not self.env.user.has_group("sales_team.group_sale_manager"):
            raise AccessError(
                self.env._("Only a sales administrator changes shipments in bulk.")
            )
        self.check_access("write")

    @public(one=True)
    def action_compare(self):
        """Find whom it concerns, and set side by side what may be done.

        Nothing is written into any order.
        """
        self.ensure_one()
        self._check_may_change()
        if self.state != "draft":
            self._refuse_decided()
        shipments = self._get_affected()
        left_out = self.line_ids.filtered("is_left_out").shipment_id
        # What is found is written by nobody else; the manager was checked
        item_sudo = self.sudo()
        item_sudo.line_ids.unlink()
        item_sudo.line_ids = [
            fields.Command.create(
                {
                    "shipment_id": shipment.id,
                    "old_date": shipment.planned_date,
                    "is_left_out": shipment in left_out,
                }
            )
            for shipment in shipments
        ]
        self._compare()

    def _compare(self):
        """Say anew what each option would do to the shipments that are chosen."""
        # As above: nobody types what is found
        item_sudo = self.sudo()
        item_sudo.option_ids.unlink()
        item_sudo.write(
            {
                "compared_at": fields.Datetime.now(),
                "option_ids": [
                    fields.Command.create(values) for values in self._get_options()
                ],
            }
        )

    @public(one=True)
    def action_view_shipments(self):
        """Open the shipments that are affected now.

        :rtype: dict
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "continuity_program.continuity_shipment_action"
        )
        return {
            **action,
            # Not the address of all shipments
            "path": False,
            "name": self.display_name,
            "context": {},
            "domain": list(self._get_affected_domain()),
        }


class ProductProduct(models.Model):
    """The product: it may come late."""

    _inherit = "product.product"

    @public(one=True)
    def action_open_late_item(self):
        """Open a late item for the product: the open one, or a new one.

        :rtype: dict
        """
        self.ensure_one()
        items = self.env["continuity.late.item"]
        known = items.search(
            [
                ("product_id", "=", self.id),
                ("state", "=", "draft"),
                ("company_id", "=", self.env.company.id),
            ],
            limit=1,
        )
        if known:
            return known._get_records_action()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Late item"),
            "res_model": items._name,
            "views": [(False, "form")],
            "context": {"default_product_id": self.id},
        }
