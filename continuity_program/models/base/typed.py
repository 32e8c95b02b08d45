# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from types import MappingProxyType
from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import AccessError, UserError

from ...arguments import get_model_name
from ...typed_values import check_names, check_values, get_named_ids, get_sent_forms

#: The fields of these addons are guarded: this one, and its bridges.
ADDONS = "continuity_program"


class Typed(NamedTuple):
    """When a person may type a field.

    :param tuple[str] | None states: states of the record; None = in all of them
    :param tuple[str] | None groups: one of them is enough; None = whoever may write the
        record
    """

    states: tuple | None = None
    groups: tuple | None = None


#: Whoever may write the record may type it.
ALWAYS = Typed()


def always(*names):
    """List fields that may be typed by whoever may write the record.

    :param str names: names of fields
    :rtype: Mapping[str, Typed]
    """
    return MappingProxyType(dict.fromkeys(names, ALWAYS))


class ContinuityTypedMixin(models.AbstractModel):
    """A model with fields of ours: what people type is listed, all else is refused.

    It sits below every override, where all doors end: forms, calls by RPC, imports,
    commands of another record, copies and defaults. A value that is empty is a value.
    What our own methods write, they write in ``sudo``, with the reason beside it.

    A new field is refused until it is put on the list, ``_continuity_typed``. A bridge
    that adds a field has a list in its own class.
    """

    _name = "continuity.typed.mixin"
    _description = "What People Type"

    # What people may type: when, by name of the field. Each class of a model may add.
    _continuity_typed = MappingProxyType({})

    # === THE LIST === #

    @api.model
    def _get_continuity_typed(self):
        """Say what people may type: the lists of all classes of the model.

        :return: when it may be typed, by name of the field
        :rtype: dict[str, Typed]
        """
        typed = {}
        for cls in reversed(type(self).mro()):
            typed.update(vars(cls).get("_continuity_typed", {}))
        return typed

    @api.model
    def _get_continuity_way_out(self):
        """Say what to do instead of typing; a sentence.

        :rtype: str
        """
        return self.env._("It is written by the buttons and jobs.")

    @api.model
    def _is_continuity_guarded(self, name):
        """Say whether a field is one of ours that writing changes something of.

        :param str name: name of a field
        :rtype: bool
        """
        field = self._fields.get(name)
        return bool(
            field
            and (field.store or field.inverse)
            and any(module.startswith(ADDONS) for module in field._modules)
        )

    def _is_continuity_typing(self):
        """Say whether a person types, not a method of ours, nor a job.

        :rtype: bool
        """
        return not self.env.su

    # === THE DOORS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse values, and defaults of the context, that people do not type.

        What is computed and was sent along is computed, instead of keeping it.
        """
        is_typing = self._is_continuity_typing()
        if is_typing:
            self._check_continuity_create(vals_list)
        records = super().create(vals_list)
        if is_typing:
            records._compute_continuity_sent(vals_list)
        return records

    def write(self, vals):
        """Refuse values that people do not type, and to type what is computed."""
        if self._is_continuity_typing():
            self._check_continuity_computed(vals)
            self._check_continuity_typing(vals)
        return super().write(vals)

    @api.model
    def default_get(self, fields):
        """Let nobody's own defaults decide what people do not type.

        Not in ``sudo`` either: the context is still that of the person, and reaches
        what our methods create.
        """
        values = super().default_get(fields)
        if not self._has_continuity_defaults():
            return values
        for name in self._get_continuity_refused(values):
            del values[name]
            if default := self._fields[name].default:
                values[name] = default(self)
        return values

    @api.model
    def _has_continuity_defaults(self):
        """Say whether any default is not that of its field: most have none.

        :rtype: bool
        """
        return bool(
            self.env["ir.default"]._get_model_defaults(self._name)
            or any(key.startswith("default_") for key in self.env.context)
        )

    def onchange(self, values, field_names, fields_spec):
        """Read what is tried out as what is written."""
        self._check_continuity_tried(values)
        return super().onchange(values, field_names, fields_spec)

    def copy_data(self, default=None):
        """Leave out of a copy what people do not type."""
        vals_list = super().copy_data(default=default)
        if self._is_continuity_typing():
            for vals in vals_list:
                for name in self._get_continuity_refused(vals):
                    if name not in (default or {}):
                        del vals[name]
        return vals_list

    # === THE CHECK === #

    @api.model
    def _get_continuity_refused(self, names):
        """Return which of these fields nobody types.

        :param names: names of fields
        :rtype: list[str]
        """
        guarded = [name for name in names if self._is_continuity_guarded(name)]
        # Nearly all that is written is none of ours
        typed = self._get_continuity_typed() if guarded else {}
        return sorted(name for name in guarded if name not in typed)

    def _check_continuity_create(self, vals_list):
        """Refuse a new record with what people do not type, or defaults of that.

        :param list[dict] vals_list: values of new records
        :raise UserError: see :meth:`_check_continuity_typed`
        """
        prefix = "default_"
        defaults = {
            key.removeprefix(prefix): value
            for key, value in self.env.context.items()
            if key.startswith(prefix)
        }
        self._check_continuity_typed(set(defaults).union(*vals_list))
        self._check_continuity_values(vals_list)
        # Defaults of other models stand there, too
        self._check_continuity_values(
            [{name: defaults[name] for name in defaults if name in self._fields}]
        )

    def _check_continuity_typing(self, vals):
        """Refuse to write what people do not type, or what a field cannot hold.

        :param dict vals: values by field
        :raise UserError: see :meth:`_check_continuity_typed`
        """
        self._check_continuity_typed(vals)
        self._check_continuity_values([vals])

    def _check_continuity_typed(self, names):
        """Refuse what people do not type, not now, or not these people.

        :param names: names of the fields that are written
        :raise UserError: naming the fields and the way out
        :raise AccessError: others may type it
        """
        if refused := self._get_continuity_refused(names):
            # Who has no right at all hears of that first
            self.check_access("write" if self else "create")
            raise UserError(
                self.env._(
                    "%(fields)s (%(model)s) cannot be typed. %(way_out)s",
                    fields=self._get_continuity_labels(refused),
                    model=get_model_name(self),
                    way_out=self._get_continuity_way_out(),
                )
            )
        for name, typed in self._get_continuity_typed().items():
            if name in names:
                self._check_continuity_now(name, typed)

    @api.model
    def _check_continuity_values(self, vals_list):
        """Refuse values that a field cannot hold, before Odoo hands them on.

        Of Odoo's models only what is ours.

        :param list[dict] vals_list: values by field
        :raise ValidationError: naming the field and the value
        :raise AccessError: a record is handed over to another company
        """
        if not self._is_continuity_typing():
            return
        if self._original_module.startswith(ADDONS):
            check_names(self, vals_list)
            check_values(self, vals_list)
        else:
            names = set().union(*vals_list)
            guarded = {name for name in names if self._is_continuity_guarded(name)}
            if guarded:
                check_values(self, vals_list, guarded)
        if self._is_continuity_guarded("company_id"):
            for vals in vals_list:
                self._check_continuity_company(vals.get("company_id"))

    def _check_continuity_tried(self, values):
        """Refuse what is tried out in a form and could not be written.

        A row of a list is sent with the form it stands in, as that is typed, in the
        place of its id.

        :param dict values: values by field, as the web client sends them
        :raise ValidationError: naming the field and the value
        :raise AccessError: a record that is not the user's to see
        """
        sent = {name: value for name, value in values.items() if name != "id"}
        forms = get_sent_forms(self, sent)
        sent.update((name, form.get("id") or False) for name, form in forms.items())
        self._check_continuity_values([sent])
        if self._is_continuity_typing():
            self._check_continuity_seen(sent)
        for name, form in forms.items():
            model = self.env[self._fields[name].comodel_name]
            if isinstance(model, self.env.registry["continuity.typed.mixin"]):
                records = model.browse(get_named_ids(sent[name]))
                records._check_continuity_tried(form)

    def _check_continuity_now(self, name, typed):
        """Refuse a field that others may type, or that could be typed earlier.

        :param str name: name of the field
        :param Typed typed: when it may be typed
        """
        user = self.env.user
        if typed.groups and not any(user.has_group(group) for group in typed.groups):
            raise AccessError(
                self.env._(
                    "You may not change %(field)s (%(model)s).",
                    field=self._get_continuity_labels([name]),
                    model=get_model_name(self),
                )
            )
        late = typed.states and self.filtered(lambda r: r.state not in typed.states)
        if late:
            raise UserError(
                self.env._(
                    "%(field)s of %(record)s cannot be typed any more. %(way_out)s",
                    field=self._get_continuity_labels([name]),
                    record=late[0].display_name,
                    way_out=self._get_continuity_way_out(),
                )
            )

    def _check_continuity_seen(self, values):
        """Refuse records that the user may not see; what is tried out is computed.

        What stands on the record already is shown to him anyway.

        :param dict values: values by field
        :raise AccessError: it is not the user's to see
        """
        for name, value in values.items():
            field = self._fields.get(name)
            if field and field.relational and self._is_continuity_guarded(name):
                # Of what he may not see, only that it stands there is asked
                known = self.sudo()[name]._origin.ids
                ids = get_named_ids(value).difference(known)
                self.env[field.comodel_name].browse(ids).check_access("read")

    @api.model
    def _get_continuity_labels(self, names):
        """Return the fields as people know them.

        :param list[str] names: names of fields
        :rtype: str
        """
        return ", ".join(
            self._fields[name]._description_string(self.env) for name in names
        )
