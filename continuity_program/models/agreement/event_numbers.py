# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The Event IDs of the rows of an order, which are unique in it."""


def number_events(order, vals_list):
    """Keep the Event ID of a row unique in its order.

    References of payments are made of it. A new event may have got the number that
    a shipped one had when it was planned.

    :param continuity.order order: the order
    :param list[dict] vals_list: values of new rows of this order
    :return: the same values
    :rtype: list[dict]
    """
    order.ensure_one()
    owners = {s.event_number: s.event_id.id for s in order.shipment_ids}
    numbers = {s.event_id.id: s.event_number for s in order.shipment_ids}
    for vals in vals_list:
        event_id = vals["event_id"]
        number = numbers.get(event_id, vals["event_number"])
        if owners.get(number, event_id) != event_id:
            number = max(owners) + 1
        owners[number], numbers[event_id] = event_id, number
        vals["event_number"] = number
    return vals_list
