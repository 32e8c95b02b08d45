# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from psycopg2 import errors

#: Somebody else wrote the same rows at the same time: try again with a new snapshot.
CONFLICTS = (
    errors.SerializationFailure,
    errors.LockNotAvailable,
    errors.DeadlockDetected,
)
#: How often a chunk is begun again before it is cut in two.
CONFLICT_TRIES = 3
