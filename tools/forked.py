"""Odoo, loaded once, that forks: `python -m tools.forked SOCKET DATABASE`.

Loading Odoo takes longer than most scripts that tests run in a process of their own.
Each connection to the socket brings one line of JSON: a copy of the database, a folder,
and the arguments of the script that lies in it as `source`. Its output goes into the
folder. Back come the number of the process and, at its end, its exit code, a line each;
a process that is killed says nothing more.
"""

import json
import os
import socketserver
import sys
import threading
import traceback
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from tools import oneshot


class Server(socketserver.ForkingMixIn, socketserver.UnixStreamServer):
    """Takes scripts as long as the process lives that has started it."""

    def __init__(self, address, database):
        super().__init__(address, Handler)
        self._database = database
        self._parent = os.getppid()
        self.registry = None

    def verify_request(self, _request, _client_address):
        """Load Odoo before the first fork; tests that run no script do without."""
        if not self.registry:
            self.registry = oneshot.load(self._database)
            import odoo.sql_db

            # What was read while loading may be another in a copy.
            self.registry.clear_all_caches()
            self.registry.reset_changes()
            odoo.sql_db.close_all()
        return True

    def service_actions(self):
        """Take note of ended scripts, and of the end of the process worked for."""
        super().service_actions()
        if os.getppid() != self._parent:
            sys.exit()


class Handler(socketserver.StreamRequestHandler):
    """Runs a script; what serves a connection is a process of its own."""

    def handle(self):
        """Run the script of this connection and say how it ended."""
        database, folder, *arguments = json.loads(self.rfile.readline())
        self.wfile.write(f"{os.getpid()}\n".encode())
        with (
            open(Path(folder, "stdout"), "w") as output,
            open(Path(folder, "stderr"), "w") as errors,
        ):
            # By number too, for what keeps the old objects: the handlers of the log
            os.dup2(output.fileno(), 1)
            os.dup2(errors.fileno(), 2)
            with redirect_stdout(output), redirect_stderr(errors):
                code = self._run(database, str(Path(folder, "source")), arguments)
        self.wfile.write(f"{code}\n".encode())

    def _run(self, database, source, arguments):
        try:
            oneshot.run(self._registry_of(database), source, *arguments)
        except Exception:  # noqa: BLE001  -- as the interpreter does at its end
            traceback.print_exc()
            return 1
        return 0

    def _registry_of(self, database):
        """Return the loaded registry, as one of a copy of its database."""
        import odoo.sql_db
        from odoo.modules.registry import Registry

        registry = self.server.registry
        registry.db_name = database
        registry._db = odoo.sql_db.db_connect(database)
        Registry.registries[database] = registry
        threading.current_thread().dbname = database
        return registry


if __name__ == "__main__":
    with Server(*sys.argv[1:]) as server:
        server.serve_forever()
