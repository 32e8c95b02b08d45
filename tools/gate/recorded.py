"""Providers that nobody plays on this machine: answers of the shape that theirs have.

One file of `shapes/` for each: where its page is, what it was written after, and for
every kind of request its answers by a word of ours (*success*, *soft*, *hard*, …). What
is asked for (amount, reference) is put into the answer, and what was taken is counted.
"""

import json
import time
import uuid
from pathlib import Path

from tools.gate.keys import HEADERS, Keys
from tools.gate.messages import Answer
from tools.gate.tricks import Tricks

SHAPES = Path(__file__).parent / "shapes"


class Recorded:
    """The account of one seller at one provider.

    :param str code: what Odoo calls the provider
    """

    def __init__(self, code):
        self.shape = json.loads((SHAPES / f"{code}.json").read_text())
        self.reset()

    def reset(self):
        """Forget all."""
        self.keys = Keys()
        self.tricks = Tricks()
        self.seen = []
        self.taken = []
        #: The last charge, where the provider keeps one
        self._known = None

    def handle(self, request):
        """Answer a request as this day's tricks will have it.

        :rtype: Answer
        :return: `None` = the connection breaks
        """
        trick = self.tricks.take(request)
        time.sleep(trick.delay)
        answer = self._play(request, trick)
        key = next(filter(None, map(request.headers.get, HEADERS)), "")
        self.seen.append(
            {
                "method": request.method,
                "path": request.path,
                "is_charge": self._get_kind(request) == self.shape["charge"],
                "key": key,
                "status": answer.status if answer else 0,
            }
        )
        return answer

    def _play(self, request, trick):
        if trick.drop == "before":
            return None
        if 0 < trick.status < 500:
            return Answer(trick.status, trick.body, trick.headers)
        answer = self.keys.begin(request)
        if not answer:
            answer = self._work(request, trick)
            self.keys.end(request, answer)
        if trick.drop == "after":
            return None
        return Answer(answer.status, _put_over(answer.body, trick.edit))

    def _work(self, request, trick):
        if trick.status:
            return Answer(trick.status, trick.body, trick.headers)
        kind = self._get_kind(request)
        is_charge = kind == self.shape["charge"]
        shapes = self.shape["answers"][kind]
        asked = self._read(request)
        if is_charge:
            shape = shapes[trick.decline or "success"]
            self._known = asked if {"takes", "known"} & set(shape) else None
            if shape.get("takes"):
                self.taken.append(asked)
        else:
            shape = shapes["success"]
            if not self._known:
                shape = shapes.get("nothing", shape)
        said = {name: value for name, value in asked.items() if value is not None}
        values = {**(self._known or {}), **said, "id": uuid.uuid4().hex[:16]}
        return Answer(shape["status"], _fill(shape["body"], values))

    def _get_kind(self, request):
        """Return what is asked for: by the path, or by the one key of the body."""
        content = request.get_json()
        for end, kind in self.shape["paths"].items():
            if request.path.endswith(end) or end in content:
                return kind
        raise KeyError(f"{request.path}: no shape for it")

    def _read(self, request):
        """Return reference, amount and currency of what is asked for."""
        content = request.get_json()
        return {name: _dig(content, path) for name, path in self.shape["asked"].items()}

    def get_money(self):
        """Return reference and amount, in the smallest unit, of what was taken."""
        scale = 1 if self.shape["unit"] == "minor" else 100
        return [
            (taken.get("reference"), round(float(taken["amount"]) * scale))
            for taken in self.taken
        ]


def _dig(content, path):
    for key in path:
        content = content.get(key) if isinstance(content, dict) else None
    return content


def _fill(shape, values):
    """Put values into an answer: `$amount`, alone, keeps its type."""
    if isinstance(shape, dict):
        return {name: _fill(part, values) for name, part in shape.items()}
    if isinstance(shape, list):
        return [_fill(part, values) for part in shape]
    if isinstance(shape, str) and shape.startswith("$"):
        return values.get(shape[1:])
    return shape


def _put_over(body, edit):
    """Put values over those of an answer, however deep they stand."""
    for name, value in edit.items():
        inner = body.get(name)
        if isinstance(value, dict) and isinstance(inner, dict):
            value = _put_over(inner, value)
        body = {**body, name: value}
    return body
