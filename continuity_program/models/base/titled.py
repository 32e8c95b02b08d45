# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Screens of figures say in their title since when the figures are known."""


def get_title(env, title, when):
    """Say since when something is known.

    :param odoo.api.Environment env: for the language
    :param str title: what it is
    :param str when: a day, or the time of today
    :rtype: str
    """
    return env._("%(title)s, computed %(when)s", title=title, when=when)


def entitle(env, action, title, when):
    """Give an action a title that says since when its figures are known.

    :param odoo.api.Environment env: for the language
    :param dict action: a window action, changed here
    :param str title: what it shows
    :param str when: a day, or the time of today
    :return: the action
    :rtype: dict
    """
    name = get_title(env, title, when)
    action.update(name=name, display_name=name)
    return action
