"""The gate as a server: `python -m tools.gate.server PORT URL_OF_LOCALSTRIPE`.

Requests of Odoo come to `/stripe/v1/…`, `/adyen/…` and so on, those of a customer to
his bank to `/bank/…`. A test tells the gate
what to do, and asks what has happened, at `/_gate/NAME` with the arguments as JSON, see
`client.py`.
"""

import json
import sys
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tools.gate.bank import Bank
from tools.gate.messages import Answer, Request
from tools.gate.recorded import SHAPES, Recorded
from tools.gate.stripe import Stripe

HOST = "127.0.0.1"


class Upstream:
    """The server behind the gate.

    :param str url: where it is
    """

    def __init__(self, url):
        self._url = url

    def __call__(self, request):
        """Send a request on.

        :param Request request: what to send
        :rtype: Answer
        """
        form = request.encode()
        url, content = f"{self._url}{request.path}", None
        if request.method == "GET":
            url = f"{url}?{form}"
        else:
            content = form.encode()
        headers = {"Authorization": request.headers.get("authorization", "")}
        message = urllib.request.Request(url, content, headers, method=request.method)
        try:
            with urllib.request.urlopen(message, timeout=60) as response:
                return Answer(response.status, _read(response))
        except urllib.error.HTTPError as error:
            return Answer(error.code, _read(error))


def _read(response):
    """Return what was answered; a server that broke says so in plain text."""
    text = response.read().decode()
    try:
        return json.loads(text or "{}")
    except ValueError:
        return {"error": {"type": "api_error", "message": text}}


class Control:
    """What tests say to the gate.

    :param dict accounts: by what Odoo calls the provider
    :param Callable upstream: sends a request to localstripe
    """

    def __init__(self, accounts, upstream):
        self._accounts = accounts
        self._stripe = accounts["stripe"]
        self._upstream = upstream

    def reset(self, code):
        """Begin with nothing."""
        if code == "stripe":
            self._upstream(Request("DELETE", "/_config/data"))
        self._accounts[code].reset()

    def trick(self, code, **values):
        """Ask for a trick."""
        self._accounts[code].tricks.add(**values)

    def money(self, code):
        """Return reference and amount of what was taken."""
        return self._accounts[code].get_money()

    def call(self, method, path, fields):
        """Ask Stripe as another client of the seller."""
        return self._stripe.call(method, path, **fields)

    def notify(self, **values):
        """Tell the seller something."""
        return self._stripe.notify(**values)

    def dispute(self, **values):
        """Let the bank of a card take a charge back."""
        return self._stripe.dispute(**values)

    def charges(self):
        """Return what cards were charged."""
        return self._stripe.get_charges()

    def seen(self, code):
        """Return the requests so far."""
        return self._accounts[code].seen


def create(port, url):
    """Return the server of the gate.

    :param int port: to listen on
    :param str url: of localstripe
    :rtype: ThreadingHTTPServer
    """
    upstream = Upstream(url)
    accounts = {path.stem: Recorded(path.stem) for path in SHAPES.glob("*.json")}
    accounts["stripe"] = Stripe(upstream)
    accounts["bank"] = Bank(accounts["stripe"])
    control = Control(accounts, upstream)

    class Handler(BaseHTTPRequestHandler):
        """Takes requests of Odoo and of tests."""

        def _handle(self):
            length = int(self.headers.get("Content-Length") or 0)
            content = self.rfile.read(length)
            folder, _slash, rest = self.path[1:].partition("/")
            if folder == "_gate":
                result = getattr(control, rest)(**json.loads(content))
                self._say(Answer(200, {"result": result}))
                return
            if folder not in accounts:
                self._say(Answer(404))
                return
            request = Request.read(self.command, f"/{rest}", self.headers, content)
            self._say(accounts[folder].handle(request))

        do_GET = do_POST = do_DELETE = _handle

        def _say(self, answer):
            if answer is None:
                # Nothing is said: the client sees a connection that broke
                self.close_connection = True
                return
            text = answer.encode()
            self.send_response(answer.status)
            headers = {**answer.headers, "Content-Type": answer.kind}
            for name, value in {**headers, "Content-Length": len(text)}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_args):
            """Say nothing: what counts is what Odoo says."""

    return ThreadingHTTPServer((HOST, port), Handler)


if __name__ == "__main__":
    create(int(sys.argv[1]), sys.argv[2]).serve_forever()
