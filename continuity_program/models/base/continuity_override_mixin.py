# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from .set_aside import is_set_aside


class ContinuityOverrideMixin(models.AbstractModel):
    """A document that somebody allowed although a rule holds it back.

    A reason is given for what the person was shown, and for nothing that comes later:
    goods of another order on the same document, another payment, another hold, more
    money. What becomes less of it is still what the person was shown.
    """

    _name = "continuity.override.mixin"
    _description = "Document with a Continuity Rule Set Aside"

    continuity_override_keys = fields.Json(
        string="What was set aside", readonly=True, copy=False
    )

    def _get_continuity_standing(self, reasons):
        """Return what still holds back, without what was set aside for the document.

        :param dict[str, str] reasons: texts by what they stand for
        :rtype: dict[str, str]
        """
        # Goods may be on no document yet
        keys = [document.continuity_override_keys or () for document in self]
        aside = set().union(*keys)
        return {
            key: text for key, text in reasons.items() if not is_set_aside(key, aside)
        }

    def _get_continuity_held(self, orders_by_document, reasons_by_order, first=False):
        """Say what still holds documents back, order by order.

        :param dict orders_by_document: orders whose goods each of them sends
        :param dict reasons_by_order: texts by what they stand for, by blocked order
        :param bool first: of each order one reason is enough
        :return: texts by what they stand for, by document; free ones are left out
        :rtype: dict[models.Model, dict[str, str]]
        """
        held = {
            document: document._get_continuity_held_reasons(
                orders, reasons_by_order, first
            )
            for document, orders in orders_by_document.items()
        }
        return {document: reasons for document, reasons in held.items() if reasons}

    def _get_continuity_held_reasons(self, orders, reasons_by_order, first=False):
        """Say what still holds goods of orders back on this document, or on none.

        :param sale.order orders: the orders
        :param dict reasons_by_order: texts by what they stand for, by blocked order
        :param bool first: of each order one reason is enough
        :rtype: dict[str, str]
        """
        result = {}
        for order in orders:
            reasons = self._get_continuity_standing(
                {
                    f"{order.id} {key}": self.env._(
                        "%(order)s: %(reason)s", order=order.name, reason=text
                    )
                    for key, text in reasons_by_order.get(order, {}).items()
                }
            )
            result.update(list(reasons.items())[: 1 if first else None])
        return result

    def _set_continuity_aside(self, reasons, why):
        """Write down what is set aside, and why; called in sudo.

        :param dict[str, str] reasons: texts by what they stand for
        :param str why: the reason that was given
        """
        self.ensure_one()
        aside = {*(self.continuity_override_keys or ()), *reasons}
        self.write(
            {
                "continuity_override_reason": why,
                "continuity_override_keys": sorted(aside),
            }
        )

    def _ask_continuity_again(self):
        """Forget what was set aside; called in sudo."""
        self.write(
            {"continuity_override_reason": False, "continuity_override_keys": False}
        )
