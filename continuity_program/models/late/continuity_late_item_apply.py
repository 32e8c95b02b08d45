# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError

from ...arguments import public
from .continuity_late_item import SHOWN

#: Options that move shipments, and what of them is put back then
MOVES = ("one", "later")
MOVED = ("scheduled_date", "planned_date", "is_anchor")
#: What is kept of a shipment, to be able to go back
KEPT = (*MOVED, "is_customized")
#: What is kept of its products
KEPT_GOODS = ("product_id", "uom_id", "product_changed")


class ContinuityLateItem(models.Model):
    """The late item: what was decided is done, and undone as long as nothing has left.

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
        if not self.option or not self.compared_at:
            raise UserError(
                self.env._("Press “Compare”, and choose what to do, before it is done.")
            )
        orders = self.line_ids.continuity_order_id
        # The job of the night takes the same lock; the manager was checked
        orders.sudo().lock_for_update(allow_referencing=True)
        shown = self.line_ids.filtered(lambda line: not line.is_left_out)
        affected = self._get_affected()
        todo = shown.filtered(
            lambda line: (
                line.shipment_id in affected
                and line.old_date == line.shipment_id.planned_date
            )
        )
        if not todo:
            raise UserError(
                self.env._(
                    "None of the shipments is as it was shown. Press “Compare” again."
                )
            )
        self._do(todo)
        # The decision is the manager's (checked); what has become of it nobody types
        self.sudo().write(
            {
                "state": "applied",
                "applied_by_id": self.env.uid,
                "applied_at": fields.Datetime.now(),
            }
        )
        self._keep_rest()
        return self._tell(self._get_applied_text(todo, shown - todo))

    def _do(self, todo):
        """Change the shipments, and keep what they were like.

        :param continuity.late.item.line todo: lines of shipments
        """
        shipments = todo.shipment_id
        before = self._read_before(self._get_touched(shipments))
        if self.option in MOVES:
            # Nothing passes an end: it was looked at just now
            shipments._move_in_bulk(
                self.available_date,
                scope=self.option,
                may_pass_end=True,
                kept=self.line_ids.shipment_id - shipments,
            )
        elif self.option == "substitute":
            self._get_option_substitute(shipments)
            shipments._substitute_in_bulk(self.product_id, self.new_product_id)
        else:
            shipments._check_may_update()
            shipments.action_skip()
        by_shipment = {line.shipment_id: line for line in todo}
        after = self._read_before(shipments.browse(shipment.id for shipment in before))
        new = []
        for shipment, values in before.items():
            vals = {"before": values, "new_date": shipment.planned_date}
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
                        "is_done": True,
                    }
                )
        # Those that followed: nobody types them either
        self.env["continuity.late.item.line"].sudo().create(new)

    def _get_touched(self, shipments):
        """Return the shipments that become different, with those that follow."""
        if self.option not in MOVES:
            return shipments
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
                    for name in KEPT_GOODS
                }
                for line in shipment.line_ids
            }
            result[shipment] = values
        return result

    def _keep_rest(self):
        """What nothing was done about stays open, in an item of its own."""
        if self._get_affected():
            rest = self.browse().create(
                {
                    "company_id": self.company_id.id,
                    "product_id": self.product_id.id,
                    "event_id": self.event_id.id,
                    "available_date": self.available_date,
                }
            )
            rest.action_compare()

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

    # === BACK === #

    @public(one=True)
    def action_undo(self):
        """Put back the dates and products there were before.

        A shipment that was changed or ordered since is left as it is, and named.

        :return: a message
        :rtype: dict
        :raise UserError: nothing was applied, or nothing is as it was left
        """
        self.ensure_one()
        self._check_may_change()
        if self.state != "applied":
            raise UserError(self.env._("“%s” was not applied.", self.display_name))
        done = self.line_ids.filtered("is_done")
        # As above: the manager was checked
        done.continuity_order_id.sudo().lock_for_update(allow_referencing=True)
        back = done.filtered(lambda line: self._is_as_left(line))
        if not back:
            raise UserError(
                self.env._(
                    "None of the shipments of “%s” is as it was left: they were ordered"
                    " or changed since.",
                    self.display_name,
                )
            )
        if self.option == "skip":
            back.shipment_id.action_unskip()
        for line in back:
            self._put_back(line)
        notes = {}
        for line in back:
            notes.setdefault(line.continuity_order_id, []).append(
                self.env._(
                    "Shipment %(number)s: as before it was changed for “%(item)s”",
                    number=line.number,
                    item=self.display_name,
                )
            )
        self.env["continuity.shipment"]._log_bulk(notes)
        # The decision is the manager's (checked); the state nobody types
        self.sudo().state = "undone"
        text = self.env._("Shipments put back: %s.", len(back))
        if left := done - back:
            text = self.env._(
                "%(text)s Ordered or changed since, and left as they are: %(count)s"
                " (%(names)s).",
                text=text,
                count=len(left),
                names=", ".join(left.shipment_id[:SHOWN].mapped("display_name")),
            )
        return self._tell(text)

    def _is_as_left(self, line):
        """Say whether a shipment is still as it was left, and can go back."""
        shipment = line.shipment_id
        today = self.company_id._continuity_today()
        try:
            if self.option == "skip":
                shipment._check_can_change(states=("skipped",))
                shipment._check_units_open()
                return shipment.planned_date >= today or shipment.is_missed
            shipment._check_can_change()
        except UserError:
            return False
        if self.option == "substitute":
            return bool(self._get_substituted(line))
        # What was to leave on a day that has passed would leave tonight
        old = fields.Date.to_date(line.before["planned_date"])
        return shipment.planned_date == line.new_date and old >= today

    def _get_substituted(self, line):
        """Return the products that were replaced in a shipment, and still are.

        :param continuity.late.item.line line: the shipment
        :rtype: continuity.shipment.line
        """
        goods = line.before["goods"]
        return line.shipment_id.line_ids.filtered(
            lambda mine: (
                mine.product_id == self.new_product_id
                and goods.get(str(mine.id), {}).get("product_id") == self.product_id.id
            )
        )

    def _put_back(self, line):
        """Write into a shipment what it was like, as far as the item has changed it.

        Whatever else somebody has changed since stays, and so does that it was changed.

        :param continuity.late.item.line line: the shipment
        """
        # Dates, products and flags are the ledger's; the manager was checked
        shipment_sudo = line.shipment_id.sudo()
        before = line.before
        if self.option in MOVES:
            vals = {name: before[name] for name in MOVED}
            for name in ("scheduled_date", "planned_date"):
                vals[name] = fields.Date.to_date(vals[name])
            shipment_sudo._write_changed(vals)
        elif self.option == "substitute":
            for goods_sudo in self._get_substituted(line).sudo():
                goods_sudo.write(before["goods"][str(goods_sudo.id)])
        now = self._read_before(shipment_sudo)[shipment_sudo]
        if {**now, "is_customized": before["is_customized"]} == before:
            shipment_sudo._write_changed({"is_customized": before["is_customized"]})
