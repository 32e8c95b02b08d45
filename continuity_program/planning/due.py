# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""When a shipment is missed, due and promised (rules R12 and R16)."""

from datetime import timedelta


def is_missed(scheduled_date, submit_date):
    """Tell whether a shipment lay in the past when the order was submitted (R12).

    Lateness for any other reason, such as a job that did not run, is not *missed*.

    :param date scheduled_date: date from the plan
    :param date submit_date: local date of Submit
    :return: True before the submit date, False on it
    :rtype: bool
    """
    return scheduled_date < submit_date


def missed_group(scheduled_dates, submit_date):
    """Find the missed shipments, which *Consolidate* puts on one child (R12).

    :param Sequence[date] scheduled_dates: dates from the plan
    :param date submit_date: local date of Submit, also the date of the group
    :return: positions of the missed shipments
    :rtype: tuple[int, ...]
    """
    return tuple(
        position
        for position, scheduled_date in enumerate(scheduled_dates)
        if is_missed(scheduled_date, submit_date)
    )


def child_groups(scheduled_dates, submit_date, consolidate):
    """Decide which shipments share a child order (R12).

    :param Sequence[date] scheduled_dates: dates from the plan
    :param date submit_date: local date of Submit
    :param bool consolidate: the program consolidates missed shipments
    :return: positions per child order, the missed group first
    :rtype: list[tuple[int, ...]]
    """
    missed = missed_group(scheduled_dates, submit_date) if consolidate else ()
    others = [(i,) for i in range(len(scheduled_dates)) if i not in missed]
    return [missed, *others] if missed else others


def commitment_date(planned_date, created_on):
    """Give the date a child order promises (R12).

    It is also the base date of the child's own payment schedule (mode B).

    :param date planned_date: what will happen by plan
    :param date created_on: local date the child order is made
    :return: the later of the two
    :rtype: date
    """
    return max(planned_date, created_on)


def due_from(planned_date, days_before):
    """Give the first day a child order may be made or invoiced (R16).

    There is no upper end: a late shipment stays due.

    :param date planned_date: what will happen by plan
    :param int days_before: company's *days before delivery*
    :return: first due date
    :rtype: date
    """
    return planned_date - timedelta(days=days_before)
