# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Gate:
    """A payment provider on this machine, asked over the network like a real one.

    It keeps books of its own: what it has taken, by reference. What it does with each
    request is said by `answer`: a status, headers and a body; or `None`, when it takes
    the money and the connection breaks.

    What it knows of a reference, it says by `look_up`.

    :param Callable answer: gets the number of the request, from 1, and its content
    :param float delay: seconds it takes for each request, several at a time
    """

    def __init__(self, answer=None, delay=0):
        self.delay = delay
        self.under_way = self.most_under_way = 0
        self.first_at = self.last_at = None
        self.answer = answer or (lambda _number, _content: (200, {}, {"state": "done"}))
        self.look_up = lambda _path: (404, {}, {})
        self.taken = {}
        self.asked = []
        self._lock = threading.Lock()
        gate = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                """Say what is known; no money is moved."""
                gate._say(self, gate.look_up(self.path))

            def do_POST(self):
                """Take the money, or not, and answer, or not."""
                length = int(self.headers["Content-Length"])
                content = json.loads(self.rfile.read(length))
                with gate._under_way():
                    time.sleep(gate.delay)
                    gate._handle(self, content)

            def log_message(self, *_args):
                """Say nothing: what counts is what Odoo says."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/charge"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def close(self):
        """Shut it down: from here on nobody is there."""
        if self.thread.is_alive():
            self.server.shutdown()
            self.thread.join()
            self.server.server_close()

    @contextmanager
    def _under_way(self):
        with self._lock:
            self.under_way += 1
            self.most_under_way = max(self.most_under_way, self.under_way)
            self.first_at = self.first_at or time.monotonic()
        try:
            yield
        finally:
            with self._lock:
                self.under_way -= 1
                self.last_at = time.monotonic()

    def _handle(self, handler, content):
        with self._lock:
            self.asked.append(content["reference"])
            answer = self.answer(len(self.asked), content)
            if answer is None or answer[2].get("state") == "done":
                self.taken.setdefault(content["reference"], content["amount"])
        if answer is None:
            handler.close_connection = True
            return
        self._say(handler, answer)

    def _say(self, handler, answer):
        status, headers, body = answer
        handler.send_response(status)
        text = json.dumps(body).encode()
        for name, value in {**headers, "Content-Length": len(text)}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(text)
