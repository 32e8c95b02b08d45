"""Installing modules as people do it."""

import os
import subprocess
import sys

from tools.log_rules import unexpected_lines


def install(name, *modules, demo=False):
    """Install modules by command line; a warning in the log is a failure."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "odoo", "--config"),
            *(os.environ["CONTINUITY_ODOO_RC"], "--database", name),
            *("--init", ",".join(modules), "--stop-after-init", "--no-http"),
            *(["--with-demo"] if demo else []),
        ],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    unexpected = "".join(unexpected_lines(done.stderr))
    assert not unexpected, unexpected
    assert done.returncode == 0, done.stderr[-3000:]
