# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import suppress

from odoo import api, models

from ...billing import LawBroken, settle, suppose


class ContinuityBilling(models.AbstractModel):
    """What a credit note or a cancellation would make of the accounts."""

    _inherit = "continuity.billing"

    @api.model
    def _preview(self, notes=None, cancelled=()):
        """Settle claims as if a note were posted or a child order cancelled.

        Nothing is written. What cannot be settled is left out.

        :param dict notes: what a credit note would take off, in smallest units, per
            scope
        :param cancelled: scopes of child orders
        :type cancelled: collections.abc.Iterable[tuple[str, int]]
        :return: per scope the settlement now, and then
        :rtype: dict[tuple[str, int], tuple[Settlement, Settlement]]
        """
        notes = notes or {}
        scopes = sorted({*notes, *cancelled})
        answers = self._answer_each(scopes) if scopes else {}
        result = {}
        for scope in scopes:
            if answer := answers.get(scope):
                facts, now = answer
                supposed = suppose(facts, notes.get(scope, 0), scope in cancelled)
                # What a person only looks at never stops him
                with suppress(LawBroken):
                    result[scope] = now, settle(supposed)
        return result
