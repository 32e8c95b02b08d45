# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from .continuity_save import OFFERS


class ContinuityEndReason(models.Model):
    """The reason: what may keep a customer who gives it."""

    _inherit = "continuity.end.reason"

    offers_skip = fields.Boolean(string="Offer to skip", default=True)
    offers_postpone = fields.Boolean(string="Offer to postpone", default=True)
    offers_pause = fields.Boolean(string="Offer a pause", default=True)
    offers_swap = fields.Boolean(string="Offer another product", default=True)
    offers_discount = fields.Boolean(string="Offer a lower price", default=True)

    def _get_offers(self):
        """Return what a customer with this reason is offered; without one, everything.

        :return: keys of `OFFERS`
        :rtype: list[str]
        """
        return [
            offer for offer, _label in OFFERS if not self or self[f"offers_{offer}"]
        ]
