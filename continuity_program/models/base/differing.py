# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).


def get_differing(record, vals):
    """Return what of the values a record does not have yet.

    Asked for every row of a plan: what is read is compared as it is, not converted
    to what would be written first.

    :param odoo.models.BaseModel record: one record
    :param dict vals: values as they are written, none of them of a list of records
    :rtype: dict
    """
    differing, model_fields = {}, record._fields
    for name, value in vals.items():
        held = record[name]
        if model_fields[name].type == "many2one":
            held = held.id
        if held != value:
            differing[name] = value
    return differing
