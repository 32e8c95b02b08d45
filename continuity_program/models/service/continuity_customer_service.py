# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain

from ...arguments import public, read_id

#: Series that go on, series that have ended, sales orders: so many of each are shown
LIST_LIMIT = 20


class ContinuityCustomerService(models.AbstractModel):
    """What the *Customer service* screen asks the server (rules H2).

    Everything is read with the rights of the seller, never in sudo: who may see his own
    documents only finds every customer, but only his own orders. Whom a continuity
    agent serves beside them is for the record rules.
    """

    _name = "continuity.customer.service"
    _description = "Continuity Customer Service"

    # === CUSTOMER === #

    @api.model
    @public(partner_id=read_id)
    def get_customer(self, partner_id):
        """Tell everything the screen shows of one customer.

        :param int partner_id: the customer selected
        :return: customer, banners, a card per series, what has ended, orders, messages,
            activities
        :rtype: dict
        :raise MissingError: if the customer was deleted meanwhile
        """
        partner = self.env["res.partner"].browse(partner_id)
        partner.check_access("read")
        orders = self._get_series(partner)
        series = self._get_series_cards(orders)
        finished = self._get_finished_rows(partner)
        order_rows = self._get_order_rows(partner)
        messages = self._get_messages(partner, orders)
        return {
            "customer": {
                **self._get_customer_values(partner),
                **self._get_owed_values(partner),
                "last_contact": messages[0]["day"] if messages else "",
                # A new order is one of it
                "company": self._get_company_name(self.env.company),
            },
            "banners": self._get_banners(partner),
            "series": series,
            "finished": finished,
            "orders": order_rows,
            "more": {
                "series": self._get_more_values(
                    series, "continuity.order", self._get_series_domain(partner)
                ),
                "finished": self._get_more_values(
                    finished, "continuity.order", self._get_finished_domain(partner)
                ),
                "orders": self._get_more_values(
                    order_rows, "sale.order", self._get_order_domain(partner)
                ),
            },
            "messages": messages,
            "activities": self._get_activities(partner, orders),
        }

    def _get_more_values(self, rows, model, domain):
        """Say that a list is longer than what is shown of it, and find all of it.

        :param list rows: what is shown
        :param str model: of the records
        :param Domain domain: what is true of all of them
        :return: `text`, `count`, `model`, `domain`; False where nothing is left out
        :rtype: dict | bool
        """
        if len(rows) < LIST_LIMIT:
            return False
        count = self.env[model].search_count(domain)
        if count <= len(rows):
            return False
        return {
            "text": self.env._(
                "%(shown)s of %(count)s are shown. Open all.",
                shown=len(rows),
                count=count,
            ),
            "count": count,
            "model": model,
            "domain": list(domain),
        }

    def _get_banners(self, partner):
        """Say what the cards do not show: a colleague has sold him series."""
        hidden = partner._continuity_get_hidden_text()
        return [{"id": False, "text": hidden}] if hidden else []

    def _get_order_domain(self, partner):
        return Domain("partner_id", "child_of", partner.id)

    def _get_order_rows(self, partner):
        orders = self.env["sale.order"].search(
            self._get_order_domain(partner),
            order="date_order desc, id desc",
            limit=LIST_LIMIT,
        )
        return [
            {
                "id": order.id,
                "name": order.name,
                "date": self._get_day_text(order.date_order),
                "type": order.continuity_type,
                "type_label": self._get_label(order, "continuity_type"),
                "state": order.state,
                "state_label": self._get_label(order, "state"),
                # With what is billed later: programs alone have no total
                "amount": order.continuity_planned_so_far,
                "currency_id": order.currency_id.id,
            }
            for order in orders
        ]

    @api.model
    def _get_label(self, record, name):
        selection = record._fields[name]._description_selection(self.env)
        return dict(selection)[record[name]]

    @api.model
    def _get_day_text(self, moment):
        """Name the day of a moment as all days of the screen are named.

        :param datetime moment: in UTC
        :return: in the time zone of the agent
        :rtype: str
        """
        day = fields.Datetime.context_timestamp(self, moment).date()
        return self.env["continuity.order"]._format_day(day)
