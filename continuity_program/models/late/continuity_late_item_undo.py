# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError

from ...arguments import public
from .continuity_late_item import SHOWN
from .continuity_late_item_apply import KEPT_PRICES, MOVED


class ContinuityLateItem(models.Model):
    """The late item: what was done is undone, as long as nothing has left.

    By the methods that change shipments in bulk, with their checks.
    """

    _inherit = "continuity.late.item"

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
        back = self._get_lines_as_left(done)
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

    def _get_lines_as_left(self, lines):
        """Return the lines whose shipments can go back.

        Those that have changed places go back together: one by itself would get the
        place of another one.

        :param continuity.late.item.line lines: something was done about
        :rtype: continuity.late.item.line
        """
        back = lines.filtered(lambda line: self._is_as_left(line))
        if self.option == "swap":
            stuck = (lines - back).continuity_order_id
            back = back.filtered(lambda line: line.continuity_order_id not in stuck)
        return back

    def _is_as_left(self, line):
        """Say whether a shipment is still as it was left, and can go back."""
        shipment = line.shipment_id
        today = self.company_id._continuity_today()
        try:
            if self.option == "skip":
                shipment._check_can_unskip()
                shipment._check_units_open()
                return shipment._is_still_to_come()
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
        if self.option in MOVED:
            vals = {name: before[name] for name in MOVED[self.option]}
            for name in ("scheduled_date", "planned_date"):
                vals[name] = fields.Date.to_date(vals[name])
            shipment_sudo._write_changed(vals)
        elif self.option == "substitute":
            for goods_sudo in self._get_substituted(line).sudo():
                vals = self._get_goods_before(goods_sudo, before)
                goods_sudo.write(vals)
                # Told anew by the taxes of today, it means what it meant before
                goods_sudo._repeat_told([vals])
        now = self._read_before(shipment_sudo)[shipment_sudo]
        # Of an older item not everything was kept
        names = (before.keys() & now.keys()) - {"is_customized"}
        if all(now[name] == before[name] for name in names):
            shipment_sudo._write_changed({"is_customized": before["is_customized"]})

    def _get_goods_before(self, goods, before):
        """Return what a product of a shipment was like.

        A price that somebody has changed since stays what it means.

        :param continuity.shipment.line goods: the product that was replaced
        :param dict before: what is kept of its shipment
        :rtype: dict
        """
        vals = before["goods"][str(goods.id)]
        # Of an older item no price was kept
        left = before.get("left_prices", {}).get(str(goods.id))
        if left is None or left == goods.price_unit:
            return vals
        others = {name: vals[name] for name in vals.keys() - set(KEPT_PRICES)}
        return {**others, "price_unit": goods._get_staying_price(self.product_id)}
