# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What the words of each payment provider mean.

One table for each provider whose cards can be charged without the customer, with the
place it was read in and the day, and whether it was tried against the provider. A word
that is in no table, in the answer to a request for money, means *soft*: the bank said
no, and may say yes tomorrow.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

SOFT = "soft"
HARD = "hard"
AUTHENTICATE = "authenticate"
NOT_SENT = "not_sent"
CONFIGURATION = "configuration"
NO_ANSWER = "no_answer"
NOT_NOW = "not_now"


def _words(**kinds):
    """Turn the words of each kind into a kind for each word.

    :param str kinds: words with spaces between them, by kind
    :rtype: dict[str, str]
    """
    return {word: kind for kind, words in kinds.items() for word in words.split()}


def _same(word):
    return word


def _wishes_nothing(_data):
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """How the answers of one provider are read.

    :param str source: where the words were read, and when
    :param dict kinds: what words mean; any other is *soft*
    :param tuple code_paths: where the word of a refusal stands, the best one first
    :param tuple status_paths: where the state of the payment stands
    :param frozenset refused: states that say no; empty = Odoo's module of the provider
        is believed
    :param frozenset preludes: requests that come before the one for the money
    :param bool is_traced: every request goes through Odoo's own method for it, so what
        was never sent there was never sent
    :param bool gives_codes: has a word for every refusal, so one without is none
    :param str unasked: kind of a failure before anything was sent
    :param Callable read_code: turns what stands there into a word of `kinds`
    :param frozenset outdated: words for a card that has expired or was replaced
    :param bool renews_cards: charges a card on after its bank has replaced it, and does
        not say so
    :param Callable read_wish: finds in an answer that is neither yes nor no the word of
        `kinds` for a bank that wants to see the customer
    """

    source: str
    kinds: dict = field(default_factory=dict)
    code_paths: tuple = ()
    status_paths: tuple = ()
    refused: frozenset = frozenset()
    preludes: frozenset = frozenset()
    is_traced: bool = True
    gives_codes: bool = False
    unasked: str = CONFIGURATION
    read_code: Callable[[str], str] = _same
    outdated: frozenset = frozenset()
    renews_cards: bool = False
    read_wish: Callable[[dict], str] = _wishes_nothing

    def find_code(self, data):
        """Find the word of a refusal in an answer.

        :param dict data: the answer, or its part
        :return: empty where there is none
        :rtype: str
        """
        return self.read_code(_first(data, self.code_paths))

    def is_refused(self, data):
        """Say whether the answer says no in so many words.

        :param dict data: the answer
        :rtype: bool
        """
        return _first(data, self.status_paths) in self.refused


def _first(data, paths):
    """Return the first word that stands at one of the places."""
    return next((word for path in paths if (word := _dig(data, path))), "")


def _dig(data, path):
    for key in path:
        if isinstance(data, dict):
            data = data.get(key)
        elif isinstance(data, list) and isinstance(key, int) and key < len(data):
            data = data[key]
        else:
            return ""
    return str(data) if isinstance(data, str | int) and data != "" else ""


# === WORDS THAT ARE MORE THAN A WORD === #

#: Sentences of Authorize.Net, which are all that Odoo's module keeps of its codes
AUTHORIZE_SENTENCES = {
    "has been declined": "2",
    "card number is invalid": "6",
    "expiration date is invalid": "7",
    "card has expired": "8",
    "duplicate transaction": "11",
    "account is inactive": "13",
    "does not accept this type of credit card": "17",
    "invalid authentication values": "E00007",
}


def _read_authorize(text):
    """Return the code of what Authorize.Net says in a sentence.

    Its answer 2 is a refusal without a sentence, 3 is any error.
    """
    lowered = text.lower()
    codes = (code for part, code in AUTHORIZE_SENTENCES.items() if part in lowered)
    return next(codes, "2" if text == "2" else "")


#: Stripe has a sentence, and no code, for a card that is not its customer's any more
STRIPE_DETACHED = (
    "detached from a customer",
    "must be attached to the customer",
)


def _read_stripe(text):
    """Return a word of Stripe, or what one of its sentences means."""
    if " " not in text:
        return text
    lowered = text.lower()
    is_detached = any(part in lowered for part in STRIPE_DETACHED)
    return "detached" if is_detached else ""


def _read_worldline(code):
    """Return the two digits of the card schemes inside a code like 30041001."""
    inside = re.fullmatch(r"30(\d\d)\d{4}", code)
    return inside[1] if inside else code


#: What Adyen wants the shopper to do
ADYEN_WISHES = frozenset({"ChallengeShopper", "IdentifyShopper", "RedirectShopper"})


def _read_adyen_wish(data):
    """Return what Adyen wants the shopper to do; Odoo's module waits for ever."""
    word = _dig(data, ("resultCode",))
    return word if word in ADYEN_WISHES else ""


def _read_flutterwave_wish(data):
    """Say whether a payment waits for the customer on a page of his bank."""
    is_pending = _dig(data, ("status",)).lower().startswith("pending")
    page = _dig(data, ("meta", "authorization", "redirect"))
    return "redirect" if is_pending and page else ""


def _read_stripe_wish(data):
    """Say whether an intent waits for its customer; Odoo's module leaves it a draft."""
    word = _first(data, (("payment_intent", "status"), ("status",)))
    return word if word == "requires_action" else ""


# === TABLES === #

_INTENT = ("payment_intent", "last_payment_error")
#: Where most providers have the word of a refusal, Stripe among them
_COMMON_PATHS = (
    ("error", "decline_code"),
    ("error", "code"),
    (*_INTENT, "decline_code"),
    (*_INTENT, "code"),
    ("last_payment_error", "decline_code"),
    ("last_payment_error", "code"),
    ("refusalReasonCode",),
)
_STRIPE_KINDS = _words(
    hard="card_not_supported closed_account do_not_try_again expired_card fraudulent"
    " incorrect_number invalid_account invalid_number lost_card pickup_card"
    " restricted_card revocation_of_all_authorizations revocation_of_authorization"
    " stolen_card stop_payment_order",
    authenticate="authentication_required requires_action",
    configuration="testmode_decline api_key_expired",
    not_sent="rate_limit lock_timeout",
    no_answer="idempotency_key_in_use",
)

#: Words of Stripe for a card whose bank has replaced it
_OUTDATED = frozenset(
    {
        "expired_card",
        "incorrect_number",
        "invalid_expiry_month",
        "invalid_expiry_year",
        "invalid_number",
    }
)

#: Any provider that has no table of its own
OTHER = Provider(
    source="The words of Stripe, which others have taken over",
    kinds=_STRIPE_KINDS,
    code_paths=_COMMON_PATHS,
    is_traced=False,
)

PROVIDERS = {
    "demo": Provider(
        source="payment_demo of Odoo 19.0, read on 2026-11-28",
        kinds=_STRIPE_KINDS,
        code_paths=_COMMON_PATHS,
        outdated=_OUTDATED,
        status_paths=(("simulated_state",),),
        refused=frozenset({"cancel", "error"}),
        is_traced=False,
    ),
    "stripe": Provider(
        source="payment_stripe of Odoo 19.0, read on 2026-11-28; words after"
        " docs.stripe.com/declines/codes, not tried",
        kinds={**_STRIPE_KINDS, "detached": HARD},
        code_paths=(
            *_COMMON_PATHS,
            ("payment_intent", "cancellation_reason"),
            # The last: where there is a word, it is not read
            ("error", "message"),
        ),
        status_paths=(
            ("refund", "status"),
            ("payment_intent", "status"),
            ("status",),
        ),
        refused=frozenset({"requires_payment_method", "failed", "canceled"}),
        preludes=frozenset({"customers"}),
        gives_codes=True,
        outdated=_OUTDATED,
        read_code=_read_stripe,
        read_wish=_read_stripe_wish,
    ),
    "adyen": Provider(
        source="payment_adyen of Odoo 19.0, read on 2026-11-28; words after"
        " docs.adyen.com/development-resources/refusal-reasons, not tried",
        kinds=_words(
            hard="5 6 8 20 25 26 31 46",
            authenticate="38 ChallengeShopper IdentifyShopper RedirectShopper",
            # A request with the same key is still under way
            no_answer="704",
        ),
        # A message of Adyen has the reason in words
        code_paths=(("refusalReasonCode",), ("errorCode",), ("reason",)),
        status_paths=(("resultCode",),),
        refused=frozenset({"Refused", "Error", "Cancelled"}),
        gives_codes=True,
        outdated=frozenset({"6", "8"}),
        read_wish=_read_adyen_wish,
    ),
    "worldline": Provider(
        source="payment_worldline of Odoo 19.0, read on 2026-11-28; words after the"
        " response codes of ISO 8583 inside its own, not tried",
        kinds=_words(
            hard="04 07 14 41 43 54 57 62",
            authenticate="AUTHORIZATION_REQUESTED",
        ),
        code_paths=(
            ("paymentResult", "payment", "statusOutput", "errors", 0, "errorCode"),
            ("payment", "statusOutput", "errors", 0, "errorCode"),
            ("errors", 0, "errorCode"),
            ("paymentResult", "payment", "status"),
            ("payment", "status"),
        ),
        status_paths=(("paymentResult", "payment", "status"), ("payment", "status")),
        # The bank wants to see the customer: without him, that is no
        refused=frozenset(
            {"AUTHORIZATION_REQUESTED", "CANCELLED", "REJECTED", "REJECTED_CAPTURE"}
        ),
        read_code=_read_worldline,
        renews_cards=True,
    ),
    "mercado_pago": Provider(
        source="payment_mercado_pago of Odoo 19.0 with its list of results, read on"
        " 2026-11-28, not tried",
        kinds=_words(
            hard="cc_rejected_card_disabled cc_rejected_blacklist"
            " cc_rejected_high_risk cc_rejected_bad_filled_card_number"
            " cc_rejected_bad_filled_date cc_rejected_bad_filled_other"
            " cc_rejected_bad_filled_security_code",
            authenticate="cc_rejected_call_for_authorize",
            # It has seen this payment before
            no_answer="cc_rejected_duplicated_payment",
        ),
        code_paths=(("status_detail",),),
        status_paths=(("status",),),
        refused=frozenset({"cancelled", "rejected"}),
        preludes=frozenset({"/v1/card_tokens"}),
    ),
    "authorize": Provider(
        source="payment_authorize of Odoo 19.0, and lists of response reason texts,"
        " read on 2026-11-28, not tried",
        kinds=_words(
            hard="6 7 8 17",
            # The same card and amount within two minutes: the first one counts
            no_answer="11",
            configuration="13 E00007",
        ),
        code_paths=(
            ("response", "x_response_reason_text"),
            ("response", "x_response_code"),
        ),
        status_paths=(("response", "x_response_code"),),
        refused=frozenset({"2", "3"}),
        gives_codes=True,
        is_traced=False,
        read_code=_read_authorize,
        renews_cards=True,
    ),
    "razorpay": Provider(
        source="payment_razorpay of Odoo 19.0, read on 2026-11-28; words after"
        " razorpay.com/docs: error reasons, not tried",
        kinds=_words(
            hard="card_expired card_stolen mandate_cancelled",
            soft="card_declined insufficient_funds payment_declined payment_failed",
        ),
        code_paths=(
            ("error", "reason"),
            ("error_reason",),
            ("error_code",),
        ),
        status_paths=(("status",),),
        refused=frozenset({"failed"}),
        preludes=frozenset({"orders"}),
        # An earlier payment of the order is under way
        unasked=NOT_NOW,
    ),
    "flutterwave": Provider(
        source="payment_flutterwave of Odoo 19.0, read on 2026-11-28, not tried",
        kinds=_words(authenticate="redirect"),
        code_paths=(("processor_response",), ("data", "processor_response")),
        status_paths=(("status",),),
        refused=frozenset({"cancelled", "failed", "FAILED", "CANCELLED"}),
        read_wish=_read_flutterwave_wish,
    ),
    "xendit": Provider(
        source="payment_xendit of Odoo 19.0, read on 2026-11-28; words after"
        " developers.xendit.co: failure reasons, not tried",
        kinds=_words(hard="EXPIRED_CARD STOLEN_CARD INACTIVE_OR_UNAUTHORIZED_CARD"),
        code_paths=(("failure_reason",),),
        status_paths=(("status",),),
        refused=frozenset({"CANCELLED", "EXPIRED", "FAILED"}),
    ),
}


def get_provider(code):
    """Return the table of a provider.

    :param str code: what Odoo calls it
    :rtype: Provider
    """
    return PROVIDERS.get(code, OTHER)
