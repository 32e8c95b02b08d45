# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What was shown, in a short word that differs as soon as something else would be."""

from hashlib import sha256


def take_fingerprint(parts):
    """Put parts into a short word.

    :param parts: plain values, or what is written alike as long as it is the same
    :rtype: str
    """
    return sha256(repr(parts).encode()).hexdigest()
