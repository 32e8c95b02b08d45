# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a program sends, read together before its product is put on a line.

Odoo reads the product of a line as soon as it needs something of it, relation by
relation. Goods that are found later would be read in the same way once more.
"""

from odoo.exceptions import MissingError


def read_ahead(env, vals_list):
    """Read programs, events and goods of the parent products that go on new lines.

    Of what is no parent product, only that is read: Odoo does so anyway.

    :param odoo.api.Environment env: environment the lines are made in
    :param list[dict] vals_list: their values, as they were sent
    :return: whether there is a parent product among them
    :rtype: bool
    """
    ids = {vals.get("product_id") for vals in vals_list}
    # A visitor of the web shop may not read programs. Nothing is shown or decided here
    products = env["product.product"].sudo().browse(i for i in ids if type(i) is int)
    try:
        programs = products.continuity_program_id
    except MissingError:
        # Odoo says so in its own words, when the line is made
        return False
    if programs:
        events = _read_rows(programs, "event_ids")
        lines = _read_rows(events, "line_ids")
        goods = products | lines.product_id
        # Their prices and taxes hang on these
        goods.fetch(["product_template_attribute_value_ids"])
        goods.product_tmpl_id.fetch(["taxes_id"])
    return bool(programs)


def _read_rows(records, name):
    """Read rows with all that is on them; the ORM takes two queries for it.

    :param records: what the rows belong to
    :type records: odoo.models.BaseModel
    :param str name: their field, which has no domain
    :return: the rows
    :rtype: odoo.models.BaseModel
    """
    field = records._fields[name]
    unread = records.browse(field._cache_missing_ids(records))
    if unread:
        # Hidden ones are rows, too
        model = records.env[field.comodel_name].with_context(active_test=False)
        rows = model.search_fetch([(field.inverse_name, "in", unread.ids)])
        found = rows.grouped(field.inverse_name)
        field._insert_cache(
            unread, [found.get(record, rows.browse())._ids for record in unread]
        )
    return records[name]
