# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Every request to a provider is protected against somebody who decides meanwhile.

What a provider answers is committed before anything is made of it, or the mutex is
taken before it is asked. The source is walked, so that no new request is forgotten.
"""

import ast
from pathlib import Path

from odoo.tests import BaseCase, tagged

ADDON = Path(__file__).parents[2]
#: How the modules of providers, and Odoo, ask a provider
ROOTS = {
    *("_charge_with_token", "_send_payment_request", "_send_capture_request"),
    *("_send_void_request", "_send_refund_request", "_capture", "_void", "_refund"),
    *("_send_api_request", "_make_request", "_continuity_query"),
}
#: … each in its own way, and looked up by its name
QUESTION = "_continuity_query_"
#: What commits the answer, and what is alone before it asks
KEEPS, ALONE = "_committing_answer", "_continuity_take_mutex"
#: Methods of the job that ask, each step committed; telling of a void twice is harmless
STEPS = {"_charge", "_capture_marked", "_resolve", "_ask_again", "_resume_interrupted"}


def read_methods(paths):
    """Find the methods, with the names they use inside and outside of what keeps.

    :return: per method where it is, its name, and the names outside and inside
    :rtype: list[tuple[str, str, set[str], set[str]]]
    """
    found = []
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef):
                outside, inside = set(), set()
                for statement in node.body:
                    collect(statement, outside, inside)
                found.append((path.stem, node.name, outside, inside))
    return found


def collect(node, outside, inside):
    """Sort the names of attributes by whether an answer is kept where they are used."""
    if isinstance(node, ast.Attribute):
        outside.add(node.attr)
    if isinstance(node, ast.With) and any(
        KEEPS in ast.dump(item.context_expr) for item in node.items
    ):
        outside = inside
    for child in ast.iter_child_nodes(node):
        collect(child, outside, inside)


def find_bare(methods):
    """Find methods that lead to a request, and that nothing protects.

    :return: names of those no other method calls, and of those that keep the answer
    :rtype: tuple[set[str], set[str]]
    """
    gates = set(ROOTS)
    while True:
        more = {
            name
            for _file, name, outside, _inside in methods
            if outside & gates and ALONE not in outside
        }
        if more <= gates:
            break
        gates |= more
    used = set()
    for _file, _name, outside, inside in methods:
        used |= outside | inside
    keeping = {name for _file, name, _outside, inside in methods if inside & gates}
    bare = {name for name in gates - ROOTS - used if not name.startswith(QUESTION)}
    return bare, keeping


@tagged("post_install", "-at_install")
class TestRequestsKept(BaseCase):
    """Charge, capture, void, refund and question, by whatever method."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.methods = read_methods(
            path
            for addon in ADDON.parent.glob("continuity_program*")
            for path in sorted(addon.rglob("*.py"))
            if "tests" not in path.parts and "migrations" not in path.parts
        )

    def test_no_bare_request(self):
        bare, keeping = find_bare(self.methods)
        self.assertFalse(bare, "Ask within `_committing_answer`")
        self.assertLessEqual(
            {
                *("_charge", "_resume_interrupted", "_ask_again", "_capture_marked"),
                *("_void_marked", "give_back", "_continuity_charge_ordinary"),
            },
            keeping,
        )

    def test_a_new_one_is_found(self):
        """A method that asks, and one that calls such a method, are both no way."""
        lost = ("x", "_charge_anew", {"_continuity_send_charge"}, set())
        bare, _keeping = find_bare([*self.methods, lost])
        self.assertEqual(bare, {"_charge_anew"})
        bare, _keeping = find_bare(
            [*self.methods, ("x", "_tell", {"_continuity_query", ALONE}, set())]
        )
        self.assertFalse(bare)

    def test_processes_keep_the_line(self):
        """A process asks by `_ask_provider`, which knows an answer that was kept."""
        for path in sorted((ADDON / "jobs").glob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                    is_row = ast.dump(node.func.value).find("'payment'") > 0
                    self.assertFalse(
                        is_row and node.func.attr in STEPS,
                        f"{path.name}:{node.lineno}",
                    )
