# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, ormcache

from .continuity_balance_check import CHUNK

_logger = logging.getLogger(__name__)

#: In what payments and account differ, what weighs most first
DIFFERENCES = [
    ("broken", "Contradicts itself"),
    ("paid_without_money", "Paid without money"),
    ("money_not_noted", "Money not noted"),
    ("asks_too_much", "Asks too much"),
    ("asks_too_little", "Asks too little"),
    ("rows_differ", "Right in total, not payment by payment"),
]
#: Orders whose accounts are compared at once by an upgrade
ORDERS = 200


class ContinuityBalance(models.Model):
    """The account that differs from its payments: in what, and since an upgrade.

    An upgrade rewrites no payment. What it finds to be another way stays as it is and
    is asked nothing, until an accountant has it settled again or both agree.
    """

    _inherit = "continuity.balance"

    difference = fields.Selection(
        selection=DIFFERENCES,
        string="Differs in",
        compute="_compute_difference",
        store=True,
        index="btree_not_null",
        help="In what way the payments differ from the account.",
    )
    difference_hint = fields.Text(
        string="Way out",
        compute="_compute_difference_hint",
        help="What to do about the difference.",
    )
    since_upgrade = fields.Boolean(
        string="Since an upgrade",
        readonly=True,
        help="Found by an upgrade. The payments stay as they are, and nothing is asked,"
        " until an accountant has the account settled again.",
    )

    _since_upgrade = models.Index("(id) WHERE since_upgrade")

    @api.depends("differs", "differences")
    def _compute_difference(self):
        for balance in self:
            found = (balance.differs and balance.differences) or {}
            balance.difference = balance._classify(found)

    @api.model
    def _classify(self, found):
        """Say what of a difference weighs most.

        :param dict found: see `differences`
        :return: a key of `DIFFERENCES`, or False
        :rtype: str | bool
        """
        ledger_paid, paid = found.get("paid", (0, 0))
        ledger_open, is_open = found.get("open", (0, 0))
        is_so = {
            "broken": "broken" in found,
            "paid_without_money": ledger_paid > paid,
            "money_not_noted": ledger_paid < paid,
            "asks_too_much": ledger_open > is_open,
            "asks_too_little": ledger_open < is_open,
            "rows_differ": "rows" in found,
        }
        return next((kind for kind, _label in DIFFERENCES if is_so[kind]), False)

    @api.depends("difference")
    @api.depends_context("lang")
    def _compute_difference_hint(self):
        hints = self._get_difference_hints()
        for balance in self:
            balance.difference_hint = hints.get(balance.difference, False)

    @api.model
    def _get_difference_hints(self):
        """Say per kind of difference how it is ended.

        :rtype: dict[str, str]
        """
        follow = self.env._(
            "Settle again brings the payments in line with the account. Look at the"
            " account first."
        )
        return {
            "broken": self.env._(
                "Report it, with what the log of the server says. Settle again tries it"
                " once more."
            ),
            "paid_without_money": self.env._(
                "If the money has come, register the payment or match the bank line"
                " with the invoice. If it has not, press Chargeback on the payment: it"
                " is open again then. Settle again does the rest."
            ),
            "money_not_noted": follow,
            "asks_too_much": follow,
            "asks_too_little": follow,
            "rows_differ": self.env._(
                "Settle again brings the payments in line with the account. Look at the"
                " account first. What then says paid without money is opened again by"
                " Chargeback on the payment."
            ),
        }

    # === AN UPGRADE === #

    @api.model
    def _take_over(self, orders):
        """Compare what payments say with the accounts, and list what differs.

        What agrees gets its account. Of what does not, no payment is written.

        :param continuity.order orders: all there are
        :return: how many accounts there are by company and kind of difference; those
            that agree under False
        :rtype: dict[tuple[res.company, str | bool], int]
        """
        billing = self.env["continuity.billing"]
        for start in range(0, len(orders), ORDERS):
            scopes = billing._get_scopes(orders[start : start + ORDERS])
            for first in range(0, len(scopes), CHUNK):
                billing._take_over(scopes[first : first + CHUNK])
            # All orders there are: what was read of them is not needed any more
            self.env.flush_all()
            self.env.invalidate_all()
        self.env.registry.clear_cache()
        groups = self._read_group([], ["company_id", "difference"], ["__count"])
        found = {(company, kind): count for company, kind, count in groups}
        self._log_taken_over(found)
        return found

    @api.model
    def _log_taken_over(self, found):
        """Say in the log of the server how many accounts differ, by kind."""
        for company in self.env["res.company"].union(*(one for one, _kind in found)):
            counts = [
                f"{label.lower()} {found[company, kind]}"
                for kind, label in DIFFERENCES
                if (company, kind) in found
            ]
            if counts:
                _logger.warning(
                    "%s: continuity accounts that differ: %s. Nothing is asked of them"
                    " before an accountant settles them again (Continuity, Reporting,"
                    " Balances).",
                    company.name,
                    ", ".join(counts),
                )

    @api.model
    def _find_waiting(self, scopes):
        """Find the accounts whose payments wait for an accountant since an upgrade.

        :param scopes: kind and id of each
        :return: their scopes
        :rtype: set[tuple[str, int]]
        """
        if not self._has_waiting():
            return set()
        # The ledger is the company's
        waiting_sudo = self.sudo().search(
            Domain("since_upgrade", "=", True) & self._get_scopes_domain(scopes)
        )
        return {balance_sudo._get_scope() for balance_sudo in waiting_sudo}

    @ormcache()
    def _has_waiting(self):
        """Say whether an upgrade has left any: else nobody has to look for them.

        :rtype: bool
        """
        self.flush_model(["since_upgrade"])
        query = SQL(
            "SELECT EXISTS (SELECT FROM continuity_balance WHERE since_upgrade)"
        )
        return self.env.execute_query(query)[0][0]

    # === ABOVE THE SCREENS === #

    @api.model
    def _get_troubles(self):
        """Say how many accounts differ, by kind, to who may have them settled again.

        :return: a sentence each, and the action that lists them
        :rtype: list[dict]
        """
        if not self.env.user.has_groups(
            "account.group_account_invoice,sales_team.group_sale_manager"
        ):
            return []
        labels = dict(self._fields["difference"]._description_selection(self.env))
        groups = self._read_group(
            self._get_differing_domain(), ["difference"], ["__count"]
        )
        counts = {kind: count for kind, count in groups if kind}
        return [
            {
                "id": False,
                "text": self.env._(
                    "Accounts that differ, %(kind)s: %(count)s. Nothing is asked of"
                    " them until an accountant has settled them again.",
                    kind=labels[kind],
                    count=counts[kind],
                ),
                "action": self._get_differing_action(kind),
            }
            for kind, _label in DIFFERENCES
            if kind in counts
        ]

    @api.model
    def _get_differing_domain(self, kind=None):
        """Select the accounts that differ, in the companies that are chosen.

        :param str kind: in this only; None = in whatever
        :rtype: Domain
        """
        domain = Domain("differs", "=", True) & Domain(
            "company_id", "in", self.env.companies.ids
        )
        return domain & Domain("difference", "=", kind) if kind else domain

    @api.model
    def _get_differing_action(self, kind=None):
        """List the accounts that differ, by what they differ in.

        :param str kind: in this only; None = in whatever, in groups
        :rtype: dict
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "continuity_program.continuity_balance_action"
        )
        context = {"search_default_differs": 1}
        if not kind:
            context["search_default_group_difference"] = 1
        return {
            **action,
            "domain": list(self._get_differing_domain(kind)),
            "context": context,
        }
