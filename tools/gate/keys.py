"""What does Stripe remember of an idempotency key? The first answer, whatever it was.

After docs.stripe.com/api/idempotent_requests: the answer is kept
per account and key, those of the status 500 among them; another body under the same key
is refused; and so is the same request while the first one is being worked on. What was
refused before any work began (no right, too many requests) is not kept.
"""

import threading

from tools.gate.messages import Answer

#: Where the key stands: of Stripe and Adyen, of Worldline, of Mercado Pago
HEADERS = ("idempotency-key", "x-gcs-idempotence-key", "x-idempotency-key")


def _refuse(status, code, message):
    error = {"type": "idempotency_error", "message": message}
    return Answer(status, {"error": {**error, **({"code": code} if code else {})}})


IN_USE = _refuse(
    409,
    "idempotency_key_in_use",
    "There is currently another in-progress request using this key.",
)
OTHER_BODY = _refuse(
    400,
    "",
    "Keys for idempotent requests can only be used with the same parameters they were"
    " first used with.",
)


class Keys:
    """The keys that were used, with the answer to each."""

    def __init__(self):
        self._lock = threading.Lock()
        self._kept = {}

    def begin(self, request):
        """Take up a request, unless its key has an answer already.

        :param Request request: with or without a key
        :return: the answer it gets without any work; `None` = it has to be worked on
        :rtype: Answer
        """
        key = self._get_key(request)
        if not key:
            return None
        with self._lock:
            if key not in self._kept:
                self._kept[key] = (sorted(request.fields), None)
                return None
            fields, answer = self._kept[key]
        if fields != sorted(request.fields):
            return OTHER_BODY
        if answer is None:
            return IN_USE
        replayed = {**answer.headers, "Idempotent-Replayed": "true"}
        return Answer(answer.status, answer.body, replayed)

    def end(self, request, answer):
        """Keep the answer for the next time.

        :param Request request: that was taken up
        :param Answer answer: `None` = it was never worked on
        """
        key = self._get_key(request)
        with self._lock:
            if answer is None:
                self._kept.pop(key, None)
            elif key:
                self._kept[key] = (sorted(request.fields), answer)

    def _get_key(self, request):
        key = next(filter(None, map(request.headers.get, HEADERS)), None)
        account = request.headers.get("authorization", "")
        # Worldline signs each request: what stands before the signature is the account
        return key and (account.rpartition(":")[0] or account, request.path, key)
