"""What a network, a bank and a provider do on a bad day, when a test asks for it."""

import threading
from dataclasses import dataclass, field


@dataclass
class Trick:
    """What is done to the next requests of one kind.

    :param str on: method and end of the path, as in `POST /payment_intents`
    :param int times: to so many of them
    :param int skip: after so many that are left alone
    :param float delay: seconds before the work begins
    :param float hold: seconds between the work and its answer
    :param str drop: the connection breaks *before* or *after* the work
    :param int status: answered instead of any work, with `body` and `headers`
    :param str decline: word of the bank for its refusal, where the card is refused
    :param dict edit: is put over the answer
    :param dict notify: a message that arrives before the answer does, see `Hooks.send`
    """

    on: str = "POST /payment_intents"
    times: int = 1
    skip: int = 0
    delay: float = 0.0
    hold: float = 0.0
    drop: str = ""
    status: int = 0
    body: dict = field(default_factory=dict)
    headers: dict = field(default_factory=dict)
    decline: str = ""
    edit: dict = field(default_factory=dict)
    notify: dict = field(default_factory=dict)

    def fits(self, request):
        """Say whether the request is of the kind."""
        method, end = self.on.split()
        return request.method == method and request.path.endswith(end)


NOTHING = Trick(times=0)


class Tricks:
    """The tricks that are to come, in the order they were asked for."""

    def __init__(self):
        self._lock = threading.Lock()
        self._coming = []

    def add(self, **values):
        """Ask for a trick; see `Trick`."""
        with self._lock:
            self._coming.append(Trick(**values))

    def take(self, request):
        """Return what is done to the request.

        :rtype: Trick
        """
        with self._lock:
            for trick in self._coming:
                if not trick.times or not trick.fits(request):
                    continue
                if trick.skip:
                    trick.skip -= 1
                else:
                    trick.times -= 1
                    return trick
        return NOTHING
