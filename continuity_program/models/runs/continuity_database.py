# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from urllib.parse import urlsplit

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, UserError
from odoo.tools import config

from ...arguments import public

_logger = logging.getLogger(__name__)

#: What a database is known by, in the order a difference is told
IDENTITY = ("uuid", "system_identifier", "oid", "base_address")
#: Names of the own machine: an address that says nothing about where the database is
LOCAL = ("localhost", "127.0.0.1", "0.0.0.0", "::1", None)
#: The row in force, as long as the transaction lasts
KNOWN = "continuity_program.database"


class ContinuityDatabase(models.Model):
    """Where this database may charge cards and send our mails.

    A copy of the books has the same stored cards. It charges nothing and mails nobody
    until a manager has said that it is no copy, or that it may. The list is the log of
    that; its last row counts. It belongs to the database, not to a company.
    """

    _name = "continuity.database"
    _description = "Confirmed Database"
    _order = "id desc"
    _rec_name = "database"

    database = fields.Char(readonly=True)
    uuid = fields.Char(
        string="UUID",
        readonly=True,
        help="A duplicate of the database, and a copy that is restored as one, gets"
        " another UUID from Odoo.",
    )
    system_identifier = fields.Char(
        string="PostgreSQL server",
        readonly=True,
        help="What the PostgreSQL server calls itself. Empty: it does not tell.",
    )
    oid = fields.Char(
        string="Number on the server",
        readonly=True,
        help="A database that is restored gets another number, whatever its name.",
    )
    base_address = fields.Char(
        readonly=True,
        help="Where Odoo is reached. Empty: it was not reached from outside yet.",
    )
    # What rows of the first version were known by, instead of server and number
    filestore = fields.Char(readonly=True)
    user_id = fields.Many2one(
        comodel_name="res.users", string="Confirmed by", readonly=True
    )
    is_current = fields.Boolean(compute="_compute_is_current")

    @api.depends_context("uid")
    def _compute_is_current(self):
        for row in self:
            row.is_current = not row._get_difference()

    # === IDENTITY === #

    @api.model
    def _get_current(self):
        """Return what the running database is known by.

        :rtype: dict
        """
        # Whoever charges compares the database; system parameters are not his to read
        parameters_sudo = self.env["ir.config_parameter"].sudo()
        address = (parameters_sudo.get_param("web.base.url") or "").rstrip("/")
        system_identifier, oid = self._get_server_identity(self.env.cr.dbname)
        return {
            "database": self.env.cr.dbname,
            "uuid": parameters_sudo.get_param("database.uuid"),
            "system_identifier": system_identifier,
            "oid": oid,
            "base_address": address if not self._is_local(address) else False,
        }

    @api.model
    def _is_local(self, address):
        """Say whether an address names nothing but the own machine.

        :param str address: base address of Odoo
        :rtype: bool
        """
        return urlsplit(address).hostname in LOCAL

    @tools.ormcache("name")
    def _get_server_identity(self, name):
        """Ask PostgreSQL who it is, and which of its databases this one is.

        :param str name: name of the database
        :return: its system identifier, False where it may not be read, and the oid
        :rtype: tuple[str | bool, str]
        """
        self.env.cr.execute(
            """SELECT oid::text,
                      has_function_privilege('pg_control_system()', 'EXECUTE')
                 FROM pg_database WHERE datname = %s""",
            [name],
        )
        oid, may_read = self.env.cr.fetchone()
        if not may_read:
            return False, oid
        self.env.cr.execute("SELECT system_identifier::text FROM pg_control_system()")
        return self.env.cr.fetchone()[0], oid

    def _get_difference(self):
        """Return by what the running database differs from this row, if it does.

        The server counts where it may be read, the address as soon as the database has
        been reached by one.

        :return: a name of `IDENTITY`, or False
        :rtype: str | bool
        """
        self.ensure_one()
        current = self._get_current()
        if self._is_of_first_version():
            return self._is_moved_since_first_version() and "oid"
        is_optional = {
            "system_identifier": not (
                self.system_identifier and current["system_identifier"]
            ),
            "base_address": not self.base_address,
        }
        return next(
            (
                name
                for name in IDENTITY
                if self[name] != current[name] and not is_optional.get(name)
            ),
            False,
        )

    def _is_of_first_version(self):
        return bool(self.filestore)

    def _is_moved_since_first_version(self):
        name = self.env.cr.dbname
        current = self._get_current()
        return (self.uuid, self.database, self.filestore) != (
            current["uuid"],
            name,
            config.filestore(name),
        )

    def _complete(self):
        """Add to the row in force what was not known when it was written."""
        self.ensure_one()
        current = self._get_current()
        if self._is_of_first_version():
            self.write({**current, "filestore": False})
        elif current["base_address"] and not self.base_address:
            self.base_address = current["base_address"]
        else:
            return
        # Who comes second has to notice it here, before a card is charged
        self.flush_recordset()

    @api.model
    def _get_last(self):
        """Return the row in force; the first look writes it.

        :return: in sudo: whoever sells or charges sees no such list
        :rtype: continuity.database
        """
        cache = self.env.cr.cache
        if KNOWN not in cache:
            # Each charge asks several times. The cache ends with the transaction, and
            # at every savepoint that is undone.
            cache[KNOWN] = self.sudo().search([], limit=1).id
        return self.sudo().browse(cache[KNOWN] or ()) or self._store_current()

    @api.model_create_multi
    def create(self, vals_list):
        """Override: the row in force is another one now."""
        self.env.cr.cache.pop(KNOWN, None)
        return super().create(vals_list)

    def unlink(self):
        """Override: the row in force may be another one now."""
        self.env.cr.cache.pop(KNOWN, None)
        return super().unlink()

    @api.model
    def _is_confirmed(self):
        """Say whether this is the database that was installed, or confirmed.

        :rtype: bool
        """
        last_sudo = self._get_last()
        if last_sudo._get_difference():
            return False
        last_sudo._complete()
        return True

    @api.model
    def _store_current(self):
        """Write down the database as it is now; done at installation.

        :rtype: continuity.database
        """
        # Nobody may write the list; whoever looks first at it makes its first row
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
            " mailed. %(difference)s If it is the real one, a sales administrator"
            " confirms that in Continuity ‣ Configuration ‣ Copied database.",
            difference=self._get_difference_text(),
        )

    @api.model
    def _get_difference_text(self):
        """Say what tells this database from the one that was confirmed.

        :rtype: str
        """
        last_sudo = self._get_last()
        name = last_sudo._get_difference()
        if name == "base_address":
            return self.env._(
                "Its address is %(now)s and was %(before)s.",
                now=self._get_current()[name] or self.env._("this machine only"),
                before=last_sudo[name],
            )
        texts = {
            "uuid": self.env._("Its UUID is not the one that was confirmed."),
            "system_identifier": self.env._("It is on another PostgreSQL server."),
            "oid": self.env._("It is another database of the PostgreSQL server."),
        }
        return texts[name]

    @api.model
    def _check_confirmed(self):
        """Refuse to charge from a copy.

        :raise UserError: saying who can confirm the database
        """
        if refusal := self._get_refusal():
            raise UserError(refusal)

    # === REFERENCES === #

    @api.model
    def _get_reference_text(self):
        """Return what tells charges of this installation from those of any other.

        Not made of a row that may be born together with a charge: a repetition of the
        call has to write the same text.

        :return: the database as it was confirmed, how often it was, and the
            installation: a new one has another number of its tables
        :rtype: str
        """
        last_sudo = self._get_last()
        parts = [last_sudo[name] or "" for name in IDENTITY if name != "base_address"]
        count = last_sudo.search_count([])
        model = self.env["ir.model"]._get_id("continuity.payment")
        return "|".join(map(str, [*parts, count, model]))

    # === ACTIONS === #

    @public()
    def action_confirm(self):
        """Confirm that this database may charge and mail.

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
