# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError

#: What comes into the house leaves it on no way; every other transfer may: a delivery,
#: its picking and packing, a dropshipment, whatever kind a further app brings.
COMING_IN = ("incoming",)
#: Orders of a continuity program
PROGRAM_TYPES = ("parent", "child")

#: What says whose goods a move sends, and that it sends them
TIES = ("sale_line_id", "origin_returned_move_id")


class StockMove(models.Model):
    """The move: its goods stay those of their order, so that they can be held back."""

    _inherit = "stock.move"

    def write(self, vals):
        """Override of `stock`: nobody unties a move from the order it is held for.

        The block is asked again where the move is done, by whatever way.

        :raise UserError: naming the transfer
        """
        if not self.env.su:
            self._check_continuity_ties(vals)
            if vals.get("state") == "done":
                self.picking_id._check_continuity_block()
        return super().write(vals)

    def _check_continuity_ties(self, vals):
        """Refuse to say by hand that a move sends something else, or is a return.

        :param dict vals: what is written
        :raise UserError: the move sends goods of a continuity program
        """
        names = [name for name in TIES if name in vals]
        for move in self if names else self.browse():
            # The warehouse does not see every order
            move_sudo = move.sudo()
            if move_sudo.sale_line_id.order_id.continuity_type not in PROGRAM_TYPES:
                continue
            for name in names:
                if move_sudo[name].id != (vals[name] or False):
                    raise UserError(
                        self.env._(
                            "%(transfer)s sends goods of a continuity program:"
                            " %(field)s cannot be typed. Cancel the child order, or"
                            " send other goods by a transfer of their own.",
                            transfer=move.picking_id.name or move.display_name,
                            field=self._fields[name]._description_string(self.env),
                        )
                    )

    def _is_continuity_coming_in(self):
        """Say whether goods come into the house, by a receipt that is not one by name.

        A delivery that is made a receipt by hand gets other locations with its kind;
        the rule that had it made stays.

        :rtype: bool
        """
        self.ensure_one()
        made_by = self.rule_id.picking_type_id
        return (
            self.picking_id.picking_type_id.code in COMING_IN
            and (not made_by or made_by.code in COMING_IN)
            and self.location_id.usage != "internal"
            and self.location_dest_id.usage != "customer"
        )
