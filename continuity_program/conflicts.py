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

    Templates wrap what they meet: the cause counts as well.

    :param Exception error: what was caught
    :rtype: bool
    """
    while error:
        if isinstance(error, UNAVAILABLE):
            return True
        # A connection that is lost has no class of its own
        if type(error) is OperationalError:
            return True
        if isinstance(error, OSError) and error.errno in FULL:
            return True
        error = error.__cause__
    return False
