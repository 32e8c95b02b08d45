"""How is Odoo served, for a person or for the screenshots?"""

import contextlib
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import NamedTuple

from tools.environment import Stop, cache

HOST = "127.0.0.1"
PORT = 8069


class Served(NamedTuple):
    """A server that runs: its address, its process and its log."""

    url: str
    process: subprocess.Popen
    log: Path


def free_port():
    """Return a port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def check_port(port):
    """Stop with one line when somebody listens on the port already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            raise Stop(
                f"port {port} is taken:"
                f" choose another one, as in ./dev demo --port {free_port()}"
            ) from None


@contextlib.contextmanager
def served(runtime, database, port=None, crons=0, **options):
    """Serve the database as long as the block lasts.

    :param int port: a free one by default
    :param int crons: how many threads run scheduled actions; none by default, so that
        pictures do not change
    :param options: more of Odoo's configuration
    :return: the server, which answers already
    :rtype: Served
    """
    port = port or free_port()
    log = cache("logs", f"{database}-server.log")
    command = runtime.command(
        database,
        "--no-database-list",
        http_port=port,
        max_cron_threads=crons,
        dbfilter=f"^{database}$",
        **options,
    )
    with open(log, "w") as output:
        process = subprocess.Popen(
            command,
            env=runtime.env,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        url = f"http://{HOST}:{port}"
        _wait(process, url, log)
        yield Served(url, process, log)
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()
        process.wait()


def _wait(process, url, log, seconds=120):
    """Return when the server answers.

    :raise Stop: it ended, or takes too long
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/web/login", timeout=60):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.3)
    sys.stderr.write(log.read_text()[-2000:])
    raise Stop(f"Odoo does not answer at {url}: see {log}")
