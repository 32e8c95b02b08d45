"""Messages of Stripe to the seller, signed as it signs them."""

import hashlib
import hmac
import json
import time
import urllib.error
import urllib.request
import uuid

#: Where Odoo's module takes them
PATH = "/payment/stripe/webhook"


def build(kind, shown, identity=None):
    """Return a message.

    :param str kind: what has happened
    :param dict shown: what it has happened to
    :param str identity: of the message; a new one by default
    :rtype: bytes
    """
    event = {
        "id": identity or f"evt_{uuid.uuid4().hex}",
        "object": "event",
        "api_version": "2019-05-16",
        "type": kind,
        "data": {"object": shown},
    }
    return json.dumps(event).encode()


def sign(content, secret, at):
    """Return the signature of a message.

    :param bytes content: the message
    :param int at: seconds since 1970 when it is sent
    :rtype: str
    """
    digest = hmac.new(secret.encode(), b"%d.%s" % (at, content), hashlib.sha256)
    return f"t={at},v1={digest.hexdigest()}"


def send(url, secret, content, at=None):
    """Send a message, and wait for the answer.

    :param int at: seconds since 1970 on the clock of the receiver; now by default
    :return: status of the answer; 0 = none
    :rtype: int
    """
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Stripe-Signature": sign(content, secret, at or int(time.time())),
    }
    request = urllib.request.Request(url, content, headers)
    try:
        with urllib.request.urlopen(request, timeout=20) as response:
            return response.status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0
