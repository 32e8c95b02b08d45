# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL

from ..billing import settle_chunk


def to_units(amount, currency):
    """Say how many smallest units of a currency an amount is.

    :param float amount: in the currency
    :param res.currency currency: the currency
    :rtype: int
    """
    return round(amount / currency.rounding)


def to_amount(units, currency):
    """Turn smallest units of a currency back into an amount.

    :param int units: whole number of the smallest unit
    :param res.currency currency: the currency
    :rtype: float
    """
    return currency.round(units * currency.rounding)


class ContinuityBilling(models.AbstractModel):
    """Reads what is known about the money of orders, and says what follows from it.

    A *scope* is one claim with everything that belongs to it, named by a pair: the kind
    and the id of a record.

    ============  ==================  ======================================
    kind          record              what it claims
    ============  ==================  ======================================
    ``child``     ``sale.order``      a child order
    ``upfront``   ``continuity.order``  what an order is billed up front
    ``ordinary``  ``sale.order``      the ordinary lines of a parent order
    ============  ==================  ======================================

    It decides nothing and writes nothing. It reads as the company, past the rights of
    the user: whoever calls it has checked that he may see the answer.
    """

    _name = "continuity.billing"
    _description = "Continuity Billing"

    # === SCOPES === #

    @api.model
    def _get_scopes(self, orders):
        """List the scopes of continuity orders, those of quotations, too.

        :param continuity.order orders: the orders
        :return: children, then what is billed up front, then the ordinary lines of the
            parent orders, each once and in the order of their ids
        :rtype: list[tuple[str, int]]
        """
        if not orders:
            return []
        for model, names in (
            ("sale.order", ["continuity_order_id"]),
            ("continuity.shipment", ["continuity_order_id", "child_order_id"]),
            ("continuity.order", ["bill_upfront", "sale_order_id"]),
        ):
            self.env[model].flush_model(names)
        ids = tuple(orders.ids)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT 1, 'child', id
                  FROM sale_order
                 WHERE continuity_order_id IN %(ids)s
                 UNION
                SELECT 1, 'child', child_order_id
                  FROM continuity_shipment
                 WHERE continuity_order_id IN %(ids)s AND child_order_id IS NOT NULL
                 UNION
                SELECT 2, 'upfront', id
                  FROM continuity_order
                 WHERE id IN %(ids)s AND bill_upfront
                 UNION
                SELECT 3, 'ordinary', sale_order_id
                  FROM continuity_order
                 WHERE id IN %(ids)s AND sale_order_id IS NOT NULL
                 ORDER BY 1, 3
                """,
                ids=ids,
            )
        )
        return [(kind, res_id) for _place, kind, res_id in rows]

    # === ANSWERS === #

    @api.model
    def _answer(self, scopes, by_hand=False):
        """Say everything about the money of scopes: a pure function of what is read.

        :param list[tuple[str, int]] scopes: see :meth:`_get_scopes`; at most some
            hundred at once
        :param bool by_hand: a person asks: the date of the next attempt does not count
        :return: per scope its Settlement, amounts in smallest units of the order's
            currency (see :func:`to_amount`); a scope whose record is gone is left out
        :rtype: dict[tuple[str, int], Settlement]
        """
        facts, items = self._read(scopes)
        answers = settle_chunk(facts, items, by_hand)
        return {
            scope: answers[scope][1]
            for scope in dict.fromkeys(scopes)
            if scope in facts
        }

    # === FACTS === #

    @api.model
    def _read(self, scopes):
        """Read what is known about scopes, and about those their payments reach.

        :param list[tuple[str, int]] scopes: see :meth:`_get_scopes`
        :return: Facts per scope, without money, and every payment that reaches one of
            them: what `settle_chunk` takes
        :rtype: tuple[dict[tuple[str, int], Facts], list[Item]]
        """
        return {}, []
