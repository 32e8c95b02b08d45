# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tools import SQL


def held_sql(lock):
    """Select the ids whose advisory lock somebody holds in this database.

    Locks are no part of a snapshot: it is true now.

    :param int lock: first key of the lock; the second one is the id
    :rtype: SQL
    """
    return SQL(
        """SELECT objid FROM pg_locks
            WHERE locktype = 'advisory' AND classid = %s AND objsubid = 2
              AND mode = 'ExclusiveLock' AND granted
              AND database = (
                  SELECT oid FROM pg_database WHERE datname = current_database()
              )""",
        lock,
    )
