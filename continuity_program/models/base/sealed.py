# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import dataclass


@dataclass(frozen=True)
class Sealed:
    """A value of the context that only code on this server can have put there.

    The context of a call comes from outside: whoever calls by RPC, or writes a link or
    a filter, puts into it what he likes. JSON knows no object of this class, so what
    stands in one was put there by our own method, in the middle of a chain of calls of
    Odoo's that has no other way to hand it on. A plain value under the same key is
    nothing.

    :param value: what is handed on; hashable, as contexts are compared
    """

    value: object = True


def unseal(env, key):
    """Return what our own code has put into the context.

    :param Environment env: environment of the call
    :param str key: key of the context
    :return: the sealed value; None for anything that came from outside
    """
    sealed = env.context.get(key)
    return sealed.value if isinstance(sealed, Sealed) else None
