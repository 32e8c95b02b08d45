# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import sys
from dataclasses import dataclass

import requests
import urllib3

from ...billing.answers import ANSWERED, BEFORE, REFUSED, SENT, UNASKED
from ...billing.providers import Provider

#: How far a request has come, in order; where nobody was there it may be tried again
PROGRESS = (UNASKED, REFUSED, BEFORE, SENT, ANSWERED)
#: The request was never made
NEVER_MADE = (
    requests.exceptions.InvalidHeader,
    requests.exceptions.InvalidSchema,
    requests.exceptions.InvalidURL,
    requests.exceptions.MissingSchema,
)


@dataclass(eq=False)
class RequestTrace:
    """What is seen of one request for money while Odoo's module of a provider works.

    It stands outside the database: what the module wrote before it broke is undone,
    what was seen is not.

    :param Provider provider: how the words of the provider are read
    :param str stage: how far the request has come
    :param str code: the provider's word for a refusal
    :param int http_status: of an answer that is an error; None = none came
    :param bool by_provider: the answer says no in so many words
    :param bool is_lost: the connection broke, or the module did
    :param int retry_after: seconds after which the provider wants to be asked again
    :param str state_before: of the transaction, before an answer was worked on
    :param bool wants_customer: the bank wants to see the customer, says the answer
    :param bool is_repeated: the provider was asked before, and nobody knows the answer
    :param bool has_payload: the module has worked on an answer
    """

    provider: Provider
    stage: str = UNASKED
    code: str = ""
    http_status: int | None = None
    by_provider: bool = False
    is_lost: bool = False
    retry_after: int | None = None
    state_before: str = "draft"
    wants_customer: bool = False
    is_repeated: bool = False
    has_payload: bool = False

    def begin(self, method, endpoint):
        """Note that a request goes out.

        :param str method: of HTTP
        :param str endpoint: what is asked
        """
        if method != "GET":
            is_prelude = endpoint in self.provider.preludes
            self._reach(BEFORE if is_prelude else SENT)

    def take_payload(self, data):
        """Note what the answer to the request for the money says.

        :param dict data: its content, as Odoo's module works on it
        """
        self._reach(ANSWERED)
        self.has_payload = True
        self.take_answer(data)

    def take_answer(self, data):
        """Note what an answer says.

        :param dict data: its content
        """
        if self.stage == SENT:
            self._reach(ANSWERED)
        if wish := self.provider.read_wish(data):
            self.code, self.wants_customer = wish, True
        elif not self.provider.refused or self.provider.is_refused(data):
            self.code = self.provider.find_code(data) or self.code
            self.by_provider |= bool(self.provider.refused)

    def take_refusal(self):
        """Note that Odoo's module itself says that it failed, before any answer.

        Not while an exception is handled: then nobody knows what has gone out. What a
        module makes of an answer it does not know proves nothing either.
        """
        if self.provider.refused and not self.has_payload:
            self.by_provider |= sys.exc_info()[0] is None

    def take_error(self, error):
        """Note what went wrong.

        What fails after the answer proves nothing: the money has moved by then.

        :param Exception error: what was raised, with what it was raised from
        """
        cause = _find_cause(error)
        if self.stage == ANSWERED or cause is None:
            self.is_lost |= self.stage in (SENT, ANSWERED)
        elif isinstance(cause, requests.exceptions.HTTPError):
            self._take_response(cause.response)
        elif isinstance(cause, NEVER_MADE):
            self.stage = BEFORE
        elif _is_refused(cause):
            self.stage = REFUSED
        else:
            self.is_lost = True

    def _take_response(self, response):
        if response is None:
            self.is_lost = True
            return
        self.http_status = response.status_code
        wait = response.headers.get("Retry-After", "")
        self.retry_after = int(wait) if wait.isdecimal() else None
        try:
            self.code = self.provider.find_code(response.json()) or self.code
        except ValueError:
            # No JSON: a proxy in between, or a page for people
            return

    def _reach(self, stage):
        if PROGRESS.index(stage) > PROGRESS.index(self.stage):
            self.stage = stage


def _find_cause(error):
    """Return what the HTTP client raised, behind what was made of it."""
    while error and not isinstance(error, requests.exceptions.RequestException):
        error = error.__cause__ or error.__context__
    return error


def _is_refused(error):
    """Say whether there was nobody to send anything to."""
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return True
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    return isinstance(reason, urllib3.exceptions.NewConnectionError)
