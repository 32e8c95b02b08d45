# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class CreateChildOrders(models.AbstractModel):
    """Child orders whose money went back, and nothing says why, stay quotations.

    Their payments say *paid*, for they were: what their account says is asked, as it is
    before goods leave.
    """

    _inherit = "continuity.job.create_child_orders"

    def _leave_out_held(self, run, children):
        """Leave out what is held, and say so on the line of each child order.

        :param continuity.run run: the run
        :param sale.order children: are about to be confirmed
        :return: the other ones
        :rtype: sale.order
        """
        # The money of its orders is the company's, whoever runs the process
        texts = {
            child: balance._get_held_text()
            for child, balance, _name in children.sudo()._get_continuity_held_accounts()
        }
        if not texts:
            return children
        held = children.filtered(texts.get)
        lines = self.env["continuity.run.line"].search(
            [("run_id", "=", run.id), ("child_order_id", "in", held.ids)]
        )
        for line in lines:
            line.write({"reason": "held", "message": texts[line.child_order_id]})
        run._log(
            "skipped",
            [
                {
                    "continuity_order_id": child.continuity_order_id.id,
                    "shipment_id": child._get_continuity_shipments()[:1].id,
                    "child_order_id": child.id,
                    "reason": "held",
                    "message": texts[child],
                }
                for child in held - lines.child_order_id
            ],
            # It waits for its payment, and is counted with those that do
            is_counted=False,
        )
        return children - held
