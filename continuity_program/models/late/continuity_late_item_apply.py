# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...arguments import public
from ..shipping.continuity_shipment_line_told import TOLD
from .continuity_late_item import SHOWN
from .continuity_shipment_slot import SLOT

#: Options that move shipments, and what of them is put back then
MOVED = dict.fromkeys(("one", "later"), ("scheduled_date", "planned_date", "is_anchor"))
MOVED["swap"] = SLOT
#: What is kept of a shipment, to be able to go back
KEPT = (*SLOT, "is_customized")
#: What is kept of its products
KEPT_GOODS = ("product_id", "uom_id", "product_changed")
#: … and of their prices, which other taxes tell in other numbers
KEPT_PRICES = ("price_unit", *TOLD)


class ContinuityLateItem(models.Model):
    """The late item: what was decided is done.

    By the methods that change shipments in bulk, with their checks.
    """

    _inherit = "continuity.late.item"

    @public(one=True)
    def action_apply(self):
        """Do what was chosen, to exactly the shipments that are shown.

        A shipment that was changed in the meantime is left as it is, and named. What is
        left out stays open in an item of its own.

        :return: a message
        :rtype: dict
        :raise UserError: nothing is chosen, or it cannot be done
        """
        self.ensure_one()
        self._check_may_change()
        if self.state == "applied":
            return self._tell(self.env._("It was applied already."))
        if self.state == "undone":
            self._refuse_decided()
        if not self.option or not self.compared_at:
            raise UserError(
                self.env._("Press “Compare”, and choose what to do, before it is done.")
            )
        if self._is_for_background():
            return self._send_to_background()
        shown = self._get_lines_to_do()
        done = self._apply_lines(shown)
        if not done:
            raise UserError(
                self.env._(
                    "None of the shipments is as it was shown. Press “Compare” again."
                )
            )
        if rest := self._finish():
            rest.action_compare()
        return self._tell(self._get_applied_text(done, shown - done))

    def _get_lines_to_do(self):
        """Return the lines nothing has been done about yet, nor is to be left out.

        :rtype: continuity.late.item.line
        """
        return self.line_ids.filtered(
            lambda line: not line.is_left_out and not line.is_handled
        )

    def _apply_lines(self, lines):
        """Do what was chosen to those of these shipments that are as they were shown.

        :param continuity.late.item.line lines: shown, with all lines of their orders
        :return: the lines something was done about
        :rtype: continuity.late.item.line
        """
        # The job of the night takes the same lock; the manager was checked
        lines.continuity_order_id.sudo().lock_for_update(allow_referencing=True)
        affected = self.env["continuity.shipment"].search(
            self._get_affected_domain() & Domain("id", "in", lines.shipment_id.ids)
        )
        todo = lines.filtered(
            lambda line: (
                line.shipment_id in affected
                and line.old_date == line.shipment_id.planned_date
            )
        )
        if todo:
            self._do(todo)
        # What has become of it nobody types
        lines.sudo().is_handled = True
        return todo

    def _finish(self):
        """Say that it was done, and keep what it was not done about.

        :return: what is still to be decided about, if anything is
        :rtype: continuity.late.item
        """
        # The decision is the manager's (checked); what has become of it nobody types
        self.sudo().write(
            {
                "state": "applied",
                "applied_by_id": self.applied_by_id.id or self.env.uid,
                "applied_at": fields.Datetime.now(),
            }
        )
        return self._keep_rest()

    def _do(self, todo):
        """Change the shipments, and keep what they were like.

        :param continuity.late.item.line todo: lines of shipments
        """
        shipments = todo.shipment_id
        before = self._read_before(self._get_touched(shipments))
        kept = self._get_kept(shipments)
        if self.option == "swap":
            shipments._swap_in_bulk(self.available_date, kept)
        elif self.option in MOVED:
            # Nothing passes an end: it was looked at just now
            shipments._move_in_bulk(
                self.available_date, scope=self.option, may_pass_end=True, kept=kept
            )
        elif self.option == "substitute":
            self._check_substitute(shipments)
            shipments._substitute_in_bulk(self.product_id, self.new_product_id)
        else:
            shipments._check_may_update()
            shipments.action_skip()
        by_shipment = {line.shipment_id: line for line in todo}
        after = self._read_before(shipments.browse(shipment.id for shipment in before))
        new = []
        for shipment, values in before.items():
            left = {str(line.id): line.price_unit for line in shipment.line_ids}
            kept = {**values, "left_prices": left}
            vals = {"before": kept, "new_date": shipment.planned_date}
            if line := by_shipment.get(shipment):
                # What became of it nobody types
                line.sudo().write({**vals, "is_done": True})
            elif shipment.state == "planned" and after[shipment] != values:
                new.append(
                    {
                        **vals,
                        "late_item_id": self.id,
                        "shipment_id": shipment.id,
                        "old_date": values["planned_date"],
                        "is_handled": True,
                        "is_done": True,
                    }
                )
        # Those that followed: nobody types them either
        self.env["continuity.late.item.line"].sudo().create(new)

    def _get_touched(self, shipments):
        """Return the shipments that become different, with those that follow."""
        if self.option not in MOVED:
            return shipments
        if self.option == "swap":
            pairs = self._get_swaps(shipments)
            return shipments.union(*(shipment for shipment, _slot in pairs))
        changes = self._get_changes(shipments, self.option)
        return shipments.union(*(shipment for shipment, _change in changes))

    def _read_before(self, shipments):
        """Return what shipments are like, in a form that is kept.

        :rtype: dict[continuity.shipment, dict]
        """
        result = {}
        for shipment in shipments:
            values = {name: shipment[name] for name in KEPT}
            values["scheduled_date"] = str(shipment.scheduled_date)
            values["planned_date"] = str(shipment.planned_date)
            values["goods"] = {
                str(line.id): {
                    name: line._fields[name].convert_to_write(line[name], line)
                    for name in (*KEPT_GOODS, *KEPT_PRICES)
                }
                for line in shipment.line_ids
            }
            result[shipment] = values
        return result

    def _keep_rest(self):
        """Keep what nothing was done about open, in an item of its own.

        :rtype: continuity.late.item
        """
        if not self._get_affected():
            return self.browse()
        return self.browse().create(
            {
                "company_id": self.company_id.id,
                "product_id": self.product_id.id,
                "event_id": self.event_id.id,
                "available_date": self.available_date,
            }
        )

    def _get_applied_text(self, done, changed):
        """Say what was done, and which shipments were different by then.

        :rtype: str
        """
        text = self.env._("Shipments changed: %s.", len(done))
        if not changed:
            return text
        names = changed.shipment_id[:SHOWN].mapped("display_name")
        return self.env._(
            "%(text)s Changed by somebody in the meantime, and left as they are:"
            " %(count)s (%(names)s).",
            text=text,
            count=len(changed),
            names=", ".join(names),
        )

    def _tell(self, text):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": text,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
