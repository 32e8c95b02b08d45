"""The gate before the pretended Stripe: what it remembers, refuses and adds."""

import json
import threading
from types import SimpleNamespace

from tools.gate import hooks, keys
from tools.gate.bank import Bank
from tools.gate.messages import Answer, Request
from tools.gate.stripe import DETACHED, Stripe
from tools.gate.tricks import Tricks

KEY = {"idempotency-key": "k1", "authorization": "Bearer sk_test_a"}
CHARGE = (
    ("amount", "1494"),
    ("currency", "eur"),
    ("description", "CP1-1"),
    ("shipping[name]", "Karen"),
    ("confirm", "True"),
    ("off_session", "True"),
    ("payment_method", "pm_1"),
)


def post(path="/v1/payment_intents", fields=CHARGE, headers=KEY):
    """A request like Odoo's."""
    return Request("POST", path, tuple(fields), headers)


class Localstripe:
    """What stands behind the gate, in a few lines."""

    def __init__(self):
        self.asked = []
        self.customer = "cus_1"
        self.answer = Answer(200, {"id": "pi_1", "status": "succeeded"})

    def __call__(self, request):
        self.asked.append(request)
        if request.path.startswith("/v1/payment_methods"):
            return Answer(200, {"id": "pm_1", "customer": self.customer})
        if request.path.startswith("/v1/charges/"):
            return Answer(200, {"id": "ch_1", "payment_intent": "pi_1"})
        if request.method == "GET":
            return Answer(200, {"id": "pi_1", "object": "payment_intent"})
        return self.answer

    def count(self):
        """Return how often it was asked for money."""
        return len([one for one in self.asked if one.method == "POST"])


def open_gate():
    """Return a gate, and what stands behind it."""
    behind = Localstripe()
    return Stripe(behind), behind


# === WHAT GOES THROUGH === #


def test_request_is_read_from_query_and_form():
    headers = {"Content-Type": "application/x-www-form-urlencoded", "X-A": "1"}
    read = Request.read("GET", "/v1/x?a=1&b=", headers, b"c%5B%5D=d+e")
    assert read.path == "/v1/x"
    assert read.fields == (("a", "1"), ("b", ""), ("c[]", "d e"))
    assert read.headers["x-a"] == "1"
    assert read.encode() == "a=1&b=&c%5B%5D=d+e"


def test_json_is_one_field():
    headers = {"content-type": "application/json"}
    read = Request.read("POST", "/x", headers, b'{"amount": 5}')
    assert read.get_json() == {"amount": 5}


def test_what_localstripe_refuses_is_left_out_and_shown_all_the_same():
    gate, behind = open_gate()
    answer = gate.handle(post())
    names = [name for name, _value in behind.asked[-1].fields]
    assert names == ["amount", "currency", "confirm", "off_session", "payment_method"]
    assert answer.body["description"] == "CP1-1"
    assert "shipping" not in answer.body


def test_customers_keep_their_description():
    gate, behind = open_gate()
    gate.handle(post("/v1/customers", [("description", "Karen")]))
    assert behind.asked[-1].fields == (("description", "Karen"),)


# === KEYS === #


def test_first_answer_is_kept():
    gate, behind = open_gate()
    first, second = gate.handle(post()), gate.handle(post())
    assert (first.status, first.body) == (second.status, second.body)
    assert second.headers["Idempotent-Replayed"] == "true"
    assert behind.count() == 1


def test_other_key_or_account_is_another_request():
    gate, behind = open_gate()
    gate.handle(post())
    gate.handle(post(headers={**KEY, "idempotency-key": "k2"}))
    gate.handle(post(headers={**KEY, "authorization": "Bearer sk_test_b"}))
    gate.handle(post(headers={"authorization": "Bearer sk_test_a"}))
    gate.handle(post(headers={"authorization": "Bearer sk_test_a"}))
    assert behind.count() == 5


def test_same_key_with_another_body_is_refused():
    gate, behind = open_gate()
    gate.handle(post())
    answer = gate.handle(post(fields=[("amount", "1"), *CHARGE[1:]]))
    assert answer == keys.OTHER_BODY
    assert behind.count() == 1


def test_same_key_while_it_is_worked_on():
    gate, behind = open_gate()
    entered, leave = threading.Event(), threading.Event()

    def ask(request):
        if request.method == "POST":
            entered.set()
            leave.wait(10)
        return behind(request)

    gate._ask = ask
    worker = threading.Thread(target=gate.handle, args=[post()])
    worker.start()
    entered.wait(10)
    assert gate.handle(post()) == keys.IN_USE
    leave.set()
    worker.join(10)
    assert gate.handle(post()).status == 200


def test_server_error_is_kept_and_a_refusal_before_any_work_is_not():
    gate, behind = open_gate()
    gate.tricks.add(status=429)
    gate.tricks.add(status=500)
    statuses = [gate.handle(post()).status for _time in range(3)]
    assert statuses == [429, 500, 500]
    assert behind.count() == 0


# === A BAD DAY === #


def test_connection_breaks_before_or_after_the_work():
    gate, behind = open_gate()
    gate.tricks.add(drop="before")
    gate.tricks.add(drop="after")
    assert gate.handle(post()) is None
    assert behind.count() == 0
    assert gate.handle(post()) is None
    assert behind.count() == 1
    assert gate.handle(post()).status == 200
    assert behind.count() == 1
    assert [seen["status"] for seen in gate.seen] == [0, 0, 200]


def test_tricks_are_played_in_their_order():
    tricks = Tricks()
    tricks.add(on="POST /refunds", status=1)
    tricks.add(status=2, times=2, skip=1)
    tricks.add(status=3)
    request = SimpleNamespace(method="POST", path="/v1/payment_intents")
    assert [tricks.take(request).status for _time in range(5)] == [3, 2, 2, 0, 0]


def test_answer_is_edited():
    gate, _behind = open_gate()
    gate.tricks.add(edit={"amount": 7})
    assert gate.handle(post()).body["amount"] == 7


# === REFUSALS === #


def test_refused_card_says_why_and_of_which_intent():
    gate, behind = open_gate()
    error = {"code": "card_declined", "charge": "ch_1", "type": "other"}
    behind.answer = Answer(402, {"error": error})
    gate.tricks.add(decline="lost_card")
    gate.tricks.add(decline="expired_card")
    for key, code, word in (
        ("k1", "card_declined", "lost_card"),
        ("k2", "expired_card", "expired_card"),
        ("k3", "card_declined", "generic_decline"),
    ):
        answer = gate.handle(post(headers={**KEY, "idempotency-key": key}))
        assert answer.status == 402
        error = answer.body["error"]
        assert (error["type"], error["code"]) == ("card_error", code)
        assert error["decline_code"] == word
        assert error["payment_intent"]["status"] == "requires_payment_method"
        assert error["payment_intent"]["description"] == "CP1-1"


def test_bank_that_wants_to_see_an_absent_customer():
    gate, behind = open_gate()
    behind.answer = Answer(200, {"id": "pi_1", "status": "requires_action"})
    answer = gate.handle(post())
    assert answer.status == 402
    assert answer.body["error"]["code"] == "authentication_required"
    # With the customer there, it is a question
    present = [field for field in CHARGE if field[0] != "off_session"]
    answer = gate.handle(post(fields=present, headers={}))
    assert answer.status == 200


def test_card_without_its_customer():
    gate, behind = open_gate()
    behind.customer = None
    answer = gate.handle(post())
    assert (answer.status, answer.body["error"]["message"]) == (400, DETACHED)
    assert "code" not in answer.body["error"]


# === THE BANK === #

RETURN = "http://shop/back?reference=CP1-1"


def wait_at_bank():
    """Return a gate whose bank waits for a customer, its bank and the answer."""
    gate, behind = open_gate()
    waits = {"id": "pi_1", "status": "requires_action", "client_secret": "s"}
    behind.answer = Answer(200, waits)
    fields = [field for field in CHARGE if field[0] != "off_session"]
    fields += [("off_session", "False"), ("return_url", RETURN)]
    answer = gate.handle(post(fields=fields, headers={**KEY, "host": "gate:1"}))
    return gate, behind, answer


def test_customer_who_is_there_is_led_to_his_bank():
    _gate, behind, answer = wait_at_bank()
    assert answer.body["next_action"] == {
        "type": "redirect_to_url",
        "redirect_to_url": {"url": "http://gate:1/bank/pi_1", "return_url": RETURN},
    }
    assert "return_url" not in dict(behind.asked[-1].fields)


def test_page_of_the_bank():
    gate, behind, _answer = wait_at_bank()
    shown = {"id": "pi_1", "status": "requires_action", "client_secret": "s"}
    shown.update(amount=1494, currency="eur")
    states = iter(("requires_action", "requires_action", "succeeded"))

    def ask(request):
        behind.asked.append(request)
        return Answer(200, {**shown, "status": next(states)})

    gate._ask = ask
    bank = Bank(gate)
    page = bank.handle(Request("GET", "/pi_1"))
    assert "1494 eur for CP1-1" in page.page
    assert page.kind.startswith("text/html")
    sent = bank.handle(Request("POST", "/pi_1", (("word", "confirm"),)))
    assert behind.asked[-1].get("success") == "true"
    assert sent.status == 303
    assert sent.headers["Location"] == (
        f"{RETURN}&payment_intent=pi_1&payment_intent_client_secret=s"
        "&redirect_status=succeeded"
    )


def test_nothing_waits_at_the_bank():
    gate, _behind = open_gate()
    assert "Nothing waits" in Bank(gate).handle(Request("GET", "/pi_1")).page


def test_disputed_money_is_gone():
    gate, _behind = open_gate()
    charge = {"id": "ch_1", "payment_intent": "pi_1", "payment_method": "pm_1"}
    charge.update(status="succeeded", captured=True, amount=1494, currency="eur")
    charge.update(object="charge", amount_refunded=0)
    gate._ask = lambda _request: Answer(200, {"data": [charge]})
    assert gate.get_money() == [(None, 1494)]
    assert gate.dispute("pi_1", "warning_needs_response") == "dp_1"
    assert gate.get_money() == [(None, 1494)]
    assert gate.dispute("pi_1", "needs_response", 494) == "dp_2"
    assert gate.get_money() == [(None, 1000)]


# === MESSAGES === #


def test_message_is_signed_as_odoo_checks_it():
    content = hooks.build("payment_intent.succeeded", {"id": "pi_1"}, "evt_1")
    assert json.loads(content)["data"] == {"object": {"id": "pi_1"}}
    signature = hooks.sign(b'{"a": 1}', "whsec_1", 1700000000)
    assert signature == (
        "t=1700000000,"
        "v1=345767350af79f55505b287500562460532a2fabf206b52ab48ca7a2db2ecf2e"
    )
