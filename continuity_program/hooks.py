# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tools import SQL, format_date, sql

from odoo.addons.sale.models.sale_order_line import SaleOrderLine

#: What a running order would have sent that nobody will send now
STATES = ("running", "paused", "on_hold")
#: Columns that are computed, and the same for all that was there before
COLUMNS = (
    ("sale_order", "continuity_type", "varchar", "none"),
    ("sale_order_line", "continuity_goods_delivered", "float8", None),
)


def pre_init_hook(env):
    """Give old records what is computed for new ones, without computing it.

    Odoo would compute the columns for every order of the shop, and write all of them.
    """
    create_columns(env, COLUMNS)


def create_columns(env, columns):
    """Make columns that hold a constant for all old records; no row is written.

    :param columns: table, column, type and constant; None = empty
    """
    for table, column, kind, constant in columns:
        if sql.column_exists(env.cr, table, column):
            continue
        names = {"table": SQL.identifier(table), "column": SQL.identifier(column)}
        env.cr.execute(
            SQL(
                "ALTER TABLE %(table)s"
                " ADD COLUMN %(column)s %(kind)s DEFAULT %(value)s",
                **names,
                kind=SQL(kind),
                value=constant,
            )
        )
        # The constant of the old records stays, new ones get their own value
        env.cr.execute(
            SQL("ALTER TABLE %(table)s ALTER COLUMN %(column)s DROP DEFAULT", **names)
        )


def uninstall_hook(env):
    """Leave behind what was promised, before the ledgers are gone.

    Each parent order of a running program gets a note with its planned shipments. Its
    parent line becomes an ordinary line: what can be invoiced of it is computed at once
    as Odoo does, not silently by the next change of the order.
    """
    orders = env["continuity.order"].search([("state", "!=", "draft")])
    for order in orders.filtered(lambda order: order.state in STATES):
        order.sale_order_id.message_post(body=_describe(order))
    lines = orders.sale_order_line_id
    SaleOrderLine._compute_qty_to_invoice(lines)
    SaleOrderLine._compute_invoice_status(lines)
    _remove_prepaid_products(env)
    _remove_foreign_xmlids(env)


def _remove_prepaid_products(env):
    """Remove the products *Paid in advance*; where they were sold, archive them."""
    companies = (
        env["res.company"]
        .with_context(active_test=False)
        .search([("continuity_prepaid_product_id", "!=", False)])
    )
    products = companies.continuity_prepaid_product_id
    # Made in the transaction of its product: ours, not one of a person's
    categories = products.filtered(
        lambda product: product.categ_id.create_date == product.create_date
    ).categ_id
    companies.continuity_prepaid_product_id = False
    products._unlink_or_archive()
    # Archiving a variant leaves its product
    products.exists().product_tmpl_id.active = False
    (categories - _get_used_categories(env, categories)).unlink()


def _get_used_categories(env, categories):
    """Return the categories that anything points to: products, other categories, rules
    of price lists and warehouses. Odoo would delete some of that along with them.

    :param product.category categories: categories that may be used by now
    :rtype: product.category
    """
    used = categories.browse()
    fields = env["ir.model.fields"].search(
        [
            ("relation", "=", categories._name),
            ("ttype", "in", ("many2one", "many2many")),
            ("store", "=", True),
        ]
    )
    for field in fields:
        model = env.get(field.model)
        if model is None or model._abstract or not model._auto:
            continue
        records = model.with_context(active_test=False).search(
            [(field.name, "in", categories.ids)]
        )
        used |= records.mapped(field.name) & categories
    return used


def _remove_foreign_xmlids(env):
    """Remove the names that other modules gave to parts of our models.

    Odoo removes what belongs to an uninstalled module, and these belong to `mail`.
    """
    models = env["ir.model"].search([("model", "=like", "continuity.%")])
    parts = {
        "ir.model.fields.selection": models.field_id.selection_ids,
        "ir.model.inherit": env["ir.model.inherit"].search(
            [("model_id", "in", models.ids)]
        ),
    }
    for model, records in parts.items():
        env["ir.model.data"].search(
            [
                ("model", "=", model),
                ("res_id", "in", records.ids),
                ("module", "not like", "continuity_program%"),
            ]
        ).unlink()


def _describe(order):
    planned = order.shipment_ids.filtered(lambda s: s.state == "planned")
    return order.env._(
        "Continuity Programs was uninstalled. Nothing more is sent or charged for"
        " %(product)s (%(order)s) by itself. Planned shipments were: %(shipments)s.",
        product=order.product_id.display_name,
        order=order.name,
        shipments="; ".join(
            f"{format_date(order.env, shipment.planned_date)} {shipment.products_text}"
            for shipment in planned._sorted_by_leaving()
        )
        or order.env._("none"),
    )
