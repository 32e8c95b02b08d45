# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a person has set aside of what holds goods back: this, and no more of it."""

import re

#: What has amounts is set aside up to them: which account of which order, how much
MEASURED = re.compile(r"(\d+ account \d+) up to (\S.*)")


def measure(what, amounts):
    """Name what holds back, with how much of what it is about.

    :param str what: the account
    :param dict[str, int] amounts: in smallest units, by what they are; names without
        blanks
    :rtype: str
    """
    sizes = " ".join(f"{name}={amounts[name]}" for name in sorted(amounts))
    return f"{what} up to {sizes}"


def is_set_aside(key, aside):
    """Say whether somebody has seen what holds back, or more of the same.

    :param str key: names what holds back
    :param set[str] aside: names of what was set aside
    :rtype: bool
    """
    if key in aside:
        return True
    what, amounts = _read(key)
    return what is not None and any(
        _covers(known, amounts) for name, known in map(_read, aside) if name == what
    )


def _covers(known, amounts):
    """Less of the same was seen with it; more, or something else, was not."""
    return all(amount <= known.get(name, 0) for name, amount in amounts.items())


def _read(key):
    """Return what a name is about, and its amounts; None where it has none."""
    found = MEASURED.fullmatch(key)
    if not found:
        return None, {}
    pairs = (part.rpartition("=") for part in found[2].split(" "))
    return found[1], {name: int(amount) for name, _sign, amount in pairs}
