"""Which lines of Odoo's log are a failure? Every warning and error.

The exceptions are things outside our control, each with its reason.
"""

import re

ALLOWED = (
    # (logger, part of the message)  # reason
    ("odoo.tools.config", "running as user 'root'"),
)
LINE = re.compile(
    r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ \d+ "
    r"(?P<level>[A-Z]+) (?P<db>\S+) (?P<logger>\S+): (?P<message>.*)"
)
BAD_LEVELS = ("WARNING", "ERROR", "CRITICAL")


def is_allowed(logger, message):
    """Return whether a warning of that logger is one of the excepted ones."""
    return any(logger == name and part in message for name, part in ALLOWED)


def unexpected_lines(text):
    """Return the lines of a log file that make it a failure, with their tracebacks."""
    bad, keep = [], False
    for line in text.splitlines(keepends=True):
        match = LINE.match(line)
        if match:
            keep = match["level"] in BAD_LEVELS and not is_allowed(
                match["logger"], match["message"]
            )
        if keep:
            bad.append(line)
    return bad
