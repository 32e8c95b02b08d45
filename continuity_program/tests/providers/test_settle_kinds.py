# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What kind of answer a failure is, by the words of each provider.

Plain pytest functions: Odoo's own test runner does not collect them.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ... import billing
from ...billing import Answer, get_provider
from ...billing.answers import STAGES
from ...billing.providers import PROVIDERS
from ..billing.settle_random import SAME


def kind_of(provider, data=None, status=None, **facts):
    """Read an answer as the provider gives it, and judge it."""
    table = get_provider(provider)
    code = ""
    by_provider = False
    if status is not None:
        code = table.find_code(data)
    elif not table.refused or table.is_refused(data):
        code = table.find_code(data)
        by_provider = bool(table.refused)
    answer = Answer(
        "error",
        decline_code=code,
        http_status=status,
        by_provider=by_provider,
        gives_codes=table.gives_codes,
        stage=facts.pop("stage", "answered" if status is None else "sent"),
        **facts,
    )
    return billing.classify(answer, table)


def stripe(code, **more):
    return {"error": {"type": "card_error", "code": code, **more}}


def worldline(status, code=None):
    output = {"statusOutput": {"errors": [{"errorCode": code}]}} if code else {}
    return {"payment": {"status": status, **output}}


@pytest.mark.parametrize(
    ("provider", "data", "status", "kind"),
    [
        # A word for the card first, then what the network says
        ("stripe", stripe("card_declined"), 402, "soft"),
        (
            "stripe",
            stripe("card_declined", decline_code="insufficient_funds"),
            *(402, "soft"),
        ),
        ("stripe", stripe("card_declined", decline_code="lost_card"), 402, "hard"),
        ("stripe", stripe("expired_card"), 402, "hard"),
        ("stripe", stripe("card_not_supported"), 402, "hard"),
        ("stripe", stripe("x", decline_code="do_not_try_again"), 402, "hard"),
        ("stripe", stripe("authentication_required"), 402, "authenticate"),
        ("stripe", stripe("x", decline_code="testmode_decline"), 402, "configuration"),
        ("stripe", {}, 402, "soft"),
        ("stripe", stripe("rate_limit"), 429, "not_sent"),
        ("stripe", stripe("lock_timeout"), 429, "not_sent"),
        ("stripe", stripe("idempotency_key_in_use"), 409, "no_answer"),
        ("stripe", stripe("resource_missing"), 400, "configuration"),
        ("stripe", stripe("parameter_missing"), 400, "configuration"),
        ("stripe", {"error": {"type": "card_error"}}, 400, "configuration"),
        # It has no code for a card that its customer has no more, only sentences
        (
            "stripe",
            {"error": {"message": "… or was detached from a Customer. It may …"}},
            *(400, "hard"),
        ),
        (
            "stripe",
            {
                "error": {
                    "message": "The payment method must be attached to the customer"
                }
            },
            *(400, "hard"),
        ),
        (
            "stripe",
            {"error": {"message": "Received unknown parameter: detached"}},
            *(400, "configuration"),
        ),
        ("stripe", {"error": {"message": "Your card was declined."}}, 402, "soft"),
        ("stripe", stripe("api_error"), 500, "no_answer"),
        (
            "stripe",
            {
                "payment_intent": {
                    "status": "requires_payment_method",
                    "last_payment_error": {"decline_code": "stolen_card"},
                }
            },
            *(None, "hard"),
        ),
        # It has a word for every refusal: without one there is none
        (
            "stripe",
            {"payment_intent": {"status": "requires_payment_method"}},
            *(None, "no_answer"),
        ),
        ("stripe", {"payment_intent": {"status": "succeeded"}}, None, "no_answer"),
        ("stripe", {}, None, "no_answer"),
        ("adyen", {"resultCode": "Refused", "refusalReasonCode": "2"}, None, "soft"),
        ("adyen", {"resultCode": "Refused", "refusalReasonCode": "6"}, None, "hard"),
        (
            "adyen",
            {"resultCode": "Refused", "refusalReasonCode": "38"},
            *(None, "authenticate"),
        ),
        ("adyen", {"resultCode": "Error", "reason": "Refused"}, None, "soft"),
        ("adyen", {"resultCode": "Error"}, None, "no_answer"),
        ("adyen", {"errorCode": "704"}, 422, "no_answer"),
        ("adyen", {"errorCode": "901"}, 403, "configuration"),
        ("adyen", {"errorCode": "101"}, 422, "configuration"),
        ("worldline", worldline("REJECTED", "30511001"), None, "soft"),
        ("worldline", worldline("REJECTED", "30041001"), None, "hard"),
        ("worldline", worldline("REJECTED", 30541001), None, "hard"),
        ("worldline", {"errors": [{"errorCode": "30431001"}]}, 402, "hard"),
        ("worldline", {"errors": [{"errorCode": "30651001"}]}, 402, "soft"),
        ("worldline", {"errors": []}, 402, "soft"),
        ("worldline", {"errors": [{"errorCode": "50001054"}]}, 400, "configuration"),
        ("worldline", worldline("AUTHORIZATION_REQUESTED"), None, "authenticate"),
        ("worldline", worldline("REJECTED"), None, "soft"),
        ("worldline", worldline("CAPTURED", "0"), None, "no_answer"),
        ("worldline", worldline("NEVER_SEEN"), None, "no_answer"),
        ("worldline", {}, None, "no_answer"),
        (
            "mercado_pago",
            {"status": "rejected", "status_detail": "cc_rejected_insufficient_amount"},
            *(None, "soft"),
        ),
        (
            "mercado_pago",
            {"status": "rejected", "status_detail": "cc_rejected_card_disabled"},
            *(None, "hard"),
        ),
        (
            "mercado_pago",
            {"status": "rejected", "status_detail": "cc_rejected_call_for_authorize"},
            *(None, "authenticate"),
        ),
        (
            "mercado_pago",
            {"status": "rejected", "status_detail": "cc_rejected_duplicated_payment"},
            *(None, "no_answer"),
        ),
        (
            "mercado_pago",
            {"status": "approved", "status_detail": "accredited"},
            *(None, "no_answer"),
        ),
        ("mercado_pago", {"id": 1}, None, "no_answer"),
        ("authorize", {"response": {"x_response_code": "2"}}, None, "soft"),
        (
            "authorize",
            {
                "response": {
                    "x_response_code": "3",
                    "x_response_reason_text": "The transaction was unsuccessful.\n"
                    "The credit card has expired.",
                }
            },
            *(None, "hard"),
        ),
        (
            "authorize",
            {
                "response": {
                    "x_response_code": "3",
                    "x_response_reason_text": "A duplicate transaction has been"
                    " submitted.",
                }
            },
            *(None, "no_answer"),
        ),
        (
            "authorize",
            {
                "response": {
                    "x_response_code": "3",
                    "x_response_reason_text": "User authentication failed due to"
                    " invalid authentication values.",
                }
            },
            *(None, "configuration"),
        ),
        ("authorize", {"response": {"x_response_code": "3"}}, None, "no_answer"),
        ("authorize", {"response": {"x_response_code": "1"}}, None, "no_answer"),
        ("razorpay", {"status": "failed"}, None, "soft"),
        (
            "razorpay",
            {"status": "failed", "error_reason": "card_expired"},
            *(None, "hard"),
        ),
        (
            "razorpay",
            {"error": {"code": "BAD_REQUEST_ERROR", "reason": "insufficient_funds"}},
            *(400, "soft"),
        ),
        (
            "razorpay",
            {"error": {"code": "BAD_REQUEST_ERROR", "reason": "input_invalid"}},
            *(400, "configuration"),
        ),
        ("razorpay", {"id": "pay_1"}, None, "no_answer"),
        (
            "flutterwave",
            {"status": "failed", "processor_response": "Insufficient Funds"},
            *(None, "soft"),
        ),
        (
            "flutterwave",
            {"status": "successful", "processor_response": "Approved"},
            *(None, "no_answer"),
        ),
        (
            "xendit",
            {"status": "FAILED", "failure_reason": "INSUFFICIENT_BALANCE"},
            *(None, "soft"),
        ),
        (
            "xendit",
            {"status": "FAILED", "failure_reason": "STOLEN_CARD"},
            *(None, "hard"),
        ),
        ("xendit", {"error_code": "TOKEN_NOT_FOUND_ERROR"}, 404, "configuration"),
        ("xendit", {"status": "LIVE"}, None, "no_answer"),
        ("demo", {"simulated_state": "error"}, None, "soft"),
        ("demo", {"simulated_state": "odd"}, None, "no_answer"),
        # A provider nobody has a table for
        ("of_somebody", stripe("card_declined", decline_code="lost_card"), 402, "hard"),
        ("of_somebody", {}, 402, "soft"),
        ("of_somebody", {}, 401, "configuration"),
        ("of_somebody", {}, None, "no_answer"),
        ("of_somebody", None, None, "no_answer"),
        ("of_somebody", ["what", "is", "this"], None, "no_answer"),
    ],
)
def test_words(provider, data, status, kind):
    assert kind_of(provider, data, status) == kind


@pytest.mark.parametrize(
    ("facts", "kind"),
    [
        ({"status": 401}, "configuration"),
        ({"status": 403}, "configuration"),
        ({"status": 404}, "configuration"),
        ({"status": 400}, "configuration"),
        ({"status": 422}, "configuration"),
        ({"status": 402}, "soft"),
        ({"status": 408}, "no_answer"),
        ({"status": 409}, "no_answer"),
        ({"status": 425}, "no_answer"),
        ({"status": 429}, "not_sent"),
        ({"status": 500}, "no_answer"),
        ({"status": 502}, "no_answer"),
        ({"status": 503}, "no_answer"),
        ({"status": 503, "can_wait": True}, "not_sent"),
        ({"status": 500, "can_wait": True}, "no_answer"),
        ({"status": 302}, "no_answer"),
        ({"stage": "refused"}, "not_sent"),
        ({"stage": "sent"}, "no_answer"),
        ({"stage": "sent", "no_answer": True}, "no_answer"),
        ({"stage": "answered"}, "no_answer"),
        # What asks for no money may fail as it likes
        ({"stage": "before", "no_answer": True}, "not_sent"),
        ({"stage": "before", "status": 500}, "not_sent"),
        ({"stage": "before", "status": 400}, "configuration"),
        ({"stage": "before"}, "configuration"),
        ({"stage": "unasked"}, "configuration"),
    ],
)
def test_network(facts, kind):
    assert kind_of("mercado_pago", {}, facts.pop("status", None), **facts) == kind


def test_guard_of_razorpay_is_another_payment():
    assert kind_of("razorpay", {}, stage="unasked") == "not_now"
    assert kind_of("razorpay", {}, stage="before") == "configuration"


@pytest.mark.parametrize("provider", ["authorize", "demo", "of_somebody"])
def test_what_is_not_seen_going_out_may_have_gone_out(provider):
    assert kind_of(provider, {}, stage="unasked") == "no_answer"


def test_words_have_a_source():
    for table in PROVIDERS.values():
        assert table.source
        assert table.refused
        assert set(table.kinds.values()) <= {
            *billing.DECLINED,
            *billing.NOT_ASKED,
            "no_answer",
        }


ANSWERS = st.builds(
    Answer,
    st.sampled_from(["error", "cancel", "draft"]),
    no_answer=st.booleans(),
    decline_code=st.sampled_from(["", "lost_card", "do_not_honor", "704", "x"]),
    http_status=st.sampled_from([None, 302, 400, 401, 402, 409, 429, 500, 503]),
    by_provider=st.booleans(),
    gives_codes=st.booleans(),
    stage=st.sampled_from(STAGES),
    can_wait=st.booleans(),
)


@SAME
@given(ANSWERS, st.sampled_from([*sorted(PROVIDERS), "of_somebody"]))
def test_no_refusal_without_proof(answer, provider):
    """Who is refused was asked; what was asked and not refused is not asked anew."""
    kind = billing.classify(answer, get_provider(provider))
    if kind in billing.DECLINED and answer.state != "draft":
        assert billing.is_decline(answer)
    if kind in billing.NOT_ASKED and answer.stage == "answered":
        known = answer.decline_code in get_provider(provider).kinds
        assert known or answer.http_status is not None


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        ("soft", "declined"),
        ("hard", "declined"),
        ("authenticate", "declined"),
        ("not_sent", "scheduled"),
        ("configuration", "scheduled"),
        ("not_now", "scheduled"),
        ("no_answer", "unknown"),
    ],
)
def test_kinds_make_states(kind, state):
    failed = Answer("error", kind=kind, decline_code="x", http_status=400)
    assert billing.row_state(failed, "processing") == state
    assert billing.row_state(failed, "cancelled") == "cancelled"
    assert billing.row_state(Answer("done", kind=kind), "unknown") == "paid"


def test_a_draft_that_was_not_asked_is_free():
    for kind, state in (("not_sent", "scheduled"), ("no_answer", "unknown")):
        answer = Answer("draft", kind=kind, no_answer=kind == "no_answer")
        assert billing.row_state(answer, "processing") == state
