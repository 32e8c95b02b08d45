# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Read what is written to a field, before Odoo sees it.

Odoo hands on to the database, or to Python, what it gets: a traceback, a sentence of
PostgreSQL, or a day in the year 1. Whose records are named is asked elsewhere; that
they are there, by one question for all that is written at once.
"""

from datetime import datetime

from odoo import fields
from odoo.api import NewId
from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.models import BaseModel

from .arguments import (
    FIRST_YEAR,
    LAST_YEAR,
    MAX_INTEGER,
    _refuse,
    get_model_name,
    read_choice,
    read_date,
    read_integer,
    read_number,
    read_text,
)

# The keys of an analytic distribution are ids with commas
MAX_KEY = 200
# Commands of a list of records, and what stands behind them
WITH_VALUES = (Command.CREATE, Command.UPDATE)
WITH_ID = (Command.UPDATE, Command.DELETE, Command.UNLINK, Command.LINK)


def check_values(model, vals_list, names=None):
    """Refuse values that a field cannot hold.

    :param model: model whose records are written or created
    :param list[dict] vals_list: values by field, as `create` and `write` take them
    :param names: only these fields; None = all
    :raise ValidationError: naming the field and the value
    """
    wanted = {}
    for vals in vals_list:
        for name, value in vals.items():
            if names is None or name in names:
                field = model._fields[name]
                ids = _check_value(model.env, field, value)
                if ids:
                    wanted.setdefault(field, set()).update(ids)
    _check_there(model.env, wanted)


def _check_there(env, wanted):
    """Refuse records that do not exist.

    :param dict wanted: ids by relational field
    """
    by_model = {}
    for field, ids in wanted.items():
        by_model.setdefault(field.comodel_name, set()).update(ids)
    for name, ids in by_model.items():
        # What may be seen is asked by the rules; here only that it is there
        there = set(env[name].sudo().browse(ids).exists().ids)
        for field, named in wanted.items():
            if field.comodel_name == name and (gone := named - there):
                _refuse(
                    env,
                    field._description_string(env),
                    min(gone),
                    get_model_name(env[name]),
                )


def _check_value(env, field, value):
    """Refuse a value that a field cannot hold.

    :return: ids of records that the value names
    :rtype: set[int]
    """
    if value is None or value is False or (isinstance(value, str) and not value):
        return set()
    label = field._description_string(env)
    if field.type == "many2one":
        return _check_record(env, field, label, value)
    if field.type in ("one2many", "many2many"):
        return _check_commands(env, field, label, value)
    if field.type == "selection":
        read_choice(env, value, label, field.get_values(env))
    elif reader := READERS.get(field.type):
        reader(env, value, label)
    elif field.name == "analytic_distribution":
        _check_distribution(env, value, label)
    return set()


# === ONE VALUE === #


def _check_flag(env, value, label):
    # Not every client knows yes and no
    if not isinstance(value, int) or value not in (0, 1):
        _refuse(env, label, value, env._("yes or no"))


def _check_integer(env, value, label):
    is_whole = isinstance(value, float) and value.is_integer()
    read_integer(env, int(value) if is_whole else value, label)


def _check_moment(env, value, label):
    moment = value
    if isinstance(value, str) and len(value) <= len("2027-05-01 12:00:00.000000"):
        try:
            moment = fields.Datetime.to_datetime(value)
        except ValueError:
            moment = None
    if not isinstance(moment, datetime) or not (FIRST_YEAR <= moment.year <= LAST_YEAR):
        _refuse(env, label, value, env._("a moment such as 2027-05-01 12:00:00"))


def _check_distribution(env, value, label):
    """Shares in percent by analytic accounts."""
    is_distribution = isinstance(value, dict) and all(
        isinstance(key, str)
        and len(key) <= MAX_KEY
        and (
            key == "__update__"
            or all(part.strip().isdecimal() for part in key.split(","))
        )
        for key in value
    )
    if not is_distribution:
        _refuse(env, label, value, env._("a distribution over analytic accounts"))
    for key, share in value.items():
        if key != "__update__":
            read_number(env, share, label)


READERS = {
    "boolean": _check_flag,
    "char": read_text,
    "text": read_text,
    "html": read_text,
    "date": read_date,
    "datetime": _check_moment,
    "integer": _check_integer,
    "float": read_number,
    "monetary": read_number,
}

# === RECORDS === #


def _is_id(value):
    return (
        isinstance(value, int)
        and not isinstance(value, bool)
        and 0 < value <= MAX_INTEGER
    )


def _check_record(env, field, label, value):
    """One record, by its id.

    :return: the id, to be looked for
    :rtype: set[int]
    """
    if isinstance(value, BaseModel) and value._name == field.comodel_name:
        return set()
    if isinstance(value, NewId) or (isinstance(value, int) and value == 0):
        return set()
    if not _is_id(value):
        _refuse(env, label, value, get_model_name(env[field.comodel_name]))
    return {value}


def _check_commands(env, field, label, value):
    """A list of records: ids, or what is to be done with them.

    :return: the ids that are linked, to be looked for
    :rtype: set[int]
    """
    if isinstance(value, BaseModel) and value._name == field.comodel_name:
        return set()
    if not isinstance(value, list | tuple):
        _refuse(env, label, value, env._("a list of records"))
    ids = set()
    for command in value:
        linked = _read_command(command)
        if linked is None:
            _refuse(env, label, command, env._("a command for a list of records"))
        ids.update(linked)
    return ids


def _read_command(command):
    """Read one command of a list of records.

    :return: the ids it links; None = it is no command
    :rtype: set[int] | None
    """
    if _is_id(command):
        return {command}
    if isinstance(command, NewId):
        return set()
    if not isinstance(command, list | tuple) or not command:
        return None
    code, record_id, vals = (*command, None, None)[:3]
    if isinstance(code, bool) or not isinstance(code, int):
        return None
    if code in WITH_VALUES and not isinstance(vals, dict):
        return None
    if code in WITH_ID and not (_is_id(record_id) or isinstance(record_id, NewId)):
        return None
    if code == Command.SET:
        is_list = isinstance(vals, list | tuple) and all(map(_is_id, vals))
        return set(vals) if is_list else None
    if code == Command.LINK and _is_id(record_id):
        return {record_id}
    return set() if code in tuple(Command) else None


def get_sent_forms(model, values):
    """Return the forms that a row of a list is sent with.

    The web client sends what is typed in the form around a list in the place of the id
    of its record, which may not be saved yet.

    :param model: model of the row
    :param dict values: values by field, as `onchange` gets them
    :return: values of the form, by field of the row; the id of a saved one is "id"
    :rtype: dict[str, dict]
    """
    return {
        name: value
        for name, value in values.items()
        if isinstance(value, dict)
        and name in model._fields
        and model._fields[name].type == "many2one"
        # Another dict is no form, and no record either
        and value.keys() <= {*model.env[model._fields[name].comodel_name]._fields}
    }


def get_named_ids(value):
    """Return the ids of the records that a value names.

    :param value: a value of a relational field that was checked
    :rtype: set[int]
    """
    if isinstance(value, BaseModel):
        return set(value._origin.ids)
    if _is_id(value):
        return {value}
    ids = set()
    for command in value if isinstance(value, list | tuple) else ():
        ids |= _read_command(command) or set()
        if not _is_id(command) and command[0] == Command.UPDATE:
            ids.add(command[1])
    return ids


def check_names(model, vals_list):
    """Refuse names that are no fields.

    :param model: model whose records are written or created
    :param list[dict] vals_list: values by field
    :raise ValidationError: naming them
    """
    for vals in vals_list:
        if unknown := [name for name in vals if name not in model._fields]:
            raise ValidationError(
                model.env._(
                    "“%(model)s” has no field %(fields)s.",
                    model=get_model_name(model),
                    fields=", ".join(repr(name)[:40] for name in unknown)[:80],
                )
            )
