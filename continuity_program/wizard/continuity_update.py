# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..arguments import public

#: Rows the preview shows; all of them are changed
SHOWN_ROWS = 80
#: Customers a warning names; it counts all of them
SHOWN_NAMES = 5


class ContinuityUpdate(models.TransientModel):
    """Change shipments: new dates, or other products, for marked shipments.

    It collects and shows what will change; the shipments do it.
    """

    _name = "continuity.update"
    _inherit = ["continuity.undo.mixin"]
    _description = "Continuity Update"

    kind = fields.Selection(
        selection=[("date", "Update date"), ("product", "Substitution")],
        required=True,
        readonly=True,
    )
    shipment_ids = fields.Many2many(
        comodel_name="continuity.shipment", string="Shipments", readonly=True
    )
    marked_text = fields.Char(string="Marked", compute="_compute_marked_text")
    # Update date
    date_mode = fields.Selection(
        selection=[("date", "To a new date"), ("shift", "By a number of days")],
        string="Move",
        required=True,
        default="date",
    )
    new_date = fields.Date()
    days = fields.Integer(help="Days to add; a negative number moves back.")
    scope = fields.Selection(
        selection=[("one", "The marked ones only"), ("later", "And all later ones")],
        string="Moves",
        required=True,
        default="later",
        help="And all later ones: the first marked shipment of each order moves, the"
        " later ones follow it.",
    )
    # Substitution
    available_product_ids = fields.Many2many(
        comodel_name="product.product", compute="_compute_available_product_ids"
    )
    product_id = fields.Many2one(
        comodel_name="product.product",
        string="Replace",
        compute="_compute_product_id",
        store=True,
        readonly=False,
        domain="[('id', 'in', available_product_ids)]",
    )
    new_product_id = fields.Many2one(
        comodel_name="product.product",
        string="By",
        domain="[('sale_ok', '=', True), ('continuity_program_id', '=', False),"
        " ('type', '!=', 'combo')]",
    )
    changes_quantity = fields.Boolean(string="Another quantity")
    quantity = fields.Float(
        digits="Product Unit",
        string="Quantity per series",
        help="Pieces in each shipment for a quantity of 1 on the order. 0 = as many as"
        " now.",
    )
    price_mode = fields.Selection(
        selection=[("keep", "Stays as it was sold"), ("new", "New price")],
        string="Price",
        required=True,
        default="keep",
    )
    price_unit = fields.Float(string="New price", min_display_digits="Product Price")
    price_reason = fields.Char(string="Reason", help="Logged with the change.")
    # What will happen
    preview_html = fields.Html(
        string="Preview", compute="_compute_preview", sanitize=False
    )
    problem = fields.Char(compute="_compute_preview")
    warning = fields.Text(string="Please check", compute="_compute_warning")

    @api.onchange("changes_quantity")
    def _onchange_changes_quantity(self):
        """As many as now, unless somebody says so."""
        if not self.changes_quantity:
            self.quantity = 0.0

    # === COMPUTE METHODS === #

    @api.depends("shipment_ids")
    def _compute_marked_text(self):
        for update in self:
            update.marked_text = self.env._(
                "%(shipments)s shipment(s) of %(orders)s order(s)",
                shipments=len(update.shipment_ids),
                orders=len(update.shipment_ids.continuity_order_id),
            )

    @api.depends("shipment_ids")
    def _compute_available_product_ids(self):
        for update in self:
            update.available_product_ids = update.shipment_ids.line_ids.product_id

    @api.depends("shipment_ids")
    def _compute_product_id(self):
        """Where all of them send the same product, it is the one to replace."""
        for update in self:
            products = update.shipment_ids.line_ids.product_id
            update.product_id = products if len(products) == 1 else False

    @api.depends(
        "kind",
        "date_mode",
        "new_date",
        "days",
        "scope",
        "product_id",
        "new_product_id",
        "quantity",
        "price_mode",
        "price_unit",
        "price_reason",
    )
    def _compute_preview(self):
        """Show old and new, from the same calls that will write them."""
        for update in self:
            update.preview_html = update.problem = False
            try:
                rows = update._get_rows()
            except UserError as error:
                update.problem = str(error)
                continue
            if rows:
                update.preview_html = Markup(
                    self.env["ir.qweb"]._render(
                        "continuity_program.continuity_update_table",
                        {
                            "rows": rows[:SHOWN_ROWS],
                            "more": len(rows) > SHOWN_ROWS
                            and self.env._("… and %s more.", len(rows) - SHOWN_ROWS),
                        },
                    )
                )

    @api.depends(
        "kind",
        "shipment_ids",
        "product_id",
        "new_product_id",
        "date_mode",
        "new_date",
        "days",
        "scope",
    )
    def _compute_warning(self):
        """Say first what somebody may not have meant."""
        for update in self:
            warnings = [
                update._get_end_warning()
                if update.kind == "date"
                else update._get_product_warning(),
                update._get_state_warning(),
            ]
            update.warning = "\n".join(filter(None, warnings))

    def _get_state_warning(self):
        """Say that orders are among the marked ones that do not run.

        :rtype: str
        """
        orders = self.shipment_ids._origin.continuity_order_id
        resting = orders.filtered(lambda order: order.state != "running")
        if not resting:
            return ""
        return self.env._(
            "%(count)s of the orders are on hold or paused, and are changed too:"
            " %(names)s.",
            count=len(resting),
            names=_name_first(resting, "name"),
        )

    def _get_end_warning(self):
        """Say what would leave behind the end the customers agreed to.

        :rtype: str
        """
        if not self._is_complete():
            return ""
        try:
            changes = self.shipment_ids._origin._get_bulk_moves(**self._get_move())
        except UserError:
            # Told as the problem
            return ""
        warnings = self.shipment_ids._get_end_warnings(changes)
        return " ".join(_cut(warnings))

    def _get_product_warning(self):
        """Say who gets the new product in the same series anyway.

        :rtype: str
        """
        product, new_product = self.product_id, self.new_product_id
        if not (product and new_product):
            return ""
        shipments = self.shipment_ids._origin
        lines = shipments._get_substituted_lines(product._origin)
        others = lines._get_others_with(new_product._origin)
        customers = others.shipment_id.continuity_order_id.partner_id
        if not customers:
            return ""
        return self.env._(
            "%(count)s of the customers get %(product)s in the same series anyway:"
            " %(names)s.",
            count=len(customers),
            product=new_product.display_name,
            names=_name_first(customers, "display_name"),
        )

    def _get_rows(self):
        """Return what would change, row by row.

        :rtype: list[dict]
        :raise UserError: it cannot be done
        """
        self.ensure_one()
        if self.kind == "date":
            return self._get_date_rows() if self._is_complete() else []
        return self._get_product_rows() if self._is_complete() else []

    def _is_complete(self):
        """Tell whether enough was entered to say what happens."""
        if self.kind == "product":
            return bool(self.product_id and self.new_product_id)
        return bool(self.new_date if self.date_mode == "date" else self.days)

    def _get_date_rows(self):
        shipments = self.shipment_ids._origin
        return [
            self._prepare_row(
                shipment,
                shipment.continuity_order_id._format_day(shipment.planned_date),
                shipment.continuity_order_id._format_day(change.planned_date),
            )
            for shipment, change in shipments._get_bulk_moves(**self._get_move())
            if shipment.planned_date != change.planned_date
        ]

    def _get_product_rows(self):
        shipments = self.shipment_ids._origin
        product, new_product = self.product_id._origin, self.new_product_id._origin
        price = self._get_price()
        lines = shipments._get_substituted_lines(product)
        if price and not price[1]:
            # Asked for when it is applied; the preview does not wait for it.
            price = (price[0], "–")
        lines._check_bulk_substitution(product, new_product, self.quantity, price)
        if self.quantity or price:
            lines.shipment_id._check_same_money()
        return [self._prepare_product_row(line, new_product, price) for line in lines]

    def _prepare_product_row(self, line, product, price):
        order = line.shipment_id.continuity_order_id
        quantity = self.quantity * order.quantity or line.quantity
        if price:
            amount = order._format(price[0])
        else:
            kept = line._get_staying_price(product)
            amount = line._format_price(line.currency_id, kept, line.discount)
        text = f"{quantity:g} × {product.display_name}, {amount}"
        return self._prepare_row(line.shipment_id, line._get_text(), text)

    def _prepare_row(self, shipment, old, new):
        order = shipment.continuity_order_id
        return {
            "order": order.name,
            "customer": order.partner_id.display_name,
            "number": shipment.number,
            "products": shipment.products_text,
            "old": old,
            "new": new,
        }

    def _get_move(self):
        """Return the new date as the shipments take it."""
        is_date = self.date_mode == "date"
        return {
            "new_date": self.new_date if is_date else None,
            "days": 0 if is_date else self.days,
            "scope": self.scope,
        }

    def _get_price(self):
        if self.price_mode == "keep":
            return None
        return self.price_unit, self.price_reason

    # === ACTIONS === #

    @public(one=True)
    def action_apply(self):
        """Change the marked shipments at once.

        :rtype: dict
        """
        self.ensure_one()
        if not self._is_complete():
            raise UserError(self.env._("First enter what is to be changed."))
        self._remember()
        if self.kind == "date":
            # What it shows was read
            self.shipment_ids._move_in_bulk(**self._get_move(), may_pass_end=True)
        else:
            self.shipment_ids._substitute_in_bulk(
                self.product_id, self.new_product_id, self.quantity, self._get_price()
            )
        can_undo = self._note_done()
        count = len(self.shipment_ids)
        message = (
            self.env._("1 shipment was changed.")
            if count == 1
            else self.env._("%s shipments were changed.", count)
        )
        return self._get_done_action(message, can_undo)

    # === UNDO === #

    def _get_undo_orders(self):
        """Override: the orders of all marked shipments."""
        return self.shipment_ids.continuity_order_id

    def _check_may_undo(self):
        """Override: who may not change shipments in bulk does not change them back."""
        result = super()._check_may_undo()
        self._check_not_ended_since(self._get_undo_orders())
        self.shipment_ids._check_may_update()
        return result

    def _moves_paid_money(self):
        """Override: what is paid in advance is changed in bulk at its price only."""
        return False


def _cut(texts):
    """Keep the first texts of many, and say that there are more.

    :param list[str] texts: texts
    :rtype: list[str]
    """
    return [*texts[:SHOWN_NAMES], "…"] if len(texts) > SHOWN_NAMES else texts


def _name_first(records, name):
    """Name the first of many records, by name.

    :param odoo.models.BaseModel records: records with a name
    :param str name: field that is shown
    :rtype: str
    """
    # One more than is shown: there are more
    return ", ".join(_cut(records.sorted("name")[: SHOWN_NAMES + 1].mapped(name)))
