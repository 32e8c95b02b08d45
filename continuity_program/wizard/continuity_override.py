# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class ContinuityOverride(models.TransientModel):
    """Ask a manager why a rule is set aside for some records (rules part G).

    It collects the reason. Whether the user may, and what follows, stands in the
    records' own ``_continuity_override(reason)``; what is set aside is said by their
    ``_get_continuity_override_text()``.
    """

    _name = "continuity.override"
    _description = "Set a Continuity Rule Aside"

    res_model = fields.Char(required=True, readonly=True)
    res_ids = fields.Json(required=True, readonly=True)
    text = fields.Text(string="What is set aside", readonly=True)
    reason = fields.Char(required=True)

    @api.model
    def _open(self, records):
        """Open the dialog for these records.

        :param records: records of one model with the two methods named above
        :rtype: dict
        """
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Allow it all the same"),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_res_model": records._name,
                "default_res_ids": records.ids,
                "default_text": records._get_continuity_override_text(),
            },
        }

    def action_apply(self):
        """Set the rule aside, with the reason.

        :raise UserError: the records have no rule that can be set aside
        """
        self.ensure_one()
        records = self.env[self.res_model].browse(self.res_ids)
        if not hasattr(records, "_continuity_override"):
            raise UserError(
                self.env._("Nothing of %s can be set aside.", records._description)
            )
        records._continuity_override(self.reason)
        return {"type": "ir.actions.act_window_close"}
