# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Read what comes in from outside: values and arguments of any type.

Whatever calls a public method (a form, an import, RPC) may send anything. These
functions return what the method works with, or say in a sentence what is wrong.
"""

import contextlib
import functools
import inspect
import math
from datetime import date, datetime

from odoo import fields
from odoo.api import NewId
from odoo.exceptions import UserError, ValidationError
from odoo.models import BaseModel

# What a database id and an integer field of PostgreSQL can hold
MAX_INTEGER = 2**31 - 1
# Longer than any reason or reference a person types
MAX_TEXT = 10_000
# Days outside are typing errors, and too near to the ends of the calendar to add to
FIRST_YEAR = 1900
LAST_YEAR = 2200
# How much of a refused value is quoted
SHOWN_TEXT = 60


def get_model_name(records):
    """Say what the records of a model are called, in the language of the user.

    :param records: records of the model, or none
    :rtype: str
    """
    # What the model itself says is English; portal users read no models
    model_sudo = records.env["ir.model"].sudo()._get(records._name)
    return model_sudo.name or records._description


def _refuse(env, label, value, expected):
    shown = str(value) if isinstance(value, date) else repr(value)
    if len(shown) > SHOWN_TEXT:
        shown = f"{shown[:SHOWN_TEXT]}…"
    raise ValidationError(
        env._(
            "%(label)s: %(value)s is not %(expected)s.",
            label=label,
            value=shown,
            expected=expected,
        )
    )


def read_date(env, value, label):
    """Read a day.

    :param env: environment, for the language of the sentence
    :param value: a date, a moment, an ISO string; empty = no date
    :param str label: what the value is called
    :rtype: datetime.date | None
    :raise ValidationError: anything else
    """
    if value is None or value is False or value == "":
        return None
    day = value
    if isinstance(value, str) and len(value) == len("2027-05-01"):
        # What is no day is said below, like all other values
        with contextlib.suppress(ValueError):
            day = fields.Date.to_date(value)
    if isinstance(day, datetime):
        day = day.date()
    if not isinstance(day, date):
        return _refuse(env, label, value, env._("a date such as 2027-05-01"))
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        return _refuse(
            env,
            label,
            value,
            env._(
                "a date between %(first)s and %(last)s",
                first=FIRST_YEAR,
                last=LAST_YEAR,
            ),
        )
    return day


def read_integer(env, value, label):
    """Read a whole number.

    :param env: environment, for the language of the sentence
    :param value: a whole number; empty = 0
    :param str label: what the value is called
    :rtype: int
    :raise ValidationError: anything else, or too far from zero for the database
    """
    if value is None or value is False:
        return 0
    if isinstance(value, bool) or not isinstance(value, int):
        return _refuse(env, label, value, env._("a whole number"))
    if abs(value) > MAX_INTEGER:
        return _refuse(
            env, label, value, env._("a number between -2147483647 and 2147483647")
        )
    return value


def read_id(env, value, label):
    """Read the id of a record; whether the user may see it is asked elsewhere.

    :param env: environment, for the language of the sentence
    :param value: an id
    :param str label: what the value is called
    :rtype: int
    :raise ValidationError: anything else
    """
    number = read_integer(env, value, label)
    if number <= 0:
        return _refuse(env, label, value, env._("the number of a record"))
    return number


def read_flag(env, value, label):
    """Read yes or no.

    :param env: environment, for the language of the sentence
    :param value: yes or no; empty = no
    :param str label: what the value is called
    :rtype: bool
    :raise ValidationError: anything else
    """
    if value is None:
        return False
    if not isinstance(value, bool):
        return _refuse(env, label, value, env._("yes or no"))
    return value


def read_number(env, value, label):
    """Read a number.

    :param env: environment, for the language of the sentence
    :param value: a number; empty = 0
    :param str label: what the value is called
    :rtype: float
    :raise ValidationError: anything else, infinity and "not a number" included
    """
    if value is None or value is False:
        return 0.0
    if isinstance(value, bool) or not isinstance(value, int | float):
        return _refuse(env, label, value, env._("a number"))
    # A whole number may be too long to be asked whether it is finite
    if abs(value) > 10**12 or not math.isfinite(value):
        return _refuse(env, label, value, env._("a number of sensible size"))
    return float(value)


def read_text(env, value, label, limit=MAX_TEXT):
    """Read a text.

    :param env: environment, for the language of the sentence
    :param value: a text; empty = ""
    :param str label: what the value is called
    :param int limit: most characters
    :rtype: str
    :raise ValidationError: no text, too long, or with a character that the database
        cannot hold
    """
    if value is None or value is False:
        return ""
    if not isinstance(value, str) or "\0" in value:
        return _refuse(env, label, value, env._("a text"))
    if len(value) > limit:
        return _refuse(
            env, label, value, env._("a text of at most %s characters", limit)
        )
    return value


def read_choice(env, value, label, choices):
    """Read one of several keys.

    :param env: environment, for the language of the sentence
    :param value: a key; empty = None
    :param str label: what the value is called
    :param choices: the keys
    :rtype: str | None
    :raise ValidationError: anything else
    """
    if value is None or value is False:
        return None
    if isinstance(value, str) and value in choices:
        return value
    return _refuse(env, label, value, env._("one of the choices"))


def read_records(env, value, model, label):
    """Read records.

    :param env: environment; the records are those of its user
    :param value: records, an id, or a list of ids; empty = none
    :param str model: name of the model
    :param str label: what the value is called
    :return: records of the model that exist and that the user may read
    :raise ValidationError: anything else
    :raise AccessError: records that are not the user's to see
    """
    records = env[model]
    if isinstance(value, BaseModel):
        if value._name != model:
            return _refuse(env, label, value, get_model_name(records))
        return value
    if value is None or value is False:
        return records
    ids = value if isinstance(value, list | tuple) else [value]
    for record_id in ids:
        if (
            isinstance(record_id, bool)
            or not isinstance(record_id, int)
            or not 0 < record_id <= MAX_INTEGER
        ):
            return _refuse(env, label, value, get_model_name(records))
    records = records.browse(ids)
    if len(records.exists()) != len(set(ids)):
        return _refuse(env, label, value, get_model_name(records))
    records.check_access("read")
    return records


def read_field(record, name, value):
    """Read a value that was sent for a field.

    :param record: record or model of the field
    :param str name: name of the field
    :param value: what was sent
    :return: what the field can be set to
    :raise ValidationError: not a value of the field
    """
    env = record.env
    field = record._fields[name]
    label = field._description_string(env)
    if field.type == "boolean":
        return read_flag(env, value, label)
    if field.type == "selection":
        return read_choice(env, value, label, field.get_values(env)) or False
    if field.type == "many2one":
        found = read_records(env, value, field.comodel_name, label)
        return (
            found.id
            if len(found) < 2
            else _refuse(env, label, value, env._("one record"))
        )
    if reader := FIELD_READERS.get(field.type):
        return reader(env, value, label)
    return value


FIELD_READERS = {
    "integer": read_integer,
    "float": read_number,
    "monetary": read_number,
    "char": read_text,
    "text": read_text,
    "date": read_date,
}


def public(*, one=False, **readers):
    """Make a method fit for calls from outside, whatever they send.

    Odoo hands on what comes by RPC as it is. A method with this decorator gets records
    with real ids and arguments that were read, or the caller gets a sentence. What
    returns nothing returns True to him.

    :param bool one: the method works on exactly one record
    :param readers: by argument, one of the functions above, or another one that takes
        the environment, the value and what it is called
    :return: the decorator
    """

    def decorate(method):
        signature = inspect.signature(method)

        @functools.wraps(method)
        def checked(self, *args, **kwargs):
            _check_ids(self, one)
            try:
                bound = signature.bind(self, *args, **kwargs)
            except TypeError as error:
                raise ValidationError(
                    self.env._(
                        "“%(method)s” of %(model)s was called with too many arguments,"
                        " or too few: %(problem)s.",
                        method=method.__name__,
                        model=get_model_name(self),
                        problem=str(error)[:200],
                    )
                ) from error
            for name, reader in readers.items():
                if name in bound.arguments:
                    bound.arguments[name] = reader(
                        self.env, bound.arguments[name], name.replace("_", " ")
                    )
            if hasattr(self, "_check_dialog"):
                self._check_dialog()
            # What it changes about money is settled before the caller goes on
            with self.env["continuity.billing"]._settling():
                result = method(*bound.args, **bound.kwargs)
            # XML-RPC, as Odoo speaks it, cannot say that there is nothing
            return True if result is None else result

        checked.is_continuity_public = True
        return checked

    return decorate


def _check_ids(records, one):
    if records._abstract and records._ids:
        # What models share has no table that could be asked
        raise UserError(
            records.env._("There are no records of %s.", get_model_name(records))
        )
    for record_id in records._ids:
        if isinstance(record_id, NewId):
            continue
        if (
            isinstance(record_id, bool)
            or not isinstance(record_id, int)
            or not 0 < record_id <= MAX_INTEGER
        ):
            _refuse(
                records.env,
                get_model_name(records),
                record_id,
                records.env._("the number of a record"),
            )
    if one and len(records) != 1:
        raise UserError(
            records.env._(
                "%(model)s: choose one record, not %(number)s.",
                model=get_model_name(records),
                number=len(records),
            )
        )
