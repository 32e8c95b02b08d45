# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager

from markupsafe import Markup

from odoo import models

from ..base.sealed import Sealed, unseal


class ContinuityProgram(models.Model):
    """What happens around a change of a program that is in use (rules F6)."""

    _inherit = "continuity.program"

    @contextmanager
    def _changing_events(self):
        """Wrap a change of programs, events or their products (rules F6).

        A program that is or was sold gets a note of what changed; an open one is
        checked again once everything is written, not after each event. A change inside
        a change leaves both to the outer one.

        :return: the context to change with
        :rtype: Iterator[dict]
        """
        if unseal(self.env, "continuity_changing"):
            yield {}
            return
        before = {
            program: program._get_event_log_values()
            for program in self
            if program.state != "draft"
        }
        yield {"continuity_changing": Sealed()}
        for program, old in before.items():
            program._log_event_changes(old)
        self.filtered(lambda program: program.state == "open")._check_in_use()

    def _check_in_use(self):
        """Check open programs, and see where their calendar stands now."""
        self._check_can_open()
        self._update_current_event()

    def _get_event_log_values(self):
        return {event: event._get_log_values() for event in self.event_ids}

    def _log_event_changes(self, old):
        """Post what changed in the events since `old` was taken.

        :param dict old: values before the change, by event
        """
        self.ensure_one()
        new = self._get_event_log_values()
        self._withdraw_changed_update(old != new)
        entries = [
            self.env._("Event %s removed", old[event][next(iter(old[event]))])
            for event in old
            if event not in new
        ]
        for event, values in new.items():
            entries += self._describe_event_change(event, old.get(event), values)
        if entries:
            items = Markup().join(Markup("<li>%s</li>") % entry for entry in entries)
            self._message_log(body=Markup("<ul>%s</ul>") % items)

    def _describe_event_change(self, event, old, new):
        """Return the lines of the change log about one event."""
        if old is None:
            text = self.env._(
                "Event %(number)s added: %(products)s",
                number=event.number,
                products=event.products_label or "",
            )
            return [text]
        return [
            self.env._(
                "Event %(number)s, %(field)s: %(old)s → %(new)s",
                number=event.number,
                field=label,
                old=old[label] or "–",
                new=value or "–",
            )
            for label, value in new.items()
            if value != old[label]
        ]
