# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

#: Days closed rows are kept, to say how many are mended
KEPT_DAYS = 548
#: What may change while a row stays the same row
FOLLOWING = (
    *("reason", "severity", "message", "amount", "due_date", "currency_id", "run_id"),
)


class ContinuityException(models.Model):
    """Bring the rows to what is found: new ones, the same ones, closed ones.

    Looked at twice, nothing is different the second time.
    """

    _inherit = "continuity.exception"

    @api.model
    def _refresh_orders(self, orders):
        """Look at continuity orders, and bring their rows up to date.

        :param continuity.order orders: whose; of any company
        """
        # Rows, and what they are about, are the company's whoever asked
        orders_sudo = orders.sudo()
        for company, mine in orders_sudo.grouped("company_id").items():
            rows = self._in_company(company)
            mine = mine.with_env(rows.env)
            look = rows._get_look(company)
            known = rows.search(
                [("continuity_order_id", "in", mine.ids), ("closed_on", "=", False)]
            )
            rows._merge(look, known, rows._find_of_orders(mine, look))

    @api.model
    def _refresh_company(self, company):
        """Look at what is about no order: the database and the processes.

        :param res.company company: the company
        """
        rows = self._in_company(company)
        look = rows._get_look(company)
        known = rows.search(
            [
                ("company_id", "=", company.id),
                ("continuity_order_id", "=", False),
                ("closed_on", "=", False),
            ]
        )
        rows._merge(look, known, rows._find_of_company(look))

    def _in_company(self, company):
        """Return the model in the environment the processes work in."""
        # Rows are the system's own, and what they are about may be hidden from who asks
        # and nothing that who asks has in the context but the language
        rows_sudo = self.browse().sudo()
        context = {"allowed_company_ids": company.ids}
        if self.env.lang:
            context["lang"] = self.env.lang
        return rows_sudo.with_env(self.env(su=True, context=context))

    def _merge(self, look, known, found):
        """Bring open rows to what was found.

        :param Look look: see `_get_look`
        :param continuity.exception known: open rows of what was looked at
        :param dict found: values by key
        """
        here = known.filtered(lambda row: row.key in found)
        here |= (known - here)._turn_to(found, set(here.mapped("key")))
        # Nobody knows yet what becomes of a payment that is being asked for just now
        gone = (known - here).filtered(lambda r: r.payment_id.state != "processing")
        gone._close(look)
        for row in here:
            row._follow(found[row.key])
        here.filtered(lambda row: row.last_seen != look.today).last_seen = look.today
        keys = set(here.mapped("key"))
        self.create(
            [
                {
                    **self._with_owner(values),
                    "key": key,
                    "company_id": look.company_id.id,
                    "first_seen": look.today,
                    "last_seen": look.today,
                }
                for key, values in found.items()
                if key not in keys
            ]
        )

    def _turn_to(self, found, taken):
        """Let rows of parcels that still do not leave say another reason.

        One reason hides another, or comes after it: the parcel waits since it was first
        found, and was never mended. Whoever has put the row off knew the old reason
        only.

        :param dict found: values by key
        :param set[str] taken: keys that have a row
        :return: the rows that have turned
        :rtype: continuity.exception
        """
        keys = {}
        for key, values in found.items():
            if key not in taken and values["severity"] == "blocks":
                keys.setdefault(values.get("shipment_id"), key)
        turned = self.browse()
        for row in self:
            shipment = row.shipment_id
            if row.severity != "blocks" or shipment._has_left():
                continue
            if key := shipment and keys.pop(shipment.id, None):
                row.write(
                    {
                        "key": key,
                        "payment_id": found[key].get("payment_id"),
                        "snoozed_until": False,
                        "snoozed_by_id": False,
                    }
                )
                turned |= row
        return turned

    @api.model
    def _get_following(self):
        """Return the fields that say what is so now.

        :rtype: tuple[str]
        """
        return FOLLOWING

    def _follow(self, values):
        """Write what is different now; who looks after the order may have changed."""
        self.ensure_one()
        new = {name: values.get(name) or False for name in self._get_following()}
        new["owner_id"] = self._with_owner(values)["owner_id"]
        now = {
            name: self[name].id if self._fields[name].relational else self[name]
            for name in new
        }
        changed = {
            name: value
            for name, value in new.items()
            if (now[name] or False) != (value or False)
        }
        if changed:
            self.write(changed)

    def _with_owner(self, values):
        order = self.env["continuity.order"].browse(values.get("continuity_order_id"))
        if not order:
            return {"owner_id": False, **values}
        owner = order._get_responsible_user()
        return {**values, "owner_id": owner.id, "program_id": order.program_id.id}

    # === THE END === #

    @api.autovacuum
    def _gc_closed(self):
        """Delete rows that were closed long ago."""
        limit = fields.Date.subtract(fields.Date.today(), days=KEPT_DAYS)
        # Nobody deletes rows but the system
        self.sudo().search([("closed_on", "<", limit)]).unlink()

    def _close(self, look):
        """Close rows: what they say is no longer so.

        :param Look look: see `_get_look`
        """
        for end, rows in self.grouped(lambda row: row._get_end(look)).items():
            rows.write({"closed_on": look.today, "closed_as": end})

    def _get_end(self, look):
        """Say why what a row says is no longer so.

        :rtype: str
        """
        self.ensure_one()
        order, shipment = self.continuity_order_id, self.shipment_id
        if self.payment_id and not shipment:
            return self._get_payment_end()
        if shipment.state in ("ordered", "done"):
            # A child order that still waits: its payment says what became of it
            is_waiting = self.payment_id and not shipment._has_left()
            return self._get_payment_end() if is_waiting else "mended"
        if order.state in ("cancelled", "draft") or (
            order.end_reason and shipment.state == "cancelled"
        ):
            return "left"
        if shipment and (
            shipment.state != "planned"
            or shipment.action == "skip"
            or (
                self.reason != "on_hold"
                and shipment.planned_date > self._get_last_planned(look)
            )
        ):
            return "gone"
        return "mended"

    def _get_payment_end(self):
        """The same of a payment: paid, given up, or not needed."""
        payment = self.payment_id
        if payment.state != "cancelled":
            return "mended"
        return "left" if payment.cancel_kind in ("order", "written_off") else "gone"
