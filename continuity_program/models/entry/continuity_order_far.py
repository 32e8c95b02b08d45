# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager

from odoo import models
from odoo.exceptions import UserError

from ... import planning


class ContinuityOrder(models.Model):
    """The continuity order: what planning says when a date is one nobody means."""

    _inherit = "continuity.order"

    @contextmanager
    def _refusing_far_dates(self):
        """Say in the user's words which event leads too far, and what to look at.

        :raise UserError: the block planned something more than 50 years ahead
        """
        try:
            yield
        except planning.TooFar as error:
            # A visitor of the web shop gets here; of the program he reads this sentence
            problem = self.program_id.sudo()._get_far_problem(error)
            raise UserError(problem) from error

    def _get_events(self, occurrences):
        """Return the events of some shipments, to be read together.

        :param list[planning.Occurrence] occurrences: shipments of a plan
        :return: the events by their key
        :rtype: dict[int, continuity.event]
        """
        keys = dict.fromkeys(occurrence.event.key for occurrence in occurrences)
        return {event.id: event for event in self.env["continuity.event"].browse(keys)}
