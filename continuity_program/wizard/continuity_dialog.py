# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.models import MAGIC_COLUMNS

from ..arguments import get_model_name, read_field, read_records
from ..typed_values import get_sent_forms


class ContinuityDialog(models.AbstractModel):
    """What all dialogs share: a dialog shows and does only what its user may see.

    A dialog computes its texts with more rights than its user has, from records that
    the web client names. So each record is asked for, as the user and in the companies
    he works in, when it is named (in the context, while typing, when saved) and again
    when the dialog is applied. That each user has his own dialogs is for the record
    rules; a dialog of another user would say what that one may see.
    """

    _name = "continuity.dialog"
    _description = "Continuity Dialog"

    # Fields that only the methods of the dialog write: nobody sends them
    _dialog_results = frozenset()

    @api.model_create_multi
    def create(self, vals_list):
        """Override: records named from outside are the user's to see."""
        for vals in vals_list:
            self._check_sent(vals)
            self._check_not_typed(set(filter(vals.get, vals)), self._dialog_results)
        dialogs = super().create(vals_list)
        dialogs._check_dialog()
        return dialogs

    def write(self, vals):
        """Override: what the dialog was opened on stays."""
        self._check_sent(vals)
        fixed = {
            name
            for name, field in self._fields.items()
            if field.store and field.readonly and name not in MAGIC_COLUMNS
        }
        self._check_not_typed(vals, fixed | self._dialog_results)
        return super().write(vals)

    @api.model
    def default_get(self, fields):
        """Override: defaults come from the context, which anybody fills in."""
        defaults = super().default_get(fields)
        self._check_sent(defaults)
        self._check_not_typed(set(filter(defaults.get, defaults)), self._dialog_results)
        return defaults

    def onchange(self, values, field_names, fields_spec):
        """Override: what is tried out is computed, too."""
        self._check_tried(values)
        self._check_dialog()
        return super().onchange(values, field_names, fields_spec)

    # === CHECKS === #

    def _check_dialog(self):
        """Check that the user may still see what the dialog is about.

        :raise AccessError: he may not
        """
        self.check_access("read")
        for name in self._get_input_names():
            if self._fields[name].relational:
                # As the user, a list leaves out what he may not see any more: of all
                # that the dialog was opened on nothing would be left, and nothing said
                named = self.sudo()[name]._origin
                named.with_env(self.env).check_access("read")

    def _check_tried(self, values):
        """Check what is tried out; a row of a list comes with the dialog around it.

        :param dict values: values by field, as the web client sends them
        :raise ValidationError: not a field, or not a value of it
        :raise AccessError: a record that is not the user's to see
        """
        sent = {name: value for name, value in values.items() if name != "id"}
        for name, form in get_sent_forms(self, sent).items():
            sent[name] = form.get("id") or False
            model = self.env[self._fields[name].comodel_name]
            if isinstance(model, self.env.registry["continuity.dialog"]):
                model._check_tried(form)
        self._check_sent(sent)

    def _check_not_typed(self, sent, names):
        """Refuse what only a method of the dialog writes.

        :param sent: names of the fields that were sent
        :param names: fields that are not for typing
        :raise ValidationError: names them
        """
        if self.env.su:
            return
        if typed := [name for name in sent if name in names]:
            raise ValidationError(
                self.env._(
                    "%(fields)s of “%(dialog)s” cannot be typed.",
                    fields=", ".join(
                        self._fields[name]._description_string(self.env)
                        for name in typed
                    ),
                    dialog=get_model_name(self),
                )
            )

    @api.model
    def _check_sent(self, vals):
        """Check what was sent for the fields of the dialog.

        :param dict vals: values by field, as `create` takes them
        :raise ValidationError: not a field, or not a value of it
        :raise AccessError: a record that is not the user's to see
        """
        if unknown := [name for name in vals if name not in self._fields]:
            raise ValidationError(
                self.env._(
                    "“%(dialog)s” has no field %(fields)s.",
                    dialog=get_model_name(self),
                    fields=", ".join(map(str, unknown))[:80],
                )
            )
        for name in self._get_input_names():
            if name in vals:
                self._check_sent_value(self._fields[name], vals[name])

    @api.model
    def _check_sent_value(self, field, value):
        if field.type in ("one2many", "many2many"):
            for command in value or []:
                self._check_sent_command(field, command)
        else:
            read_field(self, field.name, value)

    @api.model
    def _check_sent_command(self, field, command):
        """Check one command of a list of records.

        :param field: the field of the list
        :param command: an id, or a command as the web client sends it
        :raise ValidationError: the command changes records that are not the dialog's
        :raise AccessError: a record that is not the user's to see
        """
        label = field._description_string(self.env)
        model = self.env[field.comodel_name]
        is_dialog = isinstance(model, self.env.registry["continuity.dialog"])
        match command:
            case [Command.CREATE, _, dict() as vals] if is_dialog:
                model._check_sent(vals)
            case [Command.UPDATE, record_id, dict() as vals] if is_dialog:
                read_records(self.env, record_id, field.comodel_name, label)
                model._check_sent(vals)
            case [Command.DELETE | Command.UNLINK | Command.CLEAR, *_]:
                pass
            case [Command.LINK, record_id, *_] | (int() as record_id):
                read_records(self.env, record_id, field.comodel_name, label)
            case [Command.SET, _, list() | tuple() as ids]:
                read_records(self.env, ids, field.comodel_name, label)
            case _:
                raise ValidationError(
                    self.env._(
                        "“%s” of a dialog is a list of records, and changes none.",
                        label,
                    )
                )

    @api.model
    def _get_input_names(self):
        """List the fields that are filled in from outside.

        :rtype: list[str]
        """
        return [
            name
            for name, field in self._fields.items()
            if field.store
            and name not in MAGIC_COLUMNS
            # What is computed for reading is nobody's to send
            and not (field.compute and field.readonly)
        ]
