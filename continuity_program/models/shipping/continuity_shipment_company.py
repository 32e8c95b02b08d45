# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Whose company is checked, once for all rows that lead to the same records.

Odoo makes a domain for each field of each row; the rows of a plan are alike.
"""

from odoo import models


def one_of_each(records, names):
    """Return one record of each kind, as far as a check of companies goes.

    :param odoo.models.BaseModel records: records of a model with a company
    :param names: names of the fields that are checked; None = all
    :return: some of them; what is not among them has its company, and what it leads
        to, in common with one that is
    :rtype: odoo.models.BaseModel
    """
    if names is None or "company_id" in names:
        names = records._fields
    fields = map(records._fields.get, names)
    names = [f.name for f in fields if f.relational and f.check_company]
    kinds = {}
    # As Odoo's check itself, which sees what the user does not
    for record in records.sudo() if names else ():
        kind = record.company_id.id, *(record[name]._ids for name in names)
        kinds.setdefault(kind, record.id)
    return records.browse(kinds.values())


class ContinuityShipment(models.Model):
    """The shipment: its company is that of what it leads to."""

    _inherit = "continuity.shipment"

    def _check_company(self, fnames=None):
        """Override: rows that lead to the same records are checked at one of them."""
        return super(ContinuityShipment, one_of_each(self, fnames))._check_company(
            fnames
        )


class ContinuityShipmentLine(models.Model):
    """The product of a shipment: its company is that of what it leads to."""

    _inherit = "continuity.shipment.line"

    def _check_company(self, fnames=None):
        """Override: rows that lead to the same records are checked at one of them."""
        return super(ContinuityShipmentLine, one_of_each(self, fnames))._check_company(
            fnames
        )
