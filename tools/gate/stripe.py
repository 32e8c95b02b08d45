"""Stripe, as localstripe does it, with what that lacks.

localstripe keeps customers, cards, intents, charges and refunds. It refuses fields that
Odoo sends, knows no idempotency key, waits for a customer who is not there, and charges
a card that was taken away from him. What Stripe does there was written after its public
documentation and what others have recorded of it, not compared with Stripe itself.
"""

import time

from tools.gate import hooks
from tools.gate.keys import Keys
from tools.gate.messages import Answer, Request
from tools.gate.tricks import Tricks

INTENTS = "/v1/payment_intents"
#: What localstripe refuses, and an intent has all the same
EXTRAS = (
    "cancellation_reason",
    "description",
    "mandate",
    "return_url",
    "setup_future_usage",
    "shipping",
)
#: What localstripe refuses, and no answer shows
DROPPED = ("payment_method_options", "use_stripe_sdk")
#: Words that stand where others have *card_declined*
OWN_CODES = frozenset(
    {"authentication_required", "expired_card", "incorrect_cvc", "processing_error"}
)
DETACHED = (
    "The provided PaymentMethod was previously used with a PaymentIntent without"
    " Customer attachment, shared with a connected account without Customer attachment,"
    " or was detached from a Customer. It may not be used again. To use a PaymentMethod"
    " multiple times, you must attach it to a Customer first."
)


class Stripe:
    """The account of one seller.

    :param Callable ask: sends a request to localstripe and returns its answer
    """

    def __init__(self, ask):
        self._ask = ask
        self.reset()

    def reset(self):
        """Forget all."""
        self.keys = Keys()
        self.tricks = Tricks()
        self.seen = []
        #: What banks have taken back, or ask about, by its id
        self._disputes = {}
        #: What an object has besides what localstripe knows, by its id
        self._extras = {}

    # === A REQUEST === #

    def handle(self, request):
        """Do what a request asks for.

        :rtype: Answer
        :return: `None` = the connection breaks
        """
        # It is seen when it comes: who is killed while it is held has sent it
        seen = {
            "at": time.monotonic(),
            "method": request.method,
            "path": request.path,
            "key": request.headers.get("idempotency-key", ""),
            "description": request.get("description"),
            "amount": request.get("amount"),
            "currency": request.get("currency"),
            "status": 0,
        }
        self.seen.append(seen)
        answer = self._play(request)
        if answer:
            seen["status"] = answer.status
        return answer

    def _play(self, request):
        """Do it as this day's tricks will have it."""
        trick = self.tricks.take(request)
        time.sleep(trick.delay)
        if trick.drop == "before":
            return None
        if 0 < trick.status < 500:
            return Answer(trick.status, trick.body, trick.headers)
        answer = self.keys.begin(request) or self._work_once(request, trick)
        if trick.notify:
            self.notify(answer.body["id"], **trick.notify)
        time.sleep(trick.hold)
        if trick.drop == "after":
            return None
        return Answer(answer.status, {**answer.body, **trick.edit}, answer.headers)

    def _work_once(self, request, trick):
        answer = None
        try:
            answer = self._work(request, trick)
        finally:
            self.keys.end(request, answer)
        return answer

    def _work(self, request, trick):
        if trick.status:
            return Answer(trick.status, trick.body, trick.headers)
        if refusal := self._refuse_detached(request):
            return refusal
        answer = self._ask(self._strip(request))
        if request.path.startswith(INTENTS) and answer.status == 402:
            return self._explain(answer, trick.decline or "generic_decline", request)
        self._remember(request, answer.body)
        body = self._lead_to_bank(self._complete(answer.body), request)
        answer = Answer(answer.status, body, answer.headers)
        if self._wants_absent_customer(request, answer):
            return self._decline(answer.body, "authentication_required", request)
        return answer

    def _strip(self, request):
        """Leave out what localstripe refuses."""
        is_new = request.path in (INTENTS, "/v1/setup_intents")
        if not is_new and not request.path.endswith("/cancel"):
            return request
        fields = (
            (name, value)
            for name, value in request.fields
            if name.partition("[")[0] not in (*EXTRAS, *DROPPED)
        )
        return Request(request.method, request.path, tuple(fields), request.headers)

    def _remember(self, request, body):
        """Keep for an intent what localstripe is not told of it."""
        values = {}
        for name, value in request.fields:
            whole, _bracket, part = name.partition("[")
            if whole in EXTRAS and not part:
                values[whole] = value
        if values and "id" in body and request.method == "POST":
            self._extras.setdefault(body["id"], {}).update(values)

    def _complete(self, body):
        """Put into an answer what localstripe was not told."""
        extras = self._extras.get(body.get("id"), {})
        if body.get("object") == "charge":
            intent = self._extras.get(body.get("payment_intent"), {})
            extras = {"description": intent.get("description")}
        return {**body, **extras}

    def _lead_to_bank(self, body, request):
        """Show where the bank waits, where it is known what the customer returns to."""
        if body.get("status") != "requires_action" or not body.get("return_url"):
            return body
        url = f"http://{request.headers.get('host')}/bank/{body['id']}"
        place = {"url": url, "return_url": body["return_url"]}
        action = {"type": "redirect_to_url", "redirect_to_url": place}
        return {**body, "next_action": action}

    # === REFUSALS === #

    def _refuse_detached(self, request):
        """Refuse a card that was taken away from its customer."""
        card = request.get("payment_method")
        if request.path != INTENTS or request.method != "POST" or not card:
            return None
        known = self._ask(
            Request("GET", f"/v1/payment_methods/{card}", (), request.headers)
        )
        if known.status != 200 or known.body["customer"]:
            return None
        error = {"type": "invalid_request_error", "message": DETACHED}
        return Answer(400, {"error": error})

    def _wants_absent_customer(self, request, answer):
        is_absent = request.get("off_session").lower() == "true"
        return is_absent and answer.body.get("status") == "requires_action"

    def _explain(self, answer, word, request):
        """Say why, and of which intent, where localstripe only says no."""
        error = answer.body["error"]
        charge = self._ask(
            Request("GET", f"/v1/charges/{error['charge']}", (), request.headers)
        )
        intent = self._ask(
            Request(
                "GET",
                f"{INTENTS}/{charge.body['payment_intent']}",
                (),
                request.headers,
            )
        ).body
        self._remember(request, intent)
        return self._decline(self._complete(intent), word, request, error["charge"])

    def _decline(self, intent, word, request, charge=None):
        """Return the refusal of a bank, and keep it for the intent."""
        error = {
            "type": "card_error",
            "code": word if word in OWN_CODES else "card_declined",
            "decline_code": word,
            "message": "Your card was declined.",
            "charge": charge,
        }
        state = {
            "status": "requires_payment_method",
            "next_action": None,
            "last_payment_error": error,
        }
        self._extras.setdefault(intent["id"], {}).update(state)
        shown = {**intent, **state}
        return Answer(402, {"error": {**error, "payment_intent": shown}})

    # === WHAT TESTS DO THEMSELVES === #

    def call(self, method, path, **fields):
        """Ask without any trick, as another client of the seller does.

        :param str path: behind `/v1/`
        :return: the content of the answer
        :rtype: dict
        """
        headers = {"authorization": "Bearer sk_test_gate"}
        request = Request(method, f"/v1/{path}", tuple(fields.items()), headers)
        answer = self._ask(request)
        if answer.status == 200:
            # What the customer does afterwards counts more than an old refusal
            for name in ("status", "next_action", "last_payment_error"):
                if method == "POST":
                    self._extras.get(answer.body.get("id"), {}).pop(name, None)
            return self._complete(answer.body)
        return answer.body

    def notify(self, identity, kind, url, secret, times=1, at=None, edit=None):
        """Tell the seller what has become of something.

        :param str identity: of an intent, a charge, a refund, a card
        :param str kind: what has happened
        :param str url: whom to tell
        :param str secret: shared with the seller
        :param int times: so often, always the same message
        :param int at: see `hooks.send`
        :param dict edit: is put over what is shown
        :return: status of each answer
        :rtype: list[int]
        """
        shown = self._disputes.get(identity) or self._show(identity)
        content = hooks.build(kind, {**shown, **(edit or {})})
        return [hooks.send(url, secret, content, at) for _time in range(times)]

    def _show(self, identity):
        folders = {"pi": "payment_intents", "ch": "charges", "re": "refunds"}
        folders.update(seti="setup_intents", pm="payment_methods")
        folder = folders[identity.partition("_")[0]]
        return self.call("GET", f"{folder}/{identity}")

    def dispute(self, intent, status, amount=None):
        """Let the bank of a card take a charge back, or only ask.

        :param str intent: was paid
        :param str status: of the dispute
        :param int amount: a part, in the smallest unit
        :return: what Stripe calls the dispute
        :rtype: str
        """
        charge = next(one for one in self.get_charges() if one["intent"] == intent)
        identity = f"dp_{len(self._disputes) + 1}"
        self._disputes[identity] = {
            "id": identity,
            "object": "dispute",
            "amount": amount or charge["amount"],
            "charge": charge["id"],
            "currency": charge["currency"],
            "payment_intent": intent,
            "reason": "product_not_received",
            "status": status,
        }
        return identity

    def get_charges(self):
        """Return what localstripe has taken from cards, the oldest first.

        :rtype: list[dict]
        """
        charges = self.call("GET", "charges", limit=100000)["data"]
        return [
            {
                "id": charge["id"],
                "reference": self._complete(charge)["description"],
                "intent": charge["payment_intent"],
                "card": charge["payment_method"],
                "amount": charge["amount"],
                "currency": charge["currency"],
                "captured": charge["captured"],
                "refunded": charge["amount_refunded"],
            }
            for charge in charges
            if charge["status"] == "succeeded"
        ]

    def get_money(self):
        """Return reference and net amount, in the smallest unit, of what was taken.

        :rtype: list[tuple[str, int]]
        """
        return [
            (
                charge["reference"],
                charge["amount"] - charge["refunded"] - self._count_lost(charge),
            )
            for charge in self.get_charges()
            if charge["captured"]
        ]

    def _count_lost(self, charge):
        """What the bank has taken back of a charge."""
        return sum(
            dispute["amount"]
            for dispute in self._disputes.values()
            if dispute["charge"] == charge["id"]
            and not dispute["status"].startswith(("warning", "won"))
        )
