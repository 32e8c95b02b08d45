# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What the planning package refuses, as data a caller can translate."""


class PlanningError(ValueError):
    """A plan or a payment schedule that cannot be made.

    The text is English and meant for developers. Callers show their own translated
    sentence, chosen by ``code`` and filled from ``data``.
    """

    def __init__(self, code, message, **data):
        """Keep the reason in a form that can be translated.

        :param str code: stable name of the reason
        :param str message: English text for logs and tests
        :param data: values for the translated sentence
        """
        super().__init__(message)
        self.code = code
        self.data = data


class EndlessProgram(PlanningError):
    """A program without an end was asked for all its shipments (rules V13)."""

    def __init__(self, event):
        """Name the event that repeats until cancelled.

        :param Event event: the endless event
        """
        super().__init__(
            "endless_program",
            f"event {event.number} repeats without end, it has no total",
            number=event.number,
        )


class MissingTiming(PlanningError):
    """An event has nothing that says when it follows the one before (V11)."""

    def __init__(self, event):
        """Name the event without a timing.

        :param Event event: the event with neither days from last nor interval
        """
        super().__init__(
            "missing_timing",
            f"event {event.number} has neither days from last nor a date interval",
            number=event.number,
        )


class TooFar(PlanningError):
    """A date nobody plans for: later than the last day a plan may reach."""

    def __init__(self, number, until):
        """Name the event that leads there.

        :param int number: number of the event
        :param date until: the last day a plan may reach
        """
        super().__init__(
            "too_far",
            f"event {number} leads beyond {until}",
            number=number,
            until=until,
        )


class ChangeRefused(PlanningError):
    """A change of dates that rules R13 and R14 do not allow.

    Codes: ``row_not_open``, ``before_today``.
    """


class ScheduleError(PlanningError):
    """A payment schedule that rules C8 and N24 refuse.

    Codes: see :func:`check_schedule` and :func:`instalments`.
    """
