# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain

from ...billing import settle_chunk
from ..facts.continuity_billing import to_amount

#: Scopes that are read at once
CHUNK = 500
#: The terms that are stored, by field
TERMS = {
    "amount_claim": "claim",
    "amount_expected": "expected",
    "amount_received": "received",
    "amount_returned": "returned",
    "amount_adjusted": "adjusted",
    "amount_open": "open",
    "amount_in_flight": "in_flight",
    "amount_written_off": "written_off",
    "amount_held": "held",
    "amount_later": "later",
    "amount_credit": "credit",
    "amount_aside": "aside",
    "amount_to_refund": "to_refund",
}
#: What changes what an accountant is asked to give back
TOLD = frozenset({"amount_to_refund", "reasons"})


class ContinuityBalance(models.Model):
    """The account: found anew, and compared with what the ledgers say.

    The payment rows answer on their own what is open and what is paid. Where the
    account says something else, both figures are kept, and an accountant is told.
    """

    _inherit = "continuity.balance"

    @api.model
    def _check_orders(self, orders):
        """Bring the accounts of orders up to date.

        :param continuity.order orders: the orders, their ordinary goods included
        :return: the accounts there are
        :rtype: continuity.balance
        """
        scopes = self.env["continuity.billing"]._get_scopes(orders)
        known = {
            balance_sudo._get_scope(): balance_sudo
            # The ledger is written by nobody else
            for balance_sudo in self.sudo().search(self._get_orders_domain(orders))
        }
        gone = known.keys() - set(scopes)
        # Sellers ask for the accounts of their orders, and may write none
        found_sudo = self.sudo().browse()
        found_sudo.union(*(known.pop(scope) for scope in gone)).unlink()
        for start in range(0, len(scopes), CHUNK):
            found_sudo |= self._check_scopes(scopes[start : start + CHUNK], known)
        return found_sudo.sudo(self.env.su)

    @api.model
    def _get_orders_domain(self, orders):
        """Say which accounts are those of orders, their ordinary goods included.

        :param continuity.order orders: the orders
        :rtype: Domain
        """
        return Domain("continuity_order_id", "in", orders.ids) | Domain(
            "ordinary_order_id", "in", orders.sale_order_id.ids
        )

    @api.model
    def _check_scopes(self, scopes, known):
        """Settle claims, and write what is new.

        A claim that nothing was ever asked of has no account.

        :param list[tuple[str, int]] scopes: at most some hundred
        :param dict known: the accounts that are stored, in sudo, by claim
        :return: the accounts of these claims, in sudo
        :rtype: continuity.balance
        """
        answers = settle_chunk(*self.env["continuity.billing"]._read(scopes))
        found = {scope: answers[scope] for scope in scopes if scope in answers}
        return self._store_known(found, known)

    @api.model
    def _store(self, answers):
        """Write the accounts of claims that were settled.

        :param dict answers: facts and settlement per claim
        :return: their accounts, in sudo
        :rtype: continuity.balance
        """
        return self._store_known(answers, self._find_stored(answers))

    @api.model
    def _find_stored(self, scopes):
        """Find the accounts of claims.

        :param scopes: kind and id of each
        :return: the accounts there are, in sudo, by claim
        :rtype: dict[tuple[str, int], continuity.balance]
        """
        # The ledger is written by nobody else
        balances_sudo = self.sudo().search(self._get_scopes_domain(scopes))
        return {
            balance_sudo._get_scope(): balance_sudo for balance_sudo in balances_sudo
        }

    @api.model
    def _get_scopes_domain(self, scopes):
        """Select the accounts of claims.

        :param scopes: kind and id of each
        :rtype: Domain
        """
        ids = {
            kind: [res_id for one, res_id in scopes if one == kind]
            for kind in ("child", "ordinary", "upfront")
        }
        return Domain.OR(
            [
                Domain("child_order_id", "in", ids["child"]),
                Domain("ordinary_order_id", "in", ids["ordinary"]),
                Domain("kind", "=", "upfront")
                & Domain("continuity_order_id", "in", ids["upfront"]),
            ]
        )

    @api.model
    def _store_known(self, answers, known):
        """Write what is new about claims.

        :param dict answers: facts and settlement per claim
        :param dict known: the accounts that are stored, in sudo, by claim
        :return: the accounts of these claims, in sudo
        :rtype: continuity.balance
        """
        # Accounts are written by the settlement alone, whoever asked for them
        ties = self._prepare_scope_vals(answers)
        currencies = self._get_currencies(ties)
        followed = set(self.env["continuity.billing"]._filter_with_rows(answers))
        found_sudo, new, told = self.sudo().browse(), [], []
        for scope, tie in ties.items():
            facts, settlement = answers[scope]
            vals = self._prepare_account(settlement, currencies[scope])
            vals.update(
                self._prepare_differences(
                    facts, settlement, currencies[scope], scope in followed
                )
            )
            if not vals["differs"]:
                # Payments and account agree: nobody has to look any more
                vals["since_upgrade"] = False
            if scope in known:
                if known[scope]._write_changed(vals) & TOLD:
                    told.append(known[scope].id)
                found_sudo |= known[scope]
            elif any(vals.values()):
                new.append({**tie, **vals, "settled_at": fields.Datetime.now()})
        new_sudo = self.sudo().create(new)
        told_sudo = found_sudo.browse(told) | new_sudo.filtered("amount_to_refund")
        told_sudo._get_refund_orders()._tell_to_refund()
        return found_sudo | new_sudo

    @api.model
    def _mark_broken(self, scopes):
        """Mark accounts that could not be made anew; they stay as they were.

        :param list[tuple[str, int]] scopes: the claims
        :return: the accounts, in sudo
        :rtype: continuity.balance
        """
        vals = {"differs": True, "differences": {"broken": True}}
        known = self._find_stored(scopes)
        ties = self._prepare_scope_vals([one for one in scopes if one not in known])
        # Accounts are written by the settlement alone, whoever asked for them
        found_sudo = self.sudo().union(*known.values())
        found_sudo.write(vals)
        return found_sudo | self.sudo().create(
            [
                {**tie, **vals, "settled_at": fields.Datetime.now()}
                for tie in ties.values()
            ]
        )

    @api.model
    def _get_currencies(self, ties):
        """Say in which currency the amounts of claims are.

        :param dict ties: see `_prepare_scope_vals`
        :rtype: dict[tuple[str, int], res.currency]
        """
        currencies = {}
        for name in ("continuity_order_id", "ordinary_order_id"):
            ids = {scope: tie[name] for scope, tie in ties.items() if name in tie}
            # Whose claim it is does not depend on who asks
            orders_sudo = self.env[self._fields[name].comodel_name].sudo()
            found = {
                order_sudo.id: order_sudo.currency_id
                for order_sudo in orders_sudo.browse(set(ids.values()))
            }
            currencies.update({scope: found[res_id] for scope, res_id in ids.items()})
        return currencies

    @api.model
    def _prepare_account(self, settlement, currency):
        """Return the terms of an account, and why a person should look at it.

        :param Settlement settlement: in smallest units
        :param res.currency currency: of the order
        :rtype: dict
        """
        sums = settlement.sums
        return {
            **{
                name: to_amount(getattr(sums, term), currency)
                for name, term in TERMS.items()
            },
            "reasons": ",".join(settlement.reasons) or False,
        }

    def _write_changed(self, vals):
        """Write what is new; an account that is as it was keeps its moment.

        :param dict vals: what was found
        :return: names of what is new
        :rtype: set[str]
        """
        self.ensure_one()
        changed = {
            name: value for name, value in vals.items() if self._is_new(name, value)
        }
        if changed:
            if changed.keys() & {*TERMS, "reasons"}:
                changed["settled_at"] = fields.Datetime.now()
            self.write(changed)
        return set(changed)

    def _is_new(self, name, value):
        """Say whether a value is another one than the one that is stored."""
        if self._fields[name].type == "monetary":
            return bool(self.currency_id.compare_amounts(self[name], value))
        return (self[name] or False) != (value or False)
