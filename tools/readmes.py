"""Make the README.rst of each addon from its fragments, as OCA names them.

    python -m tools.readmes            is each README.rst what its fragments say?
    python -m tools.readmes --write    make them anew

A fragment is a file in `readme/` of an addon, in plain Markdown: paragraphs, lists,
emphasis, code and links. OCA's own generator reads the same files.
"""

import ast
import sys
import textwrap

from tools.environment import CHECKOUT, say

#: Fragments in their order, each with its heading
FRAGMENTS = {
    "DESCRIPTION": "",
    "INSTALL": "Installation",
    "CONFIGURE": "Configuration",
    "USAGE": "Usage",
    "ROADMAP": "Known issues",
    "CONTRIBUTORS": "Contributors",
}
WIDTH = 88
MARKS = {"em_open": "*", "em_close": "*", "strong_open": "**", "strong_close": "**"}


def main(arguments):
    """Compare each README.rst with its fragments, or write it.

    :return: exit code
    """
    outdated = [addon for addon in _addons() if _is_outdated(addon)]
    for addon in outdated:
        if "--write" in arguments:
            (addon / "README.rst").write_text(render(addon))
        else:
            say(f"{addon.name}/README.rst: outdated; python -m tools.readmes --write")
    return bool(outdated) and "--write" not in arguments


def _addons():
    return sorted(path.parent for path in CHECKOUT.glob("*/__manifest__.py"))


def _is_outdated(addon):
    return (addon / "README.rst").read_text() != render(addon)


def render(addon):
    """Return the README of an addon in reStructuredText.

    :param pathlib.Path addon: folder with a manifest and fragments
    """
    name = ast.literal_eval((addon / "__manifest__.py").read_text())["name"]
    line = "=" * len(name)
    parts = [f"{line}\n{name}\n{line}"]
    for fragment, title in FRAGMENTS.items():
        path = addon / "readme" / f"{fragment}.md"
        if path.exists():
            parts += [f"{title}\n{'=' * len(title)}"] * bool(title)
            parts += to_rst(path.read_text())
    return "\n\n".join(parts) + "\n"


def to_rst(text):
    """Return the blocks of a fragment, each a paragraph or a list.

    :param str text: Markdown
    :rtype: list[str]
    """
    # Only here: the rest of `tools` is read before there is an environment.
    from markdown_it import MarkdownIt

    blocks, items, bullet = [], [], ""
    for token in MarkdownIt().parse(text):
        if token.type in ("bullet_list_open", "ordered_list_open"):
            items, bullet = [], "* " if token.type.startswith("bullet") else "#. "
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            blocks.append("\n".join(items))
            bullet = ""
        elif token.type == "inline":
            (items if bullet else blocks).append(_wrap(_inline(token), bullet))
    return blocks


def _wrap(text, bullet):
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent=bullet,
        subsequent_indent=" " * len(bullet),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _inline(token):
    """Return a paragraph in one line, with the marks of reStructuredText."""
    parts, target = [], ""
    for child in token.children:
        if child.type == "link_open":
            target = child.attrs["href"]
            parts.append("`")
        elif child.type == "link_close":
            parts.append(f" <{target}>`__")
        elif child.type == "code_inline":
            parts.append(f"``{child.content}``")
        else:
            breaks = child.type in ("softbreak", "hardbreak")
            parts.append(MARKS.get(child.type, " " if breaks else child.content))
    return "".join(parts)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
