"""How does one live in this house? Figures about its rooms, made from the code alone.

    ./dev house                      the figures, beside what they should be
    python -m tools.house            what `./dev lint` refuses: hooks in the wrong
                                     place, methods that stand twice, `sudo()` without
                                     its reason, rooms and files beyond their size

A hook is a method of Odoo that one of our classes overrides. Each is overridden once,
in `models/odoo/`: what happens when an order is confirmed stands in one place. A method
of ours stands once in its model, too: no file of an addon overrides another one's.

Whoever lifts the rights of a user with `sudo()` says why, for the reader to judge: who
calls, and what he may not do himself.
"""

import ast
import io
import re
import sys
import tokenize
from collections import Counter, defaultdict
from dataclasses import dataclass

from tools import references
from tools.environment import CHECKOUT
from tools.runtime import all_addons

MAIN = "continuity_program"
#: Where our own models are
OURS = "continuity."
#: Where the methods of Odoo are overridden, and nowhere else
HOOKS = "models/odoo/"
#: Our own seams on Odoo's models, and what Odoo asks of each class
SEAMS = {"_auto_init", "_check_continuity_computed", "_is_continuity_typing"}
#: What each class of a model says anew
EVERY_CLASS = {"_description", "_inherit", "_name"}
#: A comment so many lines above a `sudo()` is its reason
REASON_LINES = 3
#: A docstring goes on with the reason: of a method, and of a whole file
METHOD_REASON = re.compile(r"\bin\s+sudo:\s", re.IGNORECASE)
#: What a test takes of another test, and not of a helper
BORROWED = re.compile(r"^[ \t]*from [\w.]*\btest_\w+ import", re.MULTILINE)
#: A test for Odoo's runner, unless it needs more than an installation has
TAGGED = re.compile(r"^@tagged\(", re.MULTILINE)
DEVELOPERS = re.compile(r"^(?:import|from) (?:pytest|hypothesis)\b", re.MULTILINE)
FILE_REASON = re.compile(r"^Works in sudo: ", re.MULTILINE)


@dataclass(frozen=True)
class Method:
    """A method of a class of ours.

    :param str model: the model it belongs to
    :param str name: its name
    :param str path: its file, from the addon
    :param int line: where it begins
    :param bool is_override: it calls what it overrides
    """

    model: str
    name: str
    path: str
    line: int
    is_override: bool


def main():
    """Print the hooks that are in the wrong place, and `sudo()` without its reason.

    :return: exit code
    """
    found = list(misplaced(CHECKOUT / MAIN))
    for addon in all_addons():
        found += doubles(CHECKOUT / addon)
        found += bare_sudos(CHECKOUT / addon)
        found += misnamed_sudos(CHECKOUT / addon)
    found += too_large(CHECKOUT / MAIN)
    print(*found, sep="\n")
    return bool(found)


def misplaced(addon):
    """Yield hooks of Odoo outside of their room.

    :param pathlib.Path addon: folder of the addon
    """
    for method in _outside(methods(addon, "models")):
        yield (
            f"{addon.name}/{method.path}:{method.line}: {method.model}"
            f".{method.name} is Odoo's: a step in {HOOKS}"
        )


def doubles(addon):
    """Yield methods and fields that stand twice in one model of an addon.

    The order of the imports would say which of them comes first.

    :param pathlib.Path addon: folder of the addon
    """
    for (model, name), places in _doubles(addon).items():
        yield (
            f"{addon.name}: {model}.{name} stands in {', '.join(places)}: in one of"
            " them, its steps by name"
        )


def unlisted_tests(addon):
    """Yield tests that Odoo's own runner would not find.

    It runs what `tests/__init__.py` imports, ours runs what is there. Tests that need
    packages of a developer are ours alone.

    :param pathlib.Path addon: folder of the addon
    """
    folder = addon / "tests"
    listed = folder / "__init__.py"
    known = listed.read_text().split() if listed.exists() else []
    for path in sorted(folder.rglob("test_*.py")):
        code = path.read_text()
        is_odoos = TAGGED.search(code) and not DEVELOPERS.search(code)
        if is_odoos and path.stem not in known:
            yield f"{addon.name}/tests/__init__.py: {path.stem} is not imported"


def borrowing(addon):
    """Yield tests that take something of another test.

    What several tests need stands in a module without tests: whoever moves a test sees
    who is concerned, and nobody reads one test to understand another one.

    :param pathlib.Path addon: folder of the addon, or of several
    """
    for path in sorted(addon.rglob("tests/**/*.py")):
        for found in BORROWED.findall(path.read_text()):
            yield (
                f"{path.relative_to(addon.parent)}: {found.strip()} …: put what both"
                " need into a module that is no test"
            )


def _outside(known):
    """Return the hooks of Odoo outside of their room."""
    return [
        method
        for method in known
        if method.is_override
        and not method.model.startswith(OURS)
        and method.name not in SEAMS
        and not method.path.startswith(HOOKS)
    ]


def _doubles(addon):
    """Return the places of what stands more than once in a model, by model and name."""
    places = defaultdict(list)
    for path, model, item in _items(addon):
        for name in set(_get_names(item)) - EVERY_CLASS:
            places[model, name].append(path)
    return {key: paths for key, paths in places.items() if len(paths) > 1}


def _get_names(item):
    """Return the names a statement of a class gives to something."""
    if isinstance(item, ast.FunctionDef):
        return [item.name]
    targets = item.targets if isinstance(item, ast.Assign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]


def methods(addon, folder="."):
    """Yield the methods of the models of an addon.

    :param pathlib.Path addon: folder of the addon
    :param str folder: only of what is below it
    """
    for path, model, item in _items(addon, folder):
        if isinstance(item, ast.FunctionDef):
            yield Method(model, item.name, path, item.lineno, _calls_super(item))


def _items(addon, folder="."):
    """Yield the statements of the classes of models: path, model and statement."""
    for path in _code(addon / folder):
        inside = path.relative_to(addon).as_posix()
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef) and (model := _model(node)):
                for item in node.body:
                    yield inside, model, item


def _model(node):
    """Return the model a class belongs to; None = it is no model.

    :rtype: str | None
    """
    names = {}
    for item in node.body:
        if isinstance(item, ast.Assign) and isinstance(item.targets[0], ast.Name):
            name = item.targets[0].id
            if name in ("_name", "_inherit"):
                names[name] = ast.literal_eval(item.value)
    model = names.get("_name") or names.get("_inherit")
    return model[0] if isinstance(model, list) else model


def _calls_super(function):
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "super"
        for node in ast.walk(function)
    )


# === FIGURES === #


def show():
    """Print the figures, each with what it should be."""
    addon = CHECKOUT / MAIN
    rows = [("Figure", "Now", "Bar"), *figures(addon)]
    widths = [max(len(str(row[column])) for row in rows) for column in range(3)]
    for row in rows:
        print(
            *(str(cell).ljust(width) for cell, width in zip(row, widths, strict=True))
        )


def figures(addon):
    """Yield name, figure and bar.

    :param pathlib.Path addon: folder of the addon
    """
    yield "methods and fields that stand twice in a model", len(_doubles(addon)), "0"
    outside = _outside(methods(addon, "models"))
    yield "hooks of Odoo outside of models/odoo", len(outside), "0"
    broken = [
        *references.unresolved_ids(CHECKOUT),
        *references.broken_links(CHECKOUT),
        *references.missing_names(CHECKOUT),
    ]
    yield "references that resolve to nothing", len(broken), "0"
    places = [*(CHECKOUT / name for name in all_addons()), CHECKOUT / "tools"]
    borrowed = [line for place in places for line in borrowing(place)]
    yield "imports of one test from another", len(borrowed), "0"
    counts = [sudos(CHECKOUT / name) for name in all_addons()]
    total, bare = (sum(column) for column in zip(*counts, strict=True))
    yield "sudo() without a reason beside it", f"{bare} of {total}", "0"
    yield from sizes(addon)


def sizes(addon):
    """Yield name, figure and bar of what is to stay small.

    :param pathlib.Path addon: folder of the addon
    """
    folders = Counter(path.parent for path in (addon / "models").rglob("*.py"))
    yield "most files in one folder of models", max(folders.values(), default=0), 16
    order = [method for method in methods(addon) if method.model == "continuity.order"]
    yield "files of continuity.order", len({method.path for method in order}), 12
    yield "methods of continuity.order", len(order), 190
    lengths = (len(path.read_text().splitlines()) for path in _code(addon))
    yield "lines of the largest file", max(lengths), 450
    folders = Counter(path.parent for path in (addon / "tests").rglob("*.py"))
    yield "most files in one folder of tests", max(folders.values(), default=0), 16


def too_large(addon):
    """Yield what has outgrown its bar: a room is divided, a class gives something away.

    :param pathlib.Path addon: folder of the addon
    """
    for name, figure, bar in sizes(addon):
        if figure > bar:
            yield f"{addon.name}: {name}: {figure}, at most {bar}"


# === SUDO === #


def sudos(addon):
    """Count the calls of `sudo()`, and those without a reason beside them.

    :param pathlib.Path addon: folder of the addon
    :rtype: tuple[int, int]
    """
    found = [is_bare for path in _code(addon) for _line, is_bare in _sudo_calls(path)]
    return len(found), sum(found)


def bare_sudos(addon):
    """Yield where rights are lifted and nobody says why.

    The reason is a comment on the line or up to three lines above; a comment above the
    first statement of a method, or "in sudo: …" in its docstring, for all of it; and
    "Works in sudo: …" in the docstring of a file whose methods have one reason.

    :param pathlib.Path addon: folder of the addon
    """
    for path in _code(addon):
        inside = path.relative_to(addon).as_posix()
        for line, is_bare in _sudo_calls(path):
            if is_bare:
                yield (
                    f"{addon.name}/{inside}:{line}: sudo() without its reason: say in a"
                    " comment who calls, and what he may not do himself"
                )


def misnamed_sudos(addon):
    """Yield variables that hold records with lifted rights, and do not say so.

    :param pathlib.Path addon: folder of the addon
    """
    for path in _code(addon):
        inside = path.relative_to(addon).as_posix()
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Assign) and _is_sudo(node.value):
                for target in node.targets:
                    if isinstance(target, ast.Name) and not target.id.endswith("_sudo"):
                        yield (
                            f"{addon.name}/{inside}:{node.lineno}: {target.id} is in"
                            f" sudo: call it {target.id}_sudo"
                        )


def _code(addon):
    for path in sorted(addon.rglob("*.py")):
        if "tests" not in path.relative_to(addon).parts:
            yield path


def _sudo_calls(path):
    """Return where a file calls `sudo()`, and whether it gives no reason there.

    :rtype: list[tuple[int, bool]]
    """
    text = path.read_text()
    tree = ast.parse(text)
    calls = sorted(node.func.end_lineno for node in ast.walk(tree) if _is_sudo(node))
    if FILE_REASON.search(ast.get_docstring(tree) or ""):
        return [(line, False) for line in calls]
    comments = {
        token.start[0]
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type == tokenize.COMMENT
    }
    explained = _lines_of_explained_methods(tree, comments)
    for line in comments:
        explained.update(range(line, line + REASON_LINES + 1))
    return [(line, line not in explained) for line in calls]


def _is_sudo(node):
    """Say whether rights are lifted here; `sudo(flag)` hands on what the caller has."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "sudo"
        and all(isinstance(item, ast.Constant) and item.value for item in node.args)
    )


def _lines_of_explained_methods(tree, comments):
    lines = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            is_explained = body and body[0].lineno - 1 in comments
            if is_explained or METHOD_REASON.search(ast.get_docstring(node) or ""):
                lines.update(range(node.lineno, node.end_lineno + 1))
    return lines


if __name__ == "__main__":
    sys.exit(main())
