# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Values that a walk over many records collects and writes in a few calls."""

from ..base.differing import get_differing


class PendingWrites:
    """What is going to be written; records that get the same are written together."""

    def __init__(self):
        self._values = {}

    def add(self, record, vals):
        """Collect values of one record; later ones take the place of earlier ones.

        :param record: the record
        :param dict vals: values by field
        """
        self._values.setdefault(record, {}).update(vals)

    def write_all(self):
        """Write what was collected, as far as it differs, and forget it."""
        groups = {}
        for record, vals in self._values.items():
            if changed := get_differing(record, vals):
                # By text: a value may be one that cannot be a key
                key = record._name, repr(sorted(changed.items()))
                groups.setdefault(key, ([], changed))[0].append(record)
        self._values = {}
        for records, vals in groups.values():
            records[0].union(*records[1:]).write(vals)
