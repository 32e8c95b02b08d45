"""Is a translation template current? `tools.pot EXPORTED COMMITTED [--write]`.

Only the terms count: dates, line numbers and the order of an export change without a
reason.
"""

import shutil
import sys
from pathlib import Path

import polib


def terms(path):
    """Return the terms of a template, each with the kind of place it comes from."""
    if not path.exists():
        return set()
    return {(entry.msgctxt, entry.msgid) for entry in polib.pofile(str(path))}


def main(exported, committed, *options):
    """Compare and tell the difference, or write it.

    :return: exit code
    """
    exported, committed = Path(exported), Path(committed)
    wanted, present = terms(exported), terms(committed)
    if wanted == present:
        return 0
    if "--write" in options:
        committed.parent.mkdir(exist_ok=True)
        shutil.copyfile(exported, committed)
        return 0
    for sign, difference in (("+", wanted - present), ("-", present - wanted)):
        for _context, text in sorted(difference, key=str)[:20]:
            print(f"{committed.name}: {sign} {text!r}")
    print(f"{committed.name} is not current: ./dev lint --fix writes it anew")
    return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
