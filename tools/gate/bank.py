"""The page on which a bank asks its customer whether it is he."""

from urllib.parse import urlencode

from tools.gate.messages import Answer

PAGE = """<!DOCTYPE html>
<html><head><title>The bank</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><h1>Your bank</h1><p>{amount} {currency} for {description}. Is it you?</p>
<form method="POST">
<button name="word" value="confirm">It is me</button>
<button name="word" value="refuse">It is not</button>
</form></body></html>
"""
OVER = (
    "<!DOCTYPE html><html><body><h1>Your bank</h1><p>Nothing waits.</p></body></html>"
)


class Bank:
    """The bank of all cards that want to see their owner.

    :param Stripe stripe: the account whose charges wait here
    """

    def __init__(self, stripe):
        self._stripe = stripe

    def handle(self, request):
        """Show the page, or take what is pressed there and send the customer back.

        :param Request request: of his browser
        :rtype: Answer
        """
        path = f"payment_intents{request.path}"
        intent = self._stripe.call("GET", path)
        if intent.get("status") != "requires_action":
            return Answer(200, page=OVER)
        if request.method == "GET":
            return Answer(200, page=PAGE.format(**intent))
        word = request.get("word")
        shown = self._stripe.call(
            "POST",
            f"{path}/_authenticate",
            client_secret=intent["client_secret"],
            success=str(word == "confirm").lower(),
        )
        has_paid = shown.get("status") in ("succeeded", "requires_capture")
        told = urlencode(
            {
                "payment_intent": intent["id"],
                "payment_intent_client_secret": intent["client_secret"],
                "redirect_status": "succeeded" if has_paid else "failed",
            }
        )
        return Answer(303, headers={"Location": f"{intent['return_url']}&{told}"})
