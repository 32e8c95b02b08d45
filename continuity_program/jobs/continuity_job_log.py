# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import SQL


class ContinuityJob(models.AbstractModel):
    """The log of processes that count continuity orders."""

    _inherit = "continuity.job"

    def _log_orders(self, run, values_by_order, keeps_reason=False):
        """Write down what was done to orders: one line per order and run.

        A process that does several things to one order adds to its line, so that the
        number of lines is the number of orders.

        :param continuity.run run: the run
        :param dict values_by_order: `reason`, `message` and `item_count` by order
        :param bool keeps_reason: leave the reason of lines that are there already
        """
        orders = self.env["continuity.order"].union(*values_by_order)
        lines = self.env["continuity.run.line"].search(
            [
                ("run_id", "=", run.id),
                ("continuity_order_id", "in", orders.ids),
                ("outcome", "=", "done"),
            ]
        )
        known = {line.continuity_order_id: line for line in lines}
        new = []
        for order, values in values_by_order.items():
            line = known.get(order)
            if line:
                line._add(values, keeps_reason)
            else:
                new.append({**values, "continuity_order_id": order.id})
        run._log("done", new)

    def _count_due(self, due):
        """Count the records a due condition selects.

        :param SQL due: a complete SELECT of ids
        :rtype: int
        """
        self.env.flush_all()
        query = SQL("SELECT COUNT(*) FROM (%s) AS due", due)
        return self.env.execute_query(query)[0][0]

    def _count_items(self, run):
        """Count the lines that say they made something, and what they made.

        :param continuity.run run: the run
        :return: number of lines, and the sum of what they made
        :rtype: tuple[int, int]
        """
        domain = [("run_id", "=", run.id), ("item_count", ">", 0)]
        lines = self.env["continuity.run.line"]
        count, items = lines._read_group(domain, [], ["__count", "item_count:sum"])[0]
        return count, items or 0

    def _get_rest_texts(self, run):
        """Say what every process says in the end: left out, failed, remaining.

        :rtype: list[str]
        """
        texts = {
            self.env._("%s left out.", run.skipped_count): run.skipped_count,
            self.env._("%s failed.", run.failed_count): run.failed_count,
            self.env._("%s remain.", run.remaining_count): run.remaining_count,
            self.env._("Finished."): run._is_complete(),
        }
        return [text for text, count in texts.items() if count]
