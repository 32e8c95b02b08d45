"""What a test says to the gate, and asks it; and what a customer does at Stripe."""

import json
import os
import urllib.request

import requests

from tools.gate import URL

#: What a test card of Stripe does, by its last digits
GOOD, REFUSED, ASKS = "4242424242424242", "4000000000000341", "4000002760003184"


class Client:
    """The gate, as a test sees it.

    :param str code: what Odoo calls the provider
    :param str url: its address; by default what `./dev providers` has started
    """

    def __init__(self, code="stripe", url=None):
        self.code = code
        self.url = url or os.environ[URL]

    def _tell(self, name, **values):
        content = json.dumps(values).encode()
        request = urllib.request.Request(f"{self.url}/_gate/{name}", content)
        with urllib.request.urlopen(request, timeout=60) as response:
            return json.load(response)["result"]

    # === THE DAY === #

    def reset(self):
        """Begin with nothing."""
        self._tell("reset", code=self.code)

    def trick(self, **values):
        """Do something to a coming request, see `tricks.Trick`."""
        self._tell("trick", code=self.code, **values)

    def notify(self, identity, kind, url, secret, **values):
        """Send a message to the seller, see `Stripe.notify`."""
        values.update(identity=identity, kind=kind, url=url, secret=secret)
        return self._tell("notify", **values)

    # === THE BOOKS === #

    def get_charges(self):
        """Return what was taken, the oldest first."""
        return self._tell("charges")

    def get_money(self):
        """Return reference and net amount, in the smallest unit, of what was taken."""
        return [tuple(taken) for taken in self._tell("money", code=self.code)]

    def get_seen(self, end="/payment_intents"):
        """Return the requests to one kind of address."""
        return [
            seen
            for seen in self._tell("seen", code=self.code)
            if seen["path"].endswith(end) and seen["method"] == "POST"
        ]

    def dispute(self, intent, status="needs_response", amount=None):
        """Let the bank take a charge back, see `Stripe.dispute`."""
        return self._tell("dispute", intent=intent, status=status, amount=amount)

    # === THE CUSTOMER === #

    def call(self, method, path, **fields):
        """Ask Stripe itself, as another client of the seller or a browser does."""
        return self._tell("call", method=method, path=path, fields=fields)

    def create_method(self, number=GOOD):
        """Type a card into a form of Stripe and return what it is called there."""
        card = {"exp_month": 12, "exp_year": 2034, "cvc": "123", "number": number}
        fields = {f"card[{name}]": value for name, value in card.items()}
        return self.call("POST", "payment_methods", type="card", **fields)["id"]

    def create_card(self, number=GOOD):
        """Store a card for a customer of the seller.

        :return: what the customer and the card are called at Stripe
        :rtype: tuple
        """
        customer = self.call("POST", "customers", name="Karen Berg")["id"]
        method = self.create_method(number)
        self.call("POST", f"payment_methods/{method}/attach", customer=customer)
        return customer, method

    def detach(self, method):
        """Take a card away from its customer."""
        self.call("POST", f"payment_methods/{method}/detach")

    def pay(self, intent, number=GOOD, is_proved=True):
        """Do what the form of Stripe does when the customer presses its button.

        :param str intent: what is paid
        :param str number: of the card that is typed
        :param bool is_proved: the customer shows to the bank that it is he
        :return: the intent afterwards
        :rtype: dict
        """
        method = self.create_method(number)
        shown = self.call("GET", f"payment_intents/{intent}")
        self.call(
            "POST", f"payment_methods/{method}/attach", customer=shown["customer"]
        )
        self.call("POST", f"payment_intents/{intent}", payment_method=method)
        shown = self.call("POST", f"payment_intents/{intent}/confirm")
        if shown.get("status") == "requires_action":
            secret = shown["client_secret"]
            shown = self.call(
                "POST",
                f"payment_intents/{intent}/_authenticate",
                client_secret=secret,
                success=str(is_proved).lower(),
            )
        return shown

    def set_up(self, intent, number=GOOD):
        """Let the customer store a card, as the form of Stripe does."""
        method = self.create_method(number)
        shown = self.call("GET", f"setup_intents/{intent}")
        self.call(
            "POST", f"payment_methods/{method}/attach", customer=shown["customer"]
        )
        self.call("POST", f"setup_intents/{intent}/confirm", payment_method=method)
        return method

    def visit_bank(self, url, word):
        """Press a button on the page of the bank.

        :param str url: of the page
        :param str word: *confirm* or *refuse*
        :return: where the browser is sent to
        :rtype: str
        """
        answer = requests.post(
            url, data={"word": word}, timeout=60, allow_redirects=False
        )
        return answer.headers["Location"]
