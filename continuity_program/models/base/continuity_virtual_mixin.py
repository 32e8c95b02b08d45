# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError

from ...arguments import get_model_name


class ContinuityVirtualMixin(models.AbstractModel):
    """Records without a table: Odoo finds no external ids of them.

    It joins the table, and hands on what the database says to that.

    Nor is there an index that leads to a row: whatever is read of them, their whole
    query is worked off again.
    """

    _name = "continuity.virtual.mixin"
    _description = "Records Without a Table"

    def _fetch_query(self, query, fields):
        """Override: the company comes along.

        The rule of the companies asks for it, and had the whole query worked off a
        second time where a screen does not show it.
        """
        company = self._fields.get("company_id")
        if company and company.store:
            fields = [*fields, *({company} - set(fields))]
        return super()._fetch_query(query, fields)

    @api.model
    def load(self, fields, data):
        """Override: an external id in an import is refused with a sentence."""
        names = fields if isinstance(fields, list | tuple) else []
        if "id" in names or (".id" in names and not self._has_ids(names, data)):
            return {
                "ids": False,
                "messages": [
                    {
                        "type": "error",
                        "message": self._get_external_id_refusal(),
                        "field": "id",
                        "record": 0,
                        "rows": {"from": 0, "to": 0},
                    }
                ],
                "nextrow": 0,
            }
        return super().load(fields, data)

    @api.model
    def _has_ids(self, names, data):
        """Say whether every row of an import names its record by a number.

        :param list[str] names: names of the columns
        :param list[list[str]] data: the rows
        :rtype: bool
        """
        column = names.index(".id")
        return all(
            column < len(row) and str(row[column]).strip().isdecimal() for row in data
        )

    def export_data(self, fields_to_export):
        """Override: so is one in an export.

        :raise UserError: there are none
        """
        if isinstance(fields_to_export, list | tuple) and "id" in fields_to_export:
            raise UserError(self._get_external_id_refusal())
        return super().export_data(fields_to_export)

    @api.model
    def _get_external_id_refusal(self):
        """Say by what a record is named instead.

        :rtype: str
        """
        return self.env._(
            "“%s” has no external ids. Leave out the column “External ID” (id), or take"
            " the database id (.id).",
            get_model_name(self),
        )
