# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import errno

from psycopg2 import InterfaceError, OperationalError, errors
from psycopg2.pool import PoolError

#: Somebody else wrote the same rows at the same time: try again with a new snapshot.
CONFLICTS = (
    errors.SerializationFailure,
    errors.LockNotAvailable,
    errors.DeadlockDetected,
)
#: How often a chunk is begun again before it is cut in two.
CONFLICT_TRIES = 3
#: The database can do nothing for anybody: full, out of memory or of connections, not
#: to be written, going down, gone. What passes its own time limit is not among them.
UNAVAILABLE = (
    errors.DiskFull,
    errors.OutOfMemory,
    errors.InsufficientResources,
    errors.TooManyConnections,
    errors.IoError,
    errors.ReadOnlySqlTransaction,
    errors.AdminShutdown,
    errors.CrashShutdown,
    errors.CannotConnectNow,
    errors.DatabaseDropped,
    errors.ConnectionException,
    errors.ConnectionDoesNotExist,
    errors.ConnectionFailure,
    errors.SqlclientUnableToEstablishSqlconnection,
    errors.SqlserverRejectedEstablishmentOfSqlconnection,
    InterfaceError,
    PoolError,
)
#: The disk of the server itself, where attachments are
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)


def is_unavailable(error):
    """Say whether an error is the machine's, and would meet any other record, too.

    :param Exception error: what was caught
    :rtype: bool
    """
    return is_database_gone(error) or any(
        isinstance(cause, OSError) and cause.errno in FULL
        for cause in _get_causes(error)
    )


def is_database_gone(error):
    """Say whether an error is the database's, so that nothing can be written any more.

    :param Exception error: what was caught
    :rtype: bool
    """
    return any(
        # A connection that is lost has no class of its own
        isinstance(cause, UNAVAILABLE) or type(cause) is OperationalError
        for cause in _get_causes(error)
    )


def _get_causes(error):
    """Yield an error and what it came of: templates wrap what they meet."""
    while error:
        yield error
        error = error.__cause__
