# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import config

from ..arguments import public

_logger = logging.getLogger(__name__)

#: What a database is known by. A plain restore keeps the uuid, so the name and the
#: place of its files belong to it (implementation 62).
IDENTITY = ("uuid", "database", "filestore")


class ContinuityDatabase(models.Model):
    """Where this database may charge cards and send our mails (trap 53).

    A copy of the books has the same stored cards. It charges nothing and mails nobody
    until a manager has said that it is no copy, or that it may. The list is the log of
    that; its last row counts. It belongs to the database, not to a company.
    """

    _name = "continuity.database"
    _description = "Confirmed Database"
    _order = "id desc"
    _rec_name = "database"

    uuid = fields.Char(string="UUID", readonly=True)
    database = fields.Char(readonly=True)
    filestore = fields.Char(readonly=True)
    user_id = fields.Many2one(
        comodel_name="res.users", string="Confirmed by", readonly=True
    )
    is_current = fields.Boolean(compute="_compute_is_current")

    @api.depends_context("uid")
    def _compute_is_current(self):
        current = self._get_current() if self._is_confirmed() else {}
        for row in self:
            row.is_current = current == {name: row[name] for name in IDENTITY}

    # === IDENTITY === #

    @api.model
    def _get_current(self):
        """Return what the running database is known by.

        :rtype: dict
        """
        name = self.env.cr.dbname
        parameters_sudo = self.env["ir.config_parameter"].sudo()
        return {
            "uuid": parameters_sudo.get_param("database.uuid"),
            "database": name,
            "filestore": config.filestore(name),
        }

    @api.model
    def _is_confirmed(self):
        """Say whether this is the database that was installed, or confirmed.

        :rtype: bool
        """
        # Whoever sells or charges sees no such list
        last_sudo = self.sudo().search_fetch([], IDENTITY, limit=1)
        if not last_sudo:
            last_sudo = self._store_current()
        return {name: last_sudo[name] for name in IDENTITY} == self._get_current()

    @api.model
    def _store_current(self):
        """Write down the database as it is now; done at installation.

        :rtype: continuity.database
        """
        return self.sudo().create({**self._get_current(), "user_id": self.env.uid})

    @api.model
    def _get_refusal(self):
        """Say why nothing is charged and nobody gets a mail.

        :rtype: str | bool
        """
        if self._is_confirmed():
            return False
        return self.env._(
            "This database is a copy, or was moved: nothing is charged and nothing is"
            " mailed. If it is the real one, a sales administrator confirms that in"
            " Continuity ‣ Configuration ‣ Copied database."
        )

    @api.model
    def _check_confirmed(self):
        """Refuse to charge from a copy (trap 53).

        :raise UserError: saying who can confirm the database
        """
        if refusal := self._get_refusal():
            raise UserError(refusal)

    # === ACTIONS === #

    @public()
    def action_confirm(self):
        """Confirm that this database may charge and mail (rules part G).

        :raise AccessError: the user is no sales administrator
        """
        if not self.env.user.has_group("sales_team.group_sale_manager"):
            raise AccessError(
                self.env._("Only a sales administrator can confirm a copied database.")
            )
        if not self._is_confirmed():
            row_sudo = self._store_current()
            _logger.info(
                "%s confirmed the database %s", self.env.user.login, row_sudo.database
            )
        return {"type": "ir.actions.client", "tag": "soft_reload"}
