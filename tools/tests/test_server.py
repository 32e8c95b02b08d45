"""A server that `./dev` has started, and what it survives."""

import os
import signal
import sys
import time
import urllib.request
from pathlib import Path

import pytest

import odoo.release

from tools import server, testdb
from tools.environment import cache
from tools.log_rules import unexpected_lines
from tools.runtime import Runtime

STARTED = "HTTP service (werkzeug) running"


@pytest.mark.heavy
def test_server_restarts_itself():
    """As Odoo does after a request or a job that took longer than its limit."""
    runtime = Runtime(
        Path(odoo.release.__file__).parent, Path(sys.executable), dict(os.environ)
    )
    with testdb.copied() as name, server.served(runtime, name) as served:
        assert served.log.read_text().count(STARTED) == 1
        served.process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + 60
        while served.log.read_text().count(STARTED) < 2:
            assert served.process.poll() is None, served.log.read_text()
            assert time.monotonic() < deadline, served.log.read_text()
            time.sleep(0.2)
        with urllib.request.urlopen(f"{served.url}/web/login", timeout=60) as page:
            assert page.status == 200
        assert unexpected_lines(served.log.read_text()) == []
    for left in (served.log, cache("run", f"{name}.conf")):
        left.unlink()
