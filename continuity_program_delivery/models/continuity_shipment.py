# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class ContinuityShipment(models.Model):
    """The shipment: how it travels (rules N43)."""

    _inherit = "continuity.shipment"

    carrier_id = fields.Many2one(
        comodel_name="delivery.carrier",
        string="Delivery method",
        check_company=True,
        ondelete="restrict",
        help="How this shipment is sent; its child order takes it over.",
    )
    carrier_changed = fields.Boolean(
        readonly=True,
        copy=False,
        help="Somebody chose the delivery method of this shipment.",
    )

    # === WHAT A PERSON MAY CHANGE === #

    @api.model
    def _get_typed_fields(self):
        """Override of `continuity_program`: the delivery method may be chosen."""
        return {**super()._get_typed_fields(), "carrier_id": "carrier_changed"}

    # === PLAN, EXTENSION, UPDATE === #

    def _follow_plan(self, vals, event, prices, ended):
        """Override of `continuity_program`: a choice for the customer is kept."""
        if self.carrier_changed:
            vals = {name: vals[name] for name in vals if name != "carrier_id"}
        return super()._follow_plan(vals, event, prices, ended)

    def _prepare_repeat(self, day):
        """Override of `continuity_program`: the next row travels as this one does."""
        return {
            **super()._prepare_repeat(day),
            "carrier_id": self.carrier_id.id,
            "carrier_changed": self.carrier_changed,
        }

    def _get_event_vals(self, update):
        """Override of `continuity_program`: take the delivery method of the event.

        Up front, too: it is nothing the customer paid for (rules N44).
        """
        vals = super()._get_event_vals(update)
        carrier = self.event_id.carrier_id
        if self.carrier_changed or carrier == self.carrier_id:
            return vals
        update.changes.append(
            self.env._(
                "%(row)s: delivery method %(carrier)s",
                row=self._get_row_text(update),
                carrier=carrier.name or self.env._("none"),
            )
        )
        return {**vals, "carrier_id": carrier.id}

    def _differs_from_event(self, scope):
        """Override of `continuity_program`: so does another delivery method."""
        return super()._differs_from_event(scope) or (
            self.carrier_id != self.event_id.carrier_id
        )

    # === CHILD ORDER === #

    def _prepare_child_vals(self, today, cache):
        """Override of `continuity_program`: the parcel travels as planned.

        Missed shipments that leave as one parcel travel as the first that says how.
        """
        vals = super()._prepare_child_vals(today, cache)
        vals["carrier_id"] = self.carrier_id[:1].id
        return vals
