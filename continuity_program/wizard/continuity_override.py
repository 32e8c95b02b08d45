# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..arguments import get_model_name, public, read_records

#: Lines of what is refused that the dialog shows
SHOWN_LINES = 80


class ContinuityOverride(models.TransientModel):
    """Ask a manager why a rule is set aside for some records.

    It collects the reason. Whether the user may, and what follows, stands in the
    records' own ``_continuity_override(reason)``; what is set aside is said by their
    ``_get_continuity_override_text()``.
    """

    _name = "continuity.override"
    _inherit = ["continuity.dialog"]
    _description = "Set a Continuity Rule Aside"

    res_model = fields.Char(required=True, readonly=True)
    res_ids = fields.Json(required=True, readonly=True)
    text = fields.Text(string="What is set aside", readonly=True)
    reason = fields.Char()

    @api.model
    def _check_sent(self, vals):
        """Override: the records have a rule that can be set aside."""
        result = super()._check_sent(vals)
        if {"res_model", "res_ids"}.intersection(vals):
            self._read_records(vals.get("res_model"), vals.get("res_ids"))
        return result

    def _check_dialog(self):
        """Override: the records are named by model and ids."""
        result = super()._check_dialog()
        for dialog in self:
            dialog._read_records(dialog.res_model, dialog.res_ids)
        return result

    @api.model
    def _read_records(self, model, ids):
        """Return the records whose rule is set aside.

        :param str model: name of their model
        :param list ids: their ids
        :raise UserError: they have no rule that can be set aside
        :raise AccessError: they are not the user's to see
        """
        records = self.env.get(model) if isinstance(model, str) else None
        if records is None:
            raise UserError(self.env._("There is no such kind of record."))
        if not hasattr(records, "_continuity_override"):
            raise UserError(
                self.env._("Nothing of %s can be set aside.", get_model_name(records))
            )
        return read_records(self.env, ids, model, get_model_name(records))

    @api.model
    def _open_on(self, records):
        """Open the dialog for these records.

        :param records: records of one model with the two methods named above
        :rtype: dict
        :raise UserError: there are none
        """
        if not records:
            raise UserError(self.env._("First choose what is to be allowed."))
        # Many records stay here: the client gets the number of the dialog
        dialog = self.create(
            {
                "res_model": records._name,
                "res_ids": records.ids,
                "text": self._shorten(records._get_continuity_override_text()),
            }
        )
        return dialog._show(self.env._("Allow it all the same"))

    @api.model
    def _shorten(self, text):
        """Say of many what is refused for the first of them.

        :param str text: one line each
        :rtype: str
        """
        lines = (text or "").splitlines()
        if len(lines) <= SHOWN_LINES:
            return text
        more = self.env._("… and %s more.", len(lines) - SHOWN_LINES)
        return "\n".join([*lines[:SHOWN_LINES], more])

    @public(one=True)
    def action_apply(self):
        """Set the rule aside, with the reason.

        :raise UserError: there is no reason, or the records have no rule that can be
            set aside
        """
        self.ensure_one()
        if not (self.reason or "").strip():
            raise UserError(
                self.env._("Enter the reason: it is shown on the document.")
            )
        records = self._read_records(self.res_model, self.res_ids)
        records._continuity_override(self.reason)
        return {"type": "ir.actions.act_window_close"}
