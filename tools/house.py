"""How does one live in this house? Figures about its rooms, made from the code alone.

    ./dev house                      the figures, beside what they should be
    python -m tools.house            what `./dev lint` refuses: hooks in the wrong place

A hook is a method of Odoo that one of our classes overrides. Each is overridden once,
in `models/odoo/`: what happens when an order is confirmed stands in one place.
"""

import ast
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

from tools import references
from tools.environment import CHECKOUT

MAIN = "continuity_program"
#: Where our own models are
OURS = "continuity."
#: Where the methods of Odoo are overridden, and nowhere else
HOOKS = "models/odoo/"
#: Our own seams on Odoo's models, and what Odoo asks of each class
SEAMS = {"_auto_init", "_check_continuity_computed", "_is_continuity_typing"}
#: Methods of Odoo that our models override, too
ORM = {"copy", "copy_data", "create", "default_get", "read", "unlink", "write"}
#: What has to stand beside a `sudo()` within so many lines
REASON_LINES = 3


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
    """Print the hooks that are in the wrong place.

    :return: exit code
    """
    found = list(misplaced(CHECKOUT / MAIN))
    print(*found, sep="\n")
    return bool(found)


def misplaced(addon):
    """Yield hooks of Odoo outside of their room, and those that stand twice.

    :param pathlib.Path addon: folder of the addon
    """
    known = list(methods(addon))
    for method in known:
        is_hook = method.is_override and not method.model.startswith(OURS)
        if is_hook and method.name not in SEAMS and not method.path.startswith(HOOKS):
            yield (
                f"{addon.name}/{method.path}:{method.line}: {method.model}"
                f".{method.name} is Odoo's: a step in {HOOKS}"
            )
    for (model, name), places in _places(known).items():
        if len(places) > 1 and (name in ORM or not model.startswith(OURS)):
            yield f"{addon.name}: {model}.{name} stands in {', '.join(places)}"


def _places(known):
    places = defaultdict(list)
    for method in known:
        if method.is_override:
            places[method.model, method.name].append(method.path)
    return places


def methods(addon):
    """Yield the methods of all models of an addon.

    :param pathlib.Path addon: folder of the addon
    """
    for path in sorted((addon / "models").rglob("*.py")):
        inside = path.relative_to(addon).as_posix()
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef) and (model := _model(node)):
                for item in node.body:
                    if isinstance(item, ast.FunctionDef):
                        yield Method(
                            model, item.name, inside, item.lineno, _calls_super(item)
                        )


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

    :param pathlib.Path addon: folder of the main addon
    """
    known = list(methods(addon))
    places = _places(known)
    folders = Counter(path.parent for path in (addon / "models").rglob("*.py"))
    yield "most files in one folder of models", max(folders.values()), "16"
    doubles = [
        key
        for key, paths in places.items()
        if len(paths) > 1 and (key[1] in ORM or not key[0].startswith(OURS))
    ]
    yield "methods of Odoo overridden more than once", len(doubles), "0"
    yield "hooks of Odoo outside of models/odoo", len(list(misplaced(addon))), "0"
    broken = [
        *references.unresolved_ids(CHECKOUT),
        *references.broken_links(CHECKOUT),
        *references.missing_names(CHECKOUT),
    ]
    yield "references that resolve to nothing", len(broken), "0"
    order = [method for method in known if method.model == "continuity.order"]
    files = {method.path for method in order}
    yield "files of continuity.order", len(files), "12"
    yield "methods of continuity.order", len(order), "190"
    lengths = {
        path: len(path.read_text().splitlines())
        for path in addon.rglob("*.py")
        if "tests" not in path.parts
    }
    yield "lines of the largest file", max(lengths.values()), "450"
    total, bare = sudos(addon)
    yield "sudo() without a reason beside it", f"{bare} of {total}", "0"


def sudos(addon):
    """Count the calls of `sudo()`, and those without a comment beside them.

    :param pathlib.Path addon: folder of the addon
    :rtype: tuple[int, int]
    """
    total = bare = 0
    for path in sorted(Path(addon).rglob("*.py")):
        if "tests" in path.relative_to(addon).parts:
            continue
        lines = path.read_text().splitlines()
        for number, line in enumerate(lines):
            if ".sudo()" in line and not line.lstrip().startswith("#"):
                total += 1
                around = lines[max(0, number - REASON_LINES) : number + 1]
                bare += not any("#" in other for other in around)
    return total, bare


if __name__ == "__main__":
    sys.exit(main())
