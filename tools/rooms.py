"""Which room of the house uses which? A picture in text, made from folders and code.

    python -m tools.rooms            is the picture in `docs/architecture.md` current?
    python -m tools.rooms --write    make it anew

A room is a folder with Python files; folders inside a room of `models/` are part of it.
The picture holds no figures, so that it changes only when a room, or the way from one
to another, comes or goes.
"""

import ast
import sys

from tools.environment import CHECKOUT, say

MAIN = "continuity_program"
PAGE = CHECKOUT / "docs" / "architecture.md"
BEGIN, END = "<!-- rooms: begin -->", "<!-- rooms: end -->"
#: Folders that are no room: they are not there when the addon works
LEFT_OUT = {"demo", "i18n", "migrations", "static", "tests"}
#: A folder in a room of `models/` is no room of its own
DEEPEST = 2
#: What a line of the picture means, and how it is drawn
ARROWS = {"imports": "-->", "asks": "-.->", "extends": "==>"}


def main(arguments):
    """Compare the picture with the code, or write it.

    :return: exit code
    """
    old = PAGE.read_text()
    new = put(old, draw(CHECKOUT))
    if "--write" in arguments:
        PAGE.write_text(new)
    elif new != old:
        say("docs/architecture.md: outdated picture; python -m tools.rooms --write")
        return 1
    return 0


def put(page, picture):
    """Return the page with the picture between its marks.

    :raise ValueError: the page has no marks
    """
    head, rest = page.split(BEGIN, 1)
    return f"{head}{BEGIN}\n{picture}{END}{rest.split(END, 1)[1]}"


def draw(checkout):
    """Return the picture as a Mermaid flowchart in a block of Markdown.

    :param pathlib.Path checkout: folder with the addons
    """
    sources = dict(_read(checkout))
    owners = {
        name: room
        for room, files in sources.items()
        for _folders, tree in files
        for name in _names(tree, "_name")
    }
    ways = {
        (room, kind, other)
        for room, files in sources.items()
        for folders, tree in files
        for kind, other in _ways(tree, folders, owners)
        if other in sources and other != room
    }
    lines = ["```mermaid", "flowchart LR"]
    lines += [f"  subgraph {MAIN}", *_boxes(sources, inside=True), "  end"]
    lines += _boxes(sources, inside=False)
    lines += [f"  {a} {ARROWS[kind]} {b}" for a, kind, b in sorted(_strongest(ways))]
    return "\n".join([*lines, "```", ""])


def _read(checkout):
    """Yield each room with its files, folders and tree; a bridge is one room."""
    for addon in sorted(checkout.glob(f"{MAIN}*")):
        rooms = {}
        for path in sorted(addon.rglob("*.py")):
            folders = path.relative_to(addon).parts[:-1]
            if not LEFT_OUT.intersection(folders):
                room = _room(addon.name, folders)
                tree = ast.parse(path.read_text())
                # In a bridge, what is imported from beside is no room of ours
                place = folders if addon.name == MAIN else (addon.name, *folders)
                rooms.setdefault(room, []).append((place, tree))
        yield from rooms.items()


def _room(addon, folders):
    """Return the name of a room; files beside the folders are read by all of them."""
    return addon if addon != MAIN else "/".join(folders[:DEEPEST]) or "root"


def _boxes(sources, inside):
    return [
        f'    {room}["{room}"]'
        for room in sources
        if room.startswith(MAIN) != inside and room != "root"
    ]


def _names(tree, attribute):
    """Yield the names that classes of a file give to an attribute like `_name`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == attribute:
            parts = ast.walk(node.value)
            yield from (p.value for p in parts if isinstance(p, ast.Constant))


def _ways(tree, folders, owners):
    """Yield how a file in these folders uses other rooms: kind and room."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            for other in _imported(node, folders):
                yield "imports", other
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            yield "asks", owners.get(node.slice.value)
    for name in _names(tree, "_inherit"):
        yield "extends", owners.get(name)


def _imported(node, folders):
    """Return the rooms that `from … import …` may mean; those that are none drop out.

    :param ast.ImportFrom node: the statement
    :param folders: where it stands, folders from the addon on
    """
    module = (node.module or "").split(".")
    if node.level:
        outer = folders[: len(folders) - node.level + 1]
        module = [*outer, *(part for part in module if part)]
    elif module[:3] == ["odoo", "addons", MAIN]:
        module = module[3:]
    else:
        return []
    paths = [module, *([*module, alias.name] for alias in node.names)]
    return ["/".join(path[:n]) for path in paths for n in range(1, len(path) + 1)]


def _strongest(ways):
    """Keep one line from room to room: who imports or extends need not be shown asking.

    Files beside the folders, and what a room is beside itself, are left out.
    """
    pairs = {}
    for a, kind, b in ways:
        pairs.setdefault((a, b), set()).add(kind)
    for (a, b), kinds in pairs.items():
        if "root" not in (a, b):
            yield a, min(kinds, key=["extends", "imports", "asks"].index), b


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
